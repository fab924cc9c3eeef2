//! Processor time, by what it is spent on.

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

/// Processor time of this thread so far; nothing where the system does not tell (proc(5), `schedstat`).
pub fn of_thread() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// Processor time of all threads of this process so far, to a hundredth of a second (proc(5), `stat`).
pub fn of_process() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold anything; user and system time are the 12th and 13th field behind it.
    let fields: Vec<&str> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 1000 / rustix::param::clock_ticks_per_second().max(1))
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
        if of_thread() > Duration::ZERO {
            assert!(work.total() > wait.total(), "{work:?} {wait:?}");
            assert!(of_process() + Duration::from_millis(20) >= work.total());
        }
    }
}
