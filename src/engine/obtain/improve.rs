//! The best variants, made in the background.

use crate::asset::{Asset, ContentType};
use crate::build::compress;
use crate::cache::{Best, Entry, EntryName, Generation, Key, Store};
use crate::engine::board::{End, Phase, Task, during};
use crate::engine::held::Held;
use crate::engine::{Engine, Source, plan};
use bytes::Bytes;
use std::sync::Arc;

/// Makes the best variants when a processor has time for them, adds them beside the entry, and serves them.
pub fn improve_later(engine: &Engine, asset: Asset, generation: Generation, name: EntryName, held: Arc<Held>) {
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

/// Whether the best codings of a body are longer in the making than in the finding.
pub fn is_worth_keeping(content_type: ContentType, body: &Bytes) -> bool {
    content_type.is_compressible() && body.len() >= Store::WORTH_KEEPING
}
