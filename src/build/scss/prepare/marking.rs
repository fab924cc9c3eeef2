//! Marks for a source map ([`super::super::marks`]): where they stand in a source.
//!
//! Nowhere in a `@function`, whose comments go nowhere; never before `@else`, which has to follow its `@if`; not in the
//! block of nested properties, whose declarations have marks of their own.

use std::ops::Range;

use super::Pass;
use crate::build::scss::marks::Kind;
use crate::build::scss::skip::is_name;

/// At-rules that leave no block behind.
const CONTROL: [&str; 10] = ["mixin", "include", "if", "else", "each", "for", "while", "content", "at-root", "return"];

impl Pass<'_> {
    /// Before what may be a declaration.
    pub(super) fn mark_statement(&mut self, range: Range<usize>) {
        let (Some(marker), None) = (self.marker, self.function) else { return };
        let text = self.source[range.clone()].trim_end();
        if text.contains(':') && !text.starts_with(['@', '$']) {
            let mark = marker.mark(Kind::Declaration, range.start);
            self.edits.replace(range.start..range.start, &mark);
        }
    }

    /// Behind the brace that opens a block at `depth`, before which `range` stands.
    pub(super) fn mark_block(&mut self, range: Range<usize>, depth: usize) {
        let (Some(marker), None) = (self.marker, self.function) else { return };
        let text = self.source[range.clone()].trim_end();
        let name = text.strip_prefix('@').map(|rest| &rest[..rest.bytes().take_while(|&b| is_name(b)).count()]);
        let kind = match name {
            Some("function") => {
                self.function = Some(depth);
                return;
            }
            Some("at-root") if !text["@at-root".len()..].trim_start().starts_with('(') => Kind::Rule,
            Some(name) if CONTROL.contains(&name) => return,
            Some(_) => Kind::AtRule,
            None if text.is_empty() || opens_properties(text) => return,
            None => Kind::Rule,
        };
        let behind = range.end + 1;
        let mark = marker.mark(kind, range.start);
        self.edits.replace(behind..behind, &mark);
    }
}

/// `font: {` and `font: bold {`: a name, a colon, and a blank or nothing behind it.
fn opens_properties(text: &str) -> bool {
    let Some((name, value)) = text.split_once(':') else { return false };
    let is_plain = !name.is_empty() && name.bytes().all(|b| is_name(b) || b.is_ascii_whitespace());
    is_plain && (value.is_empty() || value.starts_with(|c: char| c.is_ascii_whitespace()))
}
