//! The site's plugins, as a theme's PHP may ask after them.

use crate::php::eval::Contents;
use crate::php::problem::Reason;
use crate::php::{Value, constants};
use crate::site::Site;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::OnceLock;

/// No library that anybody wrote is longer, in bytes.
const LONGEST: u64 = 8 << 20;

/// Installed plugins, and the constants that Moodle's main library defines.
pub struct Plugins {
    dirroot: Utf8PathBuf,
    /// Folders by type and name.
    dirs: BTreeMap<(String, String), Utf8PathBuf>,
    constants: OnceLock<BTreeMap<String, Value>>,
}

impl Plugins {
    pub fn of(site: &Site) -> Plugins {
        let dirroot = site.paths().dirroot().to_owned();
        let split = |(component, dir): (String, &str)| {
            let (kind, name) = component.split_once('_')?;
            Some(((kind.to_owned(), name.to_owned()), dirroot.join(dir)))
        };
        let dirs = site.components().plugins().filter_map(split).collect();
        Plugins { dirs, dirroot, constants: OnceLock::new() }
    }

    pub fn dir(&self, kind: &str, name: &str) -> Option<Utf8PathBuf> {
        self.dirs.get(&(kind.to_owned(), name.to_owned())).cloned()
    }

    pub fn names(&self, kind: &str) -> Vec<String> {
        self.dirs.keys().filter(|(of, _)| of == kind).map(|(_, name)| name.clone()).collect()
    }

    /// The `lib.php` of a plugin's folder.
    pub fn library(&self, dir: &Utf8Path) -> Contents {
        match self.dirs.values().any(|known| known == dir) {
            true => read(&dir.join("lib.php")),
            false => Contents::Refused(Reason::Refused),
        }
    }

    pub fn constant(&self, name: &str) -> Option<Value> {
        let read = || match read(&self.dirroot.join("lib/moodlelib.php")) {
            Contents::Bytes(source) => constants::read(&source),
            _ => BTreeMap::new(),
        };
        self.constants.get_or_init(read).get(name).cloned()
    }
}

fn read(path: &Utf8Path) -> Contents {
    let refused = |error: std::io::Error| Contents::Refused(Reason::Unreadable(error.to_string()));
    match std::fs::metadata(path) {
        Ok(found) if found.len() > LONGEST => Contents::Refused(Reason::Limit("a library is too long")),
        Ok(_) => std::fs::read(path).map_or_else(refused, Contents::Bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Contents::Missing,
        Err(error) => refused(error),
    }
}
