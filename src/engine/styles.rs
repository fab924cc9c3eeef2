//! The whole CSS of a theme, from its own sources (moodle-assets.md §4).
//!
//! 1. what the theme's PHP contributes, evaluated as data: pre-SCSS, main SCSS, extra SCSS;
//! 2. plugins' sheets, the parents', the compiled SCSS, the theme's own, each closed by itself;
//! 3. placeholders, then the theme's `csspostprocess`;
//! 4. right to left, where that was asked for, and shorter, both in the worker process.
//!
//! Where the PHP cannot be evaluated, or the SCSS does not compile, the precompiled CSS stands in, never for long.
//! Which way led to a sheet, and why no better one did, is noted in a [`Making`].

use super::designer::sitting;
use super::otherwise::Other;
use super::produce::{Form, Makers, Sources};
use super::theme_host::ThemeHost;
use super::themes::{Making, Way};
use super::{Failure, sheets};
use crate::asset::{ComponentName, DebugSheet, Revision, SheetType};
use crate::build::minify_css;
use crate::build::placeholder::Urls;
use crate::build::scss::{Piece, Source};
use crate::build::worker::Job;
use crate::php::theme::{self, Main};
use crate::php::{Problem, Reading};
use crate::site::{Site, SourceError, SourceFile, themes::Chain, themes::Theme};
use camino::Utf8PathBuf;
use std::collections::HashSet;
use std::fmt::Display;
use std::sync::Arc;

/// A style sheet in the making.
pub struct Styles<'a> {
    pub makers: &'a Makers,
    pub site: &'a Site,
    pub chain: &'a Chain,
    pub themerev: Option<Revision>,
    pub svg: bool,
    pub form: Form,
}

impl Styles<'_> {
    /// Makes one sheet; `making` says afterwards how.
    pub fn make(&self, sheet: SheetType, sources: &mut Sources, making: &mut Making) -> Result<String, Failure> {
        let php =
            Php { host: ThemeHost::new(self.makers, self.site, self.chain, self.themerev)?, chain: self.php_chain() };
        let scss = match sheet {
            SheetType::All | SheetType::AllRtl => self.compiled(&php, sources, making),
            SheetType::Editor | SheetType::EditorRtl => Ok(String::new()), // no pre-, main or extra SCSS
        };
        // Moodle minifies no editor's styles.
        let minify = self.form == Form::Production && matches!(sheet, SheetType::All | SheetType::AllRtl);
        let css = match self.native(sheet, &php, &scss, sources, making) {
            Ok(css) => css,
            Err(why) => {
                making.fell(Way::Native, &why);
                match self.otherwise(sheet, &php, &why, sources, making) {
                    Some(Other { css, finished: true, .. }) => return Ok(css),
                    Some(Other { css, flip, .. }) => return self.finished(css, flip, minify, making),
                    None => self.fallback(sheet, &php, scss, &why, sources, making)?,
                }
            }
        };
        if php.host.has_failed() {
            making.passing();
        }
        self.finished(css, sheet.is_rtl(), minify, making)
    }

    /// From the theme's own sources, up to its `csspostprocess`.
    fn native(
        &self,
        sheet: SheetType,
        php: &Php,
        scss: &Result<String, Unmade>,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Result<String, Unmade> {
        let css = self.joined(sheet, scss.as_deref().map_err(Unmade::clone)?, sources, making)?;
        let processed = theme::post_process(&php.chain, css.into_bytes(), &php.host);
        let processed = processed.map_err(|error| Failure::Build(error.to_string()))?;
        Ok(String::from_utf8_lossy(&processed.text?).into_owned())
    }

    /// The precompiled CSS in the place of the compiled; without the theme's `csspostprocess` where that is what is
    /// not known. Never for long.
    fn fallback(
        &self,
        sheet: SheetType,
        php: &Php,
        scss: Result<String, Unmade>,
        why: &Unmade,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Result<String, Failure> {
        let failed = |why: &Unmade| match why {
            Unmade::Failed(failure) => failure.clone(),
            why => Failure::Build(format!("theme {}: {why}", self.chain.theme().name())),
        };
        if let Unmade::Failed(failure) = why {
            return Err(failure.clone());
        }
        making.way = Way::Fallback;
        making.short();
        match self.form {
            Form::Development => self.lament(why),
            Form::Production => {
                let all: Vec<String> = making.fell.iter().map(ToString::to_string).collect();
                self.lament(&all.join("; "));
            }
        }
        let scss = scss.or_else(|why| self.precompiled(php, &why))?;
        let css = self.joined(sheet, &scss, sources, making).map_err(|why| failed(&why))?;
        match theme::post_process(&php.chain, css.clone().into_bytes(), &php.host) {
            Ok(theme::Processed { text: Ok(bytes), .. }) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            _ => Ok(css),
        }
    }

    /// All parts of a sheet, with URLs in the place of placeholders.
    fn joined(
        &self,
        sheet: SheetType,
        scss: &str,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Result<String, Unmade> {
        let parts = match sheet {
            SheetType::All | SheetType::AllRtl => self.whole(scss, sources, making)?,
            SheetType::Editor | SheetType::EditorRtl => self.editor(sources, making)?,
        };
        Ok(self.urls().substitute(&parts.concat()))
    }

    fn urls(&self) -> Urls<'_> {
        let theme = self.chain.theme().name();
        Urls { mount: &self.makers.mount, theme, revision: self.themerev, svg: self.svg }
    }

    /// One sheet as `styles_debug.php` names it: processed like the whole, by itself, and not minified.
    pub fn debug(
        &self,
        sheet: &DebugSheet,
        rtl: bool,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Result<String, Failure> {
        if *sheet == DebugSheet::Editor {
            return self.make(if rtl { SheetType::EditorRtl } else { SheetType::Editor }, sources, making);
        }
        let php =
            Php { host: ThemeHost::new(self.makers, self.site, self.chain, self.themerev)?, chain: self.php_chain() };
        let css = match sheet {
            DebugSheet::Scss => self.compiled(&php, sources, making).or_else(|why| {
                making.fell(Way::Native, &why);
                making.short();
                self.lament(&why);
                self.precompiled(&php, &why)
            })?,
            _ => text(sources, &sheets::file(self.site, self.chain, sheet)?)? + "\n",
        };
        let css = self.urls().substitute(&css);
        // A theme that names no function for it need not be evaluated for a plain sheet.
        let processed = match self.chain.theme().config().csspostprocess {
            Reading::Unset => Ok(theme::Processed { text: Ok(css.clone().into_bytes()), reads: Default::default() }),
            _ => theme::post_process(&php.chain, css.clone().into_bytes(), &php.host),
        };
        let css = match processed {
            Ok(theme::Processed { text: Ok(bytes), .. }) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(theme::Processed { text: Err(problem), .. }) => self.stand_in(making, &problem, css),
            Err(error) => self.stand_in(making, &error, css),
        };
        self.finished(css, rtl, false, making)
    }

    /// Flips and shortens. A sheet that cannot be shortened is served as it was written.
    fn finished(&self, css: String, rtl: bool, minify: bool, making: &mut Making) -> Result<String, Failure> {
        let run = |job: Job, css: &str| {
            let made = self.makers.pool.run_blocking(&job, css.as_bytes()).map_err(|error| error.to_string())?;
            String::from_utf8(made.bytes.to_vec()).map_err(|error| error.to_string())
        };
        let failed = |why: String| Failure::Build(format!("theme {}: {why}", self.chain.theme().name()));
        let css = if rtl { run(Job::Flip, &css).map_err(failed)? } else { css };
        if !minify {
            return Ok(css);
        }
        run(Job::MinifyCss, &css).or_else(|why| Ok(self.stand_in(making, &why, css)))
    }

    fn whole(&self, scss: &str, sources: &mut Sources, making: &mut Making) -> Result<Vec<String>, Unmade> {
        let mut parts = Vec::new();
        let excludes = self.chain.excludes(|config| &config.plugins_exclude_sheets);
        let plugins = excludes?;
        for (component, _) in self.site.components().plugins() {
            let Some((kind, plugin)) = component.split_once('_') else { continue };
            if kind == "theme" || plugins.is_some_and(|excludes| excludes.contains(kind, plugin)) {
                continue;
            }
            let Ok(component) = ComponentName::parse(&component) else { continue };
            for file in sheets::of_plugin(self.site, self.chain, &component)? {
                parts.push(self.closed(sources, &file, making)?);
            }
        }
        let excludes = self.chain.excludes(|config| &config.parents_exclude_sheets);
        let parents = excludes?;
        for parent in self.chain.parents_base_first() {
            for name in declared(&parent.config().sheets)? {
                if !parents.is_some_and(|excludes| excludes.contains(parent.name().as_str(), &name)) {
                    self.sheet(parent, &name, sources, making, &mut parts)?;
                }
            }
        }
        parts.push(scss.to_owned());
        let own = self.chain.theme();
        for name in declared(&own.config().sheets)? {
            self.sheet(own, &name, sources, making, &mut parts)?;
        }
        Ok(parts)
    }

    /// The editor's styles: no pre- or extra-SCSS (moodle-assets.md §4).
    fn editor(&self, sources: &mut Sources, making: &mut Making) -> Result<Vec<String>, Unmade> {
        let mut parts = Vec::new();
        for (component, _) in self.site.components().plugins().filter(|(name, _)| name.starts_with("editor_")) {
            let mut components = vec![component.clone()];
            for kind in self.site.components().subplugin_types(&component) {
                components.extend(kind.plugins.iter().map(|plugin| format!("{}_{}", kind.name, plugin.name)));
            }
            for component in components.iter().filter_map(|name| ComponentName::parse(name).ok()) {
                if let Some(place) = self.site.component(&component)
                    && let Some(file) = self.site.file(&place, "editor_styles.css")?
                {
                    parts.push(self.closed(sources, &file, making)?);
                }
            }
        }
        for theme in self.chain.parents_base_first().chain([self.chain.theme()]) {
            for name in declared(&theme.config().editor_sheets)? {
                self.sheet(theme, &name, sources, making, &mut parts)?;
            }
        }
        for theme in std::iter::once(self.chain.theme()).chain(self.chain.parents_base_first()) {
            let names = declared(&theme.config().editor_scss)?;
            for name in &names {
                let folder = theme.place().path().join("scss");
                let path = folder.join(format!("{name}.scss"));
                let Some(file) = self.site.file(theme.place(), &format!("scss/{name}.scss"))? else { continue };
                let source = Source { pieces: vec![Piece::new(path, text(sources, &file)?)], load_paths: vec![folder] };
                match self.compile(source, sources, making) {
                    Ok(css) => parts.push(css),
                    Err(error) => parts.push(self.stand_in(making, &error, String::new())),
                }
            }
            if !names.is_empty() {
                break;
            }
        }
        Ok(parts)
    }

    fn compiled(&self, php: &Php, sources: &mut Sources, making: &mut Making) -> Result<String, Unmade> {
        let Some(source) = self.source(php, sources)? else { return Ok(String::new()) };
        let css = self.compile(source, sources, making).map_err(Unmade::Scss)?;
        if !css.trim().is_empty() {
            return Ok(css);
        }
        // SCSS that compiles to nothing gives way to the precompiled CSS, as Moodle has it. Nothing failed: it is kept.
        let css = theme::precompiled(&php.chain, &php.host).map_err(|error| Failure::Build(error.to_string()))?;
        Ok(css.text?)
    }

    /// The SCSS of the chain; `None` where no theme of it has any.
    fn source(&self, php: &Php, sources: &mut Sources) -> Result<Option<Source>, Unmade> {
        let scss =
            theme::scss(&php.chain, &php.host).map_err(|error| Unmade::Failed(Failure::Build(error.to_string())))?;
        if let Some(problem) = scss.tree {
            return Err(Unmade::Unknown(problem));
        }
        let mut between: &[Piece] = &[];
        let semicolon = [Piece::new("", ";")];
        let (main, load_paths) = match scss.main {
            Main::None => return Ok(None),
            Main::Unknown(problem) => return Err(Unmade::Unknown(problem)),
            Main::Text { text, imports } => {
                // Moodle joins what is no file by semicolons: the text and the extra SCSS, but not the pre-SCSS.
                between = &semicolon;
                (Piece::new("$THEME->scss", text.map_err(Unmade::Unknown)?), imports)
            }
            Main::File(path) => {
                let folder = path.parent().map(Utf8PathBuf::from).unwrap_or_default();
                let found = self.chain_themes().find_map(|theme| {
                    let name = path.strip_prefix(theme.config().dir.as_path()).ok()?;
                    self.site.file(theme.place(), name.as_str()).transpose()
                });
                let file = found.ok_or(Unmade::Failed(Failure::NotFound))?;
                let file = file.map_err(|error| Unmade::Failed(error.into()))?;
                (Piece::new(path, text(sources, &file).map_err(Unmade::Failed)?), vec![folder])
            }
        };
        let pre = Piece::new("pre-SCSS", scss.pre.map_err(Unmade::Unknown)?);
        let extra = Piece::new("extra SCSS", scss.extra.map_err(Unmade::Unknown)?);
        Ok(Some(Source { pieces: [&[pre, main][..], between, &[extra]].concat(), load_paths }))
    }

    fn compile(&self, source: Source, sources: &mut Sources, making: &mut Making) -> Result<String, String> {
        let folders = self.chain_themes().map(|theme| theme.config().dir.clone()).collect();
        if sitting::current().is_some() {
            let run = |job: &Job| self.makers.pool.run_blocking(job, &[]);
            return self.makers.workshop.compile(source, folders, self.chain.theme().name(), run);
        }
        let made = self.makers.compilations.get(&self.makers.pool, source, folders);
        let compiled = made.map_err(|error| error.to_string())?;
        sources.note(&compiled.inputs, self.site.paths().dirroot());
        making.warnings.extend(compiled.warnings.iter().cloned());
        Ok(compiled.css.clone())
    }

    /// What Moodle sends where SCSS does not compile.
    fn precompiled(&self, php: &Php, why: &Unmade) -> Result<String, Failure> {
        match (theme::precompiled(&php.chain, &php.host), why) {
            (_, Unmade::Failed(failure)) => Err(failure.clone()),
            (Ok(theme::Processed { text: Ok(css), .. }), _) if !css.is_empty() => Ok(css),
            _ => Err(Failure::Build(format!("theme {}: {why}", self.chain.theme().name()))),
        }
    }

    /// Says why something stands in for a sheet: to whoever works on it, or in the log.
    fn lament(&self, why: &dyn Display) {
        let theme = self.chain.theme().name();
        match sitting::current() {
            Some(sitting) => sitting.note_stand_in(theme.as_str(), &why.to_string()),
            None => tracing::warn!(%theme, %why, "styles are a stand-in, kept for seconds only"),
        }
    }

    /// A part of the sheet that is not as it should be costs long caching, nothing else.
    fn stand_in(&self, making: &mut Making, why: &dyn Display, css: String) -> String {
        self.lament(why);
        making.warnings.push(why.to_string());
        making.short();
        css
    }

    fn sheet(
        &self,
        theme: &Theme,
        name: &str,
        sources: &mut Sources,
        making: &mut Making,
        parts: &mut Vec<String>,
    ) -> Result<(), Failure> {
        if let Some(file) = self.site.file(theme.place(), &format!("style/{name}.css"))? {
            parts.push(self.closed(sources, &file, making)?);
        }
        Ok(())
    }

    /// A plain sheet, closed as a browser closes it at its end: it must not reach into the next. One that cannot be
    /// closed costs itself.
    fn closed(&self, sources: &mut Sources, file: &SourceFile, making: &mut Making) -> Result<String, Failure> {
        let text = text(sources, file)?;
        match minify_css::close(&text) {
            Ok(closed) => Ok(closed.into_owned() + "\n"),
            Err(error) => Ok(self.stand_in(making, &format_args!("{}: {error}", file.path()), String::new())),
        }
    }

    fn chain_themes(&self) -> impl Iterator<Item = &Theme> {
        std::iter::once(self.chain.theme()).chain(self.chain.parents())
    }

    fn php_chain(&self) -> theme::Chain {
        let theme = self.chain.theme();
        let parents = self.chain.parents().map(|parent| (parent.name().to_string(), parent.config().dir.clone()));
        theme::Chain {
            name: theme.name().to_string(),
            dir: theme.config().dir.clone(),
            parents: parents.collect(),
            svg: self.svg,
        }
    }
}

/// A theme's code, and what it may ask.
pub(super) struct Php<'a> {
    pub chain: theme::Chain,
    pub host: ThemeHost<'a>,
}

/// Why there is no CSS of the theme's own.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Unmade {
    /// The theme's PHP cannot be evaluated as data.
    #[error(transparent)]
    Unknown(#[from] Arc<Problem>),
    /// Its SCSS does not compile: what the compiler said.
    #[error("{0}")]
    Scss(String),
    /// Nothing else would lead there either.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<SourceError> for Unmade {
    fn from(error: SourceError) -> Unmade {
        Unmade::Failed(error.into())
    }
}

/// The sheets of a list. One that is named twice stands where it was named first.
fn declared(names: &Reading<Vec<String>>) -> Result<Vec<String>, Unmade> {
    match names {
        Reading::Known(names) => {
            let mut seen = HashSet::new();
            Ok(names.iter().filter(|name| seen.insert(name.as_str())).cloned().collect())
        }
        Reading::Unset => Ok(Vec::new()),
        Reading::Unknown(problem) => Err(problem.clone().into()),
    }
}

fn text(sources: &mut Sources, file: &SourceFile) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&sources.read(file)?).into_owned())
}
