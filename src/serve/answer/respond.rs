//! From how a request ended to what is sent: status, header and body, one `match` each.

use super::conditional::{Verdict, evaluate, range_counts};
use super::dictionary::Offer;
use super::fields::Fields;
use super::prepared::{Prepared, PreparedVariant};
use super::range::{Wanted, wanted};
use super::reply::{Body, Reply, Status};
use crate::asset::Coding;
use crate::asset::url::Refusal;
use crate::cache::Entry;
use bytes::{Bytes, BytesMut};
use std::ops::RangeInclusive;

/// The methods that assets have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    /// Every other: 405.
    Other,
}

impl Method {
    /// Methods are case-sensitive (RFC 9110 §9.1).
    pub fn parse(method: &[u8]) -> Method {
        match method {
            b"GET" => Method::Get,
            b"HEAD" => Method::Head,
            _ => Method::Other,
        }
    }
}

/// The answer with an asset that was found:
///
/// 1. select the variant;
/// 2. evaluate the preconditions: 412 or 304;
/// 3. for GET look at the ranges: 206 or 416;
/// 4. else 200.
pub fn found(prepared: &Prepared, entry: &Entry, method: Method, fields: &Fields<'_>) -> Reply {
    found_or_delta(prepared, entry, None, method, fields)
}

/// The same where the client has content of which the deltas are known.
pub fn found_or_delta(
    prepared: &Prepared,
    entry: &Entry,
    offer: Option<&Offer>,
    method: Method,
    fields: &Fields<'_>,
) -> Reply {
    let variant = prepared.select(&fields.accepted);
    let Some(bytes) = entry.variants.get(variant.index).map(|v| &v.bytes) else {
        return Reply::error(Status::InternalServerError); // prepared from another entry
    };
    let quality = fields.accepted.quality(variant.coding).unwrap_or(0);
    let delta = offer.and_then(|offer| offer.select(&fields.accepted, quality, bytes.len()));
    let (variant, bytes) = delta.as_ref().map_or((variant, bytes), |(variant, bytes)| (*variant, bytes));
    let validators = prepared.validators(variant);
    match evaluate(fields, validators) {
        Verdict::Failed => return Reply::error(Status::PreconditionFailed),
        Verdict::NotModified => {
            return Reply { status: Status::NotModified, head: variant.not_modified.clone(), body: Body::Empty };
        }
        Verdict::Proceed => {}
    }
    // Ranges are defined for GET only (RFC 9110 §14.2).
    if method == Method::Get
        && let wanted = wanted(fields.range, bytes.len() as u64)
        && wanted != Wanted::Whole
        && range_counts(fields, validators)
        && let Some(reply) = partial(prepared, variant, bytes, wanted)
    {
        return reply;
    }
    let body = match variant.sealed() {
        Some(sealed) => Body::Sealed(sealed, bytes.clone()),
        None => Body::Whole(bytes.clone()),
    };
    Reply { status: Status::Ok, head: variant.full.clone(), body }
}

/// `None` where the whole is sent after all.
fn partial(prepared: &Prepared, variant: &PreparedVariant, bytes: &Bytes, wanted: Wanted) -> Option<Reply> {
    let length = bytes.len();
    match wanted {
        Wanted::Whole => None,
        Wanted::Unsatisfiable => {
            let line = format!("content-range: bytes */{length}\r\n");
            Some(Reply::error_with(Status::RangeNotSatisfiable, &line))
        }
        Wanted::Part(part) => {
            let body = slice(bytes, &part);
            let lines = format!("content-length: {}\r\n{}", body.len(), content_range(&part, length));
            let head = join(&lines, &variant.full[variant.behind_length..]);
            Some(Reply { status: Status::PartialContent, head, body: Body::Whole(body) })
        }
        // A multipart body whose parts are pieces of a compressed stream is read in different ways by
        // different clients; RFC 9110 §14.2 leaves it to the server.
        Wanted::Parts(_) if variant.coding != Coding::Identity => None,
        Wanted::Parts(parts) => Some(multipart(prepared, variant, bytes, &parts)),
    }
}

/// `multipart/byteranges` (RFC 9110 §14.6). The boundary names the content, so it is the same on every node and
/// cannot stand in it.
fn multipart(prepared: &Prepared, variant: &PreparedVariant, bytes: &Bytes, parts: &[RangeInclusive<u64>]) -> Reply {
    let content = prepared.content();
    let boundary = format!("revserve-{}", content.as_str());
    let mut pieces = Vec::with_capacity(parts.len() * 2 + 1);
    for part in parts {
        let kind = variant.content_type.header();
        let range = content_range(part, bytes.len());
        pieces.push(Bytes::from(format!("\r\n--{boundary}\r\ncontent-type: {kind}\r\n{range}\r\n")));
        pieces.push(slice(bytes, part));
    }
    pieces.push(Bytes::from(format!("\r\n--{boundary}--\r\n")));
    let body = Body::Parts(pieces);
    let lines =
        format!("content-length: {}\r\ncontent-type: multipart/byteranges; boundary={boundary}\r\n", body.len());
    let head = join(&lines, &variant.full[variant.behind_type..]);
    Reply { status: Status::PartialContent, head, body }
}

fn content_range(part: &RangeInclusive<u64>, length: usize) -> String {
    format!("content-range: bytes {}-{}/{length}\r\n", part.start(), part.end())
}

fn slice(bytes: &Bytes, part: &RangeInclusive<u64>) -> Bytes {
    // The part lies inside: `range::wanted` was given this length.
    bytes.slice(*part.start() as usize..=*part.end() as usize)
}

fn join(lines: &str, rest: &[u8]) -> Bytes {
    let mut head = BytesMut::with_capacity(lines.len() + rest.len());
    head.extend_from_slice(lines.as_bytes());
    head.extend_from_slice(rest);
    head.freeze()
}

/// The answer to a target that names no asset.
pub fn refused(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::NotFound => Reply::error(Status::NotFound),
        Refusal::Malformed => Reply::error(Status::BadRequest),
        Refusal::TooLong => Reply::error(Status::UriTooLong),
        // As Moodle says it, word for word.
        Refusal::NoArgument => Reply::sentence("Invalid request"),
    }
}

/// 405. OPTIONS is among them: fonts are fetched with GET and no field that would need a preflight.
pub fn not_allowed() -> Reply {
    Reply::error_with(Status::MethodNotAllowed, "allow: GET, HEAD\r\n")
}

/// 500: it exists but could not be built.
pub fn failed() -> Reply {
    Reply::error(Status::InternalServerError)
}

/// 503: starting, or too busy; worth asking again in two seconds.
pub fn unavailable() -> Reply {
    Reply::error_with(Status::ServiceUnavailable, "retry-after: 2\r\n")
}

#[cfg(test)]
mod tests;
