//! Small helpers on raw text that both the parser and what works on its trees need.

use std::borrow::Cow;

use super::token::{Mode, Token, TokenKind, Tokenizer, Unclosed};

/// Whether JavaScript's `\s` and `trim` take the character for a space, as postcss and rtlcss do.
pub fn is_space(c: char) -> bool {
    match c {
        '\t'..='\r' | ' ' => true,
        _ if c.is_ascii() => false,
        '\u{feff}' => true,
        // U+0085 is white space to Unicode, not to JavaScript
        _ => c.is_whitespace() && c != '\u{85}',
    }
}

/// `text` without spaces at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `text` without spaces at its start.
pub fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

/// `text` without spaces at its end.
pub fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// A selector or an at-rule's parameters without the comments in them. A comment that alone keeps two words
/// apart stays.
pub fn without_comments(raw: &str) -> Cow<'_, str> {
    if !raw.contains("/*") {
        return Cow::Borrowed(raw);
    }
    let tokens = tokens(raw, Mode::Strict).or_else(|Unclosed| tokens(raw, Mode::Lenient)).unwrap_or_default();
    let mut clean = String::with_capacity(raw.len());
    for (at, token) in tokens.iter().enumerate() {
        if !is_extra(&tokens, at, clean.ends_with(',')) {
            clean.push_str(&raw[token.start..token.end]);
        }
    }
    Cow::Owned(clean)
}

fn tokens(text: &str, mode: Mode) -> Result<Vec<Token>, Unclosed> {
    let mut tokenizer = Tokenizer::new(text, mode);
    std::iter::from_fn(|| tokenizer.next_token().transpose()).collect()
}

/// Whether the token is a comment that is no part of the value proper: it has a blank or nothing on one side, or
/// follows a comma.
pub(super) fn is_extra(tokens: &[Token], at: usize, after_comma: bool) -> bool {
    let is_safe = |neighbour: Option<&Token>| neighbour.is_none_or(|token| token.kind == TokenKind::Space);
    tokens[at].kind == TokenKind::Comment
        && (is_safe(at.checked_sub(1).and_then(|i| tokens.get(i))) || is_safe(tokens.get(at + 1)) || after_comma)
}
