//! What an operator meets at the command line: progress, a filled node, logs for programs, errors in one sentence.

mod support;

use std::process::{Command, Stdio};

use support::{JS_REV, Layout, Server, Site, THEME_REV, png, revserve, run, until};

/// A site with something of every kind, a script deep down among it.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.folder("pix").file("i/edit.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").file("i/old.png", png());
    site.file("lib/fonts/a.woff2", "wOF2 not really");
    site.file(
        "lib/loader/deep/loader.js",
        "var loader = function(longName) { return longName + longName; };\n".repeat(50),
    );
    site.file("lib/amd/build/first.min.js", "define([],function(){return 1});\n");
    site.plugin("mod_forum", "mod/forum").file("module.js", "var forum = 1;\n").file("styles.css", ".forum{color:red}");
    site.plugin("mod_forum", "mod/forum").file("tests/fixtures/broken.js", "this is no script");
    site
}

#[test]
fn build_says_what_compiling_took_though_it_has_a_thread_of_its_own() {
    let site = Site::new(Layout::Public);
    site.theme_config("leaf", "$THEME->parents = [];\n$THEME->scss = 'leaf';");
    site.folder("theme/leaf").file("scss/leaf.scss", "@for $i from 1 through 20000 { .a#{$i} { width: $i * 1px } }\n");
    let built = run([vec!["build".into()], site.args()].concat()).ok();
    let phases = built.out().lines().nth(1).unwrap_or_default().to_owned();
    // What takes less than ten milliseconds is left out.
    assert!(phases.contains(" scss "), "{}", built.out());
}

#[test]
fn build_fills_a_node_so_that_nothing_is_left_to_build() {
    let site = site();
    let command = |name: &str| [vec![name.into()], site.args()].concat();
    let first = run(command("build")).ok();
    assert!(first.out().contains(" assets built, 0 were there, in "), "{}", first.out());
    let second = first.out().lines().nth(1).unwrap_or_default().to_owned();
    assert!(second.starts_with("processor time ") && second.contains("rest "), "{}", first.out());
    assert_eq!(first.out().lines().count(), 2, "{}", first.out());
    // Elsewhere than on a terminal, in lines.
    assert!(first.err().starts_with("building: 0 of "), "{}", first.err());
    assert!(!first.err().contains('\u{1b}'), "{}", first.err());
    let second = run(command("build")).ok();
    assert!(second.out().starts_with("0 assets built, "), "{}", second.out());

    let server = Server::start(&site);
    for url in [
        format!("/theme/image.php/plain/core/{THEME_REV}/i/edit"),
        format!("/theme/image.php/plain/core/{THEME_REV}/i/old"),
        format!("/theme/font.php/plain/core/{THEME_REV}/a.woff2"),
        format!("/theme/styles.php/plain/{THEME_REV}_1/all"),
        format!("/theme/styles.php/plain/{THEME_REV}_1/all-rtl"),
        format!("/lib/javascript.php/{JS_REV}/lib/javascript-static.js"),
        format!("/lib/javascript.php/{JS_REV}/lib/loader/deep/loader.js"),
        format!("/lib/javascript.php?rev={JS_REV}&jsfile=/mod/forum/module.js,/lib/loader/deep/loader.js"),
        format!("/lib/requirejs.php/{JS_REV}/core/first.js"),
    ] {
        let answer = server.get(&url);
        assert_eq!((answer.status, answer.is_immutable()), (200, true), "{url}: {}", answer.text());
    }
    assert_eq!(server.metrics().sum("revserve_builds_total"), 0.0);
}

#[test]
fn build_says_which_folder_it_left_out_and_builds_the_rest() {
    let site = site();
    site.file(&format!("pix/{}deepest.svg", "deeper/".repeat(40)), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let built = run([vec!["build".into()], site.args()].concat()).ok();
    let said = built.err();
    assert!(said.contains("a folder is left out") && said.contains("/pix"), "{said}");
    assert!(built.out().contains(" assets built, 0 were there, in "), "{}", built.out());
}

#[test]
fn build_shows_a_bar_on_a_terminal() {
    let site = site();
    let line = format!("{} build --site {}", env!("CARGO_BIN_EXE_revserve"), site.site_file().display());
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm").env_remove("RUST_LOG").stdin(Stdio::null());
    let output = script.output().expect("util-linux is everywhere");
    let seen = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{seen}");
    assert!(seen.contains('█') && seen.contains("building"), "{seen}");
    assert!(seen.contains(" assets built, 0 were there, in "), "{seen}");
}

/// What `inspect` says about a URL, by the word that each line begins with.
#[track_caller]
fn inspect(site: &Site, what: &str) -> Vec<(String, String)> {
    let out = run([vec!["inspect".into(), what.into()], site.args()].concat()).ok().out();
    let pair = |line: &str| line.split_once(' ').map(|(word, rest)| (word.to_owned(), rest.trim().to_owned()));
    out.lines().filter_map(pair).collect()
}

#[test]
fn inspect_says_where_an_answer_comes_from_and_leaves_nothing_behind() {
    let site = site();
    let url = format!("/lib/javascript.php/{JS_REV}/lib/loader/deep/loader.js");
    let said = inspect(&site, &url);
    let of = |said: &[(String, String)], word: &str| -> Vec<String> {
        said.iter().filter(|(first, _)| first == word).map(|(_, rest)| rest.clone()).collect()
    };
    assert_eq!(of(&said, "asset"), ["script lib/loader/deep/loader.js"]);
    assert_eq!(of(&said, "revision"), [JS_REV.to_string()]);
    assert_eq!(of(&said, "freshness"), ["current: kept for good"]);
    assert_eq!(of(&said, "type"), ["application/javascript; charset=utf-8"]);
    assert!(of(&said, "entry")[0].starts_with(&format!("js/{JS_REV}/")), "{said:?}");
    assert!(of(&said, "entry")[0].ends_with(".entry (not stored)"), "{said:?}");
    assert!(of(&said, "source")[0].ends_with("  lib/loader/deep/loader.js"), "{said:?}");
    assert!(of(&said, "variant").len() >= 2, "{said:?}");
    let left = std::fs::read_dir(site.localcachedir()).expect("a temporary folder").count();
    assert_eq!(left, 0, "nothing is stored by looking");

    let server = Server::start(&site);
    let answer = server.get(&url);
    assert!(of(&said, "variant").iter().any(|line| line.ends_with(answer.want("etag"))), "{said:?}");
    assert_eq!(of(&said, "modified"), [answer.want("last-modified")]);
    until("it is stored", || of(&inspect(&site, &url), "entry")[0].ends_with(".entry (stored)"));
    let old = inspect(&site, &format!("/theme/image.php/plain/core/{}/i/edit", THEME_REV - 1));
    assert!(of(&old, "freshness")[0].contains("kept for 10 s"), "{old:?}");
    let none = inspect(&site, &format!("/theme/image.php/plain/core/{THEME_REV}/i/none"));
    assert_eq!(of(&none, "answer"), ["404: there is no such asset"]);
}

#[test]
fn a_log_for_programs_is_one_json_object_a_line() {
    let site = site();
    let server = Server::with_args([site.args(), vec!["--log".into(), "json".into()]].concat());
    server.signal(rustix::process::Signal::TERM);
    until("it says that it stops", || server.log().contains("stopping"));
    let log = server.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| !line.contains(" on http://"))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let stopping = lines.iter().find(|line| line["message"].as_str().is_some_and(|text| text.contains("stopping")));
    let stopping = stopping.unwrap_or_else(|| panic!("{log}"));
    assert_eq!(stopping["level"], "INFO");
    assert!(stopping["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{stopping}");
}

#[test]
fn what_stops_a_start_is_one_sentence_that_says_what_to_change() {
    let site = site();
    let empty = tempfile::tempdir().expect("a temporary folder");
    let path = |path: &std::path::Path| path.display().to_string();
    let odd = |text: &str| {
        let file = empty.path().join(format!("{}.toml", text.len()));
        std::fs::write(&file, format!("[site]\ncheckout = \"{}\"\n{text}", path(&site.checkout()))).expect("a file");
        path(&file)
    };
    for (args, said) in [
        (vec!["--moodle".to_owned(), path(&empty.path().join("none"))], "is no Moodle checkout"),
        (vec!["--moodle".into(), path(empty.path())], "is no Moodle checkout"),
        (vec!["--site".into(), path(&empty.path().join("none.toml"))], "cannot read"),
        (vec!["--site".into(), odd("wwwrot = \"http://a\"\n")], "wwwrot"),
        (vec!["--site".into(), odd("[memory]\nlimit = true\n")], "line 4, limit: "),
        (vec!["--site".into(), odd("dataroot = 3\n")], "line 3, dataroot: "),
        (vec!["--site".into(), odd("[revisions]\nsource = \"guess\"\n")], "guess"),
        (vec!["--site".into(), path(&site.site_file()), "--listen".into(), "127.0.0.1".into()], "host:port"),
    ] {
        // One that starts in spite of it would go on for ever.
        let mut serve = Command::new("timeout");
        serve.args(["60", env!("CARGO_BIN_EXE_revserve"), "serve"]).args(&args).env_remove("RUST_LOG");
        let output = serve.stdin(Stdio::null()).output().expect("coreutils are everywhere");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {err}");
        assert_eq!(err.trim_end().lines().count(), 1, "{args:?}: {err}");
        assert!(err.starts_with("revserve: ") && err.contains(said), "{args:?}: {err}");
    }
}

#[test]
fn who_closes_the_pipe_early_has_seen_enough() {
    let site = site();
    let url = format!("/lib/javascript.php/{JS_REV}/lib/loader/deep/loader.js");
    let all = |name: &str| [vec![name.into()], site.args()].concat();
    for args in [[vec!["inspect".into(), url.into()], site.args()].concat(), all("build"), all("nginx")] {
        let mut child =
            revserve().args(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("revserve starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && !errors.contains("panicked"), "{args:?}: {errors}");
    }
}
