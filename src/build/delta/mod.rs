//! Bodies as what differs from a body that the client has: `dcb` and `dcz` (RFC 9842 §4, §5).
//!
//! 1. the coding's magic number and the SHA-256 of the dictionary;
//! 2. a stream that may refer to the dictionary as if it stood right before the body;
//! 3. decoded again before it is believed: one that fails, panics or saves nothing is left out.
//!
//! The same two bodies give the same bytes on every node.

mod brotli_stream;
mod same;
#[cfg(test)]
mod tests;
mod zstd_stream;

use crate::asset::DictionaryCoding;
use crate::cache::Delta;
use bytes::Bytes;
use std::panic::catch_unwind;

/// How long a delta may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// A client waits: tens of milliseconds for a style sheet of a megabyte.
    Quick,
    /// In the background: seconds.
    Best,
}

/// A larger body or dictionary has no deltas: 16 MiB. Compressors take many times both in memory.
pub const LARGEST: usize = 16 << 20;

/// The delta of a body to a dictionary, both given with their SHA-256; `None` where there is none in this coding, or
/// none that is smaller than `plain` bytes, the smallest coding without a dictionary. Blocks for [`Effort`].
pub fn delta(
    body: (&Bytes, [u8; 32]),
    dictionary: (&Bytes, [u8; 32]),
    coding: DictionaryCoding,
    effort: Effort,
    plain: usize,
) -> Option<Delta> {
    let ((body, content), (dictionary, hash)) = (body, dictionary);
    if body.is_empty() || dictionary.is_empty() || body.len() > LARGEST || dictionary.len() > LARGEST {
        return None;
    }
    // What is the same needs no search.
    let effort = if content == hash { Effort::Quick } else { effort };
    let made = catch_unwind(|| {
        let (stream, level) = match coding {
            DictionaryCoding::Brotli => brotli_stream::encode(body, dictionary, effort)?,
            DictionaryCoding::Zstd => zstd_stream::encode(body, dictionary, effort)?,
        };
        let decoded = match coding {
            DictionaryCoding::Brotli => brotli_stream::decode(&stream, dictionary, body.len()),
            DictionaryCoding::Zstd => zstd_stream::decode(&stream, dictionary, body.len()),
        };
        Some((decoded? == **body).then_some((stream, level)))
    });
    let (stream, level) = match made {
        Ok(Some(Some(made))) => made,
        Ok(None) => return None, // the coding's window does not reach so far
        Ok(Some(None)) | Err(_) => {
            tracing::error!(coding = coding.token(), length = body.len(), "a delta cannot be made; sent without");
            return None;
        }
    };
    let mut bytes = Vec::with_capacity(coding.magic().len() + hash.len() + stream.len());
    bytes.extend_from_slice(coding.magic());
    bytes.extend_from_slice(&hash);
    bytes.extend_from_slice(&stream);
    (bytes.len() < plain).then(|| Delta { content, dictionary: hash, coding, level, bytes: bytes.into() })
}
