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
    /// `code` is the fingerprint of the code that they belong to, where it is known.
    fn purge(&self, purge: Purge, code: Option<String>) -> Option<Look<'_>> {
        let _ = (purge, code);
        None
    }

    /// The name of the log that this node's purges go to, by which others acknowledge them; `None` where it makes none.
    fn log(&self) -> Option<&str> {
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
    /// The log of purges holds less than it did, or nothing: files of it were removed, or its folder is not mounted.
    #[error("{folder} holds fewer purges than it did: mount it, or put back what was removed, or run revserve purge")]
    Lost { folder: Utf8PathBuf },
    /// The database cannot be reached, refuses, or takes too long. Holds no password.
    #[error("{address} {why}")]
    Database { address: String, why: String },
    /// The database has no such table.
    #[error("{address} has no such table")]
    NoTable { address: String },
}
