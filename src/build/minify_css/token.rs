//! CSS text → tokens, as browsers cut it (CSS Syntax 3 §4). Every byte belongs to exactly one token.

/// What a token is (CSS Syntax 3 §4, "tokenization").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Whitespace,
    Comment,
    Ident,
    /// A name and the bracket that it opens.
    Function,
    AtKeyword,
    Hash,
    String,
    /// Ended by the end of its line; the line end is not part of it.
    BadString,
    /// `url(` with an unquoted address, and its closing bracket.
    Url,
    BadUrl,
    Number,
    Percentage,
    Dimension,
    Colon,
    Semicolon,
    Comma,
    OpenParen,
    CloseParen,
    OpenSquare,
    CloseSquare,
    OpenCurly,
    CloseCurly,
    /// `<!--` or `-->`.
    HtmlComment,
    /// Any other character.
    Delim,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}

/// Sheets beyond this many bytes have no tokens: offsets are kept short.
pub(crate) const MAX_SOURCE: usize = 1 << 30;

/// All tokens of a source. What is beyond [`MAX_SOURCE`] is not looked at.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let bytes = &source.as_bytes()[..source.len().min(MAX_SOURCE)];
    let mut tokens = Vec::with_capacity(bytes.len() / 4);
    let mut at = 0;
    while at < bytes.len() {
        let (kind, end) = Cursor { bytes }.token(at);
        let end = end.clamp(at + 1, bytes.len());
        tokens.push(Token { kind, start: at as u32, end: end as u32 });
        at = end;
    }
    tokens
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl Cursor<'_> {
    /// 0 beyond the end.
    fn at(self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn token(self, at: usize) -> (Kind, usize) {
        let one = |kind| (kind, at + 1);
        match self.bytes[at] {
            b' ' | b'\n' | b'\t' | b'\r' | 0x0c => (Kind::Whitespace, self.whitespace_end(at)),
            b'/' if self.at(at + 1) == b'*' => (Kind::Comment, self.comment_end(at)),
            quote @ (b'"' | b'\'') => self.string(at, quote),
            b'#' if is_name(self.at(at + 1)) || self.is_escape(at + 1) => (Kind::Hash, self.name_end(at + 1)),
            b'(' => one(Kind::OpenParen),
            b')' => one(Kind::CloseParen),
            b'[' => one(Kind::OpenSquare),
            b']' => one(Kind::CloseSquare),
            b'{' => one(Kind::OpenCurly),
            b'}' => one(Kind::CloseCurly),
            b',' => one(Kind::Comma),
            b':' => one(Kind::Colon),
            b';' => one(Kind::Semicolon),
            b'@' if self.starts_ident(at + 1) => (Kind::AtKeyword, self.name_end(at + 1)),
            b'<' if self.bytes[at..].starts_with(b"<!--") => (Kind::HtmlComment, at + 4),
            _ if self.starts_number(at) => self.number(at),
            b'-' if self.bytes[at..].starts_with(b"-->") => (Kind::HtmlComment, at + 3),
            _ if self.starts_ident(at) => self.ident(at),
            // One whole character.
            byte if byte >= 0x80 => (Kind::Delim, self.char_end(at)),
            _ => one(Kind::Delim),
        }
    }

    fn char_end(self, at: usize) -> usize {
        at + 1 + self.bytes[at + 1..].iter().take_while(|&&b| b & 0xc0 == 0x80).count()
    }

    fn whitespace_end(self, at: usize) -> usize {
        at + self.bytes[at..].iter().take_while(|&&b| is_whitespace(b)).count()
    }

    fn comment_end(self, at: usize) -> usize {
        let mut from = at + 2;
        while let Some(star) = self.bytes.get(from..).and_then(|rest| rest.iter().position(|&b| b == b'*')) {
            if self.at(from + star + 1) == b'/' {
                return from + star + 2;
            }
            from += star + 1;
        }
        self.bytes.len()
    }

    fn string(self, start: usize, quote: u8) -> (Kind, usize) {
        let mut at = start + 1;
        loop {
            match self.bytes.get(at) {
                None => return (Kind::String, at),
                Some(b'\n' | b'\r' | 0x0c) => return (Kind::BadString, at),
                Some(b'\\') if self.bytes[at..].starts_with(b"\\\r\n") => at += 3,
                Some(b'\\') => at += 2,
                Some(&byte) if byte == quote => return (Kind::String, at + 1),
                Some(_) => at += 1,
            }
        }
    }

    fn is_escape(self, at: usize) -> bool {
        self.at(at) == b'\\' && at + 1 < self.bytes.len() && !matches!(self.at(at + 1), b'\n' | b'\r' | 0x0c)
    }

    fn starts_ident(self, at: usize) -> bool {
        match self.at(at) {
            b'-' => is_name_start(self.at(at + 1)) || self.at(at + 1) == b'-' || self.is_escape(at + 1),
            b'\\' => self.is_escape(at),
            byte => is_name_start(byte),
        }
    }

    fn starts_number(self, at: usize) -> bool {
        let digits = |at| self.at(at).is_ascii_digit() || self.at(at) == b'.' && self.at(at + 1).is_ascii_digit();
        digits(at) || matches!(self.at(at), b'+' | b'-') && digits(at + 1)
    }

    fn name_end(self, mut at: usize) -> usize {
        loop {
            if is_name(self.at(at)) && at < self.bytes.len() {
                at += 1;
            } else if self.is_escape(at) {
                at = self.escape_end(at);
            } else {
                return at;
            }
        }
    }

    /// Up to six hex digits and one blank, or one character.
    fn escape_end(self, at: usize) -> usize {
        let hex = self.bytes[at + 1..].iter().take(6).take_while(|b| b.is_ascii_hexdigit()).count();
        if hex == 0 {
            return self.char_end(at + 1);
        }
        let end = at + 1 + hex;
        if self.bytes[end..].starts_with(b"\r\n") { end + 2 } else { end + usize::from(is_whitespace(self.at(end))) }
    }

    fn digits_end(self, at: usize) -> usize {
        at + self.bytes.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count()
    }

    fn number(self, start: usize) -> (Kind, usize) {
        let mut at = self.digits_end(start + usize::from(matches!(self.at(start), b'+' | b'-')));
        if self.at(at) == b'.' && self.at(at + 1).is_ascii_digit() {
            at = self.digits_end(at + 1);
        }
        if matches!(self.at(at), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(at + 1), b'+' | b'-'));
            if self.at(at + 1 + sign).is_ascii_digit() {
                at = self.digits_end(at + 1 + sign);
            }
        }
        if self.starts_ident(at) {
            (Kind::Dimension, self.name_end(at))
        } else if self.at(at) == b'%' {
            (Kind::Percentage, at + 1)
        } else {
            (Kind::Number, at)
        }
    }

    fn ident(self, start: usize) -> (Kind, usize) {
        let end = self.name_end(start);
        if self.at(end) != b'(' {
            return (Kind::Ident, end);
        }
        if !self.bytes[start..end].eq_ignore_ascii_case(b"url") {
            return (Kind::Function, end + 1);
        }
        let inner = self.whitespace_end(end + 1);
        if matches!(self.at(inner), b'"' | b'\'') { (Kind::Function, end + 1) } else { self.url(inner) }
    }

    fn url(self, mut at: usize) -> (Kind, usize) {
        loop {
            match self.bytes.get(at) {
                None => return (Kind::Url, at),
                Some(b')') => return (Kind::Url, at + 1),
                Some(&byte) if is_whitespace(byte) => {
                    at = self.whitespace_end(at);
                    match self.bytes.get(at) {
                        None => return (Kind::Url, at),
                        Some(b')') => return (Kind::Url, at + 1),
                        Some(_) => return self.bad_url(at),
                    }
                }
                Some(b'"' | b'\'' | b'(' | 0..=0x08 | 0x0b | 0x0e..=0x1f | 0x7f) => return self.bad_url(at),
                Some(b'\\') if self.is_escape(at) => at = self.escape_end(at),
                Some(b'\\') => return self.bad_url(at),
                Some(_) => at += 1,
            }
        }
    }

    fn bad_url(self, mut at: usize) -> (Kind, usize) {
        loop {
            match self.bytes.get(at) {
                None => return (Kind::BadUrl, at),
                Some(b')') => return (Kind::BadUrl, at + 1),
                Some(b'\\') if self.is_escape(at) => at = self.escape_end(at),
                Some(_) => at += 1,
            }
        }
    }
}

fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0c)
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'-'
}

/// Whether two tokens side by side would be read as something else (CSS Syntax 3 §9, "serialization").
pub(crate) fn would_join(left: Kind, left_text: &str, right: Kind, right_text: &str) -> bool {
    use Kind::*;
    let is = |text: &str, c: &str| text == c;
    let word = matches!(right, Ident | Function | Url | BadUrl);
    let number = matches!(right, Number | Percentage | Dimension);
    let dash = right == Delim && is(right_text, "-") || right == HtmlComment && is(right_text, "-->");
    match left {
        Ident => word || number || dash || right == OpenParen,
        AtKeyword | Hash | Dimension => word || number || dash,
        Number => word || number || right == Delim && is(right_text, "%"),
        Delim => match left_text {
            "#" | "-" => word || number || dash,
            "@" => word || dash,
            "." | "+" => number,
            "/" => right == Delim && is(right_text, "*"),
            "\\" => true,
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::*;
    use super::*;

    fn kinds(source: &str) -> Vec<(Kind, &str)> {
        tokens(source).iter().map(|t| (t.kind, &source[t.start as usize..t.end as usize])).collect()
    }

    #[test]
    fn tokens_are_those_of_css_syntax_3() {
        assert_eq!(
            kinds("a-b:-1.5e3px+.5 10%"),
            [
                (Ident, "a-b"),
                (Colon, ":"),
                (Dimension, "-1.5e3px"),
                (Number, "+.5"),
                (Whitespace, " "),
                (Percentage, "10%")
            ]
        );
        assert_eq!(kinds("--x--y"), [(Ident, "--x--y")]);
        assert_eq!(kinds("2n-1 2n+1"), [(Dimension, "2n-1"), (Whitespace, " "), (Dimension, "2n"), (Number, "+1")]);
        assert_eq!(kinds("1e5x1e"), [(Dimension, "1e5x1e")]);
        assert_eq!(kinds("1.a"), [(Number, "1"), (Delim, "."), (Ident, "a")]);
        assert_eq!(kinds("@media#12@9"), [(AtKeyword, "@media"), (Hash, "#12"), (Delim, "@"), (Number, "9")]);
        assert_eq!(kinds("\\31 0\\:x"), [(Ident, "\\31 0\\:x")]);
        assert_eq!(kinds("<!---->é"), [(HtmlComment, "<!--"), (HtmlComment, "-->"), (Ident, "é")]);
    }

    #[test]
    fn strings_and_urls_end_where_browsers_end_them() {
        assert_eq!(kinds("'a\\'b'c"), [(String, "'a\\'b'"), (Ident, "c")]);
        assert_eq!(kinds("'a\n'"), [(BadString, "'a"), (Whitespace, "\n"), (String, "'")]);
        assert_eq!(kinds("'a\\\nb'"), [(String, "'a\\\nb'")]);
        assert_eq!(kinds("url( a;b )c"), [(Url, "url( a;b )"), (Ident, "c")]);
        assert_eq!(kinds("url(a b'c)d"), [(BadUrl, "url(a b'c)"), (Ident, "d")]);
        assert_eq!(kinds("URL( \"a\")"), [(Function, "URL("), (Whitespace, " "), (String, "\"a\""), (CloseParen, ")")]);
        assert_eq!(kinds("src(x"), [(Function, "src("), (Ident, "x")]);
        assert_eq!(kinds("/* a"), [(Comment, "/* a")]);
        assert_eq!(kinds("/*/**/a"), [(Comment, "/*/**/"), (Ident, "a")]);
    }
}
