//! From the target as it was sent to the prepared answer: one lookup, in the worker's own memory.
//!
//! Only canonical spellings of current assets are kept, and only until the generation changes. An entry is held
//! weakly: the engine's memory cache alone decides what stays, so its limit holds for the bodies, and the bound here
//! is for header blocks. So that the cache sees what is in use, every [`ASK_EVERY`]th hit goes to the engine.

use super::answer::Prepared;
use crate::cache::Entry;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Weak};

/// Hits until the engine is asked again, which costs a few microseconds and tells its cache that the asset is used.
const ASK_EVERY: u32 = 32;
/// No target worth keeping is longer: YUI combos are at most 1,024 characters behind their path.
const LONGEST: usize = 2048;

/// Prepared answers by target, bounded by bytes.
#[derive(Debug)]
pub struct Hot {
    limit: usize,
    weight: usize,
    generation: u64,
    places: HashMap<Rc<str>, usize, RandomState>,
    slots: Vec<Slot>,
    /// The clock's hand: where the search for a slot to give up goes on.
    hand: usize,
}

#[derive(Debug)]
struct Slot {
    target: Rc<str>,
    entry: Weak<Entry>,
    prepared: Rc<Prepared>,
    weight: usize,
    hits: u32,
    /// Used since the hand was here last.
    used: bool,
}

impl Hot {
    /// Keeps at most about `limit` bytes of targets and header blocks.
    pub fn new(limit: usize) -> Hot {
        Hot { limit, weight: 0, generation: 0, places: HashMap::default(), slots: Vec::new(), hand: 0 }
    }

    /// The answer for a target, if it is known, still in the engine's cache, and of this generation.
    pub fn get(&mut self, target: &str, generation: u64) -> Option<(Arc<Entry>, Rc<Prepared>)> {
        if generation != self.generation {
            self.clear(generation);
            return None;
        }
        let place = *self.places.get(target)?;
        let slot = &mut self.slots[place];
        slot.hits = slot.hits.wrapping_add(1);
        slot.used = true;
        if slot.hits.is_multiple_of(ASK_EVERY) {
            return None;
        }
        match slot.entry.upgrade() {
            Some(entry) => Some((entry, Rc::clone(&slot.prepared))),
            None => {
                self.remove(place);
                None
            }
        }
    }

    /// What was prepared of this very entry in this generation: asking the engine again need not prepare again.
    pub fn prepared(&self, target: &str, generation: u64, entry: &Arc<Entry>) -> Option<Rc<Prepared>> {
        let slot = &self.slots[*self.places.get(target).filter(|_| generation == self.generation)?];
        let same = std::ptr::eq(slot.entry.as_ptr(), Arc::as_ptr(entry));
        same.then(|| Rc::clone(&slot.prepared))
    }

    /// Keeps an answer that was asked for in this generation.
    pub fn put(&mut self, target: &str, generation: u64, entry: &Arc<Entry>, prepared: &Rc<Prepared>) {
        if generation != self.generation {
            self.clear(generation);
        }
        // A slot, the map's place and the allocations behind them.
        let weight = prepared.weight() + target.len() + 160;
        if target.len() > LONGEST || weight > self.limit {
            return;
        }
        if let Some(place) = self.places.get(target).copied() {
            let slot = &mut self.slots[place];
            slot.entry = Arc::downgrade(entry);
            slot.prepared = Rc::clone(prepared);
            self.weight = self.weight - slot.weight + weight;
            slot.weight = weight;
        } else {
            let target: Rc<str> = Rc::from(target);
            self.places.insert(Rc::clone(&target), self.slots.len());
            self.slots.push(Slot {
                target,
                entry: Arc::downgrade(entry),
                prepared: Rc::clone(prepared),
                weight,
                hits: 0,
                used: true,
            });
            self.weight += weight;
        }
        while self.weight > self.limit {
            self.give_one_up();
        }
    }

    /// Targets that are kept.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    fn clear(&mut self, generation: u64) {
        self.places.clear();
        self.slots.clear();
        self.weight = 0;
        self.hand = 0;
        self.generation = generation;
    }

    /// Second chance: the hand passes over what was used since it came by last.
    fn give_one_up(&mut self) {
        loop {
            self.hand = if self.hand + 1 < self.slots.len() { self.hand + 1 } else { 0 };
            let Some(slot) = self.slots.get_mut(self.hand) else { return };
            if !std::mem::take(&mut slot.used) {
                return self.remove(self.hand);
            }
        }
    }

    fn remove(&mut self, place: usize) {
        let slot = self.slots.swap_remove(place);
        self.places.remove(&slot.target);
        self.weight -= slot.weight;
        if let Some(moved) = self.slots.get(place) {
            self.places.insert(Rc::clone(&moved.target), place);
        }
    }
}

#[cfg(test)]
mod tests;
