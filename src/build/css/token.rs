//! Bytes → tokens. Every byte belongs to exactly one token, so tokens side by side are the source again.
//!
//! Token boundaries are those of postcss' tokenizer, which are coarser than CSS Syntax 3: `10px`, `red` and `--x`
//! are all words, a quoted string may span lines, and simple parentheses such as `(1, 2)` are one token.

/// What a token is. Punctuation has a kind of its own for each character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Space,
    Comment,
    /// Anything else: identifiers, numbers, operators, escapes.
    Word,
    /// `@` and the name that follows.
    AtWord,
    String,
    /// Parentheses with plain content, or `url(…)` without quotes, in one piece.
    Brackets,
    OpenParen,
    CloseParen,
    OpenSquare,
    CloseSquare,
    OpenCurly,
    CloseCurly,
    Colon,
    Semicolon,
}

/// A range of the source, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// Why strict reading stopped: something was opened and never closed, where postcss refuses the whole sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclosed;

/// How to read what nobody closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As postcss: strings may span lines; one that never ends is [`Unclosed`].
    Strict,
    /// As browsers: a string ends with its line at the latest.
    Lenient,
}

/// Hands out the tokens of a source one after the other.
pub struct Tokenizer<'a> {
    bytes: &'a [u8],
    pos: usize,
    mode: Mode,
    /// Parentheses opened before this offset are known to hold more than plain content.
    bad_paren_until: usize,
}

const WORD_END: [bool; 256] = set(b"\t\n\x0c\r !\"#'():;@[\\]{}");
const AT_WORD_END: [bool; 256] = set(b"\t\n\x0c\r \"#'()/;[\\]{}");
const BEFORE_URL: [bool; 256] = set(b"\t\n\x0c\r \"'(),/:;[]{}");

const fn set(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0c)
}

impl<'a> Tokenizer<'a> {
    pub fn new(source: &'a str, mode: Mode) -> Self {
        Tokenizer { bytes: source.as_bytes(), pos: 0, mode, bad_paren_until: 0 }
    }

    /// Goes on from `offset`, the start of a token handed out before: how a parser gives tokens back.
    pub fn rewind(&mut self, offset: usize) {
        self.pos = offset;
    }

    /// Whether all tokens were handed out.
    pub fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// The next token, or `None` at the end.
    ///
    /// # Errors
    /// In strict mode, a string or an unquoted `url(` that never ends.
    pub fn next_token(&mut self) -> Result<Option<Token>, Unclosed> {
        let start = self.pos;
        let Some(&byte) = self.bytes.get(start) else { return Ok(None) };
        let (kind, end) = match byte {
            b' ' | b'\n' | b'\t' | b'\r' | 0x0c => (TokenKind::Space, self.run(start + 1, is_blank)),
            b'[' => (TokenKind::OpenSquare, start + 1),
            b']' => (TokenKind::CloseSquare, start + 1),
            b'{' => (TokenKind::OpenCurly, start + 1),
            b'}' => (TokenKind::CloseCurly, start + 1),
            b':' => (TokenKind::Colon, start + 1),
            b';' => (TokenKind::Semicolon, start + 1),
            b')' => (TokenKind::CloseParen, start + 1),
            b'(' => self.parenthesis(start)?,
            b'"' | b'\'' => (TokenKind::String, self.string(start, byte)?),
            b'@' => (TokenKind::AtWord, self.run(start + 1, |b| !AT_WORD_END[b as usize])),
            b'\\' => (TokenKind::Word, self.escape(start)),
            b'/' if self.at(start + 1) == b'*' => (TokenKind::Comment, self.comment(start)),
            _ => (TokenKind::Word, self.word(start)),
        };
        self.pos = end;
        Ok(Some(Token { kind, start, end }))
    }

    /// The byte at `pos`, 0 beyond the end.
    fn at(&self, pos: usize) -> u8 {
        self.bytes.get(pos).copied().unwrap_or(0)
    }

    fn run(&self, from: usize, keep: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|&b| !keep(b)).unwrap_or(rest.len())
    }

    fn find(&self, byte: u8, from: usize) -> Option<usize> {
        self.bytes.get(from..)?.iter().position(|&b| b == byte).map(|found| from + found)
    }

    fn word(&self, start: usize) -> usize {
        let mut pos = start + 1;
        loop {
            match self.bytes.get(pos) {
                None => return pos,
                Some(&b) if WORD_END[b as usize] => return pos,
                Some(b'/') if self.at(pos + 1) == b'*' => return pos,
                Some(_) => pos += 1,
            }
        }
    }

    fn comment(&self, start: usize) -> usize {
        let mut pos = start + 2;
        while let Some(star) = self.find(b'*', pos) {
            if self.at(star + 1) == b'/' {
                return star + 2;
            }
            pos = star + 1;
        }
        self.bytes.len()
    }

    fn string(&self, start: usize, quote: u8) -> Result<usize, Unclosed> {
        let mut pos = start + 1;
        while let Some(&byte) = self.bytes.get(pos) {
            match byte {
                b'\\' => pos += 1,
                b'\n' | b'\r' | 0x0c if self.mode == Mode::Lenient => return Ok(pos),
                _ if byte == quote => return Ok(pos + 1),
                _ => {}
            }
            pos += 1;
        }
        match self.mode {
            Mode::Strict => Err(Unclosed),
            Mode::Lenient => Ok(self.bytes.len()),
        }
    }

    /// Backslashes and, after an odd number of them, the character or hex code that they escape.
    fn escape(&self, start: usize) -> usize {
        let end = self.run(start, |b| b == b'\\');
        let next = self.at(end);
        if (end - start).is_multiple_of(2) || end >= self.bytes.len() || next == b'/' || is_blank(next) {
            return end;
        }
        if next.is_ascii_hexdigit() {
            let hex = self.run(end, |b| b.is_ascii_hexdigit());
            return if self.at(hex) == b' ' { hex + 1 } else { hex };
        }
        // one whole character, however many bytes
        self.run(end + 1, |b| b & 0xc0 == 0x80)
    }

    fn parenthesis(&mut self, start: usize) -> Result<(TokenKind, usize), Unclosed> {
        const PLAIN: (TokenKind, usize) = (TokenKind::OpenParen, 1);
        if self.follows_url(start) && !self.quote_follows(start + 1) {
            let mut pos = start + 1;
            while let Some(&byte) = self.bytes.get(pos) {
                match byte {
                    b'\\' => pos += 1,
                    b')' => return Ok((TokenKind::Brackets, pos + 1)),
                    _ => {}
                }
                pos += 1;
            }
            return match self.mode {
                Mode::Strict => Err(Unclosed),
                Mode::Lenient => Ok((PLAIN.0, start + PLAIN.1)),
            };
        }
        if start < self.bad_paren_until {
            return Ok((PLAIN.0, start + PLAIN.1));
        }
        match self.find(b')', start + 1) {
            Some(close) if !self.has_more_than_plain(start, close) => Ok((TokenKind::Brackets, close + 1)),
            close => {
                self.bad_paren_until = close.map_or(self.bytes.len(), |close| close + 1);
                Ok((PLAIN.0, start + PLAIN.1))
            }
        }
    }

    fn follows_url(&self, paren: usize) -> bool {
        paren >= 3
            && self.bytes[paren - 3..paren].eq_ignore_ascii_case(b"url")
            && (paren == 3 || BEFORE_URL[self.bytes[paren - 4] as usize])
    }

    fn quote_follows(&self, from: usize) -> bool {
        matches!(self.at(self.run(from, is_blank)), b'"' | b'\'')
    }

    /// Whether quotes, line ends, slashes, backslashes or parentheses stand between `open` and `close`. One right
    /// after a line end does not count: postcss' pattern wants another character before it.
    fn has_more_than_plain(&self, open: usize, close: usize) -> bool {
        (open + 1..close).any(|at| {
            matches!(self.bytes[at], b'\r' | b'\n' | b'"' | b'\'' | b'(' | b'/' | b'\\')
                && !matches!(self.bytes[at - 1], b'\r' | b'\n')
                && !(at >= 3 && matches!(self.bytes[at - 3..at], [0xe2, 0x80, 0xa8 | 0xa9]))
        })
    }
}
