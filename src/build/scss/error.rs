//! What stops a theme's SCSS from becoming CSS.

use std::fmt;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

/// A place in a source, as its author sees it: in the file as it is written, not in what was made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// A path, or the name that the plan gave to a piece that has none (`theme_boost_get_extra_scss()`).
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Characters of white space before the line's first that are not in the excerpt.
    pub indent: usize,
    /// The line itself, cut where it is long.
    pub excerpt: String,
}

impl Spot {
    /// A mark to be written under the excerpt, below the place.
    pub fn mark(&self) -> String {
        let before = (self.column - 1).saturating_sub(self.indent).min(self.excerpt.chars().count());
        format!("{}^", " ".repeat(before))
    }
}

impl ScssError {
    /// Where it is; `None` where it has no place.
    pub fn spot(&self) -> Option<&Spot> {
        match self {
            ScssError::Wrong { spot, .. } | ScssError::Outside { spot, .. } | ScssError::TooDeep { spot, .. } => {
                Some(spot)
            }
            ScssError::Unreadable { .. } | ScssError::Failed { .. } => None,
        }
    }

    /// What is wrong, without the place.
    pub fn words(&self) -> String {
        match self {
            ScssError::Wrong { message, .. } => message.clone(),
            ScssError::Outside { path, .. } => {
                format!("{path} is outside the folders of the theme and its parents")
            }
            ScssError::TooDeep { limit, .. } => format!("nested more than {limit} deep"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why SCSS does not compile. Costs the theme that it belongs to, no other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ScssError {
    /// The source is not what it should be, or asks for what is not there: a missing brace, an unknown variable, an
    /// import that no folder holds.
    #[error("{spot}: {message}\n    {}", spot.excerpt)]
    Wrong { spot: Spot, message: String },
    /// An import leads out of the folders of the theme and its parents.
    #[error("{spot}: {path} is outside the folders of the theme and its parents\n    {}", spot.excerpt)]
    Outside { spot: Spot, path: Utf8PathBuf },
    /// Blocks, brackets or interpolations are nested deeper than any real style sheet's.
    #[error("{spot}: nested more than {limit} deep")]
    TooDeep { spot: Spot, limit: usize },
    /// A file that an import names is there but gives no content.
    #[error("{path}: {why}")]
    Unreadable { path: Utf8PathBuf, why: String },
    /// The compiler itself gave up, which is a fault in it.
    #[error("the SCSS compiler failed: {what}")]
    Failed { what: String },
}
