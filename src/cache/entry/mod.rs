//! One built asset, as it is kept in a file and in memory.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

use crate::asset::{Coding, ContentType};
use bytes::Bytes;
use sha2::{Digest, Sha256};

pub use decode::{EntryError, decode, decode_best};
pub use encode::{encode, encode_best};

/// A built asset with its variants. The identity variant is always there and first,
/// each coding is there at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub content_type: ContentType,
    /// SHA-256 of the identity body: names the content in validators and in the store.
    pub identity: [u8; 32],
    /// What it was built from, in the order of reading.
    pub inputs: Vec<Input>,
    pub variants: Vec<Variant>,
}

/// One body of an asset in one content coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    pub coding: Coding,
    /// The compressor's level; 0 for identity. Part of the ETag (design.md §5).
    pub level: u8,
    pub bytes: Bytes,
}

/// A source that went into an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Path relative to dirroot or to the root it lies in; or the name of a setting.
    pub name: String,
    /// SHA-256 of the content that was read; `None` where it was looked for in vain.
    pub sha256: Option<[u8; 32]>,
}

/// Better compressed variants of an entry that is already published: what its `.best` file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    pub content_type: ContentType,
    /// The identity body that the variants are codings of.
    pub identity: [u8; 32],
    /// Never identity; each coding at most once.
    pub variants: Vec<Variant>,
}

/// Better variants are of another content or type than the entry they were to be added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("better variants of other content")]
pub struct OtherContent;

impl Entry {
    /// An entry of one body and its codings. Drops codings that are not smaller than the body.
    pub fn new(content_type: ContentType, inputs: Vec<Input>, body: Bytes, coded: Vec<Variant>) -> Entry {
        let (identity, length) = (sha256(&body), body.len());
        let mut variants = vec![Variant { coding: Coding::Identity, level: 0, bytes: body }];
        variants.extend(coded.into_iter().filter(|v| v.coding != Coding::Identity && v.bytes.len() < length));
        variants.sort_by_key(|v| v.coding);
        variants.dedup_by_key(|v| v.coding);
        Entry { content_type, identity, inputs, variants }
    }

    /// The body as it is, without a coding; empty only if the entry breaks its own rule.
    pub fn body(&self) -> &Bytes {
        static NOTHING: Bytes = Bytes::new();
        self.variants.first().map_or(&NOTHING, |v| &v.bytes)
    }

    /// The variant in one coding, if there is one.
    pub fn variant(&self, coding: Coding) -> Option<&Variant> {
        self.variants.iter().find(|v| v.coding == coding)
    }

    /// Takes each better variant that is smaller than what the entry has in that coding.
    ///
    /// Refuses variants of another body or content type: a `.best` file can outlive the entry it was made for,
    /// where localcachedir was emptied in between.
    pub fn with_best(mut self, best: Best) -> Result<Entry, OtherContent> {
        if best.identity != self.identity || best.content_type != self.content_type {
            return Err(OtherContent);
        }
        let whole = self.body().len();
        for better in best.variants {
            match self.variants.iter_mut().find(|v| v.coding == better.coding) {
                Some(known) if better.bytes.len() < known.bytes.len() => *known = better,
                None if better.bytes.len() < whole => self.variants.push(better),
                _ => {}
            }
        }
        self.variants.sort_by_key(|v| v.coding);
        Ok(self)
    }

    /// Bytes of memory that the entry holds: all bodies, the names of its inputs, and what surrounds them.
    pub fn weight(&self) -> usize {
        let bodies: usize = self.variants.iter().map(|v| size_of::<Variant>() + v.bytes.len()).sum();
        let inputs: usize = self.inputs.iter().map(|i| size_of::<Input>() + i.name.len()).sum();
        size_of::<Entry>() + bodies + inputs
    }
}

/// SHA-256 (FIPS 180-4) of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
