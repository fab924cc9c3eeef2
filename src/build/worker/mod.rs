//! The process in which engines run (design.md §2, promise 8).
//!
//! A site's SCSS, CSS and scripts can nest so deep that a parser's stack ends, or never end at all, and neither can
//! be caught inside a process. So revserve starts itself again, as a small pool of workers:
//!
//! 1. the parent writes a job and its input to a worker's standard input ([`frame`]);
//! 2. the worker runs it on a thread with a deep stack, within a limit on memory, and writes what came of it;
//! 3. a worker that died or took too long is replaced, and its job gets an error.
//!
//! A worker ends when its parent does: idle, because its input ends; busy, because it watches its own clock.

mod child;
mod frame;
mod job;
mod pool;

pub use child::child_main;
pub use job::{Job, Refusal};
pub use pool::{JobError, Limits, Pool, StartError};
