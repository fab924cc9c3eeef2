use super::*;
use crate::asset::{ContentType, Freshness};
use crate::serve::testing::{entry, found_as};
use std::time::{Duration, UNIX_EPOCH};

fn ask(kind: ContentType, method: Method, lines: &[(&str, &str)]) -> Reply {
    let asset = found_as(entry(kind), Freshness::Current);
    let prepared = Prepared::new(&asset, "/x", UNIX_EPOCH + Duration::from_secs(1_780_000_000));
    let mut fields = Fields::default();
    for (name, value) in lines {
        assert!(fields.add(name.as_bytes(), value.as_bytes()), "{name}");
    }
    found(&prepared, &asset.entry, method, &fields)
}

fn get(lines: &[(&str, &str)]) -> Reply {
    ask(ContentType::Css, Method::Get, lines)
}

fn field<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.fields().find(|(n, _)| *n == name).map(|(_, value)| value)
}

fn text(reply: &Reply) -> String {
    let bytes = match &reply.body {
        Body::Empty => Vec::new(),
        Body::Whole(bytes) | Body::Sealed(_, bytes) => bytes.to_vec(),
        Body::Parts(parts) => parts.concat(),
        Body::Live(_) => Vec::new(),
    };
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_plain_get_is_answered_whole() {
    let reply = get(&[]);
    assert_eq!((reply.status, reply.body.len()), (Status::Ok, 1000));
    assert_eq!(field(&reply, "content-length"), Some("1000"));
}

#[test]
fn a_copy_that_is_the_same_is_not_sent_again() {
    for lines in [
        &[("if-none-match", "\"abababababababab-identity0\"")][..],
        &[("if-none-match", "W/\"abababababababab-br5\""), ("accept-encoding", "br")],
        &[("if-modified-since", "Mon, 02 Feb 2026 02:40:00 GMT")],
        &[("if-none-match", "\"abababababababab-br5\""), ("range", "bytes=0-1")],
    ] {
        let reply = get(lines);
        assert_eq!((reply.status, reply.body.len()), (Status::NotModified, 0), "{lines:?}");
        for name in ["cache-control", "etag", "vary", "last-modified"] {
            assert_eq!(field(&reply, name), field(&get(&lines[1..]), name), "{name} as in the 200");
        }
        assert_eq!(field(&reply, "content-length"), None);
    }
}

#[test]
fn a_part_is_sent_with_what_the_whole_would_say() {
    let reply = get(&[("range", "bytes=10-19")]);
    assert_eq!((reply.status, text(&reply)), (Status::PartialContent, "iiiiiiiiii".into()));
    assert_eq!(field(&reply, "content-range"), Some("bytes 10-19/1000"));
    assert_eq!(field(&reply, "content-length"), Some("10"));
    assert_eq!(field(&reply, "content-type"), Some("text/css; charset=utf-8"));
    for name in ["cache-control", "etag", "vary", "last-modified", "accept-ranges", "x-content-type-options"] {
        assert!(field(&reply, name).is_some(), "{name}");
        assert_eq!(field(&reply, name), field(&get(&[]), name), "{name}");
    }
}

#[test]
fn parts_are_of_the_coded_bytes() {
    let reply = get(&[("range", "bytes=-10"), ("accept-encoding", "br")]);
    assert_eq!((reply.status, text(&reply)), (Status::PartialContent, "bbbbbbbbbb".into()));
    assert_eq!(field(&reply, "content-range"), Some("bytes 190-199/200"));
    assert_eq!(field(&reply, "content-encoding"), Some("br"));
}

#[test]
fn several_parts_come_in_one_body_whose_length_is_true() {
    let reply = get(&[("range", "bytes=0-3,-2")]);
    assert_eq!(reply.status, Status::PartialContent);
    let boundary = "revserve-abababababababab";
    let expected = format!(
        "\r\n--{boundary}\r\ncontent-type: text/css; charset=utf-8\r\ncontent-range: bytes 0-3/1000\r\n\r\niiii\
         \r\n--{boundary}\r\ncontent-type: text/css; charset=utf-8\r\ncontent-range: bytes 998-999/1000\r\n\r\nii\
         \r\n--{boundary}--\r\n"
    );
    assert_eq!(text(&reply), expected);
    assert_eq!(field(&reply, "content-length"), Some(expected.len().to_string().as_str()));
    let types: Vec<_> = reply.fields().filter(|(name, _)| *name == "content-type").collect();
    assert_eq!(types, [("content-type", "multipart/byteranges; boundary=revserve-abababababababab")]);
    assert_eq!(field(&reply, "content-range"), None);
}

#[test]
fn several_parts_of_a_compressed_body_are_answered_whole() {
    let reply = get(&[("range", "bytes=0-3,-2"), ("accept-encoding", "br")]);
    assert_eq!((reply.status, reply.body.len()), (Status::Ok, 200));
}

#[test]
fn a_range_outside_is_416_and_says_the_length() {
    let reply = get(&[("range", "bytes=1000-")]);
    assert_eq!(reply.status, Status::RangeNotSatisfiable);
    assert_eq!(field(&reply, "content-range"), Some("bytes */1000"));
    assert_eq!(field(&reply, "cache-control"), Some("no-store"));
}

#[test]
fn a_range_counts_only_for_get_and_only_if_if_range_agrees() {
    assert_eq!(ask(ContentType::Css, Method::Head, &[("range", "bytes=0-1")]).status, Status::Ok);
    let with = |value| get(&[("range", "bytes=0-1"), ("if-range", value)]).status;
    assert_eq!(with("\"abababababababab-identity0\""), Status::PartialContent);
    assert_eq!(with("\"abababababababab-br5\""), Status::Ok);
    assert_eq!(with("Mon, 02 Feb 2026 02:40:00 GMT"), Status::PartialContent);
    assert_eq!(with("Mon, 02 Feb 2026 02:40:01 GMT"), Status::Ok);
    let coded =
        get(&[("range", "bytes=0-1"), ("if-range", "Mon, 02 Feb 2026 02:40:00 GMT"), ("accept-encoding", "br")]);
    assert_eq!(coded.status, Status::Ok, "the date does not tell two compressions apart");
    assert_eq!(get(&[("range", "bytes=5000-"), ("if-range", "\"x\"")]).status, Status::Ok);
}

#[test]
fn a_failed_precondition_is_412() {
    assert_eq!(get(&[("if-match", "\"x\"")]).status, Status::PreconditionFailed);
    assert_eq!(get(&[("if-unmodified-since", "Mon, 02 Feb 2026 02:39:59 GMT")]).status, Status::PreconditionFailed);
}

#[test]
fn refusals_have_their_statuses() {
    for (refusal, status) in [
        (Refusal::NotFound, Status::NotFound),
        (Refusal::Malformed, Status::BadRequest),
        (Refusal::TooLong, Status::UriTooLong),
        (Refusal::NoArgument, Status::Ok),
    ] {
        let reply = refused(refusal);
        assert_eq!(reply.status, status, "{refusal:?}");
        assert_eq!(field(&reply, "cache-control"), Some("no-store"), "{refusal:?}");
        assert_eq!(field(&reply, "x-content-type-options"), Some("nosniff"), "{refusal:?}");
    }
    assert_eq!(field(&not_allowed(), "allow"), Some("GET, HEAD"));
    assert_eq!(field(&unavailable(), "retry-after"), Some("2"));
    assert_eq!(failed().status, Status::InternalServerError);
}
