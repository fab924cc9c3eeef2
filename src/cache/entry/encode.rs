//! The file format of an entry, written.
//!
//! All numbers are little endian. In this order:
//!
//! | Bytes | What |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 2 | [`VERSION`] of the format |
//! | 1 | 1: a whole entry; 2: better variants, a `.best` file |
//! | 1 | content type, as numbered by [`ContentType`](crate::asset::ContentType) |
//! | 8 | length of the header: everything up to the first body |
//! | 32 | SHA-256 of the identity body |
//! | 8 | number of variants; for each: 1 coding, 1 level, 8 length, 32 SHA-256 |
//! | 8 | number of inputs; for each: 8 length of the name, the name, 1 read or not, 32 SHA-256 if read |
//! | … | the bodies of the variants, one after another |
//! | 32 | SHA-256 of the header |
//!
//! The checksum at the end covers the header, the header's sums cover the bodies, and the lengths
//! must add up to the file's: no byte is without a guard, and each is hashed once. A cut-off file
//! has no checksum where one must be. The same entry gives the same bytes everywhere.

use super::{Best, Entry, Input, Variant, sha256};
use crate::asset::{Coding, ContentType};

/// The first bytes of every file: not text, and damaged by anything that converts line ends.
pub(super) const MAGIC: [u8; 8] = *b"\xA5rvsrv\r\n";
/// Grows with every change of the format; a file of another version is no entry.
pub(super) const VERSION: u16 = 1;
/// Bytes of a SHA-256.
pub(super) const SUM: usize = 32;
/// Where the length of the header stands.
pub(super) const HEADER_LENGTH_AT: usize = MAGIC.len() + 2 + 1 + 1;

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Entry = 1,
    Best = 2,
}

/// The bytes of an entry's file.
pub fn encode(entry: &Entry) -> Vec<u8> {
    write(Kind::Entry, entry.content_type, &entry.identity, &entry.variants, &entry.inputs)
}

/// The bytes of a `.best` file.
pub fn encode_best(best: &Best) -> Vec<u8> {
    write(Kind::Best, best.content_type, &best.identity, &best.variants, &[])
}

fn write(
    kind: Kind,
    content_type: ContentType,
    identity: &[u8; SUM],
    variants: &[Variant],
    inputs: &[Input],
) -> Vec<u8> {
    let mut file = Vec::with_capacity(length(variants, inputs));
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.push(kind as u8);
    file.push(content_type as u8);
    file.extend([0; 8]); // the header's length, once it is known
    file.extend(identity);
    put(&mut file, variants.len());
    for variant in variants {
        file.push(variant.coding as u8);
        file.push(variant.level);
        put(&mut file, variant.bytes.len());
        // The identity's sum is known already; whoever reads the file checks it.
        file.extend(if variant.coding == Coding::Identity { *identity } else { sha256(&variant.bytes) });
    }
    put(&mut file, inputs.len());
    for input in inputs {
        put(&mut file, input.name.len());
        file.extend(input.name.as_bytes());
        file.push(u8::from(input.sha256.is_some()));
        file.extend(input.sha256.iter().flatten());
    }
    let header = file.len();
    file[HEADER_LENGTH_AT..HEADER_LENGTH_AT + 8].copy_from_slice(&(header as u64).to_le_bytes());
    let sum = sha256(&file);
    for variant in variants {
        file.extend_from_slice(&variant.bytes);
    }
    file.extend(sum);
    file
}

/// Appends a length: 8 bytes hold every one that memory does.
fn put(file: &mut Vec<u8>, length: usize) {
    file.extend((length as u64).to_le_bytes());
}

/// At least the length of the file, so that it is allocated once.
fn length(variants: &[Variant], inputs: &[Input]) -> usize {
    let variants: usize = variants.iter().map(|v| 10 + SUM + v.bytes.len()).sum();
    let inputs: usize = inputs.iter().map(|i| 9 + SUM + i.name.len()).sum();
    HEADER_LENGTH_AT + 8 + SUM + 8 + variants + 8 + inputs + SUM
}
