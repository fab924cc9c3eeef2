//! Reads PHP source as data.
//!
//! [`lower`] parses a file into [`code`], [`eval`] runs it over [`value`]s, of which any may be
//! unknown with the [`problem`] that says where that began. On top of it:
//!
//! - [`config`] reads `config.php`
//! - [`version`]: `version.php` of plugins and of the core
//! - [`setup`] and [`constants`]: literals of `lib/setup.php` and `lib/moodlelib.php`
//! - [`defaults`]: what a fresh site is configured to
//! - [`theme`]: a theme's `config.php` and its callbacks, in the site that a [`Host`] answers for

pub mod builtins;
pub mod code;
pub mod config;
pub mod constants;
mod deep;
pub mod defaults;
pub mod env;
mod error;
pub mod eval;
mod heap;
pub mod host;
pub mod lower;
mod moodle;
pub mod problem;
pub mod reading;
mod reads;
pub mod secret;
pub mod setup;
pub mod theme;
pub mod value;
pub mod version;

pub(crate) use deep::deep;
pub use env::Env;
pub use error::PhpError;
pub use heap::Counted;
pub use host::Host;
pub use problem::Problem;
pub use reading::Reading;
pub use reads::Reads;
pub use secret::Secret;
pub use value::Value;
