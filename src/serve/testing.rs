//! Entries and outcomes for the tests of this room.

use crate::asset::{Coding, ContentType, Freshness, Revision};
use crate::cache::{Entry, Variant};
use crate::engine::{Found, Source};
use bytes::Bytes;

/// An entry of 1,000 `i`s, compressible ones with made-up variants: 200 `b`, 250 `z` and 300 `g`.
pub fn entry(content_type: ContentType) -> Entry {
    let variant = |coding, level, byte, length| Variant { coding, level, bytes: Bytes::from(vec![byte; length]) };
    let mut variants = vec![variant(Coding::Identity, 0, b'i', 1000)];
    if content_type.is_compressible() {
        variants.push(variant(Coding::Brotli, 5, b'b', 200));
        variants.push(variant(Coding::Zstd, 3, b'z', 250));
        variants.push(variant(Coding::Gzip, 6, b'g', 300));
    }
    Entry { content_type, identity: [0xab; 32], inputs: Vec::new(), variants }
}

/// As found under revision 1770000000.
pub fn found_as(entry: Entry, freshness: Freshness) -> Found {
    Found {
        entry: entry.into(),
        freshness,
        modified: Revision::new(1_770_000_000),
        source: Source::Memory,
        lifetime: Freshness::CURRENT,
        is_last_good: false,
        has_map: false,
        is_whole: true,
    }
}
