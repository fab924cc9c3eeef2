//! The tests' own tools: if these are wrong, nothing else that is tested means much.

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use support::{Client, Layout, Metrics, Site};

/// A server for one connection that reads so many requests, then sends `answer` and closes.
fn answering(requests: usize, answer: &'static [u8]) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut asked = Vec::new();
        while asked.windows(4).filter(|end| end == b"\r\n\r\n").count() < requests {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("whole requests");
            asked.extend(byte);
        }
        stream.write_all(answer).expect("a client that reads");
        asked
    });
    (address, served)
}

#[test]
fn the_client_sends_exactly_what_it_is_told() {
    let request = "GET /a%00b HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\n\r\n";
    let (address, served) = answering(1, b"HTTP/1.1 204 No Content\r\n\r\n");
    let answer = Client::connect(address).get("/a%00b", &[("Accept-Encoding", "br")]);
    assert_eq!(answer.status, 204);
    assert_eq!(String::from_utf8_lossy(&served.join().unwrap()), request);
}

#[test]
fn the_client_keeps_headers_in_order_and_the_body_raw() {
    let (address, _served) = answering(1, b"HTTP/1.1 200 OK\r\nb: 2\r\nA: 1\r\ncontent-length: 3\r\n\r\n\xff\0x");
    let answer = Client::connect(address).get("/", &[]);
    let names: Vec<_> = answer.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b", "A", "content-length"]);
    assert_eq!(answer.want("a"), "1");
    assert_eq!(answer.body, b"\xff\0x");
}

#[test]
fn the_client_reads_chunks_and_pipelined_answers() {
    let (address, _served) = answering(
        2,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n\
          HTTP/1.1 404 Not Found\r\ncontent-length: 1\r\n\r\nx",
    );
    let answers = Client::connect(address).pipeline(&["/a", "/b"]);
    assert_eq!((answers[0].status, &*answers[0].body), (200, &b"abcde"[..]));
    assert_eq!((answers[1].status, &*answers[1].body), (404, &b"x"[..]));
}

#[test]
fn an_answer_cut_off_is_an_error_not_a_short_body() {
    let (address, _served) = answering(1, b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");
    let cut = Client::connect(address).try_request("GET", "/", &[]);
    assert_eq!(cut.unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn metrics_are_summed_over_their_labels() {
    let text = "# TYPE builds counter\nbuilds{kind=\"css\"} 2\nbuilds{kind=\"js\"} 3\nbuilds_x 9\n";
    let metrics = Metrics::parse(text);
    assert_eq!(metrics.sum("builds"), 5.0);
    assert_eq!(metrics.get("builds{kind=\"js\"}"), 3.0);
    assert!(!metrics.has("build"));
}

#[test]
fn sites_of_both_layouts_have_their_code_where_their_version_keeps_it() {
    let old = Site::new(Layout::Flat);
    assert!(old.checkout().join("version.php").is_file());
    assert!(old.checkout().join("theme/plain/config.php").is_file());
    assert!(!old.checkout().join("public").exists());

    let new = Site::new(Layout::Public);
    assert!(new.checkout().join("config.php").is_file());
    assert!(new.checkout().join("lib/components.json").is_file());
    assert!(new.checkout().join("public/version.php").is_file());
    assert!(new.checkout().join("public/theme/plain/config.php").is_file());
}
