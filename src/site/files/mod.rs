//! Source files, opened so that no name and no link leads out of the site (design: "Symlinks").
//!
//! 1. A [`Root`] is a folder whose links are resolved, held open by a handle.
//! 2. A [`Place`] is a folder in a root: a theme, a component, `pix` of dataroot.
//! 3. [`Roots::find`] looks a name up in a place. As a rule no link lies on the way, and the kernel says so
//!    in one call. Where one does, it is resolved and has to end in one of the roots.
//! 4. A [`SourceFile`] is what was found: a root and a path without links below it. Reading it follows no link.

mod beneath;
mod error;
mod roots;
mod source;
#[cfg(test)]
mod tests;
mod walk;

pub use error::SourceError;
pub use roots::{Place, Reach, Root, Roots};
pub use source::SourceFile;
pub use walk::Walk;
