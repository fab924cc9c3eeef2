use super::*;
use proptest::prelude::*;

fn complete(text: &str) -> Head<'_> {
    match parse(text.as_bytes(), true) {
        Parsed::Complete(head) => head,
        other => panic!("{text:?}: {other:?}"),
    }
}

fn refused(text: &str) -> Option<Status> {
    match parse(text.as_bytes(), true) {
        Parsed::Refused(status) => Some(status),
        Parsed::Complete(_) | Parsed::Partial | Parsed::Http2 => None,
    }
}

#[test]
fn a_head_is_read_and_what_follows_is_left() {
    let text = "\r\nGET /a?b=c HTTP/1.1\r\nHost: x\r\nACCEPT-Encoding: gzip\r\n\r\nGET /next";
    let head = complete(text);
    assert_eq!((head.request.method, head.request.target), (Method::Get, "/a?b=c"));
    assert_eq!(&text[head.length..], "GET /next");
    assert_eq!(head.request.fields.accepted.quality(crate::asset::Coding::Gzip), Some(1000));
}

#[test]
fn every_beginning_of_a_head_is_partial() {
    let text = "GET /a HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n";
    for end in 0..text.len() {
        assert!(matches!(parse(&text.as_bytes()[..end], true), Parsed::Partial), "{end}");
    }
    assert_eq!(complete(text).length, text.len());
}

#[test]
fn connections_go_on_or_close_as_versions_and_fields_say() {
    for (text, after) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", After::Continue),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", After::Continue),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, CLOSE\r\n\r\n", After::Close),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", After::Close),
        ("GET / HTTP/1.0\r\n\r\n", After::Close),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", After::ContinueSaid),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", After::Continue),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", After::CloseOverBody),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", After::CloseOverBody),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip,\tChunked \r\n\r\n", After::CloseOverBody),
        ("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", After::Continue),
        ("GET / HTTP/1.1\r\nHost: moodle.example:80 \r\n\r\n", After::Continue),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", After::Continue),
    ] {
        assert_eq!(complete(text).after, after, "{text:?}");
    }
}

#[test]
fn messages_that_contradict_themselves_are_refused() {
    for text in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \u{e4}.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\0\u{1}",
        "PRI * HTTP/1.1\r\n\r\n",
    ] {
        assert_eq!(refused(text), Some(Status::BadRequest), "{text:?}");
    }
}

#[test]
fn endless_heads_are_refused_before_they_end() {
    let line = "x: y\r\n";
    let head = "GET / HTTP/1.1\r\nHost: x\r\n";
    assert_eq!(refused(&format!("{head}{}", line.repeat(200))), Some(Status::HeaderFieldsTooLarge));
    assert_eq!(refused(&format!("{head}a: {}", "b".repeat(LONGEST))), Some(Status::HeaderFieldsTooLarge));
    assert_eq!(refused(&format!("{head}a: {}\r\n\r\n", "b".repeat(LONGEST))), Some(Status::HeaderFieldsTooLarge));
    assert_eq!(refused(&format!("GET /{}", "a".repeat(LONGEST_LINE))), Some(Status::UriTooLong));
    assert_eq!(
        refused(&format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(LONGEST_LINE))),
        Some(Status::UriTooLong)
    );
    assert_eq!(refused(&format!("GET /{}", "a".repeat(2 * LONGEST))), Some(Status::UriTooLong));
}

#[test]
fn only_the_first_bytes_of_a_connection_can_be_the_preface_of_http_2() {
    for end in 4..PREFACE.len() {
        assert!(matches!(parse(&PREFACE[..end], true), Parsed::Partial), "{end}");
    }
    assert!(matches!(parse(PREFACE, true), Parsed::Http2));
    assert!(matches!(parse(PREFACE, false), Parsed::Refused(Status::BadRequest)));
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, true);
    }

    #[test]
    fn what_is_read_lies_within_the_bytes(text in "(GET|HEAD|POST) /[ -~]{0,20} HTTP/1.[01]\r\n([A-Za-z-]{1,20}: [ -~]{0,20}\r\n){0,6}\r\n.{0,10}") {
        if let Parsed::Complete(head) = parse(text.as_bytes(), true) {
            prop_assert!(head.length <= text.len());
            prop_assert!(text[..head.length].ends_with("\r\n\r\n"));
        }
    }
}
