//! What reading one value out of PHP gave.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// A value that PHP source may or may not set, and that may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading<T> {
    /// It is not set (or null).
    Unset,
    /// It is this.
    Known(T),
    /// It may be anything; the problem says why.
    Unknown(#[serde(with = "super::problem::shared")] Arc<Problem>),
}

impl<T> Reading<T> {
    /// The value, if it is set and known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Why it is unknown, if it is.
    pub fn problem(&self) -> Option<&Arc<Problem>> {
        match self {
            Self::Unknown(problem) => Some(problem),
            _ => None,
        }
    }

    /// The value as a reference.
    pub fn as_ref(&self) -> Reading<&T> {
        match self {
            Self::Unset => Reading::Unset,
            Self::Known(value) => Reading::Known(value),
            Self::Unknown(problem) => Reading::Unknown(problem.clone()),
        }
    }

    /// The same with the value changed.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Unset => Reading::Unset,
            Self::Known(value) => Reading::Known(with(value)),
            Self::Unknown(problem) => Reading::Unknown(problem),
        }
    }

    /// The value, the default where it is not set.
    ///
    /// # Errors
    /// The problem, where it is unknown.
    pub fn or(self, default: T) -> Result<T, Arc<Problem>> {
        match self {
            Self::Unset => Ok(default),
            Self::Known(value) => Ok(value),
            Self::Unknown(problem) => Err(problem),
        }
    }
}
