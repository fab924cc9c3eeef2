//! Every way in which the engine's part of a request can end.

use crate::asset::{Freshness, Revision};
use crate::cache::Entry;
use std::sync::Arc;

/// How a request for an asset ended. Status, headers and log line follow from it in `serve::respond`.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The asset, to be sent as 200, 304, 206 or 416.
    Found(Found),
    /// No such theme, component, file or module: 404.
    NotFound {
        /// Asked for under a revision, where a miss may be remembered for a moment; in development files come and go.
        revised: bool,
    },
    /// It exists but could not be built (a script engine died, a file could not be read): 500, logged once.
    Failed,
    /// The node is too busy or starting: 503 with Retry-After.
    Unavailable,
}

/// An asset that was found or built, and how it may be kept.
#[derive(Clone, Debug)]
pub struct Found {
    pub entry: Arc<Entry>,
    pub freshness: Freshness,
    /// The revision whose date is `Last-Modified`; `None` in development, where only the ETag validates.
    pub modified: Option<Revision>,
    /// Whether it came from memory, localcachedir or a build: for `Cache-Status` (RFC 9211).
    pub source: Source,
    /// YUI combos and images are kept for 360 days (moodle-assets.md §5).
    pub lifetime: std::time::Duration,
    /// Designer mode: it is older than the sources, which do not build.
    pub is_last_good: bool,
    /// Designer mode: its source map is under its own URL, with `map=1`.
    pub has_map: bool,
    /// Whether it has all its codings; one that lacks some is good for this answer alone.
    pub is_whole: bool,
}

/// Where a found asset came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Memory,
    Local,
    /// The shared cachedir, in designer mode.
    Shared,
    Built,
}
