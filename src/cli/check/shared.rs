//! dataroot: Moodle's, shared by all nodes, and with room for what nodes tell each other.

use super::disagree;
use super::finding::Finding;
use super::folder::{Trial, file_system, publish};
use super::nodes;
use super::subject::Subject;
use crate::config::RevisionSettings;

const DATAROOT: &str = "dataroot";

/// Folders of which every Moodle that was ever used has one.
const MOODLES: [&str; 7] = ["filedir", "cache", "localcache", "muc", "lang", "temp", "sessions"];

pub fn check(subject: &Subject) -> Vec<Finding> {
    let dataroot = &subject.settings.place.dataroot;
    let mut findings = Vec::new();
    if !MOODLES.iter().any(|name| dataroot.join(name).is_dir()) {
        findings.push(Finding::warning(
            DATAROOT,
            format!("{dataroot} holds nothing of Moodle's: it may not be mounted, or be another folder than Moodle's"),
            "mount it, or write Moodle's own folder into [site] dataroot",
        ));
    }
    findings.push(rights(subject));
    findings.extend(shared(subject));
    findings.extend(disagree::check(subject));
    findings
}

fn rights(subject: &Subject) -> Finding {
    let folder = subject.shared();
    let trial = Trial::make(&folder);
    let tried = trial.as_ref().map_err(|error| error.to_string()).and_then(|trial| {
        let folder = trial.open().map_err(|error| error.to_string())?;
        publish(&folder).map_err(|refused| format!("cannot {}: {}", refused.step, refused.error))
    });
    match tried {
        Ok(_) => Finding::ok(DATAROOT, format!("{folder} can be written to")),
        Err(why) => {
            let needed = matches!(subject.settings.revisions, RevisionSettings::Files);
            let says = format!("{folder} cannot be written to ({why})");
            let mend = format!("as its owner: install -d -o USER {folder}, with USER the user that runs revserve");
            if needed {
                Finding::wrong(DATAROOT, format!("{says}: purges cannot be made, and no node is seen by others"), mend)
            } else {
                Finding::warning(DATAROOT, format!("{says}: other nodes do not see this one"), mend)
            }
        }
    }
}

/// Whether it lies where other nodes can reach it, if there are any.
fn shared(subject: &Subject) -> Option<Finding> {
    let others = nodes::others(subject);
    let trial = Trial::make(&subject.settings.place.dataroot).ok()?;
    let (system, name) = file_system(&trial.open().ok()?).ok()?;
    if others.is_empty() {
        return Some(Finding::ok(DATAROOT, format!("on {name}; no other node was ever seen here")));
    }
    let seen = format!("on {name}; also used by {}", others.join(", "));
    Some(match system.network() {
        Some(_) => Finding::ok(DATAROOT, seen),
        None => Finding::warning(
            DATAROOT,
            format!("{seen}, though only this machine has such a file system as a rule"),
            "if those nodes are on other machines, put dataroot on storage that all of them mount; if they are gone or \
             on this machine, leave it: their logs hold purges that still count",
        ),
    })
}
