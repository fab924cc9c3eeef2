//! What the operator wrote → what it means, in one step, at the start (design.md §8).
//!
//! 1. read the site file, if there is one: an unknown key or a wrong type stops the start;
//! 2. read the checkout's `config.php` as data;
//! 3. settle each value: the site file's, else `config.php`'s, else the default.
//!
//! No room above sees "the config": each takes the values that it needs.

mod bytes_size;
mod database;
mod error;
mod moodle;
mod settings;
mod site_file;
#[cfg(test)]
mod tests;

pub use bytes_size::ByteSize;
pub use database::{Access, DatabaseSettings, Dialect, Tls};
pub use error::StartError;
pub use moodle::{ConfigSource, MoodleConfig, read_moodle};
pub use settings::{Forced, Listen, Place, RevisionSettings, Settings, TableRows, ThemeSettings, Told};
pub use site_file::{CodeCheck, MinifierChoice, RevisionsTable, SiteFile, SourceKind};
