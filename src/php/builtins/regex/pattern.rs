//! From PCRE's pattern syntax to that of the regex crates.
//!
//! The crates read some signs differently (`\<`, `[[]`, `{` alone, `\h`, `$` before a final
//! newline), so every pattern is rewritten sign by sign. What has no counterpart is refused.

/// A rewritten pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// In the crates' syntax.
    pub source: String,
    /// It uses what only a backtracking engine has.
    pub backtracks: bool,
    /// `i`
    pub fold: bool,
    /// `m`
    pub lines: bool,
    /// `s`
    pub dot_all: bool,
    /// `u`
    pub unicode: bool,
    /// It may prefer taking nothing to taking something (a lazy repetition, an alternative), so that an empty match
    /// may be followed by a longer one at the same place.
    pub lazy: bool,
}

/// Splits `/…/flags` and rewrites it for a subject that ends in a newline or does not.
/// None where some part is not supported or the pattern is wrong.
pub(super) fn read(text: &str, ends_in_newline: bool) -> Option<Pattern> {
    let text = text.trim_start();
    let open = text.chars().next().filter(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && *c != '\\')?;
    let close = match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        other => other,
    };
    let end = closing(text, open, close)?;
    let mut pattern = Pattern {
        source: String::new(),
        backtracks: false,
        fold: false,
        lines: false,
        dot_all: false,
        unicode: false,
        lazy: false,
    };
    let (mut spaced, mut dollar_end) = (false, false);
    for flag in text[end + 1..].chars() {
        match flag {
            'i' => pattern.fold = true,
            'm' => pattern.lines = true,
            's' => pattern.dot_all = true,
            'u' => pattern.unicode = true,
            'x' => spaced = true,
            'D' => dollar_end = true,
            'S' | 'X' | '\n' | '\r' | ' ' => {}
            _ => return None,
        }
    }
    let body: Vec<char> = text[1..end].chars().collect();
    let rewriter = Rewriter { body: &body, at: 0, spaced, dollar_end, ends_in_newline, out: pattern };
    rewriter.run()
}

/// Where the pattern ends; brackets as delimiters may nest.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match letter {
            '\\' => escaped = true,
            letter if letter == close && depth == 0 => return Some(at),
            letter if letter == close && open != close => depth -= 1,
            letter if letter == open => depth += 1,
            _ => {}
        }
    }
    None
}

struct Rewriter<'b> {
    body: &'b [char],
    at: usize,
    spaced: bool,
    dollar_end: bool,
    ends_in_newline: bool,
    out: Pattern,
}

impl Rewriter<'_> {
    fn run(mut self) -> Option<Pattern> {
        while let Some(letter) = self.next() {
            match letter {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '$' => self.dollar(),
                '^' if self.out.lines && self.ends_in_newline => {
                    // After a final newline there is no further line for PCRE.
                    self.push("(?:^(?!\\z)|\\A)");
                    self.out.backtracks = true;
                }
                '|' => {
                    self.out.lazy = true;
                    self.out.source.push('|');
                }
                '{' => self.brace(),
                '}' => self.push("\\}"),
                '*' | '+' | '?' => {
                    self.out.source.push(letter);
                    self.after_repetition();
                }
                letter if self.spaced && letter.is_ascii_whitespace() => {}
                '#' if self.spaced => while self.next().is_some_and(|letter| letter != '\n') {},
                letter => self.literal(letter),
            }
        }
        Some(self.out)
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.body.get(self.at).copied()?;
        self.at += 1;
        Some(letter)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.body.get(self.at + ahead).copied()
    }

    fn push(&mut self, text: &str) {
        self.out.source.push_str(text);
    }

    /// One letter that means itself.
    fn literal(&mut self, letter: char) {
        match letter {
            '.' | '^' | '|' | ')' => self.out.source.push(letter),
            letter
                if letter.is_ascii_whitespace() || letter == '#' || letter == '&' || letter == '~' || letter == '-' =>
            {
                self.push(&format!("\\x{:02x}", letter as u32));
            }
            letter => self.out.source.push(letter),
        }
    }

    /// One letter that stood behind a backslash and means itself.
    fn escaped_literal(&mut self, letter: char) {
        match letter {
            letter if letter.is_ascii() => self.push(&format!("\\x{:02x}", letter as u32)),
            letter => self.out.source.push(letter),
        }
    }

    fn dollar(&mut self) {
        if self.out.lines {
            self.out.source.push('$');
        } else if self.dollar_end || !self.ends_in_newline {
            self.push("\\z");
        } else {
            self.push("(?=\\n?\\z)");
            self.out.backtracks = true;
        }
    }

    /// `{` repeats only where it is written as a repetition.
    fn brace(&mut self) {
        let rest: String = self.body[self.at..].iter().take_while(|c| **c != '}').collect();
        let closed = self.body.get(self.at + rest.chars().count()) == Some(&'}');
        let (least, most) = rest.split_once(',').map_or((rest.as_str(), None), |(a, b)| (a, Some(b)));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let repeats = closed && !least.is_empty() && digits(least) && most.is_none_or(digits);
        if !repeats {
            return self.push("\\{");
        }
        self.push(&format!("{{{rest}}}"));
        self.at += rest.len() + 1;
        self.after_repetition();
    }

    fn after_repetition(&mut self) {
        match self.peek(0) {
            Some('?') => {
                self.out.lazy = true;
                self.out.source.push('?');
                self.at += 1;
            }
            Some('+') => {
                self.out.backtracks = true;
                self.out.source.push('+');
                self.at += 1;
            }
            _ => {}
        }
    }

    fn escape(&mut self) -> Option<()> {
        let letter = self.next()?;
        match letter {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'A' | 'z' | 'n' | 'r' | 't' | 'f' => {
                self.push(&format!("\\{letter}"));
            }
            'h' => self.push("[ \\t]"),
            'H' => self.push("[^ \\t]"),
            'v' => self.push("[\\n\\x0b\\x0c\\r]"),
            'R' => self.push("(?:\\r\\n|\\n|\\x0b|\\x0c|\\r)"),
            'e' => self.push("\\x1b"),
            'a' => self.push("\\x07"),
            'K' | 'G' => {
                self.push(&format!("\\{letter}"));
                self.out.backtracks = true;
            }
            'Z' => {
                self.push("(?=\\n?\\z)");
                self.out.backtracks = true;
            }
            '0' => self.octal(),
            '1'..='9' => {
                self.push(&format!("\\{letter}"));
                if self.peek(0).is_some_and(|next| next.is_ascii_digit()) {
                    return None;
                }
                self.out.backtracks = true;
            }
            'x' => self.hex()?,
            'p' | 'P' if self.out.unicode => {
                self.push(&format!("\\{letter}"));
                if self.peek(0) == Some('{') {
                    while let Some(letter) = self.next() {
                        self.out.source.push(letter);
                        if letter == '}' {
                            break;
                        }
                    }
                }
            }
            'Q' => self.quoted(),
            'E' => {}
            letter if letter.is_ascii_alphanumeric() => return None,
            letter => self.escaped_literal(letter),
        }
        Some(())
    }

    fn octal(&mut self) {
        let digits: String = self.body[self.at..].iter().take(2).take_while(|c| ('0'..='7').contains(*c)).collect();
        self.at += digits.len();
        let code = u32::from_str_radix(&digits, 8).unwrap_or(0);
        self.push(&format!("\\x{code:02x}"));
    }

    fn hex(&mut self) -> Option<()> {
        let digits: String = match self.peek(0) {
            Some('{') => self.body[self.at + 1..].iter().take_while(|c| **c != '}').collect(),
            _ => self.body[self.at..].iter().take(2).take_while(|c| c.is_ascii_hexdigit()).collect(),
        };
        self.at += digits.len() + if self.peek(0) == Some('{') { 2 } else { 0 };
        let code = u32::from_str_radix(&digits, 16).ok().or(digits.is_empty().then_some(0))?;
        self.push(&format!("\\x{{{code:x}}}"));
        Some(())
    }

    /// `\Q…\E`
    fn quoted(&mut self) {
        while let Some(letter) = self.next() {
            if letter == '\\' && self.peek(0) == Some('E') {
                self.at += 1;
                return;
            }
            self.escaped_literal(letter);
        }
    }

    fn group(&mut self) -> Option<()> {
        if self.peek(0) == Some('*') {
            return None;
        }
        if self.peek(0) != Some('?') {
            self.out.source.push('(');
            return Some(());
        }
        match (self.peek(1)?, self.peek(2)) {
            (':', _) => self.take_group("(?:", 2),
            ('=', _) => self.look("(?=", 2),
            ('!', _) => self.look("(?!", 2),
            ('>', _) => self.look("(?>", 2),
            ('<', Some('=')) => self.look("(?<=", 3),
            ('<', Some('!')) => self.look("(?<!", 3),
            ('<', _) => self.take_group("(?P<", 2),
            ('P', Some('<')) => self.take_group("(?P<", 3),
            ('\'', _) => return None,
            ('#', _) => while self.next().is_some_and(|letter| letter != ')') {},
            ('i' | 's' | '-', _) => return self.inline_flags(),
            _ => return None,
        }
        Some(())
    }

    fn take_group(&mut self, text: &str, count: usize) {
        self.at += count;
        self.push(text);
    }

    fn look(&mut self, text: &str, count: usize) {
        self.take_group(text, count);
        self.out.backtracks = true;
    }

    fn inline_flags(&mut self) -> Option<()> {
        self.push("(");
        while let Some(letter) = self.next() {
            match letter {
                '?' | 'i' | 's' | '-' => self.out.source.push(letter),
                ':' | ')' => {
                    self.out.source.push(letter);
                    return Some(());
                }
                _ => return None,
            }
        }
        None
    }

    fn class(&mut self) -> Option<()> {
        self.out.source.push('[');
        if self.peek(0) == Some('^') {
            self.at += 1;
            self.out.source.push('^');
        }
        let mut first = true;
        loop {
            let letter = self.next()?;
            match letter {
                ']' if !first => break,
                '[' if self.peek(0) == Some(':') => self.posix()?,
                '\\' => self.class_escape()?,
                '-' => {
                    // A range stands between two single letters; everywhere else it is itself.
                    let range = !first && self.peek(0).is_some_and(|next| next != ']') && self.can_range();
                    self.push(if range { "-" } else { "\\-" });
                }
                letter if letter.is_ascii() && !letter.is_ascii_alphanumeric() => self.escaped_literal(letter),
                letter if !letter.is_ascii() && !self.out.unicode => return None,
                letter => self.out.source.push(letter),
            }
            first = false;
        }
        self.out.source.push(']');
        Some(())
    }

    /// Whether what was just written in a class can begin a range.
    fn can_range(&self) -> bool {
        let source = &self.out.source;
        let class = ["\\d", "\\w", "\\s", "\\D", "\\W", "\\S", ":]", "\\-", "\\r"];
        !class.iter().any(|end| source.ends_with(end)) && self.peek(0) != Some('[') && !self.after_range()
    }

    /// Whether the last thing written already is the end of a range (`a-z-9`).
    fn after_range(&self) -> bool {
        let letters: Vec<char> = self.out.source.chars().rev().take(3).collect();
        matches!(letters.as_slice(), [_, '-', before] if *before != '\\')
    }

    fn posix(&mut self) -> Option<()> {
        let rest: String = self.body[self.at..].iter().take_while(|c| **c != ']').collect();
        if !rest.ends_with(':') || rest.len() < 3 {
            self.push("\\[");
            return Some(());
        }
        self.push(&format!("[{rest}]"));
        self.at += rest.chars().count() + 1;
        Some(())
    }

    fn class_escape(&mut self) -> Option<()> {
        let letter = self.next()?;
        match letter {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'n' | 'r' | 't' | 'f' => self.push(&format!("\\{letter}")),
            'h' => self.push(" \\t"),
            'v' => self.push("\\n\\x0b\\x0c\\r"),
            'b' => self.push("\\x08"),
            'e' => self.push("\\x1b"),
            '0' => self.octal(),
            'x' => self.hex()?,
            letter if letter.is_ascii_alphanumeric() => return None,
            letter => self.escaped_literal(letter),
        }
        Some(())
    }
}
