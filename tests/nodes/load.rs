//! Purges at random nodes while many clients ask all of them.
//!
//! 1. Before each purge the sources change: they say a number, the mark.
//! 2. Clients ask for the newest revision that they know, the one before, and the one that will come after.
//! 3. Whatever is to be kept for good under a revision must have at least the mark of that revision, and so must
//!    whatever is stored under it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use super::cluster::{Cluster, mark, number_after};
use super::support::database::Database;
use super::support::{Client, Server, THEME_REV, until};

const NODES: [&str; 3] = ["a", "b", "c"];
const CLIENTS: usize = 50;

pub enum Purges<'a> {
    /// By `revserve purge` at a node, which may not have seen the one before, and by `POST /purge` at a running one.
    Files,
    /// Rows, with revisions of the past so that many fit into a second; then the localcachedir of the node whose PHP
    /// purged.
    Database(&'a Database),
}

fn urls(revision: i64) -> [String; 2] {
    [format!("/lib/javascript.php/{revision}/lib/mark.js"), format!("/theme/styles.php/plain/{revision}_1/all")]
}

struct Load<'a> {
    cluster: &'a Cluster,
    addresses: [SocketAddr; NODES.len()],
    newest: AtomicI64,
    done: AtomicBool,
    /// The lowest mark that was to be kept for good, by revision.
    lowest: Mutex<BTreeMap<i64, u64>>,
}

impl Load<'_> {
    fn ask(&self, number: usize) {
        let mut client = Client::connect(self.addresses[number % NODES.len()]);
        let mut turn = number;
        while !self.done.load(SeqCst) {
            let asked = self.newest.load(SeqCst) + [0, 0, -1, 0, 1][turn % 5];
            let answer = client.get(&urls(asked)[turn % 2], &[]);
            assert_eq!(answer.status, 200, "{}", answer.text());
            if answer.is_immutable() {
                self.keep(asked, mark(&answer.text()));
            }
            turn += 1;
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn keep(&self, revision: i64, mark: u64) {
        let mut lowest = self.lowest.lock().expect("no test panics in it");
        let known = lowest.entry(revision).or_insert(mark);
        *known = mark.min(*known);
    }

    /// From a purge that began then until the last node keeps its content for good.
    fn reaches_all(&self, revision: i64, begun: Instant) -> Duration {
        std::thread::scope(|scope| {
            let nodes = self.addresses.map(|address| {
                scope.spawn(move || {
                    let mut client = Client::connect(address);
                    until("the node has the new revision", || client.get(&urls(revision)[0], &[]).is_immutable());
                    begun.elapsed()
                })
            });
            nodes.map(|node| node.join().expect("it comes")).into_iter().max().unwrap_or_default()
        })
    }

    fn verify(&self) {
        for (revision, mark) in &*self.lowest.lock().expect("no test panics in it") {
            let least = self.cluster.least(*revision).unwrap_or(0);
            assert!(*mark >= least, "revision {revision}, made when sources said {least}, lasts with {mark}");
        }
    }
}

/// Numbers that look random and are the same each time.
fn random(seed: u64) -> usize {
    (seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33) as usize
}

pub fn under_load(cluster: &Cluster, purges: &Purges<'_>, count: u64) {
    if matches!(purges, Purges::Files) {
        std::fs::create_dir_all(cluster.site.dataroot().join("revserve/log")).expect("ours");
        cluster.write_log("a", &format!("purge all {THEME_REV}\n"));
    }
    cluster.made(THEME_REV, 0);
    let servers = NODES.map(|node| cluster.start(node));
    let load = Load {
        cluster,
        addresses: [&servers[0], &servers[1], &servers[2]].map(|server| server.address),
        newest: AtomicI64::new(THEME_REV),
        done: AtomicBool::new(false),
        lowest: Mutex::default(),
    };
    let mut times = std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let load = &load;
            scope.spawn(move || load.ask(number));
        }
        // Whatever fails here must not leave the load running.
        let purged =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| purge_all(&load, purges, count, &servers)));
        load.done.store(true, SeqCst);
        purged.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    load.verify();
    cluster.nothing_older(&NODES);
    let kept = load.lowest.lock().expect("no test panics in it").len();
    times.sort();
    println!(
        "from a purge to the last node's first new answer, of {} among {count} purges: median {:?}, worst {:?}; {kept} \
         revisions lasted",
        times.len(),
        times[times.len() / 2],
        times[times.len() - 1],
    );
    assert!(kept >= times.len());
}

/// All purges; how long every third of them took to reach all nodes: the others have the next one behind them at once.
fn purge_all(load: &Load<'_>, purges: &Purges<'_>, count: u64, servers: &[Server; NODES.len()]) -> Vec<Duration> {
    let cluster = load.cluster;
    let mut times = Vec::new();
    for number in 1..=count {
        let at = random(number) % NODES.len();
        cluster.mark(number);
        let begun = Instant::now();
        let revision = match purges {
            Purges::Files if number % 2 == 0 => cluster.revision(&cluster.purge(NODES[at], &["--wait", "0"]).ok()),
            Purges::Files => {
                let answer = cluster.post_purge(&servers[at]);
                assert_eq!(answer.status, 200, "{}", answer.text());
                number_after(&answer.text(), "jsrev ")
            }
            Purges::Database(database) => {
                // Some at once, some with time to be seen in between.
                std::thread::sleep(Duration::from_millis(random(number + 7) as u64 % 4 * 25));
                let revision = THEME_REV + number as i64;
                cluster.made(revision, number);
                database
                    .sql(&format!("UPDATE mdl_config SET value = '{revision}' WHERE name IN ('themerev', 'jsrev')"));
                if number % 7 == 0 {
                    cluster.nothing_older(&NODES[at..=at]);
                    // It may be filled at this moment, which is no error.
                    let _ = std::fs::remove_dir_all(cluster.localcachedir(NODES[at]).join("revserve"));
                }
                revision
            }
        };
        load.newest.store(revision, SeqCst);
        if number % 3 == 0 {
            times.push(load.reaches_all(revision, begun));
        }
    }
    times
}
