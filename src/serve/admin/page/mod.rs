//! The status page: a document that the server writes whole, for eyes and for screen readers.
//!
//! | Part | Shows | Follows by itself |
//! |---|---|---|
//! | [`node`] | revisions, and where they come from | yes |
//! | [`nodes`] | the site's nodes: code, revisions, when they were heard of | yes |
//! | [`works`] | what is being built, and what was lately, phase by phase | yes |
//! | [`faults`] | warnings and errors | yes |
//! | [`sizes`] | the largest sheets and scripts, raw and in each coding | no |
//! | [`caches`] | how full memory and folders are | no |
//! | [`themes`] | parents, sheets, where placeholders lead | no |
//!
//! Nothing needs its script: that only fetches the parts that follow, and puts them in the place of the old ones.

mod bar;
mod caches;
mod faults;
mod node;
mod nodes;
mod sizes;
mod text;
mod themes;
mod works;

use super::Now;
use crate::engine::Survey;
use text::Text;

/// What the page loads besides: the style sheet, the script and the icon.
pub const STYLES: &str = include_str!("status.css");
pub const SCRIPT: &str = include_str!("status.js");
pub const ICON: &str = include_str!("icon.svg");

/// The whole page.
pub fn html(now: &Now, survey: &Survey) -> String {
    let (site, name) = (Text(&now.site), Text(&now.node));
    let parts = [live(now), sizes::html(survey), caches::html(survey), themes::html(survey)].concat();
    let links: String = PARTS.iter().map(|(id, title)| format!("<li><a href=\"#{id}\">{title}</a></li>")).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{name} – revserve</title>\n\
         <link rel=\"icon\" href=\"icon.svg\">\n<link rel=\"stylesheet\" href=\"status.css\">\n\
         <script src=\"status.js\" defer></script>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to content</a>\n\
         <header><h1>revserve</h1><p>{name} serves {site}</p></header>\n\
         <nav aria-label=\"Parts of this page\"><ul>{links}</ul></nav>\n\
         <main id=\"main\" tabindex=\"-1\">\n{parts}</main>\n\
         <footer><p id=\"follow\">This page shows the moment at which it was loaded.</p>\
         <ul><li><a href=\"metrics\">metrics</a></li><li><a href=\"health\">health</a></li>\
         <li><a href=\"ready\">ready</a></li></ul></footer>\n</body>\n</html>\n"
    )
}

/// The parts that follow by themselves.
pub fn live(now: &Now) -> String {
    [node::html(now), nodes::html(now), works::html(now), faults::html(now)].concat()
}

/// Parts by their names in URLs.
const PARTS: [(&str, &str); 7] = [
    ("node", "Node"),
    ("nodes", "Nodes"),
    ("builds", "Builds"),
    ("warnings", "Warnings"),
    ("sizes", "Largest assets"),
    ("caches", "Caches"),
    ("themes", "Themes"),
];

/// A cell without anything. A narrow page leaves it out.
const NONE: &str = "<td class=\"none\">–</td>";

/// A part: its name in [`PARTS`], whether it follows by itself, what is in it.
fn part(id: &str, follows: bool, content: &str) -> String {
    let title = PARTS.iter().find(|(known, _)| *known == id).map_or(id, |(_, title)| title);
    let live = if follows { " data-live" } else { "" };
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-title\"{live}>\n<h2 id=\"{id}-title\">{title}</h2>\n{content}</section>\n"
    )
}

#[cfg(test)]
mod tests;
