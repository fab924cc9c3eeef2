//! Validators made from content (design.md §5; RFC 9110 §8.8.3).

use crate::asset::{Coding, DictionaryCoding};
use crate::cache::{Delta, Entry, Variant};
use std::fmt::Write as _;

/// The part of an ETag that names the content: 16 hexadecimal digits of the identity's SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentName([u8; 16]);

impl ContentName {
    pub fn of(entry: &Entry) -> ContentName {
        ContentName::of_hash(&entry.identity)
    }

    /// The name of the content with this SHA-256.
    pub fn of_hash(hash: &[u8; 32]) -> ContentName {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut name = [0; 16];
        for (pair, byte) in name.chunks_exact_mut(2).zip(hash) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        ContentName(name)
    }

    pub fn as_str(&self) -> &str {
        // The digits above are ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The strong validator of one variant: `"<content>-<coding><level>"`, quotes included.
    pub fn etag(&self, variant: &Variant) -> String {
        let mut etag = String::with_capacity(32);
        let _ = write!(etag, "\"{}-{}{}\"", self.as_str(), variant.coding.token(), variant.level);
        etag
    }

    /// The strong validator of a delta, which its dictionary's content has a part in:
    /// `"<content>-<coding><level>-<dictionary>"`.
    pub fn delta_etag(&self, delta: &Delta) -> String {
        let dictionary = ContentName::of_hash(&delta.dictionary);
        format!("\"{}-{}{}-{}\"", self.as_str(), delta.coding.token(), delta.level, dictionary.as_str())
    }

    /// Whether a tag names this content in whatever coding and level: revserve's weak comparison, by which a client
    /// whose copy was compressed otherwise need not load the same content again.
    pub fn is_named_by(&self, tag: Tag<'_>) -> bool {
        let Some(coded) = tag.opaque.strip_prefix(&self.0).and_then(|rest| rest.strip_prefix(b"-")) else {
            return false;
        };
        let mut parts = coded.splitn(2, |b| *b == b'-');
        let (coded, dictionary) = (parts.next().unwrap_or_default(), parts.next());
        let is_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if dictionary.is_some_and(|name| name.len() != 16 || !name.iter().all(is_hex)) {
            return false;
        }
        let digits = coded.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let (token, level) = coded.split_at(coded.len() - digits);
        let is_known = match dictionary {
            None => Coding::ALL.iter().any(|coding| coding.token().as_bytes() == token),
            Some(_) => DictionaryCoding::ALL.iter().any(|coding| coding.token().as_bytes() == token),
        };
        is_known && (1..=2).contains(&level.len())
    }
}

/// An entity tag as a client sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    pub weak: bool,
    /// What stands between the quotes.
    pub opaque: &'a [u8],
}

impl<'a> Tag<'a> {
    /// Takes one tag off the front; `None` if there is none.
    pub fn parse(text: &'a [u8]) -> Option<(Tag<'a>, &'a [u8])> {
        let (weak, rest) = match text {
            [b'W', b'/', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let [b'"', rest @ ..] = rest else { return None };
        let end = rest.iter().position(|b| *b == b'"')?;
        let (opaque, rest) = (&rest[..end], &rest[end + 1..]);
        let allowed = |b: &u8| matches!(b, 0x21 | 0x23..=0x7e | 0x80..);
        opaque.iter().all(allowed).then_some((Tag { weak, opaque }, rest))
    }

    /// Strong comparison with a tag of ours, quotes included (RFC 9110 §8.8.3.2).
    pub fn is_strongly(&self, etag: &str) -> bool {
        !self.weak && etag.as_bytes().strip_prefix(b"\"").and_then(|e| e.strip_suffix(b"\"")) == Some(self.opaque)
    }
}

/// The tags of one line of `If-Match` or `If-None-Match`; ends at the first element that is no tag.
pub fn tags(line: &[u8]) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        while let [b' ' | b'\t' | b',', behind @ ..] = rest {
            rest = behind;
        }
        let (tag, behind) = Tag::parse(rest)?;
        match behind.trim_ascii_start() {
            [] | [b',', ..] => rest = behind.trim_ascii_start(),
            _ => return None,
        }
        Some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name() -> ContentName {
        ContentName(*b"0123456789abcdef")
    }

    #[test]
    fn a_tag_of_any_coding_names_the_content() {
        for tag in [
            "0123456789abcdef-br11",
            "0123456789abcdef-identity0",
            "0123456789abcdef-gzip6",
            "0123456789abcdef-dcb11-fedcba9876543210",
        ] {
            assert!(name().is_named_by(Tag { weak: false, opaque: tag.as_bytes() }), "{tag}");
            assert!(name().is_named_by(Tag { weak: true, opaque: tag.as_bytes() }), "{tag}");
        }
        for tag in [
            "",
            "0123456789abcdef",
            "0123456789abcdef-",
            "0123456789abcdef-br",
            "0123456789abcdef-br111",
            "0123456789abcdef-11",
            "0123456789abcdef-br11x",
            "0123456789abcdef-dcb11",
            "0123456789abcdef-dcb11-",
            "0123456789abcdef-dcb11-fedcba987654321g",
            "0123456789abcdef-br11-fedcba9876543210",
            "0123456789abcdee-br11",
            "x0123456789abcdef-br11",
        ] {
            assert!(!name().is_named_by(Tag { weak: false, opaque: tag.as_bytes() }), "{tag}");
        }
    }

    #[test]
    fn lists_of_tags_are_read_up_to_what_is_no_tag() {
        let read = |line: &'static str| -> Vec<_> {
            tags(line.as_bytes()).map(|t| (t.weak, str::from_utf8(t.opaque).unwrap())).collect()
        };
        assert_eq!(read(r#""xyzzy""#), [(false, "xyzzy")]);
        assert_eq!(
            read(r#""xyzzy", "r2d2xxxx", W/"c3piozzzz""#),
            [(false, "xyzzy"), (false, "r2d2xxxx"), (true, "c3piozzzz")]
        );
        assert_eq!(read(r#" , "a,b" ,, """#), [(false, "a,b"), (false, "")]);
        assert_eq!(read(r#""a" "b""#), []);
        assert_eq!(read(r#""a", b, "c""#), [(false, "a")]);
        assert_eq!(read(r#"w/"a""#), []);
        assert_eq!(read(r#""a"#), []);
        assert_eq!(read("*"), []);
    }

    #[test]
    fn a_weak_tag_is_never_strongly_equal() {
        let etag = "\"0123456789abcdef-br11\"";
        let strong = |text: &'static str| Tag::parse(text.as_bytes()).unwrap().0.is_strongly(etag);
        assert!(strong("\"0123456789abcdef-br11\""));
        assert!(!strong("W/\"0123456789abcdef-br11\""));
        assert!(!strong("\"0123456789abcdef-br5\""));
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read_as_tags(line in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(tags(&line).count() <= 40);
        }
    }
}
