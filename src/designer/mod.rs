//! What developers of themes get beside answers: what went wrong, what changed, and pages that follow it.
//!
//! 1. A build notes its [`Fault`]s: with file, line and excerpt where there is one.
//! 2. Each rebuild is a line in the terminal ([`terminal`]).

mod fault;
pub mod terminal;

pub use fault::{Fault, Level};
