//! Decoders that are not revserve's: the zstd program, and Brotli's own library out of a Python package.

use super::support::tests_dir;
use std::path::Path;
use std::process::Command;

/// What a `dcb` or `dcz` body decodes to with a dictionary, by somebody else's program.
pub fn decoded(coding: &str, body: &[u8], dictionary: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let hash = revserve::cache::entry::sha256(dictionary);
    std::fs::write(path("dictionary"), dictionary).expect("writable");
    let mut command = match coding {
        "dcb" => {
            assert_eq!(body[..36], [&b"\xffDCB"[..], &hash].concat());
            std::fs::write(path("body"), &body[36..]).expect("writable");
            let mut python = Command::new("python3");
            python.arg(tests_dir().join("dictionaries/brotli.py")).env("PYTHONPATH", tests_dir().join("python"));
            python.args([path("body"), path("dictionary"), path("decoded")]);
            python
        }
        "dcz" => {
            assert_eq!(body[..40], [&b"\x5e\x2a\x4d\x18\x20\0\0\0"[..], &hash].concat());
            // The skippable frame in front is a frame like others to it. `--patch-from` would allow larger windows.
            std::fs::write(path("body"), body).expect("writable");
            let mut zstd = Command::new("zstd");
            zstd.args(["-q", "-d", "-D"]).arg(path("dictionary")).arg(path("body")).arg("-o").arg(path("decoded"));
            zstd
        }
        other => panic!("{other}"),
    };
    let output = command.output().expect("tests/run installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&path("decoded"))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("just written")
}
