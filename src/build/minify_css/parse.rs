//! Tokens → [`Node`]s, as browsers read a sheet (CSS Syntax 3 §5): what they skip ends where it ends for them.

use super::color::holds_colors;
use super::node::{At, AtKind, Node, Style, Text, Texts};
use super::selector::is_known;
use super::squeeze::Squeeze;
use super::token::{Kind, Token};
use super::value::shorter;

/// Blocks in each other beyond this make a sheet that nobody meant.
pub(super) const MAX_DEPTH: usize = 200;

/// Blocks are nested more than [`MAX_DEPTH`] deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep;

pub(super) fn parse(source: &str, tokens: &[Token], texts: &mut Texts) -> Result<Vec<Node>, TooDeep> {
    let mut parser = Parser { source, tokens, at: 0, texts };
    parser.rules()
}

struct Parser<'s, 't> {
    source: &'s str,
    tokens: &'t [Token],
    at: usize,
    texts: &'t mut Texts,
}

impl<'s> Parser<'s, '_> {
    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn kind_at(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn text_at(&self, at: usize) -> &'s str {
        self.tokens.get(at).map_or("", |token| &self.source[token.start as usize..token.end as usize])
    }

    /// The source from one token up to another, without blanks at its ends (but with one that ends an escape).
    fn raw(&self, from: usize, to: usize) -> &'s str {
        let is_text = |token: &&Token| token.kind != Kind::Whitespace;
        let tokens = &self.tokens[from..to.max(from)];
        let (first, last) = (tokens.iter().find(is_text), tokens.iter().rfind(is_text));
        first.zip(last).map_or("", |(first, last)| &self.source[first.start as usize..last.end as usize])
    }

    fn skip_blank(&self, mut at: usize) -> usize {
        while matches!(self.kind_at(at), Some(Kind::Whitespace | Kind::Comment)) {
            at += 1;
        }
        at
    }

    /// The sheet itself: between its rules a semicolon ends nothing.
    fn rules(&mut self) -> Result<Vec<Node>, TooDeep> {
        let mut nodes = Vec::new();
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Whitespace | Kind::Comment | Kind::HtmlComment => self.at += 1,
                Kind::AtKeyword => self.at_rule(false, 0, &mut nodes)?,
                _ => self.qualified_rule(None, 0, &mut nodes)?,
            }
        }
        Ok(nodes)
    }

    /// A block's contents, up to and with its closing brace.
    fn block(&mut self, depth: usize) -> Result<Vec<Node>, TooDeep> {
        if depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let mut nodes = Vec::new();
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Whitespace | Kind::Comment | Kind::Semicolon => self.at += 1,
                Kind::CloseCurly => {
                    self.at += 1;
                    break;
                }
                Kind::AtKeyword => self.at_rule(true, depth, &mut nodes)?,
                _ => {
                    if !self.declaration(&mut nodes) {
                        self.qualified_rule(Some(Kind::Semicolon), depth, &mut nodes)?;
                    }
                }
            }
        }
        Ok(nodes)
    }

    /// The next token for which `stop` holds outside of all brackets; a `}` that closes nothing only where it does.
    fn find(&self, from: usize, stop: impl Fn(Kind) -> bool) -> usize {
        let mut open: Vec<Kind> = Vec::new();
        let mut at = from;
        while let Some(kind) = self.kind_at(at) {
            if open.is_empty() && stop(kind) {
                return at;
            }
            match kind {
                Kind::OpenCurly => open.push(Kind::CloseCurly),
                Kind::OpenParen | Kind::Function => open.push(Kind::CloseParen),
                Kind::OpenSquare => open.push(Kind::CloseSquare),
                _ if open.last() == Some(&kind) => drop(open.pop()),
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Reads a declaration and says so; where none stands here, nothing is read.
    fn declaration(&mut self, nodes: &mut Vec<Node>) -> bool {
        if self.kind() != Some(Kind::Ident) {
            return false;
        }
        let colon = self.skip_blank(self.at + 1);
        if self.kind_at(colon) != Some(Kind::Colon) {
            return false;
        }
        let name = self.text_at(self.at);
        let custom = name.starts_with("--");
        let from = self.skip_white(colon + 1);
        let stop = |kind| matches!(kind, Kind::Semicolon | Kind::CloseCurly);
        let end =
            if custom { self.find(from, stop) } else { self.find(from, |kind| stop(kind) || kind == Kind::OpenCurly) };
        if self.kind_at(end) == Some(Kind::OpenCurly) && self.skip_blank(from) != end {
            // `a:hover {`
            return false;
        }
        let end = if custom { end } else { self.find(end, stop) };
        self.at_declaration(name, colon, from..end, custom, nodes);
        self.at = end;
        true
    }

    fn skip_white(&self, mut at: usize) -> usize {
        while self.kind_at(at) == Some(Kind::Whitespace) {
            at += 1;
        }
        at
    }

    fn at_declaration(
        &mut self,
        name: &str,
        colon: usize,
        value: std::ops::Range<usize>,
        custom: bool,
        nodes: &mut Vec<Node>,
    ) {
        let tokens = &self.tokens[value.clone()];
        if tokens.iter().any(|&token| is_broken(token, self.source)) {
            // Browsers drop it, and its text would swallow what follows on the same line.
            return;
        }
        if custom || is_kept_as_written(name, tokens, self.source) {
            let raw = self.raw(value.start, value.end);
            // `--x: ;` is a value, and older browsers want its blank.
            let blank = if raw.is_empty() && self.kind_at(colon + 1) == Some(Kind::Whitespace) { " " } else { "" };
            nodes.push(Node::Declaration(self.texts.add(&[name, ":", blank, raw])));
            return;
        }
        let (tokens, important) = split_important(tokens, self.source);
        let lower = name.to_ascii_lowercase();
        let (begin, out) = self.texts.begin();
        out.push_str(name);
        out.push(':');
        let value = out.len();
        Squeeze::new(self.source, out).value(tokens, holds_colors(&lower));
        if let Some(short) = shorter(&lower, &out[value..]) {
            out.truncate(value);
            out.push_str(&short);
        }
        if important {
            out.push_str("!important");
        }
        nodes.push(Node::Declaration(self.texts.end(begin)));
    }

    /// Text and a block. Text without one is junk: kept where something follows it, as it may swallow that.
    fn qualified_rule(&mut self, stop: Option<Kind>, depth: usize, nodes: &mut Vec<Node>) -> Result<(), TooDeep> {
        let from = self.at;
        let open = self.find(from, |kind| {
            kind == Kind::OpenCurly || stop.is_some() && (Some(kind) == stop || kind == Kind::CloseCurly)
        });
        self.at = open;
        if self.kind() != Some(Kind::OpenCurly) {
            let dropped = self.tokens[from..open].iter().any(|&token| is_broken(token, self.source));
            if stop.is_some() && !dropped {
                let raw = self.texts.add(&[self.raw(from, open)]);
                nodes.push(Node::Junk(raw));
            }
            return Ok(());
        }
        self.at += 1;
        let tokens = &self.tokens[from..open];
        let dropped = tokens.iter().any(|&token| is_broken(token, self.source));
        let known = is_known(tokens, self.source);
        let (begin, out) = self.texts.begin();
        Squeeze::new(self.source, out).selector(tokens);
        let selector = if is_list(tokens, self.source) { self.texts.end_list(begin) } else { self.texts.end(begin) };
        let body = self.block(depth + 1)?;
        if !dropped {
            nodes.push(Node::Style(Style { selector, known, body }));
        }
        Ok(())
    }

    fn at_rule(&mut self, nested: bool, depth: usize, nodes: &mut Vec<Node>) -> Result<(), TooDeep> {
        let start = self.at;
        let end = self.find(start + 1, |kind| {
            matches!(kind, Kind::Semicolon | Kind::OpenCurly) || nested && kind == Kind::CloseCurly
        });
        let name = self.text_at(start);
        let dropped = self.tokens[start..end].iter().any(|&token| is_broken(token, self.source));
        let has_block = self.kind_at(end) == Some(Kind::OpenCurly);
        let kind = kind_of(&name[1..], has_block);
        let head =
            if kind == AtKind::Raw { self.texts.add(&[self.raw(start, end)]) } else { self.head(start, end, kind) };
        self.at = end + 1;
        let body = match kind {
            AtKind::Raw if has_block => {
                let close = self.find(self.at, |kind| kind == Kind::CloseCurly);
                let raw = self.raw(self.at, close);
                // What would hold up to the end of its line keeps that.
                let broken = self.tokens[self.at..close].iter().rfind(|token| token.kind != Kind::Whitespace);
                let line_end = if broken.is_some_and(|&token| is_broken(token, self.source)) { "\n" } else { "" };
                self.at = close + 1;
                vec![Node::Junk(self.texts.add(&[raw, line_end]))]
            }
            AtKind::Statement | AtKind::First | AtKind::Raw => {
                // A brace that closes the block around ends the rule and is not its own.
                self.at = if self.kind_at(end) == Some(Kind::Semicolon) { end + 1 } else { end };
                Vec::new()
            }
            _ => self.block(depth + 1)?,
        };
        if !dropped {
            nodes.push(Node::At(At { head, kind, body }));
        }
        Ok(())
    }

    fn head(&mut self, start: usize, end: usize, kind: AtKind) -> Text {
        let name = self.text_at(start);
        if matches!(kind, AtKind::First) || name.eq_ignore_ascii_case("@charset") {
            return self.texts.add(&[self.raw(start, end)]);
        }
        let (begin, out) = self.texts.begin();
        out.push_str(name);
        let tokens = &self.tokens[start + 1..end];
        // A blank or comment between the name and what follows stays, as a blank.
        let separate = matches!(tokens.first().map(|t| t.kind), Some(Kind::Whitespace | Kind::Comment));
        let mut words = String::new();
        Squeeze::new(self.source, &mut words).prelude(tokens);
        if separate && !words.is_empty() {
            out.push(' ');
        }
        out.push_str(&words);
        self.texts.end(begin)
    }
}

/// Whether the order of what stands between commas means nothing: it is made of what selectors are made of, and none of
/// it is read as something else where it comes first.
fn is_list(tokens: &[Token], source: &str) -> bool {
    tokens.iter().all(|&token| match token.kind {
        Kind::Ident => !source[token.start as usize..].starts_with("--"),
        Kind::HtmlComment | Kind::CloseCurly | Kind::AtKeyword | Kind::Semicolon | Kind::BadUrl => false,
        _ => !is_broken(token, source),
    })
}

/// Text that holds only up to the end of its line: an unclosed string, a backslash there.
fn is_broken(token: Token, source: &str) -> bool {
    token.kind == Kind::BadString || token.kind == Kind::Delim && source.as_bytes()[token.start as usize] == b'\\'
}

/// Values whose tokens say less than their text.
fn is_kept_as_written(name: &str, tokens: &[Token], source: &str) -> bool {
    name.eq_ignore_ascii_case("unicode-range")
        || name.to_ascii_lowercase().ends_with("filter")
            && tokens.iter().any(|t| {
                t.kind == Kind::Ident && source[t.start as usize..t.end as usize].eq_ignore_ascii_case("progid")
            })
}

/// The value's own tokens, and whether an `!important` stands behind them.
fn split_important<'t>(tokens: &'t [Token], source: &str) -> (&'t [Token], bool) {
    let mut rest = tokens;
    let mut last = || {
        while let Some((token, before)) = rest.split_last() {
            rest = before;
            if !matches!(token.kind, Kind::Whitespace | Kind::Comment) {
                return Some((*token, &source[token.start as usize..token.end as usize]));
            }
        }
        None
    };
    let is_word =
        last().is_some_and(|(token, text)| token.kind == Kind::Ident && text.eq_ignore_ascii_case("important"));
    if is_word && last().is_some_and(|(_, text)| text == "!") { (rest, true) } else { (tokens, false) }
}

/// What an at-rule's block holds.
fn kind_of(name: &str, has_block: bool) -> AtKind {
    let name = name.to_ascii_lowercase();
    let plain = name.strip_prefix('-').and_then(|rest| rest.split_once('-')).map_or(name.as_str(), |(_, plain)| plain);
    match (plain, has_block) {
        ("import" | "namespace", false) => AtKind::First,
        (_, false) => AtKind::Statement,
        ("media" | "supports" | "container" | "starting-style", true) => AtKind::Condition,
        ("layer" | "scope" | "document", true) => AtKind::Group,
        ("font-face" | "page" | "keyframes" | "property" | "counter-style" | "viewport" | "view-transition", true) => {
            AtKind::Descriptors
        }
        _ => AtKind::Raw,
    }
}
