//! Preconditions (RFC 9110 §13), evaluated against the representation that would be sent.

use super::etag::{ContentName, Tag, tags};
use super::fields::{Fields, Lines};
use std::time::SystemTime;

/// What is known about the selected representation.
#[derive(Clone, Copy, Debug)]
pub struct Validators<'a> {
    pub content: ContentName,
    /// The ETag of the selected variant, quotes included.
    pub etag: &'a str,
    /// Whole seconds; `None` in development, where only the ETag validates.
    pub modified: Option<SystemTime>,
    /// Whether the date settles the bytes: only for the identity of a current revision. Two compressions of one
    /// content share their date (RFC 9110 §8.8.2.2).
    pub date_is_strong: bool,
}

/// How the preconditions of a GET or HEAD end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Send it; a `Range` still counts.
    Proceed,
    /// 304.
    NotModified,
    /// 412.
    Failed,
}

/// Evaluates the preconditions in the order of RFC 9110 §13.2.2:
///
/// 1. `If-Match`, or else 2. `If-Unmodified-Since`: 412 where false;
/// 3. `If-None-Match`, or else 4. `If-Modified-Since`: 304 where false.
///
/// (5., `If-Range`, is [`range_counts`].)
pub fn evaluate(fields: &Fields<'_>, of: Validators<'_>) -> Verdict {
    if !fields.if_match.is_absent() {
        let strongly = |tag: Tag<'_>| tag.is_strongly(of.etag);
        if !is_any(&fields.if_match) && !fields.if_match.iter().flat_map(tags).any(strongly) {
            return Verdict::Failed;
        }
    } else if let (Some(date), Some(modified)) = (fields.if_unmodified_since.date(), of.modified)
        && modified > date
    {
        return Verdict::Failed;
    }
    if !fields.if_none_match.is_absent() {
        let same = |tag| of.content.is_named_by(tag);
        if is_any(&fields.if_none_match) || fields.if_none_match.iter().flat_map(tags).any(same) {
            return Verdict::NotModified;
        }
    } else if let (Some(date), Some(modified)) = (fields.if_modified_since.date(), of.modified)
        && modified <= date
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Whether a `Range` counts: there is no `If-Range`, or it names exactly these bytes (RFC 9110 §13.1.5).
pub fn range_counts(fields: &Fields<'_>, of: Validators<'_>) -> bool {
    if fields.if_range == super::fields::Single::Absent {
        return true;
    }
    let Some(value) = fields.if_range.value() else { return false };
    match Tag::parse(value.trim_ascii()) {
        Some((tag, rest)) => rest.is_empty() && tag.is_strongly(of.etag),
        None => of.date_is_strong && of.modified.is_some() && fields.if_range.date() == of.modified,
    }
}

fn is_any(lines: &Lines<'_>) -> bool {
    matches!(lines, Lines::One(line) if line.trim_ascii() == b"*")
}

#[cfg(test)]
mod tests;
