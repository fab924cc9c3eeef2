//! Brotli (RFC 7932) with a raw dictionary as a prefix (RFC 9841 §3.2).
//!
//! RFC 9841 addresses a dictionary by the distances behind the start of the body, however small the window is. The
//! encoder takes it into its window instead. Both say the same wherever dictionary and body lie in one window
//! together, so nothing larger is encoded.

use super::Effort;
use brotli::enc::{BrotliEncoderParams, StandardAlloc};
use brotli::{Allocator, BrotliCompressCustomIoCustomDict, Decompressor, SliceWrapperMut as _};
use brotli::{IoReaderWrapper, IoWriterWrapper};
use std::io::{self, Read as _};

/// Bytes of the largest window that RFC 7932 has, and that clients have to take (RFC 9842 §4): 16 MiB, less 16.
pub(super) const LONGEST_WINDOW: usize = (1 << 24) - 16;

/// The stream and its level; `None` where the two do not fit into one window, or the encoder gives up.
pub(super) fn encode(body: &[u8], dictionary: &[u8], effort: Effort) -> Option<(Vec<u8>, u8)> {
    if body == dictionary
        && let Some(stream) = super::same::encode(body.len())
    {
        return Some((stream, 11)); // there is no smaller one
    }
    let reach = body.len() + dictionary.len();
    if reach > LONGEST_WINDOW {
        return None;
    }
    let level = match effort {
        Effort::Quick => 5,
        Effort::Best => 11,
    };
    // As without a dictionary: below 2^18 the encoder takes a slower way that finds less.
    let window = ((reach + 16).ilog2() + 1).clamp(18, 24);
    let parameters = BrotliEncoderParams {
        quality: i32::from(level),
        lgwin: window as i32,
        size_hint: reach,
        ..BrotliEncoderParams::default()
    };
    let mut coded = Vec::with_capacity(4096);
    let (mut input, mut output) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    BrotliCompressCustomIoCustomDict(
        &mut IoReaderWrapper(&mut &*body),
        &mut IoWriterWrapper(&mut coded),
        &mut input,
        &mut output,
        &parameters,
        StandardAlloc::default(),
        &mut |_, _, _, _| (),
        dictionary,
        io::Error::from(io::ErrorKind::UnexpectedEof),
    )
    .ok()?;
    Some((coded, level))
}

/// What a stream of ours decodes to.
pub(super) fn decode(stream: &[u8], dictionary: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut prefix = <StandardAlloc as Allocator<u8>>::alloc_cell(&mut StandardAlloc::default(), dictionary.len());
    prefix.slice_mut().copy_from_slice(dictionary);
    let mut body = Vec::with_capacity(length);
    Decompressor::new_with_custom_dict(stream, 1 << 16, prefix).take(length as u64 + 1).read_to_end(&mut body).ok()?;
    Some(body)
}
