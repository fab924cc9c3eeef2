//! Entries, names and folders to test with.

use bytes::Bytes;
use revserve::asset::{Asset, Coding, ContentType, Revision, SafePath};
use revserve::cache::io::{Act, Call, Faulty};
use revserve::cache::{Best, Entry, EntryName, Generation, Input, LocalCache, Variant};
use rustix::io::Errno;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn revision(number: u64) -> Revision {
    Revision::new(number).unwrap()
}

/// The place of an AMD module under jsrev 7.
pub fn name(module: &str) -> EntryName {
    name_of(module, 7)
}

pub fn name_of(module: &str, js: u64) -> EntryName {
    let component = revserve::asset::ComponentName::parse("core").unwrap();
    let asset = Asset::AmdModule { component, module: SafePath::parse(module).unwrap() };
    EntryName::new(&asset, Generation::Js(revision(js))).unwrap()
}

/// A script with two codings; another one for each text.
pub fn entry(text: &str) -> Entry {
    sized(text, 4000)
}

/// The same, with a body of this length.
pub fn sized(text: &str, length: usize) -> Entry {
    let body: Vec<u8> = text.bytes().chain(*b"; ").cycle().take(length).collect();
    let coded = |coding, level| Variant { coding, level, bytes: Bytes::from(format!("{text} in {coding:?}")) };
    let inputs = vec![Input { name: format!("lib/amd/src/{text}.js"), sha256: Some([1; 32]) }];
    let coded = vec![coded(Coding::Brotli, 5), coded(Coding::Gzip, 6)];
    Entry::new(ContentType::JavaScript, inputs, body.into(), coded)
}

/// Better variants of an entry.
pub fn best_of(entry: &Entry) -> Best {
    let brotli = Variant { coding: Coding::Brotli, level: 11, bytes: Bytes::from_static(b"best") };
    Best { content_type: entry.content_type, identity: entry.identity, variants: vec![brotli] }
}

pub fn open(folder: &Path) -> LocalCache {
    LocalCache::open(folder, None).unwrap()
}

pub fn open_with(folder: &Path, io: Faulty) -> (LocalCache, Arc<Faulty>) {
    let io = Arc::new(io);
    (LocalCache::with_io(folder, None, io.clone()).unwrap(), io)
}

/// The file system of a machine without `O_TMPFILE`, and more to happen before each call.
pub fn named_only(before: impl Fn(usize, Call) -> Act + Send + Sync + 'static) -> Faulty {
    Faulty::new(move |number, call| match before(number, call) {
        Act::Go if call == Call::CreateUnnamed => Act::Fail(Errno::OPNOTSUPP),
        act => act,
    })
}

/// A folder on a tmpfs where there is one: for tests that write through to disk thousands of times.
pub fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Every file below a folder, with its path from there.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => files.push(entry.path().strip_prefix(folder).unwrap().to_path_buf()),
            }
        }
    }
    files.sort();
    files
}

/// Files that are not finished.
pub fn leftovers(folder: &Path) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|file| file.file_name().unwrap().to_string_lossy().starts_with('.')).collect()
}

/// Removes everything in a folder, as Moodle's purge does, also while others write there.
pub fn empty(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
}
