//! What memory holds of an asset.

use super::{Failure, Source};
use crate::asset::{Coding, Freshness};
use crate::cache::{Entry, LocalCache, LockGuard, Weigh};
use crate::revision::Revisions;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// An asset of a generation in memory.
#[derive(Debug)]
pub struct Held {
    pub entry: Arc<Entry>,
    /// Whether localcachedir has it, or was asked to: what a stranger's request built is not (design.md §2, promise 7),
    /// nor what the folder would not take.
    pub stored: AtomicBool,
    /// Where it came from when it was loaded.
    pub source: Source,
    /// How long it may be kept at best: a stand-in or a list with a missing part never for good.
    pub keeps: Freshness,
    /// When a stand-in is tried again: what it stands in for may have come about.
    pub again: Option<Instant>,
    /// Whether somebody tries again already.
    pub retried: AtomicBool,
    /// What is still to be done with it, taken by whoever does it.
    pub rest: Mutex<Option<Rest>>,
    /// Closed once memory has it in all its codings; `None` if this is all.
    pub whole: Option<watch::Receiver<()>>,
    /// What was known when it was built, or loaded.
    pub known: Known,
}

/// What comes after the answer to whom one coding was enough: the other codings, and its place in localcachedir.
#[derive(Debug)]
pub struct Rest {
    /// Other processes of the node wait until it is published.
    pub lock: Option<LockGuard>,
    /// Whether it is to be published at all.
    pub publishable: bool,
    /// Goes with the last of it.
    pub whole: watch::Sender<()>,
}

/// What was known of the revisions and of this node's code when something was built.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// [`State::era`](crate::revision::State::era) of that moment.
    pub era: u64,
    /// Whether the source of revisions said, after the build, that all is well: else it is short, and tried again.
    pub sure: bool,
    pub at: Instant,
}

impl Known {
    /// How long something unsure is served before it is tried again.
    const AGAIN: Duration = Duration::from_secs(5);

    pub fn sure(era: u64) -> Known {
        Known { era, sure: true, at: Instant::now() }
    }

    pub fn unsure(era: u64) -> Known {
        Known { era, sure: false, at: Instant::now() }
    }
}

impl Held {
    pub fn new(entry: impl Into<Arc<Entry>>, source: Source, stored: bool, known: Known) -> Held {
        let (stored, retried) = (AtomicBool::new(stored), AtomicBool::new(false));
        let rest = Mutex::new(None);
        Held {
            entry: entry.into(),
            stored,
            source,
            keeps: Freshness::Current,
            again: None,
            retried,
            rest,
            whole: None,
            known,
        }
    }

    /// Whether whoever calls this is to store it, with a request that may; true for one of them at a time.
    pub fn is_to_be_stored(&self, local: &LocalCache) -> bool {
        !self.is_stored() && local.may_publish_late() && !self.stored.swap(true, Ordering::Relaxed)
    }

    /// Whether it is in localcachedir, as far as we know.
    pub fn is_stored(&self) -> bool {
        self.stored.load(Ordering::Relaxed)
    }

    /// How long it may be kept.
    pub fn freshness(&self) -> Freshness {
        if self.known.sure { self.keeps } else { self.keeps.worse(Freshness::Short) }
    }

    /// Whether it is to be had anew: it was built while something was wrong that is right now.
    pub fn is_stale(&self, revisions: &Revisions) -> bool {
        let state = revisions.known();
        let other = self.known.era != state.era;
        let again = other || (!self.known.sure && self.known.at.elapsed() >= Known::AGAIN);
        again && state.lagging.is_none() && revisions.is_reachable()
    }

    /// What to wait for where a client wants a coding that is still being made.
    pub fn awaits(&self, coding: Option<Coding>) -> Option<watch::Receiver<()>> {
        self.whole.clone().filter(|_| coding.is_none_or(|coding| self.entry.variant(coding).is_none()))
    }

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
