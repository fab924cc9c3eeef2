//! Assets of which nodes made different things.

use super::finding::Finding;
use super::subject::Subject;
use crate::revision::registry::{Disagreement, Registry};

const NODES: &str = "nodes";

/// So many are told one by one.
const MOST: usize = 5;

pub fn check(subject: &Subject) -> Vec<Finding> {
    let registry = Registry::new(&subject.settings.place.dataroot);
    // Whether the folder can be used is looked at elsewhere.
    let Ok(nodes) = registry.nodes() else { return Vec::new() };
    let all = registry.disagreements(&nodes);
    let mut findings: Vec<_> = all.iter().take(MOST).map(finding).collect();
    if all.len() > MOST {
        findings.push(warning(format!("the same of {} more assets", all.len() - MOST)));
    }
    findings
}

fn finding(Disagreement { entry, kinds, first }: &Disagreement) -> Finding {
    let who = kinds.values().map(|nodes| nodes.join(", ")).collect::<Vec<_>>().join(" / ");
    let first = first.as_ref().map_or("which file is the reason is not told yet".to_owned(), ToString::to_string);
    warning(format!("{who} made different things of {entry}, which is kept for a minute at a time on all: {first}"))
}

fn warning(says: String) -> Finding {
    Finding::warning(NODES, says, "bring the same code to every node, then purge all caches")
}
