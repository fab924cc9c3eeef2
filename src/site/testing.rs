//! Small Moodle-shaped trees in temporary folders, for the tests of this room.

use std::fs;
use std::os::unix::fs::symlink;

use camino::{Utf8Path, Utf8PathBuf};

/// A temporary folder that goes with the value.
pub struct Tree {
    path: Utf8PathBuf,
    _folder: tempfile::TempDir,
}

impl Tree {
    pub fn new() -> Tree {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().canonicalize().unwrap()).unwrap();
        Tree { path, _folder: folder }
    }

    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    fn place(&self, name: &str) -> Utf8PathBuf {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Writes a file, folders on the way made.
    pub fn file(self, name: &str, text: &str) -> Tree {
        fs::write(self.place(name), text).unwrap();
        self
    }

    /// Files whose content is their own name, so that a test sees which one it got.
    pub fn files(self, names: &[&str]) -> Tree {
        names.iter().fold(self, |tree, name| tree.file(name, name))
    }

    pub fn folder(self, name: &str) -> Tree {
        fs::create_dir_all(self.path.join(name)).unwrap();
        self
    }

    /// A symbolic link with this very target.
    pub fn link(self, name: &str, target: impl AsRef<Utf8Path>) -> Tree {
        symlink(target.as_ref(), self.place(name)).unwrap();
        self
    }

    pub fn fifo(self, name: &str) -> Tree {
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, self.place(name).as_std_path(), kind, 0o600.into(), 0).unwrap();
        self
    }
}
