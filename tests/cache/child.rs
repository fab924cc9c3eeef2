//! Other processes: this test binary, started again with a role to play.

use super::support::*;
use revserve::cache::io::Act;
use revserve::cache::{LocalCache, Published};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const ROLE: &str = "REVSERVE_TEST_ROLE";
const FOLDER: &str = "REVSERVE_TEST_FOLDER";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Waits for a file `go`, publishes an entry of its own, says which one is there.
    PublishOwn,
    /// Publishes one entry after another until it is killed.
    PublishMany,
    /// The same where files need a name.
    PublishManyNamed,
    /// Takes the build lock of entry `a` and holds it until it is killed.
    Lock,
    /// Holds revision 7 as current until it is killed.
    Current,
}

/// A running process.
pub struct Child {
    process: std::process::Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Child {
    /// Starts a process; returns once it has begun to play its role.
    pub fn start(role: Role, folder: &Path) -> Child {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "cache::child::plays_its_role", "--nocapture"])
            .env(ROLE, format!("{role:?}"))
            .env(FOLDER, folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.ends_with("ready\n") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "{role:?} never got ready");
        }
        Child { process, output }
    }

    /// What it says in the end.
    pub fn finish(mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        self.output.read_to_string(&mut String::new()).unwrap();
        assert!(self.process.wait().unwrap().success());
        line.trim_end().to_owned()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Does nothing unless [`Child::start`] started it.
#[test]
fn plays_its_role() {
    let (Ok(role), Ok(folder)) = (std::env::var(ROLE), std::env::var(FOLDER)) else { return };
    let folder = Path::new(&folder);
    let ready = || {
        println!("ready");
        std::io::stdout().flush().unwrap();
    };
    match &*role {
        "PublishOwn" => {
            ready();
            while !folder.join("go").exists() {
                std::thread::yield_now();
            }
            let own = entry(&format!("process {}", std::process::id()));
            let (what, got) = match open(folder).publish(&name("a"), &own, || true).unwrap() {
                Published::New => ("new", own),
                Published::Existing(winner) => ("existing", winner),
                Published::Withheld => panic!("withheld"),
            };
            println!("{what} {}", got.identity.map(|b| format!("{b:02x}")).concat());
        }
        "PublishMany" | "PublishManyNamed" => {
            let cache = match &*role {
                "PublishMany" => open(folder),
                _ => open_with(folder, named_only(|_, _| Act::Go)).0,
            };
            ready();
            for number in 0.. {
                let module = format!("m{}", number % 500);
                let published = cache.publish(&name(&module), &sized(&module, 200_000), || true);
                assert!(published.is_ok(), "{published:?}");
                if number >= 500 {
                    std::fs::remove_dir_all(cache.path_of(&name(&module)).parent().unwrap()).unwrap();
                }
            }
        }
        "Lock" => {
            let _guard = open(folder).lock(&name("a"), LocalCache::PATIENCE).unwrap();
            ready();
            std::thread::sleep(Duration::from_secs(60));
        }
        "Current" => {
            let cache = open(folder);
            cache.retire(super::retire::current(7), std::time::Instant::now());
            ready();
            std::thread::sleep(Duration::from_secs(60));
        }
        other => panic!("no role {other}"),
    }
}
