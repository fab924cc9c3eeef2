//! The tables that a theme declares in its `db/install.xml`, as far as reading their rows needs it.
//!
//! ```xml
//! <TABLE NAME="theme_x_things"><FIELDS><FIELD NAME="id" TYPE="int" …/>
//! ```

use crate::php::host::Column;
use std::collections::BTreeMap;

/// Columns by table.
pub type Tables = BTreeMap<String, Vec<Column>>;

/// No table has a longer name.
const LONGEST_NAME: usize = 63;
/// Columns with such a part in their names may hold a secret.
const SECRET: [&str; 5] = ["pass", "secret", "token", "key", "private"];

/// What the declaration of a theme called so says. A plugin's tables begin with its component's name, and any other is
/// left out: a theme must not declare the tables of somebody else. So is what is no name that can stand in a query as it is.
pub fn declared(theme: &str, xml: &str) -> Tables {
    let own = format!("theme_{theme}");
    let is_own = |name: &str| name.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    let mut tables = Tables::new();
    let mut current: Option<String> = None;
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let comment = rest.starts_with("<!--");
        let end = if comment { rest.find("-->").map(|at| at + 3) } else { end_of_tag(rest) };
        let Some(end) = end else { break };
        let tag = &rest[..end];
        rest = &rest[end..];
        match tag.trim_start_matches('<').split(|c: char| c.is_ascii_whitespace() || c == '>').next() {
            _ if comment => {}
            Some("TABLE") => {
                current = attribute(tag, "NAME").filter(|name| is_name(name) && is_own(name));
                if let Some(name) = &current {
                    tables.entry(name.clone()).or_default();
                }
            }
            Some("/TABLE") => current = None,
            Some("FIELD") => {
                let columns = current.as_ref().and_then(|name| tables.get_mut(name));
                if let (Some(columns), Some(name)) = (columns, attribute(tag, "NAME").filter(|name| is_name(name))) {
                    let kind = attribute(tag, "TYPE").unwrap_or_default();
                    let is_number = ["int", "number", "float"].contains(&&*kind);
                    let is_hidden = SECRET.iter().any(|part| name.contains(part)) || kind == "binary";
                    columns.push(Column { name, is_number, is_hidden });
                }
            }
            _ => {}
        }
    }
    tables
}

/// Where a tag ends: at the first `>` outside of quotes.
fn end_of_tag(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// An attribute's value, in small letters.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let value = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        if let (true, Some(value)) = (before.is_some_and(|c| c.is_ascii_whitespace()), value.strip_prefix('=')) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return Some(value[1..].split(quote).next()?.to_ascii_lowercase());
        }
    }
}

fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_their_columns() {
        let xml = r#"<?xml version="1.0"?><XMLDB PATH="theme/leaf/db"><TABLES>
            <!-- <TABLE NAME="gone"><FIELD NAME="id" TYPE="int"/></TABLE> -->
            <TABLE NAME="theme_leaf_spots" COMMENT="a > b, TYPE=&quot;"><FIELDS>
              <FIELD TYPE="int" NAME="id" LENGTH="10"/><FIELD NAME = 'Colour' TYPE="char" COMMENT="NAME"/>
              <FIELD NAME="apikey" TYPE="char"/><FIELD NAME="no good" TYPE="char"/>
            </FIELDS><KEYS><KEY NAME="primary" TYPE="primary" FIELDS="id"/></KEYS></TABLE>
            <TABLE NAME="theme_leaf_x'; DROP TABLE config"><FIELD NAME="id" TYPE="int"/></TABLE>
            <TABLE NAME="sessions"><FIELD NAME="sid" TYPE="char"/></TABLE>
            <TABLE NAME="theme_leaflet"><FIELD NAME="id" TYPE="int"/></TABLE>"#;
        let column = |name: &str, is_number, is_hidden| Column { name: name.into(), is_number, is_hidden };
        let columns = vec![column("id", true, false), column("colour", false, false), column("apikey", false, true)];
        assert_eq!(declared("leaf", xml), [("theme_leaf_spots".to_owned(), columns)].into());
    }

    #[test]
    fn what_ends_in_the_middle_says_what_it_said() {
        assert_eq!(declared("a", "<TABLE NAME=\"theme_a\"><FIELD NAME=\"id").len(), 1);
        for xml in ["<TABLE NAME", "<!-- <TABLE NAME=\"theme_a\">"] {
            assert!(declared("a", xml).is_empty(), "{xml}");
        }
    }
}
