//! What is counted while serving. Each worker counts for itself; only who reads adds up.

use super::answer::{Reply, Status};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The counters of all workers.
#[derive(Debug, Default)]
pub struct Metrics {
    shards: Mutex<Vec<Arc<Shard>>>,
}

/// The counters of one worker, written by its thread alone: no locked instruction, no shared cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Shard {
    replies: [Counter; Status::ALL.len()],
    sent: Counter,
    hot: Counter,
    opened: Counter,
    closed: Counter,
    /// Requests that asked the engine, by how long it took: see [`Totals::BOUNDS`].
    asked: [Counter; Totals::BOUNDS.len() + 1],
    asked_micros: Counter,
}

/// A number that one thread adds to and others read.
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl Counter {
    fn add(&self, n: u64) {
        // One writer: load and store cannot lose a count.
        self.0.store(self.0.load(Relaxed) + n, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Shard {
    /// A reply that is about to be written.
    pub fn reply(&self, reply: &Reply) {
        self.replies[reply.status.index()].add(1);
        self.sent.add(reply.head.len() as u64 + reply.body.len());
    }

    /// A request that was answered out of the hot map.
    pub fn hot(&self) {
        self.hot.add(1);
    }

    /// A request that asked the engine.
    pub fn asked(&self, took: Duration) {
        let bucket = Totals::BOUNDS.iter().position(|bound| took <= *bound).unwrap_or(Totals::BOUNDS.len());
        self.asked[bucket].add(1);
        self.asked_micros.add(took.as_micros() as u64);
    }

    /// Counts a connection as open for as long as the guard lives.
    pub fn connection(self: &Arc<Self>) -> OpenConnection {
        self.opened.add(1);
        OpenConnection(Arc::clone(self))
    }
}

/// One open connection of a worker.
#[derive(Debug)]
pub struct OpenConnection(Arc<Shard>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.closed.add(1);
    }
}

/// The sums at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// By [`Status::ALL`].
    pub replies: [u64; Status::ALL.len()],
    /// Bytes of headers and bodies.
    pub sent: u64,
    /// Requests that were answered without asking the engine.
    pub hot: u64,
    pub opened: u64,
    pub closed: u64,
    /// Requests that asked the engine, by time; the last is beyond all bounds.
    pub asked: [u64; Totals::BOUNDS.len() + 1],
    pub asked_micros: u64,
}

impl Totals {
    /// Upper bounds of the classes of `asked`: from a memory hit to a cold theme.
    pub const BOUNDS: [Duration; 8] = [
        Duration::from_micros(100),
        Duration::from_millis(1),
        Duration::from_millis(5),
        Duration::from_millis(25),
        Duration::from_millis(100),
        Duration::from_millis(500),
        Duration::from_millis(2500),
        Duration::from_secs(10),
    ];

    pub fn of(&self, status: Status) -> u64 {
        self.replies[status.index()]
    }
}

impl Metrics {
    /// A shard for a new worker.
    pub fn shard(&self) -> Arc<Shard> {
        let shard = Arc::new(Shard::default());
        self.lock().push(Arc::clone(&shard));
        shard
    }

    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for shard in self.lock().iter() {
            add(&mut totals.replies, &shard.replies);
            add(&mut totals.asked, &shard.asked);
            totals.sent += shard.sent.get();
            totals.hot += shard.hot.get();
            // Closed first: a connection that opens between the two must not make it negative.
            totals.closed += shard.closed.get();
            totals.opened += shard.opened.get();
            totals.asked_micros += shard.asked_micros.get();
        }
        totals
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Shard>>> {
        // Nothing panics while it is held; and numbers stay numbers if something does.
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(sums: &mut [u64], counters: &[Counter]) {
    for (sum, counter) in sums.iter_mut().zip(counters) {
        *sum += counter.get();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::answer::respond;

    #[test]
    fn workers_count_for_themselves_and_are_added_up() {
        let metrics = Metrics::default();
        let (one, two) = (metrics.shard(), metrics.shard());
        one.reply(&respond::failed());
        two.reply(&respond::failed());
        two.reply(&respond::not_allowed());
        two.hot();
        two.asked(Duration::from_millis(3));
        one.asked(Duration::from_secs(60));
        let open = one.connection();
        drop(two.connection());
        let totals = metrics.totals();
        assert_eq!(totals.of(Status::InternalServerError), 2);
        assert_eq!(totals.of(Status::MethodNotAllowed), 1);
        assert_eq!((totals.opened, totals.closed, totals.hot), (2, 1, 1));
        assert_eq!(totals.asked, [0, 0, 1, 0, 0, 0, 0, 0, 1]);
        assert_eq!(totals.asked_micros, 60_003_000);
        assert!(totals.sent > 300);
        drop(open);
        assert_eq!(metrics.totals().closed, 2);
    }
}
