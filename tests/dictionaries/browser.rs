//! In headless Chromium, which takes dictionaries over TLS only: nginx stands in front.

use super::site::{base64, brand, get_with, purge, revisions, site};
use super::support::{Server, Site, tests_dir, until};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What the browser saw of one page.
#[derive(Debug, Deserialize)]
struct Seen {
    /// The page's background.
    background: String,
    /// What the module that did not change gives.
    module: String,
    requests: Vec<Request>,
}

#[derive(Debug, Deserialize)]
struct Request {
    url: String,
    sent: BTreeMap<String, String>,
    got: BTreeMap<String, String>,
    /// Bytes of the body on the wire.
    length: f64,
}

struct Proxy {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Proxy {
    /// TLS with a certificate that nobody signed, HTTP/1.1 behind it.
    fn start(server: &Server) -> Proxy {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path().display();
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-keyout".into(), format!("{at}/key"), "-out".into(), format!("{at}/certificate")])
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("tests/run installs openssl").success());
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("a bound socket").port();
        drop(free);
        let text = format!(
            "daemon off;\nworker_processes 1;\npid {at}/pid;\nerror_log {at}/error.log;\nevents {{}}\nhttp {{\n\
             access_log off;\nclient_body_temp_path {at}/body;\nproxy_temp_path {at}/proxy;\n\
             fastcgi_temp_path {at}/fastcgi;\nuwsgi_temp_path {at}/uwsgi;\nscgi_temp_path {at}/scgi;\n\
             server {{\nlisten 127.0.0.1:{port} ssl;\nssl_certificate {at}/certificate;\nssl_certificate_key {at}/key;\n\
             location = /page.html {{ default_type text/html; root {at}; add_header cache-control no-store; }}\n\
             location / {{ proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_pass http://{}; }}\n}}\n}}\n",
            server.address
        );
        std::fs::write(folder.path().join("nginx.conf"), text).expect("writable");
        let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/sbin/nginx"].into_iter().find(|p| Path::new(p).exists());
        let child = Command::new(nginx.unwrap_or("nginx"))
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stdin(Stdio::null())
            .spawn()
            .expect("tests/run installs nginx");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        until("nginx listens", || TcpStream::connect(address).is_ok());
        Proxy { child, folder, port }
    }

    /// The SHA-256 of its public key, in base64.
    fn key(&self) -> String {
        let key = self.folder.path().join("key");
        let public = Command::new("openssl").args(["pkey", "-pubout", "-outform", "DER", "-in"]).arg(key).output();
        base64(&revserve::cache::entry::sha256(&public.expect("tests/run installs openssl").stdout))
    }

    /// The page as Moodle would render it for the current revisions.
    fn page(&self, server: &Server) {
        let now = revisions(server);
        let page = format!(
            "<!DOCTYPE html><html><head><link rel=stylesheet href=\"{}\"></head><body>\
             <script>window.define=(name,_,make)=>{{const e={{}};make(e);document.title=name+' '+e.f7(1)}}</script>\
             <script src=\"{}\"></script></body></html>",
            now.sheet(),
            now.module()
        );
        std::fs::write(self.folder.path().join("page.html"), page).expect("writable");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // TERM, not KILL: the master has to end its worker.
        let _ =
            rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// A browser that goes to a page each time a line asks it to, and tells what it saw.
struct Browser {
    child: Child,
    lines: std::io::Lines<std::io::BufReader<std::process::ChildStdout>>,
}

impl Browser {
    /// `key` is the hash of the one that the browser is to trust.
    fn open(key: &str) -> Browser {
        let mut node = Command::new("node");
        node.arg("dictionaries/browser.mjs")
            .arg(key)
            .current_dir(tests_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = node.spawn().expect("tests/run installs node");
        let output = child.stdout.take().expect("piped");
        Browser { child, lines: std::io::BufRead::lines(std::io::BufReader::new(output)) }
    }

    fn visit(&mut self, url: &str) -> Seen {
        use std::io::Write as _;
        let input = self.child.stdin.as_mut().expect("piped");
        writeln!(input, "{url}").expect("it reads");
        let line = self.lines.next().expect("it answers").expect("text");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.child.stdin.take()); // the end of its input ends it
        let _ = self.child.wait();
    }
}

#[test]
fn a_browser_with_the_last_revision_gets_the_difference_and_shows_the_new_style() {
    let site: Site = site(true);
    let server = Server::start(&site);
    let proxy = Proxy::start(&server);
    let mut browser = Browser::open(&proxy.key());
    let url = format!("https://127.0.0.1:{}/page.html", proxy.port);
    proxy.page(&server);
    let first = browser.visit(&url);
    assert_eq!(first.background, "rgb(15, 108, 191)");
    let request = |seen: &Seen, script: &str| -> (String, String, f64) {
        let request = seen.requests.iter().find(|request| request.url.contains(script)).expect("asked for");
        let header = |all: &BTreeMap<String, String>, name: &str| all.get(name).cloned().unwrap_or_default();
        (header(&request.sent, "available-dictionary"), header(&request.got, "content-encoding"), request.length)
    };
    assert_eq!(request(&first, "styles.php").0, "");

    let (old, module) = (server.get(&revisions(&server).sheet()).body, server.get(&revisions(&server).module()).body);
    let kept = site.localcachedir().join("revserve/store/names");
    until("both contents are kept", || std::fs::read_dir(&kept).is_ok_and(|shards| shards.count() >= 2));
    brand(&site, "#aa3311");
    let now = purge(&site, &server);
    // Somebody else was first: the deltas are made.
    for (target, content) in [(now.sheet(), old), (now.module(), module)] {
        until("the best deltas are made", || {
            get_with(&server, &target, "dcb", &content).want("etag").contains("-dcb11-")
        });
    }
    proxy.page(&server);
    let second = browser.visit(&url);
    assert_eq!(second.background, "rgb(170, 51, 17)");
    assert_eq!(second.module, first.module);
    for (script, limit) in [("styles.php", 1500.0), ("requirejs.php", 100.0)] {
        let (dictionary, coding, length) = request(&second, script);
        assert!(dictionary.starts_with(':') && dictionary.ends_with(":"), "{script}: {:?}", second.requests);
        assert_eq!(coding, "dcb", "{script}");
        assert!(length < limit, "{script}: {length} bytes");
    }
}
