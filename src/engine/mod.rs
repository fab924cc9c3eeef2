//! The wiring: get an asset, or build it once.

mod outcome;

pub use outcome::{Found, Outcome, Source};
