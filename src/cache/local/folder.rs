//! The folders below localcachedir, opened one by one from the top, made where they are missing.
//!
//! No folder is held open between two uses: Moodle may have removed it in the meantime, and a removed folder
//! that is still open looks like any other.

use super::LocalCache;
use super::error::{CallError, is_vanished};
use super::report::count;
use crate::cache::io::Call;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::path::{Path, PathBuf};

/// What to do about a folder that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cache) enum Missing {
    Make,
    Leave,
}

impl LocalCache {
    /// How often something is begun anew after the folder vanished under it.
    pub(super) const ATTEMPTS: usize = 5;

    /// Does something in a folder, and again where the folder vanished in the middle of it.
    pub(in crate::cache) fn again<T>(&self, mut attempt: impl FnMut() -> Result<T, CallError>) -> Result<T, CallError> {
        for _ in 1..Self::ATTEMPTS {
            match attempt() {
                Err(error) if is_vanished(error.errno) => count(&self.counters.vanished),
                result => return result,
            }
        }
        attempt()
    }

    /// Opens a folder below revserve's own; the empty path is that itself.
    pub(in crate::cache) fn folder(&self, path: &str, missing: Missing) -> Result<OwnedFd, CallError> {
        let error = |call| move |errno| CallError { call, path: self.path(path), errno };
        let mut folder = self.root(missing)?;
        for name in self.base.split('/').chain(path.split('/')).filter(|name| !name.is_empty()) {
            let mut opened = self.io.open_folder(folder.as_fd(), name);
            if missing == Missing::Make && opened.as_ref().is_err_and(|e| *e == Errno::NOENT) {
                match self.io.make_folder(folder.as_fd(), name) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(errno) => return Err(error(Call::MakeFolder)(errno)),
                }
                opened = self.io.open_folder(folder.as_fd(), name);
            }
            folder = opened.map_err(error(Call::OpenFolder))?;
        }
        Ok(folder)
    }

    /// Opens localcachedir itself.
    fn root(&self, missing: Missing) -> Result<OwnedFd, CallError> {
        let error = |call| move |errno| CallError { call, path: self.root.clone(), errno };
        match self.io.open_root(&self.root) {
            Err(Errno::NOENT) if missing == Missing::Make => {
                self.make_root(&self.root).map_err(error(Call::MakeRoot))?;
                self.io.open_root(&self.root).map_err(error(Call::OpenRoot))
            }
            result => result.map_err(error(Call::OpenRoot)),
        }
    }

    /// Makes a folder and those above it, as Moodle does.
    fn make_root(&self, path: &Path) -> Result<(), Errno> {
        let made = match (self.io.make_root(path), path.parent()) {
            (Err(Errno::NOENT), Some(parent)) => {
                self.make_root(parent)?;
                self.io.make_root(path)
            }
            (made, _) => made,
        };
        match made {
            Err(Errno::EXIST) => Ok(()),
            made => made,
        }
    }

    /// The path of something below revserve's folder, for messages.
    pub(in crate::cache) fn path(&self, path: &str) -> PathBuf {
        self.root.join(&self.base).join(path)
    }
}
