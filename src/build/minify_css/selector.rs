//! Selectors that every browser understands.

use super::token::{Kind, Token};

/// Pseudo-classes of Selectors 3 and the four pseudo-elements that go with one colon or two.
const CLASSES: [&str; 21] = [
    "link",
    "visited",
    "hover",
    "active",
    "focus",
    "target",
    "root",
    "empty",
    "enabled",
    "disabled",
    "checked",
    "first-child",
    "last-child",
    "only-child",
    "first-of-type",
    "last-of-type",
    "only-of-type",
    "before",
    "after",
    "first-line",
    "first-letter",
];
const ELEMENTS: [&str; 4] = ["before", "after", "first-line", "first-letter"];

/// Whether all selectors of a list are made of parts that every browser has known for long. One selector that a browser
/// does not know makes its whole list invalid there, so only lists of known ones may be put together.
pub(super) fn is_known(tokens: &[Token], source: &str) -> bool {
    let text = |token: &Token| &source[token.start as usize..token.end as usize];
    let mut at = 0;
    // Whether a compound selector stands before, which a combinator needs, and whether a combinator does.
    let (mut compound, mut combinator) = (false, false);
    // Whether a type may come, which is the first part of its compound, and whether nothing may: a pseudo-element is the
    // last of its selector.
    let (mut fresh, mut ended) = (true, false);
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        let follows = |kind| next.filter(|next| next.kind == kind).map(text);
        let mut length = 1;
        let simple = match token.kind {
            Kind::Whitespace => {
                fresh = true;
                None
            }
            Kind::Comma if compound && !combinator => {
                (compound, fresh, ended) = (false, true, false);
                None
            }
            _ if ended => return false,
            Kind::Hash if is_id(text(token)) => Some(()),
            Kind::Ident if fresh => Some(()),
            Kind::Delim if text(token) == "*" && fresh => Some(()),
            Kind::Delim if text(token) == "." && follows(Kind::Ident).is_some() => {
                length = 2;
                Some(())
            }
            Kind::Delim if matches!(text(token), ">" | "+" | "~") && compound && !combinator => {
                (combinator, fresh) = (true, true);
                None
            }
            Kind::OpenSquare => match attribute(&tokens[at..], text) {
                Some(tokens) => {
                    length = tokens;
                    Some(())
                }
                None => return false,
            },
            Kind::Colon if next.is_some_and(|next| next.kind == Kind::Function) => {
                match function(&tokens[at + 1..], text) {
                    Some(tokens) => {
                        length = 1 + tokens;
                        Some(())
                    }
                    None => return false,
                }
            }
            Kind::Colon => {
                let double = next.is_some_and(|next| next.kind == Kind::Colon);
                let name = if double { tokens.get(at + 2) } else { next };
                let Some(name) = name.filter(|name| name.kind == Kind::Ident).map(text) else { return false };
                let known: &[&str] = if double { &ELEMENTS } else { &CLASSES };
                if !known.contains(&name) {
                    return false;
                }
                length = 2 + usize::from(double);
                ended = ELEMENTS.contains(&name);
                Some(())
            }
            _ => return false,
        };
        if simple.is_some() {
            (compound, combinator, fresh) = (true, false, false);
        }
        at += length;
    }
    compound && !combinator
}

/// A hash whose name is an identifier: `#1` is none.
fn is_id(hash: &str) -> bool {
    let name = &hash.as_bytes()[1..];
    !matches!(name, [b'-', b'0'..=b'9', ..] | [b'-'] | [b'0'..=b'9', ..] | [])
}

/// The number of tokens of `not(simple)` or `nth-child(2n+1)` and its kin.
fn function<'s>(tokens: &[Token], text: impl Fn(&Token) -> &'s str + Copy) -> Option<usize> {
    let close = tokens.iter().position(|token| token.kind == Kind::CloseParen)?;
    let inner = &tokens[1..close];
    let fits = match text(&tokens[0]) {
        "not(" => match inner {
            [name] => name.kind == Kind::Ident || name.kind == Kind::Hash && is_id(text(name)),
            [dot, name] => {
                (text(dot) == "." || text(dot) == ":" && CLASSES[..17].contains(&text(name)))
                    && name.kind == Kind::Ident
            }
            [open, ..] => open.kind == Kind::OpenSquare && attribute(inner, text) == Some(inner.len()),
            [] => false,
        },
        "nth-child(" | "nth-last-child(" | "nth-of-type(" | "nth-last-of-type(" => match inner {
            [one] => match one.kind {
                Kind::Ident => matches!(text(one), "odd" | "even" | "n"),
                Kind::Number => text(one).bytes().all(|b| b.is_ascii_digit()),
                Kind::Dimension => text(one).strip_suffix('n').is_some_and(|a| a.bytes().all(|b| b.is_ascii_digit())),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    };
    fits.then_some(close + 1)
}

/// The number of tokens of `[name]` or `[name=value]`, with any of the six operators.
fn attribute<'s>(tokens: &[Token], text: impl Fn(&Token) -> &'s str) -> Option<usize> {
    let close = tokens.iter().position(|token| token.kind == Kind::CloseSquare)?;
    let inner: Vec<&Token> = tokens[1..close].iter().filter(|token| token.kind != Kind::Whitespace).collect();
    let (name, rest) = inner.split_first()?;
    let is_value = |token: &Token| matches!(token.kind, Kind::Ident | Kind::String);
    let fits = name.kind == Kind::Ident
        && match rest {
            [] => true,
            [equals, value] => text(equals) == "=" && is_value(value),
            [operator, equals, value] => {
                matches!(text(operator), "~" | "|" | "^" | "$" | "*")
                    && text(equals) == "="
                    && operator.end == equals.start
                    && is_value(value)
            }
            _ => false,
        };
    fits.then_some(close + 1)
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn only_selectors_that_no_browser_refuses_are_known() {
        for known in [
            "a",
            ".a",
            "#a > .b + *",
            "a:hover::before",
            "a:first-child , .b",
            "[a]",
            "[a=\"b\"] ~ c",
            "[a^=b].c:not-x:hover",
            ".a:not(.b):not([c]):not(:hover):nth-child(2n)",
            "a:nth-last-child(odd):not(b)",
            "a.b::before, *#-c:after , #d",
        ] {
            assert_eq!(is_known(&tokens(known), known), !known.contains("not-x"), "{known}");
        }
        for unknown in [
            "",
            "a,",
            ",a",
            "> a",
            "a >",
            "a > > b",
            "a:-moz-x",
            "a::placeholder",
            "a:is(b)",
            "a:not(b c)",
            "a:not(.b, .c)",
            "a:not(:has(b))",
            "a:nth-child(2n of .b)",
            "&.a",
            "a|b",
            "[a=b i]",
            "[a= ~b]",
            "[a~ =b]",
            "a/**/b",
            "50%",
            ".a..b",
            ".1",
            ":",
            "a:focus-visible",
            "a::hover",
            "a:after:after",
            "a::before:hover",
            "a:before .b",
            "a::before, b:first-line > c",
            "[a]b",
            ".a*",
            "a:not(b)c",
            "#1a",
            "#-",
            "a:not(#2)",
            "\u{0}@",
        ] {
            assert!(!is_known(&tokens(unknown), unknown), "{unknown}");
        }
    }
}
