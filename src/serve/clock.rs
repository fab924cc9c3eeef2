//! The time as one worker sees it: one clock call a request, the date written once a second.

use std::cell::{Cell, RefCell};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Bytes of `Sun, 06 Nov 1994 08:49:37 GMT`.
const DATE: usize = 29;

/// A worker's clock.
#[derive(Debug)]
pub struct Clock {
    /// When the written date stops being right.
    next: Cell<Instant>,
    /// When it was written last.
    last: Cell<Instant>,
    line: RefCell<[u8; 6 + DATE + 2]>,
}

impl Default for Clock {
    fn default() -> Clock {
        let mut line = [b' '; 6 + DATE + 2];
        line[..6].copy_from_slice(b"date: ");
        line[6 + DATE..].copy_from_slice(b"\r\n");
        let now = Instant::now();
        Clock { next: Cell::new(now), last: Cell::new(now), line: RefCell::new(line) }
    }
}

impl Clock {
    /// Appends `date: …\r\n`.
    pub fn write_date(&self, now: Instant, out: &mut Vec<u8>) {
        self.last.set(now);
        if now >= self.next.get() {
            self.renew(now);
        }
        out.extend_from_slice(&self.line.borrow()[..]);
    }

    /// When a date was written last: what follows an answer at once need not ask what time it is.
    pub fn last(&self) -> Instant {
        self.last.get()
    }

    /// The value of `Date`.
    pub fn date(&self, now: Instant) -> String {
        let mut line = Vec::with_capacity(6 + DATE + 2);
        self.write_date(now, &mut line);
        String::from_utf8_lossy(&line[6..6 + DATE]).into_owned()
    }

    #[cold]
    fn renew(&self, now: Instant) {
        let system = SystemTime::now();
        let date = httpdate::fmt_http_date(system);
        self.line.borrow_mut()[6..6 + DATE].copy_from_slice(date.as_bytes());
        let since = system.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // To the end of this second: the clock on the wall may be set meanwhile, and is followed within one.
        self.next.set(now + Duration::from_secs(1) - Duration::from_nanos(since.subsec_nanos().into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_that_of_the_system_and_moves_on() {
        let clock = Clock::default();
        let before = SystemTime::now();
        let asked = Instant::now();
        let date = clock.date(asked);
        assert_eq!(clock.last(), asked);
        let read = httpdate::parse_http_date(&date).unwrap();
        assert!(read <= SystemTime::now() && read + Duration::from_secs(1) > before);
        std::thread::sleep(Duration::from_millis(1050));
        assert_ne!(clock.date(Instant::now()), date);
    }
}
