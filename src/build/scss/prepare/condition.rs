//! `@if $a !== $b`, which is no comparison.
//!
//! Moodle's compiler (scssphp) reads `$a` and then another value, and two values are a list, which is true whatever is in
//! it. Sass refuses it. Themes have written it and live with the block always being there.

use std::ops::Range;

use super::Pass;
use crate::build::scss::skip::{TooDeep, skip};

impl Pass<'_> {
    /// Makes such a condition `true`, and says whether it was one.
    pub(super) fn condition(&mut self, range: Range<usize>) -> Result<bool, TooDeep> {
        let text = &self.source[range.clone()];
        let Some(keyword) = ["@if", "@else if", "@elseif"].iter().find(|keyword| text.starts_with(**keyword)) else {
            return Ok(false);
        };
        let mut at = range.start + keyword.len();
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
}
