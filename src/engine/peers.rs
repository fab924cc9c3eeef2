//! The site's nodes as this one heard of them last, for the status page.

use crate::revision::registry::{Node, Nodes, Record, Registry};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A running process of a node, or one that was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The name of its file in the registry: the node's, with a number where it is not the only process.
    pub name: String,
    /// Whether it is this process.
    pub own: bool,
    /// Of revserve.
    pub version: String,
    /// The fingerprint of its code, where it is compared and can be told.
    pub code: Option<String>,
    /// `None` where it has none: designer mode, or it knows none yet.
    pub themerev: Option<u64>,
    pub jsrev: Option<u64>,
    /// Why it calls nothing current.
    pub lagging: Option<String>,
    /// Since it told this.
    pub silent: Duration,
}

impl Peer {
    /// Whether it was heard of lately.
    pub fn is_living(&self) -> bool {
        self.silent <= Registry::LIVING
    }

    fn of(node: &Node, own: &Record) -> Peer {
        let record = node.record.clone();
        Peer {
            name: node.file.clone(),
            own: (&record.boot, record.process) == (&own.boot, own.process),
            version: record.version,
            code: record.code,
            themerev: record.themerev,
            jsrev: record.jsrev,
            lagging: record.lagging,
            silent: node.silent,
        }
    }
}

/// What was heard last, and when.
#[derive(Debug, Default)]
pub struct Peers(Mutex<Option<(Instant, Vec<Peer>)>>);

impl Peers {
    /// Takes over what the registry holds. `own` is what this process told.
    pub fn hear(&self, nodes: &Nodes, own: &Record) {
        let all = nodes.nodes.iter().map(|node| Peer::of(node, own)).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), all));
    }

    /// All of them, silent for as long as they are now; `None` where the registry was never read.
    pub fn known(&self) -> Option<Vec<Peer>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (heard, all) = known.as_ref()?;
        let later = |peer: &Peer| Peer { silent: peer.silent + heard.elapsed(), ..peer.clone() };
        Some(all.iter().map(later).collect())
    }
}
