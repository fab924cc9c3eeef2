//! How each theme's styles are come by: for `check`, `inspect` and the status page.

use super::{Engine, designer, plan};
use crate::asset::{Asset, Coding, Freshness, SheetType, ThemeName};
use crate::cache::{Entry, Input};
use crate::designer::Fault;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How a sheet is come by, best first (design.md §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the theme's own sources.
    #[default]
    Native,
    /// From what the exporter wrote.
    Snapshot,
    /// From Moodle itself.
    Origin,
    /// The precompiled CSS, or without what is not known: kept for seconds only.
    Fallback,
    /// Not at all.
    Failed,
}

/// Begins the name of an input that is the exporter's, or Moodle's answer.
pub(super) const SNAPSHOT_INPUT: &str = "snapshot:";
pub(super) const ORIGIN_INPUT: &str = "origin:";

impl Way {
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Native => "native",
            Way::Snapshot => "snapshot",
            Way::Origin => "origin",
            Way::Fallback => "fallback",
            Way::Failed => "failed",
        }
    }

    /// The way of an entry that was stored: only what is kept for good ever is.
    fn of_inputs(inputs: &[Input]) -> Way {
        let any = |prefix: &str| inputs.iter().any(|input| input.name.starts_with(prefix));
        match (any(SNAPSHOT_INPUT), any(ORIGIN_INPUT)) {
            (true, _) => Way::Snapshot,
            (false, true) => Way::Origin,
            (false, false) => Way::Native,
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A way that was tried and did not lead there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    pub from: Way,
    /// In words; with file and line where a source is the reason.
    pub why: String,
}

impl fmt::Display for Fall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: {}", self.from, self.why)
    }
}

/// What is noted while an asset is made.
#[derive(Clone, Debug)]
pub struct Making {
    /// How long it may be kept at best.
    pub keeps: Freshness,
    /// Whether it is short only for reasons that pass: what was asked did not answer, or a source changed meanwhile.
    pub passing: bool,
    pub way: Way,
    pub fell: Vec<Fall>,
    /// Single sheets that cost themselves, and the like.
    pub warnings: Vec<String>,
    /// What is not as its author meant it, though the asset is as good as Moodle's.
    pub remarks: Vec<Fault>,
}

impl Default for Making {
    fn default() -> Making {
        let (fell, warnings, remarks) = Default::default();
        Making { keeps: Freshness::Current, passing: false, way: Way::Native, fell, warnings, remarks }
    }
}

impl Making {
    /// Notes that it may not be kept for good.
    pub fn short(&mut self) {
        self.keeps = self.keeps.worse(Freshness::Short);
    }

    /// Notes that it is not what it was under the same revision.
    pub fn disputed(&mut self) {
        self.keeps = self.keeps.worse(Freshness::Disputed);
    }

    /// Notes that it may not be kept for good, but that another try may be better soon.
    pub fn passing(&mut self) {
        self.short();
        self.passing = true;
    }

    /// Adds what was noted elsewhere about a part of it.
    pub fn add(&mut self, part: Making) {
        self.keeps = self.keeps.worse(part.keeps);
        self.passing |= part.passing;
        self.fell.extend(part.fell);
        self.warnings.extend(part.warnings);
        self.remarks.extend(part.remarks);
    }

    /// Notes why a way did not lead there.
    pub fn fell(&mut self, from: Way, why: impl fmt::Display) {
        self.fell.push(Fall { from, why: why.to_string() });
    }
}

/// How one sheet of a theme was come by when it was made last.
#[derive(Clone, Debug)]
pub struct SheetState {
    pub sheet: SheetType,
    pub svg: bool,
    pub way: Way,
    /// Why each better way did not lead there.
    pub fell: Vec<Fall>,
    pub warnings: Vec<String>,
    /// `None` where localcachedir had it.
    pub took: Option<Duration>,
    /// Bytes in each coding; none where there is no sheet.
    pub bytes: Vec<(Coding, u64)>,
}

/// A theme, and what is known of its sheets.
#[derive(Clone, Debug)]
pub struct ThemeState {
    pub theme: ThemeName,
    /// Why the site's default theme is served in its place.
    pub fault: Option<String>,
    /// Sheets that this process made or found so far, in the order of [`SheetType`], with SVG first.
    pub sheets: Vec<SheetState>,
}

impl ThemeState {
    /// The worst way of its sheets; `None` where none was asked for yet.
    pub fn way(&self) -> Option<Way> {
        self.sheets.iter().map(|sheet| sheet.way).max()
    }
}

/// The states of all sheets that were made.
#[derive(Debug, Default)]
pub struct ThemeStates(Mutex<BTreeMap<ThemeName, Sheets>>);

/// Of one theme, by their place in the order in which they are listed.
type Sheets = BTreeMap<(usize, bool), SheetState>;

impl ThemeStates {
    /// Notes a sheet that was made. Anything else is passed over.
    pub(super) fn made(&self, asset: &Asset, making: &Making, entry: Option<&Entry>, took: Duration) {
        let way = if entry.is_some() { making.way } else { Way::Failed };
        let (fell, mut warnings) = (making.fell.clone(), making.warnings.clone());
        warnings.extend(making.remarks.iter().map(Fault::to_string));
        self.note(asset, entry, |sheet, svg, bytes| {
            let took = Some(took);
            SheetState { sheet, svg, way, fell, warnings, took, bytes }
        });
    }

    /// Notes a sheet that localcachedir had.
    pub(super) fn loaded(&self, asset: &Asset, entry: &Entry) {
        let way = Way::of_inputs(&entry.inputs);
        self.note(asset, Some(entry), |sheet, svg, bytes| {
            let (fell, warnings) = Default::default();
            SheetState { sheet, svg, way, fell, warnings, took: None, bytes }
        });
    }

    /// Notes better variants of a sheet.
    pub(super) fn improved(&self, asset: &Asset, entry: &Entry) {
        let Asset::Styles { theme, sheet, svg } = asset else { return };
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = states.get_mut(theme).and_then(|sheets| sheets.get_mut(&place(*sheet, *svg))) {
            state.bytes = sizes(entry);
        }
    }

    fn note(
        &self,
        asset: &Asset,
        entry: Option<&Entry>,
        state: impl FnOnce(SheetType, bool, Vec<(Coding, u64)>) -> SheetState,
    ) {
        let Asset::Styles { theme, sheet, svg } = asset else { return };
        let state = state(*sheet, *svg, entry.map(sizes).unwrap_or_default());
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.entry(theme.clone()).or_default().insert(place(*sheet, *svg), state);
    }

    fn of(&self, theme: &ThemeName) -> Vec<SheetState> {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(theme).map(|sheets| sheets.values().cloned().collect()).unwrap_or_default()
    }
}

fn place(sheet: SheetType, svg: bool) -> (usize, bool) {
    (SheetType::ALL.iter().position(|known| *known == sheet).unwrap_or_default(), !svg)
}

/// Bytes in each coding.
pub(super) fn sizes(entry: &Entry) -> Vec<(Coding, u64)> {
    entry.variants.iter().map(|variant| (variant.coding, variant.bytes.len() as u64)).collect()
}

impl Engine {
    /// Every installed theme with what is known of its sheets so far. Builds nothing, never waits.
    pub fn theme_states(&self) -> Vec<ThemeState> {
        let installed = self.0.sites.known();
        let themes = installed.site.themes().iter().map(|(theme, chain)| ThemeState {
            theme: theme.clone(),
            fault: chain.err().map(ToString::to_string),
            sheets: self.0.themes.of(theme),
        });
        themes.collect()
    }

    /// The same after each of these sheets was made, of every theme that has a chain, one after another. Nothing is
    /// stored.
    pub async fn examine_themes(&self, sheets: &[SheetType]) -> Vec<ThemeState> {
        for state in self.theme_states().into_iter().filter(|state| state.fault.is_none()) {
            for sheet in sheets {
                let asset = Asset::Styles { theme: state.theme.clone(), sheet: *sheet, svg: true };
                self.examine(&asset).await;
            }
        }
        self.theme_states()
    }

    /// How it ended is in the states.
    async fn examine(&self, asset: &Asset) {
        let state = self.0.revisions.known();
        match plan::generation(asset, &state) {
            Some(generation) => _ = self.get(asset, generation, false, None).await,
            None => _ = designer::answer(self, asset, false).await,
        }
    }
}
