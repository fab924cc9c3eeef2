//! `box-shadow` and `text-shadow`: the first length of each shadow is how far to the right it falls.

use super::guard::Guards;
use super::transform::negate;

pub(super) fn flip(value: &str, guards: &mut Guards) -> String {
    let mut colors = guards.hex_colors(value);
    let mut functions = guards.functions(&colors.text);
    let shadows: Vec<String> = functions.text.split(',').map(negate).collect();
    functions.text = shadows.join(",");
    colors.text = functions.restore();
    colors.restore()
}
