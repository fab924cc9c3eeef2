//! Where a filling's processor time goes.

use super::Engine;
use crate::build::{compress, cpu};
use std::time::Duration;

/// Processor time since the start, by phase, of this process and its workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phases(pub Vec<(&'static str, Duration)>);

impl Phases {
    pub fn total(&self) -> Duration {
        self.0.iter().map(|(_, time)| *time).sum()
    }
}

impl Engine {
    /// Phases in the order in which an asset goes through them; `rest` is everything else that this process did.
    pub fn phases(&self) -> Phases {
        // Source maps are made in designer mode only, where nothing is filled.
        let [scripts, flip, shorten, scss, _] = self.0.makers.pool.spent();
        let (read, write, compress) =
            (self.0.counters.reading.total(), self.0.counters.writing.total(), compress::spent());
        let rest = cpu::of_process().saturating_sub(read + write + compress);
        Phases(vec![
            ("read", read),
            ("scss", scss),
            ("right to left", flip),
            ("shorten styles", shorten),
            ("shorten scripts", scripts),
            ("compress", compress),
            ("write", write),
            ("rest", rest),
        ])
    }
}
