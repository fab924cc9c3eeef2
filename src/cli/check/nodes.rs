//! The nodes that tell of themselves in dataroot: who they are, and whether they fit together.

use super::finding::Finding;
use super::subject::Subject;
use crate::revision::registry::{Node, Nodes, Registry};
use std::collections::BTreeMap;

const NODES: &str = "nodes";

/// Seconds that clocks of nodes may lie apart (design.md §2); what writing a file takes is in it.
const APART: f64 = 1.0;

/// Names of the other nodes that wrote a log, sorted.
pub fn others(subject: &Subject) -> Vec<String> {
    crate::engine::other_nodes(&subject.settings)
}

pub fn check(subject: &Subject) -> Vec<Finding> {
    let registry = Registry::new(&subject.settings.place.dataroot);
    match registry.nodes() {
        Ok(nodes) => of(&nodes),
        Err(error) => vec![Finding::warning(
            NODES,
            format!("{error}: what other nodes tell is not known"),
            "let the user that runs revserve read this folder",
        )],
    }
}

fn of(nodes: &Nodes) -> Vec<Finding> {
    let living: Vec<&Node> = nodes.living().collect();
    let mut findings: Vec<Finding> = living.iter().map(|node| Finding::ok(NODES, portrait(node))).collect();
    let silent: Vec<String> = nodes.nodes.iter().filter(|node| !node.is_living()).map(silence).collect();
    if !silent.is_empty() {
        findings.push(Finding::ok(NODES, format!("not heard of lately: {}", silent.join(", "))));
    }
    findings.extend(differing(&living, |node| node.record.dirroot.clone()).map(|by| {
        Finding::warning(
            NODES,
            format!(
                "Moodle's code is at different paths: {by}; Moodle's own caches, which nodes share, name files by path"
            ),
            "put the checkout at the same path on every node",
        )
    }));
    findings.extend(differing(&living, |node| short(node.record.code.as_deref()).to_owned()).map(|by| {
        Finding::warning(
            NODES,
            format!("the versions of the code differ: {by}; nodes whose code is not the revision's answer short"),
            "bring the same code to every node, then purge all caches",
        )
    }));
    findings.extend(differing(&living, |node| node.record.version.clone()).map(|by| {
        let says = format!("nodes run different versions of revserve: {by}; the same asset may be other bytes on each");
        Finding::warning(NODES, says, "install the same version on every node")
    }));
    findings.extend(living.iter().filter(|node| node.clock_ahead().abs() > APART).map(|node| {
        let (ahead, file) = (node.clock_ahead(), &node.file);
        let which = if ahead < 0.0 { "behind" } else { "ahead of" };
        Finding::wrong(
            NODES,
            format!("the clock of {file} is {:.1} s {which} the file system's that all share", ahead.abs()),
            "let chrony or systemd-timesyncd set the clocks of all nodes and of the file server",
        )
    }));
    findings.extend(
        nodes
            .unreadable
            .iter()
            .map(|path| Finding::warning(NODES, format!("{path} is no node's: it is passed over"), "remove the file")),
    );
    findings
}

fn portrait(node: &Node) -> String {
    let record = &node.record;
    let lag = record.lagging.as_ref().map_or_else(String::new, |why| format!(", calls nothing current: {why}"));
    format!(
        "{}: revserve {}, code {} in {}, revisions from {}{lag}",
        node.file,
        record.version,
        short(record.code.as_deref()),
        record.dirroot,
        record.source
    )
}

fn silence(node: &Node) -> String {
    let minutes = node.silent.as_secs() / 60;
    format!("{} ({} h {} min)", node.file, minutes / 60, minutes % 60)
}

/// As much of a fingerprint as tells two apart.
fn short(code: Option<&str>) -> &str {
    code.map_or("not compared", |code| code.get(..8).unwrap_or(code))
}

/// What nodes have of a thing that should be the same on all, where it is not: `1.0 (a, b), 1.1 (c)`.
fn differing(nodes: &[&Node], of: impl Fn(&Node) -> String) -> Option<String> {
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for node in nodes {
        kinds.entry(of(node)).or_default().push(&node.file);
    }
    let words = || kinds.iter().map(|(kind, files)| format!("{kind} ({})", files.join(", "))).collect::<Vec<_>>();
    (kinds.len() > 1).then(|| words().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;
    use crate::revision::registry::Record;
    use std::time::{Duration, SystemTime};

    fn node(file: &str, change: impl FnOnce(&mut Record)) -> Node {
        let seen = SystemTime::UNIX_EPOCH + Duration::from_secs(1_770_000_000);
        let mut record = Record { clock: 1_770_000_000_000, dirroot: "/srv/moodle".into(), ..Record::default() };
        (record.version, record.code) = ("1.0".into(), Some("993e441091e1".into()));
        change(&mut record);
        Node { record, file: file.to_owned(), seen, silent: Duration::from_secs(2) }
    }

    /// What is amiss with two nodes of which the second is another.
    fn amiss(change: impl FnOnce(&mut Record)) -> Vec<(Verdict, String)> {
        let nodes = Nodes { nodes: vec![node("a", |_| ()), node("b", change)], unreadable: Vec::new() };
        let wrong = of(&nodes).into_iter().filter(|finding| finding.verdict != Verdict::Ok);
        wrong.map(|finding| (finding.verdict, finding.says)).collect()
    }

    #[test]
    fn nodes_that_fit_together_are_listed_with_what_they_are() {
        assert_eq!(amiss(|_| ()), []);
        let mut gone = node("old", |_| ());
        gone.silent = Duration::from_secs(7260);
        let listed = of(&Nodes { nodes: vec![node("a", |_| ()), gone], unreadable: Vec::new() });
        assert!(listed[0].says.starts_with("a: revserve 1.0, code 993e4410 in /srv/moodle"), "{listed:?}");
        assert!(listed[1].says.contains("old (2 h 1 min)"), "{listed:?}");
    }

    #[test]
    fn another_path_code_version_or_clock_is_named_with_the_nodes() {
        let path = amiss(|record| record.dirroot = "/var/www".into());
        assert!(matches!(&path[..], [(Verdict::Warning, says)] if says.contains("/srv/moodle (a), /var/www (b)")));
        let code = amiss(|record| record.code = Some("0123456789".into()));
        assert!(matches!(&code[..], [(Verdict::Warning, says)] if says.contains("01234567 (b), 993e4410 (a)")));
        let version = amiss(|record| record.version = "2.0".into());
        assert!(matches!(&version[..], [(Verdict::Warning, says)] if says.contains("1.0 (a), 2.0 (b)")));
        let clock = amiss(|record| record.clock -= 90_000);
        assert!(matches!(&clock[..], [(Verdict::Wrong, says)] if says.contains("b is 90.0 s behind")), "{clock:?}");
    }
}
