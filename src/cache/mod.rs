//! Where built assets are kept: memory and localcachedir. Knows nothing of building.

pub mod entry;

pub use entry::{Best, Entry, Input, OtherContent, Variant};
