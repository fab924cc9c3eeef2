//! What is known of style sheets and scripts since they were made or found last: how large they are, what they name,
//! what is wrong with them. For the status page.

use super::Kind;
use super::themes::sizes;
use crate::asset::{Asset, Coding, ThemeName};
use crate::cache::Entry;
use crate::designer::{Fault, Level};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Assets that are known of. A site has some thousands; strangers' lists are none.
const MOST: usize = 20_000;

/// One line for each asset.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<HashMap<Asset, Line>>);

/// What is known of one asset.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Bytes in each coding; none where there is no asset.
    pub bytes: Vec<(Coding, u64)>,
    /// Images and fonts that it names.
    pub named: Vec<Asset>,
    pub faults: Vec<Fault>,
}

/// A large asset.
#[derive(Clone, Debug)]
pub struct Large {
    pub asset: Asset,
    pub bytes: Vec<(Coding, u64)>,
}

impl Line {
    /// Bytes as they are, before any coding.
    fn raw(&self) -> u64 {
        self.bytes.iter().find(|(coding, _)| *coding == Coding::Identity).map_or(0, |(_, bytes)| *bytes)
    }
}

impl Ledger {
    /// Writes down what is known now, in the place of what was.
    pub(super) fn note(&self, asset: &Asset, line: Line) {
        let is_text = !matches!(Kind::of(asset), Kind::Image | Kind::Font) && !matches!(asset, Asset::YuiImage(_));
        let mut lines = self.lock();
        if !is_text && line.faults.is_empty() {
            lines.remove(asset);
        } else if lines.len() < MOST || lines.contains_key(asset) {
            lines.insert(asset.clone(), line);
        }
    }

    /// Writes down better codings of an asset.
    pub(super) fn improved(&self, asset: &Asset, entry: &Entry) {
        if let Some(line) = self.lock().get_mut(asset) {
            line.bytes = sizes(entry);
        }
    }

    /// The largest of those that are wanted, by their bytes before any coding.
    pub fn largest(&self, most: usize, wanted: impl Fn(&Asset) -> bool) -> Vec<Large> {
        let lines = self.lock();
        let mut all: Vec<(&Asset, &Line)> = lines.iter().filter(|(asset, _)| wanted(asset)).collect();
        all.sort_by_cached_key(|(asset, line)| (std::cmp::Reverse(line.raw()), asset.to_string()));
        let large = all.into_iter().filter(|(_, line)| line.raw() > 0).take(most);
        large.map(|(asset, line)| Large { asset: asset.clone(), bytes: line.bytes.clone() }).collect()
    }

    /// All that is wrong, each thing once: errors first.
    pub fn faults(&self) -> Vec<Fault> {
        let mut all: Vec<Fault> = self.lock().values().flat_map(|line| line.faults.iter().cloned()).collect();
        all.sort_by_cached_key(|fault| (std::cmp::Reverse(fault.level), fault.theme.clone(), fault.to_string()));
        all.dedup();
        all
    }

    /// Images and fonts that sheets of a theme name, each once.
    pub fn named_by(&self, theme: &ThemeName) -> Vec<Asset> {
        let lines = self.lock();
        let of_theme = |asset: &Asset| matches!(asset, Asset::Styles { theme: own, .. } | Asset::StylesDebug { theme: own, .. } if own == theme);
        let named = lines.iter().filter(|(asset, _)| of_theme(asset)).flat_map(|(_, line)| line.named.iter().cloned());
        let mut named: Vec<Asset> = named.collect();
        named.sort_by_cached_key(super::named::placeholder);
        named.dedup();
        named
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Asset, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mistake without a place.
pub(super) fn fault(level: Level, theme: &str, message: impl ToString) -> Fault {
    Fault { level, theme: theme.to_owned(), spot: None, message: message.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::SafePath;

    fn script(name: &str) -> Asset {
        Asset::Scripts(vec![SafePath::parse(name).unwrap()])
    }

    fn line(raw: u64, faults: Vec<Fault>) -> Line {
        Line { bytes: vec![(Coding::Identity, raw), (Coding::Gzip, 1)], named: Vec::new(), faults }
    }

    #[test]
    fn the_largest_come_first_and_what_was_made_again_counts_as_it_is_now() {
        let ledger = Ledger::default();
        for (name, raw) in [("a.js", 5), ("b.js", 9), ("c.js", 1), ("b.js", 2)] {
            ledger.note(&script(name), line(raw, Vec::new()));
        }
        let largest: Vec<_> = ledger.largest(2, |_| true).into_iter().map(|large| large.asset).collect();
        assert_eq!(largest, [script("a.js"), script("b.js")]);
    }

    #[test]
    fn a_mistake_is_told_once_and_until_it_is_mended() {
        let ledger = Ledger::default();
        let (wrong, odd) = (fault(Level::Error, "t", "wrong"), fault(Level::Warning, "t", "odd"));
        ledger.note(&script("a.js"), line(1, vec![odd.clone(), wrong.clone()]));
        ledger.note(&script("b.js"), line(1, vec![wrong.clone()]));
        assert_eq!(ledger.faults(), [wrong, odd.clone()]);
        ledger.note(&script("b.js"), line(1, Vec::new()));
        ledger.note(&script("a.js"), line(1, vec![odd.clone()]));
        assert_eq!(ledger.faults(), [odd]);
    }
}
