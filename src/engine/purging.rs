//! A purge, until every node knows of it (design.md §6).
//!
//! 1. Look at this node's code: the purge says which code its revision belongs to.
//! 2. Append it to this node's log, and know it.
//! 3. Wait until every node that lives counts it, or say which does not.

use super::Engine;
use crate::revision::registry::{Acknowledged, Registry, RegistryError};
use crate::revision::{Purge, SourceError, State};
use std::sync::Arc;
use std::time::Duration;

/// A purge that was made.
#[derive(Debug)]
pub struct Purged {
    /// What holds now.
    pub state: Arc<State>,
    /// Which nodes know of it; an error where nobody can tell.
    pub acknowledged: Result<Acknowledged, RegistryError>,
}

impl Engine {
    /// Makes a new revision; `None` where the revisions are not revserve's to change.
    pub async fn purge(&self, purge: Purge) -> Option<Result<Purged, SourceError>> {
        let log = self.0.revisions.log()?;
        self.check_code().await;
        let state = match self.0.revisions.purge(purge).await? {
            Ok(state) => state,
            Err(error) => return Some(Err(error)),
        };
        let (registry, bytes) = (self.0.registry.clone(), state.counted.get(&log).copied().unwrap_or(0));
        let waiting = tokio::task::spawn_blocking(move || registry.acknowledged(&log, bytes, Registry::PATIENCE));
        let acknowledged = waiting.await.unwrap_or_else(|_| {
            let error = std::io::Error::other("the waiting was given up");
            Err(RegistryError::Io { path: self.0.registry.folder().to_owned(), error })
        });
        Some(Ok(Purged { state, acknowledged }))
    }
}

/// What to do about nodes that do not know of a purge.
pub fn advice(acknowledged: &Acknowledged, waited: Duration) -> Option<String> {
    let missing = || acknowledged.missing.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    (!acknowledged.is_by_all()).then(|| {
        format!(
            "the purge is made, but {} did not acknowledge it within {} s: look whether it runs and reaches dataroot; \
             it looks before it adds anything",
            missing(),
            waited.as_secs()
        )
    })
}
