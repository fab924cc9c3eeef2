//! The nouns: parsed URL, asset names, revision, content type, content coding, freshness.
//!
//! Everything here is parsed once, at the edge; inside the house a [`ThemeName`] or a
//! [`SafePath`] is never checked again.

mod coding;
mod content_type;
mod dictionary_coding;
mod display;
mod freshness;
mod kind;
mod name;
mod revision;
mod safe_path;
pub mod url;

pub use coding::Coding;
pub use content_type::ContentType;
pub use dictionary_coding::DictionaryCoding;
pub use freshness::Freshness;
pub use kind::{Asset, DebugSheet, Place, SheetType};
pub use name::{ComponentName, NameError, ThemeName};
pub use revision::{Asked, Revision};
pub use safe_path::{PathError, SafePath};
