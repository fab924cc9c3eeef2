//! What a worker is asked to do.

use crate::build::inputs::Inputs;
use crate::build::map;
use crate::build::minify_css;
use crate::build::rtl;
use crate::build::script::{self, How, Minifier};
use crate::build::scss;
use bytes::Bytes;
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

/// One piece of work. Its input comes beside it, as bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// A script → the script as it is served.
    Minify { engine: Minifier },
    /// A style sheet → the same from right to left, as Moodle serves it.
    Flip,
    /// A style sheet → the same, shorter.
    MinifyCss,
    /// A theme's SCSS → CSS. Imports stay inside the folders. It has no input beside it.
    Scss { source: Box<scss::Source>, folders: Vec<Utf8PathBuf> },
    /// An order, as JSON → the source map that it orders.
    Map,
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
    /// Of a job that tells nothing else.
    Sheet,
    /// Of [`Job::Scss`].
    Scss {
        inputs: Inputs,
        /// What the sources themselves warn of.
        warnings: Vec<String>,
    },
}

/// An engine's own error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// With file, line and excerpt where the engine gives them.
    pub message: String,
    /// Of [`Job::Scss`].
    #[serde(default)]
    pub scss: Option<Box<Uncompiled>>,
}

/// Why SCSS did not compile, and what that depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncompiled {
    pub error: scss::ScssError,
    pub inputs: Inputs,
}

impl Job {
    /// How many kinds of jobs there are.
    pub const KINDS: usize = 5;

    /// Its kind, as a number below [`Job::KINDS`].
    pub(super) const fn number(&self) -> usize {
        match self {
            Self::Minify { .. } => 0,
            Self::Flip => 1,
            Self::MinifyCss => 2,
            Self::Scss { .. } => 3,
            Self::Map => 4,
        }
    }

    /// Runs the job. Called in a worker only: an engine may exhaust the stack, the memory or all time.
    pub(super) fn run(self, input: &[u8]) -> Result<(Report, Vec<u8>), Refusal> {
        match self {
            Self::Minify { engine } => {
                let made = script::minify(input, engine);
                Ok((Report::Script(made.how), made.code))
            }
            Self::Flip => Ok((Report::Sheet, rtl::flip(text(input)?, &rtl::Options::moodle()).into_bytes())),
            Self::MinifyCss => {
                let css = minify_css::minify(text(input)?).map_err(|error| refused(error.to_string()))?;
                Ok((Report::Sheet, css.into_bytes()))
            }
            Self::Map => {
                let order = serde_json::from_slice(input).map_err(|error| refused(error.to_string()))?;
                Ok((Report::Sheet, map::make(&order)))
            }
            Self::Scss { source, folders } => {
                let folders = scss::ThemeFolders::open(&folders).map_err(|error| refused(error.to_string()))?;
                let scss::Compiled { css, inputs, warnings } = scss::compile(&source, &folders);
                let css = match css {
                    Ok(css) => css,
                    Err(error) => {
                        let message = error.to_string();
                        return Err(Refusal { message, scss: Some(Box::new(Uncompiled { error, inputs })) });
                    }
                };
                Ok((Report::Scss { inputs, warnings }, css.into_bytes()))
            }
        }
    }
}

fn refused(message: String) -> Refusal {
    Refusal { message, scss: None }
}

fn text(input: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(input).map_err(|error| refused(error.to_string()))
}
