//! The largest sheets and scripts: a bar for each coding, on one scale.

use super::bar::bar;
use super::text::{Bytes, Text};
use super::{NONE, part};
use crate::asset::Coding;
use crate::engine::{Large, Survey};
use std::fmt::Write as _;

/// Columns, in the order in which they get smaller.
const CODINGS: [(Coding, &str, &str); 4] = [
    (Coding::Identity, "raw", "raw"),
    (Coding::Gzip, "gzip", "gzip"),
    (Coding::Zstd, "zstd", "zstd"),
    (Coding::Brotli, "brotli", "br"),
];

pub fn html(survey: &Survey) -> String {
    let mut content = String::new();
    table(&mut content, "Style sheets", &survey.sheets);
    table(&mut content, "Scripts", &survey.scripts);
    if content.is_empty() {
        return part("sizes", false, "<p>No sheet or script was asked for since the start.</p>\n");
    }
    part("sizes", false, &format!("<div class=\"columns\">\n{content}</div>\n"))
}

fn table(content: &mut String, caption: &str, all: &[Large]) {
    let whole = all.iter().flat_map(|large| large.bytes.iter().map(|(_, bytes)| *bytes)).max().unwrap_or(0);
    if whole == 0 {
        return;
    }
    let heads: String = CODINGS.iter().map(|(_, name, _)| format!("<th scope=\"col\">{name}</th>")).collect();
    let _ = writeln!(
        content,
        "<table class=\"sizes\">\n<caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Asset</th>{heads}</tr></thead>\n<tbody>"
    );
    for large in all {
        let size = |coding| large.bytes.iter().find(|(known, _)| *known == coding).map(|(_, bytes)| *bytes);
        let known = || CODINGS.iter().filter_map(|(coding, _, class)| Some((*class, size(*coding)?)));
        let bars: String = known().map(|(class, bytes)| bar([(class, bytes as f64)], whole as f64)).collect();
        let cells = CODINGS.iter().map(|(coding, name, _)| match size(*coding) {
            Some(bytes) => format!("<td data-of=\"{name}\">{}</td>", Bytes(bytes)),
            None => NONE.to_owned(),
        });
        let cells: String = cells.collect();
        let _ = writeln!(content, "<tr><th scope=\"row\">{}{bars}</th>{cells}</tr>", Text(&large.asset));
    }
    content.push_str("</tbody>\n</table>\n");
}
