//! Long maps, `$icons: ("a": $a, "b": $b, …)`, whose keys are texts, each another: they are handed to a function of ours
//! ([`super::super::maps`]). The compiler compares each key of a map with all before it, which for a font of two thousand
//! icons is a fifth of a theme's whole compilation.

use std::collections::HashSet;
use std::ops::Range;

use super::Pass;
use crate::build::scss::maps::MAP;
use crate::build::scss::skip::blank_end;

/// Pairs that are worth it.
const MANY: usize = 64;

impl Pass<'_> {
    /// Hands the map that a declaration of a variable consists of to the function. Gives the offset behind its bracket,
    /// where it is such a map: nothing in it is to be mended.
    pub(super) fn long_map(&mut self, range: Range<usize>) -> Option<usize> {
        // `"a":"",` has seven bytes.
        if range.len() < 7 * MANY || self.src[range.start] != b'$' {
            return None;
        }
        let colon = blank_end(self.src, self.name_end(range.start + 1));
        let open = blank_end(self.src, colon + 1);
        if self.src.get(colon) != Some(&b':') || self.src.get(open) != Some(&b'(') {
            return None;
        }
        let (mut keys, mut colons) = (HashSet::new(), Vec::new());
        // The bracket, then each comma.
        let mut before = open;
        let end = loop {
            let key = blank_end(self.src, before + 1);
            if self.src.get(key) == Some(&b')') {
                break key;
            }
            let key_end = self.plain_text(key)?;
            let colon = blank_end(self.src, key_end);
            let value = blank_end(self.src, colon + 1);
            if self.src.get(colon) != Some(&b':') || !keys.insert(&self.source[key + 1..key_end - 1]) {
                return None;
            }
            colons.push(colon);
            let value_end = match self.src.get(value)? {
                b'$' => self.name_end(value + 1),
                _ => self.plain_text(value)?,
            };
            before = blank_end(self.src, value_end);
            match self.src.get(before)? {
                b',' => {}
                b')' => break before,
                _ => return None,
            }
        };
        if colons.len() < MANY || end >= range.end {
            return None;
        }
        self.edits.replace(open..open, MAP);
        for colon in colons {
            self.edits.replace(colon..colon + 1, ",");
        }
        if before < end {
            // A comma behind the last pair, which a map may have.
            self.edits.replace(before..before + 1, "");
        }
        Some(end + 1)
    }

    /// Behind a quoted text that says what it is: without escapes and interpolation.
    fn plain_text(&self, start: usize) -> Option<usize> {
        let quote = *self.src.get(start).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let inner = &self.src[start + 1..];
        let length = inner.iter().position(|&byte| byte == quote || matches!(byte, b'\\' | b'#' | b'\n' | b'\r'))?;
        (inner[length] == quote).then_some(start + length + 2)
    }
}
