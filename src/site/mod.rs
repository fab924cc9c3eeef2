//! What is installed: components, themes and parents, and the way from a name to its source files.

mod error;
pub mod files;
mod paths;
#[cfg(test)]
mod testing;

pub use error::SiteError;
pub use files::{SourceError, SourceFile};
pub use paths::{Checkout, SitePaths};
