use super::*;
use crate::asset::{Coding, ContentType};
use crate::cache::{Entry, Variant};
use bytes::Bytes;
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

const ETAG: &str = "\"abababababababab-br11\"";
const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

fn validators() -> Validators<'static> {
    let variant = Variant { coding: Coding::Brotli, level: 11, bytes: Bytes::new() };
    let entry = Entry {
        content_type: ContentType::Css,
        identity: [0xab; 32],
        inputs: Vec::new(),
        variants: vec![variant.clone()],
    };
    let content = ContentName::of(&entry);
    assert_eq!(content.etag(&variant), ETAG);
    Validators {
        content,
        etag: ETAG,
        modified: Some(UNIX_EPOCH + Duration::from_secs(784_111_777)),
        date_is_strong: true,
    }
}

fn fields<'a>(lines: &[(&str, &'a str)]) -> Fields<'a> {
    let mut fields = Fields::default();
    for (name, value) in lines {
        assert!(fields.add(name.as_bytes(), value.as_bytes()), "{name}");
    }
    fields
}

fn verdict(lines: &[(&str, &str)]) -> Verdict {
    evaluate(&fields(lines), validators())
}

#[test]
fn if_none_match_compares_weakly_and_by_content() {
    for value in [
        ETAG,
        "*",
        " * ",
        "W/\"abababababababab-br11\"",
        "\"abababababababab-gzip6\"",
        "\"x\", \"abababababababab-identity0\"",
    ] {
        assert_eq!(verdict(&[("If-None-Match", value)]), Verdict::NotModified, "{value}");
    }
    for value in [
        "\"x\"",
        "",
        "abababababababab-br11",
        "\"abababababababab\"",
        "\"*\"",
        "*, \"x\"",
        "garbage \"abababababababab-br11\"",
    ] {
        assert_eq!(verdict(&[("If-None-Match", value)]), Verdict::Proceed, "{value}");
    }
    assert_eq!(verdict(&[("If-None-Match", "\"x\""), ("If-None-Match", ETAG)]), Verdict::NotModified);
}

#[test]
fn if_modified_since_counts_only_without_if_none_match() {
    assert_eq!(verdict(&[("If-Modified-Since", MODIFIED)]), Verdict::NotModified);
    assert_eq!(verdict(&[("If-Modified-Since", LATER)]), Verdict::NotModified);
    assert_eq!(verdict(&[("If-Modified-Since", EARLIER)]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT")]), Verdict::NotModified);
    assert_eq!(verdict(&[("If-Modified-Since", "Sun Nov  6 08:49:37 1994")]), Verdict::NotModified);
    assert_eq!(verdict(&[("If-Modified-Since", "not a date")]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Modified-Since", LATER), ("If-Modified-Since", LATER)]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-None-Match", "\"x\""), ("If-Modified-Since", LATER)]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-None-Match", ""), ("If-Modified-Since", LATER)]), Verdict::Proceed);
}

#[test]
fn if_match_compares_strongly_and_comes_first() {
    assert_eq!(verdict(&[("If-Match", ETAG)]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Match", "*")]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Match", "\"x\", \"abababababababab-br11\"")]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Match", "W/\"abababababababab-br11\"")]), Verdict::Failed);
    assert_eq!(verdict(&[("If-Match", "\"abababababababab-gzip6\"")]), Verdict::Failed);
    assert_eq!(verdict(&[("If-Match", "\"x\""), ("If-None-Match", ETAG)]), Verdict::Failed);
    assert_eq!(verdict(&[("If-Match", ETAG), ("If-None-Match", ETAG)]), Verdict::NotModified);
}

#[test]
fn if_unmodified_since_counts_only_without_if_match() {
    assert_eq!(verdict(&[("If-Unmodified-Since", MODIFIED)]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Unmodified-Since", EARLIER)]), Verdict::Failed);
    assert_eq!(verdict(&[("If-Unmodified-Since", "not a date")]), Verdict::Proceed);
    assert_eq!(verdict(&[("If-Match", ETAG), ("If-Unmodified-Since", EARLIER)]), Verdict::Proceed);
}

#[test]
fn without_a_date_only_tags_count() {
    let of = Validators { modified: None, ..validators() };
    assert_eq!(evaluate(&fields(&[("If-Modified-Since", LATER)]), of), Verdict::Proceed);
    assert_eq!(evaluate(&fields(&[("If-Unmodified-Since", EARLIER)]), of), Verdict::Proceed);
    assert_eq!(evaluate(&fields(&[("If-None-Match", ETAG)]), of), Verdict::NotModified);
    assert!(!range_counts(&fields(&[("If-Range", MODIFIED)]), of));
}

#[test]
fn if_range_names_exactly_these_bytes_or_the_whole_is_sent() {
    let counts = |value| range_counts(&fields(&[("If-Range", value)]), validators());
    assert!(counts(ETAG));
    assert!(counts(MODIFIED));
    for value in [
        "W/\"abababababababab-br11\"",
        "\"abababababababab-gzip6\"",
        EARLIER,
        LATER,
        "",
        "*",
        "\"abababababababab-br11\", \"x\"",
    ] {
        assert!(!counts(value), "{value}");
    }
    assert!(range_counts(&fields(&[]), validators()));
    assert!(!range_counts(&fields(&[("If-Range", ETAG), ("If-Range", ETAG)]), validators()));
    let weak_date = Validators { date_is_strong: false, ..validators() };
    assert!(!range_counts(&fields(&[("If-Range", MODIFIED)]), weak_date));
}

proptest! {
    #[test]
    fn any_bytes_can_be_preconditions(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 5),
    ) {
        let mut fields = Fields::default();
        let names = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"];
        for (name, value) in names.iter().zip(&values) {
            fields.add(name.as_bytes(), value);
        }
        let _ = evaluate(&fields, validators());
        let _ = range_counts(&fields, validators());
    }
}
