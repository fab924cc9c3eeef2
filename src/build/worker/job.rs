//! What a worker is asked to do.

use crate::build::script::{self, How, Minifier};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// One piece of work. Its input comes beside it, as bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// A script → the script as it is served.
    Minify { engine: Minifier },
}

/// What was made of a job's input.
#[derive(Clone, Debug)]
pub struct Output {
    pub bytes: Bytes,
    pub report: Report,
}

/// What a job tells beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// Of [`Job::Minify`].
    Script(How),
}

/// An engine's own error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// With file, line and excerpt where the engine gives them.
    pub message: String,
}

impl Job {
    /// Runs the job. Called in a worker only: an engine may exhaust the stack, the memory or all time.
    pub(super) fn run(self, input: &[u8]) -> Result<(Report, Vec<u8>), Refusal> {
        match self {
            Self::Minify { engine } => {
                let made = script::minify(input, engine);
                Ok((Report::Script(made.how), made.code))
            }
        }
    }
}
