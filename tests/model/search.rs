//! Every state that can be reached, shortest way first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::{BuildHasherDefault, Hash, Hasher};

pub enum Found {
    Nothing { states: usize },
    Violation { promise: String, trace: Vec<String>, states: usize },
}

/// Something that happens: to which state it leads, and which promise that breaks.
pub struct Step<W, S> {
    pub what: W,
    pub state: S,
    pub broken: Option<&'static str>,
}

/// A quick hash: states come from ourselves, nobody chooses them to collide.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// Looks at all of them, until a promise is broken. `next` says what can happen in a state.
pub fn search<W: Display, S: Copy + Eq + Hash>(first: S, next: impl Fn(&S, &mut Vec<Step<W, S>>)) -> Found {
    let mut known: HashMap<S, u32, BuildHasherDefault<Quick>> = HashMap::default();
    // Each state, and the one that it was reached from.
    let mut order: Vec<(S, u32)> = vec![(first, 0)];
    known.insert(first, 0);
    let mut at = 0;
    let mut steps = Vec::new();
    while at < order.len() {
        let state = order[at].0;
        next(&state, &mut steps);
        for step in steps.drain(..) {
            if let Some(promise) = step.broken {
                let mut trace = trace(&order, at, &next);
                trace.push(step.what.to_string());
                return Found::Violation { promise: promise.to_owned(), trace, states: order.len() };
            }
            if let Entry::Vacant(vacant) = known.entry(step.state) {
                vacant.insert(order.len() as u32);
                order.push((step.state, at as u32));
            }
        }
        at += 1;
    }
    Found::Nothing { states: order.len() }
}

/// The steps that lead to a state: found again from each state to the next.
fn trace<W: Display, S: Copy + Eq>(
    order: &[(S, u32)],
    mut at: usize,
    next: impl Fn(&S, &mut Vec<Step<W, S>>),
) -> Vec<String> {
    let mut trace = Vec::new();
    let mut steps = Vec::new();
    while at != 0 {
        let before = order[at].1 as usize;
        next(&order[before].0, &mut steps);
        let led = steps.drain(..).find(|step| step.state == order[at].0);
        trace.extend(led.map(|step| step.what.to_string()));
        at = before;
    }
    trace.reverse();
    trace
}
