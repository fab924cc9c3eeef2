//! Values in which each side, or each corner, has a place.

use super::guard::Guards;
use super::scan;

/// `margin: top right bottom left`: right and left change places.
pub(super) fn flip_sides(value: &str, guards: &mut Guards) -> String {
    let mut guarded = guards.functions(value);
    let words = scan::words(&guarded.text);
    if let [_, right, _, left] = words.as_slice()
        && (!guarded.is_empty() || guarded.text[right.clone()] != guarded.text[left.clone()])
    {
        guarded.text = reorder(&guarded.text, &words, &[0, 3, 2, 1]);
    }
    guarded.restore()
}

/// `border-radius: top-left top-right bottom-right bottom-left`, and once more after a slash.
pub(super) fn flip_corners(value: &str, guards: &mut Guards) -> String {
    let mut guarded = guards.functions(value);
    let flipped: Vec<String> = guarded.text.split('/').map(flip_radii).collect();
    guarded.text = flipped.join("/");
    guarded.restore()
}

fn flip_radii(radii: &str) -> String {
    let words = scan::words(radii);
    let word = |at: usize| &radii[words[at].clone()];
    match words.len() {
        2 if word(0) != word(1) => reorder(radii, &words, &[1, 0]),
        3 => {
            // three values become four; the spaces at the start stay there
            let (blank, rest) = radii.split_at(radii.len() - super::css::trim_start(radii).len());
            format!("{blank}{} {rest}", word(1))
        }
        4 if word(0) != word(1) || word(2) != word(3) => reorder(radii, &words, &[1, 0, 3, 2]),
        _ => radii.to_owned(),
    }
}

fn reorder(text: &str, words: &[scan::Range], order: &[usize]) -> String {
    scan::replace(text, words, |at, _, out| out.push_str(&text[words[order[at]].clone()]))
}
