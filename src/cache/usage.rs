//! How much lies in a folder.

use std::fs;
use std::path::Path;

/// Folders deeper than this are no cache's own.
const DEEPEST: usize = 12;

/// Files in a folder and those below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub files: u64,
    /// Together, by their lengths.
    pub bytes: u64,
}

impl Usage {
    /// What lies in a folder now, but for one below it. Links are not followed; what cannot be read counts as nothing.
    /// Blocks: one look for each file.
    pub fn of(folder: &Path, but: Option<&Path>) -> Usage {
        let mut usage = Usage::default();
        usage.add(folder, but, DEEPEST);
        usage
    }

    fn add(&mut self, folder: &Path, but: Option<&Path>, deepest: usize) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(data) if data.is_file() => {
                    self.files += 1;
                    self.bytes += data.len();
                }
                Ok(data) if data.is_dir() && deepest > 0 && but != Some(&*entry.path()) => {
                    self.add(&entry.path(), but, deepest - 1);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_below_but_not_through_links_nor_where_they_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (folder.path().join("own"), folder.path().join("other"));
        for (path, bytes) in
            [(own.join("a/b"), 5), (own.join("c"), 7), (own.join("store/d"), 11), (other.join("e"), 13)]
        {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![0; bytes]).unwrap();
        }
        std::os::unix::fs::symlink(&other, own.join("link")).unwrap();
        assert_eq!(Usage::of(&own, Some(&own.join("store"))), Usage { files: 2, bytes: 12 });
        assert_eq!(Usage::of(&own, None), Usage { files: 3, bytes: 23 });
        assert_eq!(Usage::of(&folder.path().join("none"), None), Usage::default());
    }
}
