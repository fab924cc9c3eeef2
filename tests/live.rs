//! Pages that follow their sources, with `serve --live`: the stream itself, and a page in a real browser.
//!
//! Needs: chromium, npm

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use support::{Server, tests_dir, until};

/// The demo site, following its sources, and where they lie.
fn demo() -> (Server, PathBuf) {
    let server = Server::with_args(["--designer", "--live"]);
    let mut folder = None;
    until("it says where the demo's files are", || {
        let log = server.log();
        let line = log.lines().find_map(|line| line.strip_prefix("the demo site's files: "));
        folder = line.map(PathBuf::from).filter(|folder| folder.is_dir());
        folder.is_some()
    });
    (server, folder.expect("just seen"))
}

/// The events of one stream, one after another.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(server: &Server) -> Events {
        let mut stream = TcpStream::connect(server.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout above zero");
        stream.write_all(b"GET /revserve/live HTTP/1.1\r\nHost: a\r\n\r\n").expect("the request is taken");
        let mut events = Events(BufReader::new(stream));
        let head: Vec<String> = std::iter::from_fn(|| events.line().filter(|line| !line.is_empty())).collect();
        assert_eq!(head[0], "HTTP/1.1 200 OK");
        assert!(head.iter().any(|line| line == "content-type: text/event-stream"), "{head:?}");
        events
    }

    /// `None` at the end.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).expect("a line, or the end");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    fn next(&mut self) -> serde_json::Value {
        loop {
            let line = self.line().expect("the stream goes on");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).expect("JSON");
            }
        }
    }
}

const STYLES: &str = "/theme/styles.php/orchard/-1/all";

#[test]
fn a_stream_tells_what_is_new_and_what_is_wrong() {
    let (server, checkout) = demo();
    let partial = checkout.join("public/theme/orchard/scss/orchard/_seasons.scss");
    let good = std::fs::read_to_string(&partial).expect("the demo has it");
    assert_eq!(server.get(STYLES).status, 200);
    let mut events = Events::open(&server);
    assert_eq!(events.next(), serde_json::json!({"overlay": ""}));
    std::fs::write(&partial, format!("{good}\n.new {{ top: 0 }}\n")).expect("writable");
    assert_eq!(events.next(), serde_json::json!({"css": [STYLES]}));
    std::fs::write(&partial, format!("{good}\n.new {{ top: $no }}\n")).expect("writable");
    let wrong = events.next();
    let overlay = wrong["overlay"].as_str().expect("HTML");
    assert!(overlay.contains("_seasons.scss:") && overlay.contains(".new { top: $no }"), "{overlay}");
    // A stream that begins meanwhile knows it too.
    assert_eq!(Events::open(&server).next(), wrong);
    std::fs::write(&partial, format!("{good}\n.newer {{ top: 0 }}\n")).expect("writable");
    assert_eq!(events.next(), serde_json::json!({"css": [STYLES]}));
    assert_eq!(events.next(), serde_json::json!({"overlay": ""}));
    // Nobody waits for a stream when the server stops.
    server.stop();
    assert_eq!(std::iter::from_fn(|| events.line()).filter(|line| line.starts_with("data")).count(), 0);
}

#[test]
fn without_live_nothing_follows_and_no_source_is_shown() {
    let server = Server::with_args(["--designer"]);
    for path in ["/revserve/live.js", "/revserve/live"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert!(!server.get("/").text().contains("live.js"));
    let live = demo().0;
    assert!(live.get("/").text().contains("<script src=\"/revserve/live.js\"></script>"));
    let script = live.get("/revserve/live.js");
    assert_eq!(script.header("content-type"), Some("application/javascript; charset=utf-8"));
    assert!(script.body.len() < 2000, "{} bytes", script.body.len());
}

#[derive(Debug, Deserialize)]
struct Seen {
    before: State,
    milliseconds: u64,
    edited: State,
    overlay: String,
    hidden: Vec<bool>,
    line: usize,
    styled: String,
    mended: State,
    imaged: State,
    tabs: usize,
    streams: usize,
    reloaded: bool,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct State {
    same: bool,
    typed: String,
    scroll: i64,
    sheets: usize,
}

#[test]
fn an_open_page_follows_its_sources_without_losing_what_was_typed() {
    let (server, checkout) = demo();
    let mut node = Command::new("node");
    node.arg("browser/live.mjs").arg(server.url("/")).arg(checkout);
    node.env("METRICS", format!("http://{}/metrics", server.admin));
    if let Some(folder) = std::env::var_os("REVSERVE_SCREENSHOTS") {
        node.arg(folder);
    }
    let output = node.current_dir(tests_dir()).output().expect("tests/run installs node");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}\n{}", server.log());
    let seen: Seen = serde_json::from_str(&out).expect("the script prints what this reads");
    println!("an edit showed after {} ms", seen.milliseconds);
    assert!(seen.before.scroll > 0 && seen.before.same && seen.before.typed == "half a sentence", "{seen:?}");
    for state in [&seen.edited, &seen.mended, &seen.imaged] {
        assert_eq!(*state, seen.before);
    }
    let place = format!("_seasons.scss:{}:12", seen.line);
    assert!(seen.overlay.contains(&place) && seen.overlay.contains("color: $nowhere;"), "{place}: {}", seen.overlay);
    assert_eq!(seen.hidden, [true, true], "by the keyboard and by its button");
    assert_eq!(seen.styled, "rgb(1, 2, 3)", "the last good styles stay");
    assert_eq!((seen.tabs, seen.streams), (10, 1), "one stream for all tabs");
    assert!(seen.reloaded);
}
