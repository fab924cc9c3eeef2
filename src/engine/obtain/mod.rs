//! Getting one asset that is not in memory.
//!
//! 1. localcachedir: verify and load;
//! 2. is there anything to build? A lock is a file, and what does not exist writes none;
//! 3. wait for whoever builds it in another process of the node, and look again;
//! 4. sources → bytes → the best variants, where the store has them, else quick ones;
//! 5. look at this node's code and at the revisions anew, and publish only what they still call current;
//! 6. make the best variants in the background and add them.
//!
//! Who waits for something large waits for its bytes and for one coding of them: what is left of 4, and publishing, come
//! right behind the answer, still under the lock of 3. The revisions are asked for that answer, and again for publishing.

mod improve;
mod keep;
mod make;

pub use keep::{finish_later, store_later};
pub use make::make;

use super::held::{Held, Known, NotKept, Rest};
use super::produce::Form;
use super::themes::Making;
use super::{Engine, Failure, Source, exists};
use crate::asset::{Asset, Coding, Freshness};
use crate::build::compress;
use crate::cache::{Entry, EntryName, Generation, Key};
use improve::improve_later;
use keep::{Kept, Word, ask, keep};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long one process waits for another's build (design.md §2, promise 4).
const PATIENCE: Duration = Duration::from_secs(30);

/// Obtains an asset of a generation; `store` where the request named the current revision.
///
/// Where somebody waits for it in one coding, it may be that [`finish_later`] has something to do.
pub async fn obtain(
    engine: &Engine,
    asset: Asset,
    generation: Generation,
    store: bool,
    coding: Option<Coding>,
) -> Result<Arc<Held>, NotKept> {
    let engine = engine.clone();
    let runtime = engine.0.runtime.clone();
    let work = runtime.clone().spawn_blocking(move || obtain_blocking(&engine, &asset, generation, store, coding));
    work.await.unwrap_or_else(|_| Err(NotKept::Failed(Failure::Busy)))
}

fn obtain_blocking(
    engine: &Engine,
    asset: &Asset,
    generation: Generation,
    store: bool,
    coding: Option<Coding>,
) -> Result<Arc<Held>, NotKept> {
    let local = &engine.0.local;
    let begun = engine.0.revisions.known(); // before any source is read
    let name = EntryName::new(asset, generation);
    let load = || {
        let loaded = name.as_ref().and_then(|name| local.load(name).ok().flatten());
        loaded.filter(|entry| fits(engine, name.as_ref(), entry))
    };
    let loaded = |entry: Entry| {
        engine.0.themes.loaded(asset, &entry);
        engine.note(asset, Some(&entry), Vec::new());
        let keeps =
            if is_another(engine, asset, generation, &entry) { Freshness::Disputed } else { Freshness::Current };
        remember(engine, asset, generation, &entry, keeps);
        Arc::new(Held { keeps, ..Held::new(entry, Source::Local, true, Known::sure(begun.era)) })
    };
    if let Some(entry) = load() {
        let held = loaded(entry);
        // It may have been built while nobody was to have dictionaries.
        let (engine, asset, entry) = (engine.clone(), asset.clone(), held.entry.clone());
        let runtime = engine.0.runtime.clone();
        runtime.spawn(async move { engine.remember(&asset, generation, entry).await });
        return Ok(held);
    }
    let to_lock = name.as_ref().filter(|_| store);
    if to_lock.is_some() {
        exists::must_exist(engine, asset)?;
    }
    // A lock that cannot be had costs a second build, nothing else: the loser of the race takes the winner's.
    let lock = to_lock.and_then(|name| local.lock(name, PATIENCE).ok());
    if let Some(entry) = load() {
        return Ok(loaded(entry));
    }
    let building = Instant::now();
    let (entry, mut making) = build(engine, asset, coding)?;
    if is_another(engine, asset, generation, &entry) {
        making.disputed();
    }
    let keeps = making.keeps;
    let again = Held::again(keeps, building.elapsed());
    let best = keeps.worse(engine.0.claims.freshness(asset, generation));
    let publishable = store && best == Freshness::Current && begun.lagging.is_none();
    let is_awaited = coding.is_some() && compress::is_long(entry.body(), entry.content_type);
    let publish = publishable && !is_awaited;
    let Kept { entry, stored, refused, word } = keep(engine, asset, generation, entry, begun.era, publish);
    // What was not published, by choice or because the folder would not take it, needs a word all the same.
    let word = word.unwrap_or_else(|| ask(engine, asset, generation, begun.era));
    let sure = stored || (word == Word::Current && begun.lagging.is_none() && !making.passing);
    if sure {
        remember(engine, asset, generation, &entry, keeps);
    }
    let known = if sure { Known::sure(begun.era) } else { Known::unsure(begun.era) };
    let moved = !stored && word == Word::Moved;
    let (sender, receiver) = watch::channel(());
    let (rest, whole) = match is_awaited && !moved {
        true => (Some(Rest { lock, publishable, whole: sender }), Some(receiver)),
        false => (None, None),
    };
    let held = Held::new(entry, Source::Built, stored || (publishable && !refused), known);
    let held = Arc::new(Held { keeps, again, rest: Mutex::new(rest), whole, ..held });
    if moved {
        return Err(NotKept::Moved(held));
    }
    if stored && let Some(name) = name {
        improve_later(engine, asset.clone(), generation, name, held.clone());
    }
    Ok(held)
}

fn build(engine: &Engine, asset: &Asset, coding: Option<Coding>) -> Result<(Entry, Making), Failure> {
    let site = engine.0.sites.at(&engine.0.revisions)?;
    make(engine, asset, Form::Production, coding, &site)
}

/// Whether an asset is not what it was when this process made it first under the same revision. Then its sources were
/// changed without a purge, and everybody has another of it than those who ask now.
fn is_another(engine: &Engine, asset: &Asset, generation: Generation, entry: &Entry) -> bool {
    let differs = engine.0.remembered.differs(asset, generation, &entry.identity);
    if differs {
        engine.0.told.once(&format!("{asset} {generation:?}"), |_| {
            tracing::warn!(
                %asset,
                "was made again and is another than before: its sources were changed without a purge; it is kept for a \
                 minute at a time until the next purge"
            );
        });
    }
    differs
}

/// Remembers what is kept for good, and tells the other nodes what it is.
fn remember(engine: &Engine, asset: &Asset, generation: Generation, entry: &Entry, keeps: Freshness) {
    if keeps == Freshness::Current {
        engine.0.remembered.note(asset, generation, &entry.identity);
        engine.0.claims.note(asset, generation, entry);
    }
}

/// Tries a stand-in again in the background; until then it is what everybody gets.
pub fn retry_later(engine: &Engine, key: Key, old: Arc<Held>, store: bool) {
    let engine = engine.clone();
    engine.0.runtime.clone().spawn(async move {
        let begun = Instant::now();
        let held = match obtain(&engine, key.asset.clone(), key.generation, store, None).await {
            Ok(held) => held,
            Err(NotKept::Moved(_)) => return,
            Err(NotKept::Failed(_)) => {
                let again = Held::again(old.keeps, begun.elapsed());
                let stored = old.is_stored();
                Arc::new(Held {
                    keeps: old.keeps,
                    again,
                    ..Held::new(old.entry.clone(), old.source, stored, old.known)
                })
            }
        };
        engine.0.memory.insert(key, held).await;
    });
}

/// Whether an entry was made for this wwwroot. One whose URLs are of another stays in its place until the next purge:
/// nothing is overwritten. Meanwhile its asset is made anew, and served from memory.
fn fits(engine: &Engine, name: Option<&EntryName>, entry: &Entry) -> bool {
    let fits = engine.0.makers.is_of_this_site(&entry.inputs);
    if let (false, Some(name)) = (fits, name) {
        let what = engine.0.local.path_of(name).display().to_string();
        engine.0.told.once(&what, |what| {
            tracing::warn!("{what} was made for another wwwroot: purge, so that it can be stored anew");
        });
    }
    fits
}
