//! Themes whose PHP cannot be evaluated: snapshots, Moodle itself, precompiled CSS, in that order.
//!
//! Needs: php

mod support;

#[path = "fallback/standin.rs"]
mod standin;

use camino::Utf8PathBuf;
use revserve::site::{Checkout, Site as Installed, SitePaths};
use standin::{GOOD, Standin, good};
use std::process::{Command, Output};
use std::time::Duration;
use support::{Layout, Response, Server, Site, THEME_REV, revserve, run, until};

const SECRET: &str = "sesame-open-1234";

/// A site whose theme `asks` asks the database, and whose theme `plain` does not.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme_config(
        "asks",
        "$THEME->parents = []; $THEME->sheets = ['own']; $THEME->scss = 'main';
         $THEME->prescsscallback = 'theme_asks_pre'; $THEME->precompiledcsscallback = 'theme_asks_precompiled';",
    )
    .file("style/own.css", ".own { background: url([[pix:theme|bg]]) }\n")
    .file("style/precompiled.css", ".precompiled { color: red }")
    .file(
        "db/install.xml",
        "<XMLDB><TABLES><TABLE NAME=\"theme_asks_spots\"><FIELDS><FIELD NAME=\"id\" TYPE=\"int\"/>
           <FIELD NAME=\"name\" TYPE=\"char\"/><FIELD NAME=\"token\" TYPE=\"char\"/></FIELDS></TABLE></TABLES></XMLDB>",
    )
    .file("scss/main.scss", ".scss { color: $colour; margin-left: 3px }\n")
    .file(
        "lib.php",
        "<?php
function theme_asks_pre($theme) {
    global $DB;
    return '$colour: ' . $DB->get_field('course', 'colour', ['id' => 1]) . ';';
}
function theme_asks_precompiled() {
    return file_get_contents(__DIR__ . '/style/precompiled.css');
}",
    );
    site.plugin("block_first", "blocks/first").file("styles.css", ".block { color: green }\n");
    site.file("lib/setup.php", include_str!("fallback/setup.php"));
    site.file("lib/outputlib.php", include_str!("fallback/outputlib.php"));
    site.file("lib/csslib.php", "<?php");
    site.data_file("row", "#123456");
    site.data_file("rows.json", r#"{"theme_asks_spots": [{"id": "1", "name": "red", "token": "t"}]}"#);
    site.data_file("themerev", THEME_REV.to_string());
    moodle_settings(&site, "hello");
    site_file(&site, THEME_REV, &written("hello"));
    site
}

/// The rows that Moodle has.
fn moodle_settings(site: &Site, greeting: &str) {
    let rows = format!(
        r#"{{"theme_asks": {{"greeting": "{greeting}", "token": "{SECRET}", "blank": "", "version": "1", "themerev": "5"}}}}"#
    );
    site.data_file("settings.json", rows);
}

/// The same in the site file.
fn written(greeting: &str) -> String {
    format!(
        "[[tables.theme_asks_spots]]\nname = \"red\"\n[themes.asks]\ngreeting = \"{greeting}\"\ntoken = \"{SECRET}\"\n"
    )
}

fn site_file(site: &Site, themerev: i64, rest: &str) {
    site.site_toml(&format!("[revisions]\nsource = \"fixed\"\nthemerev = {themerev}\njsrev = {themerev}\n{rest}"));
}

/// Runs the script that revserve prints, as an operator does.
fn export(site: &Site, themes: &[&str]) -> Output {
    let path = |path: std::path::PathBuf| Utf8PathBuf::from_path_buf(path).expect("UTF-8");
    let paths = SitePaths::new(Checkout::find(&path(site.checkout())).expect("a checkout"), path(site.dataroot()));
    let versions = Installed::open(&paths).expect("a site").fingerprint().expect("versions").to_string();
    site.data_file("versions", versions);
    let script = revserve().arg("export-script").output().expect("revserve runs");
    assert!(script.status.success());
    let file = site.root().join("export.php");
    std::fs::write(&file, script.stdout).expect("writable");
    let mut php = Command::new("php");
    php.arg(file).arg(format!("--moodle={}", site.dirroot().display())).args(themes);
    php.output().expect("php runs")
}

#[track_caller]
fn exported(site: &Site) {
    let output = export(site, &["asks"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn styles(server: &Server, sheet: &str) -> Response {
    styles_of(server, THEME_REV, sheet)
}

fn styles_of(server: &Server, rev: i64, sheet: &str) -> Response {
    server.get(&format!("/theme/styles.php/asks/{rev}_1/{sheet}"))
}

#[track_caller]
fn assert_precompiled(server: &Server, reason: &str) {
    let answer = styles(server, "all");
    assert_eq!(answer.status, 200, "{}", server.log());
    assert!(answer.text().contains(".precompiled{color:red}"), "{}", answer.text());
    assert!(!answer.is_immutable(), "{:?}", answer.header("cache-control"));
    until(&format!("the log says: {reason}"), || server.log().contains(reason));
}

#[test]
fn without_snapshot_and_origin_the_precompiled_css_is_served_short_and_the_log_says_where_it_began() {
    let site = site();
    let server = Server::start(&site);
    assert_precompiled(&server, "theme/asks/lib.php:4");
    let log = server.log();
    assert!(log.contains("there is no snapshot") && log.contains("names no [origin]"), "{log}");
}

#[test]
fn a_snapshot_is_served_for_good_with_the_current_revision_in_its_urls() {
    let site = site();
    exported(&site);
    let server = Server::start(&site);
    let answer = styles(&server, "all");
    assert!(answer.is_immutable(), "{}", server.log());
    let css = answer.text();
    let order = [".block{color:green}", ".scss{color:#123456;margin-left:3px}", ".own{"];
    let places: Vec<_> = order.iter().map(|text| css.find(text).unwrap_or_else(|| panic!("{text}: {css}"))).collect();
    assert!(places.is_sorted(), "{css}");
    assert!(css.contains(&format!("/theme/image.php/asks/theme/{THEME_REV}/bg")), "{css}");
    assert!(styles(&server, "all-rtl").text().contains("margin-right:3px"));
    let no_svg = server.get(&format!("/theme/styles.php/_s/asks/{THEME_REV}_1/all")).text();
    assert!(no_svg.contains(&format!("/theme/image.php/_s/asks/theme/{THEME_REV}/bg")), "{no_svg}");

    // It outlives a purge: nothing that it was made from is another.
    let later = THEME_REV + 1000;
    site_file(&site, later, &written("hello"));
    let server = Server::start(&site);
    let answer = styles_of(&server, later, "all");
    assert!(answer.is_immutable(), "{}", server.log());
    assert!(answer.text().contains(&format!("/theme/image.php/asks/theme/{later}/bg")));
    let mut inspect = vec!["inspect".into(), format!("/theme/styles.php/asks/{later}_1/all").into()];
    inspect.extend(site.args());
    let said = run(inspect).ok().out();
    assert!(said.contains("snapshot:asks.json"), "{said}");
}

#[test]
fn a_snapshot_holds_no_value_of_any_setting() {
    let site = site();
    exported(&site);
    let text = std::fs::read_to_string(site.dataroot().join("revserve/snapshot/asks.json")).expect("written");
    assert!(text.contains("\"token\"") && !text.contains(SECRET) && !text.contains("hello"), "{text}");
    let beside = std::fs::read_dir(site.dataroot().join("revserve/snapshot")).expect("a folder").count();
    assert_eq!(beside, 1, "nothing half written is left");
}

#[test]
fn a_snapshot_from_before_a_change_is_not_used() {
    type Change = fn(&Site);
    let changes: [(&str, Change); 11] = [
        ("the setting theme_asks/greeting", |site| site_file(site, THEME_REV, &written("goodbye"))),
        ("the setting theme_asks/token", |site| site_file(site, THEME_REV, "[themes.asks]\ngreeting = \"hello\"\n")),
        ("the setting theme_asks/more", |site| {
            site_file(site, THEME_REV, &format!("{}more = \"1\"\n", written("hello")));
        }),
        ("the table theme_asks_spots", |site| {
            site_file(site, THEME_REV, &written("hello").replace("red", "blue"));
        }),
        ("theme/asks/scss/main.scss", |site| _ = site.file("theme/asks/scss/main.scss", ".scss{}")),
        ("theme/asks/classes/new.php", |site| _ = site.file("theme/asks/classes/new.php", "<?php")),
        ("theme/asks/style/precompiled.css", |site| {
            let css = ".precompiled { color: red } ";
            site.file("theme/asks/style/precompiled.css", css);
        }),
        ("blocks/first/styles_asks.css", |site| _ = site.file("blocks/first/styles_asks.css", "a{}")),
        ("blocks/first/styles.css", |site| _ = site.remove("blocks/first/styles.css")),
        ("the code (its versions)", |site| _ = site.file("blocks/first/version.php", "<?php $plugin->version = 2;")),
        ("wwwroot", |site| _ = site.config("$CFG->wwwroot = 'https://elsewhere.example';")),
    ];
    let site = site();
    exported(&site);
    let snapshot = site.dataroot().join("revserve/snapshot/asks.json");
    let kept = std::fs::read(&snapshot).expect("written");
    for (what, change) in changes {
        let site = self::site();
        site.data_file("revserve/snapshot/asks.json", &kept);
        change(&site);
        assert_precompiled(&Server::start(&site), &format!("the snapshot was made before {what} changed"));
    }
}

#[test]
fn where_settings_are_not_known_a_snapshot_counts_for_its_own_revision_only() {
    let site = site();
    exported(&site);
    site_file(&site, THEME_REV, "");
    assert!(styles(&Server::start(&site), "all").is_immutable());
    site_file(&site, THEME_REV + 1, "");
    let server = Server::start(&site);
    assert!(!styles_of(&server, THEME_REV + 1, "all").is_immutable());
    until("the log says why", || server.log().contains(&format!("the snapshot is of themerev {THEME_REV}")));
}

#[test]
fn damaged_strange_and_foreign_snapshots_are_none() {
    for (content, why) in [
        ("", "EOF"),
        ("{\"format\": 2}", "format 2"),
        ("{\"format\": 1, \"theme\": \"asks\"}", "missing field"),
        ("[[[[[[[[", "asks.json"),
    ] {
        let site = site();
        site.data_file("revserve/snapshot/asks.json", content);
        assert_precompiled(&Server::start(&site), why);
    }
}

#[test]
fn a_tree_that_php_works_on_is_written_flipped_and_served_as_it_is() {
    let site = site();
    site.theme_config(
        "asks",
        "$THEME->parents = []; $THEME->sheets = ['own']; $THEME->csstreepostprocessor = 'theme_asks_tree';",
    )
    .file("lib.php", "<?php function theme_asks_tree($tree, $theme) {}");
    exported(&site);
    let server = Server::start(&site);
    assert!(styles(&server, "all").text().contains(".tree{direction:ltr}"), "{}", server.log());
    assert!(styles(&server, "all-rtl").text().contains(".tree{direction:rtl}"), "{}", server.log());
}

#[test]
fn the_exporter_says_which_theme_it_could_not_write_and_writes_the_others() {
    let site = site();
    site.theme_config("broken", "$THEME->scss = 'main';").file("scss/main.scss", ".a { color: $nowhere }");
    let output = export(&site, &[]);
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{said}{wrong}");
    assert!(wrong.contains("broken: a variable without a value"), "{wrong}");
    assert!(said.contains("asks: ") && said.contains("plain: "), "{said}");
    assert!(!site.dataroot().join("revserve/snapshot/broken.json").exists());
}

#[test]
fn a_snapshot_that_comes_later_takes_the_place_of_the_stand_in_by_itself() {
    let site = site();
    let server = Server::start(&site);
    assert_precompiled(&server, "there is no snapshot");
    exported(&site);
    until("the stand-in is tried again", || styles(&server, "all").is_immutable());
}

/// The site with Moodle at this address.
fn with_origin(url: &str) -> Site {
    let site = site();
    site_file(&site, THEME_REV, &format!("{}[origin]\nurl = \"{url}\"\n", written("hello")));
    site
}

#[test]
fn moodle_itself_is_asked_by_its_own_url_and_its_answer_is_kept_for_good() {
    let moodle = Standin::saying(good(&format!(".moodle{{background:url(/theme/image.php/asks/core/{THEME_REV}/x)}}")));
    let site = with_origin(&moodle.url);
    let server = Server::start(&site);
    let odd = format!("/theme/styles.php?theme=asks&rev={THEME_REV}_1&type=all&evil=%0d%0aX-Evil:1");
    let answer = server.get_with(&odd, &[("Cookie", "MoodleSession=x"), ("X-Strange", "y")]);
    assert_eq!(answer.status, 200, "{}", server.log());
    assert!(answer.is_immutable() && answer.text().starts_with(".moodle{"), "{}", answer.text());
    assert!(styles(&server, "all").is_immutable());
    let asked = moodle.asked();
    assert_eq!(asked.len(), 1, "built once: {asked:?}");
    let head = asked[0].to_ascii_lowercase();
    assert!(head.starts_with(&format!("get /theme/styles.php/asks/{THEME_REV}_1/all http/1.1\r\n")), "{head}");
    assert!(head.contains("\r\nhost: 127.0.0.1:8080\r\n"), "{head}");
    for not in ["cookie", "x-strange", "evil"] {
        assert!(!head.contains(not), "{head}");
    }
    // What was stored outlives Moodle and revserve.
    drop((server, moodle));
    assert!(styles(&Server::start(&site), "all").text().starts_with(".moodle{"));
}

#[test]
fn a_snapshot_goes_before_moodle() {
    let moodle = Standin::saying(good(".moodle{}"));
    let site = with_origin(&moodle.url);
    exported(&site);
    assert!(styles(&Server::start(&site), "all").text().contains(".scss{"));
    assert!(moodle.asked().is_empty());
}

#[test]
fn answers_of_moodle_that_are_not_the_whole_current_sheet_are_not_believed() {
    let temporary = "HTTP/1.1 200 OK\r\nContent-Type: text/css; charset=utf-8\r\n\
         Cache-Control: no-cache, no-store, must-revalidate\r\nContent-Length: 11\r\n\r\n.fallback{}";
    let html = good("<html>").replace("text/css", "text/html");
    let old = good(".old{background:url(/theme/image.php/asks/core/1700000000/x)}");
    let half = format!("{GOOD}Content-Length: 5000\r\n\r\n.half{{}}");
    for (answer, why) in [
        (temporary, "it is temporary"),
        ("HTTP/1.1 303 See Other\r\nLocation: /login/index.php\r\nContent-Length: 0\r\n\r\n", "it answered 303"),
        ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "it answered 503"),
        (&html, "not text/css"),
        (&old, "the URLs in it are of the revision 1700000000"),
        (&half, "broke off"),
        ("", "theme/styles.php/asks"),
    ] {
        let moodle = Standin::saying(answer);
        let site = with_origin(&moodle.url);
        assert_precompiled(&Server::start(&site), why);
    }
}

#[test]
fn an_endless_answer_of_moodle_ends() {
    let moodle = Standin::new(|stream, _| {
        use std::io::Write;
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        let _ = write!(stream, "{GOOD}Transfer-Encoding: chunked\r\n\r\n");
        while stream.write_all(chunk.as_bytes()).is_ok() {}
    });
    let site = with_origin(&moodle.url);
    assert_precompiled(&Server::start(&site), "it is larger than");
}

#[test]
fn while_moodle_is_silent_others_are_answered() {
    let moodle = Standin::new(|_, _| std::thread::sleep(Duration::from_secs(600)));
    let site = with_origin(&moodle.url);
    let server = Server::start(&site);
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let mut client = server.client();
            let target = format!("GET /theme/styles.php/asks/{THEME_REV}_1/all HTTP/1.1\r\nHost: x\r\n\r\n");
            client.send(target.as_bytes()).expect("taken");
            client
        })
        .collect();
    until("Moodle is asked", || !moodle.asked().is_empty());
    let plain = server.get(&format!("/theme/styles.php/plain/{THEME_REV}_1/all"));
    assert!(plain.is_immutable());
    assert_eq!(moodle.asked().len(), 1);
    drop(waiting);
}

#[test]
fn a_circle_ends_at_its_first_turn() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = holder.local_addr().expect("bound").to_string();
    let site = with_origin(&format!("http://{address}"));
    drop(holder);
    let mut args = site.args();
    args.extend(["--listen".into(), address.clone().into()]);
    let server = Server::with_args(args);
    assert_precompiled(&server, "it answered 503");
    let own = server.get_with(&format!("/theme/styles.php/plain/{THEME_REV}_1/all"), &[("Via", "1.1 revserve")]);
    assert_eq!(own.status, 503);
    let other = server.get_with(&format!("/theme/styles.php/plain/{THEME_REV}_1/all"), &[("Via", "1.1 nginx")]);
    assert_eq!(other.status, 200);
}

#[test]
fn an_origin_that_is_no_address_stops_the_start() {
    let site = with_origin("ftp://user:secret@x");
    let mut args = vec!["build".into()];
    args.extend(site.args());
    let ended = run(args);
    let said = ended.err();
    assert_eq!(ended.code, Some(1), "{said}");
    assert!(said.contains("[origin] url") && !said.contains("secret"), "{said}");
}
