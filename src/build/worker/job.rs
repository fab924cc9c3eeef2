//! What a worker is asked to do.

use crate::build::script::{self, Minifier};
use serde::{Deserialize, Serialize};

/// One piece of work. Its input comes with it, as bytes; so does what is made of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// A script → the script as it is served.
    Minify { engine: Minifier },
}

/// What came of a job: the header of a worker's answer. The bytes behind it are the result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Done,
    Refused(Refusal),
}

/// An engine's own error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// With file, line and excerpt where the engine gives them.
    pub message: String,
}

impl Job {
    /// Runs the job. Called in a worker only: the engines may exhaust the stack, the memory or all time.
    pub(super) fn run(self, input: &[u8]) -> Result<Vec<u8>, Refusal> {
        match self {
            Job::Minify { engine } => Ok(script::minify(input, engine).code),
        }
    }
}
