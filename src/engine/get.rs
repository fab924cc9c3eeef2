//! An asset of a generation: out of memory, or obtained by one task for everybody who waits.

use super::held::{Held, NotKept};
use super::{Engine, Failure, Source, obtain};
use crate::asset::{Asset, Coding};
use crate::cache::{BuildError, Generation, Key};
use std::sync::Arc;

impl Engine {
    /// What memory holds, unless it is to be had anew.
    async fn memory_of(&self, key: &Key) -> Option<Arc<Held>> {
        let held = self.0.memory.get(key).await?;
        if !held.is_stale(&self.0.revisions) {
            return Some(held);
        }
        self.0.memory.forget(key).await;
        None
    }

    /// An asset of a generation, from memory or else obtained by one task for everybody: by and by where somebody waits
    /// for it in one coding.
    pub(super) async fn get(
        &self,
        asset: &Asset,
        generation: Generation,
        store: bool,
        coding: Option<Coding>,
    ) -> Result<(Arc<Held>, Source), BuildError<NotKept>> {
        let key = Key { asset: asset.clone(), generation };
        if self.0.memory.is_missing(&key) {
            return Err(BuildError::Failed(Arc::new(NotKept::Failed(Failure::NotFound))));
        }
        if let Some(held) = self.memory_of(&key).await {
            if held.is_due() {
                obtain::retry_later(self, key.clone(), held.clone(), store);
            }
            if store && held.is_to_be_stored(&self.0.local) {
                obtain::store_later(self, asset, generation, held.clone());
            }
            return Ok((self.in_coding(&key, held, coding).await, Source::Memory));
        }
        let (engine, building) = (self.clone(), asset.clone());
        let build = async move { obtain::obtain(&engine, building, generation, store, coding).await };
        let (engine, waited) = (self.clone(), key.clone());
        let under_way = self.under_way();
        let flight = async move {
            let _under_way = under_way;
            let held = engine.0.memory.get_or_build(waited.clone(), build).await;
            if let Ok(held) = &held {
                obtain::finish_later(&engine, waited, held);
            }
            held
        };
        // Whoever hangs up, it is finished.
        let held = self.0.runtime.spawn(flight).await.unwrap_or(Err(BuildError::Died));
        if let Err(BuildError::Failed(error)) = &held
            && matches!(**error, NotKept::Failed(Failure::NotFound))
        {
            self.0.memory.note_missing(key.clone()).await;
        }
        let held = held?;
        // A stranger's request may have begun the build that this one waited for.
        if store && held.is_to_be_stored(&self.0.local) {
            obtain::store_later(self, asset, generation, held.clone());
        }
        let source = held.source;
        Ok((self.in_coding(&key, held, coding).await, source))
    }

    /// An asset once it is there in the coding that is wanted, or in all where none is named.
    async fn in_coding(&self, key: &Key, held: Arc<Held>, coding: Option<Coding>) -> Arc<Held> {
        let Some(mut whole) = held.awaits(coding) else { return held };
        // Nothing is ever sent: this is the end of whoever makes the rest.
        let _ = whole.changed().await;
        self.0.memory.get(key).await.unwrap_or(held)
    }
}

pub fn not_kept(error: BuildError<NotKept>) -> NotKept {
    match error {
        BuildError::Failed(error) => NotKept::clone(&error),
        BuildError::Died => NotKept::Failed(Failure::Busy),
    }
}
