//! The revisions: where they come from, whether anything is kept under them.

use super::finding::Finding;
use super::subject::{Known, Subject};
use crate::config::RevisionSettings;
use crate::revision::State;
use std::time::SystemTime;

const REVISIONS: &str = "revisions";

pub fn check(subject: &Subject) -> Vec<Finding> {
    let state = match &subject.revisions {
        Known::Now(state) => state,
        Known::NoneYet => {
            return vec![Finding::ok(REVISIONS, "from files in dataroot; none yet: the first start makes them")];
        }
        Known::Failed(why) => {
            let mend = match subject.settings.revisions {
                RevisionSettings::Database => "mend what is said of the database",
                _ => "give the user that runs revserve the right to read and write there",
            };
            return vec![Finding::wrong(REVISIONS, format!("{why}: no start is possible"), mend)];
        }
    };
    let mut findings = vec![source(&subject.settings.revisions)];
    findings.extend(kept(state, subject));
    if let Some(why) = &state.lagging {
        findings.push(Finding::warning(
            REVISIONS,
            format!("this node answers for seconds only: {why}"),
            "wait for the end of the upgrade, and put the same code on every node",
        ));
    }
    findings
}

fn source(revisions: &RevisionSettings) -> Finding {
    match revisions {
        RevisionSettings::Fixed { .. } => {
            Finding::ok(REVISIONS, "fixed in the site file: no purge reaches them, a restart does")
        }
        RevisionSettings::Database => Finding::ok(REVISIONS, "from Moodle's database: its purges reach this node"),
        RevisionSettings::Files => Finding::ok(REVISIONS, "from files in dataroot: `revserve purge` makes new ones"),
    }
}

fn kept(state: &State, subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, revision) in [("themerev", state.themerev), ("jsrev", state.jsrev)] {
        findings.push(match revision {
            None => Finding::warning(
                REVISIONS,
                format!("{name}: designer mode, in which every answer is built anew"),
                "turn it off where users are: $CFG->themedesignermode and [revisions] designer",
            ),
            Some(revision) if !subject.window.contains(revision, SystemTime::now()) => Finding::wrong(
                REVISIONS,
                format!("{name} {revision} is before the date of the code, or in the future: nothing is kept long"),
                "set the clock right, then purge; with fixed revisions write a time of today (date +%s)",
            ),
            Some(revision) => Finding::ok(REVISIONS, format!("{name} {revision}")),
        });
    }
    findings
}
