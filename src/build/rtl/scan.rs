//! Finds the parts of a value that a rule looks at: numbers, lengths, functions, keywords.

use super::guard::token_end;
use super::number::{Number, free_number_at, number_at};
use super::swap::is_word_byte;

/// What to look for. Where several match at one place, the first one listed wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A function that was put away, with its name.
    Function,
    Percentage,
    /// A number, with its unit if that is a length's.
    Length,
    Number,
    /// A word for a side.
    Position,
    /// A `calc()` that was put away.
    Calc,
}

const UNITS: [&str; 14] = ["ex", "ch", "rem", "em", "vh", "vw", "vmin", "vmax", "px", "mm", "cm", "in", "pt", "pc"];
const POSITIONS: [&str; 5] = ["left", "center", "right", "top", "bottom"];

/// A range of a text, in bytes.
pub(super) type Range = std::ops::Range<usize>;

/// All parts of these kinds, from left to right.
pub(super) fn find_all(text: &str, parts: &[Part], ignore_case: bool) -> Vec<Range> {
    let mut scanner = Scanner::new(text, ignore_case);
    let mut found = Vec::new();
    while let Some(range) = scanner.next(parts) {
        found.push(range);
    }
    found
}

/// Whether a part of these kinds is in the text.
pub(super) fn contains(text: &str, parts: &[Part], ignore_case: bool) -> bool {
    Scanner::new(text, ignore_case).next(parts).is_some()
}

/// The text with these ranges replaced, one after the other.
pub(super) fn replace(text: &str, ranges: &[Range], mut by: impl FnMut(usize, &str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut copied = 0;
    for (at, range) in ranges.iter().enumerate() {
        out.push_str(&text[copied..range.start]);
        by(at, &text[range.clone()], &mut out);
        copied = range.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// The words of a value: what spaces and comments separate.
pub(super) fn words(text: &str) -> Vec<Range> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let separates = super::css::is_space(c) || c == super::guard::COMMENT_MARK;
        if separates {
            found.extend(start.take().map(|start| start..at));
        } else if start.is_none() {
            start = Some(at);
        }
    }
    found.extend(start.map(|start| start..text.len()));
    found
}

struct Scanner<'t> {
    text: &'t str,
    ignore_case: bool,
    at: usize,
    /// Known not to start a function, or a percentage, before these places: each run of letters and digits is
    /// gone through once.
    no_function_before: usize,
    no_percentage_before: usize,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, ignore_case: bool) -> Self {
        Scanner { text, ignore_case, at: 0, no_function_before: 0, no_percentage_before: 0 }
    }

    fn next(&mut self, parts: &[Part]) -> Option<Range> {
        while self.at < self.text.len() {
            let start = self.at;
            if let Some(end) = parts.iter().find_map(|&part| self.match_part(part, start)) {
                self.at = end;
                return Some(start..end);
            }
            self.at += 1;
        }
        None
    }

    fn match_part(&mut self, part: Part, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        match part {
            Part::Function => {
                if at < self.no_function_before || !is_word_byte(bytes[at]) {
                    return None;
                }
                let run = bytes[at..].iter().take_while(|&&byte| is_word_byte(byte)).count();
                let end = token_end(self.text, at + run);
                if end.is_none() {
                    self.no_function_before = at + run;
                }
                end
            }
            Part::Percentage => {
                if at < self.no_percentage_before {
                    return None;
                }
                let Number { end, integer_end, .. } = number_at(bytes, at)?;
                if bytes.get(end) == Some(&b'%') {
                    return Some(end + 1);
                }
                self.no_percentage_before = integer_end;
                None
            }
            Part::Length => {
                let end = number_at(bytes, at)?.end;
                Some(end + self.match_word(&UNITS, end).unwrap_or(0))
            }
            Part::Number => number_at(bytes, at).map(|number| number.end),
            Part::Position => self.match_word(&POSITIONS, at).map(|length| at + length),
            Part::Calc => {
                let length = self.match_word(&["calc"], at)?;
                token_end(self.text, at + length)
            }
        }
    }

    fn match_word(&self, words: &[&str], at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        let matches = |word: &&&str| {
            let start = rest.get(..word.len());
            start.is_some_and(|start| {
                if self.ignore_case { start.eq_ignore_ascii_case(word.as_bytes()) } else { start == word.as_bytes() }
            })
        };
        words.iter().find(matches).map(|word| word.len())
    }
}

/// All numbers that can be negated, and `calc` with the mark that stands for what it holds.
pub(super) fn find_numbers(text: &str, first_only: bool) -> Vec<Range> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = calc_mark_end(bytes, at).or_else(|| free_number_at(bytes, at));
        found.extend(end.map(|end| at..end));
        if first_only && end.is_some() {
            break;
        }
        at = end.unwrap_or(at + 1);
    }
    found
}

fn calc_mark_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut mark = [0; 4];
    let mark = super::guard::TOKEN_MARK.encode_utf8(&mut mark).as_bytes();
    let rest = &bytes[at..];
    let is_calc = rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"calc")) && rest[4..].starts_with(mark);
    is_calc.then_some(at + 4 + mark.len())
}
