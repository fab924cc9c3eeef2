//! Counters, and warnings that do not flood the log.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What happened in localcachedir since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Entries found and loaded.
    pub loaded: AtomicU64,
    /// Entries looked for that were not there.
    pub absent: AtomicU64,
    /// Entries and better variants that were there but damaged.
    pub broken: AtomicU64,
    /// Entries published.
    pub published: AtomicU64,
    /// Better variants added.
    pub improved: AtomicU64,
    /// Entries that another process had published first.
    pub lost_races: AtomicU64,
    /// Entries not published because their revision was no longer current.
    pub withheld: AtomicU64,
    /// Loads, publications, locks and removals that failed.
    pub failures: AtomicU64,
    /// Times that the folder had vanished while it was being used, and was made again.
    pub vanished: AtomicU64,
    /// Folders of revisions removed.
    pub retired: AtomicU64,
    /// Leftovers of killed writers removed.
    pub swept: AtomicU64,
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Logs what goes wrong: failures at most once a minute, broken entries once each.
#[derive(Debug)]
pub(in crate::cache) struct Report {
    /// The folder's name in the site file.
    of: &'static str,
    failures: Mutex<Throttle>,
    broken: Mutex<HashSet<Box<Path>>>,
}

#[derive(Debug, Default)]
struct Throttle {
    last: Option<Instant>,
    unsaid: u64,
}

impl Report {
    const QUIET: Duration = Duration::from_secs(60);
    /// So many broken entries are named; a folder that is broken altogether needs no longer list.
    const NAMED: usize = 1000;

    pub(in crate::cache) fn of(folder: &'static str) -> Report {
        Report { of: folder, failures: Mutex::default(), broken: Mutex::default() }
    }

    pub(in crate::cache) fn failure(&self, error: &dyn fmt::Display) {
        if let Some(unsaid) = self.failures.lock().unwrap_or_else(PoisonError::into_inner).pass(Instant::now()) {
            tracing::warn!(unsaid, "{}: {error}; serving from memory", self.of);
        }
    }

    pub(in crate::cache) fn broken(&self, path: &Path, error: &dyn fmt::Display) {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        if broken.len() < Self::NAMED && broken.insert(path.into()) {
            tracing::error!("{}: {error}; ignored, serving from memory", self.of);
        }
    }
}

impl Throttle {
    /// Whether to say it now, and how often it was not said since the last time.
    fn pass(&mut self, now: Instant) -> Option<u64> {
        if self.last.is_some_and(|last| now.saturating_duration_since(last) < Report::QUIET) {
            self.unsaid += 1;
            return None;
        }
        self.last = Some(now);
        Some(std::mem::take(&mut self.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_said_once_a_minute_with_the_number_of_those_unsaid() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        assert_eq!(throttle.pass(start), Some(0));
        assert_eq!(throttle.pass(start), None);
        assert_eq!(throttle.pass(start + Duration::from_secs(59)), None);
        assert_eq!(throttle.pass(start + Duration::from_secs(60)), Some(2));
        assert_eq!(throttle.pass(start + Duration::from_secs(61)), None);
    }
}
