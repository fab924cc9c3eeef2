//! `revserve check`: what works, what does not, what it means and how to mend it.
//!
//! 1. settle what was told: what stops a start is the only finding then;
//! 2. look at one subject after another, each in a file of its own; nothing that is wrong with one stops the next;
//! 3. print a table, or JSON; exit 1 if something is wrong.
//!
//! It leaves nothing behind: what it makes to try rights is removed, and no revision is made.

mod clock;
mod code;
mod config;
mod database;
mod dictionaries;
mod disagree;
mod finding;
mod folder;
mod index;
mod listener;
mod local;
mod nodes;
mod process;
mod proxy;
mod request;
mod revisions;
mod shared;
mod subject;
mod table;
mod themes;

use super::args::CheckOptions;
use super::open::{Opened, settle};
use crate::config::SiteFile;
use anyhow::bail;
use finding::{Finding, Verdict, Worst};
use std::io::{IsTerminal, Write};
use subject::Subject;

pub fn run(options: CheckOptions) -> anyhow::Result<()> {
    let findings = examine(&options);
    let text = if options.json { finding::json(&findings)? } else { table::text(&findings, &table::Look::of_stdout()) };
    // Whoever closes the pipe early has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
    match findings.worst() {
        Verdict::Wrong => bail!("{}", finding::summary(&findings)),
        Verdict::Warning | Verdict::Ok => Ok(()),
    }
}

fn examine(options: &CheckOptions) -> Vec<Finding> {
    let Opened { settings, demo: _demo } = match settle(&options.site, &options.listen, options.admin.as_deref()) {
        Ok(opened) => opened,
        // These errors say themselves what to change.
        Err(error) => {
            return vec![Finding::wrong(
                "configuration",
                format!("{error:#}"),
                "nothing else was looked at: mend this first",
            )];
        }
    };
    let progress = |what: &str| {
        if std::io::stderr().is_terminal() && !options.json {
            eprint!("\r\x1b[K{what} …");
        }
    };
    progress("reading the site");
    let include = options.site.site.as_deref().and_then(|path| SiteFile::read(path).ok());
    let include = include.map(|file| file.site.include).unwrap_or_default();
    let subject = Subject::open(settings, &include);
    type Look = fn(&Subject) -> Vec<Finding>;
    let looks: [(&str, Look); 12] = [
        ("process", process::check),
        ("configuration", config::check),
        ("code", code::check),
        ("index", index::check),
        ("dataroot", shared::check),
        ("nodes", nodes::check),
        ("clock", clock::check),
        ("localcachedir", local::check),
        ("database", database::check),
        ("revisions", revisions::check),
        ("listener", listener::check),
        ("proxy", proxy::check),
    ];
    let mut findings = Vec::new();
    for (what, look) in looks {
        progress(what);
        findings.extend(look(&subject));
    }
    progress("building each theme's styles");
    let known = findings.iter().position(|finding| finding.subject == "dataroot").unwrap_or(findings.len());
    let themes = if options.quick { themes::installed(&subject) } else { themes::built(&subject, &options.site) };
    findings.splice(known..known, themes);
    if std::io::stderr().is_terminal() && !options.json {
        eprint!("\r\x1b[K");
    }
    findings
}
