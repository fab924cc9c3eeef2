//! Builds by what is built, and how long they took.

use crate::asset::Asset;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// What is built, as operators tell it apart: by how much work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Styles,
    Image,
    Font,
    Script,
    Amd,
    Yui,
}

impl Kind {
    pub const ALL: [Kind; 6] = [Kind::Styles, Kind::Image, Kind::Font, Kind::Script, Kind::Amd, Kind::Yui];

    pub fn of(asset: &Asset) -> Kind {
        match asset {
            Asset::Styles { .. } | Asset::StylesDebug { .. } => Kind::Styles,
            Asset::Image { .. } => Kind::Image,
            Asset::Font { .. } => Kind::Font,
            Asset::Scripts(_) | Asset::ThemeScript { .. } => Kind::Script,
            Asset::AmdAll | Asset::AmdModule { .. } | Asset::SourceMap { .. } => Kind::Amd,
            Asset::MapOf(of) => Kind::of(of),
            Asset::YuiCombo { .. } | Asset::YuiImage(_) => Kind::Yui,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Styles => "styles",
            Kind::Image => "image",
            Kind::Font => "font",
            Kind::Script => "script",
            Kind::Amd => "amd",
            Kind::Yui => "yui",
        }
    }
}

/// Upper bounds of the classes of durations, in seconds: from an image that is read to a theme that is compiled.
pub const BOUNDS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0];

/// Builds of one kind; all only grow.
#[derive(Debug, Default)]
pub(super) struct Times {
    good: AtomicU64,
    failed: AtomicU64,
    micros: AtomicU64,
    classes: [AtomicU64; BOUNDS.len() + 1],
}

/// The same at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// Builds that gave an asset.
    pub good: u64,
    /// Builds that ended without one, because there is none or because something went wrong.
    pub failed: u64,
    /// Time that both took together.
    pub busy: Duration,
    /// Both by how long they took, by [`BOUNDS`]; the last is beyond all of them.
    pub classes: Vec<u64>,
}

impl Times {
    pub fn add(&self, good: bool, took: Duration) {
        let which = if good { &self.good } else { &self.failed };
        which.fetch_add(1, Relaxed);
        self.micros.fetch_add(took.as_micros() as u64, Relaxed);
        let seconds = took.as_secs_f64();
        let class = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        self.classes[class].fetch_add(1, Relaxed);
    }

    pub fn read(&self) -> Timed {
        Timed {
            good: self.good.load(Relaxed),
            failed: self.failed.load(Relaxed),
            busy: Duration::from_micros(self.micros.load(Relaxed)),
            classes: self.classes.iter().map(|class| class.load(Relaxed)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_counted_in_the_class_of_their_time_whether_good_or_not() {
        let times = Times::default();
        times.add(true, Duration::from_millis(1));
        times.add(false, Duration::from_millis(600));
        times.add(true, Duration::from_secs(11));
        let timed = times.read();
        assert_eq!((timed.good, timed.failed), (2, 1));
        assert_eq!(timed.classes, [1, 0, 0, 0, 0, 1, 0, 0, 1]);
        assert_eq!(timed.busy, Duration::from_millis(11_601));
    }

    #[test]
    fn each_kind_has_its_own_place_and_name() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
            assert_eq!(Kind::ALL.iter().filter(|other| other.as_str() == kind.as_str()).count(), 1);
        }
    }
}
