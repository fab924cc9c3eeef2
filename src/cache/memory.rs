//! Assets in memory, within a limit in bytes, each built by one task however many ask.
//!
//! Least recently used goes first: a new asset is always let in, as it must be after a purge, when everything is new.
//! Lists have an eighth of the room to themselves, so that strangers who think up new ones push out only lists.

use super::entry::Entry;
use super::generation::Current;
use super::key::Key;
use moka::future::Cache;
use moka::policy::EvictionPolicy;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// What knows how many bytes of memory it holds.
pub trait Weigh: Send + Sync + 'static {
    fn weight(&self) -> usize;
}

impl Weigh for Entry {
    fn weight(&self) -> usize {
        Entry::weight(self)
    }
}

/// How much is kept, and how long what is not there is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of assets, with what is needed to find them.
    pub bytes: u64,
    /// How long an asset that does not exist is remembered.
    pub missing: Duration,
    /// How long a failed build is remembered: one that fails is tried again only this often.
    pub failed: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 256 << 20, missing: Duration::from_secs(10), failed: Duration::from_secs(1) }
    }
}

/// Why a build gave nothing. Everybody who waited for it gets the same.
#[derive(Debug, thiserror::Error)]
pub enum BuildError<E> {
    /// The build ended with an error of its own.
    #[error(transparent)]
    Failed(Arc<E>),
    /// The build panicked, or the runtime that it ran on was stopped.
    #[error("the build died")]
    Died,
}

impl<E> Clone for BuildError<E> {
    fn clone(&self) -> BuildError<E> {
        match self {
            BuildError::Failed(error) => BuildError::Failed(Arc::clone(error)),
            BuildError::Died => BuildError::Died,
        }
    }
}

/// Assets in memory. `V` is what is kept of one, `E` is why a build fails.
pub struct Memory<V, E> {
    singles: Cache<Key, Arc<V>>,
    lists: Cache<Key, Arc<V>>,
    missing: Cache<Key, ()>,
    failed: Cache<Key, BuildError<E>>,
}

/// What the cache itself takes for each asset, about: its nodes, queues and counters.
const OVERHEAD: usize = 400;
/// Assets of this size are made room for at once; of smaller ones up to 64 may wait for it, 4 MiB.
const LARGE: usize = 64 << 10;
/// Bytes of keys of what does not exist: some ten thousand.
const MISSING: u64 = 8 << 20;
/// Failed builds that are remembered.
const FAILED: u64 = 1000;

impl<V: Weigh, E: Send + Sync + 'static> Memory<V, E> {
    pub fn new(limits: Limits) -> Memory<V, E> {
        let lists = limits.bytes / 8;
        let assets = |bytes| {
            Cache::builder()
                .max_capacity(bytes)
                .weigher(|key: &Key, value: &Arc<V>| weight(key.weight() + value.weight()))
                .eviction_policy(EvictionPolicy::lru())
                .build()
        };
        Memory {
            singles: assets(limits.bytes - lists),
            lists: assets(lists),
            missing: Cache::builder()
                .max_capacity(MISSING)
                .weigher(|key: &Key, _: &()| weight(key.weight()))
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(limits.missing)
                .build(),
            failed: Cache::builder().max_capacity(FAILED).time_to_live(limits.failed).build(),
        }
    }

    /// An asset, if it is in memory.
    pub async fn get(&self, key: &Key) -> Option<Arc<V>> {
        self.assets(key).get(key).await
    }

    /// An asset; if it is not in memory, what `build` gives, or what a build gives that others started before.
    ///
    /// The build is a task of its own and goes on when whoever asked hangs up. Its result is kept; its error goes to all
    /// who wait, and to all who ask within [`Limits::failed`]. Must be called on a Tokio runtime.
    pub async fn get_or_build<B>(&self, key: Key, build: B) -> Result<Arc<V>, BuildError<E>>
    where
        B: Future<Output = Result<Arc<V>, E>> + Send + 'static,
    {
        if let Some(error) = self.failed.get(&key).await {
            return Err(error);
        }
        let (assets, failed) = (self.assets(&key).clone(), self.failed.clone());
        let flight = async move {
            let remembered = key.clone();
            let build = async move {
                let built = whole(build).await;
                if let Err(error) = &built {
                    failed.insert(remembered, error.clone()).await;
                }
                built
            };
            let entry = assets.entry(key).or_try_insert_with(build).await.map_err(|error| BuildError::clone(&error))?;
            let fresh = entry.is_fresh();
            let value = entry.into_value();
            if fresh && value.weight() >= LARGE {
                assets.run_pending_tasks().await;
            }
            Ok(value)
        };
        tokio::spawn(flight).await.unwrap_or(Err(BuildError::Died))
    }

    /// Puts an asset in the place of what was there: the same with better variants.
    pub async fn insert(&self, key: Key, value: Arc<V>) {
        let (assets, weight) = (self.assets(&key), value.weight());
        assets.insert(key, value).await;
        if weight >= LARGE {
            assets.run_pending_tasks().await;
        }
    }

    /// Forgets an asset that is to be had anew.
    pub async fn forget(&self, key: &Key) {
        self.assets(key).invalidate(key).await;
    }

    /// Remembers, for a short time, that there is no such asset.
    pub async fn note_missing(&self, key: Key) {
        self.missing.insert(key, ()).await;
    }

    /// Whether there was no such asset a short time ago.
    pub fn is_missing(&self, key: &Key) -> bool {
        self.missing.contains_key(key)
    }

    /// Forgets everything of revisions that are no longer current: nobody asks for it again.
    pub async fn retire(&self, current: Current) {
        for assets in [&self.singles, &self.lists] {
            for (key, _) in assets.iter().filter(|(key, _)| !key.generation.is_of(current)) {
                assets.invalidate(&*key).await;
            }
            assets.run_pending_tasks().await;
        }
    }

    /// Bytes that assets take, about.
    pub fn bytes(&self) -> u64 {
        self.singles.weighted_size() + self.lists.weighted_size()
    }

    /// Bytes that they may take.
    pub fn limit(&self) -> u64 {
        let limit = |assets: &Cache<Key, Arc<V>>| assets.policy().max_capacity().unwrap_or(0);
        limit(&self.singles) + limit(&self.lists)
    }

    /// Assets in memory, about.
    pub fn assets_kept(&self) -> u64 {
        self.singles.entry_count() + self.lists.entry_count()
    }

    /// Does what the caches have put off, so that the numbers are exact.
    pub async fn settle(&self) {
        self.singles.run_pending_tasks().await;
        self.lists.run_pending_tasks().await;
        self.missing.run_pending_tasks().await;
        self.failed.run_pending_tasks().await;
    }

    fn assets(&self, key: &Key) -> &Cache<Key, Arc<V>> {
        if key.is_list() { &self.lists } else { &self.singles }
    }
}

impl<V: Weigh, E: Send + Sync + 'static> fmt::Debug for Memory<V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("bytes", &self.bytes()).field("assets", &self.assets_kept()).finish()
    }
}

/// With what the cache adds, in the cache's type.
fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX)
}

/// A build whose panic is an error like others, for all who wait.
async fn whole<T, E>(build: impl Future<Output = Result<T, E>>) -> Result<T, BuildError<E>> {
    let mut build = pin!(build);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| build.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(built)) => Poll::Ready(built.map_err(|error| BuildError::Failed(Arc::new(error)))),
        Err(_) => Poll::Ready(Err(BuildError::Died)), // the panic hook has said where
    })
    .await
}

#[cfg(test)]
mod tests;
