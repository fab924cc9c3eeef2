//! Waiting for something that will be so, without guessing how long it takes.

use std::time::{Duration, Instant};

/// How long anything that a test waits for may take. Generous: it is only ever used up by a
/// test that fails, and machines that run tests are busy.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until `true`; panics with `what` after some minutes.
#[track_caller]
pub fn until(what: &str, true_yet: impl FnMut() -> bool) {
    within(PATIENCE, what, true_yet);
}

/// Waits until `true`; panics with `what` after `limit`.
#[track_caller]
pub fn within(limit: Duration, what: &str, mut true_yet: impl FnMut() -> bool) {
    let start = Instant::now();
    while !true_yet() {
        assert!(start.elapsed() < limit, "waited {limit:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
