//! Why an asset could not be had.

use crate::site::SourceError;

/// Why a request for an asset ends without one. Waiters of one build share it, so it can be cloned.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// No such theme, component, image or module.
    #[error("there is no such asset")]
    NotFound,
    /// A link of the site leads out of all folders that belong to it. Clients are told what they are told of anything
    /// that is not there.
    #[error("{0}")]
    Outside(String),
    /// A source file is there but cannot be read, or is larger than any asset.
    #[error("{0}")]
    Source(String),
    /// An engine refused, died or took too long.
    #[error("{0}")]
    Build(String),
    /// The node is stopping or has no room to begin another build.
    #[error("too busy")]
    Busy,
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Failure {
        match error {
            SourceError::LeadsOut { .. } => Failure::Outside(error.to_string()),
            error => Failure::Source(error.to_string()),
        }
    }
}
