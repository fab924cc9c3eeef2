//! The admin listener: health, readiness, metrics, a status page, purges. Apart from the assets, on loopback unless
//! told otherwise, and closed to web pages of other origins.
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /` | the status page; `/status.css`, `/status.js` and `/icon.svg` are its own |
//! | `GET /live` | those of its parts that follow by themselves |
//! | `GET /health` | 200 as long as the process serves |
//! | `GET /ready` | 200, or 503 with the reason |
//! | `GET /metrics` | counters and gauges in the text format of Prometheus |
//! | `POST /purge/all`, `/purge/themes`, `/purge/js`, `/purge/theme/NAME` | a new revision; needs the token; 202 while a node does not know of it |

mod exposition;
mod guard;
mod now;
mod page;
mod service;

pub use exposition::{Histogram, Kind, Sample};
pub use guard::{Token, TokenError};
pub use now::Now;
pub use service::Admin;

use crate::engine::Survey;
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

    /// What holds and what happens, for the status page. Says no passwords. Asked for again and again: it looks at
    /// memory only.
    fn now(&self) -> Now;

    /// What the node has and keeps. Asked for once a page.
    fn survey(&self) -> impl Future<Output = Survey> {
        std::future::ready(Survey::default())
    }

    /// Makes a new revision, and waits until every node knows of it, at most a minute or two.
    fn purge(&self, purge: Purge) -> impl Future<Output = Result<Purged, PurgeError>>;
}

/// A purge that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purged {
    /// What holds now, and who knows of it, in a line each.
    pub says: String,
    /// Whether every node that lives does.
    pub known_to_all: bool,
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
