//! A request target, cut into path and query.

use super::Refusal;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

pub(super) struct Target<'a> {
    /// The path below the mount, decoded, starting with `/`.
    pub path: Cow<'a, str>,
    /// What stands behind the `?`, as it was sent.
    pub query: Option<&'a str>,
    /// No percent-encoding and no doubled slash in the path.
    pub plain: bool,
}

impl<'a> Target<'a> {
    pub fn split(target: &'a str, mount: &str) -> Result<Target<'a>, Refusal> {
        let origin = match target.strip_prefix('/') {
            Some(_) => target,
            None => {
                let authority = target.split_once("://").map(|(_, rest)| rest).ok_or(Refusal::Malformed)?;
                authority.find('/').map(|at| &authority[at..]).ok_or(Refusal::NotFound)?
            }
        };
        let origin = origin.split_once('#').map_or(origin, |(before, _)| before);
        let (path, query) = match origin.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (origin, None),
        };
        let plain = !path.contains('%') && !path.contains("//");
        let path = strip(decode(path)?, mount).ok_or(Refusal::NotFound)?;
        Ok(Target { path, query, plain })
    }
}

/// Percent-decodes; broken escapes and what is no UTF-8 afterwards are refused.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|b| *b == b'%') {
        let escape = bytes.get(at + found + 1..at + found + 3).ok_or(Refusal::Malformed)?;
        if !escape.iter().all(u8::is_ascii_hexdigit) {
            return Err(Refusal::Malformed);
        }
        at += found + 3;
    }
    percent_decode_str(text).decode_utf8().map_err(|_| Refusal::Malformed)
}

fn strip<'a>(path: Cow<'a, str>, mount: &str) -> Option<Cow<'a, str>> {
    let rest = path.strip_prefix(mount)?;
    if !rest.starts_with('/') {
        return None;
    }
    Some(match path {
        Cow::Borrowed(path) => Cow::Borrowed(&path[mount.len()..]),
        Cow::Owned(ref path) => Cow::Owned(path[mount.len()..].to_owned()),
    })
}
