//! `background`, its image and position, and `object-position`: places counted from the left, gradients, URLs.

use super::guard::{Guards, Marked};
use super::options::{Options, Scope};
use super::origin::flip_length;
use super::scan::{self, Part};
use super::swap::{apply_string_maps, swap_left_right};
use super::transform::{complement, negate};

const ALL: [Part; 4] = [Part::Position, Part::Percentage, Part::Length, Part::Calc];

pub(super) fn flip(property: &str, value: &str, guards: &mut Guards, options: &Options) -> String {
    let mut colors = guards.hex_colors(value);
    let mut functions = guards.functions(&colors.text);
    let property = property.to_ascii_lowercase();
    if property != "background-image" {
        let is_x = property.ends_with("-x");
        let layers: Vec<String> = functions.text.split(',').map(|layer| flip_layer(layer, is_x, options)).collect();
        functions.text = layers.join(",");
    }
    colors.text = functions.restore_with(|stored, name| {
        if ends_in_gradient(name) { flip_gradient(stored, options) } else { flip_url(stored, name, options) }
    });
    colors.restore()
}

/// One layer: what stands between commas.
fn flip_layer(layer: &str, is_x: bool, options: &Options) -> String {
    let marked = Marked::tokens(layer, true);
    let text = marked.text.as_str();
    let parts = scan::find_all(text, &ALL, true);
    let Some(first) = parts.first().map(|range| &text[range.clone()]) else { return marked.restore(text) };
    let keywords = scan::find_all(text, &[Part::Position], false).len();
    if parts.len() >= 3 || keywords == 2 {
        // offsets from edges, or words only
        return marked.restore(&swap_left_right(text, options));
    }
    let mut second_prefix = "";
    let flipped = if first == "0" {
        "100%".to_owned()
    } else if scan::contains(first, &[Part::Function, Part::Percentage], true) {
        complement(first)
    } else if scan::contains(first, &[Part::Length], true) {
        if is_x {
            flip_length(first, options)
        } else if parts.len() == 1 {
            format!("right {first} top 50%")
        } else if keywords == 0 && parts.len() == 2 {
            second_prefix = "top ";
            format!("right {first}")
        } else {
            first.to_owned()
        }
    } else {
        swap_left_right(first, options).into_owned()
    };
    let flipped = scan::replace(text, &parts, |at, part, out| match at {
        0 => out.push_str(&flipped),
        _ => {
            out.push_str(second_prefix);
            out.push_str(part);
        }
    });
    marked.restore(&flipped)
}

fn ends_in_gradient(name: &str) -> bool {
    name.len() >= 8 && name.as_bytes()[name.len() - 8..].eq_ignore_ascii_case(b"gradient")
}

fn flip_gradient(gradient: &str, options: &Options) -> String {
    let swapped = swap_left_right(gradient, options);
    if has_angle(&swapped) { negate(&swapped) } else { swapped.into_owned() }
}

/// Whether a digit stands right before a unit of angles.
fn has_angle(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_unit = |at: usize| {
        let starts =
            |unit: &&str| bytes[at..].get(..unit.len()).is_some_and(|b| b.eq_ignore_ascii_case(unit.as_bytes()));
        ["deg", "grad", "rad", "turn"].iter().any(starts)
    };
    (1..bytes.len()).any(|at| bytes[at - 1].is_ascii_digit() && starts_unit(at))
}

/// Applies the string maps to what `url` holds, if URLs are to be changed.
pub(super) fn flip_url(stored: &str, name: &str, options: &Options) -> String {
    let is_url = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("url"));
    if is_url && options.process_urls.declarations {
        apply_string_maps(stored, Scope::Urls, options)
    } else {
        stored.to_owned()
    }
}
