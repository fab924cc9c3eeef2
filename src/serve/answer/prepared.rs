//! Everything about an answer that can be known before the request: computed once per asset.
//!
//! 1. order the variants by size and give each its ETag;
//! 2. write the fields that all of them share (moodle-assets.md §5);
//! 3. write each variant's header block, for 200 and for 304; for deltas when they are known.

use super::conditional::Validators;
use super::dictionary::{Offer, Offers, available};
use super::etag::ContentName;
use super::fields::Fields;
use super::filename::filename;
use super::negotiate::Accepted;
use crate::asset::{Coding, ContentType, DictionaryCoding, Freshness};
use crate::cache::{Entry, Variant};
use crate::engine::{Deltas, Found};
use crate::serve::sealed::{Sealed, Shelf};
use bytes::Bytes;
use std::cell::OnceCell;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An asset's header blocks and validators. Holds no body: those belong to the entry.
#[derive(Debug)]
pub struct Prepared {
    content: ContentName,
    modified: Option<SystemTime>,
    freshness: Freshness,
    /// Smallest first. Never empty: the identity is always there.
    variants: Vec<PreparedVariant>,
    /// Whether it may be kept and sent again without asking the engine.
    keepable: bool,
    /// Where its URL is one whose content clients keep as a dictionary.
    dictionaries: Option<Dictionaries>,
}

/// What header blocks of deltas are made of, and those that were made.
#[derive(Debug)]
struct Dictionaries {
    shared: Shared,
    offers: Offers,
}

/// One variant's header blocks.
#[derive(Debug)]
pub struct PreparedVariant {
    /// Its place in the entry, or among the deltas.
    pub index: usize,
    /// Of a delta the coding that it is a form of.
    pub coding: Coding,
    pub etag: String,
    pub content_type: ContentType,
    /// The lines of a 200: `content-length` and what no part of the body has, then `content-type`, then the rest.
    pub full: Bytes,
    /// Where in `full` the `content-type` starts, and the one behind `content-type`.
    pub behind_length: usize,
    pub behind_type: usize,
    /// The lines of a 304 (RFC 9110 §15.4.5).
    pub not_modified: Bytes,
    /// Its body as a file, once it was worth one.
    sealed: OnceCell<Option<Arc<Sealed>>>,
}

impl PreparedVariant {
    pub fn sealed(&self) -> Option<Arc<Sealed>> {
        self.sealed.get().cloned().flatten()
    }

    /// Has its body put on the shelf, or remembers that there is no room for it.
    pub fn seal(&self, shelf: &Shelf, entry: &Entry) {
        self.sealed.get_or_init(|| entry.variants.get(self.index).and_then(|variant| shelf.get(entry, variant)));
    }
}

impl Prepared {
    /// Prepares an outcome that was asked for as `target`; `now` keeps `Last-Modified` out of the future.
    pub fn new(found: &Found, target: &str, now: SystemTime) -> Prepared {
        Prepared::with_siblings(found, target, now, None)
    }

    /// The same for a URL whose content clients may keep for all URLs of that pattern (RFC 9842 §2.1.1). It says so
    /// where it is current and something that changes by little: styles and scripts.
    pub fn with_siblings(found: &Found, target: &str, now: SystemTime, siblings: Option<&str>) -> Prepared {
        let siblings = siblings.filter(|_| may_be_dictionary(found));
        let entry = &*found.entry;
        let content = ContentName::of(entry);
        let revised = found.modified.and_then(|revision| UNIX_EPOCH.checked_add(Duration::from_secs(revision.get())));
        // RFC 9110 §8.8.2.1: a date in the future becomes the date of the answer.
        let is_future = found.modified.is_some() && revised.is_none_or(|date| date > now);
        let modified = match is_future {
            true => UNIX_EPOCH.checked_add(Duration::from_secs(seconds(now))),
            false => revised,
        };
        let shared = Shared::of(found, target, modified, siblings, "public");
        let mut variants: Vec<_> = entry.variants.iter().enumerate().collect();
        variants.sort_by_key(|(_, v)| (v.bytes.len(), Coding::ALL.iter().position(|c| *c == v.coding)));
        let variants = variants.into_iter().map(|(index, v)| shared.variant(index, v, content)).collect();
        let keepable = found.freshness == Freshness::Current && !is_future;
        // What only some clients can read is kept by none but them.
        let private = siblings.map(|siblings| Shared::of(found, target, modified, Some(siblings), "private"));
        let dictionaries = private.map(|shared| Dictionaries { shared, offers: Offers::default() });
        Prepared { content, modified, freshness: found.freshness, variants, keepable, dictionaries }
    }

    /// Whether it says the same until the generation changes: current, and its date no longer moves.
    pub fn is_keepable(&self) -> bool {
        self.keepable
    }

    /// The variant for a client: the gladliest taken, the smallest of those; the identity where all are forbidden,
    /// because a body that may be readable helps more than a 406.
    pub fn select(&self, accepted: &Accepted) -> &PreparedVariant {
        let chosen = accepted.choose(self.variants.iter().map(|v| v.coding));
        let identity = || self.variants.iter().position(|v| v.coding == Coding::Identity).unwrap_or(0);
        &self.variants[chosen.unwrap_or_else(identity)]
    }

    /// The dictionary that a client has and that this answer might be sent with.
    pub fn dictionary(&self, fields: &Fields<'_>) -> Option<[u8; 32]> {
        self.dictionaries.as_ref().and_then(|_| available(fields))
    }

    /// What was offered for that dictionary before.
    pub fn offered(&self, dictionary: &[u8; 32]) -> Option<Rc<Offer>> {
        self.dictionaries.as_ref()?.offers.get(dictionary)
    }

    /// Prepares deltas to one dictionary, and remembers them; nothing where its URL has none.
    pub fn offer(&self, dictionary: [u8; 32], deltas: &Arc<Deltas>) -> Option<Rc<Offer>> {
        let Dictionaries { shared, offers } = self.dictionaries.as_ref()?;
        let of_content = |delta: &crate::cache::Delta| ContentName::of_hash(&delta.content) == self.content;
        let prepared = deltas.0.iter().enumerate().filter(|(_, delta)| of_content(delta)).map(|(index, delta)| {
            let etag = self.content.delta_etag(delta);
            let coding = match delta.coding {
                DictionaryCoding::Brotli => Coding::Brotli,
                DictionaryCoding::Zstd => Coding::Zstd,
            };
            (delta.coding, shared.block(index, coding, Some(delta.coding.token()), etag, delta.bytes.len()))
        });
        let offer = Rc::new(Offer::new(dictionary, deltas, prepared.collect()));
        offers.put(Rc::clone(&offer));
        Some(offer)
    }

    pub fn validators<'a>(&self, variant: &'a PreparedVariant) -> Validators<'a> {
        Validators {
            content: self.content,
            etag: &variant.etag,
            modified: self.modified,
            date_is_strong: self.freshness == Freshness::Current && variant.coding == Coding::Identity,
        }
    }

    /// The name of the content, 16 hexadecimal digits.
    pub fn content(&self) -> ContentName {
        self.content
    }

    /// Bytes of memory it takes, roughly.
    pub fn weight(&self) -> usize {
        let blocks: usize = self.variants.iter().map(|v| v.full.len() + v.not_modified.len() + v.etag.len()).sum();
        let offers = if self.dictionaries.is_some() { Offers::MOST * Offers::WEIGHT } else { 0 };
        blocks + self.variants.len() * size_of::<PreparedVariant>() + size_of::<Prepared>() + offers
    }
}

/// The lines that do not depend on the variant.
#[derive(Debug)]
struct Shared {
    content_type: ContentType,
    /// What only a whole body's header has.
    whole: String,
    /// What a 304 repeats of a 200, but for the ETag.
    kept: String,
    /// The rest of a 200.
    rest: String,
}

impl Shared {
    /// `who` may keep it for long.
    fn of(found: &Found, target: &str, modified: Option<SystemTime>, siblings: Option<&str>, who: &str) -> Shared {
        let kind = found.entry.content_type;
        let mut kept = String::with_capacity(160);
        let _ = write!(kept, "cache-control: {}\r\n", cache_control(found, who));
        // Compressible types say it even while none of their variants is smaller: a better one may be added later,
        // and a URL's answers should not differ in it.
        if kind.is_compressible() || found.entry.variants.len() > 1 {
            kept.push_str(match siblings {
                Some(_) => "vary: Accept-Encoding, Available-Dictionary\r\n",
                None => "vary: Accept-Encoding\r\n",
            });
        }
        if let Some(modified) = modified {
            let _ = write!(kept, "last-modified: {}\r\n", httpdate::fmt_http_date(modified));
        }
        if kind.is_font() {
            kept.push_str("access-control-allow-origin: *\r\n");
        }
        if found.is_last_good {
            kept.push_str("revserve-build: failed; this is the last good one\r\n");
        }
        let mut rest = String::from("accept-ranges: bytes\r\nx-content-type-options: nosniff\r\n");
        // Opened on its own, an SVG is a document of the site's origin, and so is a source map under the type
        // that Moodle gives it: no scripts, nothing loaded.
        if matches!(kind, ContentType::Svg | ContentType::SourceMap) {
            rest.push_str(
                "content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox\r\n",
            );
        }
        let _ = write!(rest, "content-disposition: inline; filename=\"{}\"\r\n", filename(target, kind));
        if found.has_map && found.freshness == Freshness::Revalidate {
            let _ = write!(rest, "sourcemap: {}\r\n", map_reference(target));
        }
        // A part of a body is no dictionary.
        let whole = siblings.map_or(String::new(), |match_| format!("use-as-dictionary: match=\"{match_}\"\r\n"));
        Shared { content_type: kind, whole, kept, rest }
    }

    fn variant(&self, index: usize, variant: &Variant, content: ContentName) -> PreparedVariant {
        drop(variant.bytes.clone()); // see `shared`
        let token = (variant.coding != Coding::Identity).then(|| variant.coding.token());
        self.block(index, variant.coding, token, content.etag(variant), variant.bytes.len())
    }

    fn block(&self, index: usize, coding: Coding, token: Option<&str>, etag: String, length: usize) -> PreparedVariant {
        let not_modified = format!("etag: {etag}\r\n{}", self.kept);
        let mut full = String::with_capacity(96 + not_modified.len() + self.rest.len());
        let _ = write!(full, "content-length: {length}\r\n{}", self.whole);
        let behind_length = full.len();
        let _ = write!(full, "content-type: {}\r\n", self.content_type.header());
        let behind_type = full.len();
        if let Some(token) = token {
            let _ = write!(full, "content-encoding: {token}\r\n");
        }
        full.push_str(&not_modified);
        full.push_str(&self.rest);
        PreparedVariant {
            index,
            coding,
            etag,
            content_type: self.content_type,
            full: shared(full),
            behind_length,
            behind_type,
            not_modified: shared(not_modified),
            sealed: OnceCell::new(),
        }
    }
}

/// Bytes that every answer takes a share of. The first share costs an allocation: it is made here, not in a request.
fn shared(text: String) -> Bytes {
    let bytes = Bytes::from(text);
    drop(bytes.clone());
    bytes
}

/// The URL of the source map of what was asked for, relative to that: the same with `map=1` (ECMA-426 §11.1.2).
fn map_reference(target: &str) -> String {
    let query = target.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    format!("?{query}{}map=1", if query.is_empty() { "" } else { "&" })
}

/// How long an answer may be kept, and by whom (moodle-assets.md §5).
fn cache_control(found: &Found, who: &str) -> String {
    match found.freshness {
        Freshness::Current => {
            let age = found.lifetime.as_secs();
            let transform = if found.entry.content_type.is_image() { ", no-transform" } else { "" };
            // What YUI's version names is kept longest, but asked for again on reload.
            let immutable = if found.lifetime > Freshness::CURRENT { "" } else { ", immutable" };
            format!("{who}, max-age={age}{transform}{immutable}")
        }
        Freshness::Disputed => format!("{who}, max-age={}", Freshness::DISPUTED.as_secs()),
        Freshness::Short => format!("{who}, max-age={}", Freshness::SHORT.as_secs()),
        Freshness::Revalidate => "private, no-cache".to_owned(),
    }
}

/// Images and fonts change as a whole or not at all; what is not kept long is gone before it could be of use.
fn may_be_dictionary(found: &Found) -> bool {
    let changes_by_little = matches!(found.entry.content_type, ContentType::Css | ContentType::JavaScript);
    changes_by_little && found.freshness == Freshness::Current
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;
