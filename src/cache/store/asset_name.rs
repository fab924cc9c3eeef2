//! What the store knows an asset by, whatever its revision.

use crate::asset::{Asset, Revision};
use crate::cache::entry::sha256;
use crate::cache::{EntryName, Generation};

/// An asset, and the revision that a body of it was made for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssetName {
    /// SHA-256 of the asset's place in localcachedir, revision and sub-revision taken out.
    pub(super) hash: [u8; 32],
    pub(super) revision: u64,
    pub(super) sub: u64,
}

impl AssetName {
    /// `None` for what is never stored: lists, debug sheets, development.
    pub fn new(asset: &Asset, generation: Generation) -> Option<AssetName> {
        let any = Revision::new(1)?;
        let (revision, sub, unrevised) = match generation {
            Generation::Theme(revision) => (revision, None, Generation::Theme(any)),
            Generation::Styles(revision, sub) => (revision, sub, Generation::Styles(any, None)),
            Generation::Js(revision) => (revision, None, Generation::Js(any)),
            Generation::Development(_) => return None,
        };
        let name = EntryName::new(asset, unrevised)?;
        let hash = sha256(name.to_string().as_bytes());
        Some(AssetName { hash, revision: revision.get(), sub: sub.map_or(0, Revision::get) })
    }
}
