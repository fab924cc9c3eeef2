//! `@layer base, // the first` is a comment to Sass; grass leaves it in the CSS, where it is none and takes the rest of
//! the line with it. Behind `@extend` and `@content` it understands no comment at all.

use std::ops::Range;

use super::Pass;
use crate::build::scss::skip::{comment_end, is_name, is_url, whole_end};

/// At-rules whose words grass reads as Sass, comments and all. `@import` is the compiler's business, too.
const READ: [&str; 18] = [
    "at-root", "charset", "debug", "each", "else", "error", "for", "forward", "function", "if", "import", "include",
    "media", "mixin", "return", "use", "warn", "while",
];

/// Whether comments would stay in this at-rule, or stop the compiler.
pub(super) fn stay_in(text: &str) -> bool {
    let name = name(text);
    !name.is_empty() && !READ.contains(&name) && text.contains(if takes_none(name) { "/" } else { "//" })
}

/// What follows the `@`.
fn name(text: &str) -> &str {
    let rule = text.strip_prefix('@').unwrap_or_default();
    rule.split(|c: char| !c.is_ascii() || !is_name(c as u8)).next().unwrap_or_default()
}

fn takes_none(name: &str) -> bool {
    matches!(name, "extend" | "content")
}

impl Pass<'_> {
    /// The at-rule without the comments that only Sass knows: a blank stands for each.
    pub(super) fn without_comments(&mut self, range: Range<usize>) {
        let takes_none = takes_none(name(&self.source[range.clone()]));
        let mut at = range.start;
        while at < range.end {
            match self.src[at] {
                b'/' if matches!(self.src.get(at + 1), Some(b'*' | b'/')) => {
                    let end = comment_end(self.src, at).min(range.end);
                    if takes_none || self.src[at + 1] == b'/' {
                        self.edits.replace(at..end, " ");
                    }
                    at = end;
                }
                b'"' | b'\'' => at = whole_end(self.src, at, 0).unwrap_or(range.end),
                b'(' if is_url(self.src, at) => {
                    at = whole_end(self.src, at, 0).unwrap_or(range.end);
                }
                _ => at += 1,
            }
        }
    }
}
