//! The admin listener: health, readiness, metrics, a status page, purges. Apart from the assets, on loopback unless
//! told otherwise, and closed to web pages of other origins.
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /` | the status page |
//! | `GET /health` | 200 as long as the process serves |
//! | `GET /ready` | 200, or 503 with the reason |
//! | `GET /metrics` | counters and gauges in the text format of Prometheus |
//! | `POST /purge/all`, `/purge/themes`, `/purge/js`, `/purge/theme/NAME` | a new revision; needs the token |

mod exposition;
mod guard;
mod page;
mod service;

pub use exposition::{Histogram, Kind, Sample};
pub use guard::{Token, TokenError};
pub use service::Admin;

use crate::revision::{Purge, SourceError};
use std::future::Future;

/// What the admin listener asks of the floor below.
pub trait Control: Clone + Send + 'static {
    /// Why this node should not be sent requests now; `None` when it is ready. Says no paths and no passwords.
    fn unready(&self) -> Option<String>;

    /// Counters and gauges besides those of serving: builds, caches, revisions.
    fn samples(&self) -> Vec<Sample>;

    /// What of the same is told by classes, such as durations.
    fn histograms(&self) -> Vec<Histogram> {
        Vec::new()
    }

    /// Lines of the status page: a name and a plain text.
    fn facts(&self) -> Vec<(String, String)>;

    /// Makes a new revision; says in a sentence what holds now.
    fn purge(&self, purge: Purge) -> impl Future<Output = Result<String, PurgeError>>;
}

/// Why nothing was purged.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// The revisions are not this server's to change: they are fixed, or the site's database holds them.
    #[error("revisions come from {0}: purge there")]
    Elsewhere(String),
    /// The source could not be read or written.
    #[error(transparent)]
    Source(#[from] SourceError),
}
