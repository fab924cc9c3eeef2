//! The site as it was resolved for one generation.

use super::Failure;
use super::designer::{SiteHomes, add_folders};
use crate::build::yui::{Library, Versions, rollup_modules};
use crate::inputs::{Looks, Manifest, Sum, trace};
use crate::php::setup;
use crate::revision::Revisions;
use crate::site::{Site, SiteError, SitePaths};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Opens the site anew for each revision: links are resolved anew, new plugins found (design.md §8).
pub struct Sites {
    paths: SitePaths,
    homes: SiteHomes,
    opened: Mutex<Opened>,
}

/// What is installed, as one build sees it.
pub struct Installed {
    pub site: Site,
    pub yui: Library,
    /// Names this state of the site.
    pub sum: Sum,
}

struct Opened {
    installed: Arc<Installed>,
    generation: u64,
    /// What the site was read from.
    manifest: Manifest,
    /// When the last look began that found it to hold, or its opening.
    checked: Instant,
}

impl Sites {
    /// Opens the site a first time.
    pub fn open(paths: SitePaths) -> Result<Sites, SiteError> {
        let homes = homes(&paths);
        let opened = install(&paths, &homes, 1)?;
        Ok(Sites { paths, homes, opened: Mutex::new(opened) })
    }

    /// The site as it was opened last.
    pub fn known(&self) -> Arc<Installed> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).installed.clone()
    }

    pub fn dirroot(&self) -> &Utf8Path {
        self.paths.dirroot()
    }

    /// The folders that other nodes have elsewhere.
    pub fn homes(&self) -> &SiteHomes {
        &self.homes
    }

    /// Opens the site anew because its code is not what it was. Blocks.
    pub fn anew(&self) -> Result<Arc<Installed>, Failure> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        *opened = self.reopen(opened.generation)?;
        Ok(opened.installed.clone())
    }

    /// The site as one build of a revision sees it. Blocks while it is opened.
    pub fn at(&self, revisions: &Revisions) -> Result<Arc<Installed>, Failure> {
        let generation = revisions.generation();
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.generation != generation || opened.installed.site.has_moved() {
            *opened = self.reopen(generation)?;
        }
        Ok(opened.installed.clone())
    }

    /// The site as it is now: nothing that changed before `arrived` is missed. Requests that wait share one look.
    pub fn now(&self, looks: &Looks, arrived: Instant) -> Result<Arc<Installed>, Failure> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.checked < arrived {
            let looked = Instant::now();
            if looks.hold(&opened.manifest) && !opened.installed.site.has_moved() {
                opened.checked = looked;
            } else {
                *opened = self.reopen(opened.generation)?;
            }
        }
        Ok(opened.installed.clone())
    }

    /// The folders that the site was read from.
    pub fn folders(&self) -> BTreeSet<Utf8PathBuf> {
        let mut folders = BTreeSet::new();
        add_folders(&self.opened.lock().unwrap_or_else(PoisonError::into_inner).manifest, &mut folders);
        folders
    }

    fn reopen(&self, generation: u64) -> Result<Opened, Failure> {
        install(&self.paths, &self.homes, generation).map_err(|error| Failure::Source(error.to_string()))
    }
}

fn install(paths: &SitePaths, homes: &SiteHomes, generation: u64) -> Result<Opened, SiteError> {
    let checked = Instant::now();
    let (site, manifest) = trace::during(|| Site::open(paths).map(|site| (site, library(paths))));
    let ((site, yui), manifest) = (site?, manifest.without_implied());
    let installed = Arc::new(Installed { site, yui, sum: homes.sum(&manifest) });
    Ok(Opened { installed, generation, manifest, checked })
}

fn homes(paths: &SitePaths) -> SiteHomes {
    let themedir = paths.themedir.as_deref().map(|dir| ('t', dir));
    let folders = [('c', &*paths.checkout.root), ('d', paths.dirroot()), ('a', &*paths.dataroot)];
    SiteHomes::new(folders.into_iter().chain(themedir))
}

/// A checkout whose YUI cannot be told apart has no YUI: its URLs name nothing then.
fn library(paths: &SitePaths) -> Library {
    let path = paths.dirroot().join("lib/setup.php");
    let setup = setup::read(&path).ok();
    if setup.is_none() {
        trace::seen_now(&path);
    }
    let text = |name| setup.as_ref().and_then(|setup| setup.text(name).known()).unwrap_or_default();
    let path = paths.dirroot().join("theme/yui_combo.php");
    let combo = std::fs::read(&path).unwrap_or_default();
    match combo.is_empty() {
        true => trace::seen_now(&path),
        false => trace::content(&path, &combo),
    }
    Library {
        versions: Versions {
            yui3: text("yui3version"),
            patch: text("yuipatchlevel").parse().unwrap_or(0),
            yui2: text("yui2version"),
        },
        rollup: rollup_modules(&String::from_utf8_lossy(&combo)).unwrap_or_default(),
    }
}
