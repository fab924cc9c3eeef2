//! From settings to an engine: which store, which source of revisions, which minifier.

use super::board::Board;
use super::claims::Claims;
use super::code::CodeWatch;
use super::compiled::Compilations;
use super::deltas::Differences;
use super::designer::Workshop;
use super::index::Shelf;
use super::node::{node_name, own_folder};
use super::origin::{self, BadOrigin, Origin};
use super::remembered::Remembered;
use super::site_rows::SiteRows;
use super::{Counters, Engine, Ledger, Makers, Parts, Sites, ThemeStates, Told};
use crate::asset::url::Mount;
use crate::asset::{Revision, ThemeName};
use crate::build::script::Minifier;
use crate::build::worker::{self, Pool};
use crate::cache::{self, Limits, LocalCache, Memory, SharedCache, Store};
use crate::config::{CodeCheck, MinifierChoice, RevisionSettings, Settings, StartError};
use crate::inputs::Looks;
use crate::php::{Value, version};
use crate::revision::database::{Database, DatabaseSource};
use crate::revision::registry::Registry;
use crate::revision::{DesignerSource, FilesSource, FixedSource, Notes, Revisions, Source, SourceError, State, Window};
use crate::site::{Checkout, SiteError, SitePaths};
use std::sync::Arc;

/// Why an engine cannot be opened. The operator reads these.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The site cannot be read.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The revisions cannot be looked up.
    #[error(
        "{0}: give the user that runs revserve the right to read and write there, or set [revisions] source = \"fixed\""
    )]
    Revisions(#[from] SourceError),
    /// The settings name no database where they say that there is one.
    #[error(transparent)]
    Settings(#[from] StartError),
    /// localcachedir or storedir is no absolute path, or this node's name no folder's.
    #[error("{0}")]
    Local(#[from] cache::OpenError),
    /// A fixed revision is 0.
    #[error("[revisions] {key} = 0 is no revision: write a Unix time")]
    NoRevision { key: &'static str },
    /// `[origin] url` cannot be asked.
    #[error(transparent)]
    Origin(#[from] BadOrigin),
    /// The process in which engines run cannot be started.
    #[error(transparent)]
    Worker(#[from] worker::StartError),
}

/// Opens everything that the settings name. `runtime` runs the builds.
pub async fn open(settings: &Settings, runtime: tokio::runtime::Handle) -> Result<Engine, OpenError> {
    let local = LocalCache::open(&settings.place.localcachedir, own_folder(settings).as_deref())?;
    open_with(settings, local, runtime).await
}

/// The same with this localcachedir.
pub async fn open_with(
    settings: &Settings,
    local: LocalCache,
    runtime: tokio::runtime::Handle,
) -> Result<Engine, OpenError> {
    let place = &settings.place;
    let paths = site_paths(settings)?;
    let window = window(&paths);
    let local = Arc::new(local);
    let sites = Sites::open(paths, Shelf::new(local.clone(), place.index.clone()))?;
    let database = settings.database.clone().map(Database::open);
    let source = source(settings, database.as_ref(), &sites)?;
    let source = if settings.designer { Box::new(DesignerSource(source)) } else { source };
    let revisions = Revisions::start(source).await?;
    let code = CodeWatch::new(settings.code == CodeCheck::Trust);
    code.check(&sites, &revisions);
    code.begin(&revisions);
    warn_of_invalid(&revisions.known(), window);
    let mount = Mount::of_wwwroot(&place.wwwroot);
    let looks = Arc::new(Looks::default());
    let shared = SharedCache::new(&place.cachedir, SharedCache::LIMIT);
    let told = format!("{}\0{:?}\0{:?}", place.wwwroot, settings.theme_settings, settings.minifier);
    let mut workshop = Workshop::new(shared, sites.homes().clone(), looks, &told, settings.memory / 2);
    workshop.talks = revisions.known().themerev.is_none();
    let origin = settings
        .origin
        .as_deref()
        .map(|url| Origin::new(url, &place.wwwroot, origin::Limits::default(), revisions.clone(), runtime.clone()));
    let makers = Makers {
        compilations: Compilations::default(),
        pool: Pool::start(worker::Limits::default(), runtime.clone())?,
        minifier: match settings.minifier {
            MinifierChoice::Oxc => Minifier::Oxc,
            MinifierChoice::MinifyJs => Minifier::MinifyJs,
            MinifierChoice::None => Minifier::None,
        },
        wwwroot: place.wwwroot.clone(),
        mount: mount.path().to_owned(),
        rows: SiteRows {
            database,
            runtime: runtime.clone(),
            forced: settings.forced.clone(),
            written: settings.theme_settings.clone(),
            tables: settings.tables.clone(),
            config: settings.config.clone(),
            filedir: filedir(settings),
        },
        default_theme: ThemeName::parse(DEFAULT_THEME).ok(),
        workshop,
        origin: origin.transpose()?,
    };
    Ok(Engine::new(Parts {
        mount,
        window,
        revisions,
        sites,
        memory: Memory::new(Limits { bytes: settings.memory, ..Limits::default() }),
        local,
        store: Arc::new(match &place.storedir {
            Some(storedir) => Store::open(storedir, settings.store)?,
            None => Store::in_localcachedir(&place.localcachedir, settings.store)?,
        }),
        differences: Differences::new(settings.dictionaries),
        makers,
        counters: Arc::new(Counters::default()),
        board: Board::default(),
        ledger: Ledger::default(),
        code,
        claims: Claims::default(),
        peers: Default::default(),
        remembered: Remembered::default(),
        registry: Registry::new(&place.dataroot),
        themes: ThemeStates::default(),
        told: Told::default(),
        looks_only: false.into(),
        under_way: Default::default(),
        runtime,
    }))
}

/// Looks through the site's folders and keeps the index of what is there.
///
/// # Errors
/// [`OpenError`] where the site cannot be read, or localcachedir is no absolute path.
pub fn make_index(settings: &Settings) -> Result<Indexed, OpenError> {
    let place = &settings.place;
    let local = Arc::new(LocalCache::open(&place.localcachedir, own_folder(settings).as_deref())?);
    let sites = Sites::look_through(site_paths(settings)?, Shelf::new(local, None))?;
    let installed = sites.known();
    let (plugins, themes) = installed.site.index().counts();
    let path = sites.keep_index();
    let fingerprint = sites.fingerprint(&installed).map(|fingerprint| fingerprint.to_string());
    Ok(Indexed { plugins, themes, fingerprint: fingerprint.map_err(|error| error.to_string()), path })
}

/// An index that was made.
#[derive(Clone, Debug)]
pub struct Indexed {
    pub plugins: usize,
    pub themes: usize,
    /// The code's, or why it cannot be told.
    pub fingerprint: Result<String, String>,
    /// Where it is kept, if it could be.
    pub path: Option<std::path::PathBuf>,
}

/// Where the site's code and data are.
///
/// # Errors
/// Where there is no checkout.
pub fn site_paths(settings: &Settings) -> Result<SitePaths, SiteError> {
    let place = &settings.place;
    let mut paths = SitePaths::new(Checkout::find(&place.checkout)?, place.dataroot.clone());
    paths.themedir = place.themedir.clone();
    paths.admin = place.admin.clone();
    Ok(paths)
}

/// The theme of a site that chose none, `theme_config::DEFAULT_THEME`.
const DEFAULT_THEME: &str = "boost";

/// The content of the file pool, which `$CFG->filedir` may put elsewhere.
fn filedir(settings: &Settings) -> camino::Utf8PathBuf {
    settings.forced.cfg.get("filedir").map_or_else(|| settings.place.dataroot.join("filedir"), |dir| dir.into())
}

fn source(settings: &Settings, database: Option<&Database>, sites: &Sites) -> Result<Box<dyn Source>, OpenError> {
    let revision = |key, number| Revision::new(number).ok_or(OpenError::NoRevision { key });
    Ok(match &settings.revisions {
        RevisionSettings::Database => {
            let database = database.ok_or(StartError::NoDatabase)?.clone();
            let notes = Notes::new(&settings.place.dataroot);
            Box::new(DatabaseSource::new(database, settings.forced.clone(), settings.designer, notes))
        }
        RevisionSettings::Files => {
            let source = FilesSource::new(&settings.place.dataroot, &node_name(settings));
            let trusted = settings.code == CodeCheck::Trust;
            let code = || sites.fingerprint(&sites.known()).ok().map(|code| code.to_string());
            source.begin(|| (!trusted).then(code).flatten())?;
            Box::new(source)
        }
        RevisionSettings::Fixed { themerev, jsrev, themes } => {
            let (themerev, jsrev) = (revision("themerev", *themerev)?, revision("jsrev", *jsrev)?);
            let themes = themes.iter().filter_map(|(name, sub)| Some((ThemeName::parse(name).ok()?, *sub)));
            Box::new(FixedSource(State {
                themerev: Some(themerev),
                jsrev: Some(jsrev),
                themes: themes.collect(),
                ..State::default()
            }))
        }
    })
}

/// A revision outside of the window is never current: nothing would be cached, and nobody would know why.
fn warn_of_invalid(state: &State, window: Window) {
    let now = std::time::SystemTime::now();
    for (key, revision) in [("themerev", state.themerev), ("jsrev", state.jsrev)] {
        if !state.is_unknown && revision.is_some_and(|revision| !window.contains(revision, now)) {
            tracing::warn!(
                key,
                ?revision,
                "is before the date of Moodle's version.php or in the future: nothing is kept long"
            );
        }
    }
}

fn window(paths: &SitePaths) -> Window {
    let version = version::read(&paths.dirroot().join("version.php")).ok();
    match version.map(|version| version.version) {
        Some(Value::Float(number)) => Window::of_version(number),
        Some(Value::Int(number)) => Window::of_version(number as f64),
        _ => Window::open(),
    }
}
