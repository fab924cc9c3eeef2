//! What an asset was made of, told by a node that disagrees with another about it.
//!
//! Only then: the inputs of all assets are megabytes, which nobody reads as long as nodes agree.

use super::Registry;
use camino::Utf8Path;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// A disputed asset of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The name of its entry.
    pub entry: String,
    /// The first 16 hexadecimal digits of the SHA-256 of its content.
    pub content: String,
    /// In the order of reading.
    pub of: Vec<MadeOf>,
}

/// A file, or another source, and the first 16 hexadecimal digits of the SHA-256 of what it held; `None` where it was
/// looked for in vain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf(pub String, pub Option<String>);

/// No file of these is longer, in bytes.
const LONGEST: u64 = 16 << 20;

/// Writes them all; the file appears whole or not at all.
pub(super) fn write(folder: &Utf8Path, path: &Utf8Path, made: &[Made]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(file.as_file_mut(), made)?;
    file.write_all(b"\n")?;
    file.as_file().sync_data()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

impl Registry {
    /// What a node told of one of its assets, by the name of its file.
    pub(super) fn made(&self, file: &str, entry: &str) -> Option<Made> {
        let path = self.folder.join(format!("{file}.{}", Self::INPUTS));
        if path.metadata().ok()?.len() > LONGEST {
            return None;
        }
        let all: Vec<Made> = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        all.into_iter().find(|made| made.entry == entry)
    }
}
