//! The site as it was resolved for one generation.

use super::Failure;
use super::produce::Form;
use crate::build::yui::{Library, Versions, rollup_modules};
use crate::php::setup;
use crate::revision::Revisions;
use crate::site::{Site, SiteError, SitePaths};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Opens the site anew for each revision: links are resolved anew, new plugins found (design.md §8).
pub struct Sites {
    paths: SitePaths,
    opened: Mutex<Opened>,
}

/// What is installed, as one build sees it.
pub struct Installed {
    pub site: Site,
    pub yui: Library,
}

struct Opened {
    installed: Arc<Installed>,
    generation: u64,
    at: Instant,
}

impl Sites {
    /// In development a site is looked at anew when it was opened this long ago.
    const DEVELOPMENT: Duration = Duration::from_secs(2);

    /// Opens the site a first time.
    pub fn open(paths: SitePaths) -> Result<Sites, SiteError> {
        let installed = Arc::new(install(&paths)?);
        Ok(Sites { paths, opened: Mutex::new(Opened { installed, generation: 1, at: Instant::now() }) })
    }

    /// The site as it was opened last.
    pub fn known(&self) -> Arc<Installed> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).installed.clone()
    }

    /// The site as one build sees it. Blocks while it is opened.
    pub fn at(&self, revisions: &Revisions, form: Form) -> Result<Arc<Installed>, Failure> {
        let generation = revisions.generation();
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let old = form == Form::Development && opened.at.elapsed() >= Self::DEVELOPMENT;
        if opened.generation != generation || old || opened.installed.site.has_moved() {
            let installed = install(&self.paths).map_err(|error| Failure::Source(error.to_string()))?;
            *opened = Opened { installed: Arc::new(installed), generation, at: Instant::now() };
        }
        Ok(opened.installed.clone())
    }
}

fn install(paths: &SitePaths) -> Result<Installed, SiteError> {
    Ok(Installed { site: Site::open(paths)?, yui: library(paths) })
}

/// A checkout whose YUI cannot be told apart has no YUI: its URLs name nothing then.
fn library(paths: &SitePaths) -> Library {
    let setup = setup::read(&paths.dirroot().join("lib/setup.php")).ok();
    let text = |name| setup.as_ref().and_then(|setup| setup.text(name).known()).unwrap_or_default();
    let combo = std::fs::read_to_string(paths.dirroot().join("theme/yui_combo.php")).unwrap_or_default();
    Library {
        versions: Versions {
            yui3: text("yui3version"),
            patch: text("yuipatchlevel").parse().unwrap_or(0),
            yui2: text("yui2version"),
        },
        rollup: rollup_modules(&combo).unwrap_or_default(),
    }
}
