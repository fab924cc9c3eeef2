//! What is installed: components, themes and parents, and the way from a name to its source files.

pub mod components;
mod error;
pub mod files;
mod paths;
mod small;
#[cfg(test)]
mod testing;

pub use components::Components;
pub use error::SiteError;
pub use files::{SourceError, SourceFile};
pub use paths::{Checkout, SitePaths};
