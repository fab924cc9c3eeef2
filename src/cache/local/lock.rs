//! One build of an asset among the processes of a node (design.md §2, promise 4).
//!
//! 256 lock files stand for all entries. Within a process an asset is built once anyway, so its builds share the
//! lock of a file: none of them waits for another one of the same process that happens to have the same file.

use super::LocalCache;
use super::error::{CallError, LockError};
use super::folder::Missing;
use super::report::count;
use crate::cache::entry::sha256;
use crate::cache::io::{Call, Lock};
use crate::cache::name::EntryName;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// The lock files that this process holds.
pub(super) type Building = Mutex<HashMap<u8, Weak<OwnedFd>>>;

/// As long as it lives, no other process of this node gets the lock. Killed processes lose theirs.
#[derive(Debug)]
pub struct LockGuard {
    _file: Arc<OwnedFd>,
}

impl LocalCache {
    /// The longest that a build waits for another process's.
    pub const PATIENCE: Duration = Duration::from_secs(30);
    /// Between two looks at a lock that another process has: at first, and at most.
    const PAUSES: [Duration; 2] = [Duration::from_millis(2), Duration::from_millis(50)];

    /// Waits, blocking, until no other process of this node builds this entry, at most `patience` long. Then look
    /// whether it is there now, and only then build it. Do not ask for a second lock while holding one.
    pub fn lock(&self, name: &EntryName, patience: Duration) -> Result<LockGuard, LockError> {
        let locked = self.wait_for_lock(name, patience);
        if let Err(error) = &locked {
            count(&self.counters.failures);
            self.report.failure(error);
        }
        locked
    }

    fn wait_for_lock(&self, name: &EntryName, patience: Duration) -> Result<LockGuard, LockError> {
        let deadline = Instant::now() + patience;
        let [number, ..] = sha256(name.to_string().as_bytes());
        let [mut pause, longest] = Self::PAUSES;
        let lock = format!("build-{number:02x}");
        let mut opened = None;
        loop {
            if let Some(file) = self.held(number) {
                return Ok(LockGuard { _file: file });
            }
            let file = match opened.take() {
                Some(file) => file,
                None => self.open_lock(&lock)?,
            };
            match self.try_lock(&file, &lock, Lock::Exclusive)? {
                Locked::Held => return Ok(LockGuard { _file: self.hold(number, file) }),
                Locked::Removed => {}
                Locked::Busy => opened = Some(file),
            }
            if Instant::now() >= deadline {
                return Err(LockError::Timeout { path: self.path_of(name) });
            }
            std::thread::sleep(pause.min(deadline.saturating_duration_since(Instant::now())));
            pause = (pause * 2).min(longest);
        }
    }

    fn held(&self, number: u8) -> Option<Arc<OwnedFd>> {
        self.building.lock().unwrap_or_else(PoisonError::into_inner).get(&number).and_then(Weak::upgrade)
    }

    fn hold(&self, number: u8, file: OwnedFd) -> Arc<OwnedFd> {
        let file = Arc::new(file);
        self.building.lock().unwrap_or_else(PoisonError::into_inner).insert(number, Arc::downgrade(&file));
        file
    }

    /// Opens a lock file, making it where it is missing.
    pub(super) fn open_lock(&self, name: &str) -> Result<OwnedFd, CallError> {
        self.again(|| {
            let folder = self.folder(Self::LOCKS, Missing::Make)?;
            self.io.open_lock(folder.as_fd(), name).map_err(|errno| self.lock_error(Call::OpenLock, name, errno))
        })
    }

    /// Locks an open lock file, without waiting.
    pub(super) fn try_lock(&self, file: &OwnedFd, name: &str, lock: Lock) -> Result<Locked, CallError> {
        match self.io.lock(file.as_fd(), lock) {
            Err(Errno::WOULDBLOCK) => return Ok(Locked::Busy),
            result => result.map_err(|errno| self.lock_error(Call::Lock, name, errno))?,
        }
        self.is_there(file, name).map(|there| if there { Locked::Held } else { Locked::Removed })
    }

    /// Whether an open lock file still has its name. Without it, others would lock another one.
    pub(super) fn is_there(&self, file: &OwnedFd, name: &str) -> Result<bool, CallError> {
        let status = self.io.status(file.as_fd()).map_err(|errno| self.lock_error(Call::Status, name, errno))?;
        Ok(status.links > 0)
    }

    pub(super) fn lock_error(&self, call: Call, name: &str, errno: Errno) -> CallError {
        CallError { call, path: self.path(Self::LOCKS).join(name), errno }
    }
}

/// What became of an attempt to lock a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locked {
    Held,
    /// Another has it.
    Busy,
    /// The file was removed meanwhile: it has to be opened anew.
    Removed,
}
