//! The wiring: get an asset, or build it once.
//!
//! 1. which revisions are current? A request that names a newer one makes us look;
//! 2. what does the request mean to them: which content, how long it may be kept;
//! 3. memory, else localcachedir, else a build: one for everybody who waits, finished whoever hangs up;
//! 4. a build asks the source of revisions again before anything of it is kept.

pub mod board;
mod claims;
mod code;
mod compiled;
mod counters;
mod deltas;
pub mod designer;
mod exists;
mod explain;
mod failure;
mod fill;
mod fresh;
mod get;
mod held;
pub mod index;
mod kinds;
mod ledger;
mod lists;
mod maps;
mod member;
mod named;
mod node;
mod obtain;
mod open;
pub mod origin;
mod otherwise;
mod outcome;
mod peers;
mod phases;
pub mod plan;
mod plugins;
mod produce;
mod purging;
mod remarks;
mod remembered;
mod sheets;
mod site_rows;
mod sites;
mod snapshot;
mod sources;
mod styles;
pub mod survey;
mod theme_host;
mod theme_tables;
mod themes;
mod told;
mod upkeep;

pub use code::code_of;
pub use counters::Counters;
pub use deltas::Deltas;
pub use explain::Explanation;
pub use failure::Failure;
pub use fill::Filled;
pub use kinds::{BOUNDS, Kind, Timed};
pub use ledger::{Large, Ledger};
pub use member::Member;
pub use node::{node_name, other_nodes};
pub use open::{Indexed, OpenError, make_index, open, open_with};
pub use outcome::{Found, Outcome, Source};
pub use peers::{Peer, Peers};
pub use phases::Phases;
pub use produce::Makers;
pub use purging::{Purged, advice};
pub use sites::Sites;
pub use survey::Survey;
pub use themes::{Fall, SheetState, ThemeState, ThemeStates, Way};
pub use told::Told;

use crate::asset::url::{Mount, Requested};
use crate::asset::{Asset, Coding, Freshness};
use crate::cache::{LocalCache, Memory, Store};
use crate::revision::registry::Registry;
use crate::revision::{Revisions, State, Window};
use board::Board;
use claims::Claims;
use code::CodeWatch;
use get::not_kept;
use held::{Held, NotKept};
use plan::{Family, Plan};
use remembered::Remembered;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;
use tokio::sync::RwLock;

/// Answers requests for assets. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine(Arc<Parts>);

/// What the engine is wired from.
pub struct Parts {
    pub mount: Mount,
    pub window: Window,
    pub revisions: Arc<Revisions>,
    pub sites: Sites,
    pub memory: Memory<Held, NotKept>,
    pub local: Arc<LocalCache>,
    pub store: Arc<Store>,
    differences: deltas::Differences,
    pub makers: Makers,
    pub counters: Arc<Counters>,
    pub board: Board,
    pub ledger: Ledger,
    pub code: CodeWatch,
    /// What this node's big assets are, and which of them others have another of.
    pub claims: Claims,
    pub remembered: Remembered,
    /// What the nodes tell each other.
    pub registry: Registry,
    pub peers: Peers,
    pub themes: ThemeStates,
    pub told: Told,
    /// Whether nothing is stored, whatever is asked for.
    pub looks_only: AtomicBool,
    /// Shared by all that is being obtained, or published behind its answer.
    pub under_way: Arc<RwLock<()>>,
    /// Where builds run: they outlive the client that asked, and its connection's thread.
    pub runtime: tokio::runtime::Handle,
}

impl Engine {
    pub fn new(parts: Parts) -> Engine {
        Engine(Arc::new(parts))
    }

    /// Moves whenever a prepared answer may have become another: with every change of the revisions and of what is
    /// disputed, and when better variants have been made.
    pub fn generation(&self) -> u64 {
        self.0.revisions.generation() + self.0.counters.improved() + self.0.claims.moved()
    }

    /// Where the site is mounted.
    pub fn mount(&self) -> &Mount {
        &self.0.mount
    }

    /// The revisions that this engine goes by.
    pub fn revisions(&self) -> &Revisions {
        &self.0.revisions
    }

    /// What designer mode keeps.
    pub fn workshop(&self) -> &designer::Workshop {
        &self.0.makers.workshop
    }

    pub fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// What is being built, and was lately.
    pub fn board(&self) -> &Board {
        &self.0.board
    }

    /// What is known of style sheets and scripts.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// What is kept beyond purges.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn local(&self) -> &LocalCache {
        &self.0.local
    }

    /// Assets of which nodes made different things.
    pub fn disputes(&self) -> usize {
        self.0.claims.disputes()
    }

    /// The site's nodes, as this one heard of them last; `None` where it does not.
    pub fn peers(&self) -> Option<Vec<Peer>> {
        self.0.peers.known()
    }

    /// Bytes of built assets in memory.
    pub fn memory_bytes(&self) -> u64 {
        self.0.memory.bytes()
    }

    /// Finds or builds what was asked for. What takes long to code is there in `coding` first.
    pub async fn answer(&self, requested: &Requested, coding: Option<Coding>) -> Outcome {
        let state = self.state_for(requested).await;
        let mut revised = false;
        let answered = match &requested.asset {
            Asset::Scripts(paths) if paths.len() > 1 => lists::scripts(self, paths, requested.revision, &state).await,
            Asset::YuiCombo { parts, slash } => lists::combo(self, parts, *slash, &state).await,
            asset => {
                let plan = Plan::of(requested, &state, self.0.window, SystemTime::now());
                revised = plan.generation.is_some();
                self.single(asset, plan, coding).await
            }
        };
        match answered {
            Ok(found) => Outcome::Found(found),
            Err(Failure::NotFound | Failure::Outside(_)) => Outcome::NotFound { revised },
            Err(Failure::Busy) => Outcome::Unavailable,
            Err(Failure::Source(_) | Failure::Build(_)) => Outcome::Failed,
        }
    }

    /// What is known of the revisions, looked up anew where the request names a newer one.
    async fn state_for(&self, requested: &Requested) -> Arc<State> {
        let family = Family::of(&requested.asset);
        let asked = requested.revision.number();
        match asked.filter(|asked| self.0.window.contains(*asked, SystemTime::now())) {
            Some(asked) => self.0.revisions.look_for(asked, |state| family.current(state)).await,
            None => self.0.revisions.known(),
        }
    }

    /// One asset that is no list.
    async fn single(&self, asset: &Asset, plan: Plan, coding: Option<Coding>) -> Result<Found, Failure> {
        let found = |held: &Held, freshness, source| Found {
            entry: held.entry.clone(),
            freshness,
            modified: plan.modified,
            source,
            lifetime: plan.lifetime,
            is_last_good: false,
            has_map: false,
            is_whole: held.whole.is_none(),
        };
        let Some(generation) = plan.generation else {
            // Strangers' requests for development's form write nothing to disk where the site is in production.
            let known = self.0.revisions.known();
            if let Asset::MapOf(of) = asset
                && !plan::has_map(of, &known)
            {
                return Err(Failure::NotFound);
            }
            let share = plan::is_designers(asset, &known);
            let designer::Shown { good, source, is_last_good } = designer::answer(self, asset, share).await?;
            return Ok(Found {
                entry: good.entry.clone(),
                freshness: plan.freshness,
                modified: plan.modified,
                source,
                lifetime: plan.lifetime,
                is_last_good,
                has_map: plan::has_map(asset, &known),
                is_whole: true,
            });
        };
        let store = plan.freshness == Freshness::Current && !self.0.looks_only.load(Ordering::Relaxed);
        match self.get(asset, generation, store, coding).await {
            Ok((held, source)) => {
                let best = held.freshness().worse(self.0.claims.freshness(asset, generation));
                Ok(found(&held, plan.freshness.worse(best), source))
            }
            Err(error) => match not_kept(error) {
                // The revision moved while it was built: today's content, under a name that is no longer current.
                NotKept::Moved(held) => Ok(found(&held, plan.freshness.worse(Freshness::Short), Source::Built)),
                NotKept::Failed(failure) => Err(failure),
            },
        }
    }
}
