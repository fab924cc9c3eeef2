//! One piece of work: written by the thread that does it, read by whoever looks.

use super::{Lane, Phase};
use crate::asset::Asset;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What is done to an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// It is made from its sources.
    Build,
    /// Its best codings are made.
    Compress,
}

/// How a work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With an asset of so many bytes, uncompressed.
    Good(u64),
    /// With an asset of so many bytes that is not as it should be.
    StandIn(u64),
    Failed,
    /// There is no such asset.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Work {
    asset: Asset,
    task: Task,
    begun: Instant,
    /// The phase that it is in, and since when: in the low 3 bits, and in the others as microseconds from the beginning.
    now: AtomicU64,
    /// Microseconds in each phase that was left, by [`Phase::ALL`].
    spent: [AtomicU64; Phase::ALL.len()],
    end: OnceLock<(Instant, End)>,
}

/// The bits of a phase.
const PHASE: u64 = 0b111;

/// A work as it is, or was, at one moment.
#[derive(Clone, Debug)]
pub struct Shot {
    pub asset: Asset,
    pub task: Task,
    /// How long it has taken so far.
    pub took: Duration,
    /// Time in each phase, by [`Phase::ALL`]. Together no more than `took`.
    pub spent: [Duration; Phase::ALL.len()],
    /// What it is busy with; `None` where it ended.
    pub phase: Option<Phase>,
    /// How it ended, and how long ago.
    pub end: Option<(End, Duration)>,
}

impl Work {
    pub fn new(asset: Asset, task: Task) -> Work {
        let (now, spent) = (AtomicU64::new(0), Default::default());
        Work { asset, task, begun: Instant::now(), now, spent, end: OnceLock::new() }
    }

    pub fn lane(&self) -> Lane {
        Lane::of(&self.asset, self.task)
    }

    /// Enters a phase; the one before. Called by one thread only, so that nothing is lost between load and store.
    pub fn enter(&self, phase: Phase) -> Phase {
        let at = self.begun.elapsed().as_micros() as u64;
        let before = self.now.load(Relaxed);
        let which = (before & PHASE) as usize;
        let spent = self.spent[which].load(Relaxed) + at.saturating_sub(before >> 3);
        self.spent[which].store(spent, Relaxed);
        self.now.store(at << 3 | phase as u64, Relaxed);
        Phase::ALL[which]
    }

    pub fn end(&self, end: End) {
        self.enter(Phase::Rest);
        let _ = self.end.set((Instant::now(), end)); // a work ends once
    }

    /// Whoever reads while a phase is left may see its time twice: for a look at what goes on that is good enough, as
    /// long as the whole is kept.
    pub fn shot(&self) -> Shot {
        let end = self.end.get();
        let took = end.map_or_else(|| self.begun.elapsed(), |(at, _)| at.duration_since(self.begun));
        let now = self.now.load(Relaxed);
        let mut spent: [Duration; Phase::ALL.len()] =
            std::array::from_fn(|phase| Duration::from_micros(self.spent[phase].load(Relaxed)));
        let which = (now & PHASE) as usize;
        if end.is_none() {
            spent[which] += took.saturating_sub(Duration::from_micros(now >> 3));
        }
        let mut left = took;
        for part in &mut spent {
            *part = (*part).min(left);
            left -= *part;
        }
        Shot {
            asset: self.asset.clone(),
            task: self.task,
            took,
            spent,
            phase: end.is_none().then(|| Phase::ALL[which]),
            end: end.map(|(at, end)| (*end, at.elapsed())),
        }
    }
}
