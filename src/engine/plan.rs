//! What a request means to the site as it is now: which content, how long it may be kept, whether it is stored.

use crate::asset::url::Requested;
use crate::asset::{Asked, Asset, Freshness, Revision, ThemeName};
use crate::cache::{Current, Generation};
use crate::revision::{State, Window};
use std::time::{Duration, SystemTime};

/// The family of revisions that an asset lives and dies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Theme,
    Script,
    /// The URL carries no revision of the site's.
    None,
}

impl Family {
    pub fn of(asset: &Asset) -> Family {
        match asset {
            Asset::Image { .. } | Asset::Font { .. } | Asset::Styles { .. } | Asset::ThemeScript { .. } => {
                Family::Theme
            }
            Asset::Scripts(_) | Asset::AmdAll | Asset::AmdModule { .. } | Asset::YuiCombo { .. } => Family::Script,
            Asset::StylesDebug { .. } | Asset::SourceMap { .. } | Asset::MapOf(_) | Asset::YuiImage(_) => Family::None,
        }
    }

    /// The revision of this family that is current.
    pub fn current(self, state: &State) -> Option<Revision> {
        match self {
            Family::Theme => state.themerev,
            Family::Script => state.jsrev,
            Family::None => None,
        }
    }
}

/// How one request is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub freshness: Freshness,
    /// The generation whose content is sent; `None` for the sources as they are at this moment.
    pub generation: Option<Generation>,
    /// The revision whose date is Last-Modified.
    pub modified: Option<Revision>,
    pub lifetime: Duration,
}

impl Plan {
    /// A revision that is current, or valid and another, gets the current generation's content; any other
    /// the sources as they are (moodle-assets.md §2).
    pub fn of(requested: &Requested, state: &State, window: Window, now: SystemTime) -> Plan {
        let asset = &requested.asset;
        let freshness = match (Family::of(asset), asset) {
            (_, Asset::Styles { theme, .. }) => {
                state.judge_styles(theme, requested.revision, requested.subrevision, window, now)
            }
            (Family::Theme, _) => state.judge_theme(requested.revision, window, now),
            (Family::Script, _) => state.judge_script(requested.revision, window, now),
            (Family::None, _) => Freshness::Revalidate,
        };
        Plan::with(asset, freshness, state, Freshness::CURRENT)
    }

    /// The same for a freshness that was judged elsewhere, by the parts of a list.
    pub fn with(asset: &Asset, freshness: Freshness, state: &State, lifetime: Duration) -> Plan {
        let generation = match freshness {
            Freshness::Current | Freshness::Disputed | Freshness::Short => generation(asset, state),
            // The one big AMD file has no other form: what it is in production is what it is.
            Freshness::Revalidate if *asset == Asset::AmdAll => generation(asset, state),
            Freshness::Revalidate => None,
        };
        let modified = generation.and_then(|_| Family::of(asset).current(state));
        Plan { freshness, generation, modified, lifetime }
    }
}

/// The generation that is current for an asset; `None` in designer mode.
pub fn generation(asset: &Asset, state: &State) -> Option<Generation> {
    let own = Family::of(asset).current(state)?;
    // Only the revision of the asset's own family is looked at.
    let current = Current { theme: state.themerev.unwrap_or(own), js: state.jsrev.unwrap_or(own) };
    let sub = |theme: &ThemeName| Revision::new(state.subrevision(theme));
    let sub = if let Asset::Styles { theme, .. } = asset { sub(theme) } else { None };
    Some(Generation::of(asset, current, sub))
}

/// Whether the site is in designer mode for an asset.
pub fn is_designers(asset: &Asset, state: &State) -> bool {
    match Family::of(asset) {
        Family::Theme => state.themerev.is_none(),
        Family::Script => state.jsrev.is_none(),
        Family::None => state.themerev.is_none() || state.jsrev.is_none(),
    }
}

/// Whether what is sent of an asset has a source map: a style sheet, or scripts that are joined, of a site in designer
/// mode. Nobody else learns where sources are.
pub fn has_map(asset: &Asset, state: &State) -> bool {
    let revision = match asset {
        Asset::Styles { .. } | Asset::StylesDebug { .. } | Asset::ThemeScript { .. } => state.themerev,
        Asset::Scripts(paths) if paths.len() > 1 => state.jsrev,
        _ => return false,
    };
    revision.is_none() && !state.is_unknown
}

/// Whether a generation is still the current one of its asset.
pub fn is_current(asset: &Asset, built: Generation, state: &State) -> bool {
    state.lagging.is_none() && generation(asset, state) == Some(built)
}

/// The freshness of a part that names its own revision, or none.
pub fn judge_part(asked: Option<Asked>, state: &State, window: Window, now: SystemTime) -> Freshness {
    match asked {
        Some(asked) => state.judge_script(asked, window, now),
        None if state.jsrev.is_none() => Freshness::Revalidate,
        None if state.lagging.is_some() => Freshness::Short,
        None => Freshness::Current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::url::Mount;
    use std::time::UNIX_EPOCH;

    fn plan(target: &str, state: &State) -> Plan {
        let now = UNIX_EPOCH + Duration::from_secs(1_770_000_500);
        Plan::of(&Mount::default().parse(target).unwrap(), state, Window::of_version(2025100600.0), now)
    }

    fn state() -> State {
        State { themerev: Revision::new(1_770_000_000), jsrev: Revision::new(1_770_000_100), ..State::default() }
    }

    #[test]
    fn every_valid_revision_gets_the_current_generation_and_only_the_current_one_is_kept() {
        let generation = Some(Generation::Theme(Revision::new(1_770_000_000).unwrap()));
        for (rev, freshness) in [("1770000000", Freshness::Current), ("1769999999", Freshness::Short)] {
            let plan = plan(&format!("/theme/image.php/boost/core/{rev}/t/edit"), &state());
            assert_eq!((plan.freshness, plan.generation), (freshness, generation), "{rev}");
        }
    }

    #[test]
    fn development_is_built_from_the_sources_of_the_moment() {
        let plan_of = |rev: &str, state: &State| plan(&format!("/lib/javascript.php/{rev}/lib/a.js"), state);
        for rev in ["-1", "0", "1500000000", "abc"] {
            let plan = plan_of(rev, &state());
            assert_eq!((plan.freshness, plan.generation), (Freshness::Revalidate, None), "{rev}");
        }
        let designer = State { jsrev: None, ..state() };
        assert_eq!(plan_of("1770000100", &designer).generation, None);
    }

    #[test]
    fn a_lagging_node_answers_the_current_revision_short() {
        let lagging = State { lagging: Some("an upgrade runs".into()), ..state() };
        let plan = plan("/lib/requirejs.php/1770000100/core/first.js", &lagging);
        assert_eq!(plan.freshness, Freshness::Short);
        let built = plan.generation.unwrap();
        assert!(!is_current(&Asset::AmdAll, built, &lagging) && is_current(&Asset::AmdAll, built, &state()));
    }
}
