//! What happened, in numbers.

use super::kinds::{Kind, Timed, Times};
use crate::asset::Asset;
use crate::build::cpu::Spent;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// Builds since the start; all only grow.
#[derive(Debug)]
pub struct Counters {
    /// By [`Kind::ALL`].
    kinds: [Times; Kind::ALL.len()],
    /// Builds that are under way.
    building: AtomicU64,
    /// Woken when the last of them has ended.
    calm: Notify,
    /// Assets whose best variants have taken the place of the quick ones in memory.
    improved: AtomicU64,
    /// Assets whose best variants are being made, or wait for that.
    improving: AtomicU64,
    /// Bodies of which the best codings were made, and of which they were there already.
    compressed: AtomicU64,
    spared: AtomicU64,
    deltas: AtomicU64,
    /// Nodes that live, this one counted.
    pub(super) nodes: AtomicU64,
    /// Processor time of finding and reading sources and joining them, and of writing entries.
    pub(super) reading: Spent,
    pub(super) writing: Spent,
    /// Turns for the slow compressors: one fewer than cores, so that answers always have one.
    pub(super) improvers: Arc<Semaphore>,
}

impl Default for Counters {
    fn default() -> Counters {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Counters {
            kinds: Default::default(),
            building: AtomicU64::new(0),
            calm: Notify::new(),
            improved: AtomicU64::new(0),
            improving: AtomicU64::new(0),
            compressed: AtomicU64::new(0),
            spared: AtomicU64::new(0),
            deltas: AtomicU64::new(0),
            nodes: AtomicU64::new(0),
            reading: Spent::default(),
            writing: Spent::default(),
            improvers: Arc::new(Semaphore::new((cores - 1).max(1))),
        }
    }
}

impl Counters {
    pub(super) fn built(&self, asset: &Asset, good: bool, took: Duration) {
        self.kinds[Kind::of(asset) as usize].add(good, took);
    }

    /// Counts a build as under way until what is returned is dropped.
    pub(super) fn build(&self) -> impl Drop + use<'_> {
        self.building.fetch_add(1, Ordering::AcqRel);
        Building(self)
    }

    /// Waits until nothing is built for anybody: slow compressors take the cores and the memory that builds want. Not
    /// for ever, as somebody may always be waiting for something.
    pub(super) async fn calm(&self) {
        let calm = async {
            loop {
                let woken = self.calm.notified();
                if self.building.load(Ordering::Acquire) == 0 {
                    return;
                }
                woken.await;
            }
        };
        let _ = tokio::time::timeout(Self::PATIENCE, calm).await;
    }

    /// How long the slow compressors wait for builds to end.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// Builds of each kind.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, Timed)> {
        Kind::ALL.into_iter().map(|kind| (kind, self.kinds[kind as usize].read()))
    }

    /// Counts an asset as waiting for its best variants until what is returned is dropped.
    pub(super) fn improvement(self: &Arc<Counters>) -> impl Drop + Send + use<> {
        self.improving.fetch_add(1, Ordering::AcqRel);
        Improvement(self.clone())
    }

    /// Assets that wait for their best variants.
    pub fn improving(&self) -> u64 {
        self.improving.load(Ordering::Acquire)
    }

    pub(super) fn one_improved(&self) {
        self.improved.fetch_add(1, Ordering::Release);
    }

    /// Assets whose best variants are in memory.
    pub fn improved(&self) -> u64 {
        self.improved.load(Ordering::Acquire)
    }

    pub(super) fn one_compressed(&self) {
        self.compressed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn one_spared(&self) {
        self.spared.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn deltas_made(&self, count: usize) {
        self.deltas.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Bodies of which the best codings were made.
    pub fn compressed(&self) -> u64 {
        self.compressed.load(Ordering::Relaxed)
    }

    /// Bodies whose best codings were kept from before.
    pub fn spared(&self) -> u64 {
        self.spared.load(Ordering::Relaxed)
    }

    /// Deltas that were made, quick ones among them.
    pub fn deltas(&self) -> u64 {
        self.deltas.load(Ordering::Relaxed)
    }

    /// Nodes of the site that were heard of lately, this one counted; 0 where they do not tell each other.
    pub fn nodes(&self) -> u64 {
        self.nodes.load(Ordering::Relaxed)
    }

    /// Assets built from sources.
    pub fn builds(&self) -> u64 {
        self.kinds().map(|(_, timed)| timed.good).sum()
    }
}

struct Improvement(Arc<Counters>);

impl Drop for Improvement {
    fn drop(&mut self) {
        self.0.improving.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Building<'c>(&'c Counters);

impl Drop for Building<'_> {
    fn drop(&mut self) {
        if self.0.building.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.calm.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn slow_compressors_wait_for_the_last_build() {
        let counters = Counters::default();
        counters.calm().await;
        let (one, two) = (counters.build(), counters.build());
        let begun = std::time::Instant::now();
        tokio::join!(counters.calm(), async {
            drop(one);
            tokio::time::sleep(Duration::from_millis(30)).await;
            drop(two);
        });
        assert!(begun.elapsed() >= Duration::from_millis(30));
    }
}
