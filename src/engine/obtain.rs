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

use super::board::{End, Phase, Task, during};
use super::held::{Held, Known, NotKept, Rest};
use super::produce::{Form, Made};
use super::sites::Installed;
use super::themes::Making;
use super::{Engine, Failure, Source, exists, plan, told};
use crate::asset::{Asset, Coding, ContentType, Freshness};
use crate::build::compress;
use crate::cache::{
    Best, Entry, EntryName, Generation, Input, Key, LocalCache, PublishError, Published, Store, Variant, entry,
};
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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

/// What became of an entry that was to be kept.
struct Kept {
    /// The entry, or the one that another process published before.
    entry: Entry,
    stored: bool,
    /// Whether the folder would not take it.
    refused: bool,
    /// What was said right before it was published; `None` where it did not come to that.
    word: Option<Word>,
}

/// Publishes an entry, if it is to be published and its generation is current.
fn keep(engine: &Engine, asset: &Asset, generation: Generation, entry: Entry, era: u64, publishable: bool) -> Kept {
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

/// Does what was left for after the answer, once: the other codings, then the entry's place in localcachedir. Memory has
/// the whole from then on.
pub fn finish_later(engine: &Engine, key: Key, held: &Arc<Held>) {
    let rest = held.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(Rest { lock, publishable, whole: made }) = rest else { return };
    let (engine, held) = (engine.clone(), held.clone());
    engine.0.runtime.clone().spawn(async move {
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

/// An entry with all its quick codings.
fn whole(entry: &Entry) -> Entry {
    if !compress::is_long(entry.body(), entry.content_type) {
        return entry.clone();
    }
    let variants = compress::rest(entry);
    let rest = Best { content_type: entry.content_type, identity: entry.identity, variants };
    entry.clone().with_best(rest).unwrap_or_else(|_| entry.clone())
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

/// What is said after a build, before anything of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Its generation is current, and this node's code is that generation's, as it was before the build.
    Current,
    /// Its generation is no longer current.
    Moved,
    /// Nobody can say, or the node lags.
    Unsure,
}

/// Looks at the code and at the revisions, in this order, after a build that began in this era.
fn ask(engine: &Engine, asset: &Asset, generation: Generation, era: u64) -> Word {
    engine.0.code.check(&engine.0.sites, &engine.0.revisions);
    match engine.0.runtime.block_on(engine.0.revisions.look()) {
        None => Word::Unsure,
        Some(state) if plan::generation(asset, &state) != Some(generation) => Word::Moved,
        Some(state) if state.lagging.is_some() || state.era != era => Word::Unsure,
        Some(_) => Word::Current,
    }
}

fn build(engine: &Engine, asset: &Asset, coding: Option<Coding>) -> Result<(Entry, Making), Failure> {
    let site = engine.0.sites.at(&engine.0.revisions)?;
    make(engine, asset, Form::Production, coding, &site)
}

/// Makes an asset of a site and counts that. A large one in one coding only, where that is waited for.
pub fn make(
    engine: &Engine,
    asset: &Asset,
    form: Form,
    coding: Option<Coding>,
    site: &Installed,
) -> Result<(Entry, Making), Failure> {
    let begun = Instant::now();
    let turn = engine.0.board.begin(asset, Task::Build);
    let _building = engine.0.counters.build();
    let mut making = Making::default();
    let themerev = engine.0.revisions.known().themerev;
    let made = engine.0.counters.reading.by(|| engine.0.makers.produce(asset, form, site, themerev, &mut making));
    let took = begun.elapsed();
    engine.0.counters.built(asset, made.is_ok(), took);
    match made {
        Ok(Made { content_type, body, inputs }) => {
            engine.remark_unknown(asset, content_type, &body, site, &mut making);
            // In development the next request may find other sources: only the plain body is made.
            let coded = match form {
                Form::Production => during(Phase::Compress, || {
                    kept(engine, &body, content_type).unwrap_or_else(|| match coding {
                        Some(coding) if compress::is_long(&body, content_type) => {
                            compress::awaited(&body, content_type, coding)
                        }
                        _ => compress::quick(&body, content_type),
                    })
                }),
                Form::Development => Vec::new(),
            };
            let bytes = body.len() as u64;
            let entry = Entry::new(content_type, inputs, body, coded);
            engine.0.themes.made(asset, &making, Some(&entry), took);
            engine.tell_remarks(asset, form, Some(&entry), None, &making);
            turn.ended(if making.keeps == Freshness::Current { End::Good(bytes) } else { End::StandIn(bytes) });
            Ok((entry, making))
        }
        Err(failure) => {
            let is_nothing = matches!(failure, Failure::NotFound | Failure::Outside(_));
            if has_theme(asset, site) {
                engine.0.themes.made(asset, &making, None, took);
            }
            if !is_nothing {
                engine.tell_remarks(asset, form, None, Some(&failure), &making);
            }
            turn.ended(if is_nothing { End::Nothing } else { End::Failed });
            // In development whoever works on it is told.
            if form == Form::Development && matches!(failure, Failure::Build(_)) {
                return Err(failure);
            }
            Err(told::failure(engine, asset, failure))
        }
    }
}

/// Whether an asset is of a theme that is there: those that strangers make up leave nothing behind.
fn has_theme(asset: &Asset, site: &Installed) -> bool {
    matches!(asset, Asset::Styles { theme, .. } if site.site.themes().chain(theme).is_some())
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

/// The best codings of a body that was served before.
fn kept(engine: &Engine, body: &Bytes, content_type: ContentType) -> Option<Vec<Variant>> {
    if !is_worth_keeping(content_type, body) {
        return None;
    }
    let best = engine.0.store.best(&entry::sha256(body), content_type)?;
    engine.0.counters.one_spared();
    Some(best.variants)
}

/// Whether the best codings of a body are longer in the making than in the finding.
fn is_worth_keeping(content_type: ContentType, body: &Bytes) -> bool {
    content_type.is_compressible() && body.len() >= Store::WORTH_KEEPING
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

/// Makes the best variants when a processor has time for them, adds them beside the entry, and serves them.
fn improve_later(engine: &Engine, asset: Asset, generation: Generation, name: EntryName, held: Arc<Held>) {
    let entry = held.entry.clone();
    if !entry.content_type.is_compressible() {
        return;
    }
    let engine = engine.clone();
    let improvers = engine.0.counters.improvers.clone();
    let waiting = engine.0.counters.improvement();
    engine.0.runtime.clone().spawn(async move {
        let _waiting = waiting;
        // First: a quick delta takes milliseconds, and saves more than any coding.
        engine.keep_as_dictionary(&asset, generation, entry.clone()).await;
        let Ok(_turn) = improvers.acquire().await else { return };
        engine.0.counters.calm().await;
        let better = engine.clone();
        let key = Key { asset: asset.clone(), generation };
        let work = engine.0.runtime.spawn_blocking(move || {
            let current = || {
                let state = better.0.revisions.known();
                plan::is_current(&asset, generation, &state)
            };
            if !current() {
                return None; // nobody asks for it any more
            }
            let kept = is_worth_keeping(entry.content_type, entry.body());
            let known = || better.0.store.best(&entry.identity, entry.content_type);
            let best = match kept.then(known).flatten() {
                Some(best) => best,
                None => {
                    let turn = better.0.board.begin(&asset, Task::Compress);
                    let variants = during(Phase::Compress, || compress::best(entry.body(), entry.content_type));
                    turn.ended(End::Good(entry.body().len() as u64));
                    better.0.counters.one_compressed();
                    let best = Best { content_type: entry.content_type, identity: entry.identity, variants };
                    if kept {
                        better.0.store.put_best(&best);
                    }
                    best
                }
            };
            let improved = Entry::clone(&entry).with_best(best.clone()).ok()?;
            if improved == *entry {
                return None; // it was built with them
            }
            let _ = better.0.counters.writing.by(|| better.0.local.publish_best(&name, &best, current));
            Some(improved)
        });
        if let Ok(Some(improved)) = work.await {
            engine.0.themes.improved(&key.asset, &improved);
            engine.0.ledger.improved(&key.asset, &improved);
            let held = Held::new(improved, Source::Memory, true, held.known);
            engine.0.memory.insert(key, Arc::new(held)).await;
            engine.0.counters.one_improved();
        }
    });
}

impl Held {
    fn new(entry: impl Into<Arc<Entry>>, source: Source, stored: bool, known: Known) -> Held {
        let (stored, retried) = (AtomicBool::new(stored), AtomicBool::new(false));
        let rest = Mutex::new(None);
        Held {
            entry: entry.into(),
            stored,
            source,
            keeps: Freshness::Current,
            again: None,
            retried,
            rest,
            whole: None,
            known,
        }
    }

    /// Whether whoever calls this is to store it, with a request that may; true for one of them at a time.
    pub fn is_to_be_stored(&self, local: &LocalCache) -> bool {
        !self.is_stored() && local.may_publish_late() && !self.stored.swap(true, Ordering::Relaxed)
    }

    /// Whether it is in localcachedir, as far as we know.
    pub fn is_stored(&self) -> bool {
        self.stored.load(Ordering::Relaxed)
    }
}

/// A list that is about to be joined from its parts.
pub struct Joined {
    pub content_type: ContentType,
    pub inputs: Vec<Input>,
    pub keeps: Freshness,
    pub known: Known,
    pub compress: bool,
}

impl Joined {
    /// Joins the parts and compresses the whole, off the threads that answer.
    pub async fn finish(
        self,
        engine: &Engine,
        join: impl FnOnce() -> Bytes + Send + 'static,
    ) -> Result<Arc<Held>, Failure> {
        let work = engine.0.runtime.spawn_blocking(move || {
            let body = join();
            let coded = if self.compress { compress::quick(&body, self.content_type) } else { Vec::new() };
            let entry = Entry::new(self.content_type, self.inputs, body, coded);
            Arc::new(Held { keeps: self.keeps, ..Held::new(entry, Source::Built, true, self.known) })
        });
        work.await.map_err(|_| Failure::Busy)
    }
}
