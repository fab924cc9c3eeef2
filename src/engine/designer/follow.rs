//! Following the sources for pages that are open (`serve --live`).
//!
//! 1. What was shown, and under which targets, is noted with each answer ([`Shelf`]).
//! 2. When a folder that any of it came from changes, and every second in any case, all of it is looked at again, and
//!    built again where it changed: as any request would.
//! 3. Pages are told which of their targets are new, and what stands on the overlay.
//!
//! While no page listens, nothing is looked at.

use super::{answer_blocking, sum_of};
use crate::asset::{Asset, ContentType};
use crate::designer::live::{Hub, News, overlay};
use crate::designer::watch::Watch;
use crate::designer::{Fault, Level};
use crate::engine::{Engine, plan};
use crate::inputs::Sum;
use camino::Utf8PathBuf;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Assets that are followed; who shows more than this is no page.
const MOST: usize = 5_000;
/// Targets of one asset.
const TARGETS: usize = 8;
/// What nobody asked for this long is on no page.
const FORGOTTEN: Duration = Duration::from_secs(4 * 3600);
/// How often all is looked at, where folders are watched and where they cannot be.
const WATCHED: Duration = Duration::from_secs(1);
const UNWATCHED: Duration = Duration::from_millis(200);
/// An editor's save is several changes.
const SETTLE: Duration = Duration::from_millis(3);

/// What pages show.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<HashMap<Asset, Showing>>);

#[derive(Clone, Debug)]
struct Showing {
    targets: BTreeSet<String>,
    asked: Instant,
    /// What pages were last told of, or got first.
    told: Option<[u8; 32]>,
}

impl Shelf {
    /// A page got this under that target, alone or with others.
    pub fn note(&self, asset: &Asset, target: &str, identity: Option<[u8; 32]>) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.len() >= MOST && !shelf.contains_key(asset) {
            shelf.retain(|_, showing| showing.asked.elapsed() < FORGOTTEN / 16);
            if shelf.len() >= MOST {
                return;
            }
        }
        let asked = Instant::now();
        let showing = shelf.entry(asset.clone()).or_insert(Showing { targets: BTreeSet::new(), asked, told: identity });
        showing.asked = asked;
        // The script's own mark, which makes the browser ask anew.
        let plain = target.rfind("live=").map_or(target, |at| target[..at].trim_end_matches(['?', '&']));
        if showing.targets.len() < TARGETS {
            showing.targets.insert(plain.to_owned());
        }
    }

    fn all(&self) -> Vec<(Asset, Showing)> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.retain(|_, showing| showing.asked.elapsed() < FORGOTTEN);
        let mut all: Vec<_> = shelf.iter().map(|(asset, showing)| (asset.clone(), showing.clone())).collect();
        // What was asked for last is looked at first.
        all.sort_by_key(|(_, showing)| std::cmp::Reverse(showing.asked));
        all
    }

    fn told(&self, asset: &Asset, identity: [u8; 32]) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(showing) = shelf.get_mut(asset) {
            showing.told = Some(identity);
        }
    }
}

impl Engine {
    /// Tells pages what changes, for as long as it is polled.
    pub async fn follow(&self, hub: &Hub) {
        let wake = Arc::new(Notify::new());
        let mut watch = Watch::new(wake.clone());
        loop {
            let wait = if watch.is_whole() { WATCHED } else { UNWATCHED };
            if tokio::time::timeout(wait, wake.notified()).await.is_ok() {
                tokio::time::sleep(SETTLE).await;
            }
            if hub.streams() == 0 {
                watch.set([]);
                continue;
            }
            let (engine, hub) = (self.clone(), hub.clone());
            let looked = tokio::task::spawn_blocking(move || {
                engine.look_round(&hub);
                watch.set(engine.folders());
                watch
            });
            watch = match looked.await {
                Ok(watch) => watch,
                Err(_) => Watch::new(wake.clone()), // it panicked: the next look begins anew
            };
        }
    }

    /// Looks at everything that pages show, and tells them what is new.
    fn look_round(&self, hub: &Hub) {
        let shop = self.workshop();
        let arrived = Instant::now();
        let mut faults: Vec<Fault> = Vec::new();
        for (asset, showing) in shop.shelf.all() {
            let share = plan::is_designers(&asset, &self.0.revisions.known());
            let answered = answer_blocking(self, &asset, arrived, share);
            for fault in shop.faults(self, &asset) {
                if fault.level == Level::Error && !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
            // A failure is on the overlay, or in the log.
            if let Ok(shown) = answered {
                let identity = shown.good.entry.identity;
                if showing.told != Some(identity) {
                    shop.shelf.told(&asset, identity);
                }
                if showing.told.is_some_and(|told| told != identity) {
                    hub.tell(news(shown.good.entry.content_type, showing.targets));
                }
            }
        }
        hub.tell(News { overlay: Some(overlay(&faults)), ..News::default() });
    }

    /// The folders that everything which pages show came from.
    fn folders(&self) -> BTreeSet<Utf8PathBuf> {
        let shop = self.workshop();
        let ids: Vec<Sum> = shop.shelf.all().iter().map(|(asset, _)| sum_of(self, asset)).collect();
        let mut folders = self.0.sites.folders();
        shop.kept.folders(&ids, &mut folders);
        folders
    }
}

fn news(content_type: ContentType, targets: BTreeSet<String>) -> News {
    let targets: Vec<String> = targets.into_iter().collect();
    match content_type {
        ContentType::Css => News { css: targets, ..News::default() },
        ContentType::JavaScript => News { reload: true, ..News::default() },
        ContentType::SourceMap => News::default(),
        _ => News { files: targets, ..News::default() },
    }
}
