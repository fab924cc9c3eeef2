//! What memory holds of an asset.

use super::{Failure, Source};
use crate::asset::Freshness;
use crate::cache::{Entry, Weigh};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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
