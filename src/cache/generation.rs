//! Which revision an asset lives and dies with (design.md §6).

use crate::asset::{Asset, Revision};
use std::fmt;

/// The revisions that are current at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Current {
    /// `themerev`: styles, images, fonts and theme scripts.
    pub theme: Revision,
    /// `jsrev`: everything else.
    pub js: Revision,
}

/// The revisions that an asset was built under: a purge of scripts leaves theme assets where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generation {
    /// Images, fonts and theme scripts live under themerev.
    Theme(Revision),
    /// Compiled styles also have the sub-revision of their theme, where it has one.
    Styles(Revision, Option<Revision>),
    /// Scripts, AMD modules and YUI live under jsrev.
    Js(Revision),
    /// Designer mode and revision -1: sources as they were at some moment, numbered by whoever builds them. Never stored.
    Development(u64),
}

impl Generation {
    /// The generation that an asset belongs to; `sub` is the sub-revision of the asset's theme.
    pub fn of(asset: &Asset, current: Current, sub: Option<Revision>) -> Generation {
        match asset {
            Asset::Styles { .. } => Generation::Styles(current.theme, sub),
            Asset::Image { .. } | Asset::Font { .. } | Asset::StylesDebug { .. } | Asset::ThemeScript { .. } => {
                Generation::Theme(current.theme)
            }
            Asset::MapOf(of) => Generation::of(of, current, sub),
            Asset::Scripts(_)
            | Asset::AmdAll
            | Asset::AmdModule { .. }
            | Asset::SourceMap { .. }
            | Asset::YuiCombo { .. }
            | Asset::YuiImage(_) => Generation::Js(current.js),
        }
    }

    /// Whether themerev or jsrev, whichever it lives under, is still the current one. Development always is.
    pub fn is_of(self, current: Current) -> bool {
        match self {
            Generation::Theme(revision) | Generation::Styles(revision, _) => revision == current.theme,
            Generation::Js(revision) => revision == current.js,
            Generation::Development(_) => true,
        }
    }
}

/// The first folder of an entry's path: what goes with one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    Theme,
    Js,
    Amd,
    Yui,
}

impl Area {
    pub const ALL: [Area; 4] = [Area::Theme, Area::Js, Area::Amd, Area::Yui];

    /// The folder's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Area::Theme => "theme",
            Area::Js => "js",
            Area::Amd => "amd",
            Area::Yui => "yui",
        }
    }

    /// The revision whose folder in this area is current.
    pub const fn current(self, current: Current) -> Revision {
        match self {
            Area::Theme => current.theme,
            Area::Js | Area::Amd | Area::Yui => current.js,
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
