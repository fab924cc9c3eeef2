//! Left to right → right to left, by the rules of rtlcss 4.3.
//!
//! 1. The sheet is parsed without loss ([`css`](super::css)).
//! 2. Its nodes are visited in order. Comments such as `/*rtl:ignore*/` are [directives](directive); those that wait
//!    for nodes are asked about each ([`flip`]).
//! 3. A declaration obeys the directives inside it ([`in_place`]), or else the rule for its
//!    property ([`property`]) changes its name or value.
//! 4. The tree is printed; what nobody changed keeps its exact bytes.
//!
//! The oracle is npm rtlcss: same input, same bytes, with its oddities. It differs in these points:
//!
//! - Sheets that postcss refuses, and directives that make rtlcss throw, are flipped as far as they can be understood.
//! - Of the `config` directive only the plain data counts: there are no plugins and no hooks.
//! - A value that contains U+FFFD, which rtlcss takes for its own mark, stays as it is; `¤`, another of its marks, stays
//!   where rtlcss writes `undefined`.
//! - `<style` and `<!--` stay as they are; newer versions of postcss escape their first character wherever they stand.
//! - A comment that points to a source map stays as it is, and no map is read.
//!
//! [`Options::moodle`] adds Moodle's own rule: a block whose selector contains `.dir-rtl` stays as it is.

mod background;
mod border;
mod cursor;
mod directive;
mod flip;
mod guard;
mod in_place;
mod literal;
mod number;
mod options;
mod origin;
mod property;
mod raw;
mod rename;
mod scan;
mod shadow;
mod state;
mod swap;
mod transform;

pub use flip::{Warning, WarningKind, flip_sheet};
pub use options::{Options, ProcessUrls, Scope, StringMap, StringMapOptions};

use super::css;

/// Flips a style sheet. There is no error: what cannot be understood stays as it is.
pub fn flip(source: &str, options: &Options) -> String {
    let mut sheet = css::parse(source);
    flip_sheet(&mut sheet, options);
    sheet.to_text()
}

#[cfg(test)]
mod tests;
