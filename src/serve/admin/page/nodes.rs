//! The site's nodes, as they tell of themselves: which code, which revisions, when they were heard of.

use super::text::{Since, Text};
use super::{NONE, Now, part};
use crate::engine::Peer;
use std::fmt::Write as _;

pub fn html(now: &Now) -> String {
    let Some(nodes) = &now.nodes else {
        let words = "<p>None is known: this node does not tell others of itself, or cannot read what they tell.</p>\n";
        return part("nodes", true, words);
    };
    let mut content = String::from(
        "<table>\n<caption>What each node tells of itself</caption>\n<thead><tr><th scope=\"col\">Node</th>\
         <th scope=\"col\">revserve</th><th scope=\"col\">Code</th><th scope=\"col\">Themes</th>\
         <th scope=\"col\">Scripts</th><th scope=\"col\">Last seen</th></tr></thead>\n<tbody>\n",
    );
    let own = nodes.iter().find(|node| node.own);
    for node in nodes {
        let this = if node.own { " (this node)" } else { "" };
        // Against this node, which is what somebody looks at; the others' own pages say the same of it.
        let differs = |is: bool| if is && node.is_living() { " class=\"odd\"" } else { "" };
        let other = |of: fn(&Peer) -> String| differs(own.is_some_and(|own| of(own) != of(node)));
        let revision = |name: &str, of: fn(&Peer) -> Option<u64>| match of(node) {
            Some(number) => {
                let odd = differs(own.is_some_and(|own| of(own) != Some(number)));
                format!("<td data-of=\"{name}\"><span{odd}>{number}</span></td>")
            }
            None => NONE.to_owned(),
        };
        let _ = writeln!(
            content,
            "<tr><th scope=\"row\">{}{this}<small>{}</small></th><td data-of=\"revserve\"><span{}>{}</span></td>\
             <td data-of=\"code\"><span{}>{}</span></td>{}{}<td data-of=\"seen\">{}</td></tr>",
            Text(&node.name),
            state(node),
            other(|node| node.version.clone()),
            Text(&node.version),
            other(code),
            Text(code(node)),
            revision("themes", |node| node.themerev),
            revision("scripts", |node| node.jsrev),
            Since(node.silent),
        );
    }
    content.push_str("</tbody>\n</table>\n");
    part("nodes", true, &content)
}

fn state(node: &Peer) -> String {
    match &node.lagging {
        _ if !node.is_living() => "<b class=\"bad\">not heard of lately</b>".to_owned(),
        Some(why) => format!("<b class=\"odd\">lags:</b> {}", Text(why)),
        None => "runs, and does not lag".to_owned(),
    }
}

/// As much of a fingerprint as tells two apart.
fn code(node: &Peer) -> String {
    let code = node.code.as_deref();
    code.map_or("not compared", |code| code.get(..8).unwrap_or(code)).to_owned()
}
