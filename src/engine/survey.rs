//! What a node has and keeps, for the status page: large assets, caches, themes.

use super::{Engine, Kind, Large, SheetState, ThemeState, Way, named};
use crate::asset::{Asset, ThemeName};
use crate::cache::Usage;
use crate::designer::{Fault, Level};
use crate::php::Reading;
use crate::php::theme::MainScss;
use crate::site::Site;
use crate::site::themes::Theme;
use camino::Utf8Path;
use std::path::Path;

/// Large assets of a kind that are shown.
const LARGE: usize = 8;

/// A node at one moment.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The largest first.
    pub sheets: Vec<Large>,
    /// The largest first.
    pub scripts: Vec<Large>,
    pub caches: Vec<Cache>,
    /// By name.
    pub themes: Vec<ThemeSight>,
}

/// One place where built assets are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    pub name: &'static str,
    /// Its folder; `None` for memory.
    pub folder: Option<String>,
    /// In bytes.
    pub used: u64,
    /// In bytes; `None` where it only grows until the next purge.
    pub limit: Option<u64>,
    pub files: Option<u64>,
}

/// A theme, and what it is made from.
#[derive(Clone, Debug)]
pub struct ThemeSight {
    pub name: ThemeName,
    /// Nearest first.
    pub parents: Vec<ThemeName>,
    /// Why the site's default theme is served in its place.
    pub fault: Option<String>,
    /// Plain sheets that its configuration lists, and its SCSS.
    pub sources: Vec<String>,
    /// How its sheets are come by; none where none was asked for.
    pub way: Option<Way>,
    pub sheets: Vec<SheetState>,
    /// What its sheets name, as far as they were made or found.
    pub placeholders: Vec<Placeholder>,
}

/// A placeholder of a style sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// As sources write it, `[[pix:core|t/edit]]`.
    pub text: String,
    /// The file that it leads to, from dirroot where it is below that; `None` where there is none.
    pub file: Option<String>,
}

impl Engine {
    /// Looks at everything that is kept, and where each placeholder leads. Blocks: a look for each file.
    pub fn survey(&self) -> Survey {
        let ledger = &self.0.ledger;
        let is_map = |asset: &Asset| matches!(asset, Asset::SourceMap { .. } | Asset::MapOf(_));
        let is_sheet = |asset: &Asset| Kind::of(asset) == Kind::Styles && !is_map(asset);
        let is_script = |asset: &Asset| match asset {
            Asset::YuiCombo { parts, .. } => !parts.ends_with(".css"),
            asset => matches!(Kind::of(asset), Kind::Script | Kind::Amd) && !is_map(asset),
        };
        let installed = self.0.sites.known();
        Survey {
            sheets: ledger.largest(LARGE, is_sheet),
            scripts: ledger.largest(LARGE, is_script),
            caches: self.caches(),
            themes: self.theme_states().into_iter().map(|state| self.sight(&installed.site, state)).collect(),
        }
    }

    /// All that is wrong now, as far as it is known: errors first.
    pub fn faults(&self) -> Vec<Fault> {
        let fault = |level, theme: &ThemeName, message| Fault { level, theme: theme.to_string(), spot: None, message };
        let mut faults = Vec::new();
        for (theme, chain) in self.0.sites.known().site.themes().iter() {
            match chain {
                Err(why) => faults.push(fault(Level::Error, theme, why.to_string())),
                Ok(chain) => {
                    faults.extend(chain.left_out().iter().map(|why| fault(Level::Warning, theme, why.to_string())));
                }
            }
        }
        faults.extend(self.0.ledger.faults());
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.level));
        faults
    }

    fn caches(&self) -> Vec<Cache> {
        let (local, store, shop) = (&self.0.local, &self.0.store, self.workshop());
        let in_folder = |name, folder: &Path, but: Option<&Path>, limit| {
            let Usage { files, bytes } = Usage::of(folder, but);
            Cache { name, folder: Some(folder.display().to_string()), used: bytes, limit, files: Some(files) }
        };
        let memory = |name, used, limit| Cache { name, folder: None, used, limit: Some(limit), files: None };
        let mut caches = vec![memory("memory", self.memory_bytes(), self.0.memory.limit())];
        let state = self.0.revisions.known();
        let designs = state.themerev.is_none() || state.jsrev.is_none();
        if designs {
            caches.push(memory("memory of designer mode", shop.bytes(), shop.limit()));
        }
        caches.push(in_folder("localcachedir", &local.base(), Some(&store.folder()), None));
        if store.limit() > 0 {
            caches.push(in_folder("store, kept beyond purges", &store.folder(), None, Some(store.limit())));
        }
        if designs {
            let shared = shop.shared();
            let folder = shared.folder().as_std_path();
            caches.push(in_folder("cachedir, shared in designer mode", folder, None, Some(shared.limit())));
        }
        caches
    }

    fn sight(&self, site: &Site, state: ThemeState) -> ThemeSight {
        let chain = site.themes().chain(&state.theme).and_then(Result::ok);
        let dirroot = site.paths().dirroot();
        let placeholders = self.0.ledger.named_by(&state.theme).into_iter().filter_map(|asset| {
            let found = named::file_of(site, &asset).ok().flatten();
            let file = found.map(|file| below(dirroot, &file.path()));
            Some(Placeholder { text: named::placeholder(&asset)?, file })
        });
        let mut placeholders: Vec<Placeholder> = placeholders.collect();
        placeholders.dedup(); // an image with and without SVG may be one file
        ThemeSight {
            parents: chain.map_or_else(Vec::new, |chain| chain.parents().map(|theme| theme.name().clone()).collect()),
            sources: chain.map_or_else(Vec::new, |chain| sources(chain.theme())),
            way: state.way(),
            name: state.theme,
            fault: state.fault,
            sheets: state.sheets,
            placeholders,
        }
    }

    /// The sub-revisions of themes that have one.
    pub fn subrevisions(&self) -> Vec<(ThemeName, u64)> {
        let state = self.0.revisions.known();
        let installed = self.0.sites.known();
        let themes = installed.site.themes().iter().map(|(name, _)| name.clone());
        themes.map(|name| (state.subrevision(&name), name)).filter(|(sub, _)| *sub > 0).map(|(s, n)| (n, s)).collect()
    }
}

fn below(dirroot: &Utf8Path, path: &Utf8Path) -> String {
    path.strip_prefix(dirroot).unwrap_or(path).to_string()
}

/// Plain sheets, then SCSS, then what is the editor's.
fn sources(theme: &Theme) -> Vec<String> {
    let config = theme.config();
    let mut sources = Vec::new();
    let mut add = |names: &Reading<Vec<String>>, what: &str, folder: &str, end: &str| match names {
        Reading::Known(names) => sources.extend(names.iter().map(|name| format!("{folder}/{name}.{end}"))),
        Reading::Unset => {}
        Reading::Unknown(_) => sources.push(format!("{what} that are not known")),
    };
    add(&config.sheets, "sheets", "style", "css");
    add(&config.editor_sheets, "editor sheets", "style", "css");
    add(&config.editor_scss, "editor SCSS", "scss", "scss");
    match &config.scss {
        Reading::Known(MainScss::File(name)) => sources.push(format!("scss/{name}.scss")),
        Reading::Known(MainScss::Closure { .. }) => sources.push("SCSS made by its PHP".into()),
        Reading::Unset => {}
        Reading::Unknown(_) => sources.push("SCSS that is not known".into()),
    }
    sources
}
