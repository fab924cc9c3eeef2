//! A bar of pieces, one behind the other. A picture of numbers that stand beside it as text.

use std::fmt::Write as _;

/// One piece: its class in the style sheet, and how long it is.
pub type Piece = (&'static str, f64);

/// A bar whose whole width stands for `whole`, in the unit of the pieces.
pub fn bar(pieces: impl IntoIterator<Item = Piece>, whole: f64) -> String {
    let mut svg = String::from(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"rail\" width=\"1000\" height=\"10\"/>",
    );
    let mut x = 0.0;
    for (class, length) in pieces {
        let width = (length / whole.max(f64::MIN_POSITIVE) * 1000.0).clamp(0.0, 1000.0 - x);
        if width >= 0.1 {
            let _ = write!(svg, "<rect class=\"{class}\" x=\"{x:.1}\" width=\"{width:.1}\" height=\"10\"/>");
            x += width;
        }
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stand_behind_each_other_and_never_beyond_the_end() {
        let svg = bar([("a", 5.0), ("b", 0.0), ("c", 20.0)], 10.0);
        assert!(svg.contains("<rect class=\"a\" x=\"0.0\" width=\"500.0\""), "{svg}");
        assert!(svg.contains("<rect class=\"c\" x=\"500.0\" width=\"500.0\""), "{svg}");
        assert!(!svg.contains("class=\"b\""));
        assert!(!bar([("a", 1.0)], 0.0).contains("NaN"));
    }
}
