//! Themes as an index keeps them: what their `config.php` says, without the folders that are held open.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::find::{Theme, homes};
use super::{ThemeFault, Themes};
use crate::asset::ThemeName;
use crate::php::theme::ThemeConfig;
use crate::site::files::{Place, Roots};
use crate::site::{SitePaths, SourceError};

/// Every theme with what was read of it, or why nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptThemes(BTreeMap<ThemeName, Result<KeptTheme, ThemeFault>>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptTheme {
    /// How Moodle names its folder: `theme/boost`, or absolute in `themedir`.
    folder: String,
    config: ThemeConfig,
}

impl KeptThemes {
    pub(in crate::site) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Themes {
    pub(in crate::site) fn keep(&self) -> KeptThemes {
        let kept = self.alone.iter().map(|(name, theme)| {
            let theme = theme.as_ref().map_err(Clone::clone);
            let kept = theme.map(|t| KeptTheme { folder: t.place().name().to_owned(), config: t.config().clone() });
            (name.clone(), kept)
        });
        KeptThemes(kept.collect())
    }

    /// The same themes without reading them; `None` where a folder is not there.
    pub(in crate::site) fn of_kept(
        kept: KeptThemes,
        paths: &SitePaths,
        dirroot: &Place,
        roots: &mut Roots,
    ) -> Result<Option<Themes>, SourceError> {
        let homes = homes(paths, dirroot, roots)?;
        let mut alone = BTreeMap::new();
        for (name, kept) in kept.0 {
            let read = match kept {
                Err(fault) => Err(fault),
                Ok(KeptTheme { folder, config }) => {
                    let Some(place) = place(&homes, &name, &folder, roots)? else { return Ok(None) };
                    let path: Utf8PathBuf = config.dir.join("config.php");
                    Theme::of(&name, place, config).map_err(|why| ThemeFault::BadConfig { path, why })
                }
            };
            alone.insert(name, read);
        }
        Ok(Some(Themes::of(alone)))
    }
}

fn place(
    homes: &[(Utf8PathBuf, Place)],
    name: &ThemeName,
    folder: &str,
    roots: &mut Roots,
) -> Result<Option<Place>, SourceError> {
    for (_, home) in homes {
        if folder.strip_suffix(name.as_str()).and_then(|above| above.strip_suffix('/')) == Some(home.name()) {
            return roots.add_below(home, name.as_str());
        }
    }
    Ok(None)
}
