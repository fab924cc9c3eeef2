//! Each theme: its parents, its sheets and how they are come by, where its placeholders lead.

use super::text::{Bytes, Text, Took};
use super::{NONE, part};
use crate::asset::Coding;
use crate::engine::survey::{Placeholder, ThemeSight};
use crate::engine::{SheetState, Survey};
use std::fmt::Write as _;

pub fn html(survey: &Survey) -> String {
    let content: String = survey.themes.iter().map(theme).collect();
    part("themes", false, &content)
}

fn theme(theme: &ThemeSight) -> String {
    let mut content = format!("<article>\n<h3>{}</h3>\n", Text(&theme.name));
    if let Some(fault) = &theme.fault {
        let _ = writeln!(content, "<p><b class=\"bad\">The default theme stands in:</b> {}</p>", Text(fault));
    }
    let parents: Vec<&str> = theme.parents.iter().map(|parent| parent.as_str()).collect();
    let parents = if parents.is_empty() { "none".to_owned() } else { parents.join(" ← ") };
    let sources = if theme.sources.is_empty() { "none of its own".to_owned() } else { theme.sources.join(", ") };
    let way = theme.way.map_or("not asked for yet", |way| way.as_str());
    let _ = writeln!(
        content,
        "<dl><div><dt>Parents</dt><dd>{}</dd></div><div><dt>Sources</dt><dd>{}</dd></div>\
         <div><dt>Styles come</dt><dd>{way}</dd></div></dl>",
        Text(parents),
        Text(sources),
    );
    sheets(&mut content, theme);
    placeholders(&mut content, theme);
    content + "</article>\n"
}

fn sheets(content: &mut String, theme: &ThemeSight) {
    if theme.sheets.is_empty() {
        return;
    }
    let _ = writeln!(
        content,
        "<table>\n<caption>Sheets of {}</caption>\n<thead><tr><th scope=\"col\">Sheet</th><th scope=\"col\">Way</th>\
         <th scope=\"col\">Raw</th><th scope=\"col\">Brotli</th><th scope=\"col\">Built</th></tr></thead>\n<tbody>",
        Text(&theme.name)
    );
    for SheetState { sheet, svg, way, took, bytes, .. } in &theme.sheets {
        let size = |name: &str, coding| {
            let known = bytes.iter().find(|(known, _)| *known == coding);
            let cell = |(_, bytes): &(Coding, u64)| format!("<td data-of=\"{name}\">{}</td>", Bytes(*bytes));
            known.map_or(NONE.to_owned(), cell)
        };
        let _ = writeln!(
            content,
            "<tr><th scope=\"row\">{}{}</th><td>{way}</td>{}{}<td>{}</td></tr>",
            sheet.as_str(),
            if *svg { "" } else { " without SVG" },
            size("raw", Coding::Identity),
            size("brotli", Coding::Brotli),
            took.map_or("found".to_owned(), |took| format!("in {}", Took(took))),
        );
    }
    content.push_str("</tbody>\n</table>\n");
}

fn placeholders(content: &mut String, theme: &ThemeSight) {
    if theme.placeholders.is_empty() {
        return;
    }
    let lost = theme.placeholders.iter().filter(|placeholder| placeholder.file.is_none()).count();
    let some = match lost {
        0 => String::new(),
        lost => format!(", <b class=\"odd\">{lost} without a file</b>"),
    };
    let _ = writeln!(
        content,
        "<details><summary>{} placeholders{some}</summary>\n<table>\n<caption>Where placeholders of {} lead</caption>\n\
         <thead><tr><th scope=\"col\">Placeholder</th><th scope=\"col\">File</th></tr></thead>\n<tbody>",
        theme.placeholders.len(),
        Text(&theme.name)
    );
    for Placeholder { text, file } in &theme.placeholders {
        let file = match file {
            Some(file) => format!("<td class=\"path\">{}</td>", Text(file)),
            None => "<td><b class=\"odd\">no file</b></td>".to_owned(),
        };
        let _ = writeln!(content, "<tr><th scope=\"row\">{}</th>{file}</tr>", Text(text));
    }
    content.push_str("</tbody>\n</table>\n</details>\n");
}
