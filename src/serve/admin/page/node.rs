//! What this node is, and what holds on it.

use super::Now;
use super::part;
use super::text::Text;
use std::fmt::Write as _;

pub fn html(now: &Now) -> String {
    let mut content = match &now.unready {
        None => "<p class=\"state good\">Ready</p>\n".to_owned(),
        Some(reason) => format!("<p class=\"state bad\">Not ready: {}</p>\n", Text(reason)),
    };
    content.push_str("<dl>\n");
    for (name, text) in &now.facts {
        let _ = writeln!(content, "<div><dt>{}</dt><dd>{}</dd></div>", Text(name), Text(text));
    }
    content.push_str("</dl>\n");
    part("node", true, &content)
}
