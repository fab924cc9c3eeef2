//! A list of YUI parts, as a URL carries it.

use super::part::{Part, Versions};
use crate::asset::ContentType;

/// Bytes of a list that are looked at: the YUI loader's own limit. What is longer is cut at the last whole part.
pub const LONGEST: usize = 1024;

/// The parts of one list, in order, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combo {
    pub content_type: ContentType,
    pub parts: Vec<Part>,
}

impl Combo {
    /// Reads a list. `None` where it ends neither in `.js` nor in `.css`: it is no list then.
    pub fn parse(list: &str, versions: &Versions) -> Option<Combo> {
        let mut texts: Vec<&str> = Vec::new();
        for text in list.trim_matches('&').split('&') {
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        let joined = texts.join("&");
        let whole = cut(&joined);
        let content_type = type_of(whole)?;
        let texts = whole.split('&');
        Some(Combo { content_type, parts: texts.map(|text| Part::parse(text, content_type, versions)).collect() })
    }
}

fn type_of(list: &str) -> Option<ContentType> {
    if list.ends_with(".js") {
        Some(ContentType::JavaScript)
    } else if list.ends_with(".css") {
        Some(ContentType::Css)
    } else {
        None
    }
}

fn cut(list: &str) -> &str {
    if list.len() <= LONGEST {
        return list;
    }
    let end = (0..=LONGEST).rev().find(|end| list.is_char_boundary(*end)).unwrap_or(0);
    let cut = &list[..end];
    if type_of(cut).is_some() { cut } else { cut.rfind('&').map_or("", |at| &cut[..at]) }
}
