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
    /// it lists every folder.
    pub fn sweep_leftovers(&self) -> Result<usize, CallError> {
        let mut swept = 0;
        let result = self.sweep_areas(&mut swept);
        if let Err(error) = &result {
            count(&self.counters.failures);
            self.report.failure(error);
        }
        result.map(|()| swept)
    }

    fn sweep_areas(&self, swept: &mut usize) -> Result<(), CallError> {
        let base = match self.folder("", Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return Ok(()),
            base => base?,
        };
        for area in Area::ALL {
            let error = |(call, errno)| CallError { call, path: self.path(area.as_str()), errno };
            // Areas, revisions, and what an entry's path has below them.
            self.sweep(base.as_fd(), area.as_str(), EntryName::DEEPEST, swept).map_err(error)?;
        }
        Ok(())
    }

    fn sweep(&self, at: BorrowedFd, name: &str, depth: usize, swept: &mut usize) -> Result<(), (Call, Errno)> {
        let folder = match self.io.open_folder(at, name) {
            Err(errno) if is_vanished(errno) => return Ok(()),
            Err(Errno::LOOP | Errno::NOTDIR) => return Ok(()),
            folder => folder.map_err(|e| (Call::OpenFolder, e))?,
        };
        for listed in self.io.list(folder.as_fd()).map_err(|e| (Call::List, e))? {
            match listed.kind {
                Kind::Folder if depth > 0 => self.sweep(folder.as_fd(), &listed.name, depth - 1, swept)?,
                Kind::File
                    if listed.name.starts_with(UNFINISHED) && self.is_orphan(folder.as_fd(), &listed.name)? =>
                {
                    match self.io.unlink(folder.as_fd(), &listed.name) {
                        Ok(()) => {
                            count(&self.counters.swept);
                            *swept += 1;
                        }
                        Err(errno) if is_vanished(errno) => {}
                        Err(errno) => return Err((Call::Unlink, errno)),
                    }
                }
                _ => {}
            }
        }
        Ok(())
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
