//! `transform-origin` and `perspective-origin`: the first value counts from the left.

use super::guard::Guards;
use super::options::Options;
use super::scan::{self, Part};
use super::swap::swap_left_right;
use super::transform::complement;

const ALL: [Part; 3] = [Part::Function, Part::Percentage, Part::Length];

pub(super) fn flip(value: &str, guards: &mut Guards, options: &Options) -> String {
    let lower = value.to_ascii_lowercase();
    if ["left", "right", "center"].iter().any(|word| lower.contains(word)) {
        return swap_left_right(value, options).into_owned();
    }
    let mut guarded = guards.functions(value);
    let parts = scan::find_all(&guarded.text, &ALL, false);
    if parts.is_empty() {
        return value.to_owned();
    }
    guarded.text = scan::replace(&guarded.text, &parts, |at, part, out| match at {
        0 => out.push_str(&flip_first(part, options)),
        _ => out.push_str(part),
    });
    guarded.restore()
}

fn flip_first(part: &str, options: &Options) -> String {
    if part == "0" {
        "100%".to_owned()
    } else if scan::contains(part, &[Part::Function, Part::Percentage], true) {
        complement(part)
    } else if scan::contains(part, &[Part::Length], true) {
        flip_length(part, options)
    } else {
        part.to_owned()
    }
}

/// A length from the other side: only `calc()` can say that.
pub(super) fn flip_length(length: &str, options: &Options) -> String {
    if options.use_calc { format!("calc(100% - {length})") } else { length.to_owned() }
}
