//! Strings: escapes, interpolation, heredoc and nowdoc.

use mago_syntax::ast::{
    CompositeString, DocumentIndentation, DocumentKind, DocumentString, Expression, Literal, LiteralString,
    LiteralStringKind, StringPart,
};

use super::{Lowerer, plain};
use crate::php::code::{Expr, Kind};
use crate::php::value::{Text, Value};

impl Lowerer {
    pub(super) fn literal(&mut self, literal: &Literal<'_>) -> Expr {
        let line = self.last;
        let value = match literal {
            Literal::True(_) => Value::Bool(true),
            Literal::False(_) => Value::Bool(false),
            Literal::Null(_) => Value::Null,
            Literal::Integer(number) => integer(number.raw),
            Literal::Float(number) => Value::Float(plain(number.raw).replace('_', "").parse().unwrap_or(0.0)),
            Literal::String(text) => Value::Str(quoted(text)),
        };
        Expr::value(line, value)
    }

    pub(super) fn composite(&mut self, string: &CompositeString<'_>) -> Expr {
        let line = self.last;
        match string {
            CompositeString::ShellExecute(_) => Expr { line, kind: Kind::Unsupported("a shell command in backticks") },
            CompositeString::Interpolated(string) => {
                let parts = string.parts.iter().map(|part| self.part(part, &Quoting::Double, line)).collect();
                joined(line, parts)
            }
            CompositeString::Document(document) => self.document(document, line),
        }
    }

    fn part(&mut self, part: &StringPart<'_>, quoting: &Quoting, line: u32) -> Expr {
        match part {
            StringPart::Literal(text) => Expr::text(line, unescape(text.value, quoting)),
            StringPart::Expression(expression) => self.interpolated(expression),
            StringPart::BracedExpression(part) => self.expr(part.expression),
        }
    }

    /// In `"$a[key]"` the key is a bare word, and in `"$a[-1]"` a number.
    fn interpolated(&mut self, expression: &Expression<'_>) -> Expr {
        self.expr(expression)
    }

    fn document(&mut self, document: &DocumentString<'_>, line: u32) -> Expr {
        let indent = match document.indentation {
            DocumentIndentation::None => 0,
            DocumentIndentation::Whitespace(n) | DocumentIndentation::Tab(n) => n,
            DocumentIndentation::Mixed(a, b) => a + b,
        };
        let quoting = match document.kind {
            DocumentKind::Heredoc => Quoting::Heredoc,
            DocumentKind::Nowdoc => Quoting::None,
        };
        let count = document.parts.len();
        let mut parts = Vec::with_capacity(count);
        let mut line_start = true;
        for (at, part) in document.parts.iter().enumerate() {
            let StringPart::Literal(text) = part else {
                parts.push(self.part(part, &quoting, line));
                line_start = false;
                continue;
            };
            let mut raw = text.value.to_vec();
            if at + 1 == count {
                drop_last_newline(&mut raw);
            }
            let raw = dedent(&raw, indent, line_start);
            line_start = text.value.ends_with(b"\n");
            parts.push(Expr::text(line, unescape(&raw, &quoting)));
        }
        joined(line, parts)
    }
}

/// The newline before the closing label is no part of the text.
fn drop_last_newline(raw: &mut Vec<u8>) {
    if raw.last() == Some(&b'\n') {
        raw.pop();
        if raw.last() == Some(&b'\r') {
            raw.pop();
        }
    }
}

fn dedent(raw: &[u8], indent: usize, mut line_start: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for piece in raw.split_inclusive(|b| *b == b'\n') {
        let cut =
            if line_start { piece.iter().take(indent).take_while(|b| matches!(b, b' ' | b'\t')).count() } else { 0 };
        out.extend_from_slice(&piece[cut..]);
        line_start = true;
    }
    out
}

fn joined(line: u32, mut parts: Vec<Expr>) -> Expr {
    match parts.len() {
        0 => Expr::text(line, ""),
        1 if matches!(parts[0].kind, Kind::Value(Value::Str(_))) => parts.remove(0),
        _ => Expr { line, kind: Kind::Concat(parts) },
    }
}

enum Quoting {
    None,
    Single,
    Double,
    Heredoc,
}

fn quoted(string: &LiteralString<'_>) -> Text {
    let raw = string.raw;
    let raw = raw.strip_prefix(b"b").or_else(|| raw.strip_prefix(b"B")).unwrap_or(raw);
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    let quoting = match string.kind {
        LiteralStringKind::SingleQuoted => Quoting::Single,
        LiteralStringKind::DoubleQuoted => Quoting::Double,
    };
    unescape(inner, &quoting).into()
}

fn unescape(raw: &[u8], quoting: &Quoting) -> Vec<u8> {
    if matches!(quoting, Quoting::None) || !raw.contains(&b'\\') {
        return raw.to_vec();
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let byte = raw[at];
        let next = raw.get(at + 1).copied();
        if byte != b'\\' || next.is_none() {
            out.push(byte);
            at += 1;
            continue;
        }
        at += 1;
        let next = next.unwrap_or_default();
        if matches!(quoting, Quoting::Single) {
            if !matches!(next, b'\\' | b'\'') {
                out.push(b'\\');
            }
            out.push(next);
            at += 1;
            continue;
        }
        at += double_escape(&raw[at..], next, quoting, &mut out);
    }
    out
}

/// Decodes one escape of a double-quoted string; `raw` begins after the backslash. Gives the
/// number of bytes taken.
fn double_escape(raw: &[u8], next: u8, quoting: &Quoting, out: &mut Vec<u8>) -> usize {
    let simple = match next {
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'v' => Some(0x0b),
        b'e' => Some(0x1b),
        b'f' => Some(0x0c),
        b'\\' => Some(b'\\'),
        b'$' => Some(b'$'),
        b'"' if matches!(quoting, Quoting::Double) => Some(b'"'),
        _ => None,
    };
    if let Some(byte) = simple {
        out.push(byte);
        return 1;
    }
    if (b'0'..=b'7').contains(&next) {
        let count = raw.iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
        let code = raw[..count].iter().fold(0u32, |code, b| code * 8 + u32::from(b - b'0'));
        out.push(code as u8);
        return count;
    }
    if next == b'x' {
        let count = raw[1..].iter().take(2).take_while(|b| b.is_ascii_hexdigit()).count();
        if count > 0 {
            let code = u8::from_str_radix(&plain(&raw[1..=count]), 16).unwrap_or(0);
            out.push(code);
            return 1 + count;
        }
    }
    if next == b'u'
        && raw.get(1) == Some(&b'{')
        && let Some(close) = raw.iter().position(|b| *b == b'}')
        && let Some(shown) = u32::from_str_radix(&plain(&raw[2..close]), 16).ok().and_then(char::from_u32)
    {
        let mut buffer = [0; 4];
        out.extend_from_slice(shown.encode_utf8(&mut buffer).as_bytes());
        return close + 1;
    }
    out.push(b'\\');
    out.push(next);
    1
}

/// An integer literal of any base; one beyond 64 bits is a float.
fn integer(raw: &[u8]) -> Value {
    let text = plain(raw).replace('_', "").to_ascii_lowercase();
    let (digits, radix) = if let Some(rest) = text.strip_prefix("0x") {
        (rest, 16)
    } else if let Some(rest) = text.strip_prefix("0b") {
        (rest, 2)
    } else if let Some(rest) = text.strip_prefix("0o") {
        (rest, 8)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else {
        (text.as_str(), 10)
    };
    match i64::from_str_radix(digits, radix) {
        Ok(number) => Value::Int(number),
        Err(_) => Value::Float(
            digits
                .chars()
                .fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or(0))),
        ),
    }
}
