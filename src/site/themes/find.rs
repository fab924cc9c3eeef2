//! Which themes are installed.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use camino::Utf8Path;

use super::{Chain, Declared, ThemeFault};
use crate::asset::ThemeName;
use crate::site::files::{Place, Reach, Roots};
use crate::site::{SiteError, SitePaths, SourceError};

/// Folders in one home of themes beyond this are not themes.
const MOST: usize = 5_000;

/// An installed theme.
#[derive(Clone, Debug)]
pub struct Theme {
    name: ThemeName,
    place: Place,
    declared: Declared,
}

impl Theme {
    pub fn name(&self) -> &ThemeName {
        &self.name
    }

    /// Its folder.
    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn declared(&self) -> &Declared {
        &self.declared
    }
}

/// Every installed theme by name, with its chain or why it has none.
#[derive(Clone, Debug, Default)]
pub struct Themes {
    chains: BTreeMap<ThemeName, Result<Chain, ThemeFault>>,
}

impl Themes {
    /// Reads all themes. `read` gives what the `config.php` of a theme's folder declares.
    pub fn find(
        paths: &SitePaths,
        dirroot: &Place,
        roots: &mut Roots,
        read: impl Fn(&ThemeName, &Place) -> Result<Declared, ThemeFault>,
    ) -> Result<Themes, SiteError> {
        let mut homes = vec![roots.add_below(dirroot, "theme")?];
        if let Some(themedir) = &paths.themedir {
            homes.push(roots.add(themedir, themedir.as_str())?);
        }
        let mut found = BTreeMap::new();
        for home in homes.iter().flatten() {
            for name in folders(&home.path())? {
                if found.contains_key(&name) {
                    continue;
                }
                let theme = match look(home, &name, roots, &read) {
                    Ok(Some(theme)) => theme.map(Arc::new),
                    Ok(None) => continue,
                    Err(error) => {
                        let path = home.path().join(name.as_str()).join("config.php");
                        Err(ThemeFault::BadConfig { path, why: error.to_string() })
                    }
                };
                found.insert(name, theme);
            }
        }
        let chains = found.iter().map(|(name, theme)| (name.clone(), chain(theme, &found))).collect();
        Ok(Themes { chains })
    }

    /// `None` where no theme of this name is installed.
    pub fn chain(&self, name: &ThemeName) -> Option<Result<&Chain, &ThemeFault>> {
        self.chains.get(name).map(Result::as_ref)
    }

    /// All installed themes, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&ThemeName, Result<&Chain, &ThemeFault>)> {
        self.chains.iter().map(|(name, chain)| (name, chain.as_ref()))
    }
}

/// The theme in one folder. `None` where the folder is none.
fn look(
    home: &Place,
    name: &ThemeName,
    roots: &mut Roots,
    read: impl Fn(&ThemeName, &Place) -> Result<Declared, ThemeFault>,
) -> Result<Option<Result<Theme, ThemeFault>>, SourceError> {
    let Some(place) = roots.add_below(home, name.as_str())? else { return Ok(None) };
    // Installed means: it has a config.php, whatever that says.
    if roots.find(&place, "config.php", Reach::AllRoots)?.is_none() {
        return Ok(None);
    }
    if roots.find(&place, "styles.php", Reach::AllRoots)?.is_some() {
        return Ok(Some(Err(ThemeFault::Legacy { dir: place.path() })));
    }
    Ok(Some(read(name, &place).map(|declared| Theme { name: name.clone(), place, declared })))
}

type Read = Result<Arc<Theme>, ThemeFault>;

/// A theme that names a missing parent has no chain. A parent that itself names a missing one stays installed, but
/// Moodle leaves it out of the chain.
fn chain(theme: &Read, all: &BTreeMap<ThemeName, Read>) -> Result<Chain, ThemeFault> {
    let theme = theme.clone()?;
    let installed = |name: &String| all.get(name.as_str()).and_then(|read| read.as_ref().ok());
    let (mut parents, mut left_out): (Vec<Arc<Theme>>, Vec<ThemeFault>) = Default::default();
    for name in &theme.declared.parents {
        let Some(parent) = installed(name) else { return Err(missing(&theme, name)) };
        match parent.declared.parents.iter().find(|name| installed(name).is_none()) {
            Some(name) => left_out.push(missing(parent, name)),
            None if parents.iter().any(|p| p.name == parent.name) => {}
            None => parents.push(parent.clone()),
        }
    }
    Ok(Chain { theme, parents, left_out })
}

fn missing(theme: &Theme, missing: &str) -> ThemeFault {
    ThemeFault::MissingParent { theme: theme.name.clone(), missing: missing.to_owned() }
}

/// The folders, and links that may be to some, that can be a theme by their name.
fn folders(home: &Utf8Path) -> Result<BTreeSet<ThemeName>, SiteError> {
    let unreadable = |source| SiteError::Unreadable { path: home.into(), source };
    let mut names = BTreeSet::new();
    let entries = match home.read_dir() {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(e) => return Err(unreadable(e)),
    };
    for (count, entry) in entries.enumerate() {
        if count >= MOST {
            return Err(SiteError::TooMany { path: home.into(), limit: MOST });
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) if e.kind() == io::ErrorKind::NotFound => break,
            Err(e) => return Err(unreadable(e)),
        };
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if let Some(Ok(name)) = entry.file_name().to_str().map(ThemeName::parse)
            && !is_file
        {
            names.insert(name);
        }
    }
    Ok(names)
}
