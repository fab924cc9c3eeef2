//! What a theme's `config.php` may ask while themes are listed: folders and files of themes, and no database.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::asset::ThemeName;
use crate::php::Value;
use crate::php::host::{Answer, Contents, Found, Host};
use crate::php::problem::Reason;
use crate::site::files::{Place, Reach, Roots};
use crate::site::{SitePaths, SourceError};

/// No PHP file of a theme comes near this size, in bytes.
const LARGEST: u64 = 4 << 20;

/// The folders of all themes.
pub(super) struct ThemeFiles<'a> {
    pub paths: &'a SitePaths,
    pub roots: &'a Roots,
    /// The homes of themes, as they are written.
    pub homes: &'a [(Utf8PathBuf, Place)],
    /// Each theme's folder, as it is written and as it is.
    pub folders: &'a BTreeMap<ThemeName, (Utf8PathBuf, Place)>,
}

impl ThemeFiles<'_> {
    /// The home that a path lies in, and the way from there.
    fn within<'p>(&self, path: &'p Utf8Path) -> Option<(&Place, &'p str)> {
        self.homes.iter().find_map(|(home, place)| Some((place, path.strip_prefix(home).ok()?.as_str())))
    }

    /// Whether a resolved path lies in a theme, wherever links led.
    fn is_a_themes(&self, real: &Utf8Path) -> bool {
        self.folders.values().any(|(_, place)| real.starts_with(place.path()))
    }
}

fn refused(error: &SourceError) -> Contents {
    Contents::Refused(Reason::Unreadable(error.to_string()))
}

impl Host for ThemeFiles<'_> {
    fn setting(&self, _: &str, _: &str) -> Answer<Option<String>> {
        Err(Reason::Database)
    }

    fn settings(&self, _: &str) -> Answer<Vec<(String, String)>> {
        Err(Reason::Database)
    }

    fn cfg(&self, name: &str) -> Answer<Value> {
        let dirroot = self.paths.dirroot();
        let text = |path: &Utf8Path| Ok(Value::text(path.as_str()));
        match name {
            "dirroot" => text(dirroot),
            "libdir" => text(&dirroot.join("lib")),
            "themedir" => self.paths.themedir.as_deref().map_or(Ok(Value::Null), text),
            "admin" => Ok(Value::text(self.paths.admin.as_str())),
            _ => Err(Reason::Database),
        }
    }

    fn contents(&self, path: &Utf8Path) -> Contents {
        let Some((home, name)) = self.within(path) else { return Contents::Refused(Reason::Refused) };
        match self.roots.find(home, name, Reach::AllRoots) {
            Ok(Some(file)) if !self.is_a_themes(&file.path()) => Contents::Refused(Reason::Refused),
            Ok(Some(file)) => match file.read(LARGEST) {
                Ok(content) => Contents::Bytes(content.to_vec()),
                Err(SourceError::Gone { .. }) => Contents::Missing,
                Err(error) => refused(&error),
            },
            Ok(None) => Contents::Missing,
            Err(error) => refused(&error),
        }
    }

    fn found(&self, path: &Utf8Path) -> Option<Found> {
        let (home, name) = self.within(path)?;
        Some(match self.roots.find(home, name, Reach::AllRoots).ok()? {
            Some(_) => Found::File,
            None if self.roots.folder(home, name).ok()?.is_some() => Found::Folder,
            None => Found::Nothing,
        })
    }

    fn names(&self, path: &Utf8Path) -> Option<Option<Vec<String>>> {
        let (home, name) = self.within(path)?;
        let folder = self.roots.folder(home, name).ok()?;
        match folder {
            Some(folder) if !self.is_a_themes(&folder.path()) => None,
            _ => self.roots.names(home, name).ok(),
        }
    }

    fn theme_dir(&self, theme: &str) -> Option<Utf8PathBuf> {
        self.folders.get(theme).map(|(folder, _)| folder.clone())
    }
}
