//! The revisions of a site at one moment.

use super::Window;
use crate::asset::{Asked, Freshness, Revision, ThemeName};
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

/// What a source said at one look.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct State {
    /// `None` in designer mode.
    pub themerev: Option<Revision>,
    /// `None` where scripts are not cached.
    pub jsrev: Option<Revision>,
    /// Sub-revisions of themes; a theme without one has 1 (moodle-assets.md §2).
    pub themes: BTreeMap<ThemeName, u64>,
    /// Whether Moodle says that an upgrade runs.
    pub upgrading: bool,
    /// The codes that the current revisions belong to, as fingerprints; none where nobody said (design.md §6).
    pub codes: BTreeSet<String>,
    /// How many bytes of each node's log of purges were counted; nothing where they are not in files.
    pub counted: BTreeMap<String, u64>,
    /// Moves with every change of what is lagging, and of this node's code.
    pub era: u64,
    /// Nothing is known yet: the source has not answered since the start.
    pub is_unknown: bool,
    /// Why this node must not call anything current, for operators: an upgrade that runs, older code.
    pub lagging: Option<String>,
}

impl State {
    /// What holds before the source has answered once. Revision 1 is never valid, so nobody has a URL with it.
    pub fn unknown(why: String) -> State {
        let none = Revision::new(1);
        State { themerev: none, jsrev: none, is_unknown: true, lagging: Some(why), ..State::default() }
    }

    /// The sub-revision of a theme.
    pub fn subrevision(&self, theme: &ThemeName) -> u64 {
        self.themes.get(theme).copied().unwrap_or(1)
    }

    /// How long an answer for this revision of a theme's images, fonts and scripts may be kept.
    pub fn judge_theme(&self, asked: Asked, window: Window, now: SystemTime) -> Freshness {
        self.judge(asked, self.themerev, window, now)
    }

    /// How long an answer for this revision of a script may be kept.
    pub fn judge_script(&self, asked: Asked, window: Window, now: SystemTime) -> Freshness {
        self.judge(asked, self.jsrev, window, now)
    }

    /// How long a style sheet may be kept: themerev and sub-revision both have to be current.
    pub fn judge_styles(
        &self,
        theme: &ThemeName,
        asked: Asked,
        subrevision: Option<Asked>,
        window: Window,
        now: SystemTime,
    ) -> Freshness {
        let sub = subrevision.and_then(Asked::number).map(Revision::get);
        match self.judge(asked, self.themerev, window, now) {
            Freshness::Current if sub != Some(self.subrevision(theme)) => Freshness::Short,
            freshness => freshness,
        }
    }

    fn judge(&self, asked: Asked, current: Option<Revision>, window: Window, now: SystemTime) -> Freshness {
        match asked.number() {
            Some(number) if window.contains(number, now) => match current {
                Some(current) if current == number && self.lagging.is_none() => Freshness::Current,
                Some(_) => Freshness::Short,
                None => Freshness::Revalidate,
            },
            _ => Freshness::Revalidate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    const NOW: u64 = 1_770_000_500;

    fn state() -> State {
        let revision = Revision::new(1_770_000_000);
        let themes = [(ThemeName::parse("boost").unwrap(), 7)].into();
        State { themerev: revision, jsrev: revision, themes, ..State::default() }
    }

    fn judge(state: &State, asked: &str) -> Freshness {
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        state.judge_theme(Asked::parse(asked), Window::of_version(2025100600.0), now)
    }

    #[test]
    fn only_the_current_revision_is_kept_for_good() {
        assert_eq!(judge(&state(), "1770000000"), Freshness::Current);
        assert_eq!(judge(&state(), "1769999999"), Freshness::Short);
        assert_eq!(judge(&state(), "1770000400"), Freshness::Short);
        for invalid in ["-1", "0", "1", "1500000000", "1770009999", "abc", "01770000000"] {
            assert_eq!(judge(&state(), invalid), Freshness::Revalidate, "{invalid}");
        }
    }

    #[test]
    fn a_lagging_node_and_designer_mode_call_nothing_current() {
        assert_eq!(judge(&State { lagging: Some("upgrade".into()), ..state() }, "1770000000"), Freshness::Short);
        assert_eq!(judge(&State { themerev: None, ..state() }, "1770000000"), Freshness::Revalidate);
    }

    #[test]
    fn a_style_sheet_needs_its_sub_revision_too() {
        let judge = |theme: &str, sub: Option<&str>| {
            let theme = ThemeName::parse(theme).unwrap();
            let now = UNIX_EPOCH + Duration::from_secs(NOW);
            state().judge_styles(&theme, Asked::parse("1770000000"), sub.map(Asked::parse), Window::open(), now)
        };
        assert_eq!(judge("boost", Some("7")), Freshness::Current);
        assert_eq!(judge("classic", Some("1")), Freshness::Current);
        for sub in [None, Some(""), Some("8"), Some("-1"), Some("07")] {
            assert_eq!(judge("boost", sub), Freshness::Short, "{sub:?}");
        }
    }
}
