//! The nodes that left their traces in dataroot.

use super::subject::Subject;

/// Names of the other nodes that wrote a log, sorted.
pub fn others(subject: &Subject) -> Vec<String> {
    let own = crate::engine::node_name();
    let names = subject.shared().join("log").read_dir_utf8().into_iter().flatten().flatten();
    let logs = names.filter_map(|name| name.file_name().strip_suffix(".log").map(str::to_owned));
    let mut others: Vec<String> = logs.filter(|name| *name != own).collect();
    others.sort();
    others
}
