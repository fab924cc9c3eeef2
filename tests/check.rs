//! `revserve check`: a good site, and broken ones, each with its cause and its remedy.

mod support;

use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::{Layout, Server, Site, revserve};

/// A user who owns nothing, for tests that root runs.
const NOBODY: u32 = 65534;

/// Where nothing listens.
const NOWHERE: &str = "127.0.0.1:9";

/// What check said.
struct Checked {
    code: Option<i32>,
    findings: Vec<(String, String, String, String)>,
}

impl Checked {
    /// Says that there is a finding of this verdict about this subject, with these words in what it says, and in its remedy.
    #[track_caller]
    fn has(&self, verdict: &str, subject: &str, says: &[&str], mend: &[&str]) -> &Checked {
        let holds = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
        let found = self
            .findings
            .iter()
            .any(|(v, s, text, remedy)| v == verdict && s == subject && holds(text, says) && holds(remedy, mend));
        assert!(found, "no {verdict} about {subject} with {says:?} and {mend:?}:\n{:#?}", self.findings);
        assert_eq!(self.code, Some(i32::from(self.findings.iter().any(|finding| finding.0 == "wrong"))));
        self
    }
}

#[track_caller]
fn check(site: &Site, listen: &str, admin: &str) -> Checked {
    let mut command = revserve();
    command.args(["check", "--json", "--listen", listen, "--admin", admin]).args(site.args());
    let output = command.output().expect("revserve starts");
    read(output.status.code(), &output.stdout)
}

#[track_caller]
fn read(code: Option<i32>, stdout: &[u8]) -> Checked {
    let text = String::from_utf8_lossy(stdout);
    let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().expect("a list");
    let findings = findings.iter().map(|f| (word(f, "verdict"), word(f, "subject"), word(f, "says"), word(f, "mend")));
    Checked { code, findings: findings.collect() }
}

/// A site that nothing runs for: what is wrong with the site itself is what matters.
#[track_caller]
fn check_alone(site: &Site) -> Checked {
    check(site, NOWHERE, NOWHERE)
}

fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.data_file("filedir/warning.txt", "");
    site.file("login/index.php", "<?php");
    site
}

/// Writes the site file with this wwwroot, fixed revisions, and more.
fn at(site: &Site, wwwroot: &str, rest: &str) {
    let revisions = "[revisions]\nsource = \"fixed\"\nthemerev = 1770000000\njsrev = 1770000100\n";
    site.site_toml(&format!("wwwroot = \"{wwwroot}\"\n{revisions}{rest}"));
}

/// A proxy in front: what begins with one of these goes to revserve, the rest is a page.
fn proxy(to: SocketAddr, prefixes: &'static [&'static str]) -> SocketAddr {
    meddler(to, prefixes, |head| head)
}

/// The same, which changes the head of each request.
fn meddler(to: SocketAddr, prefixes: &'static [&'static str], change: fn(String) -> String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|n| n == 1) {
                head.extend(byte);
            }
            let text = String::from_utf8_lossy(&head).into_owned();
            let target = text.split(' ').nth(1).unwrap_or_default();
            if !prefixes.iter().any(|prefix| target.starts_with(prefix)) {
                let _ = client.write_all(
                    b"HTTP/1.1 200 OK\r\nETag: \"php\"\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage",
                );
                continue;
            }
            let mut server = TcpStream::connect(to).expect("revserve listens");
            let text = change(text.replacen("\r\n", "\r\nConnection: close\r\n", 1));
            server.write_all(text.as_bytes()).expect("revserve reads");
            let mut answer = Vec::new();
            let _ = server.read_to_end(&mut answer);
            let _ = client.write_all(&answer);
        }
    });
    address
}

/// The program where every user can start it.
fn program() -> &'static Path {
    static COPY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = COPY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("ours");
        let path = folder.path().join("revserve");
        fs::copy(env!("CARGO_BIN_EXE_revserve"), &path).expect("room for a copy");
        (folder, path)
    });
    path
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Sets the mode of every folder below one.
fn folders(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode | 0o500)).expect("ours");
    for entry in fs::read_dir(path).expect("ours").flatten().filter(|entry| entry.path().is_dir()) {
        folders(&entry.path(), mode);
    }
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("ours");
}

/// Check as a user that may read the code and write the data: nobody for root, else this one, kept from the code.
fn check_as_user(site: &Site, listen: &str, admin: &str) -> std::process::Output {
    let mut command;
    if is_root() {
        fs::set_permissions(site.root(), PermissionsExt::from_mode(0o755)).expect("ours");
        for folder in [site.dataroot(), site.localcachedir(), site.root().join("own")] {
            std::os::unix::fs::chown(folder, Some(NOBODY), None).expect("root may");
        }
        command = std::process::Command::new(program());
        command.uid(NOBODY).gid(NOBODY);
    } else {
        folders(&site.checkout(), 0o555);
        fs::set_permissions(site.checkout().join("config.php"), PermissionsExt::from_mode(0o444)).expect("ours");
        command = revserve();
    }
    command.args(["check", "--listen", listen, "--admin", admin]).args(site.args()).current_dir("/");
    command.env_remove("NO_COLOR").env_remove("RUST_LOG");
    let output = command.arg("--json").output().expect("revserve starts");
    if !is_root() {
        folders(&site.checkout(), 0o755);
    }
    output
}

#[test]
fn a_good_site_has_no_warning_and_check_leaves_nothing_behind() {
    let site = site();
    let server = Server::start(&site);
    // The server runs as this user, check as another: each has a folder of its own.
    let own = site.root().join("own");
    fs::create_dir(&own).expect("ours");
    let wwwroot =
        format!("http://{}\"\nlocalcachedir = \"{}", proxy(server.address, &["/lib/", "/theme/"]), own.display());
    at(&site, &wwwroot, "");
    let output = check_as_user(&site, &server.address.to_string(), &server.admin.to_string());
    let checked = read(output.status.code(), &output.stdout);
    checked.has("ok", "listener", &["revserve answers for this site"], &[]);
    checked.has("ok", "admin", &["is ready"], &[]);
    checked.has("ok", "proxy", &["come from revserve"], &[]);
    checked.has("ok", "proxy", &["PHP answers"], &[]);
    checked.has("ok", "code", &["may only read it"], &[]);
    checked.has("ok", "clock", &["agrees"], &[]);
    let bad: Vec<_> = checked.findings.iter().filter(|finding| finding.0 != "ok").collect();
    assert!(bad.iter().all(|finding| finding.1 == "open files" || finding.2.contains(" free")), "{bad:#?}");
    assert!(!site.dataroot().join("revserve").exists() && !own.join("revserve").exists());
}

#[test]
fn the_table_is_for_people_and_has_colours_on_a_terminal_only() {
    let site = site();
    at(&site, "http://127.0.0.1:9", "");
    let mut command = revserve();
    command.env_remove("NO_COLOR").args(["check", "--listen", NOWHERE, "--admin", NOWHERE]).args(site.args());
    let output = command.env("COLUMNS", "80").output().expect("revserve starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("ok       dataroot"), "{text}");
    assert!(text.contains("→ start it: revserve serve"), "{text}");
    assert!(!text.contains('\x1b'), "{text}");
    let wide = |line: &&str| line.chars().count() > 80 && line.split_whitespace().all(|word| word.len() < 40);
    assert_eq!(text.lines().find(wide), None, "{text}");
}

#[test]
fn config_php_that_cannot_be_known_is_named_with_line_and_key() {
    let site = site();
    site.config("$CFG->dataroot = getenv('NO_SUCH_VARIABLE_AT_ALL');");
    check_alone(&site).has("wrong", "configuration", &["dataroot", "config.php:10"], &[]);
    site.config("$CFG->themerev = time();");
    check_alone(&site).has("warning", "config.php", &["themerev", "config.php:10"], &["[revisions] themerev"]);
}

#[test]
fn a_dataroot_that_nobody_may_write_to_or_that_is_not_mounted_is_named() {
    let site = Site::new(Layout::Flat);
    fs::remove_dir_all(site.cachedir()).expect("ours");
    site.data_file("revserve", "in the way");
    site.site_toml("[revisions]\nsource = \"files\"\n");
    let checked = check_alone(&site);
    checked.has("wrong", "dataroot", &["revserve cannot be written to"], &["install -d"]);
    checked.has("warning", "dataroot", &["nothing of Moodle's"], &["mount it"]);
}

#[test]
fn a_localcachedir_that_cannot_be_used_or_is_not_this_nodes_own_is_wrong() {
    let site = site();
    site.data_file("revserve/log/other-node.log", "purge all 1770000000\n");
    let wwwroot = "http://127.0.0.1:9";
    at(&site, wwwroot, "");
    fs::remove_dir_all(site.localcachedir()).expect("ours");
    fs::write(site.localcachedir(), "in the way").expect("ours");
    check_alone(&site).has("wrong", "localcachedir", &["cannot be used"], &["install -d"]);
    let below = site.dataroot().join("localcache");
    site.site_toml(&format!("wwwroot = \"{wwwroot}\"\nlocalcachedir = \"{}\"\n", below.display()));
    check_alone(&site).has("wrong", "localcachedir", &["below dataroot", "other-node"], &["disk of this machine"]);
    assert!(!below.exists(), "what was made to try is removed");
}

#[test]
fn an_address_that_does_not_fit_is_wrong() {
    let site = site();
    site.config("$CFG->sslproxy = true;");
    check_alone(&site).has("wrong", "wwwroot", &["sslproxy"], &["https://"]);
}

#[test]
fn a_revision_under_which_nothing_is_kept_is_wrong() {
    let site = site();
    site.revisions(1_500_000_000, 1_770_000_100);
    check_alone(&site).has("wrong", "revisions", &["themerev 1500000000", "nothing is kept"], &["date +%s"]);
    site.site_toml("[revisions]\nsource = \"fixed\"\nthemerev = 1770000000\njsrev = 1770000000\ndesigner = true\n");
    check_alone(&site).has("warning", "revisions", &["designer mode"], &["turn it off"]);
}

#[test]
fn a_database_that_is_passed_by_is_warned_of() {
    let site = site();
    site.config("$CFG->dbtype = 'pgsql';");
    check_alone(&site).has("warning", "config.php", &["does not reach revserve"], &["[revisions] source"]);
}

#[test]
fn a_theme_whose_parent_is_missing_is_named() {
    let site = site();
    site.theme("orphan", &["nobody"]);
    check_alone(&site).has("warning", "themes", &["orphan", "nobody"], &["install"]);
}

#[test]
fn each_theme_is_built_and_what_is_wrong_with_it_is_named_with_file_and_line() {
    let site = site();
    let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';";
    site.theme_config("wrong", config).file("scss/main.scss", "\n.a { color: $nowhere }");
    site.theme_config("fine", config).file("scss/main.scss", ".a { color: red }");
    let checked = check_alone(&site);
    checked.has("wrong", "themes", &["wrong: failed", "main.scss:2"], &["mend"]);
    checked.has("ok", "themes", &["fine: native", " s, "], &[]);
    let mut command = revserve();
    let output =
        command.args(["check", "--json", "--quick", "--listen", NOWHERE, "--admin", NOWHERE]).args(site.args());
    let output = output.output().expect("revserve starts");
    let quick = read(output.status.code(), &output.stdout);
    quick.has("ok", "themes", &["installed: fine, plain, wrong"], &[]);
}

#[test]
fn code_that_is_damaged_or_whose_version_cannot_be_told_is_named() {
    let site = site();
    site.plugin("local_odd", "local/odd").file("version.php", "<?php\n$plugin->version = time();");
    check_alone(&site).has("warning", "code", &["local_odd", "version.php:2"], &["plain number"]);
    fs::write(site.checkout().join("lib/components.json"), "{").expect("ours");
    check_alone(&site).has("wrong", "code", &["components.json"], &[]);
}

#[test]
fn nothing_or_something_else_at_the_address_is_told_apart() {
    let site = site();
    check_alone(&site).has("warning", "listener", &["nothing listens at 127.0.0.1:9"], &["revserve serve"]);
    let other = proxy(NOWHERE.parse().expect("an address"), &[]).to_string();
    let checked = check(&site, &other, &other);
    checked.has("wrong", "listener", &["not revserve for this site"], &["[listen] address"]);
    checked.has("wrong", "admin", &["not revserve's admin listener"], &["[listen] admin"]);
}

#[test]
fn a_running_server_that_is_not_ready_or_of_another_revision_is_named() {
    let site = site();
    site.site_toml("[revisions]\nsource = \"files\"\n");
    let server = Server::start(&site);
    let log = site.dataroot().join("revserve/log");
    fs::rename(&log, site.dataroot().join("revserve/away")).expect("ours");
    fs::write(&log, "in the way").expect("ours");
    support::until("the server knows", || !is_ready(&server));
    let checked = check(&site, &server.address.to_string(), &server.admin.to_string());
    checked.has("wrong", "admin", &["not ready"], &["log"]);
    site.revisions(1_770_000_000, 1_770_000_222);
    let checked = check(&site, &server.address.to_string(), &server.admin.to_string());
    checked.has("warning", "listener", &["another revision"], &["/ready"]);
}

fn is_ready(server: &Server) -> bool {
    support::Client::connect(server.admin).get("/ready", &[]).status == 200
}

#[test]
fn a_proxy_that_leads_past_revserve_is_named_with_the_remedy() {
    let site = site();
    let server = Server::start(&site);
    at(&site, &format!("http://{}", proxy(server.address, &[])), "");
    let checked = check(&site, &server.address.to_string(), &server.admin.to_string());
    checked.has("warning", "proxy", &["do not come from revserve"], &["revserve nginx"]);
    at(&site, &format!("http://{NOWHERE}"), "");
    check_alone(&site).has("warning", "proxy", &["cannot be reached"], &["ETag"]);
}

#[test]
fn deltas_are_tried_through_the_proxy_and_a_proxy_that_drops_a_field_is_named() {
    let site = site();
    let functions =
        (0..200).map(|n| format!("function area{n}(width, height) {{ return width * {} + height; }}\n", n * n));
    site.file("lib/javascript-static.js", functions.collect::<String>());
    let dictionaries = "[dictionaries]\nenabled = true\n";
    at(&site, "http://127.0.0.1:9", dictionaries);
    let server = Server::start(&site);
    let tried = |proxy: SocketAddr| {
        at(&site, &format!("http://{proxy}"), dictionaries);
        check(&site, &server.address.to_string(), &server.admin.to_string())
    };
    tried(proxy(server.address, &["/lib/"])).has("ok", "dictionaries", &["deltas come through the proxy"], &[]);
    let dropping = meddler(server.address, &["/lib/"], |head| {
        let kept = head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("available-dictionary"));
        kept.collect::<Vec<_>>().join("\r\n")
    });
    tried(dropping).has("warning", "dictionaries", &["gets the whole body"], &["Available-Dictionary"]);
}

#[test]
fn a_ready_made_index_of_other_code_is_named() {
    let site = site();
    let made = support::run([vec!["build".into(), "--components".into()], site.args()].concat()).ok().out();
    let index = made.lines().find_map(|line| line.strip_prefix("index ")).expect("where it is").to_owned();
    site.site_toml(&format!("index = \"{index}\"\n[revisions]\nsource = \"files\"\n"));
    check_alone(&site).has("ok", "index", &["is of this code"], &[]);
    site.file("version.php", "<?php $version = 2030010100.00; $release = '9.9'; $branch = '999';");
    check_alone(&site).has("warning", "index", &["other code", "fingerprint"], &["build --components"]);
}
