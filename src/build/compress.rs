//! Bodies in their content codings: quick ones at once, the best ones in the background (design.md §5).
//!
//! The same body gives the same bytes on every node: no time, name or machine goes into them. Every coding is decoded
//! again before it is believed; one that fails, panics or saves nothing is left out, and the asset goes without it.

use super::cpu::Spent;
use crate::asset::{Coding, ContentType};
use crate::cache::{Entry, Variant};
use bytes::Bytes;
use std::panic::catch_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How hard each compressor tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Levels {
    brotli: u8,
    zstd: u8,
    gzip: u8,
}

/// Boost's style sheet (1 MB) in 40 ms, all AMD modules (6 MB) in 0.4 s, on one core. The next level of each would
/// cost more than it saves: brotli 6 a quarter more time for 2 %, zstd 9 half as much again for 3 %, gzip 7 twice for 2 %.
const QUICK: Levels = Levels { brotli: 5, zstd: 6, gzip: 6 };

/// Boost's style sheet in 2 s, all AMD modules in 13 s: 17 to 20 % smaller with brotli.
const BEST: Levels = Levels { brotli: 11, zstd: 19, gzip: 12 };

/// From this size on the quick codings are made side by side: somebody waits for them.
const LARGE: usize = 128 << 10;

/// A larger body is sent as it is: 16 MiB. Compressors take many times the body in memory.
const LARGEST: usize = 16 << 20;

/// What a coding must save to be worth its own header line, `content-encoding: gzip`.
const LEAST_SAVED: usize = 24;

/// The body and what can be had of its codings without delaying an answer. Identity is always there and first.
pub fn quick(body: &Bytes, content_type: ContentType) -> Vec<Variant> {
    with_identity(body, codings(body, content_type, QUICK, |_| true))
}

/// Whether somebody who waits for one coding of a body would wait long for the others.
pub fn is_long(body: &Bytes, content_type: ContentType) -> bool {
    content_type.is_compressible() && (LARGE..=LARGEST).contains(&body.len())
}

/// The body and the one coding that is waited for; the [`rest`] is to follow.
pub fn awaited(body: &Bytes, content_type: ContentType, coding: Coding) -> Vec<Variant> {
    with_identity(body, codings(body, content_type, QUICK, |other| other == coding))
}

/// The quick codings that an entry lacks.
pub fn rest(entry: &Entry) -> Vec<Variant> {
    codings(entry.body(), entry.content_type, QUICK, |coding| entry.variant(coding).is_none())
}

fn with_identity(body: &Bytes, coded: Vec<Variant>) -> Vec<Variant> {
    let mut variants = vec![Variant { coding: Coding::Identity, level: 0, bytes: body.clone() }];
    variants.extend(coded);
    variants
}

/// The smallest codings of a body, without the body: seconds of work for a large one.
pub fn best(body: &Bytes, content_type: ContentType) -> Vec<Variant> {
    codings(body, content_type, BEST, |_| true)
}

static SPENT: Spent = Spent::none();

/// Processor time that compressing took in this process.
pub fn spent() -> Duration {
    SPENT.total()
}

fn codings(
    body: &Bytes,
    content_type: ContentType,
    levels: Levels,
    is_wanted: impl Fn(Coding) -> bool + Sync,
) -> Vec<Variant> {
    if !content_type.is_compressible() || body.len() <= LEAST_SAVED || body.len() > LARGEST {
        return Vec::new();
    }
    let coded = |coding, level, encode: Encode, decode: Decode| {
        if !is_wanted(coding) {
            return None;
        }
        let bytes = catch_unwind(|| {
            SPENT.by(|| {
                let bytes = encode(body, level)?;
                (decode(&bytes, body.len())? == **body).then_some(bytes)
            })
        });
        match bytes {
            Ok(Some(bytes)) => {
                (bytes.len() + LEAST_SAVED < body.len()).then(|| Variant { coding, level, bytes: bytes.into() })
            }
            Ok(None) | Err(_) => {
                tracing::error!(
                    coding = coding.token(),
                    level,
                    length = body.len(),
                    "cannot be compressed; sent without"
                );
                None
            }
        }
    };
    let others = || {
        let zstd = coded(Coding::Zstd, levels.zstd, encode_zstd, decode_zstd);
        [zstd, coded(Coding::Gzip, levels.gzip, encode_gzip, decode_gzip)]
    };
    let is_awaited = levels == QUICK && body.len() >= LARGE;
    // One large body after the other: each takes two cores and tens of megabytes.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = is_awaited.then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
    let (brotli, others) = thread::scope(|scope| {
        let beside = is_awaited.then(|| thread::Builder::new().spawn_scoped(scope, others).ok()).flatten();
        let brotli = coded(Coding::Brotli, levels.brotli, encode_brotli, decode_brotli);
        (brotli, beside.and_then(|thread| thread.join().ok()).unwrap_or_else(others))
    });
    std::iter::once(brotli).chain(others).flatten().collect()
}

/// A body in a coding, at a level; `None` if the compressor gives up.
type Encode = fn(&[u8], u8) -> Option<Vec<u8>>;
/// What a coding decodes to, of which the length is known.
type Decode = fn(&[u8], usize) -> Option<Vec<u8>>;

/// Below this size Brotli takes one set of literals for all contexts: half the time, as that is spent on finding out
/// which contexts are alike, and 1 to 2 % smaller on icons, of which most are this small. Above, SVG grows by 1 %.
const ONE_CONTEXT: usize = 1 << 10;

/// Brotli (RFC 7932), with a window as large as the body.
fn encode_brotli(body: &[u8], level: u8) -> Option<Vec<u8>> {
    let mut coded = Vec::with_capacity(body.len() / 4);
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: i32::from(level),
        // Below 2^18 the encoder takes a slower way that finds less; above 2^24 is not in the RFC.
        lgwin: (body.len().ilog2() as i32 + 1).clamp(18, 24),
        size_hint: body.len(),
        disable_literal_context_modeling: i32::from(body.len() < ONE_CONTEXT),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*body, &mut coded, &parameters).ok()?;
    Some(coded)
}

fn decode_brotli(mut coded: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(length);
    brotli::BrotliDecompress(&mut coded, &mut body).ok()?;
    Some(body)
}

/// Zstandard (RFC 8878). All levels up to 19 keep to the window of 8 MiB that RFC 9659 allows.
fn encode_zstd(body: &[u8], level: u8) -> Option<Vec<u8>> {
    zstd::bulk::compress(body, i32::from(level)).ok()
}

fn decode_zstd(coded: &[u8], length: usize) -> Option<Vec<u8>> {
    zstd::bulk::decompress(coded, length).ok()
}

/// Gzip (RFC 1952); libdeflate writes neither a time nor an operating system into the header.
fn encode_gzip(body: &[u8], level: u8) -> Option<Vec<u8>> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(i32::from(level)).ok()?);
    let mut coded = vec![0; compressor.gzip_compress_bound(body.len())];
    let length = compressor.gzip_compress(body, &mut coded).ok()?;
    coded.truncate(length);
    coded.shrink_to_fit();
    Some(coded)
}

fn decode_gzip(coded: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut body = vec![0; length];
    let filled = libdeflater::Decompressor::new().gzip_decompress(coded, &mut body).ok()?;
    body.truncate(filled);
    Some(body)
}

#[cfg(test)]
mod tests;
