//! The whole CSS of a theme, from its own sources (moodle-assets.md §4).
//!
//! 1. what the theme's PHP contributes, evaluated as data: pre-SCSS, main SCSS, extra SCSS;
//! 2. plugins' sheets, the parents', the compiled SCSS, the theme's own, each closed by itself; files are read while the
//!    SCSS is compiled;
//! 3. placeholders, then the theme's `csspostprocess`;
//! 4. right to left, where that was asked for, and shorter, both in the worker process.
//!
//! Where the PHP cannot be evaluated, or the SCSS does not compile, the precompiled CSS stands in, never for long.
//! Which way led to a sheet, and why no better one did, is noted in a [`Making`].

mod parts;
mod scss;
mod trail;

use super::board::{Phase, during};
use super::designer::sitting;
use super::otherwise::Other;
use super::produce::{Form, Makers};
use super::sources::Sources;
use super::theme_host::ThemeHost;
use super::themes::{Making, Way};
use super::{Failure, sheets};
use crate::asset::{DebugSheet, Revision, SheetType};
use crate::build::minify_css;
use crate::build::placeholder::Urls;
use crate::build::worker::Job;
use crate::php::theme;
use crate::php::{Problem, Reading};
use crate::site::{Site, SourceError, SourceFile, themes::Chain, themes::Theme};
use parts::Around;
use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;
pub use trail::Trail;

/// A style sheet in the making.
pub struct Styles<'a> {
    pub makers: &'a Makers,
    pub site: &'a Site,
    pub chain: &'a Chain,
    pub themerev: Option<Revision>,
    pub svg: bool,
    pub form: Form,
    /// Where its source map is wanted: what it is made of is noted here.
    pub trail: Option<&'a Trail>,
}

impl Styles<'_> {
    /// Makes one sheet; `making` says afterwards how.
    pub fn make(&self, sheet: SheetType, sources: &mut Sources, making: &mut Making) -> Result<String, Failure> {
        let php = self.php()?;
        let (scss, mut around) = match sheet {
            SheetType::All | SheetType::AllRtl => self.side_by_side(&php, sources, making),
            // No pre-, main or extra SCSS.
            SheetType::Editor | SheetType::EditorRtl => (Ok(String::new()), self.editor()),
        };
        // Moodle minifies no editor's styles.
        let minify = self.form == Form::Production && matches!(sheet, SheetType::All | SheetType::AllRtl);
        let css = match self.native(&php, &scss, &mut around, sources, making) {
            Ok(css) => css,
            Err(why) => {
                making.fell(Way::Native, &why);
                match self.otherwise(sheet, &php, &why, sources, making) {
                    Some(Other { css, finished: true, .. }) => return Ok(css),
                    Some(Other { css, flip, .. }) => return self.finished(css, flip, minify, making),
                    None => self.fallback(&php, scss, &mut around, &why, sources, making)?,
                }
            }
        };
        if php.host.has_failed() {
            making.passing();
        }
        self.finished(css, sheet.is_rtl(), minify, making)
    }

    fn php(&self) -> Result<Php<'_>, Failure> {
        let host = during(Phase::Php, || ThemeHost::new(self.makers, self.site, self.chain, self.themerev))?;
        Ok(Php { host, chain: self.php_chain() })
    }

    /// The compiled SCSS and, read meanwhile, what stands around it.
    fn side_by_side(
        &self,
        php: &Php,
        sources: &mut Sources,
        making: &mut Making,
    ) -> (Result<String, Unmade>, Result<Around, Unmade>) {
        // Designer mode notes what is looked at thread by thread.
        if self.form == Form::Development {
            return (self.compiled(php, sources, making), self.around());
        }
        std::thread::scope(|scope| {
            let reading = std::thread::Builder::new().name("sheets".into()).spawn_scoped(scope, || self.around());
            let scss = self.compiled(php, sources, making);
            let around = match reading.map(|thread| thread.join()) {
                Ok(Ok(around)) => around,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => self.around(), // there is no thread to be had
            };
            (scss, around)
        })
    }

    /// From the theme's own sources, up to its `csspostprocess`.
    fn native(
        &self,
        php: &Php,
        scss: &Result<String, Unmade>,
        around: &mut Result<Around, Unmade>,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Result<String, Unmade> {
        let scss = scss.as_deref().map_err(Unmade::clone)?;
        let around = around.as_mut().map_err(|why| why.clone())?;
        self.processed(php, self.joined(scss, around, sources, making))
    }

    /// What the theme's `csspostprocess` makes of finished CSS.
    fn processed(&self, php: &Php, css: String) -> Result<String, Unmade> {
        // A theme that names no function for it need not be evaluated again.
        if matches!(self.chain.theme().config().csspostprocess, Reading::Unset) {
            return Ok(css);
        }
        let processed = during(Phase::Php, || theme::post_process(&php.chain, css.into_bytes(), &php.host));
        let processed = processed.map_err(|error| Failure::Build(error.to_string()))?;
        let css = String::from_utf8_lossy(&processed.text?).into_owned();
        self.note(|trail| trail.step(&css));
        Ok(css)
    }

    /// Notes something for the source map, where one is wanted.
    fn note(&self, note: impl FnOnce(&Trail)) {
        if let Some(trail) = self.trail {
            note(trail);
        }
    }

    /// The precompiled CSS in the place of the compiled; without the theme's `csspostprocess` where that is what is
    /// not known. Never for long.
    fn fallback(
        &self,
        php: &Php,
        scss: Result<String, Unmade>,
        around: &mut Result<Around, Unmade>,
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
        let css = self.joined(&scss, around.as_mut().map_err(|why| failed(why))?, sources, making);
        Ok(self.processed(php, css.clone()).unwrap_or(css))
    }

    /// All parts of a sheet, with URLs in the place of placeholders.
    fn joined(&self, scss: &str, around: &mut Around, sources: &mut Sources, making: &mut Making) -> String {
        sources.append(std::mem::take(&mut around.sources));
        making.add(std::mem::take(&mut around.making));
        self.with_urls(&[&around.before, scss, &around.after].concat())
    }

    /// What was joined, with URLs in the place of placeholders.
    fn with_urls(&self, joined: &str) -> String {
        let css = self.urls().substitute(joined);
        self.note(|trail| trail.joined(joined, &css));
        css
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
        let php = self.php()?;
        let css = match sheet {
            DebugSheet::Scss => self.compiled(&php, sources, making).or_else(|why| {
                making.fell(Way::Native, &why);
                making.short();
                self.lament(&why);
                self.precompiled(&php, &why)
            })?,
            _ => {
                let file = sheets::file(self.site, self.chain, sheet)?;
                let source = text(sources, &file)?;
                if matches!(minify_css::close(&source), Ok(Cow::Owned(_))) {
                    self.remark_open_end(&file, &source, making);
                }
                let css = source.clone() + "\n";
                self.note(|trail| trail.file(&file, &source, &css));
                css
            }
        };
        let css = self.with_urls(&css);
        let css = self.processed(&php, css.clone()).unwrap_or_else(|why| self.stand_in(making, &why, css));
        self.finished(css, rtl, false, making)
    }

    /// Flips and shortens. A sheet that cannot be shortened is served as it was written.
    fn finished(&self, css: String, rtl: bool, minify: bool, making: &mut Making) -> Result<String, Failure> {
        let run = |phase: Phase, job: Job, css: &str| {
            let made = during(phase, || self.makers.pool.run_blocking(&job, css.as_bytes()));
            let made = made.map_err(|error| error.to_string())?;
            String::from_utf8(made.bytes.to_vec()).map_err(|error| error.to_string())
        };
        let failed = |why: String| Failure::Build(format!("theme {}: {why}", self.chain.theme().name()));
        let css = if rtl { run(Phase::Rtl, Job::Flip, &css).map_err(failed)? } else { css };
        if rtl {
            self.note(|trail| trail.step(&css));
        }
        if !minify {
            return Ok(css);
        }
        run(Phase::Minify, Job::MinifyCss, &css).or_else(|why| Ok(self.stand_in(making, &why, css)))
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

fn text(sources: &mut Sources, file: &SourceFile) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&sources.read(file)?).into_owned())
}
