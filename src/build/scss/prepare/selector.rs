//! The parent selector as Moodle's compiler (scssphp) reads it: in a selector `#{&}` is `&`, and both may stand
//! anywhere in a compound selector: `body.x#{&}`, `a&`.
//!
//! Sass takes `#{&}` for the parents' text, puts the parents before a selector that has no `&` of its own, and refuses
//! `a&`. So at the start of a compound selector `#{&}` becomes `&`; glued to something it becomes
//! `:-revserve-any(&)`, which Sass reads as a pseudo-class with selectors in it, like `:-moz-any()`: it counts as a
//! `&`, follows nesting and `@extend`, and [`super::super::finish`] puts each of the selectors in its place.
//! Without parents both are nothing, as in scssphp: a mixin may be included at the top.
//!
//! A dot that no class follows, `.x. {`, is no selector to Sass. scssphp leaves it to browsers, which pass over the rule
//! and no other; so it gets a name here, which `finish` takes away. So do placeholders in two square brackets, which a
//! theme fills in the finished sheet, and texts where Sass wants a selector, `:not('.x')`.

use std::ops::Range;

use super::Pass;
use crate::build::scss::finish::{NO_CLASS, PARENT, boxed};
use crate::build::scss::skip::{TooDeep, comment_end, is_name, skip, whole_end};

impl Pass<'_> {
    pub(super) fn selector(&mut self, range: Range<usize>) -> Result<(), TooDeep> {
        let text = &self.src[range.clone()];
        if !text.iter().any(|byte| matches!(byte, b'&' | b'.' | b'"' | b'\''))
            && !text.windows(2).any(|pair| pair == b"[[")
        {
            return Ok(());
        }
        let mut at = range.start;
        // Whether what stands before belongs to the same compound selector.
        let mut glued = false;
        while at < range.end {
            let byte = self.src[at];
            match byte {
                b'"' | b'\'' | b'[' => {
                    let start = at;
                    at = whole_end(self.src, at, 0)?;
                    let is_text = matches!(byte, b'"' | b'\'')
                        && self.source[..start].trim_end().ends_with('(')
                        && !self.source[start..at].contains("#{");
                    if (is_text || self.src[start..at].starts_with(b"[[")) && at <= range.end {
                        self.edits.replace(start..at, &boxed(&self.source[start..at]));
                    }
                    glued = true;
                    continue;
                }
                b'/' if matches!(self.src.get(at + 1), Some(b'*' | b'/')) => {
                    at = comment_end(self.src, at);
                    glued = false;
                    continue;
                }
                b'#' | b'&' => {
                    if let Some(end) = self.parent_end(at, range.end)? {
                        at = self.parent(at..end, range.end, glued)?;
                        glued = true;
                        continue;
                    }
                    if self.src.get(at + 1) == Some(&b'{') {
                        at = whole_end(self.src, at, 0)?;
                        glued = true;
                        continue;
                    }
                    glued = true;
                }
                b'\\' => {
                    at += 1;
                    glued = true;
                }
                b'.' => {
                    if !self.src[at + 1..range.end].first().is_some_and(|&next| begins_class(next)) {
                        self.edits.replace(at..at + 1, NO_CLASS);
                    }
                    glued = true;
                }
                b',' | b'>' | b'+' | b'~' | b'(' => glued = false,
                _ if byte.is_ascii_whitespace() => glued = false,
                _ => glued = true,
            }
            at += 1;
        }
        Ok(())
    }

    /// Behind `&` or `#{&}`, where one stands at `at`.
    fn parent_end(&self, at: usize, end: usize) -> Result<Option<usize>, TooDeep> {
        if self.src[at] == b'&' {
            return Ok(Some(at + 1));
        }
        if self.src.get(at + 1) != Some(&b'{') {
            return Ok(None);
        }
        let close = skip(self.src, at + 2, 0, |b| b == b'}')?;
        let is_parent = close < end && self.source[at + 2..close].trim() == "&";
        Ok(is_parent.then_some(close + 1))
    }

    /// Writes one parent selector and gives the offset behind it.
    fn parent(&mut self, here: Range<usize>, end: usize, glued: bool) -> Result<usize, TooDeep> {
        if !glued {
            if self.src[here.start] == b'#' {
                self.edits.replace(here.clone(), r##"#{if(&, "&", "")}"##);
            }
            return Ok(here.end);
        }
        // `a#{&}__b`: what continues the parent's name has to stay at it.
        let mut at = here.end;
        while at < end {
            match self.src[at] {
                b'\\' => at += 2,
                b'#' if self.src.get(at + 1) == Some(&b'{') && self.parent_end(at, end)?.is_none() => {
                    at = whole_end(self.src, at, 0)?;
                }
                byte if is_name(byte) => at += 1,
                _ => break,
            }
        }
        let suffix_end = at.min(end);
        let suffix = self.source.get(here.end..suffix_end).unwrap_or_default();
        let opened = format!(r##"#{{if(&, "{PARENT}&", "")}}{suffix}#{{if(&, ")", "")}}"##);
        self.edits.replace(here.start..here.end + suffix.len(), &opened);
        Ok(here.end + suffix.len())
    }
}

/// What may follow the dot of a class, in Sass.
fn begins_class(byte: u8) -> bool {
    is_name(byte) || matches!(byte, b'\\' | b'#')
}
