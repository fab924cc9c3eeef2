//! Scripts: made smaller without a change of meaning, and joined.
//!
//! What comes in are *classic scripts*: they share one global scope, are joined with others,
//! and run sloppy unless they say otherwise. One script goes through these steps:
//!
//! 1. What is no script to us stays as it was written: bytes that are not UTF-8, what does
//!    not parse, what reads its own text (`hazards`).
//! 2. Local names are shortened and white space dropped (`print`). Names of the global scope,
//!    of functions and of classes stay, as do licence comments and directives.
//! 3. The result is parsed again and compared with the source, node by node; names are
//!    resolved by an own reading of the scope rules (`proof`, `scopes`). If both do not mean
//!    the same, the script is tried again with all names kept, and then left as it was written.
//!
//! oxc's compressor (constant folding, dead code, merged statements) is deliberately not part
//! of this. Its result cannot be compared with the source node by node, of 6,850 programs of the
//! test suites of UglifyJS and terser it changed what more than 70 print, and over all scripts of a Moodle it
//! saves little over 1 % of the compressed bytes.

mod hazards;
mod print;
mod proof;
mod scopes;
mod second;
mod source;
mod spelling;
#[cfg(test)]
mod tests;
mod vars;

use print::Names;
use proof::Verdict;
use serde::{Deserialize, Serialize};

/// Which engine makes scripts smaller; the operator's `[script] minifier`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Minifier {
    #[default]
    Oxc,
    /// Guarded: what it makes is taken only if oxc agrees that it means the same (`second`).
    MinifyJs,
    None,
}

/// A script as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minified {
    pub code: Vec<u8>,
    pub how: How,
}

/// How a script came to be what is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Smaller than its source, and shown to mean the same.
    Minified { by: Minifier },
    /// The source, byte for byte (but for a leading byte order mark).
    AsWritten(Reason),
}

/// Why a script is served as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Reason {
    /// The operator chose no minifier.
    #[error("minification is off")]
    Off,
    /// The bytes are not UTF-8.
    #[error("it is not UTF-8 (byte {offset})")]
    NotUtf8 { offset: usize },
    /// Neither a script nor a module in the eyes of the parser.
    #[error("line {line}, column {column}: {message}")]
    Unparsed { line: u32, column: u32, message: String },
    /// Its text is data to itself (`"use asm"`, a function that is read as a string).
    #[error("it depends on its own text: {what}")]
    OwnText { what: String },
    /// The result would not be smaller.
    #[error("it is as small already")]
    Small,
    /// The result could not be shown to mean the same.
    #[error("no result could be shown to mean the same")]
    Unproven,
}

impl Reason {
    /// Whether an operator may want to hear of it.
    pub fn is_notable(&self) -> bool {
        !matches!(self, Self::Off | Self::Small)
    }
}

/// The script in its served form. Never fails: what cannot be shown to be safe is the source.
///
/// Deeply nested input needs a deep stack: this is meant to run in the worker process.
pub fn minify(source: &[u8], engine: Minifier) -> Minified {
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    let as_written = |why| Minified { code: source.to_vec(), how: How::AsWritten(why) };
    if engine == Minifier::None {
        return as_written(Reason::Off);
    }
    let text = match std::str::from_utf8(source) {
        Ok(text) => text,
        Err(error) => {
            return as_written(Reason::NotUtf8 { offset: error.valid_up_to() });
        }
    };
    let shorter = |code: &String| code.len() < text.len();
    if engine == Minifier::MinifyJs
        && let Some(code) = second::minify(text).filter(shorter)
    {
        return Minified { code: code.into_bytes(), how: How::Minified { by: engine } };
    }
    match proven(text) {
        Ok(code) if shorter(&code) => Minified { code: code.into_bytes(), how: How::Minified { by: Minifier::Oxc } },
        Ok(_) => as_written(Reason::Small),
        Err(why) => as_written(why),
    }
}

/// Steps 1 to 3 of the module's head.
fn proven(text: &str) -> Result<String, Reason> {
    if !hazards::look(text)?.keep_names {
        let mut reserved = Vec::new();
        // The second round spares the names that the first one lost.
        for _ in 0..2 {
            let code = print::print(text, Names::Shortened { but: &reserved })?;
            match proof::compare(text, &code, true) {
                Verdict::Same => return Ok(code),
                Verdict::NamesLost(names) => reserved.extend(names),
                Verdict::Unproven => break,
            }
        }
    }
    let code = print::print(text, Names::Kept)?;
    match proof::compare(text, &code, false) {
        Verdict::Same => Ok(code),
        _ => Err(Reason::Unproven),
    }
}
