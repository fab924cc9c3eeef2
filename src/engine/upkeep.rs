//! What an engine looks after while it answers: revisions, this node's code, the index, what purges left behind.

use super::{Engine, plugins};
use crate::asset::Revision;
use crate::cache::Current;
use crate::revision::State;
use std::time::Instant;
use tokio::sync::OwnedRwLockReadGuard;

impl Engine {
    /// Makes what the first build of a theme would wait for.
    fn prepare(&self) {
        self.0.makers.pool.prepare();
        let site = self.0.sites.known();
        drop(tokio::task::spawn_blocking(move || plugins::Plugins::of(&site.site).prepare()));
    }

    /// Looks after revisions, code and folders for as long as it is polled.
    pub async fn keep(&self) {
        self.prepare();
        let mut every = tokio::time::interval(std::time::Duration::from_secs(1));
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut retired_for = None;
        let mut last = Instant::now();
        let started = Instant::now();
        loop {
            every.tick().await;
            // Whoever waits for the start comes first, and files that were written right before it grow old enough.
            if started.elapsed().as_secs() >= 3 {
                self.keep_index().await;
            }
            let looked = if self.0.revisions.change() { self.0.revisions.look_patiently().await } else { None };
            self.check_code().await;
            let state = looked.unwrap_or_else(|| self.0.revisions.known());
            let current = current_of(&state);
            if current.is_some() && (current != retired_for || last.elapsed().as_secs() >= 60) {
                (retired_for, last) = (current, Instant::now());
                self.retire(current).await;
            }
        }
    }

    /// A share in what is under way, for as long as it lives; `None` where nobody waits for more of it.
    pub(super) fn under_way(&self) -> Option<OwnedRwLockReadGuard<()>> {
        self.0.under_way.clone().try_read_owned().ok()
    }

    /// Waits until whatever was being obtained has its place, once no more requests come.
    pub async fn finished(&self) {
        let _all = self.0.under_way.write().await;
    }

    /// Compares this node's code with the revisions'.
    pub(super) async fn check_code(&self) {
        let engine = self.clone();
        let checking = tokio::task::spawn_blocking(move || engine.0.code.check(&engine.0.sites, &engine.0.revisions));
        let _ = checking.await; // one that is given up at the end has nothing left to say
    }

    /// Keeps what is known of the site's folders for the next start, if it is not kept yet. What developers change all the
    /// time is not worth it.
    pub async fn keep_index(&self) {
        if self.0.revisions.known().themerev.is_none() || !self.0.sites.is_to_be_kept() {
            return;
        }
        let engine = self.clone();
        let keeping = tokio::task::spawn_blocking(move || engine.0.sites.keep_index());
        let _ = keeping.await; // one that is given up at the end costs the next start a look
    }

    async fn retire(&self, current: Option<Current>) {
        let Some(current) = current else { return };
        let local = self.0.local.clone();
        self.0.memory.retire(current).await;
        self.0.claims.retire(current);
        self.0.remembered.retire(current);
        // Whatever cannot be removed now is counted, said once, and tried again.
        let removing = tokio::task::spawn_blocking(move || {
            local.sweep_leftovers();
            local.retire(current, Instant::now());
        });
        let _ = removing.await;
    }
}

/// Both revisions, where neither mode is designer mode and something is known.
pub fn current_of(state: &State) -> Option<Current> {
    let either = state.themerev.or(state.jsrev).filter(|_| !state.is_unknown)?;
    let or = |revision: Option<Revision>| revision.unwrap_or(either);
    Some(Current { theme: or(state.themerev), js: or(state.jsrev) })
}
