//! Whole files: read in one go, and written, checked and named in one go.

use super::LocalCache;
use crate::cache::io::{Call, Lock};
use bytes::Bytes;
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::Errno;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The call that failed, and how.
pub(in crate::cache) type Failed = (Call, Errno);

/// What became of a file that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cache) enum Put {
    /// It has its name.
    Named,
    /// Another has that name already.
    Taken,
    /// The guard said no.
    Withheld,
    /// It read back otherwise.
    Damaged,
}

/// What the names of unfinished files start with. No entry's name starts with a dot.
pub(in crate::cache) const UNFINISHED: &str = ".tmp-";

impl LocalCache {
    /// A file's content, `None` where the name stands for something else or more than an entry's size.
    pub(in crate::cache) fn read_whole(&self, folder: BorrowedFd, name: &str) -> Result<Option<Bytes>, Failed> {
        let file = self.io.open_file(folder, name).map_err(|e| (Call::OpenFile, e))?;
        let status = self.io.status(file.as_fd()).map_err(|e| (Call::Status, e))?;
        if !status.regular || status.size > Self::LARGEST {
            return Ok(None);
        }
        self.read_back(file.as_fd(), status.size as usize).map(|bytes| Some(bytes.into()))
    }

    /// Writes a file and gives it its name.
    ///
    /// 1. make a file without a name; where the system cannot do that, under a name of its own
    /// 2. write all of it, read it back, have it written through to disk
    /// 3. ask the guard
    /// 4. link it in, which never overwrites
    ///
    /// The folder is not written through: a name that a power failure takes away costs a build, no more.
    pub(in crate::cache) fn put(
        &self,
        folder: BorrowedFd,
        name: &str,
        bytes: &[u8],
        guard: &mut dyn FnMut() -> bool,
    ) -> Result<Put, Failed> {
        if !self.named_only.load(Ordering::Relaxed) {
            match self.put_unnamed(folder, name, bytes, guard) {
                Err((Call::CreateUnnamed | Call::LinkUnnamed, errno)) if is_unsupported(errno) => {
                    self.named_only.store(true, Ordering::Relaxed);
                }
                put => return put,
            }
        }
        self.put_named(folder, name, bytes, guard)
    }

    fn put_unnamed(
        &self,
        folder: BorrowedFd,
        name: &str,
        bytes: &[u8],
        guard: &mut dyn FnMut() -> bool,
    ) -> Result<Put, Failed> {
        let file = self.io.create_unnamed(folder).map_err(|e| (Call::CreateUnnamed, e))?;
        if !self.fill(file.as_fd(), bytes)? {
            return Ok(Put::Damaged);
        }
        if !guard() {
            return Ok(Put::Withheld);
        }
        match self.io.link_unnamed(file.as_fd(), folder, name) {
            Ok(()) => Ok(Put::Named),
            Err(Errno::EXIST) => Ok(Put::Taken),
            Err(errno) => Err((Call::LinkUnnamed, errno)),
        }
    }

    fn put_named(
        &self,
        folder: BorrowedFd,
        name: &str,
        bytes: &[u8],
        guard: &mut dyn FnMut() -> bool,
    ) -> Result<Put, Failed> {
        let own = own_name();
        let file = self.io.create_named(folder, &own).map_err(|e| (Call::CreateNamed, e))?;
        // As long as this process lives, the lock says that somebody still works on it. Where it cannot be had,
        // a sweep may take the file away, and it is written anew.
        let _ = self.io.lock(file.as_fd(), Lock::Exclusive);
        let put = self.fill(file.as_fd(), bytes).and_then(|whole| match whole {
            false => Ok(Put::Damaged),
            true if !guard() => Ok(Put::Withheld),
            true => match self.io.link(folder, &own, name) {
                Ok(()) => Ok(Put::Named),
                // On NFS an answer may be lost and the repeated call fail: a second name is proof (link(2), NOTES).
                Err(_) if self.io.status(file.as_fd()).is_ok_and(|s| s.links == 2) => Ok(Put::Named),
                Err(Errno::EXIST) => Ok(Put::Taken),
                Err(errno) => Err((Call::Link, errno)),
            },
        });
        // Gone with its folder, or left for the next sweep.
        let _ = self.io.unlink(folder, &own);
        put
    }

    /// Writes a new file's content and has it on disk; false if it reads back otherwise.
    fn fill(&self, file: BorrowedFd, bytes: &[u8]) -> Result<bool, Failed> {
        let mut left = bytes;
        while !left.is_empty() {
            match self.io.write(file, left) {
                Ok(0) => return Err((Call::Write, Errno::NOSPC)),
                Ok(written) => left = left.get(written..).unwrap_or_default(),
                Err(errno) => return Err((Call::Write, errno)),
            }
        }
        // One byte more is asked for, so that a file that is too long is seen as well.
        if self.read_back(file, bytes.len() + 1)? != bytes {
            return Ok(false);
        }
        if self.written_through {
            self.io.sync(file).map_err(|e| (Call::Sync, e))?;
        }
        Ok(true)
    }

    /// Up to so many bytes from the start of a file.
    fn read_back(&self, file: BorrowedFd, size: usize) -> Result<Vec<u8>, Failed> {
        let mut bytes = vec![0; size];
        let mut filled = 0;
        while filled < size {
            match self.io.read(file, &mut bytes[filled..], filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(errno) => return Err((Call::Read, errno)),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}

/// What a file system or a kernel answers that cannot make files without a name, or cannot name them.
fn is_unsupported(errno: Errno) -> bool {
    // ISDIR: before Linux 3.11 the flag was unknown. XDEV, INVAL, PERM: some stacked and FUSE file systems.
    matches!(errno, Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOSYS | Errno::INVAL | Errno::XDEV | Errno::PERM)
}

/// A name that no other writer takes, in this process or another, on this machine or another.
fn own_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    format!("{UNFINISHED}{}-{now:x}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
