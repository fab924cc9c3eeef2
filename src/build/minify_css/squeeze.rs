//! Tokens → text without the blanks and comments that mean nothing.

use super::color;
use super::number::short_number;
use super::token::{Kind, Token, would_join};

/// Writes tokens, keeping apart what would grow together.
pub(super) struct Squeeze<'s, 'o> {
    source: &'s str,
    out: &'o mut String,
    last: Option<Token>,
    /// White space was read and not yet written.
    blank: bool,
}

impl<'s> Squeeze<'s, '_> {
    pub fn new<'o>(source: &'s str, out: &'o mut String) -> Squeeze<'s, 'o> {
        Squeeze { source, out, last: None, blank: false }
    }

    fn text(&self, token: Token) -> &'s str {
        &self.source[token.start as usize..token.end as usize]
    }

    fn last_is(&self, kinds: &[Kind]) -> bool {
        self.last.is_some_and(|last| kinds.contains(&last.kind))
    }

    /// Behind a comma or an opening bracket no blank means anything.
    fn last_opens_or_separates(&self) -> bool {
        self.last_is(&[Kind::Comma, Kind::OpenParen, Kind::Function, Kind::OpenSquare])
    }

    fn last_text(&self) -> &'s str {
        self.last.map_or("", |last| self.text(last))
    }

    fn write(&mut self, token: Token, text: &str, space: bool) {
        if let Some(last) = self.last {
            if self.blank && space {
                self.out.push(' ');
            } else if !self.blank && would_join(last.kind, self.text(last), token.kind, self.text(token)) {
                // A comment stood between, or nothing at all.
                if last.end != token.start {
                    self.out.push_str("/**/");
                }
            }
        }
        self.out.push_str(text);
        (self.last, self.blank) = (Some(token), false);
    }

    /// The value of a declaration. Blanks mean nothing at a comma, at a slash and inside brackets' ends; everywhere else
    /// they stay, as one.
    /// In the values of some properties every word is a keyword or a colour (`words_are_colors`).
    pub fn value(&mut self, tokens: &[Token], words_are_colors: bool) {
        // For each open bracket, whether a hash in it may be something else than a colour.
        let mut open: Vec<bool> = Vec::new();
        let mut rest = tokens;
        while let Some((&token, behind)) = rest.split_first() {
            rest = behind;
            let text = self.text(token);
            let delim = token.kind == Kind::Delim;
            let after_operator = self.last_is(&[Kind::Delim]) && matches!(self.last_text(), "/" | "*");
            let mut space = !(after_operator || self.last_opens_or_separates());
            match token.kind {
                Kind::Whitespace => {
                    self.blank = self.last.is_some();
                    continue;
                }
                Kind::Comment => continue,
                // `var(--x, )` has a fallback, which is empty.
                Kind::CloseParen => space = self.last_is(&[Kind::Comma]),
                Kind::Comma | Kind::CloseSquare => space = false,
                Kind::Delim if matches!(text, "/" | "*") => {
                    space = self.last_is(&[Kind::Delim]);
                }
                _ => {}
            }
            match token.kind {
                Kind::Function if is_rgb(text) => {
                    if let Some((hex, length)) = self.rgb(rest) {
                        rest = &rest[length..];
                        let mut buffer = [0u8; 8];
                        let short = color::of_hash(&hex, words_are_colors, &mut buffer).unwrap_or(&hex);
                        self.write(Token { kind: Kind::Hash, ..token }, short, space);
                        continue;
                    }
                    open.push(false);
                }
                Kind::OpenParen => open.push(open.last().copied().unwrap_or(false)),
                Kind::Function => open.push(is_element(text)),
                Kind::CloseParen => drop(open.pop()),
                _ => {}
            }
            // A delimiter behind a slash would make a comment of them.
            space |= delim && self.last_is(&[Kind::Delim]);
            match token.kind {
                Kind::String => match double_quoted(text) {
                    Some(string) => self.write(token, &string, space),
                    None => self.write(token, text, space),
                },
                Kind::Number | Kind::Percentage | Kind::Dimension => {
                    let text = short_number(text);
                    self.write(token, &text, space);
                }
                Kind::Hash if !open.contains(&true) => {
                    let mut buffer = [0u8; 8];
                    let short = color::of_hash(text, words_are_colors, &mut buffer).unwrap_or(text);
                    self.write(token, short, space);
                }
                // Names of functions have no case. Most are written small, and what is equal codes shorter.
                Kind::Function if is_rgb(text) => self.write(token, &text.to_ascii_lowercase(), space),
                Kind::Ident if words_are_colors => self.write(token, color::of_name(text).unwrap_or(text), space),
                _ => self.write(token, text, space),
            }
        }
    }

    /// The colour of an opaque `rgb(…)` with plain numbers, given what stands behind its opening bracket, and how many
    /// tokens that is.
    fn rgb(&self, tokens: &[Token]) -> Option<(String, usize)> {
        let plain = [Kind::Number, Kind::Comma, Kind::Whitespace];
        let close = tokens.iter().position(|token| !plain.contains(&token.kind))?;
        let (first, last) = (tokens.first()?, tokens[close]);
        let hex = color::of_rgb(&self.source[first.start as usize..last.start as usize])
            .filter(|_| last.kind == Kind::CloseParen)?;
        Some((hex, close + 1))
    }

    /// What stands behind an at-rule's name. Blanks mean nothing at a comma, at brackets' insides, and at the colon in
    /// `(feature: value)`.
    pub fn prelude(&mut self, tokens: &[Token]) {
        let mut feature = false;
        for (i, &token) in tokens.iter().enumerate() {
            let text = self.text(token);
            let mut space = !self.last_is(&[Kind::Comma, Kind::OpenParen, Kind::Function]);
            match token.kind {
                Kind::Whitespace => {
                    self.blank = self.last.is_some();
                    continue;
                }
                Kind::Comment => continue,
                Kind::Comma | Kind::CloseParen => space = false,
                Kind::Colon if feature => space = false,
                _ => space &= !(feature && self.last_is(&[Kind::Colon])),
            }
            feature = match token.kind {
                Kind::OpenParen => tokens.get(i + 1..).is_some_and(is_feature),
                Kind::CloseParen | Kind::Function => false,
                _ => feature && !self.last_is(&[Kind::Colon]),
            };
            self.write(token, text, space);
        }
    }

    /// A list of selectors. Blanks mean nothing around commas and combinators.
    pub fn selector(&mut self, tokens: &[Token]) {
        let mut square = false;
        let mut colon = false;
        let mut rest = tokens;
        while let Some((&token, behind)) = rest.split_first() {
            rest = behind;
            let text = self.text(token);
            let delim = token.kind == Kind::Delim;
            let after_combinator = self.last_is(&[Kind::Delim]) && is_tight(self.last_text(), square);
            let mut space = !(after_combinator || self.last_opens_or_separates());
            match token.kind {
                Kind::Whitespace => {
                    self.blank = self.last.is_some();
                    continue;
                }
                Kind::Comment => continue,
                Kind::Comma | Kind::CloseParen | Kind::CloseSquare => space = false,
                Kind::Delim => space &= !is_tight(text, square),
                _ => {}
            }
            match token.kind {
                Kind::OpenSquare => square = true,
                Kind::CloseSquare => square = false,
                _ => {}
            }
            // `> >` and the like are errors and stay errors.
            space |= delim && self.last_is(&[Kind::Delim]) && !square;
            // Only a value may go without its quotes: `["name"]` is an error and stays one.
            let is_value = square && self.last_text() == "=";
            let text = if is_value { unquoted(token.kind, text) } else { text };
            // `::before` is `:before` to every browser.
            let was_colon = colon && token.kind == Kind::Colon;
            if was_colon
                && rest.first().is_some_and(|next| next.kind == Kind::Ident && is_old_element(self.text(*next)))
            {
                self.last = Some(token);
                continue;
            }
            colon = token.kind == Kind::Colon && !was_colon;
            self.write(token, text, space);
        }
    }
}

/// `'text'` as `"text"`, for compression: as most sheets write it.
fn double_quoted(string: &str) -> Option<String> {
    let inner = string.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains(['"', '\\'])).then(|| format!("\"{inner}\""))
}

/// A pseudo-element of CSS 2, which one colon is enough for.
fn is_old_element(name: &str) -> bool {
    ["before", "after", "first-line", "first-letter"].iter().any(|old| name.eq_ignore_ascii_case(old))
}

/// A combinator, or in an attribute's brackets a part of its operator.
fn is_tight(delim: &str, square: bool) -> bool {
    matches!(delim, ">" | "+" | "~") || square && matches!(delim, "=" | "|" | "^" | "$" | "*")
}

fn is_rgb(function: &str) -> bool {
    function.eq_ignore_ascii_case("rgb(") || function.eq_ignore_ascii_case("rgba(")
}

/// A function whose hash may be the name of an element.
fn is_element(function: &str) -> bool {
    function.as_bytes().windows(7).any(|part| part.eq_ignore_ascii_case(b"element"))
}

/// `[type="text"]` is `[type=text]`.
fn unquoted(kind: Kind, text: &str) -> &str {
    let Some(inner) = text.get(1..text.len().saturating_sub(1)).filter(|_| kind == Kind::String) else { return text };
    let plain = inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain { inner } else { text }
}

/// A word and a colon come next: `(min-width: 1px)`.
fn is_feature(tokens: &[Token]) -> bool {
    let mut kinds =
        tokens.iter().map(|token| token.kind).filter(|kind| !matches!(kind, Kind::Whitespace | Kind::Comment));
    kinds.next() == Some(Kind::Ident) && kinds.next() == Some(Kind::Colon)
}
