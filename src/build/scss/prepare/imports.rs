//! `@import "name", "name";` of sheets that are compiled along.

use std::borrow::Cow;
use std::ops::Range;

use super::{Pass, Resolve};
use crate::build::scss::skip::blank_end;

impl Pass<'_> {
    /// Puts the path that each URL of the list means in its place. What is plain CSS (`url(…)`, `http://…`, `….css`, a
    /// media query behind it) stays.
    pub(super) fn import(&mut self, range: Range<usize>, resolve: &mut Resolve<'_>) {
        let mut at = range.start + "@import".len();
        loop {
            at = blank_end(self.src, at);
            let Some(&quote @ (b'"' | b'\'')) = self.src.get(at).filter(|_| at < range.end) else { return };
            let Some(length) = self.src[at + 1..range.end].iter().position(|&b| b == quote) else { return };
            let string = at..at + length + 2;
            let url = &self.source[string.start + 1..string.end - 1];
            at = blank_end(self.src, string.end).min(range.end);
            let next = self.src.get(at).filter(|_| at < range.end);
            let url = self.filled(url);
            if matches!(next, None | Some(b',')) && is_sass(&url) {
                if let Some(path) = resolve(&url) {
                    self.edits.replace(string, &quoted(path.as_str()));
                }
            } else if next != Some(&b',') {
                return;
            }
            if next.is_none() {
                return;
            }
            at += 1;
        }
    }

    /// The URL with the texts of the variables in it, as Moodle's compiler fills them in: `fonts/#{$font}`. Sass knows no
    /// such imports. Where a variable is not known to be one text, the URL stays as it is.
    fn filled<'u>(&self, url: &'u str) -> Cow<'u, str> {
        let texts = self.told.texts.borrow();
        let mut pieces = url.split("#{");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let known = piece
                .split_once('}')
                .and_then(|(inner, rest)| Some((texts.get(inner.trim().strip_prefix('$')?)?.as_deref()?, rest)));
            let Some((text, rest)) = known else { return Cow::Borrowed(url) };
            filled.extend([text, rest]);
        }
        Cow::Owned(filled)
    }
}

/// Not what Sass and Moodle's compiler take as an import of plain CSS, and nothing that has to be evaluated first.
fn is_sass(url: &str) -> bool {
    let is_css = url.ends_with(".css") || ["http://", "https://", "//"].iter().any(|start| url.starts_with(start));
    !is_css && !url.contains("#{") && !url.contains('\\')
}

/// The path for the compiler. It takes every `.css` for an import that stays one, but puts each of its own endings,
/// `css` among them, in the place of one that it does not know.
fn quoted(path: &str) -> String {
    let css = path.strip_suffix(".css").map(|stem| format!("{stem}.sheet"));
    let path = css.as_deref().unwrap_or(path);
    let mut text = String::with_capacity(path.len() + 2);
    text.push('"');
    for c in path.chars() {
        if matches!(c, '"' | '\\' | '#') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
    text
}
