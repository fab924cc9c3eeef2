//! What a node tells of itself: one line, its sum in front.
//!
//! A file is written over in place, so that others who have it open, or whose network file system knows its name, see
//! the new line; who reads in the middle of that sees a line whose sum is wrong, and reads again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One running process of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The node's name, as `[site] node` or its machine says.
    pub node: String,
    /// The run of the machine that it is on: two machines never have the same.
    pub boot: String,
    pub process: u32,
    /// Of revserve.
    pub version: String,
    /// Its clock when this was written, in milliseconds since 1970.
    pub clock: u64,
    /// The fingerprint of its code, where it is compared and can be told.
    pub code: Option<String>,
    /// The path of the code, as it is there.
    pub dirroot: String,
    /// The kind of its source of revisions.
    pub source: String,
    pub themerev: Option<u64>,
    pub jsrev: Option<u64>,
    /// How many bytes of each node's log of purges its revisions count: what it acknowledges.
    pub counted: BTreeMap<String, u64>,
    /// Why it calls nothing current.
    pub lagging: Option<String>,
    /// Its big assets of the current revisions: an entry's name, and the first 16 hexadecimal digits of the SHA-256
    /// of its content.
    pub content: BTreeMap<String, String>,
}

impl Record {
    /// No line is longer, in bytes.
    pub const LONGEST: usize = 1 << 20;
    /// Lengths are rounded up to this, in bytes, so that a file seldom becomes shorter.
    const STEP: usize = 1024;
    /// Hexadecimal digits of the sum.
    const SUM: usize = 16;

    /// As a line of at least this many bytes.
    pub(super) fn line(&self, least: usize) -> Vec<u8> {
        // Maps, texts and numbers: there is nothing in them that JSON cannot say.
        let text = serde_json::to_string(self).unwrap_or_default();
        let mut line = format!("{} {text}", sum(text.as_bytes())).into_bytes();
        let whole = (line.len() + 1).next_multiple_of(Self::STEP).max(least);
        line.resize(whole - 1, b' ');
        line.push(b'\n');
        line
    }

    /// Reads a line; `None` where it is torn, or somebody else's.
    pub(super) fn read(line: &[u8]) -> Option<Record> {
        let line = line.strip_suffix(b"\n")?.trim_ascii_end();
        let (claimed, rest) = line.split_at_checked(Self::SUM)?;
        let text = rest.strip_prefix(b" ")?;
        (claimed == sum(text).as_bytes()).then(|| serde_json::from_slice(text).ok())?
    }
}

fn sum(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(Record::SUM / 2).map(|byte| format!("{byte:02x}")).collect()
}
