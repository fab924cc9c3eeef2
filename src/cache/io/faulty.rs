//! The calls with faults, for tests: any of them can fail, or have something happen right before it.

use super::{Call, FileSystem, Io, Listed, Lock, Real, Status};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::io::Errno;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is made.
    Go,
    /// It fails, with no effect.
    Fail(Errno),
    /// A write says that all was written and wrote nothing, as a dying disk may; other calls are made.
    Lose,
}

/// The file system, with a word to say before each call.
pub struct Faulty {
    before: Box<dyn Fn(usize, Call) -> Act + Send + Sync>,
    calls: AtomicUsize,
}

impl Faulty {
    /// Asks `before` what becomes of each call, giving its number, from 0, and what it is.
    pub fn new(before: impl Fn(usize, Call) -> Act + Send + Sync + 'static) -> Faulty {
        Faulty { before: Box::new(before), calls: AtomicUsize::new(0) }
    }

    /// Fails one call, the n-th from 0.
    pub fn nth(n: usize, errno: Errno) -> Faulty {
        Faulty::new(move |number, _| if number == n { Act::Fail(errno) } else { Act::Go })
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn ask(&self, call: Call) -> Result<Act, Errno> {
        match (self.before)(self.calls.fetch_add(1, Ordering::SeqCst), call) {
            Act::Fail(errno) => Err(errno),
            act => Ok(act),
        }
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty").field("calls", &self.calls()).finish()
    }
}

impl Io for Faulty {
    fn open_root(&self, path: &Path) -> Result<OwnedFd, Errno> {
        self.ask(Call::OpenRoot)?;
        Real.open_root(path)
    }

    fn make_root(&self, path: &Path) -> Result<(), Errno> {
        self.ask(Call::MakeRoot)?;
        Real.make_root(path)
    }

    fn open_folder(&self, at: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        self.ask(Call::OpenFolder)?;
        Real.open_folder(at, name)
    }

    fn make_folder(&self, at: BorrowedFd, name: &str) -> Result<(), Errno> {
        self.ask(Call::MakeFolder)?;
        Real.make_folder(at, name)
    }

    fn remove_folder(&self, at: BorrowedFd, name: &str) -> Result<(), Errno> {
        self.ask(Call::RemoveFolder)?;
        Real.remove_folder(at, name)
    }

    fn list(&self, folder: BorrowedFd) -> Result<Vec<Listed>, Errno> {
        self.ask(Call::List)?;
        Real.list(folder)
    }

    fn open_file(&self, at: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        self.ask(Call::OpenFile)?;
        Real.open_file(at, name)
    }

    fn status(&self, file: BorrowedFd) -> Result<Status, Errno> {
        self.ask(Call::Status)?;
        Real.status(file)
    }

    fn read(&self, file: BorrowedFd, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        self.ask(Call::Read)?;
        Real.read(file, buffer, offset)
    }

    fn create_unnamed(&self, folder: BorrowedFd) -> Result<OwnedFd, Errno> {
        self.ask(Call::CreateUnnamed)?;
        Real.create_unnamed(folder)
    }

    fn create_named(&self, folder: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        self.ask(Call::CreateNamed)?;
        Real.create_named(folder, name)
    }

    fn write(&self, file: BorrowedFd, bytes: &[u8]) -> Result<usize, Errno> {
        match self.ask(Call::Write)? {
            Act::Lose => Ok(bytes.len()),
            _ => Real.write(file, bytes),
        }
    }

    fn sync(&self, file: BorrowedFd) -> Result<(), Errno> {
        self.ask(Call::Sync)?;
        Real.sync(file)
    }

    fn touch(&self, file: BorrowedFd) -> Result<(), Errno> {
        self.ask(Call::Touch)?;
        Real.touch(file)
    }

    fn link_unnamed(&self, file: BorrowedFd, folder: BorrowedFd, name: &str) -> Result<(), Errno> {
        self.ask(Call::LinkUnnamed)?;
        Real.link_unnamed(file, folder, name)
    }

    fn link(&self, folder: BorrowedFd, from: &str, to: &str) -> Result<(), Errno> {
        self.ask(Call::Link)?;
        Real.link(folder, from, to)
    }

    fn unlink(&self, folder: BorrowedFd, name: &str) -> Result<(), Errno> {
        self.ask(Call::Unlink)?;
        Real.unlink(folder, name)
    }

    fn open_lock(&self, folder: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        self.ask(Call::OpenLock)?;
        Real.open_lock(folder, name)
    }

    fn lock(&self, file: BorrowedFd, lock: Lock) -> Result<(), Errno> {
        self.ask(Call::Lock)?;
        Real.lock(file, lock)
    }

    fn file_system(&self, folder: BorrowedFd) -> Result<FileSystem, Errno> {
        self.ask(Call::FileSystem)?;
        Real.file_system(folder)
    }
}
