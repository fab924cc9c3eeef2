//! localcachedir: one node's own, append-only store of entries (design.md §5).
//!
//! An entry appears under its name complete or not at all, and is never overwritten, renamed or changed. It goes
//! only with its revision's folder, by [`LocalCache::retire`], or when Moodle empties localcachedir, which it may
//! do between any two calls. Nothing here is needed for an answer: every failure is counted, logged and survived.
//!
//! Everything blocks; call it where that does no harm.

mod ailing;
mod error;
mod file;
mod folder;
mod index;
mod lock;
mod publish;
mod report;
mod retire;
mod sweep;

pub use error::{CallError, LoadError, LockError, OpenError, PublishError};
pub use lock::LockGuard;
pub use publish::Published;
pub use report::Counters;
pub use retire::Retired;

use super::entry::{Entry, decode, decode_best};
use super::generation::Area;
use super::io::{Call, FileSystem, Io, Real};
use super::name::EntryName;
use ailing::Ailing;
use bytes::Bytes;
pub(in crate::cache) use error::is_vanished;
pub(in crate::cache) use file::{Put, UNFINISHED};
pub(in crate::cache) use folder::Missing;
pub(in crate::cache) use report::Report;
use report::count;
use rustix::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The folder of revserve, or of one node, in localcachedir.
#[derive(Debug)]
pub struct LocalCache {
    pub(in crate::cache) io: Arc<dyn Io>,
    /// localcachedir.
    root: PathBuf,
    /// The folder in it that holds what this node keeps: `revserve`, or the node's in that.
    base: String,
    /// Whether files without a name turned out not to work here.
    named_only: AtomicBool,
    /// Whether files are on disk before they get their names.
    written_through: bool,
    building: lock::Building,
    leases: retire::Leases,
    pub(in crate::cache) report: Report,
    counters: Counters,
    ailing: Ailing,
}

impl LocalCache {
    /// revserve's folder in localcachedir.
    pub(in crate::cache) const FOLDER: &'static str = "revserve";
    /// The folder of lock files.
    const LOCKS: &'static str = "locks";
    /// The folder in [`LocalCache::FOLDER`] of what is kept beyond purges, where it has no place of its own.
    pub(in crate::cache) const STORE: &'static str = "store";
    /// A larger entry is neither written nor read: 256 MiB.
    const LARGEST: u64 = 256 << 20;

    /// Names the folder; nothing is made or looked at before the first use. With a `node`, everything is kept in a
    /// folder of that name: for a localcachedir on a network file system.
    pub fn open(localcachedir: impl AsRef<Path>, node: Option<&str>) -> Result<LocalCache, OpenError> {
        Self::with_io(localcachedir, node, Arc::new(Real))
    }

    /// The same through another way to the file system.
    pub fn with_io(
        localcachedir: impl AsRef<Path>,
        node: Option<&str>,
        io: Arc<dyn Io>,
    ) -> Result<LocalCache, OpenError> {
        let root = localcachedir.as_ref().to_path_buf();
        if !root.is_absolute() {
            return Err(OpenError::Relative(root));
        }
        let mut base = Self::FOLDER.to_owned();
        if let Some(node) = node {
            let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
            let taken = [Self::LOCKS, Self::STORE, Self::INDEX].contains(&node)
                || Area::ALL.iter().any(|area| area.as_str() == node);
            if !(1..=100).contains(&node.len()) || !node.bytes().all(good) || node.starts_with('.') || taken {
                return Err(OpenError::Node(node.chars().take(100).collect()));
            }
            base = format!("{base}/{node}");
        }
        Ok(Self::of_folder(root, base, io, Report::of("localcachedir"), true))
    }

    /// The files of a folder that is no localcachedir. `root` is absolute, `base` lies in it.
    pub(in crate::cache) fn of_folder(
        root: PathBuf,
        base: String,
        io: Arc<dyn Io>,
        report: Report,
        written_through: bool,
    ) -> LocalCache {
        LocalCache {
            io,
            root,
            base,
            named_only: AtomicBool::new(false),
            written_through,
            building: lock::Building::default(),
            leases: retire::Leases::default(),
            report,
            counters: Counters::default(),
            ailing: Ailing::new(Ailing::PAUSE),
        }
    }

    /// The same with another pause between two attempts to publish late what the folder would not take.
    pub fn pausing(mut self, pause: Duration) -> LocalCache {
        self.ailing = Ailing::new(pause);
        self
    }

    /// Whether to offer something to the folder again that it did not take: while it fails, seldom.
    pub fn may_publish_late(&self) -> bool {
        self.ailing.may_try()
    }

    /// Loads an entry with its better variants, every byte checked; `None` where it does not exist.
    ///
    /// A broken entry is reported once and stays where it is. Better variants that are broken or of other content
    /// are reported and left out.
    pub fn load(&self, name: &EntryName) -> Result<Option<Entry>, LoadError> {
        let loaded = self.load_both(name);
        match &loaded {
            Ok(Some(_)) => count(&self.counters.loaded),
            Ok(None) => count(&self.counters.absent),
            Err(error) => self.complain(error),
        }
        loaded
    }

    /// What happened since the start.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// revserve's folder, or the node's in it.
    pub fn base(&self) -> PathBuf {
        self.root.join(&self.base)
    }

    /// Where an entry lies.
    pub fn path_of(&self, name: &EntryName) -> PathBuf {
        self.path(&name.to_string())
    }

    /// The file system that the folder lies on; the folder is made where it is missing.
    pub fn file_system(&self) -> Result<FileSystem, CallError> {
        let folder = self.again(|| self.folder("", Missing::Make))?;
        let error = |errno| CallError { call: Call::FileSystem, path: self.base(), errno };
        self.io.file_system(folder.as_fd()).map_err(error)
    }

    fn load_both(&self, name: &EntryName) -> Result<Option<Entry>, LoadError> {
        let folder = match self.folder(name.folder(), Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return Ok(None),
            folder => folder?,
        };
        let Some(entry) = self.load_entry(folder.as_fd(), name)? else { return Ok(None) };
        Ok(Some(match self.load_best(folder.as_fd(), name, entry.clone()) {
            Ok(better) => better,
            Err(error) => {
                self.complain(&error);
                entry
            }
        }))
    }

    fn load_entry(&self, folder: BorrowedFd, name: &EntryName) -> Result<Option<Entry>, LoadError> {
        let Some((path, file)) = self.read_file(folder, name, &name.file())? else { return Ok(None) };
        decode(file).map(Some).map_err(|source| LoadError::Broken { path, source })
    }

    fn load_best(&self, folder: BorrowedFd, name: &EntryName, entry: Entry) -> Result<Entry, LoadError> {
        let Some((path, file)) = self.read_file(folder, name, &name.best_file())? else { return Ok(entry) };
        match decode_best(file) {
            Ok(best) => entry.with_best(best).map_err(|source| LoadError::Other { path, source }),
            Err(source) => Err(LoadError::Broken { path, source }),
        }
    }

    /// A file's path and content, `None` where there is none.
    fn read_file(
        &self,
        folder: BorrowedFd,
        name: &EntryName,
        file: &str,
    ) -> Result<Option<(PathBuf, Bytes)>, LoadError> {
        let path = self.path(name.folder()).join(file);
        match self.read_whole(folder, file) {
            Ok(Some(bytes)) => Ok(Some((path, bytes))),
            Ok(None) => Err(LoadError::NotAFile { path }),
            Err((_, errno)) if is_vanished(errno) => Ok(None),
            Err((call, errno)) => Err(CallError { call, path, errno }.into()),
        }
    }

    /// Counts and logs why an entry could not be loaded.
    fn complain(&self, error: &LoadError) {
        match error {
            LoadError::Call(_) => {
                count(&self.counters.failures);
                self.report.failure(error);
            }
            LoadError::Broken { path, .. } | LoadError::Other { path, .. } | LoadError::NotAFile { path } => {
                count(&self.counters.broken);
                self.report.broken(path, error);
            }
        }
    }
}
