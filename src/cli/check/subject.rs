//! What all looks share: the settings, and the site as far as it can be opened.

use crate::asset::url::Mount;
use crate::asset::{Revision, ThemeName};
use crate::config::{RevisionSettings, Settings};
use crate::php::config::ConfigPhp;
use crate::php::{Env, PhpError, Value, config, version};
use crate::revision::database::{Database, DatabaseSource};
use crate::revision::{FilesSource, Notes, Source, SourceError, State, Window};
use crate::site::{Checkout, Site, SiteError, SitePaths};
use camino::Utf8PathBuf;

/// The site that is looked at.
pub struct Subject {
    pub settings: Settings,
    pub mount: Mount,
    /// `None` where there is no `config.php`: everything is in the site file.
    pub php: Option<Result<ConfigPhp, PhpError>>,
    pub site: Result<Site, SiteError>,
    pub window: Window,
    pub revisions: Known,
}

/// What is known of the revisions without making one.
pub enum Known {
    Now(State),
    /// The log of purges is empty: the first start writes the first line.
    NoneYet,
    Failed(String),
}

impl Subject {
    pub fn open(settings: Settings, include: &[Utf8PathBuf]) -> Subject {
        let place = &settings.place;
        let path = place.checkout.join("config.php");
        let php = path.exists().then(|| config::read(&path, include, &Env::of_process()));
        let paths = Checkout::find(&place.checkout).map(|checkout| SitePaths {
            themedir: place.themedir.clone(),
            admin: place.admin.clone(),
            ..SitePaths::new(checkout, place.dataroot.clone())
        });
        let window = paths.as_ref().map_or(Window::open(), window);
        let site = paths.and_then(|paths| Site::open(&paths));
        let revisions = known(&settings);
        Subject { mount: Mount::of_wwwroot(&place.wwwroot), php, site, window, revisions, settings }
    }

    pub fn state(&self) -> Option<&State> {
        match &self.revisions {
            Known::Now(state) => Some(state),
            Known::NoneYet | Known::Failed(_) => None,
        }
    }

    /// revserve's folder in dataroot.
    pub fn shared(&self) -> Utf8PathBuf {
        self.settings.place.dataroot.join("revserve")
    }

    /// The target of a script that every Moodle has, of the current revision; none in designer mode.
    pub fn probe(&self) -> Option<String> {
        const SCRIPT: &str = "lib/javascript-static.js";
        let site = self.site.as_ref().ok()?;
        let revision = self.state()?.jsrev?;
        let there = site.paths().dirroot().join(SCRIPT).is_file();
        there.then(|| format!("{}/lib/javascript.php/{revision}/{SCRIPT}", self.mount.path()))
    }
}

fn window(paths: &SitePaths) -> Window {
    match version::read(&paths.dirroot().join("version.php")).map(|version| version.version) {
        Ok(Value::Float(number)) => Window::of_version(number),
        Ok(Value::Int(number)) => Window::of_version(number as f64),
        _ => Window::open(),
    }
}

fn known(settings: &Settings) -> Known {
    match &settings.revisions {
        RevisionSettings::Fixed { themerev, jsrev, themes } => {
            let of = |number: u64| Revision::new(number).filter(|_| !settings.designer);
            let themes = themes.iter().filter_map(|(name, sub)| Some((ThemeName::parse(name).ok()?, *sub))).collect();
            Known::Now(State { themerev: of(*themerev), jsrev: of(*jsrev), themes, ..State::default() })
        }
        RevisionSettings::Database => {
            look_once(settings).map_or_else(|error| Known::Failed(error.to_string()), Known::Now)
        }
        RevisionSettings::Files => {
            let dataroot = &settings.place.dataroot;
            let log = dataroot.join("revserve/log");
            let lines = |path: &std::path::Path| path.extension().is_some_and(|end| end == "log");
            let purged = std::fs::read_dir(&log).is_ok_and(|names| {
                names.flatten().any(|name| lines(&name.path()) && name.metadata().is_ok_and(|data| data.len() > 0))
            });
            // Reading an empty log would write its first line.
            if !purged {
                return Known::NoneYet;
            }
            match FilesSource::new(dataroot, &crate::engine::node_name(settings)).read() {
                Ok(state) => Known::Now(state),
                Err(error) => Known::Failed(error.to_string()),
            }
        }
    }
}

/// What the database says now. Writes nothing, not even a note.
fn look_once(settings: &Settings) -> Result<State, SourceError> {
    let failed = |why: String| SourceError::Database { address: "the database".into(), why };
    let database = settings.database.clone().ok_or_else(|| failed("is not named".into()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(format!("cannot be asked: {error}")))?;
    let notes = Notes::read_only(&settings.place.dataroot);
    runtime.block_on(async {
        let database = Database::open(database);
        DatabaseSource::new(database, settings.forced.clone(), settings.designer, notes).look().await
    })
}
