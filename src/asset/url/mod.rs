//! From a request target to the asset and the revision that it names (moodle-assets.md §3).
//!
//! 1. take the wwwroot's path off the front and find the script;
//! 2. take the values out of the slash part, or else out of the query;
//! 3. refuse every value that Moodle's cleaning would change: two spellings never name one asset
//!    but for doubled slashes and percent-encoding.

mod pattern;
mod query;
mod script;
mod target;
#[cfg(test)]
mod tests;

use super::{Asked, Asset};
use script::Script;
pub use script::answered_scripts;
use target::Target;

/// An asset and a revision, as one URL asks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    pub asset: Asset,
    pub revision: Asked,
    /// The sub-revision of a style sheet: `None` where the URL has none.
    pub subrevision: Option<Asked>,
    /// Spelled as Moodle itself writes it: worth remembering by its spelling.
    pub canonical: bool,
}

/// Why a target names no asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The path belongs to none of the scripts that are answered, or a value is none that could exist.
    #[error("names no asset")]
    NotFound,
    /// Percent-encoding that is broken, or bytes that are no UTF-8.
    #[error("not a well-formed URL")]
    Malformed,
    /// Longer than [`Mount::LONGEST`].
    #[error("longer than any asset's URL")]
    TooLong,
    /// `requirejs.php` or `jssourcemap.php` without any argument: Moodle answers a sentence with status 200.
    #[error("no argument")]
    NoArgument,
}

/// Where the site is mounted: the path of its wwwroot, without a slash at the end.
#[derive(Clone, Debug, Default)]
pub struct Mount(String);

impl Mount {
    /// Bytes of the longest target that is looked at. YUI combos are at most 1,024, lists of scripts a few thousand.
    pub const LONGEST: usize = 8192;

    /// The mount of a wwwroot like `https://school.example/moodle`.
    pub fn of_wwwroot(wwwroot: &str) -> Mount {
        let behind_scheme = wwwroot.split_once("://").map_or(wwwroot, |(_, rest)| rest);
        let path = behind_scheme.find('/').map_or("", |at| &behind_scheme[at..]);
        Mount(path.trim_end_matches('/').to_owned())
    }

    /// The path in front of every asset URL: empty, or like `/moodle`.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// Reads a request target (RFC 9112 §3.2) in origin form or absolute form.
    pub fn parse(&self, target: &str) -> Result<Requested, Refusal> {
        if target.len() > Self::LONGEST {
            return Err(Refusal::TooLong);
        }
        let target = Target::split(target, &self.0)?;
        let (script, argument) = Script::find(&target.path).ok_or(Refusal::NotFound)?;
        script.read(argument, &target)
    }
}
