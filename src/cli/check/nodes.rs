//! The nodes that left their traces in dataroot.

use super::subject::Subject;

/// Names of the other nodes that wrote a log, sorted.
pub fn others(subject: &Subject) -> Vec<String> {
    crate::engine::other_nodes(&subject.settings)
}
