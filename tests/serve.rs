//! The serving room through real sockets, with an engine that does as it is told.

#[path = "support/fake.rs"]
mod fake;
mod support;

use std::io::Read as _;
use std::net::TcpStream;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use fake::{LARGE, Room, TOKEN, image};
use revserve::serve::listen::Options;
use revserve::serve::worker::Limits;
use support::{Client, Response, until};

/// Waits that end within a test's patience.
fn impatient() -> Options {
    let limits = Limits {
        head: Duration::from_millis(1500),
        idle: Duration::from_millis(3000),
        stall: Duration::from_millis(1500),
        h2c: true,
    };
    Options { limits, ..Options::default() }
}

fn names(response: &Response) -> Vec<&str> {
    response.headers.iter().map(|(name, _)| name.as_str()).collect()
}

// --- answers --------------------------------------------------------------------------------

#[test]
fn an_image_comes_with_everything_that_caches_and_browsers_need() {
    let room = Room::open();
    let answer = room.client().get(&image("small"), &[]);
    assert_eq!((answer.status, answer.text().as_str()), (200, "<svg>small</svg>"));
    for (name, value) in [
        ("content-type", "image/svg+xml"),
        ("content-length", "16"),
        ("cache-control", "public, max-age=7776000, no-transform, immutable"),
        ("etag", "\"5a5a5a5a5a5a5a5a-identity0\""),
        ("last-modified", "Thu, 01 Jan 1970 00:00:17 GMT"),
        ("vary", "Accept-Encoding"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-disposition", "inline; filename=\"small.svg\""),
    ] {
        assert_eq!(answer.want(name), value);
    }
    let date = httpdate::parse_http_date(answer.want("date")).expect("a date");
    assert!(date.elapsed().is_ok_and(|age| age < Duration::from_secs(60)));
    for never in ["set-cookie", "server", "expires", "connection", "transfer-encoding", "server-timing", "cache-status"]
    {
        assert_eq!(answer.header(never), None, "{never}");
    }
}

#[test]
fn head_says_what_get_says_and_sends_no_body() {
    let room = Room::open();
    let mut client = room.client();
    for target in [image("small"), image("missing"), image("large")] {
        let head = client.request("HEAD", &target, &[]);
        let get = client.get(&target, &[]);
        assert_eq!((head.status, names(&head)), (get.status, names(&get)));
        assert_eq!(head.want("content-length"), get.body.len().to_string());
    }
}

#[test]
fn codings_conditions_and_ranges_work_over_the_wire() {
    let room = Room::open();
    let mut client = room.client();
    let gzip = client.get(&image("small"), &[("Accept-Encoding", "gzip, br")]);
    assert_eq!((gzip.want("content-encoding"), gzip.text().as_str()), ("gzip", "as gzip"));
    let same = client.get(&image("small"), &[("If-None-Match", gzip.want("etag")), ("Accept-Encoding", "gzip")]);
    assert_eq!((same.status, same.want("etag")), (304, gzip.want("etag")));
    let part = client.get(&image("small"), &[("Range", "bytes=1-3")]);
    assert_eq!((part.status, part.text().as_str()), (206, "svg"));
    let parts = client.get(&image("large"), &[("Range", "bytes=0-99,-100")]);
    assert_eq!(parts.status, 206);
    let large = room.engine.large();
    assert!(parts.body.windows(100).any(|w| w == &large[..100]));
    assert!(parts.body.windows(100).any(|w| w == &large[LARGE - 100..]));
    let outside = client.get(&image("small"), &[("Range", "bytes=16-")]);
    assert_eq!((outside.status, outside.want("content-range")), (416, "bytes */16"));
}

#[test]
fn errors_are_short_plain_and_never_kept() {
    let room = Room::open();
    let mut client = room.client();
    for (target, status) in [
        (image("missing"), 404),
        (image("broken"), 500),
        (image("busy"), 503),
        ("/".into(), 404),
        ("/theme/image.php/%".into(), 400),
        (format!("/{}", "a".repeat(8192)), 414),
        (image("../../../etc/passwd"), 404),
    ] {
        let answer = client.get(&target, &[]);
        assert_eq!(answer.status, status, "{target}");
        assert_eq!(answer.want("cache-control"), "no-store", "{target}");
        assert_eq!(answer.want("content-type"), "text/plain; charset=utf-8");
        assert!(answer.body.len() < 50 && !answer.text().contains('/'), "{}", answer.text());
        assert_eq!(answer.header("retry-after"), (status == 503).then_some("2"));
    }
}

#[test]
fn other_methods_are_not_allowed_and_their_bodies_do_no_harm() {
    let room = Room::open();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "PROPFIND"] {
        let answer = room.client().request(method, &image("small"), &[]);
        assert_eq!((answer.status, answer.want("allow")), (405, "GET, HEAD"), "{method}");
    }
    // Much more than fits in buffers, so a careless close would reset the connection before the answer is read.
    let mut client = room.client();
    let length = (512 << 10).to_string();
    let head = format!("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n", image("small"));
    client.send(head.as_bytes()).unwrap();
    client.send(&vec![b'x'; 512 << 10]).unwrap();
    let answer = client.read_response("POST").expect("an answer in spite of the body");
    assert_eq!((answer.status, answer.want("connection")), (405, "close"));
    assert_eq!(client.read_rest().unwrap(), b"");
    assert_eq!(room.engine.asked(), 0);
}

#[test]
fn what_hides_in_a_body_is_never_a_request() {
    let room = Room::open();
    for framing in ["Content-Length: 60", "Transfer-Encoding: chunked", "Transfer-Encoding: , chunked"] {
        let mut client = room.client();
        let hidden = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", image("small"));
        let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n{hidden}", image("missing"));
        client.send(request.as_bytes()).unwrap();
        assert_eq!(client.read_response("GET").unwrap().status, 404);
        assert_eq!(client.read_rest().unwrap(), b"", "{framing}");
    }
}

#[test]
fn a_large_answer_arrives_whole_also_at_a_slow_reader() {
    // One worker, so that what is asked again is hot, and then a file that the kernel sends.
    let room = Room::with(Options { workers: std::num::NonZeroUsize::new(1), ..Options::default() });
    let mut client = room.client();
    for _ in 0..4 {
        assert_eq!(client.get(&image("large"), &[]).body, room.engine.large());
        assert_eq!(client.request("HEAD", &image("large"), &[]).want("content-length"), LARGE.to_string());
        assert_eq!(client.get(&image("large"), &[("Range", "bytes=-5")]).body, room.engine.large()[LARGE - 5..]);
    }
    assert_eq!(room.engine.asked(), 1);
    let mut stream = TcpStream::connect(room.address()).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", image("large"));
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut all = Vec::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        std::thread::sleep(Duration::from_millis(5));
        match stream.read(&mut piece).unwrap() {
            0 => break,
            n => all.extend_from_slice(&piece[..n]),
        }
    }
    assert!(all.ends_with(room.engine.large()));
}

// --- hot answers ----------------------------------------------------------------------------

#[test]
fn a_warm_answer_does_not_ask_the_engine_until_the_generation_moves() {
    let room = Room::with(Options { workers: std::num::NonZeroUsize::new(1), ..Options::default() });
    let mut client = room.client();
    for _ in 0..20 {
        assert_eq!(client.get(&image("small"), &[]).status, 200);
    }
    assert_eq!(room.engine.asked(), 1);
    room.engine.generation.fetch_add(1, SeqCst);
    client.get(&image("small"), &[]);
    assert_eq!(room.engine.asked(), 2);
}

#[test]
fn strange_spellings_and_other_revisions_are_asked_each_time() {
    let room = Room::open();
    let mut client = room.client();
    for target in [
        "/theme/image.php/boost/core//17/small",
        "/theme/image.php?theme=boost&rev=17&image=small",
        "/theme/image.php/boost/core/16/small",
        "/theme/image.php/boost/core/-1/small",
        "/theme/image.php/boost/core/17/small#x",
        "http://x/theme/image.php/boost/core/17/small",
    ] {
        let before = room.engine.asked();
        for _ in 0..3 {
            client.get(target, &[]);
        }
        assert_eq!(room.engine.asked(), before + 3, "{target}");
    }
}

#[test]
fn a_miss_is_asked_for_once_a_moment_and_again_after_a_purge() {
    let room = Room::open();
    let mut client = room.client();
    let get = |client: &mut Client, target: &str| assert_eq!(client.get(target, &[]).status, 404, "{target}");
    for _ in 0..3 {
        get(&mut client, &image("missing"));
    }
    assert_eq!(room.engine.asked(), 1);
    room.engine.generation.fetch_add(1, SeqCst);
    get(&mut client, &image("missing"));
    assert_eq!(room.engine.asked(), 2);
    for _ in 0..3 {
        get(&mut client, &image("missing-from-the-sources"));
    }
    assert_eq!(room.engine.asked(), 5, "in development files come and go");
}

#[test]
fn diagnostics_are_told_where_they_are_wanted() {
    let room = Room::with(Options { diagnostics: true, ..Options::default() });
    let mut client = room.client();
    let cold = client.get(&image("small"), &[]);
    assert_eq!(cold.want("cache-status"), "revserve; hit; detail=memory");
    assert!(cold.want("server-timing").starts_with("revserve;dur="));
    let warm = client.get(&image("small"), &[]);
    assert_eq!(warm.want("cache-status"), "revserve; hit; detail=hot");
    assert_eq!(client.get(&image("missing"), &[]).want("cache-status"), "revserve; fwd=miss");
}

// --- connections ----------------------------------------------------------------------------

#[test]
fn requests_sent_together_are_answered_in_order() {
    let room = Room::open();
    room.engine.gate.add_permits(1);
    let (small, missing, large, held) = (image("small"), image("missing"), image("large"), image("held"));
    let answers = room.client().pipeline(&[&small, &missing, &large, &held, &small, &large, &missing]);
    assert_eq!(answers.iter().map(|a| a.status).collect::<Vec<_>>(), [200, 404, 200, 200, 200, 200, 404]);
    assert_eq!(answers[2].body, room.engine.large());
    assert_eq!(answers[5].body, room.engine.large());
}

#[test]
fn versions_and_fields_decide_whether_a_connection_goes_on() {
    let room = Room::open();
    let ask = |version: &str, lines: &str| {
        let mut client = room.client();
        client.send(format!("GET {} HTTP/{version}\r\n{lines}\r\n", image("small")).as_bytes()).unwrap();
        let answer = client.read_response("GET").unwrap();
        let connection = answer.header("connection").map(str::to_owned);
        let goes_on = client.try_request("GET", &image("small"), &[]).is_ok();
        (connection, goes_on)
    };
    assert_eq!(ask("1.1", "Host: x\r\n"), (None, true));
    assert_eq!(ask("1.1", "Host: x\r\nConnection: close\r\n"), (Some("close".into()), false));
    assert_eq!(ask("1.0", ""), (Some("close".into()), false));
    assert_eq!(ask("1.0", "Connection: keep-alive\r\n"), (Some("keep-alive".into()), true));
}

#[test]
fn hostile_bytes_get_a_status_and_an_end() {
    let room = Room::open();
    let head = format!("GET {} HTTP/1.1\r\nHost: x\r\n", image("small"));
    for (bytes, status) in [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400),
        (b"\0\0\0\0\r\n".to_vec(), 400),
        (b"GET / HTTP/9.9\r\n\r\n".to_vec(), 400),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), 400),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), 400),
        (format!("{head}X: {}\r\n\r\n", "y".repeat(64 << 10)).into_bytes(), 431),
        (format!("{head}{}\r\n", "X: y\r\n".repeat(10_000)).into_bytes(), 431),
        (format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000)).into_bytes(), 414),
        (vec![b'A'; 1 << 20], 414),
    ] {
        let mut client = room.client();
        // The server may have answered and closed before it took everything.
        let _ = client.send(&bytes);
        let answer = client.read_response("GET").unwrap_or_else(|e| panic!("{status}: {e}"));
        assert_eq!(answer.status, status, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
        assert_eq!(answer.want("connection"), "close");
        assert_eq!(client.read_rest().unwrap(), b"");
    }
    assert_eq!(room.client().get(&image("small"), &[]).status, 200);
}

#[test]
fn half_a_head_is_told_that_it_took_too_long() {
    let room = Room::with(impatient());
    let half = format!("GET {} HTTP/1.1\r\nHo", image("small"));
    let mut first = room.client();
    first.send(half.as_bytes()).unwrap();
    let mut second = room.client();
    assert_eq!(second.get(&image("small"), &[]).status, 200);
    second.send(b"G").unwrap();
    // A byte now and then buys no time.
    let mut dripping = room.client();
    let started = Instant::now();
    for byte in half.bytes().chain(std::iter::repeat(b'x')) {
        if dripping.send(&[byte]).is_err() || started.elapsed() > Duration::from_secs(30) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    for client in [&mut first, &mut second, &mut dripping] {
        assert_eq!(client.read_response("GET").unwrap().status, 408);
        assert_eq!(client.read_rest().unwrap(), b"");
    }
}

#[test]
fn idle_connections_close_without_a_word() {
    let room = Room::with(impatient());
    let mut silent = room.client();
    let mut kept = room.client();
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(3600) {
        assert_eq!(kept.get(&image("small"), &[]).status, 200, "what is used stays open");
        std::thread::sleep(Duration::from_millis(300));
    }
    assert_eq!(silent.read_rest().unwrap(), b"");
    assert_eq!(kept.read_rest().unwrap(), b"");
}

#[test]
fn a_client_that_takes_nothing_is_let_go() {
    let room = Room::with(impatient());
    let mut stuck: Vec<Client> = (0..20).map(|_| room.client()).collect();
    for client in &mut stuck {
        client.send(format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", image("large")).as_bytes()).unwrap();
    }
    until("they are let go", || {
        let text = room.admin().get("/metrics", &[]).text();
        text.lines().any(|line| line == "revserve_connections_open 0")
    });
    for mut client in stuck {
        assert!(client.read_response("GET").is_err(), "the answer was cut off, and says so by its length");
    }
}

#[test]
fn a_panic_costs_its_own_connection_only() {
    let room = Room::with(Options { workers: std::num::NonZeroUsize::new(1), ..Options::default() });
    let mut other = room.client();
    assert_eq!(other.get(&image("small"), &[]).status, 200);
    assert!(room.client().try_request("GET", &image("panic"), &[]).is_err());
    assert_eq!(other.get(&image("small"), &[]).status, 200);
    assert_eq!(room.client().get(&image("small"), &[]).status, 200);
}

#[test]
fn a_unix_socket_serves_as_well() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sock");
    let one = Options { workers: std::num::NonZeroUsize::new(1), ..Options::default() };
    let room = Room::at(&[&format!("unix:{}", path.display())], one);
    assert_eq!(room.urls, [format!("unix:{}", path.display())]);
    let mut stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
    stream
        .write_all(format!("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", image("small")).as_bytes())
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("<svg>small</svg>"), "{text}");
    for _ in 0..4 {
        let mut stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
        stream
            .write_all(format!("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", image("large")).as_bytes())
            .unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        assert!(all.ends_with(room.engine.large()));
    }
    drop(room);
    assert!(!path.exists());
}

// --- HTTP/2 ---------------------------------------------------------------------------------

/// Runs what a client of HTTP/2 does on a connection with prior knowledge.
fn over_http2<T>(room: &Room, client: impl AsyncFnOnce(h2::client::SendRequest<bytes::Bytes>) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(room.address()).await.unwrap();
        let (send, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::select! {
            result = client(send) => result,
            ended = connection => panic!("the connection ended: {ended:?}"),
        }
    })
}

/// Status, headers and body of one request.
async fn ask(
    send: &mut h2::client::SendRequest<bytes::Bytes>,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> (u16, http::HeaderMap, Vec<u8>) {
    let mut request = http::Request::builder().method(method).uri(format!("http://x{target}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    *send = send.clone().ready().await.unwrap();
    let (response, _) = send.send_request(request.body(()).unwrap(), true).unwrap();
    let (parts, mut body) = response.await.unwrap().into_parts();
    let mut bytes = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.unwrap();
        body.flow_control().release_capacity(piece.len()).unwrap();
        bytes.extend_from_slice(&piece);
    }
    (parts.status.as_u16(), parts.headers, bytes)
}

#[test]
fn http_2_with_prior_knowledge_gets_the_same_answers() {
    let room = Room::open();
    over_http2(&room, async |mut send| {
        let plain = room.client().get(&image("small"), &[]);
        for _ in 0..2 {
            let (status, headers, body) = ask(&mut send, "GET", &image("small"), &[]).await;
            assert_eq!((status, body), (200, plain.body.clone()));
            for (name, value) in plain.headers.iter().filter(|(name, _)| name != "date") {
                assert_eq!(headers.get(name).map(|v| v.to_str().unwrap()), Some(value.as_str()), "{name}");
            }
            assert!(headers.contains_key("date"));
        }
        let (status, headers, body) = ask(&mut send, "HEAD", &image("large"), &[]).await;
        assert_eq!((status, body.len(), headers["content-length"].to_str().unwrap()), (200, 0, &*LARGE.to_string()));
        assert_eq!(ask(&mut send, "GET", &image("large"), &[]).await.2, room.engine.large());
        let (status, _, body) = ask(&mut send, "GET", &image("small"), &[("range", "bytes=1-3")]).await;
        assert_eq!((status, body), (206, b"svg".to_vec()));
        assert_eq!(ask(&mut send, "GET", &image("small"), &[("if-none-match", "*")]).await.0, 304);
        assert_eq!(ask(&mut send, "GET", &image("missing"), &[]).await.0, 404);
        assert_eq!(ask(&mut send, "POST", &image("small"), &[]).await.0, 405);
    });
}

#[test]
fn a_slow_stream_of_http_2_holds_up_no_other() {
    let room = Room::open();
    over_http2(&room, async |send| {
        let mut one = send.clone();
        let held_target = image("held");
        let held = ask(&mut one, "GET", &held_target, &[]);
        let mut two = send.clone();
        let target = image("small");
        let others = async {
            for _ in 0..10 {
                assert_eq!(ask(&mut two, "GET", &target, &[]).await.0, 200);
            }
            room.engine.gate.add_permits(1);
        };
        let (held, ()) = tokio::join!(held, others);
        assert_eq!(held.0, 200);
    });
}

#[test]
fn http_2_can_be_turned_off() {
    let options = Options { limits: Limits { h2c: false, ..Limits::default() }, ..Options::default() };
    let room = Room::with(options);
    let mut client = room.client();
    client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    assert_eq!(client.read_response("GET").unwrap().status, 400);
}

#[test]
fn an_idle_connection_of_http_2_ends_too() {
    let room = Room::with(impatient());
    let mut client = room.client();
    client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let farewell = client.read_rest().unwrap();
    assert!(farewell.len() > 9, "settings, and goodbye");
}

#[test]
fn half_a_request_of_http_2_is_ended_and_holds_up_no_other() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0pingpong";
    let room = Room::with(impatient());
    let beginnings: [&[u8]; 5] = [
        b"PRI * HTTP/2.0\r\n\r\nS",
        PREFACE,
        // HEADERS without an end, of which a field has come; half a frame; half a frame's head.
        &[PREFACE, b"\0\0\x01\x01\0\0\0\0\x01\x82"].concat(),
        &[PREFACE, b"\0\x40\0\x01\x04\0\0\0\x01\x82\x86"].concat(),
        &[PREFACE, b"\0\0\x01"].concat(),
    ];
    let mut half: Vec<Client> = (0..100)
        .map(|n| {
            let mut client = room.client();
            client.send(beginnings[n % beginnings.len()]).unwrap();
            client
        })
        .collect();
    over_http2(&room, async |mut send| {
        assert_eq!(ask(&mut send, "GET", &image("small"), &[]).await.0, 200);
    });
    for client in &mut half {
        // A reset is an end, too; only silence is none.
        if let Err(error) = client.read_rest() {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
    }
    // Nor does it help to be busy with something else.
    let mut busy = room.client();
    busy.send(PREFACE).unwrap();
    until("it is ended, however it goes on", || busy.send(PING).is_err());
}

// --- the end --------------------------------------------------------------------------------

#[test]
fn at_the_end_running_answers_finish_and_idle_connections_close() {
    let mut room = Room::open();
    let mut idle = room.client();
    assert_eq!(idle.get(&image("small"), &[]).status, 200);
    let mut running = room.client();
    running.send(format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", image("held")).as_bytes()).unwrap();
    until("it runs", || room.engine.asked() == 2);
    room.begin_to_stop();
    assert_eq!(idle.read_rest().unwrap(), b"");
    until("nobody new is let in", || Client::try_connect(room.address()).is_err());
    room.engine.gate.add_permits(1);
    let answer = running.read_response("GET").expect("the answer that was running");
    assert_eq!((answer.status, answer.want("connection")), (200, "close"));
    room.join();
}

// --- the admin listener ---------------------------------------------------------------------

#[test]
fn the_admin_listener_tells_health_readiness_and_numbers() {
    let room = Room::open();
    room.client().get(&image("small"), &[]);
    let mut admin = room.admin();
    assert_eq!(admin.get("/health", &[]).text(), "ok\n");
    assert_eq!(admin.get("/ready", &[]).text(), "ready\n");
    let metrics = admin.get("/metrics", &[]);
    assert_eq!(metrics.want("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in
        ["revserve_requests_total{status=\"200\"} 1", "revserve_asked_total 1", "revserve_asked_seconds_count 1"]
    {
        assert!(metrics.text().lines().any(|l| l == line), "{line}\n{}", metrics.text());
    }
    let page = admin.get("/", &[]);
    assert_eq!(page.want("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("https://school.example"));
    room.engine.generation.store(99, SeqCst);
    let unready = admin.get("/ready", &[]);
    assert_eq!((unready.status, unready.text().as_str()), (503, "the revision source does not answer\n"));
    assert_eq!(admin.get("/health", &[]).status, 200);
    assert_eq!(admin.get("/nothing", &[]).status, 404);
    assert_eq!(admin.request("POST", "/metrics", &[]).status, 405);
    assert_eq!(admin.get("/purge/all", &[]).want("allow"), "POST");
    // Assets and administration never meet.
    assert_eq!(admin.get(&image("small"), &[]).status, 404);
    assert_eq!(room.client().get("/metrics", &[]).status, 404);
}

#[test]
fn purging_needs_the_token() {
    let room = Room::open();
    let purge = |target: &str, authorization: &str| {
        let mut admin = room.admin();
        admin.request("POST", target, &[("Authorization", authorization), ("Content-Length", "0")])
    };
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(purge("/purge/all", "").status, 401);
    assert_eq!(purge("/purge/all", "Bearer wrong").want("www-authenticate"), "Bearer");
    assert_eq!(room.engine.purged(), []);
    assert_eq!(purge("/purge/all", &bearer).text(), "themerev is 18\n");
    assert_eq!(purge("/purge/theme/boost", &bearer).status, 200);
    assert_eq!(purge("/purge/themes", &bearer).status, 202, "a node does not know of it");
    assert_eq!(purge("/purge/theme/bo.ost", &bearer).status, 404);
    assert_eq!(purge("/purge/js", &bearer).status, 409);
    assert_eq!(room.engine.purged().len(), 3);
}

#[test]
fn web_pages_cannot_reach_the_admin_listener() {
    let room = Room::open();
    let bearer = format!("Bearer {TOKEN}");
    for headers in [
        &[("Host", "evil.example")][..],
        &[("Host", "127.0.0.1.evil.example:8191")],
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")],
    ] {
        let headers: Vec<_> = headers.iter().copied().chain([("Authorization", bearer.as_str())]).collect();
        assert_eq!(room.admin().get("/metrics", &headers).status, 403, "{headers:?}");
        assert_eq!(room.admin().request("POST", "/purge/all", &headers).status, 403, "{headers:?}");
    }
    assert_eq!(room.engine.purged(), []);
    assert_eq!(room.admin().get("/metrics", &[("Host", "node1.internal")]).status, 200);
    let answer = room.admin().get("/metrics", &[]);
    assert_eq!(answer.want("cross-origin-resource-policy"), "same-origin");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
