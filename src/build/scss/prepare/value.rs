//! Values that a browser understands and grass refuses, turned into interpolated text, which it prints as it is.
//!
//! | In the source | Becomes |
//! |---|---|
//! | `rgb(from $c r g b / 50%)`, relative colours | `#{"rgb"}(from $c r g b / 50%)`: a plain function, its arguments evaluated |
//! | `round(up, 3px, 2px)` | `#{"round"}(up, 3px, 2px)` |
//! | `calc(l * 2)`, `calc(pi * 1px)`, `calc(1px+2px)`, `calc-size(auto, size * 2)` | `#{"calc(l * 2)"}`, variables interpolated |
//! | `calc("100% - 4em")`, which browsers pass over | the same |
//! | `attr(data-x type(<length>), 1px)`, `if(media(print): 1px; else: 2px)` | the same |
//! | `url(data:…)` with blanks or quotes in it | the same |
//! | `calc(1px var(--more))`, where the variable may begin with a sign | the same |
//! | `red !ie` | `red #{"!ie"}` |
//! | `mod(var(--x) + 1px, 2px)`, arithmetic with a browser's numbers | text as above, as a calculation is |
//! | `var(#{v.$x})`, a module's variable, where Moodle's compiler knows no modules | `var(#{"\#{v.$x}"})` |
//! | `max($a, 2px) / 2`, whose slash grass takes for a separator | `(max($a, 2px)) / 2` |
//!
//! A function that the theme defines itself is the theme's.

use std::ops::Range;

use super::Pass;
use crate::build::scss::skip::{
    TooDeep, blank_end, comment_end, is_name, is_name_start, loose_data_url, skip, whole_end,
};

/// Functions of relative colours that Sass knows in another form.
const COLORS: [&str; 5] = ["rgb", "rgba", "hsl", "hsla", "hwb"];
/// Functions that Sass calculates; grass knows no words in them.
const MATH: [&str; 4] = ["calc", "min", "max", "clamp"];
/// CSS functions whose arguments are calculations, as they stand in one.
const WITHIN_MATH: [&str; 19] = [
    "calc", "min", "max", "clamp", "round", "mod", "rem", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pow",
    "sqrt", "hypot", "log", "exp",
];
/// Functions that stay as they are written in a text; any other may be the theme's own and is evaluated.
const PLAIN: [&str; 18] = [
    "var",
    "env",
    "attr",
    "type",
    "abs",
    "sign",
    "calc-size",
    "anchor",
    "anchor-size",
    "sibling-index",
    "sibling-count",
    "progress",
    "media",
    "supports",
    "style",
    "url",
    "not",
    "rgb",
];
/// Functions of CSS's arithmetic that calculations came to after `calc()`; Sass had two of them before.
const ARITHMETIC: [&str; 17] = [
    "round", "abs", "sign", "mod", "rem", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pow", "sqrt", "hypot",
    "log", "exp",
];
const FLAGS: [&str; 4] = ["important", "default", "global", "optional"];

impl Pass<'_> {
    pub(super) fn value(&mut self, range: Range<usize>, depth: usize) -> Result<(), TooDeep> {
        if !self.src[range.clone()].iter().any(|&b| matches!(b, b'(' | b'!')) {
            return Ok(());
        }
        let mut at = self.long_map(range.clone()).unwrap_or(range.start);
        while at < range.end {
            match self.src[at] {
                b'"' | b'\'' => at = whole_end(self.src, at, depth)?,
                b'/' if matches!(self.src.get(at + 1), Some(b'*' | b'/')) => at = comment_end(self.src, at),
                b'\\' => at += 2,
                b'!' => at = self.flag(at, range.end),
                b'#' if self.src.get(at + 1) == Some(&b'{') && is_of_module(self.source, at, depth)? => {
                    let end = whole_end(self.src, at, depth)?;
                    // Outside of a function's brackets Moodle's compiler refuses it, too.
                    if self.is_within_brackets(range.start..at) {
                        self.edits.replace(at..end, &format!("#{{\"\\{}\"}}", &self.source[at..end]));
                    }
                    at = end;
                }
                b'$' | b'@' | b'.' | b'%' => at = self.name_end(at + 1),
                byte if is_name_start(byte) || byte == b'-' => at = self.word(at, range.end, depth)?,
                byte if byte.is_ascii_digit() => at = self.name_end(at),
                _ => at += 1,
            }
        }
        Ok(())
    }

    pub(super) fn name_end(&self, at: usize) -> usize {
        at + self.src[at..].iter().take_while(|&&b| is_name(b)).count()
    }

    /// Whether more brackets open in a range than close.
    fn is_within_brackets(&self, range: Range<usize>) -> bool {
        let count = |bracket| self.src[range.clone()].iter().filter(|&&byte| byte == bracket).count();
        count(b'(') > count(b')')
    }

    /// `!ie` and its like: browsers drop the declaration, Moodle's compiler lets it pass.
    fn flag(&mut self, at: usize, end: usize) -> usize {
        let name = blank_end(self.src, at + 1);
        let name_end = self.name_end(name);
        let flag = &self.source[name..name_end];
        let is_unknown =
            name_end <= end && self.src.get(name).is_some_and(|&b| is_name_start(b)) && !FLAGS.contains(&flag);
        if is_unknown {
            self.edits.replace(at..name_end, &format!("#{{\"!{flag}\"}}"));
        }
        name_end.max(at + 1)
    }

    /// A word: a function where a bracket follows it at once.
    fn word(&mut self, start: usize, end: usize, depth: usize) -> Result<usize, TooDeep> {
        let open = self.name_end(start);
        if let Some(filter) = self.spaced_filter(start..open, end) {
            let args = filter..whole_end(self.src, filter, depth)?;
            let name = self.source[start..filter].replace(['\n', '\r'], " ");
            let text = format!("#{{\"{name}\"}}{}", text(self.source, args.clone(), depth)?);
            self.edits.replace(start..args.end, &text);
            return Ok(args.end);
        }
        if open >= end || self.src[open] != b'(' {
            return Ok(open.max(start + 1));
        }
        let name = self.source[start..open].to_ascii_lowercase();
        let args = open + 1;
        if name == "url" {
            if let Some(url) = loose_data_url(self.src, open) {
                let call = start..url.end + 1;
                let text = text(self.source, call.clone(), depth)?;
                self.edits.replace(call.clone(), &text);
                return Ok(call.end);
            }
            return whole_end(self.src, open, depth);
        }
        let is_own = self.own.borrow().contains(&name);
        let becomes_plain = COLORS.contains(&name.as_str()) && self.is_relative(args)
            || name == "round" && !is_own && has(self.src, args, depth, b',')?;
        let is_arithmetic = ARITHMETIC.contains(&name.as_str()) && !is_own;
        if is_arithmetic && knows_only_the_browser(&self.source[args..whole_end(self.src, open, depth)?]) {
            let call = start..whole_end(self.src, open, depth)?;
            let text = text(self.source, call.clone(), depth)?;
            self.edits.replace(call.clone(), &text);
            return Ok(call.end);
        }
        if becomes_plain {
            self.edits.replace(start..open, &format!("#{{\"{}\"}}", &self.source[start..open]));
            return Ok(args);
        }
        let becomes_text = match name.as_str() {
            "calc-size" => true,
            "attr" => self.src[args..whole_end(self.src, open, depth)?].windows(5).any(|w| w == b"type("),
            "if" => self.is_css_if(args, depth)?,
            math if MATH.contains(&math) => is_refused(self.source, args, depth, math == "calc")?,
            _ => false,
        };
        let call = start..whole_end(self.src, open, depth)?;
        if !becomes_text {
            return self.operand(&name, call, args, end, depth);
        }
        let text = text(self.source, call.clone(), depth)?;
        self.edits.replace(call.clone(), &text);
        Ok(call.end)
    }

    /// The call of a function that stays one. Within a calculation there is nothing more to mend but what its functions
    /// hold; a result beside a slash is divided.
    fn operand(
        &mut self,
        name: &str,
        call: Range<usize>,
        args: usize,
        end: usize,
        depth: usize,
    ) -> Result<usize, TooDeep> {
        if !MATH.contains(&name) || call.end > end {
            return Ok(args);
        }
        let is_divided = matches!(name, "min" | "max") && self.is_beside_a_slash(&call, end);
        if is_divided {
            self.edits.replace(call.start..call.start, "(");
        }
        let inside = std::mem::replace(&mut self.in_calculation, true);
        let done = self.value(args..call.end, depth);
        self.in_calculation = inside;
        done?;
        if is_divided {
            self.edits.replace(call.end..call.end, ")");
        }
        Ok(call.end)
    }

    /// Whether a slash, which is no comment's, stands before or behind, and this is no part of a calculation.
    fn is_beside_a_slash(&self, call: &Range<usize>, end: usize) -> bool {
        let before = self.source[..call.start].trim_end();
        let behind = self.source[call.end..end].trim_start();
        !self.in_calculation
            && (before.ends_with('/') && !before.ends_with("*/")
                || behind.starts_with('/') && !behind.starts_with("//") && !behind.starts_with("/*"))
    }

    /// The bracket of `progid: Some.Filter(…)`: with a blank behind its colon, no compiler but Moodle's takes it.
    fn spaced_filter(&self, word: Range<usize>, end: usize) -> Option<usize> {
        let name = blank_end(self.src, word.end + 1);
        let is_filter = self.source[word.clone()].eq_ignore_ascii_case("progid")
            && self.src.get(word.end) == Some(&b':')
            && name > word.end + 1;
        if !is_filter {
            return None;
        }
        let open = name + self.src[name..].iter().take_while(|&&b| is_name(b) || b == b'.').count();
        (open < end && self.src[open] == b'(').then_some(open)
    }

    /// `from` as the first word.
    fn is_relative(&self, args: usize) -> bool {
        let word = blank_end(self.src, args);
        self.src[word..].get(..5).is_some_and(|w| w[..4].eq_ignore_ascii_case(b"from") && w[4].is_ascii_whitespace())
    }

    /// CSS's `if(condition: value; else: value)`, not Sass's `if($condition, $if-true, $if-false)`, any of whose
    /// arguments may be named.
    fn is_css_if(&self, args: usize, depth: usize) -> Result<bool, TooDeep> {
        let first = blank_end(self.src, args);
        let is_named = self.src.get(first) == Some(&b'$');
        let at = skip(self.src, args, depth, |b| matches!(b, b':' | b';' | b',' | b')'))?;
        Ok(!is_named && matches!(self.src.get(at), Some(b':' | b';')))
    }
}

/// Whether arguments hold a number that no compiler knows.
fn knows_only_the_browser(args: &str) -> bool {
    let args = args.to_ascii_lowercase();
    ["var(", "env("].iter().any(|call| {
        args.match_indices(call)
            .any(|(at, _)| !args[..at].ends_with(|c: char| c.is_alphanumeric() || "-_$.".contains(c)))
    })
}

/// Whether a byte stands among the arguments, outside of brackets in them.
fn has(src: &[u8], args: usize, depth: usize, byte: u8) -> Result<bool, TooDeep> {
    let at = skip(src, args, depth, |b| b == byte || b == b')')?;
    Ok(src.get(at) == Some(&byte))
}

/// Whether grass refuses a calculation whose arguments begin at `args`: it holds a word (`pi`, a colour's channel), a
/// `round()` of several arguments or, in `calc()`, a text, a sign without blanks around it or operands without a sign
/// between them (one may be a variable of the browser's that brings it along).
fn is_refused(source: &str, args: usize, depth: usize, is_calc: bool) -> Result<bool, TooDeep> {
    let src = source.as_bytes();
    let end = whole_end(src, args - 1, depth)?;
    let mut at = args;
    // Whether a number, a closing bracket or the like was the last thing, with nothing between.
    let mut operand = false;
    // The same, but for blanks.
    let mut beside = false;
    while at < end {
        match src[at] {
            // A text is none of a calculation's business, and Moodle's compiler writes it down as it stands.
            b'"' | b'\'' => return Ok(is_calc),
            b'#' if src.get(at + 1) == Some(&b'{') => {
                at = whole_end(src, at, depth)?;
                at += src[at..].iter().take_while(|&&b| is_name(b)).count();
                (operand, beside) = (true, false);
                continue;
            }
            b'/' if matches!(src.get(at + 1), Some(b'*' | b'/')) => {
                at = comment_end(src, at);
                continue;
            }
            b'$' => {
                if is_calc && beside && !operand {
                    return Ok(true);
                }
                at += 1 + src[at + 1..].iter().take_while(|&&b| is_name(b)).count();
                (operand, beside) = (true, true);
                continue;
            }
            b'0'..=b'9' => {
                if is_calc && beside && !operand {
                    return Ok(true);
                }
                at += number_length(&src[at..]);
                (operand, beside) = (true, true);
                continue;
            }
            b')' | b'%' => (operand, beside) = (true, true),
            b'+' | b'-' if operand && is_calc => return Ok(true),
            byte if is_name_start(byte)
                || byte == b'-' && src.get(at + 1).is_some_and(|&b| is_name_start(b) || b == b'-') =>
            {
                let word = at..at + src[at..].iter().take_while(|&&b| is_name(b)).count();
                let name = source[word.clone()].to_ascii_lowercase();
                if is_calc && beside && !operand {
                    return Ok(true);
                }
                match src.get(word.end) {
                    Some(b'(') if name == "round" && has(src, word.end + 1, depth, b',')? => return Ok(true),
                    Some(b'(') if WITHIN_MATH.contains(&name.as_str()) => at = word.end + 1,
                    Some(b'(') => {
                        at = whole_end(src, word.end, depth)?;
                        (operand, beside) = (true, true);
                        continue;
                    }
                    // A module's member.
                    Some(b'.') => at = word.end + 1,
                    _ => return Ok(true),
                }
                (operand, beside) = (false, false);
                continue;
            }
            byte if byte.is_ascii_whitespace() => operand = false,
            _ => (operand, beside) = (false, false),
        }
        at += 1;
    }
    Ok(false)
}

/// A number with its unit; the sign of an exponent belongs to it.
fn number_length(text: &[u8]) -> usize {
    let mut length = 0;
    while let Some(&byte) = text.get(length) {
        let exponent = matches!(byte, b'e' | b'E')
            && matches!(text.get(length + 1), Some(b'+' | b'-'))
            && text.get(length + 2).is_some_and(u8::is_ascii_digit);
        match byte {
            _ if exponent => length += 2,
            b'-' if !text.get(length + 1).is_some_and(|&b| is_name_start(b)) => break,
            b'.' => length += 1,
            _ if is_name(byte) => length += 1,
            _ => break,
        }
    }
    length
}

/// Whether the interpolation at `at` is a variable of a module, `#{name.$variable}`, and nothing else.
fn is_of_module(source: &str, at: usize, depth: usize) -> Result<bool, TooDeep> {
    let end = whole_end(source.as_bytes(), at, depth)?;
    let inner = source.get(at + 2..end.saturating_sub(1)).unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_name);
    Ok(inner.split_once(".$").is_some_and(|(module, variable)| is_word(module) && is_word(variable)))
}

/// The source range as a string that is interpolated at once. Variables and functions that may be the theme's own are
/// evaluated.
fn text(source: &str, range: Range<usize>, depth: usize) -> Result<String, TooDeep> {
    let src = source.as_bytes();
    let mut out = String::from("#{\"");
    let mut at = range.start;
    while at < range.end {
        let from = at;
        match src[at] {
            b'#' if src.get(at + 1) == Some(&b'{') => {
                at = whole_end(src, at, depth)?;
                if is_of_module(source, from, depth)? {
                    out.push('\\');
                }
                out.push_str(&source[from..at]);
            }
            b'$' if src.get(at + 1).is_some_and(|&b| is_name_start(b)) => {
                at += 1 + src[at + 1..].iter().take_while(|&&b| is_name(b)).count();
                out.push_str("#{");
                out.push_str(&source[from..at]);
                out.push('}');
            }
            byte if is_name_start(byte) => {
                at += src[at..].iter().take_while(|&&b| is_name(b) || b == b'.').count();
                let name = source[from..at].to_ascii_lowercase();
                let is_call = src.get(at) == Some(&b'(') || src.get(at) == Some(&b'$') && name.ends_with('.');
                let known =
                    [&WITHIN_MATH[..], &PLAIN, &COLORS, &["if"]].iter().any(|names| names.contains(&name.as_str()));
                if is_call && !known {
                    at = match src[at] {
                        b'(' => whole_end(src, at, depth)?,
                        _ => at + 1 + src[at + 1..].iter().take_while(|&&b| is_name(b)).count(),
                    };
                    out.push_str("#{");
                    out.push_str(&source[from..at]);
                    out.push('}');
                } else {
                    out.push_str(&source[from..at]);
                }
            }
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(src[at]));
                at += 1;
            }
            b'\n' | b'\r' => {
                out.push(' ');
                at += 1;
            }
            byte if byte.is_ascii() => {
                out.push(char::from(byte));
                at += 1;
            }
            _ => {
                let c = source[at..].chars().next().unwrap_or_default();
                out.push(c);
                at += c.len_utf8().max(1);
            }
        }
    }
    out.push_str("\"}");
    Ok(out)
}
