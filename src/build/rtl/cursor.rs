//! `cursor`: arrows that point into corners.

use super::background::flip_url;
use super::guard::Guards;
use super::options::Options;
use super::swap::is_word_byte;

/// Corners, as often before `-resize`; each mirrored one beside it.
const CORNERS: [&str; 6] = ["ne", "nw", "se", "sw", "nesw", "nwse"];

pub(super) fn flip(value: &str, guards: &mut Guards, options: &Options) -> String {
    let mut guarded = guards.functions(value);
    guarded.text = flip_corners(&guarded.text);
    guarded.restore_with(|stored, name| flip_url(stored, name, options))
}

fn flip_corners(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = String::with_capacity(value.len());
    let mut copied = 0;
    for (at, _) in value.match_indices('-') {
        let start = at - bytes[copied..at].iter().rev().take_while(|&&byte| is_word_byte(byte)).count();
        let is_resize = bytes[at..].get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"-resize"));
        let word = &value[start..at];
        if is_resize && CORNERS.iter().any(|corner| corner.eq_ignore_ascii_case(word)) {
            out.push_str(&value[copied..start]);
            out.push_str(&mirror(word));
            copied = at;
        }
    }
    out.push_str(&value[copied..]);
    out
}

/// `nesw` → `nwse`: the first `e` becomes a `w` and the first `w` an `e`.
fn mirror(corner: &str) -> String {
    let (east, west) = (corner.find(['e', 'E']), corner.find(['w', 'W']));
    let swapped = |(at, c)| {
        if Some(at) == east {
            'w'
        } else if Some(at) == west {
            'e'
        } else {
            c
        }
    };
    corner.char_indices().map(swapped).collect()
}
