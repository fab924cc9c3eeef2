//! What went wrong in a build, as it is shown to whoever wrote the source.

use crate::build::scss::Spot;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The sheet is there, but not as it was meant.
    Warning,
    /// Something is missing from the answer, or there is none.
    Error,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub level: Level,
    /// The theme whose asset it is in.
    pub theme: String,
    /// Where it is, if that is known.
    pub spot: Option<Spot>,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.spot {
            Some(spot) => write!(f, "{spot}: {}", self.message),
            None => write!(f, "theme {}: {}", self.theme, self.message),
        }
    }
}
