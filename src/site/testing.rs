//! Small Moodle-shaped trees in temporary folders, for the tests of this room.

use std::fs;
use std::os::unix::fs::symlink;

use camino::{Utf8Path, Utf8PathBuf};

use super::themes::{Declared, Excludes, Part, ThemeFault};
use super::{Checkout, Site, SitePaths};
use crate::php::Reading;

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

/// A Moodle of before 5.1 with the plugin types and subsystems that the tests use.
pub fn old_moodle() -> Tree {
    let json = r#"{
        "plugintypes": {"mod": "mod", "block": "blocks", "tool": "admin/tool", "theme": "theme", "local": "local"},
        "subsystems": {"course": "course", "help": null}
    }"#;
    Tree::new().file("version.php", "").file("lib/components.json", json)
}

/// Declarations of themes in a few words a line: `parents a b`, `head x y`, `footer x`, `exclude all`,
/// `exclude none`, `exclude parent`, `exclude parent name`.
pub fn declared(config: &str) -> Declared {
    let mut declared = Declared::of_parents(Vec::new());
    for line in config.lines() {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (Some(key), rest) = (words.first(), words.get(1..).unwrap_or_default()) else { continue };
        match (key.as_str(), rest) {
            ("parents", rest) => declared.parents = rest.to_vec(),
            ("head", rest) => declared.javascripts = Reading::Known(rest.to_vec()),
            ("footer", rest) => declared.javascripts_footer = Reading::Known(rest.to_vec()),
            ("exclude", [all]) if all == "all" => declared.parents_exclude_javascripts = Reading::Known(Excludes::All),
            ("exclude", [none]) if none == "none" => {
                declared.parents_exclude_javascripts = Reading::Known(Excludes::Some(Vec::new()));
            }
            ("exclude", [parent, names @ ..]) => {
                let part = if names.is_empty() { Part::All } else { Part::Names(names.to_vec()) };
                declared.parents_exclude_javascripts = Reading::Known(Excludes::Some(vec![(parent.clone(), part)]));
            }
            other => panic!("{other:?}"),
        }
    }
    declared
}

/// Opens the site in a tree; themes are declared as [`declared`] says.
pub fn open(tree: &Tree) -> Site {
    open_at(&SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data")))
}

pub fn open_at(paths: &SitePaths) -> Site {
    Site::open_with(paths, |_, place| {
        let path = place.path().join("config.php");
        let config = fs::read_to_string(&path).unwrap();
        if config == "broken" {
            return Err(ThemeFault::BadConfig { path, why: "it is broken".into() });
        }
        Ok(declared(&config))
    })
    .unwrap()
}
