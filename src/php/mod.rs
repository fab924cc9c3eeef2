//! Reads PHP source as data.
//!
//! [`lower`] parses a file into [`code`], [`eval`] runs it over [`value`]s, of which any may be
//! unknown with the [`problem`] that says where that began. On top of it:
//!
//! - [`config`]: `config.php`
//! - [`version`]: `version.php` of plugins and of the core
//! - [`setup`]: literals of `lib/setup.php`

pub mod builtins;
pub mod code;
pub mod config;
mod deep;
pub mod env;
mod error;
pub mod eval;
pub mod lower;
pub mod problem;
pub mod reading;
pub mod secret;
pub mod setup;
pub mod value;
pub mod version;

pub(crate) use deep::deep;
pub use env::Env;
pub use error::PhpError;
pub use problem::Problem;
pub use reading::Reading;
pub use secret::Secret;
pub use value::Value;
