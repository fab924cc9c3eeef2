//! Where the answer to a request comes from, for `inspect`.

use super::plan::Plan;
use super::{Engine, Outcome};
use crate::asset::url::Requested;
use crate::cache::EntryName;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

/// Everything that leads to an answer.
#[derive(Debug)]
pub struct Explanation {
    pub plan: Plan,
    /// Where the entry would lie below revserve's folder; `None` for what is never stored.
    pub entry: Option<EntryName>,
    /// Whether it lies there now.
    pub is_stored: bool,
    pub outcome: Outcome,
}

impl Engine {
    /// Answers a request and says how. From then on this engine stores nothing: who only looks leaves nothing behind,
    /// least of all files of another user's.
    pub async fn explain(&self, requested: &Requested) -> Explanation {
        self.0.looks_only.store(true, Ordering::Relaxed);
        let state = self.state_for(requested).await;
        let plan = Plan::of(requested, &state, self.0.window, SystemTime::now());
        let entry = plan.generation.and_then(|generation| EntryName::new(&requested.asset, generation));
        let is_stored = entry.as_ref().is_some_and(|name| matches!(self.0.local.load(name), Ok(Some(_))));
        let outcome = self.answer(requested, None).await;
        Explanation { plan, entry, is_stored, outcome }
    }
}
