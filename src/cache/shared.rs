//! `<cachedir>/revserve/designer/`: what any node of a site may use of another's, in designer mode.
//!
//! One result is one file, named by what it is a result of (64 hexadecimal digits), in one of 256 folders. It is
//! written beside its place under a name of its own and renamed: a reader sees a whole file or none. Behind its bytes
//! stands their SHA-256: what a killed node or a full disk left half is nothing. Who writes last wins: whoever reads
//! a result has to judge by its manifest whether it still holds.
//!
//! The folder may be emptied at any moment. Of results that nobody used for long the oldest go first.

use crate::inputs::Sum;
use bytes::Bytes;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::{self, Read, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

const MAGIC: &[u8; 8] = b"\xA5rvdsg\r\n";
/// Bytes around a result.
const AROUND: usize = MAGIC.len() + 32;
/// What names of unfinished files start with.
const UNFINISHED: &str = ".tmp-";
/// A file that nobody finished for this long is nobody's.
const ABANDONED: Duration = Duration::from_secs(600);
/// A result's time of use is written down this exactly, so that reading seldom writes.
const USED: Duration = Duration::from_secs(3600);

/// The shared results of one site.
#[derive(Debug)]
pub struct SharedCache {
    folder: Utf8PathBuf,
    /// Bytes that may lie there.
    limit: u64,
    /// Bytes written since the last look at how much there is; `u64::MAX` before the first.
    written: AtomicU64,
    sweeping: Mutex<()>,
    /// Whether the folder took the last result, so that trouble is said once.
    takes: AtomicBool,
}

impl SharedCache {
    /// Bytes of results that are kept: a few hundred style sheets of all themes.
    pub const LIMIT: u64 = 512 << 20;
    /// A result larger than this is not kept, in bytes.
    const LARGEST: u64 = 64 << 20;

    pub fn new(cachedir: &Utf8Path, limit: u64) -> SharedCache {
        let folder = cachedir.join("revserve/designer");
        let (written, takes) = (AtomicU64::new(u64::MAX), AtomicBool::new(true));
        SharedCache { folder, limit, written, sweeping: Mutex::default(), takes }
    }

    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// Bytes that may lie there.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// A result, whole; `None` where there is none, or a damaged one.
    pub fn load(&self, name: &Sum) -> Option<Bytes> {
        let path = self.path(name);
        let file = fs::File::open(&path).ok()?;
        let data = file.metadata().ok()?;
        if !data.is_file() || data.len() > Self::LARGEST || data.len() < AROUND as u64 {
            return None;
        }
        let mut bytes = Vec::with_capacity(data.len() as usize + 1);
        (&file).take(Self::LARGEST + 1).read_to_end(&mut bytes).ok()?;
        let bytes = Bytes::from(bytes);
        let whole = bytes.len().checked_sub(32)?;
        let (content, sum) = (bytes.slice(..whole), &bytes[whole..]);
        if !content.starts_with(MAGIC) || Sum::of(&content).0 != sum {
            return None;
        }
        let now = SystemTime::now();
        if data.modified().is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > USED)) {
            let _ = file.set_modified(now); // on a read-only folder it only goes sooner
        }
        Some(content.slice(MAGIC.len()..))
    }

    /// Keeps a result; where that cannot be done it is said once, and costs nobody an answer.
    pub fn store(&self, name: &Sum, result: &[u8]) {
        if result.len() as u64 > Self::LARGEST {
            return;
        }
        match self.write(name, result) {
            Ok(()) => {
                self.takes.store(true, Ordering::Relaxed);
                let size = (result.len() + AROUND) as u64;
                let written = self.written.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |w| w.checked_add(size));
                if written.is_err() || written.is_ok_and(|before| before + size > self.limit / 8) {
                    self.sweep();
                }
            }
            Err(error) => {
                if self.takes.swap(false, Ordering::Relaxed) {
                    tracing::warn!(folder = %self.folder, %error, "designer mode's results cannot be shared");
                }
            }
        }
    }

    fn path(&self, name: &Sum) -> Utf8PathBuf {
        let hex = name.hex();
        self.folder.join(&hex[..2]).join(&hex[2..])
    }

    fn write(&self, name: &Sum, result: &[u8]) -> io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let node = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let own = folder.join(format!("{UNFINISHED}{}-{node:x}-{next}", std::process::id()));
        let content = [MAGIC.as_slice(), result].concat();
        let written = fs::File::options().write(true).create_new(true).open(&own).and_then(|mut file| {
            file.write_all(&content)?;
            file.write_all(&Sum::of(&content).0)
        });
        let named = written.and_then(|()| fs::rename(&own, &path));
        if named.is_err() {
            let _ = fs::remove_file(&own); // a later sweep takes it
        }
        named
    }

    /// Removes the longest unused results until there are no more than the limit, and what nobody finished.
    pub fn sweep(&self) {
        let Ok(_one) = self.sweeping.try_lock() else { return };
        self.written.store(0, Ordering::Relaxed);
        let now = SystemTime::now();
        let mut files = Vec::new();
        let folders = self.folder.read_dir_utf8().into_iter().flatten().flatten();
        for entry in folders.flat_map(|folder| folder.path().read_dir_utf8().into_iter().flatten().flatten()) {
            let Ok(data) = entry.metadata() else { continue };
            let used = data.modified().unwrap_or(now);
            if entry.file_name().starts_with(UNFINISHED) {
                if now.duration_since(used).is_ok_and(|age| age > ABANDONED) {
                    let _ = fs::remove_file(entry.path()); // gone already, or tried again
                }
                continue;
            }
            files.push((used, data.len(), entry.into_path()));
        }
        files.sort();
        let mut whole: u64 = files.iter().map(|(_, size, _)| size).sum();
        // A little more goes than has to, so that not every result makes another sweep.
        let aim = if whole > self.limit { self.limit / 8 * 7 } else { whole };
        for (_, size, path) in files {
            if whole <= aim {
                break;
            }
            let _ = fs::remove_file(path); // another node was faster
            whole -= size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(limit: u64) -> (tempfile::TempDir, SharedCache) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
        (folder, SharedCache::new(&path, limit))
    }

    #[test]
    fn what_one_node_keeps_another_finds_and_the_last_one_wins() {
        let (folder, cache) = cache(1 << 20);
        let other = SharedCache::new(Utf8Path::from_path(folder.path()).unwrap(), 1 << 20);
        let name = Sum::of(b"a");
        assert_eq!(other.load(&name), None);
        cache.store(&name, b"first");
        assert_eq!(other.load(&name).as_deref(), Some(&b"first"[..]));
        other.store(&name, b"second");
        assert_eq!(cache.load(&name).as_deref(), Some(&b"second"[..]));
    }

    #[test]
    fn a_cut_off_or_damaged_result_is_none() {
        let (_folder, cache) = cache(1 << 20);
        let name = Sum::of(b"a");
        cache.store(&name, b"0123456789");
        let path = cache.path(&name);
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            assert_eq!(cache.load(&name), None, "{end}");
            let mut damaged = whole.clone();
            damaged[end] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert_eq!(cache.load(&name), None, "{end}");
        }
    }

    #[test]
    fn the_longest_unused_go_where_there_is_too_much_and_nothing_unfinished_stays() {
        let (_folder, cache) = cache(10_000);
        let names: Vec<Sum> = (0..20u8).map(|i| Sum::of(&[i])).collect();
        for (i, name) in names.iter().enumerate() {
            cache.store(name, &[0; 900]);
            let at = SystemTime::now() - Duration::from_secs(1000 - i as u64);
            // It may be swept away already.
            if let Ok(file) = fs::File::options().write(true).open(cache.path(name)) {
                file.set_modified(at).unwrap();
            }
        }
        let left = cache.path(&names[0]).parent().unwrap().join(".tmp-1-1-1");
        fs::create_dir_all(left.parent().unwrap()).unwrap();
        fs::write(&left, "half").unwrap();
        let old = SystemTime::now() - 2 * ABANDONED;
        fs::File::options().write(true).open(&left).unwrap().set_modified(old).unwrap();
        cache.sweep();
        let kept: Vec<bool> = names.iter().map(|name| cache.load(name).is_some()).collect();
        assert!(kept.is_sorted() && !kept[0] && kept[19], "{kept:?}");
        assert!(kept.iter().filter(|kept| **kept).count() <= 10);
        assert!(!left.exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_nothing_but_the_sharing() {
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8PathBuf::try_from(folder.path().join("file")).unwrap();
        fs::write(&file, "").unwrap();
        let cache = SharedCache::new(&file, 1 << 20);
        cache.store(&Sum::of(b"a"), b"a");
        assert_eq!(cache.load(&Sum::of(b"a")), None);
    }
}
