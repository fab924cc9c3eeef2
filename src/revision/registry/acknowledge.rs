//! Waiting until every node knows of a purge.

use super::{Node, Nodes, Registry, RegistryError};
use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

/// Who knows of a purge, and who does not. Names of nodes, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    pub by: BTreeSet<String>,
    /// Lived when the purge was made, and did not say so in time.
    pub missing: BTreeSet<String>,
    /// Were silent already; they look before they add anything.
    pub gone: BTreeSet<String>,
    /// Files in the registry that nobody can read.
    pub unreadable: usize,
}

impl Acknowledged {
    /// Whether every node that lives knows of it.
    pub fn is_by_all(&self) -> bool {
        self.missing.is_empty()
    }
}

impl fmt::Display for Acknowledged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.by.is_empty() {
            true => f.write_str("acknowledged by nobody")?,
            false => write!(f, "acknowledged by {}", list(&self.by))?,
        }
        if !self.missing.is_empty() {
            write!(f, "; not by {}", list(&self.missing))?;
        }
        if !self.gone.is_empty() {
            write!(f, "; not running: {}", list(&self.gone))?;
        }
        if self.unreadable > 0 {
            write!(f, "; {} files in the registry are no node's", self.unreadable)?;
        }
        Ok(())
    }
}

impl Registry {
    /// How long is waited if nobody says otherwise: a network file system shows the name of a new log a minute late.
    pub const PATIENCE: Duration = Duration::from_secs(75);
    /// Between two looks.
    const PAUSE: Duration = Duration::from_millis(200);

    /// Waits until every living node counts that many bytes of a log, at most `patience` long. Blocks.
    ///
    /// # Errors
    /// Where the registry cannot be read.
    pub fn acknowledged(&self, log: &str, bytes: u64, patience: Duration) -> Result<Acknowledged, RegistryError> {
        let begun = Instant::now();
        let mut nodes = self.nodes()?;
        let lived: BTreeSet<_> = nodes.living().map(|node| node.file.clone()).collect();
        loop {
            let now = tell(&nodes, &lived, log, bytes);
            // Whoever fell silent meanwhile is not waited for longer.
            let waits = nodes.living().any(|node| !counts(node, log, bytes));
            if !waits || begun.elapsed() >= patience {
                return Ok(now);
            }
            std::thread::sleep(Self::PAUSE.min(patience.saturating_sub(begun.elapsed())));
            nodes = self.nodes()?;
        }
    }
}

fn counts(node: &Node, log: &str, bytes: u64) -> bool {
    node.record.counted.get(log).is_some_and(|counted| *counted >= bytes)
}

fn tell(nodes: &Nodes, lived: &BTreeSet<String>, log: &str, bytes: u64) -> Acknowledged {
    let mut told = Acknowledged { unreadable: nodes.unreadable.len(), ..Acknowledged::default() };
    for node in &nodes.nodes {
        let whose = match (counts(node, log, bytes), node.is_living() || lived.contains(&node.file)) {
            (true, _) => &mut told.by,
            (false, true) => &mut told.missing,
            (false, false) => &mut told.gone,
        };
        whose.insert(node.record.node.clone());
    }
    // A node of which one process knows and another does not, does not.
    told.by.retain(|name| !told.missing.contains(name));
    told
}
