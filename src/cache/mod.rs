//! Where built assets are kept: memory and localcachedir. Knows nothing of building.

pub mod entry;
mod generation;
pub mod io;
mod key;
mod local;
mod memory;
mod name;
mod shared;
pub mod store;
mod usage;

pub use entry::{Best, Entry, Input, OtherContent, Variant};
pub use generation::{Area, Current, Generation};
pub use key::Key;
pub use local::{
    CallError, Counters, LoadError, LocalCache, LockError, LockGuard, OpenError, PublishError, Published, Retired,
};
pub use memory::{BuildError, Limits, Memory, Weigh};
pub use name::EntryName;
pub use shared::SharedCache;
pub use store::{AssetName, Delta, Store};
pub use usage::Usage;
