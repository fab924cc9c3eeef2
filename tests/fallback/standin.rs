//! A Moodle at `[origin] url`, as far as a test needs one: it answers what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub const GOOD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/css; charset=utf-8\r\nCache-Control: public, max-age=7776000, immutable\r\n";

pub struct Standin {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Standin {
    /// Answers each request on a thread of its own.
    pub fn new(answer: impl Fn(&mut TcpStream, &str) + Send + Sync + 'static) -> Standin {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (kept, answer) = (kept.clone(), answer.clone());
                std::thread::spawn(move || {
                    let mut head = String::new();
                    let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
                    while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
                    kept.lock().expect("no test panics in it").push(head.clone());
                    answer(&mut stream, &head);
                });
            }
        });
        Standin { url, asked }
    }

    /// Answers every request with these bytes.
    pub fn saying(text: impl Into<String>) -> Standin {
        let text = text.into();
        // A client that hangs up before the end is none of the test's business.
        Standin::new(move |stream, _| _ = stream.write_all(text.as_bytes()))
    }

    /// The heads of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics in it").clone()
    }
}

/// A whole answer that may be kept for good.
pub fn good(css: &str) -> String {
    format!("{GOOD}Content-Length: {}\r\n\r\n{css}", css.len())
}
