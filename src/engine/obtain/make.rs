//! Making an asset from its sources, with the codings that are quickly made or were made before.

use super::improve::is_worth_keeping;
use crate::asset::{Asset, Coding, ContentType, Freshness};
use crate::build::compress;
use crate::cache::{Entry, Variant, entry};
use crate::engine::board::{End, Phase, Task, during};
use crate::engine::produce::{Form, Made};
use crate::engine::sites::Installed;
use crate::engine::themes::Making;
use crate::engine::{Engine, Failure, told};
use bytes::Bytes;
use std::time::Instant;

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

/// The best codings of a body that was served before.
fn kept(engine: &Engine, body: &Bytes, content_type: ContentType) -> Option<Vec<Variant>> {
    if !is_worth_keeping(content_type, body) {
        return None;
    }
    let best = engine.0.store.best(&entry::sha256(body), content_type)?;
    engine.0.counters.one_spared();
    Some(best.variants)
}
