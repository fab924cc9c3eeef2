//! Databases that are talked to in secret: by `$CFG->dboptions['ssl']`, by `[database] url`, with authorities of their own.
//! Needs: postgresql, mariadb, openssl

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::database::{Database, Kind, PASSWORD};
use support::{Client, Layout, Server, Site, THEME_REV, revserve, run, until};

/// Certificates of our own, as PEM.
struct Certificates(tempfile::TempDir);

impl Certificates {
    /// Two authorities, `ca` and `other`; `server` of the first one, for 127.0.0.1; `old`, as `openssl x509 -req` makes
    /// it where nobody tells it more: of version 1, which has no names of hosts.
    fn new() -> Certificates {
        let all = Certificates(tempfile::tempdir().expect("a temporary folder"));
        for name in ["ca", "other"] {
            let subject = format!("/CN=authority {name}");
            all.openssl(&["req", "-x509", "-days", "2", "-subj", &subject, "-out", &format!("{name}.pem")], name);
        }
        all.openssl(&["req", "-subj", "/CN=database", "-out", "server.csr"], "server");
        std::fs::write(all.path("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").expect("ours");
        for (name, more) in [("server", &["-extfile", "names"][..]), ("old", &[])] {
            let issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7", "-days", "2"];
            let out = format!("{name}.pem");
            all.run(&[&["x509", "-req", "-in", "server.csr", "-out", &out][..], &issuer, more].concat());
        }
        all
    }

    /// Makes a key, and something with it.
    fn openssl(&self, arguments: &[&str], key: &str) {
        let key = format!("{key}.key");
        self.run(
            &[arguments, &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", &key]].concat(),
        );
    }

    fn run(&self, arguments: &[&str]) {
        let mut openssl = Command::new("openssl");
        let output = openssl.args(arguments).current_dir(self.0.path()).stdin(Stdio::null()).output();
        let output = output.expect("tests/run installs it");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn site(database: &Database) -> Site {
    let site = Site::new(Layout::Public);
    for name in ["themerev", "jsrev"] {
        database.set(name, THEME_REV);
    }
    site.file("lib/one.js", "var one = 1;");
    site
}

/// What `check` says of the database, as its authorities are the system's or, where a file is named, those in it.
/// Again where a busy machine did not get to answering in time.
fn check(site: &Site, system: Option<&Path>) -> String {
    let mut said = check_once(site, system);
    for _ in 0..4 {
        if !said.contains("did not let us in within") {
            break;
        }
        said = check_once(site, system);
    }
    said
}

fn check_once(site: &Site, system: Option<&Path>) -> String {
    let mut command = revserve();
    // No certificate that this machine's own user has.
    command.env("HOME", "/nonexistent").env("SSL_CERT_FILE", system.unwrap_or(Path::new("/nonexistent")));
    command.env("SSL_CERT_DIR", "/nonexistent");
    command.args(["check", "--json", "--quick", "--listen", "127.0.0.1:9", "--admin", "127.0.0.1:9"]).args(site.args());
    let output = command.output().expect("revserve starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!out.contains(PASSWORD) && !err.contains(PASSWORD), "{out}{err}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let findings = json["findings"].as_array().expect("a list").iter();
    let about = findings.filter(|finding| matches!(finding["subject"].as_str(), Some("database" | "configuration")));
    about.map(|finding| format!("{}: {}\n", finding["verdict"], finding["says"])).collect()
}

fn is_talked_to_in_secret(kind: Kind) {
    let certificates = Certificates::new();
    let pem = |name: &str| certificates.path(name);
    let database = Database::start_with_tls(kind, &pem("server.pem"), &pem("server.key"), true);
    let site = site(&database);
    let ca = |name: &str| format!("[database]\nca = \"{}\"\n", pem(name).display());
    let tried = |ssl: &str, toml: &str, system: Option<&Path>| {
        site.config(&database.config_lines_with(ssl));
        site.site_toml(toml);
        check(&site, system)
    };
    let (require, full) = ("'ssl' => 'require'", "'ssl' => 'verify-full'");
    let (right, wrong) = (pem("ca.pem"), pem("other.pem"));
    let lets_in = |said: String| assert!(said.contains("answers within"), "{said}");
    let refuses = |said: String| {
        let sentence = "has a certificate of an authority that is not trusted here: name the file";
        assert!(said.contains(sentence) && said.contains("[database] ca"), "{said}");
    };

    // Nobody gets in without TLS, so whoever is let in has it.
    lets_in(tried(require, "", None));
    lets_in(tried("", "", None));
    lets_in(tried(full, &ca("ca.pem"), None));
    lets_in(tried(full, "", Some(&right)));
    lets_in(tried(require, &ca("ca.pem"), None));
    // An authority that is named is asked for, whatever else is said.
    for ssl in ["", require, full] {
        refuses(tried(ssl, &ca("other.pem"), None));
    }
    refuses(tried(full, "", Some(&wrong)));
    refuses(tried(full, "", None));

    // The same by a URL, the names of the parameters as each kind has them; the certificate has no other host's name.
    let by = |host: &str, ca: &str| {
        let (mode, key) = match kind {
            Kind::PostgreSql => ("sslmode=verify-full".to_owned(), "sslrootcert"),
            Kind::MariaDb => ("ssl-mode=VERIFY_IDENTITY".to_owned(), "ssl-ca"),
        };
        let url = database.url(host, &format!("{mode}&{key}={}", pem(ca).display()));
        tried("", &format!("[database]\nurl = \"{url}\"\n"), None)
    };
    lets_in(by("127.0.0.1", "ca.pem"));
    refuses(by("127.0.0.1", "other.pem"));
    let said = by("localhost", "ca.pem");
    assert!(said.contains("a certificate that is not for localhost, but for 127.0.0.1: use"), "{said}");
    let url = database.url("127.0.0.1", "");
    refuses(tried("", &format!("[database]\nurl = \"{url}\"\nca = \"{}\"\n", wrong.display()), None));

    // A file that holds no certificate, or is not there, or is contradicted stops the start.
    let said = tried(full, &ca("ca.key"), None);
    assert!(said.contains("[database] ca names a file without a certificate"), "{said}");
    assert!(tried(full, &ca("none.pem"), None).contains("none.pem"));
    assert!(tried("'ssl' => 'disable'", &ca("ca.pem"), None).contains("contradict each other"));

    // Who does not want TLS is told what the server says.
    let said = tried("'ssl' => 'disable'", "", None);
    assert!(said.contains("says: ") && said.contains("wrong"), "{said}");

    // A node serves by it, and another one, which does not trust it, says so once; neither tells the password.
    site.config(&database.config_lines_with(full));
    site.site_toml(&ca("ca.pem"));
    let server = Server::start(&site);
    let asked = format!("/lib/javascript.php/{THEME_REV}/lib/one.js");
    assert!(server.get(&asked).is_immutable(), "{}", server.log());
    site.site_toml(&ca("other.pem"));
    let other = Server::start(&site);
    assert_eq!(other.get(&asked).want("cache-control"), "public, max-age=10");
    until("it was refused more than once", || {
        other.metrics().sum("revserve_source_reachable") == 0.0
            && Client::connect(other.admin).get("/ready", &[]).status == 503
    });
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(other.log().matches("is not trusted here").count(), 1, "{}", other.log());
    let listed = run(["inspect".into(), asked.into()].into_iter().chain(site.args()));
    for server in [&server, &other] {
        let told = ["/", "/ready", "/metrics"].map(|target| Client::connect(server.admin).get(target, &[]).text());
        for text in told.into_iter().chain([server.log(), listed.out(), listed.err()]) {
            assert!(!text.contains(PASSWORD), "{text}");
        }
    }
}

#[test]
fn postgresql_is_talked_to_in_secret_and_one_of_a_wrong_authority_is_refused() {
    is_talked_to_in_secret(Kind::PostgreSql);
}

#[test]
fn mariadb_is_talked_to_in_secret_and_one_of_a_wrong_authority_is_refused() {
    is_talked_to_in_secret(Kind::MariaDb);
}

fn need_not_be_talked_to_in_secret(kind: Kind) {
    let certificates = Certificates::new();
    let (certificate, key) = (certificates.path("old.pem"), certificates.path("server.key"));
    let database = Database::start_with_tls(kind, &certificate, &key, false);
    let site = site(&database);
    let tried = |ssl: &str| {
        site.config(&database.config_lines_with(ssl));
        site.site_toml("");
        check(&site, None)
    };
    // A certificate of version 1, which nothing here can take: in plain, as nobody asks for more.
    assert!(tried("").contains("answers within"));
    let said = tried("'ssl' => 'require'");
    assert!(said.contains("a certificate that cannot be used") && said.contains("version 3"), "{said}");
}

#[test]
fn a_certificate_that_cannot_be_used_costs_nothing_where_no_secrecy_is_asked_for() {
    for kind in [Kind::PostgreSql, Kind::MariaDb] {
        need_not_be_talked_to_in_secret(kind);
    }
}

#[test]
fn a_server_without_tls_is_told_from_one_that_is_away_where_secrecy_is_asked_for() {
    for kind in [Kind::PostgreSql, Kind::MariaDb] {
        let database = Database::start(kind);
        let site = site(&database);
        site.config(&database.config_lines_with("'ssl' => 'require'"));
        site.site_toml("");
        let said = check(&site, None);
        assert!(said.contains("cannot be talked to in secret") && said.contains("does not support TLS"), "{said}");
    }
}
