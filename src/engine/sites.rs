//! The site as it was resolved for one generation.

use super::Failure;
use super::designer::{SiteHomes, add_folders};
use super::index::{Believed, Kept, KeptCode, Shelf};
use crate::build::yui::{Library, Versions, rollup_modules};
use crate::inputs::{Looks, Manifest, Sum, trace};
use crate::php::{PhpError, setup};
use crate::revision::Revisions;
use crate::site::{Fingerprint, FingerprintError, Site, SiteError, SitePaths};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The site for each revision: links are resolved anew, new plugins found (design.md §8).
///
/// It is looked through again where anything of what it was read from has changed, which is looked at for each revision.
pub struct Sites {
    paths: SitePaths,
    homes: SiteHomes,
    shelf: Shelf,
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
    /// What its files held when they were looked at last.
    looks: Arc<Looks>,
    /// The fingerprint of its code, once it was taken.
    code: Option<KeptCode>,
    /// When the last look began that found it to hold, or its opening.
    checked: Instant,
    /// Whether the index of it is kept, or cannot be.
    is_kept: bool,
}

impl Sites {
    /// Opens the site a first time: by an index that holds, else by looking through its folders.
    ///
    /// # Errors
    /// [`SiteError`] where the site cannot be read.
    pub fn open(paths: SitePaths, shelf: Shelf) -> Result<Sites, SiteError> {
        let homes = homes(&paths);
        let checked = Instant::now();
        let by_index = match shelf.take(&paths) {
            Some(believed) => by_index(believed, &paths, &homes, checked)?,
            None => None,
        };
        let how = if by_index.is_some() { "by its index" } else { "by looking through its folders" };
        let opened = match by_index {
            Some(opened) => opened,
            None => install(&paths, &homes, 1)?,
        };
        let (plugins, took) = (opened.installed.site.components().plugins().count(), checked.elapsed());
        tracing::info!(plugins, ?took, "the site was opened {how}");
        Ok(Sites { paths, homes, shelf, opened: Mutex::new(opened) })
    }

    /// Opens the site by looking through its folders, whatever is kept.
    ///
    /// # Errors
    /// As [`Sites::open`].
    pub fn look_through(paths: SitePaths, shelf: Shelf) -> Result<Sites, SiteError> {
        let homes = homes(&paths);
        let opened = install(&paths, &homes, 1)?;
        Ok(Sites { paths, homes, shelf, opened: Mutex::new(opened) })
    }

    fn lock(&self) -> MutexGuard<'_, Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The site as it was opened last.
    pub fn known(&self) -> Arc<Installed> {
        self.lock().installed.clone()
    }

    pub fn dirroot(&self) -> &Utf8Path {
        self.paths.dirroot()
    }

    /// The folders that other nodes have elsewhere.
    pub fn homes(&self) -> &SiteHomes {
        &self.homes
    }

    /// The site as it is now, for looking at its code: opened anew if it is not what it was. Blocks.
    pub fn anew(&self) -> Result<Arc<Installed>, Failure> {
        let mut opened = self.lock();
        if !opened.holds() {
            *opened = self.reopen(opened.generation)?;
        }
        Ok(opened.installed.clone())
    }

    /// The site as one build of a revision sees it. Blocks while it is looked at.
    pub fn at(&self, revisions: &Revisions) -> Result<Arc<Installed>, Failure> {
        let generation = revisions.generation();
        let mut opened = self.lock();
        if opened.generation != generation && opened.holds() {
            opened.generation = generation;
        } else if opened.generation != generation || opened.installed.site.has_moved() {
            *opened = self.reopen(generation)?;
        }
        Ok(opened.installed.clone())
    }

    /// The site as it is now: nothing that changed before `arrived` is missed. Requests that wait share one look.
    pub fn now(&self, looks: &Looks, arrived: Instant) -> Result<Arc<Installed>, Failure> {
        let mut opened = self.lock();
        if opened.checked < arrived {
            let looked = Instant::now();
            if looks.hold(&opened.manifest) && opened.installed.site.is_in_place() {
                opened.checked = looked;
            } else {
                *opened = self.reopen(opened.generation)?;
            }
        }
        Ok(opened.installed.clone())
    }

    /// The fingerprint of the code as it is now. Version files are read only where one has changed.
    ///
    /// # Errors
    /// As [`Site::fingerprint`].
    pub fn fingerprint(&self, installed: &Arc<Installed>) -> Result<Fingerprint, FingerprintError> {
        let (code, looks) = {
            let opened = self.lock();
            let code = opened.code.clone().filter(|_| Arc::ptr_eq(&opened.installed, installed));
            (code, opened.looks.clone())
        };
        if let Some(code) = code
            && looks.hold(&code.manifest)
            && let Some(fingerprint) = Fingerprint::parse(&code.fingerprint)
        {
            return Ok(fingerprint);
        }
        let (fingerprint, manifest) = trace::during(|| installed.site.fingerprint());
        let fingerprint = fingerprint?;
        let mut opened = self.lock();
        if Arc::ptr_eq(&opened.installed, installed) {
            opened.code = Some(KeptCode { fingerprint: fingerprint.to_string(), manifest });
        }
        Ok(fingerprint)
    }

    /// Whether there is an index to be kept.
    pub fn is_to_be_kept(&self) -> bool {
        !self.lock().is_kept
    }

    /// Keeps the index of the site as it was opened last; where. `None` where the site is changing, where it has something
    /// that cannot be looked at again, or where there is no writing. Blocks.
    pub fn keep_index(&self) -> Option<PathBuf> {
        let installed = self.known();
        let _ = self.fingerprint(&installed); // one that cannot be told is not kept
        let (manifest, looks, code) = {
            let mut opened = self.lock();
            if !Arc::ptr_eq(&opened.installed, &installed) {
                return None; // the next look keeps that
            }
            // Once for each state of the site: what cannot be kept now is looked through again at the next start.
            opened.is_kept = true;
            (opened.manifest.clone(), opened.looks.clone(), opened.code.clone())
        };
        let kept = Kept::new(&self.paths, &installed.site, &installed.yui, &manifest, code, &looks)?;
        self.shelf.put(&kept)
    }

    /// The folders that the site was read from.
    pub fn folders(&self) -> BTreeSet<Utf8PathBuf> {
        let mut folders = BTreeSet::new();
        add_folders(&self.lock().manifest, &mut folders);
        folders
    }

    fn reopen(&self, generation: u64) -> Result<Opened, Failure> {
        install(&self.paths, &self.homes, generation).map_err(|error| Failure::Source(error.to_string()))
    }
}

impl Opened {
    /// Whether everything that the site was read from is as it was.
    fn holds(&self) -> bool {
        self.looks.hold(&self.manifest) && self.installed.site.is_in_place()
    }
}

fn by_index(
    believed: Believed,
    paths: &SitePaths,
    homes: &SiteHomes,
    checked: Instant,
) -> Result<Option<Opened>, SiteError> {
    let Believed { kept, looks, is_own } = believed;
    let Kept { site, yui, manifest, code, .. } = kept;
    let Some(site) = Site::of_index(paths, site)? else { return Ok(None) };
    let installed = Arc::new(Installed { site, yui, sum: homes.sum(&manifest) });
    Ok(Some(Opened { installed, generation: 1, manifest, looks: Arc::new(looks), code, checked, is_kept: is_own }))
}

fn install(paths: &SitePaths, homes: &SiteHomes, generation: u64) -> Result<Opened, SiteError> {
    let checked = Instant::now();
    let (site, manifest) = trace::during(|| Site::open(paths).map(|site| (site, library(paths))));
    let ((site, yui), manifest) = (site?, manifest.without_implied());
    let installed = Arc::new(Installed { site, yui, sum: homes.sum(&manifest) });
    let is_kept = manifest.is_torn;
    Ok(Opened { installed, generation, manifest, looks: Arc::default(), code: None, checked, is_kept })
}

fn homes(paths: &SitePaths) -> SiteHomes {
    let themedir = paths.themedir.as_deref().map(|dir| ('t', dir));
    let folders = [('c', &*paths.checkout.root), ('d', paths.dirroot()), ('a', &*paths.dataroot)];
    SiteHomes::new(folders.into_iter().chain(themedir))
}

/// A checkout whose YUI cannot be told apart has no YUI: its URLs name nothing then.
fn library(paths: &SitePaths) -> Library {
    let path = paths.dirroot().join("lib/setup.php");
    let setup = setup::read(&path);
    if let Err(PhpError::Read { source, .. }) = &setup {
        missed(&path, source);
    }
    let setup = setup.ok();
    let text = |name| setup.as_ref().and_then(|setup| setup.text(name).known()).unwrap_or_default();
    let path = paths.dirroot().join("theme/yui_combo.php");
    let combo = std::fs::read(&path);
    match &combo {
        Ok(combo) => trace::content(&path, combo),
        Err(error) => missed(&path, error),
    }
    let combo = combo.unwrap_or_default();
    Library {
        versions: Versions {
            yui3: text("yui3version"),
            patch: text("yuipatchlevel").parse().unwrap_or(0),
            yui2: text("yui2version"),
        },
        rollup: rollup_modules(&String::from_utf8_lossy(&combo)).unwrap_or_default(),
    }
}

/// Notes a file that could not be read: absent files can be looked for again, others cannot be told apart.
fn missed(path: &Utf8Path, error: &std::io::Error) {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => trace::seen_now(path),
        _ => trace::uncertain(),
    }
}
