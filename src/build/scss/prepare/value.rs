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
//! A function that the theme defines itself is the theme's. grass would not call one that is named like a calculation
//! ([`RENAMED`]), so definition and calls get another name.

use std::ops::Range;

use super::Pass;
use super::calculation::{MATH, has, is_refused, knows_only_the_browser};
use super::text::{is_of_module, text};
use crate::build::scss::skip::{
    TooDeep, blank_end, comment_end, is_name, is_name_start, loose_data_url, skip, whole_end,
};

/// Functions of relative colours that Sass knows in another form.
pub(super) const COLORS: [&str; 5] = ["rgb", "rgba", "hsl", "hsla", "hwb"];
/// Functions of CSS's arithmetic that calculations came to after `calc()`; Sass had two of them before.
const ARITHMETIC: [&str; 17] = [
    "round", "abs", "sign", "mod", "rem", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pow", "sqrt", "hypot",
    "log", "exp",
];
/// Calculations, one of which a theme may define itself (Sass refuses `@function calc` and `clamp`).
const RENAMED: [&str; 2] = ["min", "max"];
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

    /// Notes the name of a function that the theme defines.
    pub(super) fn own_function(&mut self, name: Range<usize>) {
        let known = self.source[name.clone()].to_ascii_lowercase();
        self.rename_own(name, &known);
        self.told.functions.borrow_mut().insert(known);
    }

    fn rename_own(&mut self, name: Range<usize>, known: &str) {
        if RENAMED.contains(&known) {
            self.edits.replace(name.start..name.start, "revserve-own-");
        }
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
        let is_own = self.told.functions.borrow().contains(&name);
        if is_own && RENAMED.contains(&name.as_str()) {
            self.rename_own(start..open, &name);
            return Ok(args);
        }
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
