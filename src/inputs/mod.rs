//! What a piece of work looked at on disk, and whether it is still so.
//!
//! 1. While the work runs, whoever reads, lists or looks for a file notes what was seen ([`trace`]).
//! 2. The notes are a [`Manifest`]: each path once, with what was there.
//! 3. Later each path is looked at again ([`Looks`]): as long as all of it is as it was, the same work would give the
//!    same result. A file whose stamp is that of before is not read again, unless the stamp is too young to be
//!    trusted: two saves within one tick of a file system's clock bear the same one.
//! 4. List and stamps can be kept beyond the process ([`Stamps`]).

mod looks;
mod manifest;
mod spot;
mod stamps;
pub mod trace;

pub use looks::Looks;
pub use manifest::{Manifest, Seen};
pub use spot::Spot;
pub use stamps::Stamps;

/// SHA-256 of a file's content, or of a folder's listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sum(pub [u8; 32]);

/// A text is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no sum of 64 hexadecimal digits")]
pub struct NoSum;

impl From<Sum> for String {
    fn from(sum: Sum) -> String {
        sum.hex()
    }
}

impl TryFrom<String> for Sum {
    type Error = NoSum;

    fn try_from(text: String) -> Result<Sum, NoSum> {
        Sum::parse(&text).ok_or(NoSum)
    }
}

impl Sum {
    pub fn of(bytes: &[u8]) -> Sum {
        use sha2::{Digest, Sha256};
        Sum(Sha256::digest(bytes).into())
    }

    /// 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
    }

    /// From 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Option<Sum> {
        let mut sum = [0; 32];
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (i, byte) in sum.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Sum(sum))
    }
}
