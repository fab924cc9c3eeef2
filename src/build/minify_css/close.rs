//! One sheet, closed as a browser closes it at its end, so that another can follow.

use std::borrow::Cow;

use super::parse::MAX_DEPTH;
use super::token::{Kind, MAX_SOURCE, Token, tokens};

/// Why a sheet cannot be used. It costs the sheet, not those that it is joined with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// Blocks or brackets are nested deeper than in any real sheet.
    #[error("its blocks or brackets are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// It has more bytes than a browser would be sent.
    #[error("it has more than {MAX_SOURCE} bytes")]
    TooLong,
}

/// The sheet with everything closed that is still open at its end (strings, comments, brackets, blocks, an at-rule
/// without semicolon), and without what its end makes void: text that no block follows, which would become part of the
/// next sheet's first rule. A whole sheet comes back as it is.
///
/// # Errors
/// Where it is nested too deep to be worked on, or too long.
pub fn close(css: &str) -> Result<Cow<'_, str>, CloseError> {
    if css.len() > MAX_SOURCE {
        return Err(CloseError::TooLong);
    }
    let tokens = tokens(css);
    let mut open: Vec<Kind> = Vec::new();
    // Where text began that is no rule yet, at the top.
    let mut pending: Option<Token> = None;
    for &token in &tokens {
        match token.kind {
            Kind::Whitespace | Kind::Comment | Kind::HtmlComment => continue,
            Kind::OpenCurly => open.push(Kind::CloseCurly),
            Kind::OpenParen | Kind::Function => open.push(Kind::CloseParen),
            Kind::OpenSquare => open.push(Kind::CloseSquare),
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            return Err(CloseError::TooDeep);
        }
        let begins = pending.is_none() && (open.is_empty() || open.len() == 1 && opens(token.kind));
        if begins {
            pending = Some(token);
        }
        let at_rule = pending.is_some_and(|first| first.kind == Kind::AtKeyword);
        if open.last() == Some(&token.kind) {
            open.pop();
            if open.is_empty() && token.kind == Kind::CloseCurly {
                pending = None;
            }
        } else if open.is_empty() && at_rule && token.kind == Kind::Semicolon {
            pending = None;
        }
    }
    let Some(ending) = ending(css, &tokens, &open, pending) else { return Ok(Cow::Borrowed(css)) };
    Ok(Cow::Owned(ending))
}

fn opens(kind: Kind) -> bool {
    matches!(kind, Kind::OpenCurly | Kind::OpenParen | Kind::Function | Kind::OpenSquare)
}

/// The sheet with its end mended; `None` where there is nothing to mend.
fn ending(css: &str, tokens: &[Token], open: &[Kind], pending: Option<Token>) -> Option<String> {
    let last = *tokens.last()?;
    let text = &css[last.start as usize..];
    // In a block, or in an at-rule's words: both count at the end of a sheet.
    let in_block = open.first() == Some(&Kind::CloseCurly);
    let counts = in_block || pending.is_some_and(|first| first.kind == Kind::AtKeyword);
    let mut end = css.len();
    let mut closing = String::new();
    match last.kind {
        Kind::Comment if text.len() < 4 || !text.ends_with("*/") => closing.push_str("*/"),
        Kind::String if is_open_string(text) => {
            // A backslash at the very end is nothing.
            end -= usize::from(escapes_end(text));
            closing.push(text.chars().next()?);
        }
        Kind::BadString => closing.push('\n'),
        Kind::Url | Kind::BadUrl if !text.ends_with(')') || escapes_end(&text[..text.len() - 1]) => {
            end -= usize::from(escapes_end(text));
            closing.push(')');
        }
        _ => end -= usize::from(escapes_end(text)),
    }
    if let Some(first) = pending
        && !counts
    {
        // Text without a block; a comment behind it may go with it.
        return Some(css[..first.start as usize].to_owned());
    }
    if closing.is_empty() && end == css.len() && open.is_empty() && pending.is_none() {
        return None;
    }
    closing.extend(open.iter().rev().map(|kind| match kind {
        Kind::CloseParen => ')',
        Kind::CloseSquare => ']',
        _ => '}',
    }));
    if pending.is_some() && !in_block {
        closing.push(';');
    }
    Some([&css[..end], &closing].concat())
}

/// Whether the text ends in a backslash that escapes what comes next.
fn escapes_end(text: &str) -> bool {
    text.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1
}

fn is_open_string(text: &str) -> bool {
    let quote = &text[..1];
    text.len() < 2 || !text.ends_with(quote) || escapes_end(&text[..text.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_sheet_is_left_as_it_is() {
        for css in ["", " ", "a{b:c}", "@import 'x';\n/* y */", "a{b:'}'} @media x{a{b:c;}}\n", "}", "<!-- a{} -->"] {
            let expected = if css == "}" { "" } else { css };
            assert_eq!(close(css).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_open_at_the_end_is_closed() {
        for (css, closed) in [
            ("a{b:c", "a{b:c}"),
            ("@media x{a{b:c}", "@media x{a{b:c}}"),
            ("a{b:url(x", "a{b:url(x)}"),
            ("a{b:calc(1px + (2px", "a{b:calc(1px + (2px))}"),
            ("a{b:'x", "a{b:'x'}"),
            ("a{b:'x\\", "a{b:'x'}"),
            ("a{b:'x\\'", "a{b:'x\\''}"),
            ("a{b:c /* d", "a{b:c /* d*/}"),
            ("a{} /*", "a{} /**/"),
            ("a{} /* *", "a{} /* **/"),
            ("a[b='c", ""),
            ("[{a", ""),
            ("@import 'x'", "@import 'x';"),
            ("@import url(x", "@import url(x);"),
            ("@layer a, b /* c */", "@layer a, b /* c */;"),
            ("@media (x", "@media (x);"),
            ("a{b:c\\", "a{b:c}"),
        ] {
            assert_eq!(close(css).unwrap(), closed, "{css}");
        }
    }

    #[test]
    fn text_that_no_block_follows_is_void_and_goes() {
        assert_eq!(close("a{b:c}\n.d, ").unwrap(), "a{b:c}\n");
        assert_eq!(close("a{b:c}}").unwrap(), "a{b:c}");
        assert_eq!(close("a{b:c};").unwrap(), "a{b:c}");
        assert_eq!(close("a{b:c} x /* y */").unwrap(), "a{b:c} ");
    }

    #[test]
    fn a_sheet_that_is_nested_too_deep_is_refused() {
        for opener in ["a{", "a{b:(", "a{b:f(", "a{b:["] {
            assert_eq!(close(&opener.repeat(100_000)), Err(CloseError::TooDeep));
        }
    }
}
