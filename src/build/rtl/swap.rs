//! Two words change places: `left` and `right`, `ltr` and `rtl`, and what string maps name.

use std::borrow::Cow;

use super::options::{Options, Scope};

/// Replaces each `one` by `other` and the reverse, whole words only unless `greedy`. Without regard to case, the
/// words come out as they are given here.
pub(super) fn swap<'v>(value: &'v str, one: &str, other: &str, ignore_case: bool, greedy: bool) -> Cow<'v, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at <= value.len() {
        let found = [one, other].into_iter().find_map(|word| {
            let end = match_word(&value[at..], word, ignore_case).map(|length| at + length)?;
            (greedy || (is_boundary(value, at) && is_boundary(value, end))).then_some(end)
        });
        let step = value[at..].chars().next().map_or(1, char::len_utf8);
        let Some(end) = found else {
            at += step;
            continue;
        };
        let is_one =
            if ignore_case { value[at..end].to_lowercase() == one.to_lowercase() } else { &value[at..end] == one };
        out.push_str(&value[copied..at]);
        out.push_str(if is_one { other } else { one });
        copied = end;
        at = if end > at { end } else { at + step };
    }
    if copied == 0 && out.is_empty() {
        return Cow::Borrowed(value);
    }
    out.push_str(&value[copied..]);
    Cow::Owned(out)
}

pub(super) fn swap_left_right<'v>(value: &'v str, options: &Options) -> Cow<'v, str> {
    swap(value, "left", "right", true, options.greedy)
}

pub(super) fn swap_ltr_rtl<'v>(value: &'v str, options: &Options) -> Cow<'v, str> {
    swap(value, "ltr", "rtl", true, options.greedy)
}

/// Applies the string maps that are meant for `what`: URLs or selectors.
pub(super) fn apply_string_maps(value: &str, what: Scope, options: &Options) -> String {
    let mut value = Cow::Borrowed(value);
    for map in &options.string_map {
        if map.options.scope != Scope::Everything && map.options.scope != what {
            continue;
        }
        let greedy = map.options.greedy.unwrap_or(options.greedy);
        for (one, other) in &map.pairs {
            if let Cow::Owned(swapped) = swap(&value, one, other, map.options.ignore_case, greedy) {
                value = Cow::Owned(swapped);
            }
        }
        if map.exclusive {
            break;
        }
    }
    value.into_owned()
}

/// How long the text is that `word` matches at the start of `value`.
fn match_word(value: &str, word: &str, ignore_case: bool) -> Option<usize> {
    if !ignore_case {
        return value.starts_with(word).then_some(word.len());
    }
    let mut chars = value.chars();
    word.chars().all(|c| chars.next().is_some_and(|d| fold(c) == fold(d))).then(|| value.len() - chars.as_str().len())
}

/// JavaScript's case folding in patterns: upper case, if that is one character and does not turn a letter beyond
/// ASCII into one of ASCII.
fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if !upper.is_ascii() => upper,
        _ => c,
    }
}

/// Whether a word starts or ends at this place, words being ASCII letters, digits and `_`.
fn is_boundary(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).is_some_and(|at| is_word_byte(bytes[at]));
    before != bytes.get(at).is_some_and(|&byte| is_word_byte(byte))
}

pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
