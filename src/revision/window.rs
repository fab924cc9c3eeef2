//! Which revision numbers are valid at all.

use crate::asset::Revision;
use std::time::{SystemTime, UNIX_EPOCH};

/// The earliest and the latest valid revision (moodle-assets.md §2): from the date of `version.php` less two days,
/// in UTC, to 60 s from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    earliest: u64,
}

impl Window {
    /// Seconds by which another node's clock may be ahead.
    pub const AHEAD: u64 = 60;

    /// The window of a code whose `$version` is a date and two digits, like `2025100600.02`.
    pub fn of_version(version: f64) -> Window {
        const TWO_DAYS: i64 = 2;
        let date = (version / 100.0).floor() as i64;
        let days = days_from_civil(date / 10_000, date / 100 % 100, date % 100) - TWO_DAYS;
        Window { earliest: u64::try_from(days * 86_400).unwrap_or(0) }
    }

    /// Everything up to the future is valid: where there is no `version.php` to tell.
    pub const fn open() -> Window {
        Window { earliest: 1 }
    }

    pub fn contains(&self, revision: Revision, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        (self.earliest..=now + Self::AHEAD).contains(&revision.get())
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar; months and days may overflow, as in `gmmktime`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let months = year * 12 + month - 1;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_window_opens_two_days_before_the_date_of_the_code() {
        assert_eq!(Window::of_version(1970010300.0).earliest, 0);
        assert_eq!(Window::of_version(2025100600.02).earliest, 1_759_536_000); // 2025-10-04T00:00Z
        assert_eq!(Window::of_version(2024030100.0).earliest, 1_709_078_400); // 2024-02-28, a leap year
    }

    #[test]
    fn the_window_closes_a_minute_ahead() {
        let now = UNIX_EPOCH + Duration::from_secs(1_770_000_000);
        let window = Window::of_version(2025100600.02);
        let holds = |n| window.contains(Revision::new(n).unwrap(), now);
        assert!(holds(1_770_000_060) && holds(1_759_536_000));
        assert!(!holds(1_770_000_061) && !holds(1_759_535_999));
    }
}
