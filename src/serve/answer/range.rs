//! Byte ranges of the selected representation (RFC 9110 §14).

use super::fields::Single;
use std::ops::RangeInclusive;

/// More parts than this in one request are not worth answering one by one (RFC 9110 §14.2).
const MOST_PARTS: usize = 16;

/// What a `Range` field asks of a representation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// No field, one that cannot be read, another unit, or too many parts: 200.
    Whole,
    /// 206 with `Content-Range`.
    Part(RangeInclusive<u64>),
    /// 206 with `multipart/byteranges`: two or more parts that neither overlap nor touch.
    Parts(Vec<RangeInclusive<u64>>),
    /// 416: no part lies inside.
    Unsatisfiable,
}

/// Reads the field for a representation of `length` bytes. Empty representations have no parts.
pub fn wanted(field: Single<'_>, length: u64) -> Wanted {
    let Some(value) = field.value() else { return Wanted::Whole };
    let Some((unit, set)) = split_at(value, b'=') else { return Wanted::Whole };
    // No blanks stand around the `=` (RFC 9110 §14.2), though behind it they do no harm, as in a list.
    if length == 0 || !unit.eq_ignore_ascii_case(b"bytes") {
        return Wanted::Whole;
    }
    let mut parts = Vec::new();
    let mut asked = 0;
    for spec in set.split(|b| *b == b',').map(<[u8]>::trim_ascii).filter(|spec| !spec.is_empty()) {
        asked += 1;
        match Spec::parse(spec) {
            Some(_) if asked > MOST_PARTS => return Wanted::Whole,
            Some(spec) => parts.extend(spec.within(length)),
            None => return Wanted::Whole,
        }
    }
    coalesce(&mut parts);
    match (asked, &parts[..]) {
        (0, _) => Wanted::Whole,
        (_, []) => Wanted::Unsatisfiable,
        (_, [part]) => Wanted::Part(part.clone()),
        _ => Wanted::Parts(parts),
    }
}

/// One element of a range set (RFC 9110 §14.1.2).
enum Spec {
    /// `first-last` or `first-`.
    From(u64, Option<u64>),
    /// `-length`.
    Last(u64),
}

impl Spec {
    fn parse(spec: &[u8]) -> Option<Spec> {
        let (first, last) = split_at(spec, b'-')?;
        match (first, last) {
            ([], last) => Some(Spec::Last(number(last)?)),
            (first, []) => Some(Spec::From(number(first)?, None)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Spec::From(first, Some(last)))
            }
        }
    }

    /// What of it lies inside `length` bytes, which are at least one.
    fn within(self, length: u64) -> Option<RangeInclusive<u64>> {
        let end = length - 1;
        match self {
            Spec::From(first, last) => (first <= end).then(|| first..=last.unwrap_or(end).min(end)),
            Spec::Last(0) => None,
            Spec::Last(count) => Some(length.saturating_sub(count)..=end),
        }
    }
}

/// Joins parts that overlap or touch. Parts that do not are left in the order asked for.
fn coalesce(parts: &mut Vec<RangeInclusive<u64>>) {
    let meet = |a: &RangeInclusive<u64>, b: &RangeInclusive<u64>| {
        *b.start() <= a.end().saturating_add(1) && *a.start() <= b.end().saturating_add(1)
    };
    let apart = (1..parts.len()).all(|i| parts[..i].iter().all(|before| !meet(before, &parts[i])));
    if apart {
        return;
    }
    parts.sort_by_key(|part| *part.start());
    let mut joined: Vec<RangeInclusive<u64>> = Vec::with_capacity(parts.len());
    for part in parts.drain(..) {
        match joined.last_mut() {
            Some(last) if meet(last, &part) => *last = *last.start()..=*last.end().max(part.end()),
            _ => joined.push(part),
        }
    }
    *parts = joined;
}

fn split_at(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|b| *b == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

/// A decimal number; what is beyond 64 bits is beyond every representation too.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0'))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(value: &str, length: u64) -> Wanted {
        wanted(Single::One(value.as_bytes()), length)
    }

    #[test]
    fn single_parts_as_the_rfc_shows_them() {
        for (value, first, last) in [
            ("bytes=0-499", 0, 499),
            ("bytes=500-999", 500, 999),
            ("bytes=-500", 9500, 9999),
            ("bytes=9500-", 9500, 9999),
            ("bytes=0-0", 0, 0),
            ("bytes=9999-99999999999999999999999", 9999, 9999),
            ("bytes=-99999", 0, 9999),
            ("BYTES=0-", 0, 9999),
            ("bytes= , 5-6 ,", 5, 6),
        ] {
            assert_eq!(of(value, 10_000), Wanted::Part(first..=last), "{value}");
        }
    }

    #[test]
    fn several_parts_keep_their_order_unless_they_meet() {
        assert_eq!(of("bytes=0-0,-1", 10_000), Wanted::Parts(vec![0..=0, 9999..=9999]));
        assert_eq!(of("bytes=9000-9999,0-499", 10_000), Wanted::Parts(vec![9000..=9999, 0..=499]));
        assert_eq!(of("bytes=500-600,601-999", 10_000), Wanted::Part(500..=999));
        assert_eq!(of("bytes=500-700,601-999", 10_000), Wanted::Part(500..=999));
        assert_eq!(of("bytes=0-4,6-9", 10_000), Wanted::Parts(vec![0..=4, 6..=9]));
        assert_eq!(of("bytes=5000-5999,0-9,5500-6999", 10_000), Wanted::Parts(vec![0..=9, 5000..=6999]));
        assert_eq!(of("bytes=0-0,20000-", 10_000), Wanted::Part(0..=0));
    }

    #[test]
    fn nothing_inside_is_unsatisfiable() {
        for value in ["bytes=10000-", "bytes=10000-20000", "bytes=-0", "bytes=-0,99999-"] {
            assert_eq!(of(value, 10_000), Wanted::Unsatisfiable, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_answered_whole() {
        for value in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=5-4",
            "bytes=a-b",
            "bytes=1-2-3",
            "bytes=--1",
            "bytes=0x1-2",
            "bytes=1",
            "items=0-1",
            "bytes =0-1",
            "bytes = 0-1",
            "bytes=0-1,x",
            "bytes=+1-2",
        ] {
            assert_eq!(of(value, 10_000), Wanted::Whole, "{value}");
        }
        assert_eq!(of("bytes=0-", 0), Wanted::Whole);
        assert_eq!(wanted(Single::Repeated, 10), Wanted::Whole);
        assert_eq!(wanted(Single::Absent, 10), Wanted::Whole);
    }

    #[test]
    fn very_many_parts_are_answered_whole() {
        let many: Vec<_> = (0..17).map(|i| format!("{0}-{0}", i * 500)).collect();
        assert_eq!(of(&format!("bytes={}", many.join(",")), 10_000), Wanted::Whole);
        assert!(matches!(of(&format!("bytes={}", many[..16].join(",")), 10_000), Wanted::Parts(p) if p.len() == 16));
    }

    proptest! {
        #[test]
        fn parts_lie_inside_and_never_meet(value in "bytes=[0-9,-]{0,40}|[ -~]{0,40}", length in 0u64..2000) {
            let parts = match of(&value, length) {
                Wanted::Part(part) => vec![part],
                Wanted::Parts(parts) => {
                    prop_assert!(parts.len() > 1);
                    parts
                }
                Wanted::Whole | Wanted::Unsatisfiable => vec![],
            };
            for (i, part) in parts.iter().enumerate() {
                prop_assert!(part.start() <= part.end() && *part.end() < length);
                for other in &parts[..i] {
                    prop_assert!(other.end() < part.start() || part.end() < other.start());
                }
            }
        }
    }
}
