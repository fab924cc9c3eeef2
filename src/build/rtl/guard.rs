//! Puts parts of a value out of reach while the rest is changed.
//!
//! rtlcss replaces functions and colours by numbered tokens, comments and, later, the tokens themselves by single
//! marks, and its patterns see those. So that the same text is changed here, the same tokens are used: `«3:1»` is
//! what was put away first by the third guard of a sheet.

use super::swap::is_word_byte;

pub(super) const COMMENT_MARK: char = '\u{fffd}';
pub(super) const TOKEN_MARK: char = '\u{a4}';
const TOKEN_START: &str = "\u{ab}";
const TOKEN_END: &str = "\u{bb}";

/// A value with tokens in it, and what they stand for.
pub(super) struct Guarded {
    pub text: String,
    token: String,
    store: Vec<String>,
}

/// Gives each guard its number.
#[derive(Debug, Default)]
pub(super) struct Guards {
    used: usize,
}

impl Guards {
    fn guarded(&mut self, text: &str) -> Guarded {
        self.used += 1;
        let token = format!("{TOKEN_START}{}:", self.used);
        Guarded { text: String::with_capacity(text.len()), token, store: Vec::new() }
    }

    /// Puts away all parentheses and what is in them, the innermost first. Empty ones stay, and with them all
    /// around them.
    pub fn functions(&mut self, value: &str) -> Guarded {
        let mut guarded = self.guarded(value);
        if !value.contains('(') {
            guarded.text.push_str(value);
            return guarded;
        }
        // open parentheses: where in the text they stand, and whether something in them stayed
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut copied = 0;
        for (at, _) in value.match_indices(['(', ')']) {
            guarded.text.push_str(&value[copied..at]);
            copied = at + 1;
            if value.as_bytes()[at] == b'(' {
                open.push((guarded.text.len(), false));
                guarded.text.push('(');
                continue;
            }
            guarded.text.push(')');
            if let Some((start, tainted)) = open.pop() {
                if !tainted && guarded.text.len() > start + 2 {
                    let stored = guarded.text.split_off(start);
                    guarded.put_away(stored);
                } else if let Some((_, tainted)) = open.last_mut() {
                    *tainted = true;
                }
            }
        }
        guarded.text.push_str(&value[copied..]);
        guarded
    }

    /// Puts away colours such as `#f00`.
    pub fn hex_colors(&mut self, value: &str) -> Guarded {
        let mut guarded = self.guarded(value);
        let mut rest = value;
        while let Some(hash) = rest.find('#') {
            let digits = rest.as_bytes()[hash + 1..].iter().take(8).take_while(|b| b.is_ascii_hexdigit()).count();
            let end = hash + 1 + digits;
            if digits >= 3 {
                guarded.text.push_str(&rest[..hash]);
                guarded.put_away(rest[hash..end].to_owned());
            } else {
                guarded.text.push_str(&rest[..end]);
            }
            rest = &rest[end..];
        }
        guarded.text.push_str(rest);
        guarded
    }
}

impl Guarded {
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    fn put_away(&mut self, stored: String) {
        use std::fmt::Write;
        self.store.push(stored);
        // writing to a string cannot fail
        let _ = write!(self.text, "{}{}{TOKEN_END}", self.token, self.store.len());
    }

    /// The value with everything back in its place.
    pub fn restore(self) -> String {
        self.restore_with(|stored, _| stored.to_owned())
    }

    /// The same, each part changed by `change`, which gets it and the name right before it: `("(1px)", "calc")`.
    pub fn restore_with(mut self, mut change: impl FnMut(&str, &str) -> String) -> String {
        if self.store.is_empty() {
            return self.text;
        }
        let mut out = String::with_capacity(self.text.len());
        // texts being restored, innermost last: a part may hold further tokens
        let mut texts = vec![(std::mem::take(&mut self.text), 0)];
        // A rule may double what was put away, but text that looks like a token must not make this endless.
        let mut budget = self.store.len() * 2;
        while let Some((text, at)) = texts.pop() {
            let Some((start, end, index)) = self.find_token(&text, at) else {
                out.push_str(&text[at..]);
                continue;
            };
            let Some(left) = budget.checked_sub(1) else {
                out.push_str(&text[at..]);
                continue;
            };
            budget = left;
            out.push_str(&text[at..start]);
            texts.push((text, end));
            let name = out.bytes().rev().take_while(|&byte| is_word_byte(byte)).count();
            if let Some(stored) = self.store.get(index) {
                let changed = change(stored, &out[out.len() - name..]);
                texts.push((changed, 0));
            }
        }
        out
    }

    fn find_token(&self, text: &str, mut from: usize) -> Option<(usize, usize, usize)> {
        loop {
            let start = from + text[from..].find(&self.token)?;
            let digits_at = start + self.token.len();
            let digits = text[digits_at..].bytes().take_while(u8::is_ascii_digit).count();
            let end = digits_at + digits;
            let index = text[digits_at..end].parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            match index {
                Some(index) if text[end..].starts_with(TOKEN_END) => {
                    return Some((start, end + TOKEN_END.len(), index));
                }
                _ => from = digits_at,
            }
        }
    }
}

/// A value in which single marks stand for what was put away.
pub(super) struct Marked {
    pub text: String,
    mark: char,
    store: Vec<String>,
}

impl Marked {
    /// Puts comments away.
    pub fn comments(value: &str) -> Marked {
        let mut marked = Marked { text: String::with_capacity(value.len()), mark: COMMENT_MARK, store: Vec::new() };
        let mut rest = value;
        while let Some(start) = rest.find("/*") {
            let Some(length) = rest[start + 2..].find("*/") else { break };
            let end = start + length + 4;
            marked.text.push_str(&rest[..start]);
            marked.put_away(&rest[start..end]);
            rest = &rest[end..];
        }
        marked.text.push_str(rest);
        marked
    }

    /// Puts the tokens of guards away. `with_names`: together with the name before them, except for `calc`.
    pub fn tokens(value: &str, with_names: bool) -> Marked {
        let mut marked = Marked { text: String::with_capacity(value.len()), mark: TOKEN_MARK, store: Vec::new() };
        let mut copied = 0;
        let mut from = 0;
        while let Some(found) = value[from..].find(TOKEN_START) {
            let token_at = from + found;
            let Some(end) = token_end(value, token_at) else {
                from = token_at + TOKEN_START.len();
                continue;
            };
            from = end;
            let mut start = token_at;
            if with_names {
                start -= value[copied..token_at].bytes().rev().take_while(|&byte| is_word_byte(byte)).count();
                if value[start..end].contains("calc") {
                    marked.text.push_str(&value[copied..end]);
                    copied = end;
                    continue;
                }
            }
            marked.text.push_str(&value[copied..start]);
            marked.put_away(&value[start..end]);
            copied = end;
        }
        marked.text.push_str(&value[copied..]);
        marked
    }

    fn put_away(&mut self, stored: &str) {
        self.store.push(stored.to_owned());
        self.text.push(self.mark);
    }

    /// The text with everything back in its place, in the order in which it was put away.
    pub fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut stored = self.store.iter();
        for c in text.chars() {
            match stored.as_slice().first() {
                Some(text) if c == self.mark => {
                    out.push_str(text);
                    stored.next();
                }
                _ => out.push(c),
            }
        }
        out
    }
}

/// Where the token that starts at `at` ends, whichever guard's it is.
pub(super) fn token_end(text: &str, at: usize) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[at..].strip_prefix(TOKEN_START)?;
    let guard = digits(rest);
    let rest = rest[guard..].strip_prefix(':')?;
    let index = digits(rest);
    rest[index..].starts_with(TOKEN_END).then_some(())?;
    (guard > 0 && index > 0).then_some(at + TOKEN_START.len() + guard + 1 + index + TOKEN_END.len())
}
