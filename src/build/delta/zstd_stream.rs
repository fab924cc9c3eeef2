//! Zstandard (RFC 8878) with a raw dictionary as a prefix.
//!
//! The frame says the body's length and has one segment, so its window is the body's length, which clients have to
//! take up to 8 MiB, or up to 1.25 times the dictionary where that is more (RFC 9842 §5). The dictionary is in reach
//! until the decoder is a window behind its start (RFC 8878 §5), so of such a frame at any place.

use super::Effort;
use zstd::zstd_safe::{CCtx, CParameter, DCtx, compress_bound};

/// The window that every client takes.
const WINDOW: usize = 8 << 20;

/// The stream and its level; `None` where clients need not take its window, or the encoder gives up.
pub(super) fn encode(body: &[u8], dictionary: &[u8], effort: Effort) -> Option<(Vec<u8>, u8)> {
    if body.len() > WINDOW.max(dictionary.len() + dictionary.len() / 4) {
        return None;
    }
    // The encoder takes a prefix that lies where the body does for overwritten, and forgets it.
    let apart;
    let dictionary = if overlap(body, dictionary) {
        apart = dictionary.to_vec();
        &apart
    } else {
        dictionary
    };
    let level = match effort {
        Effort::Quick => 6,
        Effort::Best => 19,
    };
    let reach = (body.len() + dictionary.len()).ilog2() + 1;
    let mut context = CCtx::create();
    context.set_parameter(CParameter::CompressionLevel(level)).ok()?;
    // Of what is encoded with: the frame's own window follows from the body's length.
    context.set_parameter(CParameter::WindowLog(reach.clamp(10, 27))).ok()?;
    context.set_parameter(CParameter::EnableLongDistanceMatching(true)).ok()?;
    context.set_parameter(CParameter::ContentSizeFlag(true)).ok()?;
    context.ref_prefix(dictionary).ok()?;
    let mut coded = Vec::with_capacity(compress_bound(body.len()));
    context.compress2(&mut coded, body).ok()?;
    coded.shrink_to_fit();
    Some((coded, level as u8))
}

/// Whether two texts share memory, as a body does that is its own dictionary.
fn overlap(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (one.as_ptr_range(), other.as_ptr_range());
    one.start < other.end && other.start < one.end
}

/// What a stream of ours decodes to.
pub(super) fn decode(stream: &[u8], dictionary: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut context = DCtx::create();
    context.ref_prefix(dictionary).ok()?;
    let mut body = Vec::with_capacity(length);
    context.decompress(&mut body, stream).ok()?;
    Some(body)
}
