//! nginx in front, as `revserve nginx` prints it.
//!
//! Needs: nginx

#[path = "support/fake.rs"]
mod fake;
mod support;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use fake::{Room, image};
use revserve::asset::url::Mount;
use revserve::serve::listen::{Address, Options};
use revserve::serve::nginx::{Fallback, Proxy};
use support::{Client, until};

/// A folder with a configuration for nginx, in which the printed parts stand where they say.
struct Configuration {
    folder: tempfile::TempDir,
    port: u16,
}

impl Configuration {
    fn new(wwwroot: &str, address: &str, fallback: &str) -> Configuration {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (mount, addresses) = (Mount::of_wwwroot(wwwroot), [address.parse::<Address>().expect("an address")]);
        let Ok(fallback): Result<Fallback, _> = fallback.parse();
        let proxy = Proxy { mount: &mount, addresses: &addresses, fallback: &fallback, live: false };
        // Freed at once; nothing else on a test machine takes a port in this moment.
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("a bound socket").port();
        let at = folder.path().display();
        let text = format!(
            "daemon off;\nworker_processes 1;\npid {at}/pid;\nerror_log {at}/error.log;\nevents {{}}\nhttp {{\n\
             access_log off;\nclient_body_temp_path {at}/body;\nproxy_temp_path {at}/proxy;\n\
             fastcgi_temp_path {at}/fastcgi;\nuwsgi_temp_path {at}/uwsgi;\nscgi_temp_path {at}/scgi;\n{}\n\
             server {{\nlisten 127.0.0.1:{port};\nroot {at};\n\
             location ~ \\.php {{ return 200 \"the operator's own PHP\"; }}\n{}\n}}\n}}\n",
            proxy.http(),
            proxy.server()
        );
        std::fs::write(folder.path().join("nginx.conf"), text).expect("writable");
        // What `include fastcgi_params` finds beside Debian's configuration.
        std::fs::write(folder.path().join("fastcgi_params"), "fastcgi_param REQUEST_METHOD $request_method;\n")
            .expect("writable");
        Configuration { folder, port }
    }

    fn command(&self) -> Command {
        let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/sbin/nginx"].into_iter().find(|p| Path::new(p).exists());
        let mut command = Command::new(nginx.unwrap_or("nginx"));
        let path: PathBuf = self.folder.path().join("nginx.conf");
        command.arg("-p").arg(self.folder.path()).arg("-c").arg(path).stdin(Stdio::null());
        command
    }

    fn start(self) -> Nginx {
        let child = self.command().stderr(Stdio::null()).spawn().expect("nginx starts");
        let nginx = Nginx { child, configuration: self };
        until("nginx listens", || TcpStream::connect(nginx.address()).is_ok());
        nginx
    }
}

struct Nginx {
    child: Child,
    configuration: Configuration,
}

impl Nginx {
    fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.configuration.port))
    }

    fn client(&self) -> Client {
        Client::connect(self.address())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.configuration.folder.path().join("error.log"));
            eprintln!("--- what nginx logged\n{}---", log.unwrap_or_default());
        }
        // TERM, not KILL: the master has to end its worker.
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// A stand-in for Moodle: answers every request with `php TARGET`.
fn moodle() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer_as_php(stream));
        }
    });
    address
}

fn answer_as_php(mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.extend(byte),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let body = format!("php {}", head.split(' ').nth(1).unwrap_or_default());
    let answer = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    // A client that is gone is no matter of this server's.
    let _ = stream.write_all(answer.as_bytes());
}

#[test]
fn nginx_takes_what_is_printed() {
    for (wwwroot, address, fallback) in [
        ("https://school.example", "127.0.0.1:8190", "unix:/run/php/php-fpm.sock"),
        ("https://school.example/moodle", "unix:/run/revserve/revserve.sock", "127.0.0.1:9000"),
        ("https://school.example/my moodle", "[::]:8190", "http://127.0.0.1:8080"),
        ("http://localhost", "systemd", "http://127.0.0.1:8080"),
    ] {
        let output = Configuration::new(wwwroot, address, fallback).command().arg("-t").output().expect("nginx runs");
        assert!(output.status.success(), "{wwwroot}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn assets_come_from_revserve_and_everything_else_does_not() {
    let room = Room::open();
    let fallback = format!("http://{}", moodle());
    let nginx = Configuration::new("http://localhost", &room.address().to_string(), &fallback).start();
    let mut client = nginx.client();
    for target in [
        image("small"),
        "/theme/image.php?theme=boost&rev=17&image=small".into(),
        "/theme/image.php?file=/boost/core/17/small".into(),
        "/theme/image.php/boost/core//17/small".into(),
    ] {
        let answer = client.get(&target, &[("Cookie", "MoodleSession=secret")]);
        assert_eq!((answer.status, answer.text().as_str()), (200, "<svg>small</svg>"), "{target}");
        assert_eq!(answer.want("etag"), "\"5a5a5a5a5a5a5a5a-identity0\"");
    }
    let gzip = client.get(&image("small"), &[("Accept-Encoding", "gzip")]);
    assert_eq!((gzip.want("content-encoding"), gzip.text().as_str()), ("gzip", "as gzip"));
    assert_eq!(client.get(&image("small"), &[("If-None-Match", gzip.want("etag"))]).status, 304);
    let part = client.get(&image("small"), &[("Range", "bytes=1-3")]);
    assert_eq!((part.status, part.text().as_str()), (206, "svg"));
    assert_eq!(client.request("HEAD", &image("small"), &[]).want("content-length"), "16");
    assert_eq!(client.get(&image("large"), &[]).body, room.engine.large());
    assert_eq!(client.get(&image("missing"), &[]).status, 404, "what does not exist does not exist in PHP either");
    assert_eq!(client.get("/index.php", &[]).text(), "the operator's own PHP");
    assert_eq!(client.get("/theme/index.php/boost", &[]).text(), "the operator's own PHP");
}

#[test]
fn what_revserve_cannot_build_comes_from_moodle() {
    let room = Room::open();
    let fallback = format!("http://{}", moodle());
    let nginx = Configuration::new("http://localhost", &room.address().to_string(), &fallback).start();
    for name in ["broken", "busy"] {
        let target = format!("{}?a=b%20c", image(name));
        let answer = nginx.client().get(&target, &[]);
        assert_eq!((answer.status, answer.text()), (200, format!("php {target}")));
    }
}

#[test]
fn while_revserve_is_down_clients_notice_nothing() {
    let room = Room::open();
    let address = room.address().to_string();
    let fallback = format!("http://{}", moodle());
    let nginx = Configuration::new("http://localhost", &address, &fallback).start();
    let over = Arc::new(AtomicBool::new(false));
    let (of_revserve, of_moodle) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (over, of_revserve, of_moodle) = (Arc::clone(&over), Arc::clone(&of_revserve), Arc::clone(&of_moodle));
            let mut client = nginx.client();
            std::thread::spawn(move || {
                while !over.load(SeqCst) {
                    let answer = client.get(&image("small"), &[]);
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    match answer.text().as_str() {
                        "<svg>small</svg>" => of_revserve.fetch_add(1, SeqCst),
                        other if other == format!("php {}", image("small")) => of_moodle.fetch_add(1, SeqCst),
                        other => panic!("{other}"),
                    };
                }
            })
        })
        .collect();
    let more = |count: &AtomicUsize, what: &str| {
        let before = count.load(SeqCst);
        until(what, || count.load(SeqCst) > before + 50 || clients.iter().any(|c| c.is_finished()));
    };
    more(&of_revserve, "revserve answers");
    drop(room);
    more(&of_moodle, "Moodle answers while it is down");
    let room = Room::at(&[&address], Options::default());
    more(&of_revserve, "revserve answers again");
    over.store(true, SeqCst);
    for client in clients {
        client.join().expect("only good answers");
    }
    assert!(room.engine.asked() > 0);
}
