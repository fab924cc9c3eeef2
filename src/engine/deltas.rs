//! Assets as what differs from content that a client has (RFC 9842).
//!
//! A dictionary is a body that the same asset had before, or has. Of each:
//!
//! 1. memory has its deltas, or the store does: done;
//! 2. else a quick one is made for whoever waits, by one task for all of them, a few at a time;
//! 3. the best are made in the background, and take its place.
//!
//! Right after a build the same is done for the bodies that the asset had before, so that the first browser behind a
//! purge finds them.

use super::{Engine, Found, plan};
use crate::asset::{Asset, ContentType, DictionaryCoding};
use crate::build::delta::{Effort, delta};
use crate::cache::{AssetName, Delta, Entry, Generation, Store};
use bytes::Bytes;
use moka::future::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What is known of one body as deltas to one dictionary: each coding at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deltas(pub Vec<Delta>);

/// How long a client waits for a delta before it gets the whole body.
const PATIENCE: Duration = Duration::from_millis(50);
/// Bytes of deltas in memory: most have a few hundred.
const MEMORY: u64 = 16 << 20;
/// Bodies that an asset had before of which deltas are made ahead.
const AHEAD: usize = 2;
/// Best deltas that wait to be made; beyond, the quick ones have to do.
const MOST_WAITING: usize = 64;

/// The SHA-256 of a body and of its dictionary.
type Pair = ([u8; 32], [u8; 32]);

/// The deltas of an engine.
pub(super) struct Differences {
    enabled: bool,
    made: Cache<Pair, Arc<Deltas>>,
    /// The bodies that assets had, so that strangers' guesses do not reach the store.
    bodies: Cache<AssetName, Arc<Vec<[u8; 32]>>>,
    quick: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Differences {
    pub(super) fn new(enabled: bool) -> Differences {
        let weigh = |_: &Pair, deltas: &Arc<Deltas>| {
            let bytes: usize = deltas.0.iter().map(|delta| delta.bytes.len() + size_of::<Delta>()).sum();
            u32::try_from(bytes + 400).unwrap_or(u32::MAX)
        };
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Differences {
            enabled,
            made: Cache::builder().max_capacity(MEMORY).weigher(weigh).build(),
            bodies: Cache::builder().max_capacity(20_000).time_to_live(Duration::from_secs(60)).build(),
            quick: Arc::new(Semaphore::new(cores)),
            waiting: Arc::default(),
        }
    }

    /// Whether clients may keep a body of this type as a dictionary.
    fn is_for(&self, content_type: ContentType) -> bool {
        self.enabled && matches!(content_type, ContentType::Css | ContentType::JavaScript)
    }
}

impl Engine {
    /// Whether clients may keep content as dictionaries.
    pub fn dictionaries(&self) -> bool {
        self.0.differences.enabled
    }

    /// What was found as deltas to the content of that SHA-256. `None` where the asset never had that content, where
    /// nothing would be saved, and where it takes too long: then it is there a moment later.
    pub async fn deltas(&self, asset: &Asset, found: &Found, dictionary: [u8; 32]) -> Option<Arc<Deltas>> {
        if !self.0.differences.is_for(found.entry.content_type) {
            return None;
        }
        let pair = (found.entry.identity, dictionary);
        let known = match self.0.differences.made.get(&pair).await {
            Some(known) => Some(known),
            None => {
                let generation = plan::generation(asset, &self.0.revisions.known())?;
                let name = AssetName::new(asset, generation)?;
                let (engine, entry) = (self.clone(), found.entry.clone());
                // A task of its own: it goes on when whoever asked hangs up or loses patience.
                let making = self.0.runtime.spawn(async move {
                    let is_own = dictionary == entry.identity || engine.bodies(&name).await.contains(&dictionary);
                    match is_own {
                        true => engine.quick(entry, dictionary).await,
                        false => None,
                    }
                });
                tokio::time::timeout(PATIENCE, making).await.ok()?.ok()?
            }
        };
        known.filter(|deltas| !deltas.0.is_empty())
    }

    /// Keeps a body that was just built and that clients may come back with, and makes the deltas from those that
    /// they may come with.
    pub(super) async fn keep_as_dictionary(&self, asset: &Asset, generation: Generation, entry: Arc<Entry>) {
        let bodies = self.remember(asset, generation, entry.clone()).await;
        for dictionary in bodies.iter().take(AHEAD) {
            self.quick(entry.clone(), *dictionary).await;
        }
    }

    /// Keeps a body that clients may come back with; the bodies that the asset had before.
    pub(super) async fn remember(
        &self,
        asset: &Asset,
        generation: Generation,
        entry: Arc<Entry>,
    ) -> Arc<Vec<[u8; 32]>> {
        let Some(name) = AssetName::new(asset, generation).filter(|_| self.0.differences.is_for(entry.content_type))
        else {
            return Arc::default();
        };
        let bodies = self.bodies(&name).await;
        let (store, remembered, body) = (self.0.store.clone(), name.clone(), entry.clone());
        let kept = self.0.runtime.spawn_blocking(move || {
            store.put_content(&body);
            store.remember(&remembered, &body.identity);
        });
        let _ = kept.await; // what could not be kept is no dictionary later
        self.0.differences.bodies.invalidate(&name).await;
        bodies
    }

    async fn bodies(&self, name: &AssetName) -> Arc<Vec<[u8; 32]>> {
        let (store, wanted, runtime) = (self.0.store.clone(), name.clone(), self.0.runtime.clone());
        let look = async move {
            let looked = runtime.spawn_blocking(move || store.bodies(&wanted)).await;
            Arc::new(looked.unwrap_or_default())
        };
        self.0.differences.bodies.get_with_by_ref(name, look).await
    }

    /// Deltas of a body to one of its asset's, as soon as they can be had; better ones follow.
    async fn quick(&self, entry: Arc<Entry>, dictionary: [u8; 32]) -> Option<Arc<Deltas>> {
        let pair = (entry.identity, dictionary);
        let engine = self.clone();
        let make = async move {
            let Ok(_turn) = engine.0.differences.quick.clone().acquire_owned().await else { return Arc::default() };
            let (store, body) = (engine.0.store.clone(), entry.clone());
            let job = engine.0.runtime.spawn_blocking(move || first(&store, &body, dictionary));
            let Ok(Some(First { deltas, made, then })) = job.await else { return Arc::default() };
            engine.0.counters.deltas_made(made);
            if let Some(content) = then {
                engine.better_later(entry, dictionary, content);
            }
            Arc::new(deltas)
        };
        Some(self.0.differences.made.get_with(pair, make).await)
    }

    /// Makes the best deltas when a processor has time for them, keeps them, and serves them.
    fn better_later(&self, entry: Arc<Entry>, dictionary: [u8; 32], content: Bytes) {
        let waiting = Waiting(self.0.differences.waiting.clone());
        if waiting.0.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            return;
        }
        let (engine, improvers) = (self.clone(), self.0.counters.improvers.clone());
        let improving = self.0.counters.improvement();
        self.0.runtime.spawn(async move {
            let _waiting = (waiting, improving);
            let Ok(_turn) = improvers.acquire().await else { return };
            let (store, body) = (engine.0.store.clone(), entry.clone());
            let job = engine.0.runtime.spawn_blocking(move || {
                let deltas = all(&body, (&content, dictionary), &DictionaryCoding::ALL, Effort::Best);
                deltas.0.iter().for_each(|delta| store.put_delta(delta));
                deltas
            });
            let Ok(deltas) = job.await else { return };
            engine.0.counters.deltas_made(deltas.0.len());
            engine.0.differences.made.insert((entry.identity, dictionary), Arc::new(deltas)).await;
            engine.0.counters.one_improved();
        });
    }
}

/// One that waits, until it is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What could be had at once.
struct First {
    deltas: Deltas,
    /// How many of them were made just now.
    made: usize,
    /// The dictionary, where better ones are worth making.
    then: Option<Bytes>,
}

/// Deltas out of the store, else quick ones; `None` where the store does not have the dictionary any more.
fn first(store: &Store, entry: &Entry, dictionary: [u8; 32]) -> Option<First> {
    let same = dictionary == entry.identity;
    let mut kept = DictionaryCoding::ALL.map(|coding| store.delta(&entry.identity, &dictionary, coding));
    let kept: Vec<_> = kept.iter_mut().filter_map(Option::take).collect();
    if !kept.is_empty() {
        return Some(First { deltas: Deltas(kept), made: 0, then: None });
    }
    let content = match same {
        true => entry.body().clone(),
        false => store.content(&dictionary).filter(|(kind, _)| *kind == entry.content_type)?.1,
    };
    // Brotli takes ten times as long; of a body to itself it has nothing to look for.
    let codings: &[_] = if same { &DictionaryCoding::ALL } else { &[DictionaryCoding::Zstd] };
    let deltas = all(entry, (&content, dictionary), codings, Effort::Quick);
    let made = deltas.0.len();
    Some(First { deltas, made, then: (!same).then_some(content) })
}

/// The deltas in these codings that are smaller than every coding without a dictionary.
fn all(entry: &Entry, dictionary: (&Bytes, [u8; 32]), codings: &[DictionaryCoding], effort: Effort) -> Deltas {
    let plain = entry.variants.iter().map(|variant| variant.bytes.len()).min().unwrap_or(0);
    let make = |coding: &DictionaryCoding| delta((entry.body(), entry.identity), dictionary, *coding, effort, plain);
    Deltas(codings.iter().filter_map(make).collect())
}
