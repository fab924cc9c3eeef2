//! The component index's files: `index/<SHA-256 of the file>.index`.
//!
//! As entries they appear complete or not at all and are never overwritten. An index is never needed: whoever wants one
//! that is not there, or not to be believed, looks through the site's folders. The last ones stay, so that going back to
//! the release of before finds its own.

use super::LocalCache;
use super::error::{CallError, is_vanished};
use super::folder::Missing;
use super::report::count;
use crate::cache::entry::sha256;
use crate::cache::io::Kind;
use bytes::Bytes;
use rustix::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

impl LocalCache {
    /// The folder of index files.
    pub(super) const INDEX: &'static str = "index";
    /// So many stay.
    const INDEXES: usize = 3;
    /// What their names end in.
    const ENDING: &'static str = ".index";

    /// The files that are kept, the newest first. One whose content is not that of its name is reported and left out.
    pub fn indexes(&self) -> impl Iterator<Item = (PathBuf, Bytes)> {
        let folder = match self.folder(Self::INDEX, Missing::Leave) {
            Ok(folder) => Some(folder),
            Err(error) => {
                if !is_vanished(error.errno) {
                    self.lament_index(&error);
                }
                None
            }
        };
        let names = folder.as_ref().map(|folder| self.index_names(folder)).unwrap_or_default();
        names.into_iter().filter_map(move |name| {
            let folder = folder.as_ref()?;
            let path = self.path(Self::INDEX).join(&name);
            let bytes = self.read_whole(folder.as_fd(), &name).ok().flatten()?;
            if file_name(&bytes) != name {
                count(&self.counters.broken);
                self.report.broken(&path, &format_args!("broken index {}", path.display()));
                return None;
            }
            Some((path, bytes))
        })
    }

    /// Keeps a file, and removes those that are too old.
    ///
    /// # Errors
    /// Where it cannot be written; counted and logged already.
    pub fn publish_index(&self, bytes: &[u8]) -> Result<PathBuf, CallError> {
        let name = file_name(bytes);
        let path = self.path(Self::INDEX).join(&name);
        let put = self.again(|| {
            let folder = self.folder(Self::INDEX, Missing::Make)?;
            let put = self.put(folder.as_fd(), &name, bytes, &mut || true);
            put.map_err(|(call, errno)| CallError { call, path: path.clone(), errno })?;
            Ok(folder)
        });
        match put {
            Err(error) => {
                self.lament_index(&error);
                Err(error)
            }
            Ok(folder) => {
                let others = self.index_names(&folder).into_iter().filter(|other| *other != name);
                for old in others.skip(Self::INDEXES - 1) {
                    let _ = self.io.unlink(folder.as_fd(), &old); // gone already, or tried again next time
                }
                Ok(path)
            }
        }
    }

    /// The names of the files, the newest first.
    fn index_names(&self, folder: &OwnedFd) -> Vec<String> {
        let listed = self.io.list(folder.as_fd()).unwrap_or_default();
        let files = listed.into_iter().filter(|file| file.kind == Kind::File && file.name.ends_with(Self::ENDING));
        let mut files: Vec<(i64, String)> = files
            .filter_map(|file| {
                let opened = self.io.open_file(folder.as_fd(), &file.name).ok()?;
                Some((self.io.status(opened.as_fd()).ok()?.changed, file.name))
            })
            .collect();
        files.sort_by(|a, b| b.cmp(a));
        files.into_iter().map(|(_, name)| name).collect()
    }

    fn lament_index(&self, error: &CallError) {
        count(&self.counters.failures);
        self.report.failure(error);
    }
}

fn file_name(bytes: &[u8]) -> String {
    let hash: String = sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    hash + LocalCache::ENDING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_indexes_are_kept_and_damaged_ones_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let local = LocalCache::open(folder.path(), None).unwrap();
        assert_eq!(local.indexes().count(), 0);
        assert!(!local.base().exists(), "looking makes nothing");
        let paths: Vec<PathBuf> = (0u8..6).map(|n| local.publish_index(&[n; 9]).unwrap()).collect();
        assert_eq!(local.publish_index(&[5; 9]).unwrap(), paths[5], "the same again");
        let kept: Vec<PathBuf> = local.indexes().map(|(path, _)| path).collect();
        assert_eq!(kept.len(), LocalCache::INDEXES);
        assert!(kept.contains(&paths[5]));
        std::fs::write(&paths[5], [5; 8]).unwrap();
        assert!(local.indexes().all(|(path, _)| path != paths[5]));
        assert_eq!(local.counters().broken.load(std::sync::atomic::Ordering::Relaxed), 1);
    }

    #[test]
    fn a_folder_that_takes_none_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("revserve"), "in the way").unwrap();
        let local = LocalCache::open(folder.path(), None).unwrap();
        assert!(local.publish_index(b"x").is_err());
        assert_eq!(local.indexes().count(), 0);
    }
}
