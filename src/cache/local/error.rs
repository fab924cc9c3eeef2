//! What can go wrong in localcachedir. None of it is a reason not to answer: each is counted and logged here
//! already (at most once a minute), and whoever asked goes on without the folder.

use crate::cache::entry::{EntryError, OtherContent};
use crate::cache::io::Call;
use rustix::io::Errno;
use std::path::PathBuf;

/// A node's part of localcachedir cannot be named.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// localcachedir is a relative path: what it means would depend on where revserve was started.
    #[error("localcachedir {} must be an absolute path", .0.display())]
    Relative(PathBuf),
    /// The node's name is not `[A-Za-z0-9._-]{1,100}`, starts with a dot, or is the name of a folder in localcachedir.
    #[error(
        "{0:?} cannot be the name of a node's folder: use letters, digits, dots, _ and -, not theme, js, amd, yui, locks, store or index"
    )]
    Node(String),
}

/// A call to the file system failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not {call} for {}: {errno}", .path.display())]
pub struct CallError {
    pub call: Call,
    /// The entry or folder that it was about.
    pub path: PathBuf,
    pub errno: Errno,
}

/// The folder, or one above it, was removed while it was being used: Moodle may do that at any moment.
pub(in crate::cache) fn is_vanished(errno: Errno) -> bool {
    matches!(errno, Errno::NOENT | Errno::STALE)
}

/// An entry could not be loaded. It is treated as if it did not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file is not a whole, undamaged entry. Logged once for each entry, never overwritten.
    #[error("broken entry {}: {source}", .path.display())]
    Broken { path: PathBuf, source: EntryError },
    /// The better variants are for another body: localcachedir was emptied, and other sources were built, in between.
    #[error("{}: {source}", .path.display())]
    Other { path: PathBuf, source: OtherContent },
    /// Under the entry's name is a folder, a device or the like, or more than 256 MiB.
    #[error("{} is no file of an entry's size", .path.display())]
    NotAFile { path: PathBuf },
    /// A call failed for another reason than that nothing is there.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// An entry could not be published. It is served from memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The entry breaks the rules of its own format, or is larger than 256 MiB: nothing was written.
    #[error("not fit to be {}: {source}", .path.display())]
    Unfit { path: PathBuf, source: EntryError },
    /// What was written reads back otherwise: a failing disk. Nothing was published.
    #[error("{} reads back otherwise than it was written", .path.display())]
    Damaged { path: PathBuf },
    /// A call failed: no room, read-only, no permission, too many open files, the folder vanishes all the time.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Another has published it before, and that entry cannot be used.
    #[error(transparent)]
    Winner(#[from] LoadError),
}

impl PublishError {
    /// Whether the folder is to blame: the same may be published once that has recovered.
    pub fn is_the_folders(&self) -> bool {
        matches!(self, PublishError::Damaged { .. } | PublishError::Call(_))
    }
}

/// There is no lock to be had; build without one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Another process had it for the whole time.
    #[error("{} is being built by another process for too long", .path.display())]
    Timeout { path: PathBuf },
    /// The lock file cannot be made or locked.
    #[error(transparent)]
    Call(#[from] CallError),
}
