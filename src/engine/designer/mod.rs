//! Designer mode: answers from the sources as they are, built again only where something changed.
//!
//! 1. the site as it is now: components and themes are read anew where any of their files changed;
//! 2. what was built before holds as long as everything that it was built from is as it was ([`crate::inputs`]), looked
//!    at after the request came: a save that ended before the request began is never missed;
//! 3. else the shared cachedir may have what another node, or this one before, built from the same sources;
//! 4. else it is built, once for everybody who waits, and kept in both;
//! 5. where that fails, what was built last goes on, marked as such.
//!
//! The compiled SCSS is kept by itself in the same way: several sheets of a theme share it.

mod follow;
mod kept;
mod record;
pub mod sitting;

use super::produce::Form;
use super::{Engine, Failure, Source, obtain};
use crate::asset::{Asset, ThemeName};
use crate::build::scss;
use crate::build::worker::{Job, JobError, Output, Report};
use crate::cache::{Entry, SharedCache};
use crate::designer::{Fault, Level, terminal};
use crate::inputs::{Looks, Seen, Sum, trace};
use camino::{Utf8Path, Utf8PathBuf};
use kept::{Kept, Want};
use record::{Bad, Good, Homes, Record};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// An answer of designer mode.
pub struct Shown {
    pub good: Arc<Good>,
    pub source: Source,
    /// It is older than the sources: those do not build.
    pub is_last_good: bool,
}

/// Everything that designer mode keeps.
pub struct Workshop {
    kept: Kept,
    pub looks: Arc<Looks>,
    /// What all results depend on beside files: revserve itself, and what the operator wrote.
    settings: Sum,
    compiles: AtomicU64,
    /// What open pages show, where they follow their sources.
    pub shelf: follow::Shelf,
    /// Whether rebuilds are said in the terminal.
    pub talks: bool,
    terminal: terminal::Terminal,
    /// Whether sources are shown to whoever asks: with `--live` only.
    shows_sources: AtomicBool,
}

impl Workshop {
    /// `limit` bounds what is kept in memory, in bytes; `settings` is whatever of the configuration results depend on.
    pub fn new(shared: SharedCache, homes: Homes, looks: Arc<Looks>, settings: &str, limit: u64) -> Workshop {
        let settings = Sum::of(settings.as_bytes());
        Workshop {
            kept: Kept::new(shared, homes, looks.clone(), limit),
            looks,
            settings,
            compiles: AtomicU64::new(0),
            shelf: follow::Shelf::default(),
            talks: false,
            terminal: terminal::Terminal::default(),
            shows_sources: AtomicBool::new(false),
        }
    }

    /// From now on sources are shown to whoever asks.
    pub fn show_sources(&self) {
        self.shows_sources.store(true, Ordering::Relaxed);
    }

    pub fn shows_sources(&self) -> bool {
        self.shows_sources.load(Ordering::Relaxed)
    }

    /// Runs of the SCSS compiler.
    pub fn compiles(&self) -> u64 {
        self.compiles.load(Ordering::Relaxed)
    }

    /// Bytes of results in memory.
    pub fn bytes(&self) -> u64 {
        self.kept.bytes()
    }

    /// Bytes of results that may be in memory.
    pub fn limit(&self) -> u64 {
        self.kept.limit()
    }

    /// Where nodes find each other's results.
    pub fn shared(&self) -> &SharedCache {
        self.kept.shared()
    }

    /// What went wrong in the last making of an asset.
    fn faults(&self, engine: &Engine, asset: &Asset) -> Vec<Fault> {
        let record = self.kept.record(&sum_of(engine, asset));
        record.map_or_else(Vec::new, |record| match &record.made {
            Ok(good) => good.faults.clone(),
            Err(bad) => bad.faults.clone(),
        })
    }

    fn id(&self, what: &str) -> Sum {
        let own = own_version();
        Sum::of(format!("{}\0{}\0{what}", own.hex(), self.settings.hex()).as_bytes())
    }

    /// Compiles a theme's SCSS, or takes what the same sources gave. Called while an asset is made.
    pub fn compile(
        &self,
        source: scss::Source,
        folders: Vec<Utf8PathBuf>,
        theme: &ThemeName,
        run: impl FnOnce(&Job) -> Result<Output, JobError>,
    ) -> Result<String, String> {
        let Some(sitting) = sitting::current() else { return Err("no sitting".into()) };
        let id = self.id(&format!("scss\0{}", serde_json::to_string(&(&source, &folders)).unwrap_or_default()));
        let want = Want { id, site: Sum::of(b""), arrived: sitting.arrived, share: sitting.share };
        let job = Job::Scss { source: Box::new(source), folders };
        let (record, _) = self.kept.get(&want, || {
            self.compiles.fetch_add(1, Ordering::Relaxed);
            (compiled(run(&job), theme), Vec::new())
        });
        trace::add(&record.manifest);
        match &record.made {
            Ok(good) => {
                sitting.note_all(&good.faults);
                Ok(String::from_utf8_lossy(good.entry.body()).into_owned())
            }
            Err(bad) => {
                sitting.note_all(&bad.faults);
                Err(bad.failure.to_string())
            }
        }
    }
}

/// What came of a run of the compiler, with what it looked at noted.
fn compiled(ran: Result<Output, JobError>, theme: &ThemeName) -> Result<Good, Bad> {
    let note = |inputs: &crate::build::inputs::Inputs| {
        for (path, sum) in &inputs.read {
            trace::seen(path, Seen::Content(Sum(sum.0)));
        }
        for path in &inputs.missing {
            trace::seen(path, Seen::NoFile);
        }
    };
    let fault = |level, spot, message: String| Fault { level, theme: theme.to_string(), spot, message };
    match ran {
        Ok(Output { bytes, report: Report::Scss { inputs, warnings } }) => {
            note(&inputs);
            let entry = Entry::new(crate::asset::ContentType::Css, Vec::new(), bytes, Vec::new());
            let faults = warnings.into_iter().map(|text| fault(Level::Warning, None, text)).collect();
            Ok(Good { entry: Arc::new(entry), keeps: crate::asset::Freshness::Current, faults })
        }
        Ok(_) => Err(Bad { failure: Failure::Build("no style sheet came of it".into()), faults: Vec::new() }),
        Err(error) => {
            let failure = Failure::Build(error.to_string());
            let uncompiled = match &error {
                JobError::Refused(refusal) => refusal.scss.as_deref(),
                _ => None,
            };
            let fault = match uncompiled {
                Some(uncompiled) => {
                    note(&uncompiled.inputs);
                    let error = &uncompiled.error;
                    if error.spot().is_none() {
                        trace::uncertain();
                    }
                    fault(Level::Error, error.spot().cloned(), error.words())
                }
                None => {
                    trace::uncertain();
                    fault(Level::Error, None, error.to_string())
                }
            };
            Err(Bad { failure, faults: vec![fault] })
        }
    }
}

/// The sum of this program: another build of it may build otherwise.
fn own_version() -> Sum {
    static OWN: OnceLock<Sum> = OnceLock::new();
    *OWN.get_or_init(|| match std::fs::read("/proc/self/exe") {
        Ok(program) => Sum::of(&program),
        // Nobody else's results are used then.
        Err(_) => Sum::of(format!("{:?}{}", Instant::now(), std::process::id()).as_bytes()),
    })
}

/// An asset from the sources as they are, or as they were when they last built.
pub async fn answer(engine: &Engine, asset: &Asset, share: bool) -> Result<Shown, Failure> {
    let arrived = Instant::now();
    let (engine, asset) = (engine.clone(), asset.clone());
    let runtime = engine.0.runtime.clone();
    let work = runtime.spawn_blocking(move || answer_blocking(&engine, &asset, arrived, share));
    work.await.map_err(|_| Failure::Busy)?
}

fn answer_blocking(engine: &Engine, asset: &Asset, arrived: Instant, share: bool) -> Result<Shown, Failure> {
    let shop = &engine.0.makers.workshop;
    let installed = engine.0.sites.now(&shop.looks, arrived)?;
    let want = Want { id: sum_of(engine, asset), site: installed.sum, arrived, share };
    let begun = Instant::now();
    let mut because = None;
    let (record, source) = shop.kept.get_telling(
        &want,
        |changed| because = changed.map(|path| below(engine.0.sites.dirroot(), path)),
        || {
            let sitting = sitting::Sitting::new(arrived, share);
            let made = sitting.hold(|| obtain::make(engine, asset, Form::Development, None, &installed));
            let faults = sitting.faults();
            let made = match made {
                Ok((entry, making)) => Ok(Good { entry: Arc::new(entry), keeps: making.keeps, faults: faults.clone() }),
                Err(failure) => Err(Bad { failure, faults: faults.clone() }),
            };
            (made, faults)
        },
    );
    let is_missing = matches!(&record.made, Err(Bad { failure: Failure::NotFound, .. }));
    let faults = record.made.as_ref().map_or_else(|bad| &bad.faults, |good| &good.faults);
    if matches!(source, Source::Built | Source::Shared) && !is_missing {
        engine.note(asset, record.made.as_ref().ok().map(|good| &*good.entry), faults.clone());
    }
    if shop.talks && source == Source::Built && !is_missing {
        let bytes = record.made.as_ref().ok().map(|good| good.entry.body().len());
        let (what, took) = (describe(asset), begun.elapsed());
        shop.terminal.say(&terminal::Rebuilt { what: &what, because: because.as_deref(), took, bytes, faults });
    }
    match (&record.made, shop.kept.last_good(&want.id)) {
        (Ok(good), None) => Ok(Shown { good: good.clone(), source, is_last_good: false }),
        (Ok(good), Some(_)) if !is_broken(&good.faults) => {
            Ok(Shown { good: good.clone(), source, is_last_good: false })
        }
        (Err(Bad { failure: Failure::NotFound, .. }), _) => Err(Failure::NotFound),
        (_, Some(last)) => Ok(Shown { good: last, source, is_last_good: true }),
        (Err(bad), None) => Err(bad.failure.clone()),
    }
}

/// Names an asset, with everything beside files that decides what it is.
fn sum_of(engine: &Engine, asset: &Asset) -> Sum {
    let shop = engine.workshop();
    let with_sources = matches!(asset, Asset::MapOf(_)) && shop.shows_sources();
    shop.id(&format!("{asset:?}\0{:?}\0{with_sources}", engine.0.revisions.known().themerev))
}

/// Whether something is missing from what was made.
fn is_broken(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| fault.level == Level::Error)
}

/// A path from dirroot, where it is below that.
fn below(dirroot: &Utf8Path, path: &Utf8Path) -> String {
    path.strip_prefix(dirroot).unwrap_or(path).to_string()
}

/// What an asset is called in the terminal.
pub fn describe(asset: &Asset) -> String {
    use crate::asset::DebugSheet;
    match asset {
        Asset::Styles { theme, sheet, .. } => format!("{theme} {}", sheet.as_str()),
        Asset::StylesDebug { theme, sheet, rtl, .. } => {
            let sheet = match sheet {
                DebugSheet::Plugin(component) => format!("sheet of {component}"),
                DebugSheet::Parent { parent, sheet } => format!("sheet {parent}/{sheet}"),
                DebugSheet::Theme(sheet) => format!("sheet {sheet}"),
                DebugSheet::Scss => "scss".to_owned(),
                DebugSheet::Editor => "editor".to_owned(),
            };
            format!("{theme} {sheet}{}", if *rtl { " (rtl)" } else { "" })
        }
        Asset::Image { theme, component, name, .. } => format!("{theme} image {component}/{}", name.as_str()),
        Asset::Font { theme, component, file } => format!("{theme} font {component}/{}", file.as_str()),
        Asset::ThemeScript { theme, place } => format!("{theme} scripts {}", place.as_str()),
        Asset::Scripts(paths) => paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(", "),
        Asset::AmdAll => "all AMD modules".to_owned(),
        Asset::AmdModule { component, module } => format!("{component}/{}", module.as_str()),
        Asset::SourceMap { component, module } => format!("map of {component}/{}", module.as_str()),
        Asset::MapOf(of) => format!("map of {}", describe(of)),
        Asset::YuiCombo { parts, .. } => format!("YUI {parts}"),
        Asset::YuiImage(path) => format!("YUI image {}", path.as_str()),
    }
}

pub use kept::add_folders;
pub use record::Homes as SiteHomes;

impl Record {
    /// Whether it may be shown as it is, or shared.
    fn is_sound(&self) -> bool {
        self.made.as_ref().is_ok_and(|good| !is_broken(&good.faults))
    }
}
