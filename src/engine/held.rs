//! What memory holds of an asset.

use super::{Failure, Source};
use crate::asset::Freshness;
use crate::cache::{Entry, Weigh};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// An asset of a generation in memory.
#[derive(Debug)]
pub struct Held {
    pub entry: Arc<Entry>,
    /// Whether localcachedir has it, or was asked to: what a stranger's request built is not (design.md §2, promise 7).
    pub stored: AtomicBool,
    /// Where it came from when it was loaded.
    pub source: Source,
    /// How long it may be kept at best: a stand-in or a list with a missing part never for good.
    pub keeps: Freshness,
    /// When a stand-in is tried again: what it stands in for may have come about.
    pub again: Option<Instant>,
    /// Whether somebody tries again already.
    pub retried: AtomicBool,
}

impl Held {
    /// A stand-in is tried again after this long at least.
    const SOONEST: Duration = Duration::from_secs(10);

    /// When to try again what took this long: trying costs a tenth of the time at most.
    pub fn again(keeps: Freshness, took: Duration) -> Option<Instant> {
        (keeps != Freshness::Current).then(|| Instant::now() + Self::SOONEST.max(took * 10))
    }

    /// Whether whoever calls this is to try again; true only once.
    pub fn is_due(&self) -> bool {
        self.again.is_some_and(|again| again <= Instant::now()) && !self.retried.swap(true, Ordering::AcqRel)
    }
}

/// Why a build's result is not kept in memory.
#[derive(Clone, Debug)]
pub enum NotKept {
    /// The revision moved meanwhile: good for those who waited, for a moment.
    Moved(Arc<Held>),
    Failed(Failure),
}

impl From<Failure> for NotKept {
    fn from(failure: Failure) -> NotKept {
        NotKept::Failed(failure)
    }
}

impl Weigh for Held {
    fn weight(&self) -> usize {
        size_of::<Held>() + self.entry.weight()
    }
}
