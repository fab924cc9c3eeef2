//! Filling a node: every asset of the site, built and stored before it is asked for.

use super::held::NotKept;
use super::{Engine, Failure, Source, plan};
use crate::asset::{Asset, Freshness, ThemeName};
use futures_util::stream::{self, StreamExt};

/// How one asset of a filling went.
#[derive(Clone, Debug)]
pub enum Filled {
    /// It was built now.
    Built,
    /// localcachedir had it.
    Kept,
    /// It was built, as a stand-in that is neither stored nor kept long.
    Brief(Asset),
    /// There is none after all: a style sheet that a theme does not have, a folder that changed.
    None,
    /// It could not be built.
    Failed(Asset, String),
}

impl Engine {
    /// The themes that are installed.
    pub fn theme_names(&self) -> Vec<ThemeName> {
        self.0.sites.known().site.themes().iter().map(|(name, _)| name.clone()).collect()
    }

    /// Every single asset of these themes and of the site, with the YUI rollups that each page asks for.
    pub fn everything(&self, of: impl Fn(&ThemeName) -> bool) -> Result<Vec<Asset>, Failure> {
        let installed = self.0.sites.at(&self.0.revisions)?;
        let mut all = installed.site.everything(of);
        let version = &installed.yui.versions.yui3;
        if !installed.yui.rollup.is_empty() {
            for end in ["-min.js", "-min.css"] {
                all.push(Asset::YuiCombo { parts: format!("rollup/{version}/yui-moodlesimple{end}"), slash: false });
            }
        }
        Ok(all)
    }

    /// Builds and stores these assets for the current revisions, a few at a time, and says of each how it went.
    pub async fn fill(&self, assets: Vec<Asset>, mut each: impl FnMut(Filled)) {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let mut filling = stream::iter(assets).map(|asset| self.fill_one(asset)).buffer_unordered(cores + 1);
        while let Some(filled) = filling.next().await {
            each(filled);
        }
    }

    async fn fill_one(&self, asset: Asset) -> Filled {
        let state = self.0.revisions.known();
        let Some(generation) = plan::generation(&asset, &state) else { return Filled::None };
        match self.get(&asset, generation, state.lagging.is_none(), None).await {
            Ok((held, _)) if held.keeps != Freshness::Current => Filled::Brief(asset),
            Ok((held, _)) if held.source == Source::Built => Filled::Built,
            Ok(_) => Filled::Kept,
            Err(error) => match super::get::not_kept(error) {
                NotKept::Moved(_) => Filled::Failed(asset, "the revision moved while it was built".into()),
                NotKept::Failed(Failure::NotFound) => Filled::None,
                NotKept::Failed(failure) => Filled::Failed(asset, failure.to_string()),
            },
        }
    }
}
