//! Every state that can be reached, shortest way first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use super::state::{Guard, State};
use super::steps::{Bounds, next};

pub enum Found {
    Nothing { states: usize },
    Violation { promise: String, trace: Vec<String>, states: usize },
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

/// Looks at all of them, until a promise is broken.
pub fn search(bounds: &Bounds, without: Option<Guard>) -> Found {
    let first = State::first(bounds.nodes).canonical(bounds.nodes, bounds.one_folder, without);
    // Each state, and the one that it was reached from: a number suffices to tell the way.
    let mut known: HashMap<State, u32, BuildHasherDefault<Quick>> = HashMap::default();
    let mut order: Vec<(State, u32)> = vec![(first, 0)];
    known.insert(first, 0);
    let mut at = 0;
    let mut steps = Vec::new();
    while at < order.len() {
        let state = order[at].0;
        next(&state, bounds, without, &mut steps);
        for step in steps.drain(..) {
            if let Some(promise) = step.broken {
                let mut trace = trace(&order, at, bounds, without);
                trace.push(step.what.to_string());
                return Found::Violation { promise: promise.to_owned(), trace, states: order.len() };
            }
            let state = step.state.canonical(bounds.nodes, bounds.one_folder, without);
            if let Entry::Vacant(vacant) = known.entry(state) {
                vacant.insert(order.len() as u32);
                order.push((state, at as u32));
            }
        }
        at += 1;
    }
    Found::Nothing { states: order.len() }
}

/// The steps that lead to a state: found again from each state to the next.
fn trace(order: &[(State, u32)], mut at: usize, bounds: &Bounds, without: Option<Guard>) -> Vec<String> {
    let mut trace = Vec::new();
    let mut steps = Vec::new();
    while at != 0 {
        let before = order[at].1 as usize;
        next(&order[before].0, bounds, without, &mut steps);
        let led =
            steps.drain(..).find(|step| step.state.canonical(bounds.nodes, bounds.one_folder, without) == order[at].0);
        trace.extend(led.map(|step| step.what.to_string()));
        steps.clear();
        at = before;
    }
    trace.reverse();
    trace
}
