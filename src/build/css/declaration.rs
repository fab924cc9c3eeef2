//! The tokens of one declaration → its parts.

use std::borrow::Cow;

use super::token::{Token, TokenKind};
use super::{Declaration, text};

/// What the tokens of a statement with a colon turned out to be.
pub(super) struct Parsed<'a> {
    /// Where the declaration starts: at its property, or at the `*` or `_` of a hack.
    pub start: usize,
    /// Where the part that belongs to the node's `before` ends: after that `*` or `_`.
    pub before_end: usize,
    pub declaration: Declaration<'a>,
}

/// Reads a declaration out of its tokens, without the closing semicolon. `None` where no property or no colon is
/// to be found: what browsers would skip.
pub(super) fn parse<'a>(source: &'a str, tokens: &[Token], is_custom: bool) -> Option<Parsed<'a>> {
    let end = tokens.last()?.end;
    let start = tokens.iter().position(|token| token.kind == TokenKind::Word)?;
    let property_end =
        start + tokens[start..].iter().position(|t| ends_property(t.kind)).unwrap_or(tokens.len() - start);
    let mut value_at = property_end;
    for token in &tokens[property_end..] {
        value_at += 1;
        match token.kind {
            TokenKind::Colon => break,
            TokenKind::Word if has_word_character(&source[token.start..token.end]) => return None,
            _ => {}
        }
    }
    let offset_of = |at: usize| tokens.get(at).map_or(end, |token| token.start);
    let start = tokens[start].start;
    let before_end = start + usize::from(matches!(source.as_bytes()[start], b'*' | b'_'));
    let value_offset = offset_of(value_at);
    let first = value_at + count_extras(&tokens[value_at..]);
    let (value_end, important) = split_important(source, &tokens[first..]);
    let has_word = tokens[first..first + value_end].iter().any(|t| !is_extra(t.kind));
    // blanks before the value belong to `between`, unless there is nothing but blanks
    let (value_tokens, value_offset) = match has_word {
        true => (&tokens[first..first + value_end], offset_of(first)),
        false => (&tokens[value_at..first + value_end], value_offset),
    };
    let value_end = value_tokens.last().map_or(value_offset, |token| token.end);
    Some(Parsed {
        start,
        before_end,
        declaration: Declaration {
            property: Cow::Borrowed(&source[before_end..offset_of(property_end)]),
            between: Cow::Borrowed(&source[offset_of(property_end)..value_offset]),
            value: Cow::Borrowed(&source[value_offset..value_end]),
            important: important.then(|| Cow::Borrowed(&source[value_end..end])),
            value_has_extras: has_extras(source, value_tokens, is_custom),
            is_custom,
            cut_off: false,
        },
    })
}

fn ends_property(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Colon | TokenKind::Space | TokenKind::Comment)
}

fn is_extra(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Space | TokenKind::Comment)
}

fn has_word_character(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn count_extras(tokens: &[Token]) -> usize {
    tokens.iter().take_while(|token| is_extra(token.kind)).count()
}

/// How many of the tokens are the value, and whether the rest is an `!important`, in one word or with blanks and
/// comments after the exclamation mark.
fn split_important(source: &str, tokens: &[Token]) -> (usize, bool) {
    let text = |at: usize| &source[tokens[at].start..tokens[at].end];
    let Some(last) = tokens.iter().rposition(|token| !is_extra(token.kind)) else { return (tokens.len(), false) };
    if text(last).eq_ignore_ascii_case("!important") {
        let blanks = tokens[..last].iter().rev().take_while(|token| token.kind == TokenKind::Space).count();
        return (last - blanks, true);
    }
    if text(last).eq_ignore_ascii_case("important") {
        // As postcss does it: take tokens off the end, at most as many as stand before the word, until what was
        // taken starts with an exclamation mark and a word comes next.
        let mut kept = tokens.len();
        for at in (1..=last).rev() {
            if tokens[at].kind != TokenKind::Space && starts_with_mark(source, tokens, kept) {
                break;
            }
            kept -= 1;
        }
        if starts_with_mark(source, tokens, kept) {
            return (kept, true);
        }
    }
    (tokens.len(), false)
}

/// Whether the text from the token `from` on is, blanks aside, an exclamation mark and more.
fn starts_with_mark(source: &str, tokens: &[Token], from: usize) -> bool {
    let first = tokens[from..].iter().find(|token| !text::trim(&source[token.start..token.end]).is_empty());
    first.is_some_and(|token| text::trim_start(&source[token.start..token.end]).starts_with('!'))
}

fn has_extras(source: &str, tokens: &[Token], is_custom: bool) -> bool {
    if !is_custom && tokens.last().is_some_and(|token| token.kind == TokenKind::Space) {
        return true;
    }
    let mut last_byte = 0;
    for (at, token) in tokens.iter().enumerate() {
        if text::is_extra(tokens, at, last_byte == b',') {
            return true;
        }
        last_byte = source.as_bytes()[token.end - 1];
    }
    false
}
