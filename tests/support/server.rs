//! A running `revserve serve`.
//!
//! 1. Start it on free ports (port 0) with its output collected line by line.
//! 2. Wait until it has printed where it listens, and for the admin address too.
//! 3. On drop, kill it; a test that wants another end calls `stop` or `kill` itself.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use super::{Client, Metrics, Response, Site, revserve, until};

#[derive(Debug)]
pub struct Server {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Where assets are served.
    pub address: SocketAddr,
    /// Where health, metrics and purges are.
    pub admin: SocketAddr,
}

impl Server {
    /// The embedded demo site.
    #[track_caller]
    pub fn demo() -> Server {
        Server::with_args(Vec::<OsString>::new())
    }

    /// A site of the test's own.
    #[track_caller]
    pub fn start(site: &Site) -> Server {
        Server::with_args(site.args())
    }

    /// `revserve serve ARGS…` with `--listen` and `--admin` on free ports of loopback.
    #[track_caller]
    pub fn with_args<S: Into<OsString>>(args: impl IntoIterator<Item = S>) -> Server {
        Server::with_env(args, &[])
    }

    /// The same, with variables added to its environment.
    #[track_caller]
    pub fn with_env<S: Into<OsString>>(args: impl IntoIterator<Item = S>, env: &[(&str, &str)]) -> Server {
        let mut command = revserve();
        command
            .arg("serve")
            .args(args.into_iter().map(Into::into))
            .args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("revserve starts");
        let log = Arc::new(Mutex::new(String::new()));
        collect(child.stdout.take(), &log);
        collect(child.stderr.take(), &log);

        let unset = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut server = Server { child, log, address: unset, admin: unset };
        until("revserve prints its addresses", || {
            let log = server.log();
            if let Some(status) = server.child.try_wait().expect("a child of ours") {
                panic!("revserve ended before it listened, {status}:\n{log}");
            }
            let asked = address_after(&log, "listening on http://");
            let admin = address_after(&log, "admin on http://");
            server.address = asked.unwrap_or(unset);
            server.admin = admin.unwrap_or(unset);
            asked.is_some() && admin.is_some()
        });
        server
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    #[track_caller]
    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    /// GET on a connection of its own.
    #[track_caller]
    pub fn get(&self, target: &str) -> Response {
        self.client().get(target, &[])
    }

    #[track_caller]
    pub fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Response {
        self.client().get(target, headers)
    }

    #[track_caller]
    pub fn metrics(&self) -> Metrics {
        let answer = Client::connect(self.admin).get("/metrics", &[]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        Metrics::parse(&answer.text())
    }

    /// All it printed so far, both streams.
    pub fn log(&self) -> String {
        self.log.lock().expect("no test panics in it").clone()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes, without its worker processes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the process lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells");
        let kib = line.trim().trim_end_matches(" kB").parse::<u64>();
        kib.expect("a number") * 1024
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGKILL: no time to clean up.
    pub fn kill(mut self) {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("a child of ours");
    }

    /// SIGTERM, and waits for the end that it chooses.
    #[track_caller]
    pub fn stop(mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        let mut ended = None;
        until("revserve ends after SIGTERM", || {
            ended = self.child.try_wait().expect("a child of ours");
            ended.is_some()
        });
        let status = ended.expect("just seen");
        assert_eq!(status.signal(), None, "{}", self.log());
        status
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("a child of ours");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- what revserve printed\n{}---", self.log());
        }
    }
}

/// Reads a stream to its end in a thread, so that the server never blocks on a full pipe.
fn collect(stream: Option<impl Read + Send + 'static>, log: &Arc<Mutex<String>>) {
    let (Some(stream), log) = (stream, Arc::clone(log)) else {
        return;
    };
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let mut log = log.lock().expect("no test panics in it");
            log.push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
}

/// The `host:port` that follows `before` in a whole line of the log.
fn address_after(log: &str, before: &str) -> Option<SocketAddr> {
    let whole_lines = &log[..log.rfind('\n')?];
    let rest = &whole_lines[whole_lines.find(before)? + before.len()..];
    let end = rest.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(rest.len());
    rest[..end].parse().ok()
}
