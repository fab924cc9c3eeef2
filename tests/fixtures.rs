//! The demo site's files: small, and in step with what they are made from.
//!
//! Needs: npm

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn the_demo_site_is_small_enough_to_be_in_the_binary() {
    let mut files = Vec::new();
    files_below(&fixtures().join("demo"), &mut files);
    let size: u64 = files.iter().map(|file| fs::metadata(file).expect("just listed").len()).sum();
    assert!(files.len() > 100, "{} files", files.len());
    assert!(size < 150_000, "{size} bytes");
}

#[test]
fn amd_and_yui_builds_are_what_their_sources_make() {
    let mut node = Command::new("node");
    node.arg(fixtures().join("make/scripts.mjs")).arg("--check");
    let output = node.output().expect("tests/run installs node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
