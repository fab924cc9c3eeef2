//! What the status page shows of this moment.

use crate::designer::Fault;
use crate::engine::Peer;
use crate::engine::board::{Lane, Shot};

/// A node at one moment.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// The node's name among others.
    pub node: String,
    /// The site's address.
    pub site: String,
    /// Why it should not be sent requests; `None` when it is ready.
    pub unready: Option<String>,
    /// A name and a plain text each.
    pub facts: Vec<(String, String)>,
    /// The site's nodes, by name; `None` where this one is not among them.
    pub nodes: Option<Vec<Peer>>,
    /// What is being built, the longest first.
    pub running: Vec<Shot>,
    /// What was lately, by [`Lane::ALL`], the latest first.
    pub ended: [Vec<Shot>; Lane::ALL.len()],
    /// Assets that wait for their best codings.
    pub waiting: u64,
    /// Errors first.
    pub faults: Vec<Fault>,
}
