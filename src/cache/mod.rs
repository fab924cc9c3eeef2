//! Where built assets are kept: memory and localcachedir. Knows nothing of building.

pub mod entry;

pub use entry::{Entry, Input, Variant};
