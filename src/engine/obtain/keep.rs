//! Publishing what was made, if the revisions still call it current: right behind the build, behind the answer of whoever
//! waited, or once a request came that may store.

use super::fits;
use super::improve::improve_later;
use crate::asset::{Asset, Freshness};
use crate::build::compress;
use crate::cache::{Best, Entry, EntryName, Generation, Key, PublishError, Published};
use crate::engine::held::{Held, Known, Rest};
use crate::engine::{Engine, plan};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// What became of an entry that was to be kept.
pub struct Kept {
    /// The entry, or the one that another process published before.
    pub entry: Entry,
    pub stored: bool,
    /// Whether the folder would not take it.
    pub refused: bool,
    /// What was said right before it was published; `None` where it did not come to that.
    pub word: Option<Word>,
}

/// Publishes an entry, if it is to be published and its generation is current.
pub fn keep(engine: &Engine, asset: &Asset, generation: Generation, entry: Entry, era: u64, publishable: bool) -> Kept {
    let name = EntryName::new(asset, generation).filter(|_| publishable);
    let Some(name) = name else { return Kept { entry, stored: false, refused: false, word: None } };
    let mut word = None;
    let publish = || {
        engine.0.local.publish(&name, &entry, || {
            word = Some(ask(engine, asset, generation, era));
            word == Some(Word::Current)
        })
    };
    let published = engine.0.counters.writing.by(publish);
    let refused = published.as_ref().is_err_and(PublishError::is_the_folders);
    let (entry, stored) = match published {
        Ok(Published::New) => (entry, true),
        Ok(Published::Existing(winner)) if fits(engine, Some(&name), &winner) => (winner, true),
        // The place of one that does not fit is taken until the next purge.
        Ok(Published::Existing(_) | Published::Withheld) | Err(_) => (entry, false),
    };
    Kept { entry, stored, refused, word }
}

/// What is said after a build, before anything of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Its generation is current, and this node's code is that generation's, as it was before the build.
    Current,
    /// Its generation is no longer current.
    Moved,
    /// Nobody can say, or the node lags.
    Unsure,
}

/// Looks at the code and at the revisions, in this order, after a build that began in this era.
pub fn ask(engine: &Engine, asset: &Asset, generation: Generation, era: u64) -> Word {
    engine.0.code.check(&engine.0.sites, &engine.0.revisions);
    match engine.0.runtime.block_on(engine.0.revisions.look()) {
        None => Word::Unsure,
        Some(state) if plan::generation(asset, &state) != Some(generation) => Word::Moved,
        Some(state) if state.lagging.is_some() || state.era != era => Word::Unsure,
        Some(_) => Word::Current,
    }
}

/// Does what was left for after the answer, once: the other codings, then the entry's place in localcachedir. Memory has
/// the whole from then on.
pub fn finish_later(engine: &Engine, key: Key, held: &Arc<Held>) {
    let rest = held.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(Rest { lock, publishable, whole: made }) = rest else { return };
    let (engine, held) = (engine.clone(), held.clone());
    let under_way = engine.under_way();
    engine.0.runtime.clone().spawn(async move {
        let _under_way = under_way;
        let Key { asset, generation } = key.clone();
        let (keeper, first) = (engine.clone(), held.clone());
        let work = engine.0.runtime.spawn_blocking(move || {
            let _lock = lock;
            keep(&keeper, &asset, generation, whole(&first.entry), first.known.era, publishable)
        });
        let Ok(Kept { entry, stored, refused, word }) = work.await else { return };
        let known = match word {
            Some(Word::Moved) => return, // nobody asks for it any more
            Some(Word::Unsure) => Known::unsure(held.known.era),
            Some(Word::Current) | None => held.known,
        };
        let whole = Held::new(entry, held.source, stored || (publishable && !refused), known);
        let whole = Arc::new(Held { keeps: held.keeps, again: held.again, ..whole });
        engine.0.memory.insert(key.clone(), whole.clone()).await;
        drop(made);
        if let Some(name) = EntryName::new(&key.asset, key.generation).filter(|_| stored) {
            improve_later(&engine, key.asset, key.generation, name, whole);
        }
    });
}

/// Publishes what was built for a request that may not store, now that one came that may.
pub fn store_later(engine: &Engine, asset: &Asset, generation: Generation, held: Arc<Held>) {
    let best = held.freshness().worse(engine.0.claims.freshness(asset, generation));
    let Some(name) = EntryName::new(asset, generation).filter(|_| best == Freshness::Current) else { return };
    let (engine, asset) = (engine.clone(), asset.clone());
    engine.0.runtime.clone().spawn_blocking(move || {
        let current = || ask(&engine, &asset, generation, held.known.era) == Word::Current;
        match engine.0.local.publish(&name, &whole(&held.entry), current) {
            Ok(Published::New) => improve_later(&engine, asset.clone(), generation, name, held.clone()),
            Ok(Published::Existing(_) | Published::Withheld) => {}
            Err(error) => held.stored.store(!error.is_the_folders(), Ordering::Relaxed),
        }
    });
}

/// An entry with all its quick codings.
fn whole(entry: &Entry) -> Entry {
    if !compress::is_long(entry.body(), entry.content_type) {
        return entry.clone();
    }
    let variants = compress::rest(entry);
    let rest = Best { content_type: entry.content_type, identity: entry.identity, variants };
    entry.clone().with_best(rest).unwrap_or_else(|_| entry.clone())
}
