//! Content that is kept beyond purges, by its hash: the bodies that browsers may have as dictionaries, the best
//! codings of bodies that did not change, and deltas (design.md §5).
//!
//! ```text
//! content/<2 hex>/<SHA-256 of the body>.entry            the body, as an entry of one variant
//! content/<2 hex>/<SHA-256 of the body>.best             its best codings
//! deltas/<2 hex>/<SHA-256 of the body>-<of the dictionary>.<dcb|dcz>
//! names/<2 hex>/<SHA-256 of the asset's name>-<revision><sub-revision>-<SHA-256 of its body>   empty
//! ```
//!
//! A purge cannot make any of it wrong, and a file is believed only if its content has the hash of its name. Files
//! appear complete or not at all, and go when there are too many bytes, least recently used first. Processes of a
//! node may share a folder; whatever fails costs a compression. Everything blocks.

mod asset_name;
mod delta;
mod evict;
mod names;
#[cfg(test)]
mod tests;

pub use asset_name::AssetName;
pub use delta::Delta;

use super::entry::{Best, Entry, decode, decode_best, encode, encode_best};
use super::io::{Io, Real};
use super::local::{CallError, LocalCache, Missing, OpenError, Put, Report, is_vanished};
use crate::asset::{Coding, ContentType, DictionaryCoding};
use bytes::Bytes;
use rustix::fd::AsFd as _;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

/// A store of content by hash.
#[derive(Debug)]
pub struct Store {
    files: LocalCache,
    /// Bytes of files at most, about.
    limit: u64,
    /// Bytes that this process wrote since it last looked how many there are; `u64::MAX`: it has not looked yet.
    unseen: AtomicU64,
    evicting: Mutex<()>,
    failures: AtomicU64,
}

impl Store {
    /// Codings of a smaller body are made sooner than looked up: 4 KiB.
    pub const WORTH_KEEPING: usize = 4 << 10;

    const CONTENT: &'static str = "content";
    const DELTAS: &'static str = "deltas";
    const NAMES: &'static str = "names";
    /// Seconds after which a file that is used is marked as used again.
    const TOUCH: i64 = 3600;

    /// Names the folder; nothing is made or looked at before the first use.
    ///
    /// # Errors
    /// [`OpenError::Relative`] where it is no absolute path.
    pub fn open(storedir: impl AsRef<Path>, limit: u64) -> Result<Store, OpenError> {
        Self::with_io(storedir.as_ref(), String::new(), limit, Arc::new(Real))
    }

    /// The store of a site that names no folder for it: in revserve's own of localcachedir, which Moodle may empty.
    pub fn in_localcachedir(localcachedir: impl AsRef<Path>, limit: u64) -> Result<Store, OpenError> {
        let base = format!("{}/{}", LocalCache::FOLDER, LocalCache::STORE);
        Self::with_io(localcachedir.as_ref(), base, limit, Arc::new(Real))
    }

    /// The same through another way to the file system: `base` is the folder's path in `root`.
    pub fn with_io(root: &Path, base: String, limit: u64, io: Arc<dyn Io>) -> Result<Store, OpenError> {
        if !root.is_absolute() {
            return Err(OpenError::Relative(root.to_path_buf()));
        }
        let files = LocalCache::of_folder(root.to_path_buf(), base, io, Report::of("storedir"), false);
        Ok(Store {
            files,
            limit,
            unseen: AtomicU64::new(u64::MAX),
            evicting: Mutex::new(()),
            failures: AtomicU64::new(0),
        })
    }

    /// The body of that hash, and its type.
    pub fn content(&self, hash: &[u8; 32]) -> Option<(ContentType, Bytes)> {
        let (folder, file) = place(Self::CONTENT, hash, ".entry");
        let entry = self.load(&folder, &file, |bytes| decode(bytes).ok().filter(|entry| entry.identity == *hash))?;
        Some((entry.content_type, entry.body().clone()))
    }

    /// Keeps an entry's body.
    pub fn put_content(&self, entry: &Entry) {
        let (folder, file) = place(Self::CONTENT, &entry.identity, ".entry");
        let variants = entry.variants.iter().filter(|variant| variant.coding == Coding::Identity).cloned().collect();
        let bare = Entry { content_type: entry.content_type, identity: entry.identity, inputs: vec![], variants };
        self.store(&folder, &file, &encode(&bare));
    }

    /// The best codings of a body, if they were made before.
    pub fn best(&self, hash: &[u8; 32], content_type: ContentType) -> Option<Best> {
        let (folder, file) = place(Self::CONTENT, hash, ".best");
        let same = |best: &Best| best.identity == *hash && best.content_type == content_type;
        self.load(&folder, &file, |bytes| decode_best(bytes).ok().filter(same))
    }

    /// Keeps the best codings of a body.
    pub fn put_best(&self, best: &Best) {
        let (folder, file) = place(Self::CONTENT, &best.identity, ".best");
        self.store(&folder, &file, &encode_best(best));
    }

    /// The best delta of a body to a dictionary, if it was made before.
    pub fn delta(&self, content: &[u8; 32], dictionary: &[u8; 32], coding: DictionaryCoding) -> Option<Delta> {
        let (folder, file) = delta_place(content, dictionary, coding);
        let same = |delta: &Delta| (delta.content, delta.dictionary, delta.coding) == (*content, *dictionary, coding);
        self.load(&folder, &file, |bytes| Delta::decode(bytes).filter(same))
    }

    /// Keeps a delta.
    pub fn put_delta(&self, delta: &Delta) {
        let (folder, file) = delta_place(&delta.content, &delta.dictionary, delta.coding);
        self.store(&folder, &file, &delta.encode());
    }

    /// Where it lies.
    pub fn folder(&self) -> PathBuf {
        self.files.base()
    }

    /// Bytes that may lie there; 0 where nothing is kept.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Files that could not be read, written or removed since the start.
    pub fn failures(&self) -> u64 {
        self.failures.load(Relaxed)
    }

    /// A file that `read` believes. One that it does not is taken away: it would stand in the way of a good one.
    fn load<T>(&self, folder: &str, file: &str, read: impl FnOnce(Bytes) -> Option<T>) -> Option<T> {
        if self.limit == 0 {
            return None;
        }
        let opened = match self.files.folder(folder, Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return None,
            Err(error) => return self.fail(&error),
            Ok(opened) => opened,
        };
        let bytes = match self.files.read_whole(opened.as_fd(), file) {
            Err((_, errno)) if is_vanished(errno) => return None,
            Err((call, errno)) => return self.fail(&self.error(folder, file, (call, errno))),
            Ok(bytes) => bytes,
        };
        let Some(value) = bytes.and_then(read) else {
            self.report_broken(folder, file);
            let _ = self.files.io.unlink(opened.as_fd(), file); // gone already, or tried again next time
            return None;
        };
        self.touch(opened.as_fd(), file);
        Some(value)
    }

    /// Marks a file as used. Where that fails, it is only thought to be older than it is.
    fn touch(&self, folder: rustix::fd::BorrowedFd, file: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        let Ok(opened) = self.files.io.open_file(folder, file) else { return };
        let status = self.files.io.status(opened.as_fd());
        if status.is_ok_and(|status| now - status.changed > Self::TOUCH) {
            let _ = self.files.io.touch(opened.as_fd());
        }
    }

    fn store(&self, folder: &str, file: &str, bytes: &[u8]) {
        // One file never pushes out most of what there is.
        if self.limit == 0 || bytes.len() as u64 > self.limit / 4 {
            return;
        }
        let put = self.files.again(|| {
            let opened = self.files.folder(folder, Missing::Make)?;
            // Most of what is to be kept is there already: cheaper seen than written in vain.
            if self.files.io.open_file(opened.as_fd(), file).is_ok() {
                self.touch(opened.as_fd(), file);
                return Ok(Put::Taken);
            }
            let put = self.files.put(opened.as_fd(), file, bytes, &mut || true);
            put.map_err(|failed| self.error(folder, file, failed))
        });
        match put {
            Ok(Put::Named) => self.grown(bytes.len() as u64),
            Ok(Put::Taken | Put::Withheld) => {}
            Ok(Put::Damaged) => self.report_broken(folder, file),
            Err(error) => self.fail(&error).unwrap_or_default(),
        }
    }

    fn error(&self, folder: &str, file: &str, (call, errno): (super::io::Call, rustix::io::Errno)) -> CallError {
        CallError { call, path: self.files.path(folder).join(file), errno }
    }

    fn fail<T>(&self, error: &dyn Display) -> Option<T> {
        self.failures.fetch_add(1, Relaxed);
        self.files.report.failure(error);
        None
    }

    fn report_broken(&self, folder: &str, file: &str) {
        self.failures.fetch_add(1, Relaxed);
        let path = self.files.path(folder).join(file);
        self.files.report.broken(&path, &format_args!("broken file {}", path.display()));
    }
}

/// The folder and file of a hash in one of the store's parts.
fn place(part: &str, hash: &[u8; 32], ending: &str) -> (String, String) {
    let hex = hex(hash);
    (format!("{part}/{}", &hex[..2]), hex + ending)
}

fn delta_place(content: &[u8; 32], dictionary: &[u8; 32], coding: DictionaryCoding) -> (String, String) {
    place(Store::DELTAS, content, &format!("-{}.{}", hex(dictionary), coding.token()))
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(hash)
}
