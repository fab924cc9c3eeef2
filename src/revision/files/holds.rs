//! The revisions that all lines together make.
//!
//! A purge that saw all others makes the revision that it says. Each one that it did not see, because that came at the
//! same moment or its file's name came late, makes it one more: so no purge is lost, whatever the clocks of the nodes
//! say, everybody who sees the same lines has the same revision, and with every line it grows.

use super::line::{After, Line, Purge};
use crate::asset::{Revision, ThemeName};
use crate::revision::State;
use std::collections::{BTreeMap, BTreeSet};

/// What holds by these lines; what they say of bytes is not theirs to know.
pub fn state(lines: &[Line]) -> State {
    let (themes, scripts) = (Kind::Themes.of(lines), Kind::Scripts.of(lines));
    let (themerev, jsrev) = (value(&themes), value(&scripts));
    let mut subrevisions = BTreeMap::new();
    let mut codes: BTreeSet<String> = latest(&themes).chain(latest(&scripts)).collect();
    for theme in named(lines) {
        let own = Kind::Theme(theme).of(lines);
        let sub = value(&own).unwrap_or(1);
        subrevisions.insert(theme.clone(), sub);
        // One that came after all themes were purged says which code its styles are of.
        if themerev.is_none_or(|themerev| sub > themerev) {
            codes.extend(latest(&own));
        }
    }
    State {
        themerev: themerev.and_then(Revision::new),
        jsrev: jsrev.and_then(Revision::new),
        themes: subrevisions,
        codes,
        ..State::default()
    }
}

/// The highest of all revisions and sub-revisions, 0 where there are none.
pub fn highest(lines: &[Line]) -> u64 {
    let state = state(lines);
    let revisions = [state.themerev, state.jsrev].into_iter().flatten().map(Revision::get);
    revisions.chain(state.themes.into_values()).max().unwrap_or(0)
}

/// How many lines a new purge has seen.
pub fn counted(purge: &Purge, lines: &[Line]) -> After {
    let count = |kind: Kind<'_>| kind.of(lines).len() as u64;
    match purge {
        Purge::All => After { themes: count(Kind::Themes), scripts: count(Kind::Scripts) },
        Purge::Themes => After { themes: count(Kind::Themes), scripts: 0 },
        Purge::Scripts => After { themes: 0, scripts: count(Kind::Scripts) },
        Purge::Theme(theme) => After { themes: count(Kind::Theme(theme)), scripts: 0 },
    }
}

/// Whether any revision is lower than it was: then lines were lost.
pub fn is_less(now: &State, before: &State) -> bool {
    let theme = |(theme, sub): (&ThemeName, &u64)| now.themes.get(theme).is_none_or(|now| now < sub);
    now.themerev < before.themerev || now.jsrev < before.jsrev || before.themes.iter().any(theme)
}

/// Lines that count together.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Themes,
    Scripts,
    Theme(&'a ThemeName),
}

/// A line as it counts for one kind.
struct Counted<'a> {
    value: u64,
    /// How many of the same kind its writer counted.
    after: Option<u64>,
    code: Option<&'a str>,
}

impl Kind<'_> {
    fn of<'l>(self, lines: &'l [Line]) -> Vec<Counted<'l>> {
        let counts = |purge: &Purge| match (self, purge) {
            (Kind::Themes, Purge::All | Purge::Themes) | (Kind::Scripts, Purge::All | Purge::Scripts) => true,
            (Kind::Theme(theme), Purge::Theme(other)) => theme == other,
            _ => false,
        };
        let number = |after: After| if matches!(self, Kind::Scripts) { after.scripts } else { after.themes };
        let mut counted = Vec::new();
        for Line { purge, value, after, code } in lines {
            if counts(purge) {
                counted.push(Counted { value: *value, after: after.map(number), code: code.as_deref() });
            }
        }
        counted
    }
}

fn named(lines: &[Line]) -> BTreeSet<&ThemeName> {
    lines.iter().filter_map(|line| if let Purge::Theme(theme) = &line.purge { Some(theme) } else { None }).collect()
}

/// A line, what its value is with those that it did not see, and how many of the others it saw.
struct Raised<'a> {
    line: &'a Counted<'a>,
    value: u64,
    saw: usize,
}

fn raised<'a>(lines: &'a [Counted<'a>]) -> impl Iterator<Item = Raised<'a>> {
    let mut values: Vec<u64> = lines.iter().map(|line| line.value).collect();
    values.sort_unstable();
    let others = lines.len().saturating_sub(1);
    lines.iter().map(move |line| {
        // Of one that was written by hand it is taken that it saw all that are lower.
        let lower = || values.partition_point(|value| *value < line.value);
        let saw = line.after.map_or_else(lower, |after| usize::try_from(after).unwrap_or(others)).min(others);
        Raised { line, value: line.value.saturating_add((others - saw) as u64), saw }
    })
}

fn value(lines: &[Counted<'_>]) -> Option<u64> {
    raised(lines).map(|raised| raised.value).max()
}

/// The code of the last line; where none saw all others, the codes of all that may be the last.
fn latest(lines: &[Counted<'_>]) -> impl Iterator<Item = String> + use<> {
    let (top, others) = (value(lines), lines.len().saturating_sub(1));
    let last = raised(lines).find(|raised| raised.saw == others && Some(raised.value) == top);
    let codes: Vec<_> = match last {
        Some(last) => last.line.code.into_iter().map(str::to_owned).collect(),
        None => {
            let tops = raised(lines).filter(|raised| Some(raised.value) == top);
            tops.filter_map(|raised| raised.line.code.map(str::to_owned)).collect()
        }
    };
    codes.into_iter()
}
