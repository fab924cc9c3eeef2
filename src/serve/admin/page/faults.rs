//! What is wrong, where it is, and the line itself.

use super::text::Text;
use super::{Now, part};
use crate::build::scss::Spot;
use crate::designer::Level;
use std::fmt::Write as _;

/// So many are listed; who has more mends these first.
const MOST: usize = 100;

pub fn html(now: &Now) -> String {
    if now.faults.is_empty() {
        return part("warnings", true, "<p>None: of what was built so far, nothing is amiss.</p>\n");
    }
    let mut content = String::from("<ul class=\"faults\">\n");
    for fault in now.faults.iter().take(MOST) {
        let (class, word) = match fault.level {
            Level::Error => ("bad", "Error"),
            Level::Warning => ("odd", "Warning"),
        };
        let of = if fault.theme.is_empty() { String::new() } else { format!(" in theme {}", Text(&fault.theme)) };
        let _ = write!(content, "<li><p><b class=\"{class}\">{word}</b>{of}: {}</p>", Text(&fault.message));
        if let Some(spot) = &fault.spot {
            let _ = write!(content, "<p class=\"path\">{}</p>", Text(spot));
            if !spot.excerpt.is_empty() {
                let _ = write!(content, "<pre>{}</pre>", marked(spot));
            }
        }
        content.push_str("</li>\n");
    }
    content.push_str("</ul>\n");
    if now.faults.len() > MOST {
        let _ = writeln!(content, "<p>And {} more.</p>", now.faults.len() - MOST);
    }
    part("warnings", true, &content)
}

/// The line, with the place in it marked.
fn marked(spot: &Spot) -> String {
    let at = (spot.column.saturating_sub(1)).saturating_sub(spot.indent);
    let at = spot.excerpt.char_indices().nth(at).map_or(spot.excerpt.len(), |(at, _)| at);
    let (before, from) = spot.excerpt.split_at(at);
    // A word is easier to see than its first letter.
    let is_word = |c: char| c.is_alphanumeric() || "-_$@".contains(c);
    let first = from.chars().next().map_or(0, char::len_utf8);
    let end = from[first..].find(|c| !is_word(c)).map_or(from.len(), |end| first + end);
    let (word, after) = from.split_at(end);
    let word = if word.is_empty() { "▲" } else { word };
    format!("<span>{}</span> {}<mark>{}</mark>{}", spot.line, Text(before), Text(word), Text(after))
}
