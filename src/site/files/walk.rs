//! Every file below a folder.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Dir, FileType, OFlags};
use rustix::io::Errno;

use super::error::is_absent;
use super::roots::join;
use super::{Place, Reach, Roots, SourceError, SourceFile};
use crate::inputs::trace;

/// Folders deeper in each other than this are not Moodle's.
const DEEPEST: usize = 32;
/// Files in one component's folder beyond this are not Moodle's, whose largest, `lib`, has 15,000.
const MOST: usize = 100_000;

/// The files below a folder.
#[derive(Debug, Default)]
pub struct Walk {
    /// (path from that folder, file), in the order of the paths.
    pub files: Vec<(String, SourceFile)>,
    /// Links that lead out of the site, or to what is no file.
    pub left_out: Vec<SourceError>,
}

impl Roots {
    /// The regular files below the folder `name` of a place whose path from there passes `wanted`. Links to files
    /// are followed, links to folders are not, as in Moodle; the folder itself may be one. Empty where there is no
    /// such folder. What goes away meanwhile is not in it.
    pub fn walk(&self, place: &Place, name: &str, wanted: impl Fn(&str) -> bool) -> Result<Walk, SourceError> {
        let mut walk = Walk::default();
        let Some(top) = self.folder(place, name)? else { return Ok(walk) };
        let too_many = || SourceError::TooMany { path: top.path(), limit: MOST };
        let mut folders = vec![String::new()];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            trace::listing(&top.path().join(&folder));
            let fail = |errno| SourceError::Unreadable { path: top.path().join(&folder), errno };
            let handle = match top.root().open(&top.below(&folder), OFlags::RDONLY | OFlags::DIRECTORY) {
                Ok(handle) => handle,
                Err(errno) if is_absent(errno) => continue,
                Err(errno) => return Err(fail(errno)),
            };
            for (entry, kind) in entries(handle).map_err(fail)? {
                seen += 1;
                if seen > MOST {
                    return Err(too_many());
                }
                let path = join(&folder, &entry);
                match kind {
                    FileType::Directory if path.matches('/').count() >= DEEPEST => return Err(too_many()),
                    FileType::Directory => folders.push(path),
                    FileType::RegularFile if wanted(&path) => {
                        let file = SourceFile::new(top.root().clone(), top.below(&path), top.named(&path));
                        walk.files.push((path, file));
                    }
                    FileType::Symlink if wanted(&path) => match self.find(&top, &path, Reach::AllRoots) {
                        Ok(Some(file)) => walk.files.push((path, file)),
                        Ok(None) => {}
                        Err(error) => walk.left_out.push(error),
                    },
                    _ => {}
                }
            }
        }
        walk.files.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(walk)
    }
}

impl Roots {
    /// The names in the folder `name` of a place, sorted, whatever they are; `None` where there is no such folder.
    pub fn names(&self, place: &Place, name: &str) -> Result<Option<Vec<String>>, SourceError> {
        let Some(folder) = self.folder(place, name)? else { return Ok(None) };
        trace::listing(&folder.path());
        let fail = |errno| SourceError::Unreadable { path: folder.path(), errno };
        let handle = match folder.root().open(&folder.below(""), OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(handle) => handle,
            Err(errno) if is_absent(errno) => return Ok(None),
            Err(errno) => return Err(fail(errno)),
        };
        let mut names: Vec<String> = entries(handle).map_err(fail)?.into_iter().map(|(name, _)| name).collect();
        if names.len() > MOST {
            return Err(SourceError::TooMany { path: folder.path(), limit: MOST });
        }
        names.sort();
        Ok(Some(names))
    }
}

/// Names and kinds of a folder's entries. Names that are not UTF-8 are none of Moodle's.
fn entries(folder: OwnedFd) -> Result<Vec<(String, FileType)>, Errno> {
    let mut entries = Vec::new();
    for entry in Dir::read_from(&folder)? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(errno) if is_absent(errno) => break,
            Err(errno) => return Err(errno),
        };
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name == "." || name == ".." {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not say in the listing.
            FileType::Unknown => {
                match rustix::fs::statat(folder.as_fd(), name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(data) => FileType::from_raw_mode(data.st_mode),
                    Err(_) => continue,
                }
            }
            kind => kind,
        };
        entries.push((name.to_owned(), kind));
    }
    Ok(entries)
}
