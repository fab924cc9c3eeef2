//! The whole CSS of a theme, from its own sources (moodle-assets.md §4).
//!
//! 1. what the theme's PHP contributes, evaluated as data: pre-SCSS, main SCSS, extra SCSS;
//! 2. plugins' sheets, the parents', the compiled SCSS, the theme's own, each closed by itself;
//! 3. placeholders, then the theme's `csspostprocess`;
//! 4. right to left, where that was asked for, and shorter, both in the worker process.
//!
//! Where the PHP cannot be evaluated, or the SCSS does not compile, the precompiled CSS stands in, never for long.

use super::produce::{Form, Makers, Sources};
use super::theme_host::ThemeHost;
use super::{Failure, sheets};
use crate::asset::{ComponentName, Freshness, Revision, SheetType};
use crate::build::minify_css;
use crate::build::placeholder::Urls;
use crate::build::scss::{Piece, Source};
use crate::build::worker::Job;
use crate::php::theme::{self, Main};
use crate::php::{Problem, Reading};
use crate::site::{Site, SourceFile, themes::Chain, themes::Theme};
use camino::Utf8PathBuf;
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
    /// Makes one sheet; `keeps` says afterwards how long it may be kept.
    pub fn make(&self, sheet: SheetType, sources: &mut Sources, keeps: &mut Freshness) -> Result<String, Failure> {
        let host = ThemeHost::new(self.makers, self.site, self.chain, self.themerev)?;
        let chain = self.php_chain();
        let parts = match sheet {
            SheetType::All | SheetType::AllRtl => self.whole(&chain, &host, sources, keeps)?,
            SheetType::Editor | SheetType::EditorRtl => self.editor(sources, keeps)?,
        };
        let name = self.chain.theme().name();
        let urls = Urls { mount: &self.makers.mount, theme: name, revision: self.themerev, svg: self.svg };
        let css = urls.substitute(&parts.concat());
        let css = match theme::post_process(&chain, css.clone().into_bytes(), &host) {
            Ok(theme::Processed { text: Ok(bytes), .. }) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(theme::Processed { text: Err(problem), .. }) => self.stand_in(keeps, &problem, css),
            Err(error) => self.stand_in(keeps, &error, css),
        };
        // Moodle minifies no editor's styles.
        let minify = self.form == Form::Production && matches!(sheet, SheetType::All | SheetType::AllRtl);
        self.finished(css, sheet.is_rtl(), minify, keeps)
    }

    /// Only the compiled SCSS, as `styles_debug.php?type=scss` names it.
    pub fn scss(&self, sources: &mut Sources, keeps: &mut Freshness) -> Result<String, Failure> {
        let host = ThemeHost::new(self.makers, self.site, self.chain, self.themerev)?;
        self.compiled(&self.php_chain(), &host, sources, keeps)
    }

    /// Flips and shortens. A sheet that cannot be shortened is served as it was written.
    fn finished(&self, css: String, rtl: bool, minify: bool, keeps: &mut Freshness) -> Result<String, Failure> {
        let run = |job: Job, css: &str| {
            let made = self.makers.pool.run_blocking(&job, css.as_bytes()).map_err(|error| error.to_string())?;
            String::from_utf8(made.bytes.to_vec()).map_err(|error| error.to_string())
        };
        let failed = |why: String| Failure::Build(format!("theme {}: {why}", self.chain.theme().name()));
        let css = if rtl { run(Job::Flip, &css).map_err(failed)? } else { css };
        if !minify {
            return Ok(css);
        }
        run(Job::MinifyCss, &css).or_else(|why| Ok(self.stand_in(keeps, &why, css)))
    }

    fn whole(
        &self,
        chain: &theme::Chain,
        host: &ThemeHost,
        sources: &mut Sources,
        keeps: &mut Freshness,
    ) -> Result<Vec<String>, Failure> {
        let mut parts = Vec::new();
        let excludes = self.chain.excludes(|config| &config.plugins_exclude_sheets);
        let plugins = excludes.map_err(|problem| Failure::Build(problem.to_string()))?;
        for (component, _) in self.site.components().plugins() {
            let Some((kind, plugin)) = component.split_once('_') else { continue };
            if kind == "theme" || plugins.is_some_and(|excludes| excludes.contains(kind, plugin)) {
                continue;
            }
            let Ok(component) = ComponentName::parse(&component) else { continue };
            for file in sheets::of_plugin(self.site, self.chain, &component)? {
                parts.push(self.closed(sources, &file, keeps)?);
            }
        }
        let excludes = self.chain.excludes(|config| &config.parents_exclude_sheets);
        let parents = excludes.map_err(|problem| Failure::Build(problem.to_string()))?;
        for parent in self.chain.parents_base_first() {
            for name in declared(&parent.config().sheets)? {
                if !parents.is_some_and(|excludes| excludes.contains(parent.name().as_str(), &name)) {
                    self.sheet(parent, &name, sources, keeps, &mut parts)?;
                }
            }
        }
        parts.push(self.compiled(chain, host, sources, keeps)?);
        let own = self.chain.theme();
        for name in declared(&own.config().sheets)? {
            self.sheet(own, &name, sources, keeps, &mut parts)?;
        }
        Ok(parts)
    }

    /// The editor's styles: no pre- or extra-SCSS (moodle-assets.md §4).
    fn editor(&self, sources: &mut Sources, keeps: &mut Freshness) -> Result<Vec<String>, Failure> {
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
                    parts.push(self.closed(sources, &file, keeps)?);
                }
            }
        }
        for theme in self.chain.parents_base_first().chain([self.chain.theme()]) {
            for name in declared(&theme.config().editor_sheets)? {
                self.sheet(theme, &name, sources, keeps, &mut parts)?;
            }
        }
        for theme in std::iter::once(self.chain.theme()).chain(self.chain.parents_base_first()) {
            let names = declared(&theme.config().editor_scss)?;
            for name in &names {
                let folder = theme.place().path().join("scss");
                let path = folder.join(format!("{name}.scss"));
                let Some(file) = self.site.file(theme.place(), &format!("scss/{name}.scss"))? else { continue };
                let source = Source { pieces: vec![Piece::new(path, text(sources, &file)?)], load_paths: vec![folder] };
                match self.compile(source) {
                    Ok(css) => parts.push(css),
                    Err(error) => parts.push(self.stand_in(keeps, &error, String::new())),
                }
            }
            if !names.is_empty() {
                break;
            }
        }
        Ok(parts)
    }

    fn compiled(
        &self,
        chain: &theme::Chain,
        host: &ThemeHost,
        sources: &mut Sources,
        keeps: &mut Freshness,
    ) -> Result<String, Failure> {
        match self.source(chain, host, sources) {
            Ok(None) => Ok(String::new()),
            Ok(Some(source)) => self.compile(source).or_else(|error| self.precompiled(chain, host, keeps, &error)),
            Err(Unmade::Unknown(problem)) => self.precompiled(chain, host, keeps, &problem),
            Err(Unmade::Failed(failure)) => Err(failure),
        }
    }

    /// The SCSS of the chain; `None` where no theme of it has any.
    fn source(&self, chain: &theme::Chain, host: &ThemeHost, sources: &mut Sources) -> Result<Option<Source>, Unmade> {
        let scss = theme::scss(chain, host).map_err(|error| Unmade::Failed(Failure::Build(error.to_string())))?;
        if let Some(problem) = scss.tree {
            return Err(Unmade::Unknown(problem));
        }
        let (main, load_paths) = match scss.main {
            Main::None => return Ok(None),
            Main::Unknown(problem) => return Err(Unmade::Unknown(problem)),
            Main::Text { text, imports } => (Piece::new("$THEME->scss", text.map_err(Unmade::Unknown)?), imports),
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
        Ok(Some(Source { pieces: vec![pre, main, extra], load_paths }))
    }

    fn compile(&self, source: Source) -> Result<String, String> {
        let folders = self.chain_themes().map(|theme| theme.config().dir.clone()).collect();
        let made = self.makers.pool.run_blocking(&Job::Scss { source: Box::new(source), folders }, &[]);
        let made = made.map_err(|error| error.to_string())?;
        String::from_utf8(made.bytes.to_vec()).map_err(|error| error.to_string())
    }

    /// What Moodle sends where SCSS does not compile.
    fn precompiled(
        &self,
        chain: &theme::Chain,
        host: &ThemeHost,
        keeps: &mut Freshness,
        why: &dyn Display,
    ) -> Result<String, Failure> {
        match theme::precompiled(chain, host) {
            Ok(theme::Processed { text: Ok(css), .. }) if !css.is_empty() => Ok(self.stand_in(keeps, why, css)),
            _ => Err(Failure::Build(format!("theme {}: {why}", self.chain.theme().name()))),
        }
    }

    fn stand_in(&self, keeps: &mut Freshness, why: &dyn Display, css: String) -> String {
        tracing::warn!(theme = %self.chain.theme().name(), %why, "styles are a stand-in, kept for seconds only");
        *keeps = keeps.worse(Freshness::Short);
        css
    }

    fn sheet(
        &self,
        theme: &Theme,
        name: &str,
        sources: &mut Sources,
        keeps: &mut Freshness,
        parts: &mut Vec<String>,
    ) -> Result<(), Failure> {
        if let Some(file) = self.site.file(theme.place(), &format!("style/{name}.css"))? {
            parts.push(self.closed(sources, &file, keeps)?);
        }
        Ok(())
    }

    /// A plain sheet, closed as a browser closes it at its end: it must not reach into the next. One that cannot be
    /// closed costs itself.
    fn closed(&self, sources: &mut Sources, file: &SourceFile, keeps: &mut Freshness) -> Result<String, Failure> {
        let text = text(sources, file)?;
        match minify_css::close(&text) {
            Ok(closed) => Ok(closed.into_owned() + "\n"),
            Err(error) => Ok(self.stand_in(keeps, &format_args!("{}: {error}", file.path()), String::new())),
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

/// Why there is no SCSS.
enum Unmade {
    Unknown(Arc<Problem>),
    Failed(Failure),
}

fn declared(names: &Reading<Vec<String>>) -> Result<Vec<String>, Failure> {
    match names {
        Reading::Known(names) => Ok(names.clone()),
        Reading::Unset => Ok(Vec::new()),
        Reading::Unknown(problem) => Err(Failure::Build(problem.to_string())),
    }
}

fn text(sources: &mut Sources, file: &SourceFile) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&sources.read(file)?).into_owned())
}
