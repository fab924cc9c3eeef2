//! This process among the site's other nodes while it serves: what it tells them, and what it learns from them.
//!
//! 1. Before it looks at the revisions it takes its place in the registry, so that every purge from then on waits for it.
//! 2. Whenever what it knows of the revisions moves, and every few seconds, it tells: that is how it acknowledges.
//! 3. Every few seconds it reads what the others tell: about which assets do we disagree?
//!
//! None of it is waited for by anything else: a dataroot that hangs costs no look at a database, and no answer.

use super::claims::hex;
use super::upkeep::current_of;
use super::{Engine, node_name};
use crate::cache::EntryName;
use crate::config::{RevisionSettings, Settings};
use crate::revision::registry::{Made, MadeOf, Nodes, Own, Record, Registry, RegistryError};
use crate::revision::{Code, FilesSource, State};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A place among the nodes, for as long as this lives.
#[derive(Clone, Debug)]
pub struct Member {
    own: Arc<Mutex<Own>>,
    /// What does not change while it runs.
    who: Record,
}

impl Member {
    /// How often it is looked whether there is anything to tell.
    const TICK: Duration = Duration::from_millis(250);
    /// Others are read at most this often.
    const READ: Duration = Duration::from_secs(1);
    /// Of so many disputed assets it is told what they were made of.
    const TOLD: usize = 8;

    /// Takes a place; `None` where nothing can be purged, or the registry cannot be written to, which is said.
    pub fn enter(settings: &Settings) -> Option<Member> {
        let dataroot = &settings.place.dataroot;
        let node = node_name(settings);
        match settings.revisions {
            RevisionSettings::Fixed { .. } => return None,
            RevisionSettings::Files => {
                if let Err(error) = FilesSource::new(dataroot, &node).enter() {
                    tracing::warn!(%error, "purges by this node will reach others late");
                }
            }
            RevisionSettings::Database => {}
        }
        let own = Own::enter(&Registry::new(dataroot), &node)
            .inspect_err(|error| tracing::warn!(%error, "other nodes do not see this one"))
            .ok()?;
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let who = Record {
            node,
            boot: boot.trim().to_owned(),
            process: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Record::default()
        };
        Some(Member { own: Arc::new(Mutex::new(own)), who })
    }

    fn own(&self) -> std::sync::MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Tells the other nodes of this one, and learns from them, for as long as it is polled.
    pub async fn attend(&self, member: Member) {
        let mut every = tokio::time::interval(Member::TICK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut told: Option<(Arc<State>, Instant)> = None;
        let mut read: Option<(u64, Instant)> = None;
        loop {
            every.tick().await;
            let (state, claims) = (self.0.revisions.known(), self.0.claims.version());
            let reads = read.is_none_or(|(version, at)| {
                at.elapsed() >= if version == claims { Registry::BEAT } else { Member::READ }
            });
            let tells =
                |(known, at): &(Arc<State>, Instant)| !Arc::ptr_eq(known, &state) || at.elapsed() >= Registry::BEAT;
            if !reads && !told.as_ref().is_none_or(tells) {
                continue;
            }
            let (engine, member, known) = (self.clone(), member.clone(), state.clone());
            let meeting = tokio::task::spawn_blocking(move || engine.meet(&member, &known, reads));
            if let Ok(Err(error)) = meeting.await {
                self.0.told.once("registry", |_| tracing::warn!(%error, "other nodes do not see this one"));
            }
            told = Some((state, Instant::now()));
            if reads {
                read = Some((claims, Instant::now()));
            }
        }
    }

    /// Tells, and reads what others tell. Blocks.
    fn meet(&self, member: &Member, state: &State, reads: bool) -> Result<(), RegistryError> {
        let record = self.record(member, state);
        let mut own = member.own();
        let now = own.beat(&record)?;
        if !reads {
            return Ok(());
        }
        let nodes = own.registry().nodes_at(now)?;
        self.0.counters.nodes.store(nodes.living().count() as u64, Ordering::Relaxed);
        self.0.peers.hear(&nodes, &record);
        self.look_at(&record, &nodes);
        if let Some(current) = current_of(state) {
            let new = self.0.claims.dispute(nodes.disputed(), current);
            own.tell_inputs(&self.disputed())?;
            for name in new {
                let all = own.registry().disagreements(&nodes);
                let found = all.into_iter().find(|disagreement| disagreement.entry == name);
                let kinds = found.map(|found| found.kinds.into_values().collect::<Vec<_>>()).unwrap_or_default();
                tracing::warn!(
                    entry = name,
                    ?kinds,
                    "nodes made different things of what should be the same sources: it is kept for a minute at a \
                     time, until the same code is on every node and a purge was made; `revserve check` names the file"
                );
            }
        }
        Ok(())
    }

    fn record(&self, member: &Member, state: &State) -> Record {
        let code = match self.0.revisions.code() {
            Code::Known(code) => Some(code),
            Code::Trusted | Code::Unknown(_) => None,
        };
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis() as u64);
        let known = |revision: Option<crate::asset::Revision>| {
            revision.map(crate::asset::Revision::get).filter(|_| !state.is_unknown)
        };
        Record {
            clock,
            code,
            dirroot: self.0.sites.known().site.paths().dirroot().to_string(),
            source: self.0.revisions.kind().to_owned(),
            themerev: known(state.themerev),
            jsrev: known(state.jsrev),
            counted: state.counted.clone(),
            lagging: state.lagging.clone(),
            content: self.0.claims.told(state),
            ..member.who.clone()
        }
    }

    /// What an operator has to be told of once.
    fn look_at(&self, own: &Record, nodes: &Nodes) {
        for path in &nodes.unreadable {
            self.0.told.once(path.as_str(), |path| tracing::warn!(path, "a file that is no node's was skipped"));
        }
        let twin =
            |node: &&crate::revision::registry::Node| node.record.node == own.node && node.record.boot != own.boot;
        if nodes.living().find(twin).is_some_and(|twin| !twin.record.boot.is_empty()) {
            self.0.told.once("twin", |_| {
                tracing::warn!(node = own.node, "another machine has the same name: give each its own in [site] node");
            });
        }
    }

    /// What this node's disputed assets were made of, as far as it still has them.
    fn disputed(&self) -> Vec<Made> {
        let disputed = self.0.claims.own_disputed().into_iter();
        let made = disputed.filter_map(|(entry, key)| {
            let held = self.0.runtime.block_on(self.0.memory.get(&key)).map(|held| held.entry.clone());
            let name = || EntryName::new(&key.asset, key.generation);
            let loaded = || self.0.local.load(&name()?).ok().flatten().map(Arc::new);
            let known = held.or_else(loaded)?;
            let of = known
                .inputs
                .iter()
                .map(|input| MadeOf(input.name.clone(), input.sha256.as_ref().map(|sha256| hex(sha256))));
            Some(Made { entry, content: hex(&known.identity), of: of.collect() })
        });
        made.take(Member::TOLD).collect()
    }
}
