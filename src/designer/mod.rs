//! What developers of themes get beside answers: what went wrong, what changed, and pages that follow it.
//!
//! 1. A build notes its [`Fault`]s: with file, line and excerpt where there is one.
//! 2. Each rebuild is a line in the terminal ([`terminal`]).
//! 3. Folders are watched ([`watch`]), and open pages told what is new ([`live`]).

mod fault;
pub mod live;
pub mod terminal;
pub mod watch;

pub use fault::{Fault, Level};
