//! Pieces of a source as text.

use std::ops::Range;

use super::calculation::WITHIN_MATH;
use super::value::COLORS;
use crate::build::scss::skip::{TooDeep, is_name, is_name_start, whole_end};

/// Functions that stay as they are written in a text; any other may be the theme's own and is evaluated.
const PLAIN: [&str; 18] = [
    "var",
    "env",
    "attr",
    "type",
    "abs",
    "sign",
    "calc-size",
    "anchor",
    "anchor-size",
    "sibling-index",
    "sibling-count",
    "progress",
    "media",
    "supports",
    "style",
    "url",
    "not",
    "rgb",
];

/// Whether the interpolation at `at` is a variable of a module, `#{name.$variable}`, and nothing else.
pub(super) fn is_of_module(source: &str, at: usize, depth: usize) -> Result<bool, TooDeep> {
    let end = whole_end(source.as_bytes(), at, depth)?;
    let inner = source.get(at + 2..end.saturating_sub(1)).unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_name);
    Ok(inner.split_once(".$").is_some_and(|(module, variable)| is_word(module) && is_word(variable)))
}

/// The source range as a string that is interpolated at once. Variables and functions that may be the theme's own are
/// evaluated.
pub(super) fn text(source: &str, range: Range<usize>, depth: usize) -> Result<String, TooDeep> {
    let src = source.as_bytes();
    let mut out = String::from("#{\"");
    let mut at = range.start;
    while at < range.end {
        let from = at;
        match src[at] {
            b'#' if src.get(at + 1) == Some(&b'{') => {
                at = whole_end(src, at, depth)?;
                if is_of_module(source, from, depth)? {
                    out.push('\\');
                }
                out.push_str(&source[from..at]);
            }
            b'$' if src.get(at + 1).is_some_and(|&b| is_name_start(b)) => {
                at += 1 + src[at + 1..].iter().take_while(|&&b| is_name(b)).count();
                out.push_str("#{");
                out.push_str(&source[from..at]);
                out.push('}');
            }
            byte if is_name_start(byte) => {
                at += src[at..].iter().take_while(|&&b| is_name(b) || b == b'.').count();
                let name = source[from..at].to_ascii_lowercase();
                let is_call = src.get(at) == Some(&b'(') || src.get(at) == Some(&b'$') && name.ends_with('.');
                let known =
                    [&WITHIN_MATH[..], &PLAIN, &COLORS, &["if"]].iter().any(|names| names.contains(&name.as_str()));
                if is_call && !known {
                    at = match src[at] {
                        b'(' => whole_end(src, at, depth)?,
                        _ => at + 1 + src[at + 1..].iter().take_while(|&&b| is_name(b)).count(),
                    };
                    out.push_str("#{");
                    out.push_str(&source[from..at]);
                    out.push('}');
                } else {
                    out.push_str(&source[from..at]);
                }
            }
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(src[at]));
                at += 1;
            }
            b'\n' | b'\r' => {
                out.push(' ');
                at += 1;
            }
            byte if byte.is_ascii() => {
                out.push(char::from(byte));
                at += 1;
            }
            _ => {
                let c = source[at..].chars().next().unwrap_or_default();
                out.push(c);
                at += c.len_utf8().max(1);
            }
        }
    }
    out.push_str("\"}");
    Ok(out)
}
