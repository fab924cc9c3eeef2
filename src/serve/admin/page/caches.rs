//! How full each place is where built assets are kept.

use super::bar::bar;
use super::text::{Bytes, Text};
use super::{NONE, part};
use crate::engine::Survey;
use std::fmt::Write as _;

pub fn html(survey: &Survey) -> String {
    let mut content = String::from(
        "<table>\n<caption>Where built assets are kept</caption>\n<thead><tr><th scope=\"col\">Place</th>\
         <th scope=\"col\">Used</th><th scope=\"col\">Limit</th><th scope=\"col\">Files</th></tr></thead>\n<tbody>\n",
    );
    for cache in &survey.caches {
        let folder = cache.folder.as_ref().map_or(String::new(), |folder| format!("<small>{}</small>", Text(folder)));
        let picture = cache.limit.map_or(String::new(), |limit| bar([("used", cache.used as f64)], limit as f64));
        let limit = cache.limit.map_or("until the next purge".to_owned(), |limit| Bytes(limit).to_string());
        let files = cache.files.map_or(NONE.to_owned(), |files| format!("<td data-of=\"files\">{files}</td>"));
        let _ = writeln!(
            content,
            "<tr><th scope=\"row\">{}{picture}{folder}</th><td data-of=\"used\">{}</td><td data-of=\"limit\">{limit}</td>{files}</tr>",
            cache.name,
            Bytes(cache.used),
        );
    }
    content.push_str("</tbody>\n</table>\n");
    part("caches", false, &content)
}
