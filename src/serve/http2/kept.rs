//! Headers as HTTP/2 takes them, kept from answer to answer: prepared answers are sent again and again, and their lines
//! need not be taken apart each time.

use crate::serve::answer::{Reply, Status};
use bytes::Bytes;
use foldhash::fast::RandomState;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use std::cell::RefCell;
use std::collections::HashMap;

/// Headers that are kept; more than the assets of a few pages.
const MOST: usize = 512;

/// A worker's headers, by where their lines lie: the lines are held, so that no others can come to lie there.
#[derive(Debug, Default)]
pub struct Kept(RefCell<HashMap<Place, Header, RandomState>>);

/// Where lines lie in memory, and how many bytes they have.
type Place = (usize, usize);

#[derive(Debug)]
struct Header {
    /// Held, not read.
    _lines: Bytes,
    fields: HeaderMap,
}

impl Kept {
    /// The fields of a reply's header.
    pub fn fields(&self, reply: &Reply) -> HeaderMap {
        if reply.status == Status::PartialContent {
            return read(reply); // made for one request
        }
        let place = (reply.head.as_ptr() as usize, reply.head.len());
        let mut kept = self.0.borrow_mut();
        if let Some(header) = kept.get(&place) {
            return header.fields.clone();
        }
        let fields = read(reply);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(place, Header { _lines: reply.head.clone(), fields: fields.clone() });
        fields
    }
}

fn read(reply: &Reply) -> HeaderMap {
    let mut fields = HeaderMap::with_capacity(16);
    for (name, value) in reply.fields() {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            fields.append(name, value);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::answer::respond;

    #[test]
    fn the_same_lines_are_read_once_and_others_for_themselves() {
        let kept = Kept::default();
        let missing = respond::refused(crate::asset::url::Refusal::NotFound);
        for _ in 0..3 {
            let fields = kept.fields(&missing);
            assert_eq!(fields.len(), missing.fields().count());
            assert!(missing.fields().all(|(name, value)| fields[name] == value));
        }
        assert_eq!(kept.0.borrow().len(), 1);
        assert_eq!(kept.fields(&respond::not_allowed())["allow"], "GET, HEAD");
        assert_eq!(kept.0.borrow().len(), 2);
    }

    #[test]
    fn no_more_are_kept_than_were_meant_to_be() {
        let kept = Kept::default();
        for _ in 0..MOST + 10 {
            kept.fields(&respond::not_allowed()); // its lines are written anew each time
        }
        assert!((1..=MOST).contains(&kept.0.borrow().len()));
    }
}
