//! What this process's assets were when they were made first under their revision (design.md §6).
//!
//! Where one is made again, because its folder was emptied, and is another, somebody changed sources without a purge.
//! What is known already, in browsers, in other nodes, is then no longer what is made now.

use crate::asset::Asset;
use crate::cache::{Current, Generation};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// Hashes of assets and of what they were, by their generations: some 24 bytes each.
#[derive(Debug, Default)]
pub struct Remembered {
    known: Mutex<HashMap<Generation, HashMap<u64, [u8; 8]>>>,
    hasher: RandomState,
}

impl Remembered {
    /// So many assets are remembered: more than any site has.
    const MOST: usize = 100_000;

    /// Whether an asset was another when it was made or loaded first.
    pub fn differs(&self, asset: &Asset, generation: Generation, identity: &[u8; 32]) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let first = known.get(&generation).and_then(|assets| assets.get(&self.hasher.hash_one(asset)));
        first.is_some_and(|first| *first != begin(identity))
    }

    /// Remembers what an asset is, unless something is remembered already.
    pub fn note(&self, asset: &Asset, generation: Generation, identity: &[u8; 32]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.values().map(HashMap::len).sum::<usize>() < Self::MOST {
            let assets = known.entry(generation).or_default();
            assets.entry(self.hasher.hash_one(asset)).or_insert_with(|| begin(identity));
        }
    }

    /// Forgets what is of revisions that are no longer current.
    pub fn retire(&self, current: Current) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|generation, _| generation.is_of(current));
    }
}

fn begin(identity: &[u8; 32]) -> [u8; 8] {
    let mut begin = [0; 8];
    begin.copy_from_slice(&identity[..8]);
    begin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::Revision;

    #[test]
    fn an_asset_is_compared_with_what_it_was_first_until_its_revision_is_over() {
        let js = |number| Generation::Js(Revision::new(number).unwrap());
        let remembered = Remembered::default();
        let differs = |revision, byte| remembered.differs(&Asset::AmdAll, js(revision), &[byte; 32]);
        assert!(!differs(7, 1));
        remembered.note(&Asset::AmdAll, js(7), &[1; 32]);
        remembered.note(&Asset::AmdAll, js(7), &[2; 32]);
        assert!(!differs(7, 1) && differs(7, 2) && !differs(8, 2));
        let at = |number| Current { theme: Revision::new(1).unwrap(), js: Revision::new(number).unwrap() };
        remembered.retire(at(7));
        assert!(differs(7, 2));
        remembered.retire(at(8));
        assert!(!differs(7, 2));
    }
}
