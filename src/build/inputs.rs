//! What a build depended on, so that a change of any of it is noticed.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256 of a source file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    pub fn of(bytes: &[u8]) -> ContentHash {
        ContentHash(Sha256::digest(bytes).into())
    }
}

/// Every file that a build read, with what it held, and every file that it looked for in vain: one that appears
/// changes the result as much as one that is edited. Sorted, so that two nodes write the same list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    pub read: BTreeMap<Utf8PathBuf, ContentHash>,
    pub missing: BTreeSet<Utf8PathBuf>,
}

impl Inputs {
    pub fn add_read(&mut self, path: &Utf8Path, content: &[u8]) {
        self.read.insert(path.to_owned(), ContentHash::of(content));
    }

    pub fn add_missing(&mut self, path: &Utf8Path) {
        self.missing.insert(path.to_owned());
    }

    pub fn extend(&mut self, other: Inputs) {
        self.read.extend(other.read);
        self.missing.extend(other.missing);
    }
}
