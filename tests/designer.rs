//! Designer mode from outside: never an old answer, nothing built that need not be, results shared between nodes,
//! the last good sheet while a mistake stands, and no trace of it all afterwards.

mod support;

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use support::{Layout, Response, Server, Site, THEME_REV, until};

const SCSS: &str = "/theme/styles_debug.php?theme=leaf&type=scss";
const ALL: &str = "/theme/styles.php/leaf/-1/all";
const ALL_RTL: &str = "/theme/styles.php/leaf/-1/all-rtl";
const PLUGIN: &str = "/theme/styles_debug.php?theme=leaf&type=plugin&subtype=block_tree";
const ICON: &str = "/theme/image.php?theme=leaf&component=theme&image=bud";

/// A theme with SCSS of two files and an icon, a plugin with a sheet, in designer mode by the site file.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme_config("leaf", "$THEME->parents = []; $THEME->sheets = ['leaf']; $THEME->scss = 'main';")
        .file("scss/main.scss", "$side: left;\n@import 'part';\n.main { margin-#{$side}: 1px; }\n")
        .file("scss/_part.scss", ".part { colour: none; }\n")
        .file("style/leaf.css", ".leaf { float: left; }\n")
        .file("pix/bud.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.plugin("block_tree", "blocks/tree").file("styles.css", ".tree { width: 1px }\n");
    designer(&site);
    site
}

fn designer(site: &Site) {
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\ndesigner = true\n"
    ));
}

fn part(site: &Site) -> PathBuf {
    site.dirroot().join("theme/leaf/scss/_part.scss")
}

#[track_caller]
fn good(server: &Server, target: &str) -> Response {
    let answer = server.get(target);
    assert_eq!(answer.status, 200, "{target}: {}\n{}", answer.text(), server.log());
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{target}");
    answer
}

fn builds(server: &Server) -> f64 {
    server.metrics().sum("revserve_builds_total")
}

fn compiles(server: &Server) -> f64 {
    server.metrics().sum("revserve_scss_compiles_total")
}

#[test]
fn an_edit_is_in_the_next_answer_and_what_did_not_change_is_a_304() {
    let site = site();
    let server = Server::start(&site);
    for (file, text, target) in [
        ("theme/leaf/scss/_part.scss", ".part { color: #010203 }", SCSS),
        ("theme/leaf/scss/_part.scss", ".part { color: #030201 }", ALL),
        (
            "theme/leaf/style/leaf.css",
            ".leaf { color: #040506 }",
            "/theme/styles_debug.php?theme=leaf&type=theme&sheet=leaf",
        ),
        ("blocks/tree/styles.css", ".tree { color: #070809 }", PLUGIN),
        ("theme/leaf/pix/bud.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>", ICON),
        ("lib/some.js", "var changed = 1;", "/lib/javascript.php/-1/lib/some.js"),
    ] {
        site.file("lib/some.js", "var some;");
        let before = good(&server, target);
        let tag = before.header("etag").expect("a validator").to_owned();
        let again = server.get_with(target, &[("If-None-Match", &tag)]);
        assert_eq!((again.status, again.header("cache-control")), (304, Some("private, no-cache")), "{target}");
        site.file(file, text);
        let after = server.get_with(target, &[("If-None-Match", &tag)]);
        assert_eq!(after.status, 200, "{target}");
        let wanted = text.split(['{', '}']).nth(1).unwrap_or(text).trim();
        assert!(after.text().contains(wanted), "{target}: {}", after.text());
    }
}

#[test]
fn only_what_a_change_touches_is_built_again() {
    let site = site();
    let server = Server::start(&site);
    for target in [SCSS, ALL, ALL_RTL, PLUGIN, ICON] {
        good(&server, target);
    }
    let (mut built, mut compiled) = (builds(&server), compiles(&server));
    assert_eq!(compiled, 1.0, "one run of the compiler serves three sheets");
    let mut after = |edit: &dyn Fn(), targets: &[&str]| {
        edit();
        for target in targets {
            good(&server, target);
        }
        let now = (builds(&server) - built, compiles(&server) - compiled);
        (built, compiled) = (built + now.0, compiled + now.1);
        now
    };
    let all = [SCSS, ALL, ALL_RTL, PLUGIN, ICON];
    assert_eq!(after(&|| (), &all), (0.0, 0.0), "nothing changed");
    let icon = || _ = site.file("theme/leaf/pix/bud.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"a\"/>");
    assert_eq!(after(&icon, &all), (1.0, 0.0), "an icon is itself");
    let plugin = || _ = site.file("blocks/tree/styles.css", ".tree { width: 2px }");
    assert_eq!(after(&plugin, &all), (3.0, 0.0), "its own sheet, and both whole ones");
    let scss = || _ = site.file("theme/leaf/scss/_part.scss", ".part { color: red }");
    assert_eq!(after(&scss, &all), (3.0, 1.0), "scss, all and all-rtl of one run");
    let touched = || fs::write(part(&site), ".part { color: red }").expect("writable");
    assert_eq!(after(&touched, &all), (0.0, 0.0), "saved without a change");
}

#[test]
fn what_is_added_removed_or_renamed_is_seen_at_once() {
    let site = site();
    let server = Server::start(&site);
    assert!(!good(&server, ALL).text().contains("moss"));
    site.plugin("block_moss", "blocks/moss").file("styles.css", ".moss { color: green }");
    assert!(good(&server, ALL).text().contains(".moss"), "a plugin was added");
    site.file("blocks/moss/styles_leaf.css", ".mossier { color: green }");
    assert!(good(&server, ALL).text().contains(".mossier"), "a sheet that was looked for in vain appeared");
    site.remove("blocks/moss");
    assert!(!good(&server, ALL).text().contains(".moss"), "a plugin was removed");
    // An import that is found earlier than the one before.
    site.file("theme/leaf/scss/part.scss", ".plain { color: red }");
    assert!(good(&server, SCSS).text().contains(".part"));
    site.remove("theme/leaf/scss/_part.scss");
    assert!(good(&server, SCSS).text().contains(".plain"));
    site.file("theme/leaf/scss/_part.scss", ".again { color: red }");
    assert!(good(&server, SCSS).text().contains(".again"));
    // The theme's own configuration.
    assert_eq!(server.get("/theme/styles.php/twig/-1/all").status, 404);
    site.theme("twig", &["leaf"]).file("style/twig.css", ".twig { top: 0 }");
    assert!(good(&server, "/theme/styles.php/twig/-1/all").text().contains(".twig"));
    site.theme_config("twig", "$THEME->parents = []; $THEME->sheets = ['other'];").file("style/other.css", ".other {}");
    let css = good(&server, "/theme/styles.php/twig/-1/all").text();
    assert!(css.contains(".other") && !css.contains(".leaf"), "{css}");
    assert_eq!(server.get(&ICON.replace("bud", "new")).status, 404);
    site.file("theme/leaf/pix/new.png", support::png());
    assert_eq!(good(&server, &ICON.replace("bud", "new")).header("content-type"), Some("image/png"));
}

/// As editors save: in place, or written beside and renamed over, or the old one moved away first.
fn save(path: &Path, text: &str, way: usize) {
    let beside = path.with_extension("new");
    match way % 4 {
        0 => fs::write(path, text),
        1 => fs::write(&beside, text).and_then(|()| fs::rename(&beside, path)),
        2 => fs::rename(path, path.with_extension("bak")).and_then(|()| fs::write(path, text)),
        _ => fs::remove_file(path)
            .and_then(|()| fs::write(&beside, text))
            .and_then(|()| fs::hard_link(&beside, path))
            .and_then(|()| fs::remove_file(&beside)),
    }
    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// What the process holds of the system.
#[derive(Debug)]
struct Held {
    files: usize,
    watches: usize,
    memory: u64,
}

impl Held {
    fn by(server: &Server) -> Held {
        let all = |folder: &str| fs::read_dir(format!("/proc/{}/{folder}", server.pid())).expect("Linux").flatten();
        let infos = all("fdinfo").filter_map(|info| fs::read_to_string(info.path()).ok());
        let watches = |info: String| info.lines().filter(|line| line.starts_with("inotify wd:")).count();
        Held { files: all("fd").count(), watches: infos.map(watches).sum(), memory: server.resident() }
    }
}

/// `REVSERVE_SAVES` asks for more than the thousand that every run has time for. A page follows meanwhile, so that
/// folders are watched.
#[test]
fn many_saves_in_all_ways_of_editors_never_give_an_old_answer_and_leave_nothing_behind() {
    let saves = std::env::var("REVSERVE_SAVES").ok().and_then(|n| n.parse().ok()).unwrap_or(1000usize);
    let site = site();
    let mut args = site.args();
    args.extend(["--designer".into(), "--live".into()]);
    let server = Server::with_args(args);
    let mut follower = TcpStream::connect(server.address).expect("connects");
    follower.write_all(b"GET /revserve/live HTTP/1.1\r\nHost: a\r\n\r\n").expect("the request is taken");
    // Somebody has to read what it is told.
    std::thread::spawn(move || std::io::copy(&mut follower, &mut std::io::sink()));
    let mut client = server.client();
    let sheet = site.dirroot().join("theme/leaf/style/leaf.css");
    let target = "/theme/styles_debug.php?theme=leaf&type=theme&sheet=leaf";
    let mut at_first = None;
    for n in 0..saves {
        // Of one length, so that neither size nor, within a tick, time tells them apart.
        let text = format!(".n{n:06} {{ top: 0 }}\n");
        if n % 10 == 0 {
            let text = format!(".part {{ order: {n} }}\n");
            save(&part(&site), &text, n / 10);
            let css = client.get(SCSS, &[]).text();
            assert!(css.contains(&format!("order: {n};")), "{n}: {css}");
        }
        if n % 50 == 0 {
            // Folders come and go, of names that were never there before, too.
            let (odd, name) = (n % 100 == 50, format!("b{}", n / 100));
            for folder in
                [format!("blocks/{name}"), format!("theme/leaf/scss/{name}"), format!("theme/leaf/pix/{name}")]
            {
                if odd {
                    fs::remove_dir_all(site.dirroot().join(&folder)).expect("removable");
                } else {
                    site.file(&format!("{folder}/styles.css"), ".b { top: 0 }");
                    site.file(&format!("{folder}/version.php"), "<?php\n$plugin->component = 'none';\n");
                }
            }
            let css = client.get(ALL, &[]).text();
            assert_eq!(css.contains(".b {"), !odd, "{n}: {css}");
            client.get(&ICON.replace("bud", &format!("{name}/none")), &[]);
        }
        save(&sheet, &text, n);
        let css = client.get(target, &[]).text();
        assert!(css.contains(&format!(".n{n:06}")), "save {n}: {css}");
        if n == saves / 4 {
            until("folders are watched", || Held::by(&server).watches > 0);
            at_first = Some(Held::by(&server));
        }
    }
    let (before, now) = (at_first.expect("a quarter of them is some"), Held::by(&server));
    println!("{saves} saves: {before:?} after a quarter, {now:?} at the end");
    let more = format!("{now:?}, and {before:?} before");
    assert!(now.files <= before.files + 8 && now.watches <= before.watches + 8, "{more}");
    assert!(now.memory.saturating_sub(before.memory) < 24 << 20, "{more}");
    let shared = files(&site.cachedir().join("revserve/designer"));
    assert!(shared.iter().all(|path| !path.to_string_lossy().contains(".tmp-")), "{shared:?}");
    // One for each of the assets and states of the site, not for each save.
    assert!(shared.len() < 60 + saves / 10, "{} shared results", shared.len());
}

#[test]
fn a_node_that_is_killed_while_it_builds_leaves_nothing_that_another_would_take_for_whole() {
    let site = site();
    let other = Server::start(&site);
    for round in 0..5u64 {
        let node = Server::start(&site);
        site.file("theme/leaf/scss/_part.scss", format!(".part {{ order: {round} }}\n").repeat(2000));
        let mut clients = [node.client(), node.client()];
        for (client, target) in clients.iter_mut().zip([SCSS, ALL]) {
            client.send(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).expect("taken");
        }
        // Whenever it is: before, in or after the build. None of it is waited for.
        std::thread::sleep(std::time::Duration::from_millis(round * 40));
        node.kill();
        for target in [SCSS, ALL] {
            let css = good(&other, target).text();
            assert_eq!(css.matches(&format!("order: {round};")).count(), 2000, "round {round}, {target}");
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    listed.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn forty_requests_after_a_change_cause_one_build_of_each_sheet() {
    let site = site();
    let server = Server::start(&site);
    let targets = [SCSS, ALL, ALL_RTL, PLUGIN];
    for round in 0..3 {
        let before = (builds(&server), compiles(&server));
        site.file("theme/leaf/scss/_part.scss", format!(".part {{ order: {round} }}"));
        site.file("blocks/tree/styles.css", format!(".tree {{ order: {round} }}"));
        let mut clients: Vec<_> = (0..40).map(|_| server.client()).collect();
        for (n, client) in clients.iter_mut().enumerate() {
            let request = format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", targets[n % targets.len()]);
            client.send(request.as_bytes()).expect("the request is taken");
        }
        for client in &mut clients {
            let answer = client.read_response("GET").expect("an answer");
            assert!(answer.text().contains(&format!("order: {round}")), "{}", answer.text());
        }
        assert_eq!((builds(&server) - before.0, compiles(&server) - before.1), (4.0, 1.0), "round {round}");
    }
}

#[test]
fn a_second_node_serves_the_firsts_results_and_both_see_a_change() {
    let site = site();
    let one = Server::start(&site);
    let targets = [SCSS, ALL, ALL_RTL, PLUGIN, ICON];
    let bodies: Vec<_> = targets.iter().map(|target| good(&one, target).body).collect();
    let two = Server::start(&site);
    let theirs: Vec<_> = targets.iter().map(|target| good(&two, target).body).collect();
    assert_eq!((builds(&two), compiles(&two)), (0.0, 0.0), "{}", two.log());
    assert_eq!(bodies, theirs);
    site.file("theme/leaf/scss/_part.scss", ".part { order: 7 }");
    for server in [&two, &one] {
        assert!(good(server, SCSS).text().contains("order: 7"));
        assert!(good(server, ALL).text().contains("order: 7"));
    }
    assert_eq!((builds(&two), compiles(&two)), (2.0, 1.0));
    assert_eq!(compiles(&one), 1.0, "the second node's run is the first's too");
}

#[test]
fn a_half_written_result_is_never_used_and_an_emptied_cachedir_costs_a_rebuild() {
    let site = site();
    let shared = site.cachedir().join("revserve/designer");
    let body = good(&Server::start(&site), ALL).body;
    let written = files(&shared);
    assert!(written.len() >= 2, "{written:?}");
    for (n, path) in written.iter().enumerate() {
        let whole = fs::read(path).expect("readable");
        let cut = whole.len() * (n + 1) / (written.len() + 1);
        fs::write(path, &whole[..cut]).expect("writable");
    }
    let server = Server::start(&site);
    assert_eq!(good(&server, ALL).body, body);
    assert_eq!((builds(&server), compiles(&server)), (1.0, 1.0));
    fs::remove_dir_all(site.cachedir()).expect("removable");
    let server = Server::start(&site);
    assert_eq!(good(&server, ALL).body, body);
    assert_eq!(builds(&server), 1.0);
    until("it is kept again", || !files(&shared).is_empty());
    // One that was killed while it wrote left a file that is nobody's.
    fs::write(shared.join(".tmp-1-1-1"), "half").expect("writable");
    assert_eq!(good(&Server::start(&site), ALL).body, body);
}

#[test]
fn while_a_build_fails_the_last_good_sheet_goes_on_and_says_so() {
    let site = site();
    let server = Server::start(&site);
    let before = good(&server, SCSS);
    assert_eq!(before.header("revserve-build"), None);
    site.file("theme/leaf/scss/_part.scss", ".part {\n  color: $nowhere;\n}\n");
    for target in [SCSS, SCSS] {
        let during = good(&server, target);
        assert_eq!(during.body, before.body);
        assert_eq!(during.header("revserve-build"), Some("failed; this is the last good one"));
        assert!(!during.text().contains("nowhere"));
    }
    // Nothing of it was ever good here: a plain status, and not a word of the source.
    let all = server.get(ALL_RTL);
    assert_eq!((all.status, all.header("cache-control")), (500, Some("no-store")));
    assert!(!all.text().contains("nowhere"), "{}", all.text());
    let log = server.log();
    assert!(log.contains("_part.scss:2:10") && log.contains("2 | color: $nowhere;"), "{log}");
    site.file("theme/leaf/scss/_part.scss", ".part { color: red }");
    let after = good(&server, SCSS);
    assert!(after.text().contains("color: red") && after.header("revserve-build").is_none());
    assert!(good(&server, ALL_RTL).text().contains("color: red"));
}

#[test]
fn a_restarted_node_still_has_the_last_good_sheet() {
    let site = site();
    let before = good(&Server::start(&site), SCSS);
    site.file("theme/leaf/scss/_part.scss", ".part { color: $nowhere }");
    let server = Server::start(&site);
    let during = good(&server, SCSS);
    assert_eq!(during.body, before.body);
    assert!(during.header("revserve-build").is_some());
}

#[test]
fn after_designer_mode_no_immutable_answer_has_a_trace_of_it() {
    let site = site();
    {
        let server = Server::start(&site);
        for target in [SCSS, ALL, ALL_RTL, &*format!("/theme/styles.php/leaf/{THEME_REV}_1/all")] {
            assert!(!good(&server, target).is_immutable());
        }
    }
    assert!(files(&site.localcachedir()).is_empty(), "designer mode keeps nothing there");
    site.revisions(THEME_REV, THEME_REV);
    let server = Server::start(&site);
    let answer = server.get(&format!("/theme/styles.php/leaf/{THEME_REV}_1/all"));
    assert!(answer.is_immutable(), "{:?}", answer.headers);
    let css = answer.text();
    assert!(
        !css.contains("sourceMappingURL") && !css.contains("/-1/") && css.contains(".main{margin-left:1px}"),
        "{css}"
    );
    assert_eq!(builds(&server), 1.0, "built for production, not taken from designer mode");
    // Development's URLs go on to be answered, but strangers make nothing be written by them.
    fs::remove_dir_all(site.cachedir()).expect("removable");
    assert!(good(&server, SCSS).text().contains(".part"));
    assert!(!site.cachedir().join("revserve/designer").exists());
}

#[test]
fn the_command_line_and_config_php_turn_designer_mode_on() {
    let site = site();
    site.revisions(THEME_REV, THEME_REV);
    let target = format!("/theme/styles.php/leaf/{THEME_REV}_1/all");
    assert!(Server::start(&site).get(&target).is_immutable());
    let mut args = site.args();
    args.push("--designer".into());
    good(&Server::with_args(args), &target);
    site.config("$CFG->themedesignermode = true;");
    good(&Server::start(&site), &target);
}
