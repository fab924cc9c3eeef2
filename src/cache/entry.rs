//! One built asset, as it is kept in a file and in memory.

use crate::asset::{Coding, ContentType};
use bytes::Bytes;

/// A built asset with its variants. The identity variant is always there and first.
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
