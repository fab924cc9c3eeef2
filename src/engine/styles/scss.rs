//! The SCSS of a theme's chain, and what it compiles to.

use super::{Php, Styles, Unmade, text};
use crate::build::scss::{Piece, Source};
use crate::build::worker::Job;
use crate::engine::Failure;
use crate::engine::board::{Phase, during};
use crate::engine::designer::sitting;
use crate::engine::produce::Form;
use crate::engine::sources::Sources;
use crate::engine::themes::Making;
use crate::php::theme::{self, Main};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

impl Styles<'_> {
    pub(super) fn compiled(&self, php: &Php, sources: &mut Sources, making: &mut Making) -> Result<String, Unmade> {
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
        let scss = during(Phase::Php, || theme::scss(&php.chain, &php.host))
            .map_err(|error| Unmade::Failed(Failure::Build(error.to_string())))?;
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
        let mut pieces = [&[pre, main][..], between, &[extra]].concat();
        if self.form == Form::Development {
            self.find_files(&mut pieces, &scss.reads.files, sources);
        }
        Ok(Some(Source { pieces, load_paths }))
    }

    /// The files that the theme's functions put into their texts, as presets are: mistakes are shown, and rules found, in
    /// these. One that cannot be read is none.
    fn find_files(&self, pieces: &mut [Piece], read: &BTreeSet<Utf8PathBuf>, sources: &mut Sources) {
        for path in read.iter().filter(|path| matches!(path.extension(), Some("scss" | "css"))) {
            let file = self.chain_themes().find_map(|theme| {
                let name = path.strip_prefix(theme.config().dir.as_path()).ok()?;
                self.site.file(theme.place(), name.as_str()).ok()?
            });
            let Some(Ok(content)) = file.map(|file| text(sources, &file)) else { continue };
            for piece in pieces.iter_mut().filter(|piece| piece.name != *path && piece.text.contains(&content)) {
                piece.parts.push((path.to_string(), content.clone()));
            }
        }
    }

    pub(super) fn compile(&self, source: Source, sources: &mut Sources, making: &mut Making) -> Result<String, String> {
        let folders: Vec<Utf8PathBuf> = self.chain_themes().map(|theme| theme.config().dir.clone()).collect();
        if sitting::current().is_some() {
            let run = |job: &Job| self.makers.pool.run_blocking(job, &[]);
            let kept = self.trail.map(|_| (source.clone(), folders.clone()));
            let theme = self.chain.theme().name();
            let css = during(Phase::Scss, || self.makers.workshop.compile(source, folders, theme, run))?;
            if let Some((source, folders)) = kept {
                self.note(|trail| trail.compiled(source, folders, &css));
            }
            return Ok(css);
        }
        let made = during(Phase::Scss, || self.makers.compilations.get(&self.makers.pool, source, folders));
        let compiled = made.map_err(|error| error.to_string())?;
        sources.note(&compiled.inputs, self.site.paths().dirroot());
        making.warnings.extend(compiled.warnings.iter().cloned());
        Ok(compiled.css.clone())
    }

    /// What Moodle sends where SCSS does not compile.
    pub(super) fn precompiled(&self, php: &Php, why: &Unmade) -> Result<String, Failure> {
        match (theme::precompiled(&php.chain, &php.host), why) {
            (_, Unmade::Failed(failure)) => Err(failure.clone()),
            (Ok(theme::Processed { text: Ok(css), .. }), _) if !css.is_empty() => Ok(css),
            _ => Err(Failure::Build(format!("theme {}: {why}", self.chain.theme().name()))),
        }
    }
}
