//! Themes and their parents (moodle-assets.md §1).
//!
//! 1. Every folder with a `config.php` in `dirroot/theme`, then in `themedir`, is a theme; the first home wins.
//! 2. Its `config.php` is read as data, without a database; what depends on settings is unknown, each field for itself,
//!    until a build that knows them reads it again.
//! 3. A [`Chain`] is a theme with all parents that it names. Moodle asks each theme for the whole list, nearest
//!    first, and looks no further; so a circle cannot come about. A parent with a missing parent is left out.
//! 4. Where a parent is missing, there is no chain but a [`ThemeFault`]: Moodle serves the site's default theme then.

mod chain;
mod fault;
mod find;
mod host;
mod kept;
pub mod tables;
#[cfg(test)]
mod tests;

pub use chain::Chain;
pub use fault::ThemeFault;
pub use find::{Theme, Themes};
pub use kept::KeptThemes;
