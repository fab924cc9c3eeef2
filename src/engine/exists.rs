//! Whether there is anything to build: looked up before a lock is taken, since taking one makes a file.
//!
//! A stranger can name things that do not exist without end; none of that may be written (design.md §2, promise 7).

use super::produce::{Makers, yui_file};
use super::sites::Installed;
use super::themes::Making;
use super::{Engine, Failure, told};
use crate::asset::Asset;
use crate::build::yui;
use std::time::Instant;

/// Ends a request for what has no source.
pub fn must_exist(engine: &Engine, asset: &Asset) -> Result<(), Failure> {
    let begun = Instant::now();
    let installed = engine.0.sites.at(&engine.0.revisions)?;
    let failure = match engine.0.makers.exists(asset, &installed) {
        Ok(true) => return Ok(()),
        Ok(false) => Failure::NotFound,
        Err(failure) => told::failure(engine, asset, failure),
    };
    engine.0.counters.built(asset, false, begun.elapsed());
    Err(failure)
}

impl Makers {
    /// Whether a stored asset has a source. Reads none of them; what needs no look is taken to be there.
    pub fn exists(&self, asset: &Asset, installed: &Installed) -> Result<bool, Failure> {
        let site = &installed.site;
        let chain = |theme| self.chain(site, theme, &mut Making::default());
        Ok(match asset {
            Asset::Image { theme, component, name, svg } => site.image(chain(theme)?, component, name, *svg)?.is_some(),
            Asset::Font { theme, component, file } => {
                let found = site.font(chain(theme)?, component, file)?;
                found.is_some_and(|file| file.content_type().is_some())
            }
            Asset::ThemeScript { theme, .. } | Asset::Styles { theme, .. } => chain(theme).map(|_| true)?,
            Asset::Scripts(paths) => {
                for path in paths {
                    if site.script(path)?.is_some() {
                        return Ok(true);
                    }
                }
                false
            }
            Asset::AmdModule { component, module } => site.amd_module(component, module)?.is_some(),
            Asset::YuiCombo { parts, .. } => {
                let combo = yui::Combo::parse(parts, &installed.yui.versions);
                match combo.as_ref().map(|combo| &combo.parts[..]) {
                    Some([part]) => match part.kind {
                        yui::Kind::Rollup { .. } => !installed.yui.rollup.is_empty(),
                        yui::Kind::UseAll => true,
                        _ => yui_file(part, site)?.is_some(),
                    },
                    _ => false,
                }
            }
            Asset::AmdAll
            | Asset::SourceMap { .. }
            | Asset::MapOf(_)
            | Asset::YuiImage(_)
            | Asset::StylesDebug { .. } => true,
        })
    }
}
