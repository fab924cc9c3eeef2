//! Where revisions come from.

use super::{Purge, State};
use camino::Utf8PathBuf;
use std::future::Future;
use std::io;
use std::pin::Pin;

/// A look that is under way.
pub type Look<'a> = Pin<Box<dyn Future<Output = Result<State, SourceError>> + Send + 'a>>;

/// Says what the site's revisions are now.
pub trait Source: Send + Sync {
    /// Looks anew, past every cache of our own.
    fn look(&self) -> Look<'_>;

    /// What it is, for `check` and the log: never a password.
    fn describe(&self) -> String;

    /// Makes a new revision; `None` where the revisions are not revserve's to change.
    fn purge(&self, purge: Purge) -> Option<Look<'_>> {
        let _ = purge;
        None
    }

    /// Its kind, as `[revisions] source` names it.
    fn kind(&self) -> &'static str;

    /// Whether a node may start before it answers: what others share may be away for a while.
    fn may_come_later(&self) -> bool {
        false
    }

    /// Seconds by which its clock is ahead of this node's; `None` where it has none of its own.
    fn clock_ahead(&self) -> Option<f64> {
        None
    }

    /// Whether it can change at all: one that cannot is not asked every second.
    fn changes(&self) -> bool {
        true
    }
}

/// The source did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder or a file of the files source cannot be read or written.
    #[error("cannot use {path}: {error}")]
    Files { path: Utf8PathBuf, error: io::Error },
    /// The database cannot be reached, refuses, or takes too long. Holds no password.
    #[error("{address} {why}")]
    Database { address: String, why: String },
}
