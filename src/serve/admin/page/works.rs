//! What is being built, and what was lately: a bar for each, in the colours of its phases.

use super::bar::bar;
use super::text::{Ago, Bytes, Text, Took};
use super::{Now, part};
use crate::engine::board::{End, Lane, Phase, Shot, Task};
use std::fmt::Write as _;
use std::time::Duration;

/// Works that run and are shown; of more only their number.
const RUNNING: usize = 20;

pub fn html(now: &Now) -> String {
    let mut content = String::new();
    // Only this changes while nothing is built, so only this is told by screen readers.
    let words = match now.running.len() {
        0 => "Nothing is being built.".to_owned(),
        1 => "One asset is being built.".to_owned(),
        count => format!("{count} assets are being built."),
    };
    let _ = writeln!(content, "<p>{words}{}</p>", waiting(now.waiting));
    let phases = Phase::ALL.iter().filter(|phase| **phase != Phase::Rest);
    let key: String =
        phases.map(|phase| format!("<li><i class=\"{}\"></i>{}</li>", class(*phase), phase.as_str())).collect();
    let _ = writeln!(content, "<ul class=\"key\" aria-label=\"Colours of the phases\">{key}</ul>");
    table(&mut content, "Now", &now.running[..now.running.len().min(RUNNING)]);
    let ended = |content: &mut String, lane: Lane| table(content, caption(lane), &now.ended[lane as usize]);
    ended(&mut content, Lane::Styles);
    content.push_str("<div class=\"columns\">\n");
    ended(&mut content, Lane::Others);
    ended(&mut content, Lane::Compression);
    content.push_str("</div>\n");
    if now.ended.iter().all(Vec::is_empty) {
        content.push_str("<p>Nothing was built since the start.</p>\n");
    }
    part("builds", true, &content)
}

fn waiting(count: u64) -> String {
    match count {
        0 => String::new(),
        1 => " One waits for its best codings.".into(),
        count => format!(" {count} wait for their best codings."),
    }
}

fn caption(lane: Lane) -> &'static str {
    match lane {
        Lane::Styles => "Style sheets lately",
        Lane::Others => "Other assets lately",
        Lane::Compression => "Best codings lately",
    }
}

fn class(phase: Phase) -> &'static str {
    match phase {
        Phase::Rest => "rest",
        Phase::Files => "files",
        Phase::Php => "php",
        Phase::Scss => "scss",
        Phase::Rtl => "rtl",
        Phase::Minify => "minify",
        Phase::Compress => "compress",
    }
}

fn table(content: &mut String, caption: &str, shots: &[Shot]) {
    if shots.is_empty() {
        return;
    }
    let whole = shots.iter().map(|shot| shot.took.as_secs_f64()).fold(0.0, f64::max);
    let _ = writeln!(
        content,
        "<table>\n<caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Asset and phases</th>\
         <th scope=\"col\">Time</th><th scope=\"col\">Result</th></tr></thead>\n<tbody>"
    );
    for shot in shots {
        // What ended stands under a caption that says so.
        let task = if shot.task == Task::Compress && shot.end.is_none() { "best codings of " } else { "" };
        let _ = writeln!(
            content,
            "<tr><th scope=\"row\">{task}{}{}<small>{}</small></th><td>{}</td><td>{}</td></tr>",
            Text(&shot.asset),
            bar(pieces(shot), whole),
            parts(shot),
            Took(shot.took),
            result(shot),
        );
    }
    content.push_str("</tbody>\n</table>\n");
}

/// The time in each phase, in seconds, that which is in none last.
fn pieces(shot: &Shot) -> impl Iterator<Item = (&'static str, f64)> {
    let seconds = |phase: Phase| (class(phase), shot.spent[phase as usize].as_secs_f64());
    Phase::ALL.into_iter().skip(1).chain([Phase::Rest]).map(seconds)
}

/// The same in words.
fn parts(shot: &Shot) -> String {
    let notable = (shot.took / 200).max(Duration::from_micros(50)); // less is no part of the picture
    let phases = Phase::ALL.into_iter().skip(1);
    let parts = phases.filter_map(|phase| {
        let spent = shot.spent[phase as usize];
        let words = format!("{} {}", phase.as_str(), Took(spent));
        match shot.phase == Some(phase) {
            true => Some(words + " so far"),
            false => (spent > notable).then_some(words),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn result(shot: &Shot) -> String {
    match shot.end {
        None => "running".into(),
        Some((End::Good(bytes), ago)) => format!("{}, {}", Bytes(bytes), Ago(ago)),
        Some((End::StandIn(bytes), ago)) => format!("<b class=\"odd\">stand-in</b>, {}, {}", Bytes(bytes), Ago(ago)),
        Some((End::Failed | End::Nothing, ago)) => format!("<b class=\"bad\">failed</b>, {}", Ago(ago)),
    }
}
