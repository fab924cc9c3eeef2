//! What this node's big assets are, and about which of them other nodes disagree (design.md §6).
//!
//! Hotfixes seldom bump a version, so that a node that lacks one looks like all others. What is made of its sources
//! does not: each node tells what its big assets are, and one about which nodes disagree is kept long by none of them,
//! until the next purge.

use crate::asset::{Asset, Freshness};
use crate::cache::{Current, Entry, EntryName, Generation, Key};
use crate::revision::State;
use arc_swap::ArcSwap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The claims of this node.
#[derive(Debug, Default)]
pub struct Claims {
    /// By the names of the entries.
    own: Mutex<BTreeMap<String, Claim>>,
    /// Moves with every claim.
    version: AtomicU64,
    /// Names of entries about which nodes disagree, for as long as their revision is current.
    disputed: ArcSwap<BTreeSet<String>>,
    /// Moves with every dispute.
    moved: AtomicU64,
}

#[derive(Clone, Debug)]
struct Claim {
    key: Key,
    content: [u8; 8],
}

impl Claims {
    /// From this size on, in bytes, any asset is a big one. What is made of many files always is.
    const BIG: usize = 64 << 10;
    /// So many claims, and disputes, are there at most.
    const MOST: usize = 256;

    /// Notes what an asset of this node is.
    pub fn note(&self, asset: &Asset, generation: Generation, entry: &Entry) {
        let of_many = matches!(asset, Asset::Styles { .. } | Asset::AmdAll);
        if !of_many && entry.body().len() < Self::BIG {
            return;
        }
        let Some(name) = EntryName::new(asset, generation) else { return };
        let mut content = [0; 8];
        content.copy_from_slice(&entry.identity[..8]);
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name.to_string();
        if own.get(&name).is_some_and(|known| known.content == content) {
            return;
        }
        if own.len() < Self::MOST || own.contains_key(&name) {
            own.insert(name, Claim { key: Key { asset: asset.clone(), generation }, content });
            self.version.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// What is to be told of the current revisions; nothing by a node that lags.
    pub fn told(&self, state: &State) -> BTreeMap<String, String> {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let current =
            own.iter().filter(|(_, claim)| super::plan::is_current(&claim.key.asset, claim.key.generation, state));
        current.map(|(name, claim)| (name.clone(), hex(&claim.content))).collect()
    }

    /// Moves with every change of what is told.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Moves with every change of what is disputed.
    pub fn moved(&self) -> u64 {
        self.moved.load(Ordering::Acquire)
    }

    /// How many assets are disputed.
    pub fn disputes(&self) -> usize {
        self.disputed.load().len()
    }

    /// How long an asset may be kept at best.
    pub fn freshness(&self, asset: &Asset, generation: Generation) -> Freshness {
        let disputed = self.disputed.load();
        let is_disputed = || EntryName::new(asset, generation).is_some_and(|name| disputed.contains(&name.to_string()));
        if !disputed.is_empty() && is_disputed() { Freshness::Disputed } else { Freshness::Current }
    }

    /// Adds what nodes disagree about, and says what of it is new. What was disputed once is until its revision is
    /// over: nobody can tell which node was right.
    pub fn dispute(&self, names: impl Iterator<Item = String>, current: Current) -> Vec<String> {
        let known = self.disputed.load_full();
        let new: Vec<String> = names.filter(|name| !known.contains(name) && is_of(name, current)).collect();
        if new.is_empty() || known.len() >= Self::MOST {
            return Vec::new();
        }
        self.disputed.store(Arc::new(known.iter().chain(&new).cloned().collect()));
        self.moved.fetch_add(1, Ordering::AcqRel);
        new
    }

    /// This node's disputed assets.
    pub fn own_disputed(&self) -> Vec<(String, Key)> {
        let disputed = self.disputed.load();
        if disputed.is_empty() {
            return Vec::new();
        }
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.iter()
            .filter(|(name, _)| disputed.contains(*name))
            .map(|(n, claim)| (n.clone(), claim.key.clone()))
            .collect()
    }

    /// Drops what is of revisions that are no longer current.
    pub fn retire(&self, current: Current) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, claim| claim.key.generation.is_of(current));
        let disputed = self.disputed.load();
        if disputed.iter().any(|name| !is_of(name, current)) {
            let left = disputed.iter().filter(|name| is_of(name, current)).cloned().collect();
            self.disputed.store(Arc::new(left));
            self.moved.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// Whether an entry's name, as another node wrote it, is of a revision that is current.
fn is_of(name: &str, current: Current) -> bool {
    let mut segments = name.split('/');
    let revision = match segments.next() {
        Some("theme") => current.theme,
        _ => current.js,
    };
    segments.next().and_then(|segment| segment.parse().ok()) == Some(revision.get())
}

/// The first digits of a hash, as nodes tell them.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{ContentType, Revision};

    fn entry(body: &'static str) -> Entry {
        Entry::new(ContentType::JavaScript, Vec::new(), body.into(), Vec::new())
    }

    #[test]
    fn big_assets_are_told_while_they_are_current_and_disputed_until_their_revision_is_over() {
        let at = |number| State { themerev: Revision::new(5), jsrev: Revision::new(number), ..State::default() };
        let current = |number| Current { theme: Revision::new(5).unwrap(), js: Revision::new(number).unwrap() };
        let js = Generation::Js(Revision::new(7).unwrap());
        let claims = Claims::default();
        claims.note(&Asset::AmdAll, js, &entry("all"));
        let small = Asset::Scripts(vec![crate::asset::SafePath::parse("lib/a.js").unwrap()]);
        claims.note(&small, js, &entry("small"));
        assert_eq!((claims.version(), claims.told(&at(7)).len(), claims.told(&at(8)).len()), (1, 1, 0));
        assert!(claims.told(&State { lagging: Some("it lags".into()), ..at(7) }).is_empty());
        claims.note(&Asset::AmdAll, js, &entry("all"));
        assert_eq!(claims.version(), 1, "nothing new");

        let name = || ["amd/7/all.entry".to_owned(), "amd/6/all.entry".to_owned(), "amd".to_owned()].into_iter();
        assert_eq!(claims.freshness(&Asset::AmdAll, js), Freshness::Current);
        assert_eq!(claims.dispute(name(), current(7)), ["amd/7/all.entry"]);
        assert!(claims.dispute(name(), current(7)).is_empty());
        assert_eq!(claims.freshness(&Asset::AmdAll, js), Freshness::Disputed);
        assert_eq!(claims.freshness(&small, js), Freshness::Current);
        assert_eq!((claims.own_disputed().len(), claims.disputes(), claims.moved()), (1, 1, 1));
        claims.retire(current(7));
        assert_eq!(claims.disputes(), 1);
        claims.retire(current(8));
        assert_eq!((claims.own_disputed().len(), claims.disputes()), (0, 0));
    }
}
