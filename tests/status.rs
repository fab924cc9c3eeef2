//! The status page on the admin listener: what it shows, to whom, and how it works for eyes, keyboards and screen
//! readers.
//!
//! Needs: chromium, npm

mod support;

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;

use support::{Client, Layout, Response, Server, Site, THEME_REV, tests_dir, until};

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/// A theme with a parent, an image that is there and one that is not, in production.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme("bark", &[]).file("style/bark.css", "b { color: red }");
    site.theme("leaf", &["bark"])
        .file(
            "style/leaf.css",
            "a { background: url([[pix:theme|bud]]) }\n\nb { background: url([[pix:none/such]]) }\n",
        )
        .file("pix/bud.svg", SVG);
    site
}

fn designer(site: &Site) {
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\ndesigner = true\n"
    ));
}

fn all(theme: &str) -> String {
    format!("/theme/styles.php/{theme}/{THEME_REV}_1/all")
}

fn ask(server: &Server, target: &str, headers: &[(&str, &str)]) -> Response {
    Client::connect(server.admin).get(target, headers)
}

#[track_caller]
fn page(server: &Server) -> String {
    let answer = ask(server, "/", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

/// The text between two others.
#[track_caller]
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let at = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    text[at..].split(to).next().unwrap_or_default()
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

#[test]
fn it_shows_the_node_its_themes_its_caches_and_what_is_largest() {
    let site = site();
    site.file("lib/some.js", "var some = function() { return 'some text'; };\n".repeat(100));
    let server = Server::start(&site);
    has(&page(&server), &["Nothing was built since the start.", "No sheet or script was asked for since the start."]);
    assert_eq!(server.get(&all("leaf")).status, 200);
    assert_eq!(server.get(&format!("/lib/javascript.php/{THEME_REV}/lib/some.js")).status, 200);
    let page = page(&server);
    has(&page, &["serves http://127.0.0.1:8080", "1770000000, Mon, 02 Feb 2026", "fixed"]);
    let builds = between(&page, "<section id=\"builds\"", "</section>");
    has(builds, &["styles all of theme leaf<svg", "script lib/some.js", "<rect class=\"minify\""]);
    let sizes = between(&page, "<section id=\"sizes\"", "</section>");
    has(sizes, &["styles all of theme leaf<svg", "script lib/some.js<svg", "<td data-of=\"brotli\">"]);
    let caches = between(&page, "<section id=\"caches\"", "</section>");
    has(caches, &["memory<svg", "localcachedir<small>", "store, kept beyond purges"]);
    let themes = between(&page, "<section id=\"themes\"", "</section>");
    let leaf = between(themes, "<h3>leaf</h3>", "</article>");
    has(
        leaf,
        &[
            "<dt>Parents</dt><dd>bark</dd>",
            "style/leaf.css",
            "<dd>native</dd>",
            "2 placeholders, <b class=\"odd\">1 without a file</b>",
            "[[pix:theme|bud]]</th><td class=\"path\">theme/leaf/pix/bud.svg</td>",
            "[[pix:core|none/such]]</th><td><b class=\"odd\">no file</b>",
        ],
    );
    has(between(themes, "<h3>bark</h3>", "</article>"), &["not asked for yet"]);
}

#[test]
fn it_shows_the_other_nodes_with_their_code_revision_and_lag() {
    let site = site();
    let node = |name: &str, moodle: std::path::PathBuf| {
        let local = site.root().join(name);
        let file = site.root().join(format!("{name}.toml"));
        let text = format!(
            "[site]\ncheckout = {:?}\nnode = \"{name}\"\nlocalcachedir = {:?}\n[revisions]\nsource = \"files\"\n",
            moodle.display().to_string(),
            local.display().to_string(),
        );
        std::fs::write(&file, text).expect("ours");
        let args: Vec<std::ffi::OsString> = vec!["--site".into(), file.into()];
        args
    };
    let args = node("here", site.checkout());
    let here = Server::with_args(args.clone());
    let there = Server::with_args(node("there", site.checkout()));
    let purged = support::run([vec!["purge".into()], args].concat()).ok().out();
    let revision = purged.split_whitespace().nth(1).expect("themerev NUMBER").to_owned();
    let nodes = || {
        let page = page(&here);
        between(&page, "<section id=\"nodes\"", "</section>").to_owned()
    };
    let row = |nodes: &str, name: &str| {
        let row = nodes.split("<tr>").find(|row| row.starts_with(&format!("<th scope=\"row\">{name}")));
        row.unwrap_or_default().to_owned()
    };
    until("both are there with the revision", || {
        let nodes = nodes();
        let rows = [row(&nodes, "here (this node)"), row(&nodes, "there")];
        rows.iter().all(|row| {
            let same = row.contains(&format!("<span>{revision}</span>")) && row.contains("runs, and does not lag");
            same && row.contains(env!("CARGO_PKG_VERSION")) && row.contains("just now")
        })
    });
    has(&ask(&here, "/live", &[]).text(), &["<section id=\"nodes\""]);

    // Another code than that of the purge: both lag, and say so of each other.
    site.plugin("block_news", "blocks/news");
    until("both are said to lag", || {
        let nodes = nodes();
        ["here", "there"].iter().all(|name| row(&nodes, name).contains("<b class=\"odd\">lags:</b>"))
    });
    // One that sleeps is not heard of.
    there.signal(rustix::process::Signal::STOP);
    until("it is missed", || row(&nodes(), "there").contains("<b class=\"bad\">not heard of lately</b>"));
    there.signal(rustix::process::Signal::CONT);
    assert_eq!(there.stop().code(), Some(0));
    until("it is gone", || row(&nodes(), "there").is_empty());
}

#[test]
fn what_localcachedir_had_is_known_as_what_was_built() {
    let site = site();
    assert_eq!(Server::start(&site).get(&all("leaf")).status, 200);
    let server = Server::start(&site);
    assert_eq!(server.get(&all("leaf")).status, 200);
    let page = page(&server);
    has(between(&page, "<section id=\"builds\"", "</section>"), &["Nothing was built since the start."]);
    has(between(&page, "<section id=\"sizes\"", "</section>"), &["styles all of theme leaf<svg"]);
    has(between(&page, "<h3>leaf</h3>", "</article>"), &["theme/leaf/pix/bud.svg", "<td>found</td>"]);
}

#[test]
fn warnings_are_listed_here_and_in_the_terminal_and_go_when_they_are_mended() {
    let site = site();
    designer(&site);
    site.theme_config("wild", "$THEME->parents = []; $THEME->sheets = ['open']; $THEME->scss = 'main';")
        .file("style/open.css", "a { color: red }\nb { color: blue\n")
        .file("scss/main.scss", "c { top: 0 }\n@import 'nowhere';\n");
    site.theme_config(
        "strange",
        "$THEME->parents = []; $THEME->sheets = [];\n$THEME->prescsscallback = 'theme_strange_pre';\n$THEME->scss = 'main';",
    )
    .file("scss/main.scss", "d { top: 0 }")
    .file("lib.php", "<?php\nfunction theme_strange_pre($theme) {\n    global $DB;\n    return $DB->get_field('course', 'fullname', []);\n}\n");
    let server = Server::start(&site);
    let debug = |theme: &str, sheet: &str| format!("/theme/styles_debug.php?theme={theme}&type=theme&sheet={sheet}");
    let scss = |theme: &str| format!("/theme/styles_debug.php?theme={theme}&type=scss");
    for target in [debug("leaf", "leaf"), debug("wild", "open"), scss("wild"), scss("strange")] {
        server.get(&target);
    }
    let warnings = || {
        let page = page(&server);
        between(&page, "<section id=\"warnings\"", "</section>").to_owned()
    };
    let told = warnings();
    let main = "theme/wild/scss/main.scss:2:9";
    has(
        &told,
        &[
            "<b class=\"odd\">Warning</b> in theme leaf: there is no image [[pix:core|none/such]]",
            "theme/leaf/style/leaf.css:3:21",
            "<mark>[</mark>[pix:none/such]]",
            "in theme wild: the sheet ends in the middle",
            "theme/wild/style/open.css:2:",
            main,
            "<b class=\"bad\">Error</b> in theme strange",
            "lib.php:4",
        ],
    );
    for said in ["there is no image [[pix:core|none/such]]", "the sheet ends in the middle", main, "lib.php:4"] {
        until(&format!("the terminal says {said}"), || server.log().contains(said));
    }
    // What is live has them too.
    has(&ask(&server, "/live", &[]).text(), &["none/such"]);

    site.file("pix/none/such.svg", SVG);
    site.file("theme/wild/style/open.css", "a { color: red }\nb { color: blue }\n");
    site.file("theme/wild/scss/_nowhere.scss", "");
    site.file("theme/strange/lib.php", "<?php\nfunction theme_strange_pre($theme) {\n    return '';\n}\n");
    for target in [debug("leaf", "leaf"), debug("wild", "open"), scss("wild"), scss("strange")] {
        assert_eq!(server.get(&target).status, 200, "{target}");
    }
    has(&warnings(), &["None: of what was built so far, nothing is amiss."]);
}

#[test]
fn in_production_the_log_says_once_what_the_page_lists() {
    let site = site();
    let server = Server::start(&site);
    for target in [all("leaf"), all("leaf").replace("/all", "/all-rtl"), all("bark")] {
        let answer = server.get(&target);
        assert!(answer.is_immutable(), "{target}: a missing image is missing in Moodle, too");
    }
    has(&page(&server), &["there is no image [[pix:core|none/such]]"]);
    let said = "there is no image [[pix:core|none/such]]";
    until("the log says it", || server.log().contains(said));
    assert_eq!(server.log().matches(said).count(), 1, "{}", server.log());
}

#[test]
fn a_build_shows_while_it_runs() {
    let site = site();
    designer(&site);
    site.theme_config("slow", "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';")
        .file("scss/main.scss", "@while true { $a: 1; }");
    let server = Server::start(&site);
    let mut client = server.client();
    client.send(b"GET /theme/styles_debug.php?theme=slow&type=scss HTTP/1.1\r\nHost: a\r\n\r\n").expect("taken");
    until("the build is shown in its phase", || {
        let live = ask(&server, "/live", &[]).text();
        live.contains("One asset is being built.")
            && live.contains("compiled SCSS of theme slow<svg")
            && live.contains(" so far</small>")
            && live.contains("<rect class=\"scss\"")
    });
}

#[test]
fn it_is_shown_to_nobody_else_and_says_no_secret() {
    let site = site();
    site.config("$CFG->dbtype = 'pgsql'; $CFG->dbhost = 'db.internal'; $CFG->dbpass = 'correct-horse'; $CFG->dbuser = 'staple';");
    let token = site.root().join("token");
    std::fs::write(&token, "battery-battery-battery").expect("writable");
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n[listen]\nadmin_token_file = {:?}\n",
        token.display().to_string()
    ));
    let server = Server::start(&site);
    server.get(&all("leaf"));
    for target in ["/", "/live", "/status.css", "/status.js", "/icon.svg"] {
        let answer = ask(&server, target, &[]);
        assert_eq!(answer.status, 200, "{target}");
        for secret in ["correct-horse", "battery", "staple"] {
            assert!(!answer.text().contains(secret), "{target} says {secret}");
        }
        let policy = answer.want("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.want("cache-control"), "no-store", "{target}");
        assert_eq!(answer.want("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(answer.want("cross-origin-resource-policy"), "same-origin", "{target}");
        for stranger in [
            &[("Host", "evil.example")][..],
            &[("Origin", "http://evil.example")],
            &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "cors")],
        ] {
            assert_eq!(ask(&server, target, stranger).status, 403, "{target} {stranger:?}");
        }
        assert_eq!(Client::connect(server.admin).request("POST", target, &[]).status, 405, "{target}");
        assert_eq!(server.get(target).status, 404, "{target} is not among the assets");
    }
}

#[derive(Debug, Deserialize)]
struct Seen {
    violations: Vec<String>,
    overflow: BTreeMap<String, i64>,
    focus: Vec<Focus>,
    same: bool,
    paused: String,
    trouble: Vec<String>,
    without: String,
}

#[derive(Debug, Deserialize)]
struct Focus {
    text: String,
    ring: String,
}

#[test]
fn it_works_for_eyes_keyboards_and_screen_readers() {
    let site = site();
    // A site with nodes.
    site.data_file("revserve/log/other.log", format!("purge all {THEME_REV}\n"));
    site.site_toml("node = \"a-node-with-a-name-that-is-as-long-as-some-are\"\n[revisions]\nsource = \"files\"\n");
    let server = Server::start(&site);
    until("it knows itself", || page(&server).contains("(this node)"));
    server.get(&all("leaf"));
    let mut node = Command::new("node");
    node.arg("browser/status.mjs").arg(format!("http://{}/", server.admin)).arg(server.url(&all("bark")));
    if let Some(folder) = std::env::var_os("REVSERVE_SCREENSHOTS") {
        node.arg(folder);
    }
    let output = node.current_dir(tests_dir()).output().expect("tests/run installs node");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}\n{}", server.log());
    let seen: Seen = serde_json::from_str(&out).expect("the script prints what this reads");
    assert_eq!(seen.violations, Vec::<String>::new(), "what axe finds");
    assert_eq!(seen.trouble, Vec::<String>::new(), "what the console says");
    assert!(seen.overflow.len() == 4 && seen.overflow.values().all(|pixels| *pixels <= 0), "{:?}", seen.overflow);
    // In the order in which it is read, and always to be seen.
    let order: Vec<&str> = seen.focus.iter().map(|focus| focus.text.as_str()).collect();
    let summary = order.get(8).copied().unwrap_or_default();
    assert!(summary.starts_with("2 placeholders"), "{order:?}");
    let others = [&order[..8], &order[9..]].concat();
    assert_eq!(
        others,
        [
            "Skip to content",
            "Node",
            "Nodes",
            "Builds",
            "Warnings",
            "Largest assets",
            "Caches",
            "Themes",
            "Pause",
            "metrics",
            "health",
            "ready"
        ]
    );
    assert!(seen.focus.iter().all(|focus| focus.ring == "solid 3px"), "{:?}", seen.focus);
    assert!(seen.same, "what does not follow is left alone");
    assert_eq!(seen.paused, "true");
    assert_eq!(seen.without, "This page shows the moment at which it was loaded.");
}
