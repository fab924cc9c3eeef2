//! This node's clock against the clock that nodes share: that of the file system dataroot lies on.
//!
//! Revisions are times. A node whose clock is ahead makes revisions that others take for the future's, one whose
//! clock is behind takes others' for that.

use super::finding::Finding;
use super::folder::{Trial, stamp};
use super::subject::Subject;
use std::time::{Duration, SystemTime};

const CLOCK: &str = "clock";

/// What design.md §2 and Moodle's own comparisons of whole seconds can bear.
const MOST: Duration = Duration::from_secs(1);

pub fn check(subject: &Subject) -> Vec<Finding> {
    // Where the folder cannot be written to, the look at dataroot says so.
    let Ok(trial) = Trial::make(&subject.shared()) else { return Vec::new() };
    let Ok(folder) = trial.open() else { return Vec::new() };
    stamp(&folder).map(|times| against("the file system of dataroot", skew(times))).into_iter().collect()
}

/// How far a time that another clock gave lies outside of the span in which it was given, and whether it is ahead.
pub fn skew([before, other, after]: [SystemTime; 3]) -> (Duration, bool) {
    // File systems take the time of the last tick.
    const TICK: Duration = Duration::from_millis(20);
    match (other.duration_since(after), before.duration_since(other)) {
        (Ok(ahead), _) => (ahead, true),
        (_, Ok(behind)) => (behind.saturating_sub(TICK), false),
        _ => (Duration::ZERO, false),
    }
}

/// What a difference to a shared clock means.
pub fn against(whose: &str, (difference, other_is_ahead): (Duration, bool)) -> Finding {
    let seconds = difference.as_secs_f64();
    if difference < MOST {
        return Finding::ok(CLOCK, format!("agrees with {whose} within {:.2} s", seconds.max(0.01)));
    }
    let which = if other_is_ahead { "behind" } else { "ahead of" };
    Finding::wrong(
        CLOCK,
        format!(
            "{seconds:.1} s {which} {whose}: nodes then disagree on which revision is newer, and what one calls current \
             another refuses"
        ),
        "let chrony or systemd-timesyncd set the clocks of all nodes, of the file server and of the database",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;

    fn at(millis: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_770_000_000_000 + millis)
    }

    #[test]
    fn a_clock_is_judged_by_how_far_it_lies_outside_of_the_span() {
        let verdict = |other: u64| against("x", skew([at(5_000), at(other), at(5_100)])).verdict;
        for good in [5_000, 5_050, 5_100, 4_100, 6_000] {
            assert_eq!(verdict(good), Verdict::Ok, "{good}");
        }
        for bad in [3_900, 6_200, 0, 3_600_000] {
            assert_eq!(verdict(bad), Verdict::Wrong, "{bad}");
        }
    }

    #[test]
    fn it_says_which_clock_is_ahead() {
        assert!(against("x", skew([at(0), at(9_000), at(0)])).says.contains("9.0 s behind x"));
        assert!(against("x", skew([at(9_000), at(0), at(9_000)])).says.contains("9.0 s ahead of x"));
    }
}
