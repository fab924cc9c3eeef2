//! Small Moodle-shaped trees in temporary folders, for the tests of this room.

use std::fs;
use std::os::unix::fs::symlink;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Checkout, Site, SitePaths};

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

    /// A theme below `theme/`, its `config.php` as [`config`] says.
    pub fn theme(self, name: &str, words: &str) -> Tree {
        self.file(&format!("theme/{name}/config.php"), &config(words))
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

/// A Moodle of before 5.1 with the plugin types and subsystems that the tests use.
pub fn old_moodle() -> Tree {
    let json = r#"{
        "plugintypes": {"mod": "mod", "block": "blocks", "tool": "admin/tool", "theme": "theme", "local": "local"},
        "subsystems": {"course": "course", "help": null}
    }"#;
    Tree::new().file("version.php", "").file("lib/components.json", json)
}

/// A theme's `config.php` out of a few words a line: `parents a b`, `head x y`, `footer x`, `exclude all`,
/// `exclude none`, `exclude parent`, `exclude parent name`. Its parents' list is empty where there is none.
pub fn config(words: &str) -> String {
    let mut php = "<?php $THEME->parents = [];".to_owned();
    let list = |words: &[&str]| words.iter().map(|word| format!("'{word}', ")).collect::<String>();
    for line in words.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        php += &match words[..] {
            [] => continue,
            ["parents", ref names @ ..] => format!("$THEME->parents = [{}];", list(names)),
            ["head", ref names @ ..] => format!("$THEME->javascripts = [{}];", list(names)),
            ["footer", ref names @ ..] => format!("$THEME->javascripts_footer = [{}];", list(names)),
            ["exclude", "all"] => "$THEME->parents_exclude_javascripts = true;".to_owned(),
            ["exclude", "none"] => "$THEME->parents_exclude_javascripts = [];".to_owned(),
            ["exclude", parent] => format!("$THEME->parents_exclude_javascripts = ['{parent}' => true];"),
            ["exclude", parent, ref names @ ..] => {
                format!("$THEME->parents_exclude_javascripts = ['{parent}' => [{}]];", list(names))
            }
            _ => panic!("{line}"),
        };
    }
    php
}

/// Opens the site in a tree.
pub fn open(tree: &Tree) -> Site {
    open_at(&paths(tree))
}

pub fn open_at(paths: &SitePaths) -> Site {
    Site::open(paths).unwrap()
}

pub fn paths(tree: &Tree) -> SitePaths {
    SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data"))
}
