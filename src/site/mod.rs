//! What is installed: components, themes and parents, and the way from a name to its source files.
//!
//! 1. [`SitePaths`] say where the site is.
//! 2. [`Site::open`] resolves its folders, lists its [`Components`], reads its [`Themes`].
//! 3. [`Index`] is what that gave, to be kept: a site is opened by it without looking through folders.
//! 4. `images`, `fonts`, `scripts`, `amd` turn a name into [`SourceFile`]s, by Moodle's rules.
//! 5. A [`SourceFile`] is read safely, and within a limit.

mod amd;
pub mod components;
mod error;
mod everything;
pub mod files;
mod fingerprint;
mod fonts;
mod images;
mod index;
mod open;
mod paths;
mod scripts;
mod small;
mod style_sources;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod themes;

pub use amd::{AmdModule, AmdModules, SingleModule};
pub use components::Components;
pub use error::SiteError;
pub use files::{SourceError, SourceFile};
pub use fingerprint::{CodeMark, Fingerprint, FingerprintError};
pub use index::Index;
pub use open::Site;
pub use paths::{Checkout, SitePaths};
pub use themes::Themes;
