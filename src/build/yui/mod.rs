//! YUI modules and lists of them, as `theme/yui_combo.php` answers them (moodle-assets.md §3).
//!
//! 1. [`Combo::parse`] cuts a list into parts and says of each where its file would be;
//! 2. whoever knows the site reads the files;
//! 3. [`images::rewrite`] leads the images of a style sheet to `theme/yui_image.php`.
//!
//! YUI modules are minified by whoever built them and are sent as they are.

pub mod images;
mod list;
mod part;
mod rollup;
#[cfg(test)]
mod tests;

pub use list::{Combo, LONGEST};
pub use part::{Kind, Library, Part, Versions};
pub use rollup::rollup_modules;

/// What a rollup of scripts ends with: makes `Y` global, as SimpleYUI did.
pub const USE_ALL: &str = "var Y = YUI().use('*');";
