//! What the folder would not take is offered to it again, but not with every request: a full disk stays full for a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Since when a folder does not take what is published, as far as is known.
#[derive(Debug)]
pub(super) struct Ailing {
    pause: Duration,
    since: Mutex<Option<Instant>>,
}

impl Ailing {
    /// Between two attempts of a whole node while the folder ails.
    pub const PAUSE: Duration = Duration::from_secs(10);

    pub fn new(pause: Duration) -> Ailing {
        Ailing { pause, since: Mutex::default() }
    }

    /// Something was published, or could not be.
    pub fn note(&self, well: bool) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = (!well).then(Instant::now);
    }

    /// Whether to try again what failed before; while the folder ails, true for one caller in each pause.
    pub fn may_try(&self) -> bool {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        match *since {
            Some(at) if at.elapsed() < self.pause => false,
            Some(_) => {
                *since = Some(Instant::now());
                true
            }
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_the_folder_ails_one_tries_in_each_pause() {
        let ailing = Ailing::new(Duration::from_secs(3600));
        assert!(ailing.may_try() && ailing.may_try());
        ailing.note(false);
        assert!(!ailing.may_try());
        ailing.note(true);
        assert!(ailing.may_try());
        let short = Ailing::new(Duration::from_millis(200));
        short.note(false);
        std::thread::sleep(Duration::from_millis(210));
        assert!(short.may_try(), "the pause is over");
        let long = Ailing { pause: Duration::from_secs(3600), ..short };
        assert!(!long.may_try(), "and another one began");
    }
}
