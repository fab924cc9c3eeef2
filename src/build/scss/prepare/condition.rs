//! `@if $a !== $b`, which is no comparison.
//!
//! Moodle's compiler (scssphp) reads `$a` and then another value, and two values are a list, which is true whatever is in
//! it. Sass refuses it. Themes have written it and live with the block always being there.

use std::ops::Range;

use super::Pass;
use crate::build::scss::skip::{TooDeep, blank_end, skip};

impl Pass<'_> {
    /// Makes such a condition `true`, and says whether it was one.
    pub(super) fn condition(&mut self, range: Range<usize>) -> Result<bool, TooDeep> {
        let Some(mut at) = self.condition_start(range.clone()) else { return Ok(false) };
        let condition = at..range.end;
        while at < range.end {
            // Brackets and strings are gone round.
            at = skip(self.src, at, 0, |byte| byte == b'!')?;
            if at < range.end && self.src[at..].starts_with(b"!==") {
                self.edits.replace(condition, " true ");
                return Ok(true);
            }
            at += 1;
        }
        Ok(false)
    }

    /// Behind `@if`, `@else if` or `@elseif`, with whatever blanks and comments between the words.
    fn condition_start(&self, range: Range<usize>) -> Option<usize> {
        let text = &self.source[range.clone()];
        let at = match text.strip_prefix("@else") {
            Some(_) => blank_end(self.src, range.start + "@else".len()),
            None => range.start + 1,
        };
        (text.starts_with('@') && self.source[..range.end].get(at..)?.starts_with("if")).then_some(at + "if".len())
    }
}
