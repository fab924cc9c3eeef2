//! The process in which engines run (design.md §2, promise 8).
//!
//! A site's SCSS, CSS and scripts can nest so deep that a parser's stack ends, take all memory, or never end at all.
//! None of that can be caught inside a process. So revserve starts itself again, as a small pool of workers:
//!
//! 1. the parent writes a job and its input to a worker's standard input ([`frame`]);
//! 2. the worker runs it on a thread with a deep stack, its memory limited, and writes what came of it ([`child`]);
//! 3. a worker that died or took too long is replaced, and its job gets an error ([`pool`]).
//!
//! A worker lives no longer than its parent: its input ends then, which it notices in the middle of a job, too.
//!
//! A further kind of work is a variant of [`Job`], and one of [`Report`] for what it tells beside its bytes.

mod child;
mod frame;
mod job;
mod limits;
mod pool;

pub use child::child_main;
pub use job::{Job, Output, Refusal, Report, Uncompiled};
pub use limits::Limits;
pub use pool::{JobError, Pool, StartError};

/// The hidden subcommand that makes a revserve a worker.
pub const SUBCOMMAND: &str = "worker";
