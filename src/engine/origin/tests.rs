use super::*;
use crate::revision::{FixedSource, Look, Source};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::time::Instant;

const REV: u64 = 1_770_000_000;
const GOOD: &str = "Content-Type: text/css; charset=utf-8\r\nCache-Control: public, max-age=7776000, immutable\r\n";

/// A server that answers every request with what `answer` writes; keeps the heads that it was sent.
struct Standin {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Standin {
    fn new(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Standin {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = heads.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while reader.read_line(&mut head).unwrap() > 2 {}
                kept.lock().unwrap().push(head);
                answer(&mut stream);
            }
        });
        Standin { url, heads }
    }

    fn saying(text: String) -> Standin {
        Standin::new(move |stream| _ = stream.write_all(text.as_bytes()))
    }
}

fn with_length(head: &str, css: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {}\r\n\r\n{css}", css.len())
}

fn limits() -> Limits {
    Limits { connect: Duration::from_secs(2), whole: Duration::from_secs(4), bytes: 100_000 }
}

struct Asking {
    origin: Origin,
    theme: ThemeName,
    /// The runtime's thread ends with it.
    _alive: tokio::sync::oneshot::Sender<()>,
}

impl Asking {
    fn of(url: &str, wwwroot: &str, source: Box<dyn Source>) -> Asking {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let revisions = runtime.block_on(Revisions::start(source)).unwrap();
        let origin = Origin::new(url, wwwroot, limits(), revisions, runtime.handle().clone()).unwrap();
        // Looks are tasks of the runtime, which somebody has to run.
        let (_alive, ended) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || runtime.block_on(ended));
        Asking { origin, theme: ThemeName::parse("one").unwrap(), _alive }
    }

    fn ask(&self) -> Result<String, OriginError> {
        self.origin.ask(&self.theme, SheetType::AllRtl, true, Revision::new(REV))
    }
}

fn fixed() -> Box<dyn Source> {
    let themes = [(ThemeName::parse("one").unwrap(), 7)].into();
    Box::new(FixedSource(State { themerev: Revision::new(REV), themes, ..State::default() }))
}

fn ask(answer: String) -> Result<String, OriginError> {
    Asking::of(&Standin::saying(answer).url, "https://school.example/m", fixed()).ask()
}

#[test]
fn a_whole_immutable_sheet_is_taken_by_the_canonical_url_with_wwwroots_host() {
    let standin = Standin::saying(with_length(GOOD, "a{b:c}"));
    let asking = Asking::of(&standin.url, "https://school.example:8443/m/", fixed());
    assert_eq!(asking.ask().unwrap(), "a{b:c}");
    asking.origin.ask(&asking.theme, SheetType::Editor, false, Revision::new(REV)).unwrap();
    let heads = standin.heads.lock().unwrap().clone();
    assert!(heads[0].starts_with("GET /m/theme/styles.php/one/1770000000_7/all-rtl HTTP/1.1\r\n"), "{}", heads[0]);
    assert!(heads[1].starts_with("GET /m/theme/styles.php/_s/one/1770000000_7/editor HTTP/1.1\r\n"), "{}", heads[1]);
    let head = heads[0].to_ascii_lowercase();
    assert!(head.contains("\r\nhost: school.example:8443\r\n"), "{head}");
    assert!(head.contains("\r\nvia: 1.1 revserve\r\n") && head.contains("\r\nx-forwarded-proto: https\r\n"), "{head}");
    assert!(!head.contains("cookie") && !head.contains("authorization"), "{head}");
    assert_eq!(head.matches("\r\nhost:").count(), 1, "{head}");
}

#[test]
fn chunks_are_whole_where_the_last_one_came() {
    let chunked = format!("HTTP/1.1 200 OK\r\n{GOOD}Transfer-Encoding: chunked\r\n\r\n6\r\na{{b:c}}\r\n");
    assert_eq!(ask(format!("{chunked}0\r\n\r\n")).unwrap(), "a{b:c}");
    assert!(matches!(ask(chunked), Err(OriginError::Broken { .. })));
}

#[test]
fn half_an_answer_and_one_without_an_end_are_not_taken() {
    let whole = with_length(GOOD, "a{b:c}");
    assert!(matches!(ask(whole[..whole.len() - 2].into()), Err(OriginError::Broken { .. })));
    let endless = format!("HTTP/1.1 200 OK\r\n{GOOD}\r\na{{b:c}}");
    assert!(matches!(ask(endless), Err(OriginError::Broken { .. })));
    assert!(matches!(ask("HTTP/1.1 200 OK\r\nContent-Ty".into()), Err(OriginError::NoAnswer { .. })));
}

#[test]
fn gzip_says_itself_whether_it_is_whole() {
    let ask_zipped = |css: &[u8], cut: usize| {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut zipped = vec![0; compressor.gzip_compress_bound(css.len())];
        let length = compressor.gzip_compress(css, &mut zipped).unwrap();
        zipped.truncate(length - cut);
        let standin = Standin::new(move |stream| {
            let head = format!("HTTP/1.1 200 OK\r\n{GOOD}Content-Encoding: gzip\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&zipped));
        });
        Asking::of(&standin.url, "http://s", fixed()).ask()
    };
    let css = b"a{b:c} ".repeat(2000);
    assert_eq!(ask_zipped(&css, 0).unwrap().len(), css.len());
    for cut in [1, 4, 8, 20] {
        assert!(ask_zipped(&css, cut).is_err(), "{cut} bytes cut off");
    }
    assert!(matches!(ask_zipped(&b"a".repeat(200_000), 0), Err(OriginError::TooLarge { .. })));
}

#[test]
fn a_temporary_sheet_is_not_taken() {
    for cache_control in [
        "no-cache, no-store, must-revalidate",
        "public, max-age=7776000",
        "public, immutable-ish",
        "private, immutable",
        "immutable, no-store",
        "x=immutable",
    ] {
        let head = format!("Content-Type: text/css\r\nCache-Control: {cache_control}\r\n");
        let asked = ask(with_length(&head, "a{}"));
        assert!(matches!(asked, Err(OriginError::Temporary { .. })), "{cache_control}: {asked:?}");
    }
    assert!(matches!(ask(with_length("Content-Type: text/css\r\n", "a{}")), Err(OriginError::Temporary { .. })));
}

#[test]
fn redirects_and_errors_are_not_taken_nor_followed() {
    let elsewhere = Standin::saying(with_length(GOOD, "stolen{}"));
    for status in
        ["301 Moved", "302 Found", "303 See", "307 Again", "404 Not Found", "500 Oh", "206 Partial", "203 Other"]
    {
        let head = format!("HTTP/1.1 {status}\r\nLocation: {}/\r\n{GOOD}Content-Length: 3\r\n\r\na{{}}", elsewhere.url);
        let asked = ask(head);
        assert!(matches!(asked, Err(OriginError::Status { .. })), "{status}: {asked:?}");
    }
    assert!(elsewhere.heads.lock().unwrap().is_empty());
}

#[test]
fn another_type_or_coding_is_not_taken() {
    let immutable = "Cache-Control: public, immutable\r\n";
    for content_type in ["text/html", "text/css-x", "text/css; charset=iso-8859-1", "application/css", ""] {
        let asked = ask(with_length(&format!("Content-Type: {content_type}\r\n{immutable}"), "a{}"));
        assert!(matches!(asked, Err(OriginError::NotCss { .. })), "{content_type}: {asked:?}");
    }
    let asked = ask(with_length(&format!("{GOOD}Content-Encoding: x-other-coding\r\n"), "a{}"));
    assert!(matches!(asked, Err(OriginError::NotCss { .. })), "{asked:?}");
}

#[test]
fn urls_of_another_revision_give_an_old_sheet_away() {
    let css = |rev: &str| with_length(GOOD, &format!("a{{b:url(/m/theme/image.php/one/core/{rev}/x)}}"));
    assert!(ask(css("1770000000")).is_ok());
    assert!(matches!(ask(css("1769999999")), Err(OriginError::OtherRevision { .. })));
    let font = "a{src:url(\"/m/theme/font.php/_s/one/core/5/x.woff2\")}";
    assert!(matches!(ask(with_length(GOOD, font)), Err(OriginError::OtherRevision { .. })));
}

#[test]
fn endless_bodies_end_at_the_limit_and_slow_ones_at_the_time() {
    let endless = Standin::new(|stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\n{GOOD}Transfer-Encoding: chunked\r\n\r\n");
        while write!(stream, "400\r\n{}\r\n", "a".repeat(1024)).is_ok() {}
    });
    let asked = Asking::of(&endless.url, "http://s", fixed()).ask();
    assert!(matches!(asked, Err(OriginError::TooLarge { limit: 100_000, .. })), "{asked:?}");
    let large = format!("HTTP/1.1 200 OK\r\n{GOOD}Content-Length: 99999999999\r\n\r\n");
    assert!(matches!(ask(large), Err(OriginError::TooLarge { .. })));
    let slow = Standin::new(|stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\n{GOOD}Content-Length: 50\r\n\r\n");
        while stream.write_all(b"a").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let silent = Standin::new(|stream| _ = stream.read(&mut [0]));
    for standin in [slow, silent] {
        let begun = Instant::now();
        let asked = Asking::of(&standin.url, "http://s", fixed()).ask();
        assert!(matches!(asked, Err(OriginError::NoAnswer { .. })), "{asked:?}");
        assert!(begun.elapsed() < Duration::from_secs(30), "the limit is 4 s");
    }
}

#[test]
fn a_revision_that_moves_while_moodle_is_asked_costs_the_answer() {
    struct Moving(Mutex<u64>, u64);
    impl Source for Moving {
        fn look(&self) -> Look<'_> {
            let mut looks = self.0.lock().unwrap();
            *looks += 1;
            let themerev = Revision::new(if *looks >= self.1 { REV + 1 } else { REV });
            Box::pin(async move { Ok(State { themerev, ..State::default() }) })
        }
        fn kind(&self) -> &'static str {
            "files"
        }

        fn describe(&self) -> String {
            String::new()
        }
    }
    let standin = Standin::saying(with_length(GOOD, "a{}"));
    let ask = |moves| Asking::of(&standin.url, "http://s", Box::new(Moving(Mutex::new(0), moves))).ask();
    assert!(ask(9).is_ok());
    assert!(matches!(ask(3), Err(OriginError::Moved)), "while it was asked");
    assert!(matches!(ask(2), Err(OriginError::NoRevision)), "before it was asked");
}

#[test]
fn an_origin_is_a_plain_address() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let revisions = runtime.block_on(Revisions::start(fixed())).unwrap();
    let new = |url| Origin::new(url, "http://s/m", limits(), revisions.clone(), runtime.handle().clone());
    for url in
        ["", "school.example", "ftp://a", "http://", "http://a/?x=1", "http://user:secret@a/", "http://a/#b", "/x"]
    {
        assert!(new(url).is_err(), "{url}");
    }
    for (url, base) in
        [("http://a", "http://a/m"), ("http://a:8/", "http://a:8/m"), ("https://a/moodle/", "https://a/moodle")]
    {
        assert_eq!(new(url).unwrap().base, base);
    }
}

#[test]
fn a_request_of_its_own_is_known_by_via() {
    for own in ["1.1 revserve", "1.1 nginx, 1.1 revserve", "HTTP/1.1 Revserve (comment)"] {
        assert!(is_own(own.as_bytes()), "{own}");
    }
    for other in ["1.1 nginx", "revserve", "1.1 revserved", ""] {
        assert!(!is_own(other.as_bytes()), "{other}");
    }
}
