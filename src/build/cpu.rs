//! Processor time, by what it is spent on.

use rustix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Processor time of one kind of work, of all threads that did it. Only grows.
#[derive(Debug, Default)]
pub struct Spent(AtomicU64);

impl Spent {
    pub const fn none() -> Spent {
        Spent(AtomicU64::new(0))
    }

    /// Does work on this thread and adds what it took. What other threads do for it is not in it.
    pub fn by<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = of_thread();
        let done = work();
        self.add(of_thread().saturating_sub(before));
        done
    }

    pub fn add(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.0.load(Relaxed))
    }
}

/// Processor time of this thread so far.
pub fn of_thread() -> Duration {
    of(ClockId::ThreadCPUTime)
}

/// Processor time of all threads of this process so far.
pub fn of_process() -> Duration {
    of(ClockId::ProcessCPUTime)
}

fn of(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_and_waiting_is_not() {
        let (work, wait) = (Spent::default(), Spent::default());
        let sum = work.by(|| (0..20_000_000u64).fold(0, |sum: u64, n| std::hint::black_box(sum.wrapping_add(n))));
        assert!(sum > 0);
        wait.by(|| std::thread::sleep(Duration::from_millis(50)));
        assert!(work.total() > wait.total(), "{work:?} {wait:?}");
        assert!(of_process() >= work.total());
    }
}
