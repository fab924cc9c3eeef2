//! Which themes are installed.
//!
//! 1. Folders with a `config.php` in `dirroot/theme`, then in `themedir`; the first home of a theme wins.
//! 2. Each `config.php` is read as data.
//! 3. Each theme's parents are looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::host::ThemeFiles;
use super::{Chain, ThemeFault};
use crate::asset::ThemeName;
use crate::inputs::trace;
use crate::php::theme::{ThemeConfig, read_config};
use crate::php::{Reading, deep};
use crate::site::files::{Place, Reach, Roots};
use crate::site::{SiteError, SitePaths, SourceError};

/// Folders in one home of themes beyond this are not themes.
const MOST: usize = 5_000;

/// An installed theme.
#[derive(Clone, Debug)]
pub struct Theme {
    name: ThemeName,
    place: Place,
    config: ThemeConfig,
    parents: Vec<String>,
}

impl Theme {
    pub fn name(&self) -> &ThemeName {
        &self.name
    }

    /// Its folder.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// A theme in a folder, or why it is none.
    pub(super) fn of(name: &ThemeName, place: Place, config: ThemeConfig) -> Result<Arc<Theme>, String> {
        let parents = match &config.parents {
            Reading::Known(parents) => parents.clone(),
            Reading::Unset => return Err("it sets no list of parents".into()),
            Reading::Unknown(problem) => return Err(problem.to_string()),
        };
        Ok(Arc::new(Theme { name: name.clone(), place, config, parents }))
    }

    /// What its `config.php` says: without a database, so what depends on settings is unknown, but in a chain that was
    /// [settled](Chain::settled).
    pub fn config(&self) -> &ThemeConfig {
        &self.config
    }

    /// Whether something in its configuration is unknown.
    pub(super) fn is_uncertain(&self) -> bool {
        !self.config.problems.is_empty()
    }

    /// The same theme, read again.
    pub(super) fn with_config(&self, config: ThemeConfig) -> Theme {
        Theme { name: self.name.clone(), place: self.place.clone(), parents: self.parents.clone(), config }
    }
}

/// Every installed theme by name, with its chain or why it has none.
#[derive(Clone, Debug, Default)]
pub struct Themes {
    /// What each theme is by itself.
    pub(super) alone: BTreeMap<ThemeName, Read>,
    chains: BTreeMap<ThemeName, Result<Chain, ThemeFault>>,
}

impl Themes {
    /// Reads all themes. One that is at fault costs itself.
    ///
    /// # Errors
    /// [`SiteError`] where a home of themes cannot be listed.
    pub fn find(paths: &SitePaths, dirroot: &Place, roots: &mut Roots) -> Result<Themes, SiteError> {
        let homes = homes(paths, dirroot, roots)?;
        let mut folders = BTreeMap::new();
        let mut themes: BTreeMap<ThemeName, Read> = BTreeMap::new();
        for (home, home_place) in &homes {
            for name in candidates(&home_place.path())? {
                if folders.contains_key(&name) || themes.contains_key(&name) {
                    continue;
                }
                let folder = home.join(name.as_str());
                match look(home_place, &name, roots) {
                    Ok(None) => {}
                    Ok(Some(Ok(place))) => _ = folders.insert(name, (folder, place)),
                    Ok(Some(Err(fault))) => _ = themes.insert(name, Err(fault)),
                    Err(error) => {
                        let fault = ThemeFault::BadConfig { path: folder.join("config.php"), why: error.to_string() };
                        themes.insert(name, Err(fault));
                    }
                }
            }
        }
        let files = ThemeFiles { paths, roots, homes: &homes, folders: &folders };
        let read = || folders.iter().map(|(name, (folder, place))| (name.clone(), read(name, folder, place, &files)));
        // One thread with a deep stack for all of them.
        themes.extend(deep(|| read().collect::<Vec<_>>()).ok_or(SiteError::Thread)?);
        Ok(Themes::of(themes))
    }

    /// Puts each theme together with its parents.
    pub(super) fn of(alone: BTreeMap<ThemeName, Read>) -> Themes {
        let chains = alone.iter().map(|(name, theme)| (name.clone(), chain(theme, &alone))).collect();
        Themes { alone, chains }
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

pub(super) type Read = Result<Arc<Theme>, ThemeFault>;

/// The folders that themes lie in, as they are written, each with its place.
pub(super) fn homes(
    paths: &SitePaths,
    dirroot: &Place,
    roots: &mut Roots,
) -> Result<Vec<(Utf8PathBuf, Place)>, SourceError> {
    let mut homes = Vec::new();
    if let Some(place) = roots.add_below(dirroot, "theme")? {
        homes.push((paths.dirroot().join("theme"), place));
    }
    if let Some(themedir) = &paths.themedir
        && let Some(place) = roots.add(themedir, themedir.as_str())?
    {
        homes.push((themedir.clone(), place));
    }
    Ok(homes)
}

/// The folder of a theme. `None` where there is none of this name.
fn look(home: &Place, name: &ThemeName, roots: &mut Roots) -> Result<Option<Result<Place, ThemeFault>>, SourceError> {
    let Some(place) = roots.add_below(home, name.as_str())? else { return Ok(None) };
    // Installed means: it has a config.php, whatever that says.
    if roots.find(&place, "config.php", Reach::AllRoots)?.is_none() {
        return Ok(None);
    }
    if roots.find(&place, "styles.php", Reach::AllRoots)?.is_some() {
        return Ok(Some(Err(ThemeFault::Legacy { dir: place.path() })));
    }
    Ok(Some(Ok(place)))
}

fn read(name: &ThemeName, folder: &Utf8Path, place: &Place, files: &ThemeFiles<'_>) -> Read {
    let fault = |why: String| ThemeFault::BadConfig { path: folder.join("config.php"), why };
    let config = read_config(name.as_str(), folder, name.as_str(), files).map_err(|e| fault(e.to_string()))?;
    Theme::of(name, place.clone(), config).map_err(fault)
}

/// A theme that names a missing parent has no chain. A parent that itself names a missing one stays installed, but
/// Moodle leaves it out of the chain.
fn chain(theme: &Read, all: &BTreeMap<ThemeName, Read>) -> Result<Chain, ThemeFault> {
    let theme = theme.clone()?;
    let installed = |name: &String| all.get(name.as_str()).and_then(|read| read.as_ref().ok());
    let (mut parents, mut left_out): (Vec<Arc<Theme>>, Vec<ThemeFault>) = Default::default();
    for name in &theme.parents {
        let Some(parent) = installed(name) else { return Err(missing(&theme, name)) };
        match parent.parents.iter().find(|name| installed(name).is_none()) {
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
fn candidates(home: &Utf8PathBuf) -> Result<BTreeSet<ThemeName>, SiteError> {
    let unreadable = |source| SiteError::Unreadable { path: home.clone(), source };
    let mut names = BTreeSet::new();
    trace::listing(home);
    let entries = match home.read_dir() {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(e) => return Err(unreadable(e)),
    };
    for (count, entry) in entries.enumerate() {
        if count >= MOST {
            return Err(SiteError::TooMany { path: home.clone(), limit: MOST });
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
