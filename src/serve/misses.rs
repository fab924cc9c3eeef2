//! What was just found not to exist, in the worker's own memory: a page that asks for an image nobody has asks
//! again with every visit, and the second answer needs no lookup.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// For so long a miss is answered without asking again. In it a file added by hand stays unseen; a purge ends it.
const LIFE: Duration = Duration::from_secs(1);
/// Targets that are kept.
const MOST: usize = 1024;
/// Bytes of a target that is kept.
const LONGEST: usize = 256;

/// Targets without an asset, bounded in number, length and age.
#[derive(Debug, Default)]
pub struct Misses {
    generation: u64,
    until: HashMap<Box<str>, Instant, RandomState>,
}

impl Misses {
    /// Whether the target is known to lead nowhere.
    pub fn has(&self, target: &str, generation: u64, now: Instant) -> bool {
        generation == self.generation && self.until.get(target).is_some_and(|until| now < *until)
    }

    /// Remembers that the target, asked for in this generation, led nowhere.
    pub fn put(&mut self, target: &str, generation: u64, now: Instant) {
        if target.len() > LONGEST {
            return;
        }
        if generation != self.generation {
            self.generation = generation;
            self.until.clear();
        }
        if self.until.len() >= MOST {
            self.until.retain(|_, until| now < *until);
        }
        // A scan for a thousand different names a second gains nothing from being remembered.
        if self.until.len() < MOST {
            self.until.insert(target.into(), now + LIFE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miss_is_known_for_its_life_and_its_generation() {
        let (mut misses, now) = (Misses::default(), Instant::now());
        misses.put("/a", 7, now);
        assert!(misses.has("/a", 7, now) && !misses.has("/b", 7, now));
        assert!(!misses.has("/a", 8, now));
        assert!(!misses.has("/a", 7, now + LIFE));
        misses.put("/b", 8, now);
        assert!(!misses.has("/a", 7, now), "and does not come back");
    }

    #[test]
    fn scans_find_it_full_and_later_ones_find_it_free() {
        let (mut misses, now) = (Misses::default(), Instant::now());
        (0..10 * MOST).for_each(|at| misses.put(&format!("/{at}"), 0, now));
        misses.put(&"x".repeat(LONGEST + 1), 0, now);
        assert_eq!(misses.until.len(), MOST);
        misses.put("/late", 0, now + LIFE);
        assert_eq!(misses.until.len(), 1);
    }
}
