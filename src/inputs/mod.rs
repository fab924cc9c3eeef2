//! What a piece of work looked at on disk, and whether it is still so.
//!
//! 1. While the work runs, whoever reads, lists or looks for a file notes what was seen ([`trace`]).
//! 2. The notes are a [`Manifest`]: each path once, with what was there.
//! 3. Later each path is looked at again ([`Looks`]): as long as all of it is as it was, the same work would give the
//!    same result. A file whose stamp is that of before is not read again, unless the stamp is too young to be
//!    trusted: two saves within one tick of a file system's clock bear the same one.

mod looks;
mod manifest;
pub mod trace;

pub use looks::Looks;
pub use manifest::{Manifest, Seen};

/// SHA-256 of a file's content, or of a folder's listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sum(pub [u8; 32]);

impl Sum {
    pub fn of(bytes: &[u8]) -> Sum {
        use sha2::{Digest, Sha256};
        Sum(Sha256::digest(bytes).into())
    }

    /// 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
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
