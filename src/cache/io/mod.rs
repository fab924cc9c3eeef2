//! Every call that localcachedir makes to the file system, so that a test can make each of them fail.
//!
//! All names are relative to an open folder and none is followed if it is a link: whoever may write in
//! localcachedir cannot lead revserve out of it.

mod faulty;
mod file_system;
mod real;

pub use faulty::{Act, Faulty};
pub use file_system::FileSystem;
pub use real::Real;

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::io::Errno;
use std::fmt;
use std::path::Path;

/// The calls. [`Real`] makes them, [`Faulty`] refuses some.
///
/// Names are single segments of a path. Every error is the system's own.
pub trait Io: Send + Sync + fmt::Debug {
    /// Opens localcachedir itself; here alone links are followed, they are the operator's.
    fn open_root(&self, path: &Path) -> Result<OwnedFd, Errno>;
    /// Makes localcachedir or one of the folders above it.
    fn make_root(&self, path: &Path) -> Result<(), Errno>;
    fn open_folder(&self, at: BorrowedFd, name: &str) -> Result<OwnedFd, Errno>;
    fn make_folder(&self, at: BorrowedFd, name: &str) -> Result<(), Errno>;
    /// Removes an empty folder.
    fn remove_folder(&self, at: BorrowedFd, name: &str) -> Result<(), Errno>;
    /// What is in a folder, but for `.` and `..`.
    fn list(&self, folder: BorrowedFd) -> Result<Vec<Listed>, Errno>;
    /// Opens a file for reading; never blocks, whatever the name turns out to be.
    fn open_file(&self, at: BorrowedFd, name: &str) -> Result<OwnedFd, Errno>;
    fn status(&self, file: BorrowedFd) -> Result<Status, Errno>;
    /// Fills as much of the buffer as it can from this offset; 0 at the end.
    fn read(&self, file: BorrowedFd, buffer: &mut [u8], offset: u64) -> Result<usize, Errno>;
    /// Makes a file that has no name in the file system of a folder (`O_TMPFILE`).
    fn create_unnamed(&self, folder: BorrowedFd) -> Result<OwnedFd, Errno>;
    /// Makes a file under a name that nothing has yet.
    fn create_named(&self, folder: BorrowedFd, name: &str) -> Result<OwnedFd, Errno>;
    /// Writes at the file's position; may write less than all.
    fn write(&self, file: BorrowedFd, bytes: &[u8]) -> Result<usize, Errno>;
    fn sync(&self, file: BorrowedFd) -> Result<(), Errno>;
    /// Says that a file is in use: now is when it was changed last.
    fn touch(&self, file: BorrowedFd) -> Result<(), Errno>;
    /// Gives a name to a file that has none. Never overwrites: `EEXIST` where the name is taken.
    /// `EOPNOTSUPP` where the system has no way to do it.
    fn link_unnamed(&self, file: BorrowedFd, folder: BorrowedFd, name: &str) -> Result<(), Errno>;
    /// Gives a second name to a file, in the same folder. Never overwrites.
    fn link(&self, folder: BorrowedFd, from: &str, to: &str) -> Result<(), Errno>;
    fn unlink(&self, folder: BorrowedFd, name: &str) -> Result<(), Errno>;
    /// Opens a file to be locked, making it where it is missing.
    fn open_lock(&self, folder: BorrowedFd, name: &str) -> Result<OwnedFd, Errno>;
    /// Locks an open file (`flock`) without waiting: `EWOULDBLOCK` where another has it.
    fn lock(&self, file: BorrowedFd, lock: Lock) -> Result<(), Errno>;
    fn file_system(&self, folder: BorrowedFd) -> Result<FileSystem, Errno>;
}

/// How a file is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// By any number of users.
    Shared,
    /// By one.
    Exclusive,
}

/// What is known of an open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Neither a folder nor a device, pipe or socket.
    pub regular: bool,
    /// Bytes.
    pub size: u64,
    /// How many names it has.
    pub links: u64,
    /// Seconds since 1970 when it was changed, or touched, last.
    pub changed: i64,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub kind: Kind,
}

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Folder,
    File,
    /// A link, device, pipe or socket, or a name that is not UTF-8: nothing that revserve made.
    Other,
}

/// One of the calls of [`Io`], for errors and for tests that make it fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    OpenRoot,
    MakeRoot,
    OpenFolder,
    MakeFolder,
    RemoveFolder,
    List,
    OpenFile,
    Status,
    Read,
    CreateUnnamed,
    CreateNamed,
    Write,
    Sync,
    Touch,
    LinkUnnamed,
    Link,
    Unlink,
    OpenLock,
    Lock,
    FileSystem,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Call::OpenRoot => "open localcachedir",
            Call::MakeRoot => "make localcachedir",
            Call::OpenFolder => "open folder",
            Call::MakeFolder => "make folder",
            Call::RemoveFolder => "remove folder",
            Call::List => "list folder",
            Call::OpenFile => "open file",
            Call::Status => "look at file",
            Call::Read => "read",
            Call::CreateUnnamed | Call::CreateNamed => "make file",
            Call::Write => "write",
            Call::Touch => "touch file",
            Call::Sync => "write through to disk",
            Call::LinkUnnamed | Call::Link => "name file",
            Call::Unlink => "remove file",
            Call::OpenLock => "open lock file",
            Call::Lock => "lock",
            Call::FileSystem => "look at file system",
        })
    }
}
