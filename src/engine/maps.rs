//! Source maps of style sheets and of joined scripts, for designer mode. Each is made when it is asked for, by making once
//! more what it is the map of.

use super::Failure;
use super::designer::sitting;
use super::produce::{Form, Makers};
use super::sources::Sources;
use super::styles::{Styles, Trail};
use super::themes::Making;
use crate::asset::{Asset, Revision};
use crate::build::map::{Order, Part};
use crate::build::worker::Job;
use crate::designer::{Fault, Level};
use crate::site::{Site, SourceFile};
use bytes::Bytes;

impl Makers {
    /// The source map of an asset.
    pub(super) fn map_of(
        &self,
        of: &Asset,
        form: Form,
        site: &Site,
        themerev: Option<Revision>,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Result<Bytes, Failure> {
        let mut order = match of {
            Asset::Styles { theme, svg, .. } | Asset::StylesDebug { theme, svg, .. } => {
                let chain = self.chain(site, theme, making)?;
                let chain = &*self.settled(site, chain, themerev, making)?;
                let trail = Trail::new(site.paths().dirroot());
                let styles = Styles { makers: self, site, chain, themerev, svg: *svg, form, trail: Some(&trail) };
                let sheet = match of {
                    Asset::StylesDebug { sheet, rtl, .. } => styles.debug(sheet, *rtl, sources, making)?,
                    Asset::Styles { sheet, .. } => styles.make(*sheet, sources, making)?,
                    _ => return Err(Failure::NotFound),
                };
                let themes = std::iter::once(chain.theme()).chain(chain.parents());
                let url = |theme: &crate::site::themes::Theme| format!("{}/theme/{}", self.mount, theme.name());
                let urls = themes.map(|theme| (theme.config().dir.clone(), url(theme))).collect();
                Order { urls, ..trail.order(&sheet) }
            }
            Asset::ThemeScript { theme, place } => {
                let files = site.theme_scripts(self.chain(site, theme, making)?, *place)?;
                Order { parts: scripts(site, &files, sources)?, ..Order::default() }
            }
            Asset::Scripts(paths) => {
                let mut files = Vec::new();
                for path in paths {
                    files.extend(site.script(path)?);
                }
                Order { parts: scripts(site, &files, sources)?, ..Order::default() }
            }
            _ => return Err(Failure::NotFound),
        };
        order.urls.push((site.paths().dirroot().to_owned(), self.mount.clone()));
        order.with_sources = self.workshop.shows_sources();
        let order = serde_json::to_vec(&order).map_err(|error| Failure::Build(error.to_string()))?;
        let made = self.pool.run_blocking(&Job::Map, &order);
        made.map(|made| made.bytes).map_err(|error| {
            let message = format!("no source map: {error}");
            if let (Some(sitting), Asset::Styles { theme, .. } | Asset::StylesDebug { theme, .. }) =
                (sitting::current(), of)
            {
                let theme = theme.to_string();
                sitting.note(Fault { level: Level::Warning, theme, spot: None, message: message.clone() });
            }
            Failure::Build(message)
        })
    }
}

/// Scripts as developers get each.
fn scripts(site: &Site, files: &[SourceFile], sources: &mut Sources) -> Result<Vec<Part>, Failure> {
    let mut parts = Vec::with_capacity(files.len());
    for file in files {
        let source = String::from_utf8_lossy(&sources.read(file)?).into_owned();
        let path = site.paths().dirroot().join(file.name());
        parts.push(Part::Script { path, text: source.clone() + "\n", source });
    }
    if parts.is_empty() { Err(Failure::NotFound) } else { Ok(parts) }
}
