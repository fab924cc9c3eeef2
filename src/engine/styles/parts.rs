//! The parts of a sheet, in Moodle's order (moodle-assets.md §4), each closed by itself.

use super::{Styles, Unmade, text};
use crate::asset::ComponentName;
use crate::build::minify_css;
use crate::build::scss::{Piece, Source, Spot};
use crate::designer::{Fault, Level};
use crate::engine::sources::Sources;
use crate::engine::themes::Making;
use crate::engine::{Failure, sheets};
use crate::php::Reading;
use crate::site::{SourceFile, themes::Theme};
use std::borrow::Cow;
use std::collections::HashSet;

/// The plain sheets in front of the compiled SCSS, and behind it.
#[derive(Default)]
pub(super) struct Around {
    pub before: String,
    pub after: String,
    /// What they were read from, and what was noted of it: counts where they are used.
    pub sources: Sources,
    pub making: Making,
}

impl Styles<'_> {
    pub(super) fn around(&self) -> Result<Around, Unmade> {
        let Around { mut before, mut after, mut sources, mut making } = Around::default();
        let excludes = self.chain.excludes(|config| &config.plugins_exclude_sheets);
        let plugins = excludes?;
        for (component, _) in self.site.components().plugins() {
            let Some((kind, plugin)) = component.split_once('_') else { continue };
            if kind == "theme" || plugins.is_some_and(|excludes| excludes.contains(kind, plugin)) {
                continue;
            }
            let Ok(component) = ComponentName::parse(&component) else { continue };
            for file in sheets::of_plugin(self.site, self.chain, &component)? {
                self.closed(&mut sources, &file, &mut making, &mut before)?;
            }
        }
        let excludes = self.chain.excludes(|config| &config.parents_exclude_sheets);
        let parents = excludes?;
        for parent in self.chain.parents_base_first() {
            for name in declared(&parent.config().sheets)? {
                if !parents.is_some_and(|excludes| excludes.contains(parent.name().as_str(), &name)) {
                    self.sheet(parent, &name, &mut sources, &mut making, &mut before)?;
                }
            }
        }
        let own = self.chain.theme();
        for name in declared(&own.config().sheets)? {
            self.sheet(own, &name, &mut sources, &mut making, &mut after)?;
        }
        Ok(Around { before, after, sources, making })
    }

    /// The editor's styles: no pre- or extra-SCSS (moodle-assets.md §4).
    pub(super) fn editor(&self) -> Result<Around, Unmade> {
        let Around { mut before, after, mut sources, mut making } = Around::default();
        for (component, _) in self.site.components().plugins().filter(|(name, _)| name.starts_with("editor_")) {
            let mut components = vec![component.clone()];
            for kind in self.site.components().subplugin_types(&component) {
                components.extend(kind.plugins.iter().map(|plugin| format!("{}_{}", kind.name, plugin.name)));
            }
            for component in components.iter().filter_map(|name| ComponentName::parse(name).ok()) {
                if let Some(place) = self.site.component(&component)
                    && let Some(file) = self.site.file(&place, "editor_styles.css")?
                {
                    self.closed(&mut sources, &file, &mut making, &mut before)?;
                }
            }
        }
        for theme in self.chain.parents_base_first().chain([self.chain.theme()]) {
            for name in declared(&theme.config().editor_sheets)? {
                self.sheet(theme, &name, &mut sources, &mut making, &mut before)?;
            }
        }
        for theme in std::iter::once(self.chain.theme()).chain(self.chain.parents_base_first()) {
            let names = declared(&theme.config().editor_scss)?;
            for name in &names {
                let folder = theme.place().path().join("scss");
                let path = folder.join(format!("{name}.scss"));
                let Some(file) = self.site.file(theme.place(), &format!("scss/{name}.scss"))? else { continue };
                let source =
                    Source { pieces: vec![Piece::new(path, text(&mut sources, &file)?)], load_paths: vec![folder] };
                match self.compile(source, &mut sources, &mut making) {
                    Ok(css) => before.push_str(&css),
                    Err(error) => before.push_str(&self.stand_in(&mut making, &error, String::new())),
                }
            }
            if !names.is_empty() {
                break;
            }
        }
        Ok(Around { before, after, sources, making })
    }

    fn sheet(
        &self,
        theme: &Theme,
        name: &str,
        sources: &mut Sources,
        making: &mut Making,
        out: &mut String,
    ) -> Result<(), Failure> {
        match self.site.file(theme.place(), &format!("style/{name}.css"))? {
            Some(file) => self.closed(sources, &file, making, out),
            None => Ok(()),
        }
    }

    /// A plain sheet, closed as a browser closes it at its end: it must not reach into the next. One that cannot be
    /// closed costs itself.
    fn closed(
        &self,
        sources: &mut Sources,
        file: &SourceFile,
        making: &mut Making,
        out: &mut String,
    ) -> Result<(), Failure> {
        let text = text(sources, file)?;
        match minify_css::close(&text) {
            Ok(closed) => {
                if let Cow::Owned(_) = closed {
                    self.remark_open_end(file, &text, making);
                }
                let closed = closed.into_owned() + "\n";
                self.note(|trail| trail.file(file, &text, &closed));
                out.push_str(&closed);
            }
            Err(error) => drop(self.stand_in(making, &format_args!("{}: {error}", file.path()), String::new())),
        }
        Ok(())
    }

    /// Remarks on a sheet that needed to be closed.
    pub(super) fn remark_open_end(&self, file: &SourceFile, text: &str, making: &mut Making) {
        let last = text.trim_end().lines().last().unwrap_or_default();
        let indent = last.chars().take_while(|c| c.is_whitespace()).count();
        let spot = Spot {
            file: file.path().to_string(),
            line: text.trim_end().lines().count().max(1),
            column: last.chars().count() + 1,
            indent,
            // A sheet may be one line.
            excerpt: if last.len() < 200 { last.trim_start().to_owned() } else { String::new() },
        };
        making.remarks.push(Fault {
            level: Level::Warning,
            theme: self.chain.theme().name().to_string(),
            spot: Some(spot),
            message: "the sheet ends in the middle of a rule, string or comment; it was closed there as browsers do"
                .into(),
        });
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
