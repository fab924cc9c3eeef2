//! Removing what killed writers left behind.
//!
//! Only file systems without files that have no name need it. A writer locks its unfinished file; the lock of a
//! killed one is free. One that was made but not locked yet may be taken away too: its writer begins anew.

use super::LocalCache;
use super::error::{CallError, is_vanished};
use super::file::UNFINISHED;
use super::folder::Missing;
use super::report::count;
use crate::cache::generation::Area;
use crate::cache::io::{Call, Kind, Lock};
use crate::cache::name::EntryName;
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::Errno;

impl LocalCache {
    /// Removes unfinished files that nobody works on any more; how many. To be called at start, in the background:
    /// it lists every folder. A folder that cannot be swept is counted, logged and passed over.
    pub fn sweep_leftovers(&self) -> usize {
        let base = match self.folder("", Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return 0,
            Err(error) => {
                self.pass_over(error);
                return 0;
            }
            Ok(base) => base,
        };
        let folders = Area::ALL.iter().map(|area| area.as_str()).chain([Self::INDEX]);
        folders.map(|folder| self.sweep(base.as_fd(), folder, folder, EntryName::DEEPEST)).sum()
    }

    /// Sweeps a folder and those in it. `path` is where it lies, for messages.
    fn sweep(&self, at: BorrowedFd, name: &str, path: &str, depth: usize) -> usize {
        let mut swept = 0;
        let result = self.io.open_folder(at, name).map_err(|errno| (Call::OpenFolder, errno)).and_then(|folder| {
            for listed in self.io.list(folder.as_fd()).map_err(|errno| (Call::List, errno))? {
                match listed.kind {
                    Kind::Folder if depth > 0 => {
                        let path = format!("{path}/{}", listed.name);
                        swept += self.sweep(folder.as_fd(), &listed.name, &path, depth - 1);
                    }
                    Kind::File
                        if listed.name.starts_with(UNFINISHED) && self.is_orphan(folder.as_fd(), &listed.name)? =>
                    {
                        self.io.unlink(folder.as_fd(), &listed.name).map_err(|errno| (Call::Unlink, errno))?;
                        count(&self.counters.swept);
                        swept += 1;
                    }
                    _ => {}
                }
            }
            Ok(())
        });
        match result {
            // Gone by itself, or put there by somebody else.
            Err((_, errno)) if is_vanished(errno) || matches!(errno, Errno::LOOP | Errno::NOTDIR) => {}
            Err((call, errno)) => self.pass_over(CallError { call, path: self.path(path), errno }),
            Ok(()) => {}
        }
        swept
    }

    fn pass_over(&self, error: CallError) {
        count(&self.counters.failures);
        self.report.failure(&error);
    }

    /// Whether nobody has an unfinished file locked.
    fn is_orphan(&self, folder: BorrowedFd, name: &str) -> Result<bool, (Call, Errno)> {
        match self.io.open_lock(folder, name) {
            Ok(file) => match self.io.lock(file.as_fd(), Lock::Exclusive) {
                Ok(()) => Ok(true),
                Err(Errno::WOULDBLOCK) => Ok(false),
                Err(errno) => Err((Call::Lock, errno)),
            },
            Err(errno) if is_vanished(errno) => Ok(false),
            Err(errno) => Err((Call::OpenLock, errno)),
        }
    }
}
