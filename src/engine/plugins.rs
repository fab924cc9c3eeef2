//! The site's plugins, as a theme's PHP may ask after them.

use super::fresh;
use crate::inputs::{Sum, trace};
use crate::php::eval::{Contents, Found};
use crate::php::problem::Reason;
use crate::php::{Value, constants, version};
use crate::site::Site;
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// No library that anybody wrote is longer, in bytes.
const LONGEST: u64 = 8 << 20;

/// Installed plugins, and the constants that Moodle's main library defines.
pub struct Plugins<'a> {
    site: &'a Site,
    constants: OnceLock<Constants>,
}

type Constants = Arc<BTreeMap<String, Value>>;

/// What the library that was read last defines. It is half a megabyte of PHP, and as good as always the same.
static READ: Mutex<Option<(Sum, Constants)>> = Mutex::new(None);

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

    /// What is at a path in a plugin's folder: nothing, where there is no such plugin. Of one that is installed only its
    /// folder, `version.php` and `lib.php` are told.
    pub fn found(&self, path: &Utf8Path) -> Option<Found> {
        let below = path.strip_prefix(self.dirroot()).ok()?;
        // Paths are compared as they are written.
        if below.components().any(|part| !matches!(part, Utf8Component::Normal(_))) {
            return None;
        }
        let types = self.site.components().types.iter();
        let of = types.filter_map(|kind| Some((kind, below.strip_prefix(&kind.dir).ok()?)));
        let (kind, rest) = of.max_by_key(|(kind, _)| kind.dir.len())?;
        let mut parts = rest.components();
        let name = parts.next()?.as_str();
        if !kind.plugins.iter().any(|plugin| plugin.name == name) {
            // What is no plugin's name may be a file or folder all the same.
            return self.site.components().may_be_plugin(&kind.name, name).then_some(Found::Nothing);
        }
        match parts.as_path().as_str() {
            "" => Some(Found::Folder),
            "version.php" | "lib.php" => {
                trace::seen_now(path);
                Some(if path.is_file() { Found::File } else { Found::Nothing })
            }
            _ => None,
        }
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

    /// What a fresh site has in `config`.
    pub fn of_fresh_site(&self, name: &str) -> Option<Value> {
        fresh::value(self.site.paths(), self.constants(), name)
    }

    pub fn constant(&self, name: &str) -> Option<Value> {
        self.constants().get(name).cloned()
    }

    /// Reads the library, so that nobody who waits for a theme waits for it.
    pub fn prepare(&self) {
        self.constants();
    }

    fn constants(&self) -> &BTreeMap<String, Value> {
        self.constants.get_or_init(|| match read(&self.dirroot().join("lib/moodlelib.php")) {
            Contents::Bytes(source) => constants_of(&source),
            _ => Constants::default(),
        })
    }
}

fn constants_of(source: &[u8]) -> Constants {
    let sum = Sum::of(source);
    let mut last = READ.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some((known, constants)) if *known == sum => constants.clone(),
        _ => {
            let constants = Arc::new(constants::read(source));
            *last = Some((sum, constants.clone()));
            constants
        }
    }
}

fn read(path: &Utf8Path) -> Contents {
    let refused = |error: std::io::Error| Contents::Refused(Reason::Unreadable(error.to_string()));
    match std::fs::metadata(path) {
        Ok(found) if found.len() > LONGEST => Contents::Refused(Reason::Limit("a library is too long".into())),
        Ok(_) => std::fs::read(path).map_or_else(refused, Contents::Bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Contents::Missing,
        Err(error) => refused(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::{old_moodle, open};

    #[test]
    fn what_is_in_plugins_folders_is_told_as_far_as_it_says_what_is_installed() {
        let tree = old_moodle().file("blocks/html/version.php", "<?php $plugin->version = 1;");
        let site = open(&tree);
        let found = |path: &str| Plugins::of(&site).found(&site.paths().dirroot().join(path));
        assert_eq!(found("blocks/html"), Some(Found::Folder));
        assert_eq!(found("blocks/html/version.php"), Some(Found::File));
        assert_eq!(found("blocks/html/lib.php"), Some(Found::Nothing));
        assert_eq!(found("blocks/elsewhere/version.php"), Some(Found::Nothing));
        for path in ["blocks/html/secret.php", "blocks/upgrade.txt", "blocks/../config.php", "config.php", "blocks"] {
            assert_eq!(found(path), None, "{path}");
        }
    }

    #[test]
    fn constants_are_those_of_the_library_as_it_is() {
        let tree = old_moodle().file("lib/moodlelib.php", "<?php define('A', 'a');");
        let site = open(&tree);
        let text = |name| Plugins::of(&site).constant(name)?.as_text().map(|text| text.lossy().into_owned());
        assert_eq!((text("A").as_deref(), text("A").as_deref(), text("B")), (Some("a"), Some("a"), None));
        std::fs::write(tree.path().join("lib/moodlelib.php"), "<?php define('B', 'b');").unwrap();
        assert_eq!((text("A"), text("B").as_deref()), (None, Some("b")));
    }
}
