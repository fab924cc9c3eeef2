//! nginx in front, configured as `revserve nginx` prints, with Moodle's PHP to fall back on.
//!
//! Needs: nginx

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use support::{Client, JS_REV, Layout, Response, Server, Site, THEME_REV, run, until};

/// A running nginx with a folder of its own.
struct Nginx {
    child: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Nginx {
    /// Puts the printed text where it says that it belongs.
    #[track_caller]
    fn start(printed: &str) -> Nginx {
        let cut = printed.find("# In the site's server block").expect("the text says which part goes where");
        let (http, server) = printed.split_at(cut);
        let folder = tempfile::Builder::new().prefix("revserve-nginx-").tempdir().expect("a temporary folder");
        let address = free_address();
        let at = folder.path().display();
        // As root, nginx would hand its workers to a user who cannot read the folder.
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let text = format!(
            "{user} daemon off; worker_processes 1; pid {at}/pid; error_log {at}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\n access_log off;\n client_body_temp_path {at}/b; proxy_temp_path {at}/p;\n\
             fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
             {http}\n\
             server {{\n listen {address};\n\
             location / {{ return 410; }}\n\
             {server}\n}}\n}}\n"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, text).expect("a temporary folder is writable");
        let child = program()
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .arg("-c")
            .arg(&file)
            .arg("-p")
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let mut nginx = Nginx { child, address, folder };
        until("nginx listens", || {
            if let Some(status) = nginx.child.try_wait().expect("a child of ours") {
                panic!("nginx ended, {status}: {}", nginx.errors());
            }
            TcpStream::connect(address).is_ok()
        });
        nginx
    }

    fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    fn get(&self, target: &str, headers: &[(&str, &str)]) -> Response {
        Client::connect(self.address).get(target, headers)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM, so that the worker goes with its master.
        let _ =
            rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM);
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- what nginx said\n{}---", self.errors());
        }
    }
}

/// Debian keeps nginx where an ordinary user's PATH does not look.
fn program() -> Command {
    let sbin = Path::new("/usr/sbin/nginx");
    if sbin.exists() { Command::new(sbin) } else { Command::new("nginx") }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound")
}

/// A stand-in for Moodle's PHP: right answers for what it knows, 404 for the rest, signed so that one sees whose they are.
struct Php {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Php {
    fn start(bodies: BTreeMap<String, Vec<u8>>) -> Php {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (asked, bodies) = (Arc::new(AtomicUsize::new(0)), Arc::new(bodies));
        let counter = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (bodies, counter) = (Arc::clone(&bodies), Arc::clone(&counter));
                std::thread::spawn(move || {
                    counter.fetch_add(1, Ordering::Relaxed);
                    // A client that went away needs no answer.
                    let _ = answer(stream, &bodies);
                });
            }
        });
        Php { address, asked }
    }
}

fn answer(stream: TcpStream, bodies: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut cookie = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        cookie |= line.to_ascii_lowercase().starts_with("cookie: moodle");
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match bodies.get(target) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", &b"php knows no such thing"[..]),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nX-From: php\r\nX-Cookie: {cookie}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let stream = reader.get_mut();
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

fn site() -> (Site, Vec<String>) {
    let site = Site::new(Layout::Public);
    site.folder("pix").file("i/edit.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>edit</title></svg>");
    site.file("lib/one.js", format!("var words = [{}];\n", "\"word\", ".repeat(3000)));
    site.file("lib/amd/build/first.min.js", "define([],function(){return 1});\n");
    let urls = vec![
        format!("/theme/image.php/plain/core/{THEME_REV}/i/edit"),
        format!("/theme/image.php?theme=plain&component=core&rev={THEME_REV}&image=i/edit"),
        format!("/lib/javascript.php/{JS_REV}/lib/one.js"),
        format!("/lib/requirejs.php/{JS_REV}/core/first.js"),
    ];
    (site, urls)
}

#[track_caller]
fn printed(site: &Site, revserve: SocketAddr, php: SocketAddr) -> String {
    let mut args = site.args();
    args.splice(0..0, ["nginx".into()]);
    args.extend(["--listen".into(), revserve.to_string().into(), "--php".into(), format!("http://{php}").into()]);
    run(args).ok().out()
}

#[test]
fn nginx_sends_revserve_its_urls_and_php_answers_while_it_is_gone() {
    let (site, urls) = site();
    let server = Server::start(&site);
    let script = "/lib/javascript.php/5/lib/only-php-knows.js".to_owned();
    let php = Php::start(BTreeMap::from([(script.clone(), b"from php".to_vec())]));
    let nginx = Nginx::start(&printed(&site, server.address, php.address));
    for url in &urls {
        let (direct, through) = (server.get(url), nginx.get(url, &[("Cookie", "MoodleSession=secret")]));
        assert_eq!((through.status, &through.body), (200, &direct.body), "{url}");
        for name in ["cache-control", "etag", "last-modified", "content-type", "vary"] {
            assert_eq!(through.header(name), direct.header(name), "{url}: {name}");
        }
        assert_eq!((through.header("x-from"), through.header("set-cookie")), (None, None), "{url}");
        let etag = through.want("etag").to_owned();
        assert_eq!(nginx.get(url, &[("If-None-Match", &etag)]).status, 304, "{url}");
        let part = nginx.get(url, &[("Range", "bytes=0-3")]);
        assert_eq!((part.status, &part.body[..]), (206, &direct.body[..4]), "{url}");
        let head = Client::connect(nginx.address).request("HEAD", url, &[]);
        assert_eq!(head.header("content-length"), direct.header("content-length"), "{url}");
    }
    assert_eq!(php.asked.load(Ordering::Relaxed), 0);

    // In PHP each of these would boot the whole of Moodle.
    let missing = nginx.get(&format!("/theme/image.php/plain/core/{THEME_REV}/i/none"), &[]);
    assert_eq!((missing.status, missing.header("x-from")), (404, None));
    drop(server);
    let fallback = nginx.get(&script, &[]);
    assert_eq!((fallback.status, fallback.text().as_str(), fallback.header("x-from")), (200, "from php", Some("php")));
    // Everything else is the site's own business.
    for other in ["/", "/course/view.php?id=2", "/pluginfile.php/1/theme_plain/logo/1/x.png", "/lib/setup.php"] {
        assert_eq!(nginx.get(other, &[]).status, 410, "{other}");
    }
}

#[test]
fn revserve_killed_under_load_costs_no_client_an_answer() {
    let (site, urls) = site();
    let mut server = Server::start(&site);
    let address = server.address;
    let bodies: BTreeMap<_, _> = urls.iter().map(|url| (url.clone(), server.get(url).body)).collect();
    let php = Php::start(bodies.clone());
    let nginx = Nginx::start(&printed(&site, address, php.address));
    let done = AtomicBool::new(false);
    let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let of = |who: usize| counts[who].load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let mut client = Client::connect(nginx.address);
                    for (url, body) in &bodies {
                        let answer = client.get(url, &[]);
                        assert_eq!((answer.status, &answer.body), (200, body), "{url}");
                        let who = usize::from(answer.header("x-from") == Some("php"));
                        counts[who].fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        // Whatever fails here must not leave the load running.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..3 {
                let (by_revserve, by_php) = (of(0), of(1));
                until("revserve answers", || of(0) > by_revserve + 50);
                server.signal(rustix::process::Signal::KILL);
                until("php answers in its place", || of(1) > by_php + 50);
                let mut args = site.args();
                args.extend(["--listen".into(), address.to_string().into()]);
                server = Server::with_args(args);
                let by_revserve = of(0);
                until("revserve answers again", || of(0) > by_revserve + 50);
                let by_php = of(1);
                let asked = nginx.get(&urls[0], &[]);
                assert_eq!((asked.status, asked.header("x-from")), (200, None), "{by_php} by php");
            }
        }));
        done.store(true, Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}
