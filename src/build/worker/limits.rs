//! What one job may take.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What one job may take. Beyond it the job fails, and nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Bytes of a worker's address space, its stack included.
    pub memory: u64,
    /// Bytes of the stack that engines recurse on. Reserved, not used: an ordinary job touches a few pages.
    pub stack: usize,
    /// Bytes of a job's input, and of its result.
    pub input: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(20), memory: 2 << 30, stack: 512 << 20, input: 64 << 20 }
    }
}
