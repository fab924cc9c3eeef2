//! Lists: joined in memory from their single parts, never stored themselves (design.md §5).

use super::held::{Held, Known, NotKept};
use super::plan::{self, Plan};
use super::{Engine, Failure, Found, Source};
use crate::asset::{Asked, Asset, ContentType, Freshness, SafePath};
use crate::build::{compress, join, yui};
use crate::cache::{Entry, Input, Key};
use crate::revision::State;
use bytes::Bytes;
use std::sync::Arc;
use std::time::SystemTime;

/// Several scripts of `lib/javascript.php`. What is not there is skipped, as in Moodle; none left is none.
pub async fn scripts(engine: &Engine, paths: &[SafePath], asked: Asked, state: &State) -> Result<Found, Failure> {
    let asset = Asset::Scripts(paths.to_vec());
    let freshness = state.judge_script(asked, engine.0.window, SystemTime::now());
    let plan = Plan::with(&asset, freshness, state, Freshness::CURRENT);
    let parts = paths.iter().map(|path| (Asset::Scripts(vec![path.clone()]), plan.freshness)).collect();
    let join = match plan.generation {
        Some(_) => join::scripts,
        // Developers get the sources as they are, of which each brings its newline (moodle-assets.md §4).
        None => concatenated,
    };
    joined(engine, asset, plan, parts, ContentType::JavaScript, join).await
}

/// A YUI combo (moodle-assets.md §3). A list with a missing part is never kept long; one of which nothing is there is none.
pub async fn combo(engine: &Engine, text: &str, slash: bool, state: &State) -> Result<Found, Failure> {
    let now = SystemTime::now();
    let installed = engine.0.sites.known();
    let combo = yui::Combo::parse(text, &installed.yui.versions).ok_or(Failure::NotFound)?;
    let mut freshness = Freshness::Current;
    let mut parts = Vec::with_capacity(combo.parts.len());
    for part in &combo.parts {
        let mut own = plan::judge_part(part.asked(), state, engine.0.window, now);
        if part.is_outdated() {
            own = own.worse(Freshness::Short);
        }
        freshness = freshness.worse(own);
        match part.kind {
            yui::Kind::Nothing => {}
            // Alone it may be something, but not in this list.
            yui::Kind::Wrong => freshness = freshness.worse(Freshness::Short),
            _ => parts.push((Asset::YuiCombo { parts: part.text.clone(), slash }, own)),
        }
    }
    let asset = Asset::YuiCombo { parts: text.to_owned(), slash };
    let plan = Plan::with(&asset, freshness, state, Freshness::CURRENT_YUI);
    match &parts[..] {
        [] => Err(Failure::NotFound),
        [(single, _)] if combo.parts.len() == 1 => engine.single(single, plan, None).await,
        _ => joined(engine, asset, plan, parts, combo.content_type, concatenated).await,
    }
}

fn concatenated(parts: &[Bytes]) -> Bytes {
    parts.concat().into()
}

/// Gets every part, joins those that are there, and keeps the whole in memory only.
async fn joined(
    engine: &Engine,
    asset: Asset,
    plan: Plan,
    parts: Vec<(Asset, Freshness)>,
    content_type: ContentType,
    join: fn(&[Bytes]) -> Bytes,
) -> Result<Found, Failure> {
    // A part may be disputed by now that was not when the list was joined.
    let part = |(asset, _): &(Asset, Freshness)| {
        plan.generation.map_or(Freshness::Current, |generation| engine.0.claims.freshness(asset, generation))
    };
    let disputed = parts.iter().map(part).fold(Freshness::Current, Freshness::worse);
    let has_map = plan.generation.is_none() && plan::has_map(&asset, &engine.0.revisions.known());
    let found = |held: &Held, source| Found {
        entry: held.entry.clone(),
        freshness: plan.freshness.worse(held.freshness()).worse(disputed),
        modified: plan.modified,
        source,
        lifetime: plan.lifetime,
        is_last_good: false,
        has_map,
        is_whole: true,
    };
    let Some(generation) = plan.generation else {
        let whole = gather(engine, &plan, parts, content_type, join).await?;
        return Ok(found(&whole, Source::Built));
    };
    let key = Key { asset, generation };
    if let Some(held) = engine.0.memory.get(&key).await {
        if !held.is_stale(&engine.0.revisions) {
            return Ok(found(&held, Source::Memory));
        }
        engine.0.memory.forget(&key).await;
    }
    let (inner, inner_plan) = (engine.clone(), plan.clone());
    let whole = engine.0.memory.get_or_build(key, async move {
        gather(&inner, &inner_plan, parts, content_type, join).await.map_err(NotKept::Failed)
    });
    match whole.await {
        Ok(held) => Ok(found(&held, Source::Built)),
        Err(error) => match super::get::not_kept(error) {
            NotKept::Failed(failure) => Err(failure),
            NotKept::Moved(held) => Ok(found(&held, Source::Built)),
        },
    }
}

async fn gather(
    engine: &Engine,
    plan: &Plan,
    parts: Vec<(Asset, Freshness)>,
    content_type: ContentType,
    join: fn(&[Bytes]) -> Bytes,
) -> Result<Arc<Held>, Failure> {
    let era = engine.0.revisions.known().era;
    let is_combo = matches!(parts.first(), Some((Asset::YuiCombo { .. }, _)));
    let (mut bodies, mut inputs): (Vec<Bytes>, Vec<Input>) = (Vec::new(), Vec::new());
    let mut keeps = Freshness::Current;
    for (asset, freshness) in parts {
        let generation = plan.generation;
        let part = Plan { freshness, generation, modified: None, lifetime: Freshness::CURRENT };
        match engine.single(&asset, part, None).await {
            Ok(found) => {
                keeps = keeps.worse(found.freshness.worse(keeps));
                bodies.push(found.entry.body().clone());
                inputs.extend(found.entry.inputs.iter().cloned());
            }
            Err(Failure::NotFound) if is_combo => keeps = keeps.worse(Freshness::Short),
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(failure),
        }
    }
    if bodies.is_empty() {
        return Err(Failure::NotFound);
    }
    let known = if keeps == Freshness::Current { Known::sure(era) } else { Known::unsure(era) };
    let joined = Joined { content_type, inputs, keeps, known, compress: plan.generation.is_some() };
    joined.finish(engine, move || join(&bodies)).await
}

/// A list that is about to be joined from its parts.
struct Joined {
    content_type: ContentType,
    inputs: Vec<Input>,
    keeps: Freshness,
    known: Known,
    compress: bool,
}

impl Joined {
    /// Joins the parts and compresses the whole, off the threads that answer.
    async fn finish(
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
