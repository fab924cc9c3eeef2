//! The site's plugins, as a theme's PHP may ask after them.

use crate::php::eval::Contents;
use crate::php::problem::Reason;
use crate::php::{Value, constants, version};
use crate::site::Site;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::OnceLock;

/// No library that anybody wrote is longer, in bytes.
const LONGEST: u64 = 8 << 20;

/// Installed plugins, and the constants that Moodle's main library defines.
pub struct Plugins<'a> {
    site: &'a Site,
    constants: OnceLock<BTreeMap<String, Value>>,
}

impl<'a> Plugins<'a> {
    pub fn of(site: &'a Site) -> Plugins<'a> {
        Plugins { site, constants: OnceLock::new() }
    }

    /// The folder of a plugin; `None` where Moodle has no such type, so that the name may be anybody's.
    pub fn dir(&self, kind: &str, name: &str) -> Option<Option<Utf8PathBuf>> {
        let components = self.site.components();
        let is_type = components.types.iter().chain(&components.deprecated).any(|known| known.name == kind);
        is_type.then(|| components.plugin_dir(kind, name).map(|dir| self.dirroot().join(dir)))
    }

    /// The names of a type's plugins; `None` where there is no such type.
    pub fn names(&self, kind: &str) -> Option<Vec<String>> {
        let known = self.site.components().types.iter().find(|known| known.name == kind)?;
        Some(known.plugins.iter().map(|plugin| plugin.name.clone()).collect())
    }

    /// A plugin's `lib.php`.
    pub fn library(&self, kind: &str, name: &str) -> Contents {
        match self.dir(kind, name).flatten() {
            Some(dir) => read(&dir.join("lib.php")),
            None => Contents::Missing,
        }
    }

    fn dirroot(&self) -> &Utf8Path {
        self.site.paths().dirroot()
    }

    /// What the core's `version.php` says and Moodle keeps under the same name in its configuration.
    pub fn of_core(&self, name: &str) -> Option<Value> {
        if !matches!(name, "version" | "release" | "branch") {
            return None;
        }
        let core = version::read(&self.dirroot().join("version.php")).ok()?;
        let said = match name {
            "version" => core.version,
            "release" => core.release,
            "branch" => core.branch,
            _ => return None,
        };
        said.to_text().map(Value::Str)
    }

    pub fn constant(&self, name: &str) -> Option<Value> {
        let read = || match read(&self.dirroot().join("lib/moodlelib.php")) {
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
