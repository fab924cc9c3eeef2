//! What is known of the site's revisions, kept up to date.

use super::{Purge, Source, SourceError, State};
use crate::asset::Revision;
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// The last look at a source, shared by everybody who asks.
pub struct Revisions {
    source: Box<dyn Source>,
    state: ArcSwap<State>,
    generation: AtomicU64,
    reachable: AtomicBool,
    /// Serialises looks, and holds when the last one ended and what it said.
    looks: Mutex<Instant>,
}

impl Revisions {
    /// At most this often requests with newer revisions make us look between.
    const AT_MOST_EVERY: Duration = Duration::from_millis(250);

    /// Takes the first look; a site without one cannot start.
    pub async fn start(source: Box<dyn Source>) -> Result<Arc<Revisions>, SourceError> {
        let state = source.look().await?;
        Ok(Arc::new(Revisions {
            source,
            state: ArcSwap::from_pointee(state),
            generation: AtomicU64::new(1),
            reachable: AtomicBool::new(true),
            looks: Mutex::new(Instant::now()),
        }))
    }

    /// What the last look said.
    pub fn known(&self) -> Arc<State> {
        self.state.load_full()
    }

    /// Moves whenever anything of the state does. What was prepared under another number is no longer valid.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Whether the last look succeeded.
    pub fn is_reachable(&self) -> bool {
        self.reachable.load(Ordering::Relaxed)
    }

    /// What the source is, for operators.
    pub fn describe(&self) -> String {
        self.source.describe()
    }

    /// Looks anew now, whatever was looked before: what publishing asks (design.md §2, promise 2).
    /// `None` where the source does not answer: then nothing is current enough to publish.
    pub async fn look(&self) -> Option<Arc<State>> {
        let mut last = self.looks.lock().await;
        let said = self.look_locked().await;
        *last = Instant::now();
        said
    }

    /// Makes a new revision and knows it at once; `None` where the source does not let revserve.
    pub async fn purge(&self, purge: Purge) -> Option<Result<Arc<State>, SourceError>> {
        let purged = self.source.purge(purge)?.await;
        let looked = self.look().await;
        Some(purged.map(|state| looked.unwrap_or_else(|| Arc::new(state))))
    }

    /// Looks anew because a request named a revision that is newer than the one known. Requests that come
    /// together wait for one look, and there are a few a second at most.
    pub async fn look_for(&self, asked: Revision, current: impl Fn(&State) -> Option<Revision>) -> Arc<State> {
        let known = self.known();
        if !self.source.changes() || current(&known).is_none_or(|current| asked <= current) {
            return known;
        }
        let mut last = self.looks.lock().await;
        if last.elapsed() >= Self::AT_MOST_EVERY {
            self.look_locked().await;
            *last = Instant::now();
        }
        self.known()
    }

    /// Whether they can change at all; if not, looking every second is for nothing.
    pub fn change(&self) -> bool {
        self.source.changes()
    }

    async fn look_locked(&self) -> Option<Arc<State>> {
        match self.source.look().await {
            Ok(state) => {
                if !self.reachable.swap(true, Ordering::Relaxed) {
                    tracing::info!("the source of revisions answers again");
                }
                let known = self.known();
                if *known == state {
                    return Some(known);
                }
                tracing::info!(themerev = ?state.themerev, jsrev = ?state.jsrev, "new revisions");
                let state = Arc::new(state);
                self.state.store(state.clone());
                self.generation.fetch_add(1, Ordering::AcqRel);
                Some(state)
            }
            Err(error) => {
                if self.reachable.swap(false, Ordering::Relaxed) {
                    tracing::warn!(%error, "the source of revisions does not answer: going on with what is known, publishing nothing");
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revision::Look;
    use std::sync::Mutex as StdMutex;

    struct Scripted(Arc<StdMutex<(u64, usize)>>);

    impl Source for Scripted {
        fn look(&self) -> Look<'_> {
            Box::pin(async {
                let mut said = self.0.lock().unwrap();
                said.1 += 1;
                Ok(State { themerev: Revision::new(said.0), ..State::default() })
            })
        }
        fn describe(&self) -> String {
            String::new()
        }
    }

    #[tokio::test]
    async fn a_newer_revision_makes_one_look_for_all_who_wait() {
        let said = Arc::new(StdMutex::new((100, 0)));
        let revisions = Revisions::start(Box::new(Scripted(said.clone()))).await.unwrap();
        let generation = revisions.generation();
        tokio::time::sleep(Revisions::AT_MOST_EVERY).await;
        said.lock().unwrap().0 = 200;
        let asked = Revision::new(200).unwrap();
        let asks = (0..50).map(|_| revisions.look_for(asked, |state| state.themerev));
        let states = futures_util::future::join_all(asks).await;
        assert!(states.iter().all(|s| s.themerev == Some(asked)));
        assert_eq!(said.lock().unwrap().1, 2);
        assert_ne!(revisions.generation(), generation);
    }

    #[tokio::test]
    async fn a_known_revision_costs_no_look() {
        let said = Arc::new(StdMutex::new((100, 0)));
        let revisions = Revisions::start(Box::new(Scripted(said.clone()))).await.unwrap();
        revisions.look_for(Revision::new(99).unwrap(), |state| state.themerev).await;
        assert_eq!(said.lock().unwrap().1, 1);
    }
}
