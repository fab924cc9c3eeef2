//! Nodes of one site: a name and a localcachedir each, dataroot together, and the code together unless a test says
//! otherwise.

// Each area uses a part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use camino::Utf8PathBuf;

use super::support::database::Database;
use super::support::{Client, Finished, Layout, Response, Server, Site, revserve};

/// For a process whose clock is to be an hour behind; what files say of their times stays true.
pub const HOUR_BEHIND: &[(&str, &str)] = &[
    ("LD_PRELOAD", "libfaketime.so.1"),
    ("LD_LIBRARY_PATH", "/usr/lib/x86_64-linux-gnu/faketime:/usr/lib/aarch64-linux-gnu/faketime"),
    ("FAKETIME", "-1h"),
    ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ("NO_FAKE_STAT", "1"),
];

const TOKEN: &str = "a token that is long enough";

pub struct Cluster {
    pub site: Site,
    /// Further lines of every node's site file.
    more: Mutex<String>,
    /// What the sources said when a revision was made.
    marks: Mutex<BTreeMap<i64, u64>>,
}

impl Cluster {
    pub fn new() -> Cluster {
        Cluster::with("[revisions]\nsource = \"files\"\n", "")
    }

    pub fn with_database(database: &Database) -> Cluster {
        Cluster::with("", &database.config_lines())
    }

    fn with(more: &str, config: &str) -> Cluster {
        let site = Site::new(Layout::Public);
        site.config(config);
        fs::write(site.root().join("token"), TOKEN).expect("ours");
        let token = site.root().join("token");
        let more = format!("{more}[listen]\nadmin_token_file = \"{}\"\n", token.display());
        let cluster = Cluster { site, more: Mutex::new(more), marks: Mutex::default() };
        cluster.site.file("blocks/news/version.php", "<?php $plugin->version = 0;");
        cluster.mark(0);
        cluster
    }

    /// Adds lines to the site file of every node that is started from now on.
    pub fn add(&self, lines: &str) {
        self.more.lock().expect("no test panics in it").push_str(lines);
    }

    pub fn dataroot(&self) -> Utf8PathBuf {
        Utf8PathBuf::try_from(self.site.dataroot()).expect("UTF-8")
    }

    pub fn localcachedir(&self, node: &str) -> PathBuf {
        self.site.root().join(format!("local-{node}"))
    }

    /// Where a node's code is.
    fn checkout(&self, node: &str) -> PathBuf {
        let own = self.site.root().join(format!("moodle-{node}"));
        if own.exists() { own } else { self.site.checkout() }
    }

    /// Gives a node code of its own, as it is now.
    pub fn own_checkout(&self, node: &str) {
        copy(&self.site.checkout(), &self.site.root().join(format!("moodle-{node}")));
    }

    /// Writes a file of a node's own code.
    pub fn file(&self, node: &str, path: &str, content: &str) {
        replace(&self.checkout(node).join("public").join(path), content);
    }

    /// Brings another version of a plugin and of a script to a node that has code of its own.
    pub fn upgrade(&self, node: &str, version: u64) {
        self.file(node, "lib/mark.js", &script(version));
        self.file(node, "theme/plain/style/plain.css", &sheet(version));
        self.file(node, "blocks/news/version.php", &format!("<?php $plugin->version = {version};"));
    }

    /// Changes the sources that all nodes share.
    pub fn mark(&self, mark: u64) {
        replace(&self.site.dirroot().join("lib/mark.js"), &script(mark));
        replace(&self.site.dirroot().join("theme/plain/style/plain.css"), &sheet(mark));
    }

    /// What a node's sources say.
    fn said(&self, node: &str) -> u64 {
        let text = fs::read_to_string(self.checkout(node).join("public/lib/mark.js"));
        mark(&text.expect("it was written at the start"))
    }

    fn args(&self, node: &str) -> Vec<OsString> {
        let text = format!(
            "[site]\ncheckout = \"{}\"\nnode = \"{node}\"\nlocalcachedir = \"{}\"\n{}",
            self.checkout(node).display(),
            self.localcachedir(node).display(),
            self.more.lock().expect("no test panics in it"),
        );
        let path = self.site.root().join(format!("{node}.toml"));
        fs::write(&path, text).expect("ours");
        vec!["--site".into(), path.into()]
    }

    pub fn start(&self, node: &str) -> Server {
        self.start_with_env(node, &[])
    }

    pub fn start_with_env(&self, node: &str, env: &[(&str, &str)]) -> Server {
        Server::with_env(self.args(node), env)
    }

    /// `revserve purge all` on a node, or with these words behind it.
    pub fn purge(&self, node: &str, words: &[&str]) -> Finished {
        self.purge_with_env(node, words, &[])
    }

    pub fn purge_with_env(&self, node: &str, words: &[&str], env: &[(&str, &str)]) -> Finished {
        let mut command = revserve();
        let output =
            command.args(["purge", "all"]).args(words).args(self.args(node)).envs(env.iter().copied()).output();
        let output = output.expect("revserve starts");
        let finished = Finished { code: output.status.code(), stdout: output.stdout, stderr: output.stderr };
        if finished.out().starts_with("themerev ") {
            self.made(self.revision(&finished), self.said(node));
        }
        finished
    }

    /// The fingerprint of a node's code.
    pub fn fingerprint(&self, node: &str) -> String {
        use revserve::site::{Checkout, Site, SitePaths};
        let checkout = Utf8PathBuf::try_from(self.checkout(node)).expect("UTF-8");
        let paths = SitePaths::new(Checkout::find(&checkout).expect("a checkout"), self.dataroot());
        Site::open(&paths).expect("a site").fingerprint().expect("versions").to_string()
    }

    /// `revserve build` on a node.
    pub fn build(&self, node: &str) -> Finished {
        let output = revserve().arg("build").args(self.args(node)).output().expect("revserve starts");
        Finished { code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }

    /// What `revserve check` says on a node.
    pub fn check(&self, node: &str) -> String {
        self.check_with_env(node, &[])
    }

    pub fn check_with_env(&self, node: &str, env: &[(&str, &str)]) -> String {
        let mut command = revserve();
        let output =
            command.args(["check", "--quick", "--json"]).args(self.args(node)).envs(env.iter().copied()).output();
        String::from_utf8_lossy(&output.expect("revserve starts").stdout).into_owned()
    }

    /// `POST /purge` at a node.
    pub fn post_purge(&self, server: &Server) -> Response {
        let bearer = format!("Bearer {TOKEN}");
        let mut admin = Client::connect(server.admin);
        admin.read_timeout(std::time::Duration::from_secs(120));
        let answer = admin.request("POST", "/purge/all", &[("Authorization", &bearer), ("Content-Length", "0")]);
        self.made(number_after(&answer.text(), "jsrev "), self.said("a"));
        answer
    }

    /// The revision that a purge made.
    pub fn revision(&self, purged: &Finished) -> i64 {
        number_after(&purged.out(), "jsrev ")
    }

    /// Notes that a revision was made when the sources said this. Of two that were made at once the lower counts.
    pub fn made(&self, revision: i64, mark: u64) {
        let mut marks = self.marks.lock().expect("no test panics in it");
        let known = marks.entry(revision).or_insert(mark);
        *known = mark.min(*known);
    }

    /// What the sources said at least when a revision was made.
    pub fn least(&self, revision: i64) -> Option<u64> {
        self.marks.lock().expect("no test panics in it").get(&revision).copied()
    }

    /// Appends to a log of purges.
    pub fn write_log(&self, node: &str, line: &str) {
        use std::io::Write;
        let path = self.site.dataroot().join(format!("revserve/log/{node}.log"));
        let file = fs::File::options().append(true).create(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("dataroot is writable");
    }

    /// All lines of all logs.
    pub fn log_lines(&self) -> Vec<String> {
        let logs = fs::read_dir(self.site.dataroot().join("revserve/log")).expect("purges are written there");
        let texts = logs.flatten().map(|log| fs::read_to_string(log.path()).unwrap_or_default());
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// The revisions and texts of a node's stored entries.
    pub fn entries(&self, node: &str) -> Vec<(i64, String)> {
        let mut found = Vec::new();
        for area in ["js", "theme"] {
            let area = self.localcachedir(node).join("revserve").join(area);
            for revision in fs::read_dir(&area).into_iter().flatten().flatten() {
                let number = revision.file_name().to_string_lossy().parse().expect("folders are called as revisions");
                for path in
                    files(&revision.path()).into_iter().filter(|path| path.extension().is_some_and(|e| e == "entry"))
                {
                    // What was removed meanwhile is not there.
                    let Ok(bytes) = fs::read(&path) else { continue };
                    let entry = revserve::cache::entry::decode(bytes.into()).expect("entries are whole");
                    found.push((number, String::from_utf8_lossy(entry.body()).into_owned()));
                }
            }
        }
        found
    }

    /// Nothing in a revision's folder was made from what was there before the revision.
    pub fn nothing_older(&self, nodes: &[&str]) {
        for node in nodes {
            for (revision, text) in self.entries(node) {
                let least = self.least(revision).unwrap_or(0);
                let is_older = marked(&text).is_some_and(|said| said < least);
                assert!(!is_older, "{node} stored {text} under {revision}, which is of {least}");
            }
        }
    }
}

/// What a script or a style sheet says; nothing where it is another one.
pub fn marked(text: &str) -> Option<u64> {
    let (_, rest) = ["mark=", "mark = ", "order:"].iter().find_map(|word| text.split_once(word))?;
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// The same of one that has to say something.
#[track_caller]
pub fn mark(text: &str) -> u64 {
    marked(text).unwrap_or_else(|| panic!("no mark in {text}"))
}

fn script(mark: u64) -> String {
    format!("var mark = {mark};")
}

fn sheet(mark: u64) -> String {
    format!("body{{order:{mark}}}")
}

/// The number that follows a word.
pub fn number_after(text: &str, word: &str) -> i64 {
    let rest = text.split_once(word).unwrap_or_else(|| panic!("no {word} in {text}")).1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number behind {word} in {text}"))
}

/// At once, as whoever deploys code does.
fn replace(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().expect("a path below a root")).expect("ours");
    let beside = path.with_extension("new");
    fs::write(&beside, content).expect("ours");
    fs::rename(&beside, path).expect("ours");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("ours");
    for name in fs::read_dir(from).expect("ours").flatten() {
        let target = to.join(name.file_name());
        if name.path().is_dir() {
            copy(&name.path(), &target)
        } else {
            _ = fs::copy(name.path(), target).expect("ours")
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten().flatten();
    listed.flat_map(|name| if name.path().is_dir() { files(&name.path()) } else { vec![name.path()] }).collect()
}
