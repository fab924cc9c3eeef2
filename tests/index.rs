//! The component index: a start by it answers as one that looks through the folders, whatever changed meanwhile.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use support::{JS_REV, Layout, Server, Site, THEME_REV, run, until};

const BY_INDEX: &str = "opened by its index";
const LOOKED: &str = "opened by looking through its folders";

fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme("base", &[]).file("pix/of_base.svg", svg("base"));
    site.theme("child", &["base"]).file("pix/of_child.svg", svg("child"));
    site.plugin("mod_forum", "mod/forum").file("pix/icon.svg", svg("forum")).file("styles.css", ".forum{top:0}");
    site.plugin("local_old", "local/old").file("pix/icon.svg", svg("old"));
    site
}

fn svg(id: &str) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\"/>")
}

fn indexes(site: &Site) -> Vec<PathBuf> {
    let files = fs::read_dir(site.localcachedir().join("revserve/index"));
    files.map(|files| files.flatten().map(|file| file.path()).collect()).unwrap_or_default()
}

/// Makes the index and gives what was said.
#[track_caller]
fn make(site: &Site) -> String {
    run([vec!["build".into(), "--components".into()], site.args()].concat()).ok().out().to_owned()
}

/// The server by whose log the site was opened so.
#[track_caller]
fn start(site: &Site, how: &str) -> Server {
    let server = Server::with_env(site.args(), &[("RUST_LOG", "revserve=info")]);
    until("the start is in the log", || server.log().contains("the site was opened"));
    assert!(server.log().contains(how), "not {how}:\n{}", server.log());
    server
}

/// What an image's component answers: the id of the SVG, or the status.
#[track_caller]
fn image(server: &Server, theme: &str, component: &str, name: &str) -> String {
    let answer = server.get(&format!("/theme/image.php/{theme}/{component}/{THEME_REV}/{name}"));
    if answer.status != 200 {
        return answer.status.to_string();
    }
    let text = answer.text();
    text.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[test]
fn a_start_by_the_index_answers_as_one_without() {
    let site = site();
    let said = make(&site);
    assert!(said.starts_with("2 plugins") || said.contains("plugins, 3 themes, fingerprint "), "{said}");
    let [index] = &indexes(&site)[..] else { panic!("one index: {said}") };
    assert!(said.contains(&format!("index {}", index.display())), "{said}");
    let by_index = start(&site, BY_INDEX);
    let other = Site::new(Layout::Public);
    let looked = {
        let text = format!("localcachedir = \"{}\"\n", other.localcachedir().display());
        let revisions = format!("[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n");
        site.site_toml(&(text + &revisions));
        start(&site, LOOKED)
    };
    for target in [
        format!("/theme/image.php/child/theme/{THEME_REV}/of_base"),
        format!("/theme/image.php/child/theme/{THEME_REV}/of_child"),
        format!("/theme/image.php/plain/theme/{THEME_REV}/of_child"),
        format!("/theme/image.php/plain/mod_forum/{THEME_REV}/icon"),
        format!("/theme/image.php/plain/forum/{THEME_REV}/icon"),
        format!("/theme/image.php/plain/local_old/{THEME_REV}/icon"),
        format!("/theme/styles.php/child/{THEME_REV}_1/all"),
        format!("/lib/javascript.php/{JS_REV}/lib/javascript-static.js"),
        format!("/lib/requirejs.php/{JS_REV}/core/first.js"),
    ] {
        let (one, two) = (by_index.get(&target), looked.get(&target));
        assert_eq!(
            (one.status, one.header("etag"), one.text()),
            (two.status, two.header("etag"), two.text()),
            "{target}"
        );
    }
}

#[test]
fn what_a_server_looked_through_is_kept_for_the_next_start() {
    let site = site();
    let server = start(&site, LOOKED);
    until("the index is kept", || !indexes(&site).is_empty());
    server.stop();
    start(&site, BY_INDEX);
}

#[test]
fn a_plugin_that_came_went_changed_or_was_linked_is_seen_as_without_an_index() {
    let site = site();
    make(&site);
    // Upgraded in its place: its files are looked up as they are, and the list is the same.
    site.plugin("mod_forum", "mod/forum").file("pix/icon.svg", svg("newer"));
    site.file("mod/forum/version.php", "<?php $plugin->version = 2030010100;");
    assert_eq!(image(&start(&site, BY_INDEX), "plain", "mod_forum", "icon"), "newer");
    // Added.
    site.plugin("block_new", "blocks/new").file("pix/icon.svg", svg("new"));
    assert_eq!(image(&start(&site, LOOKED), "plain", "block_new", "icon"), "new");
    // Removed.
    make(&site);
    site.remove("local/old");
    assert_eq!(image(&start(&site, LOOKED), "plain", "local_old", "icon"), "404");
    // Linked from elsewhere, and then from somewhere else.
    let (one, two) = (site.root().join("one"), site.root().join("two"));
    for (folder, id) in [(&one, "one"), (&two, "two")] {
        fs::create_dir_all(folder.join("pix")).expect("ours");
        fs::write(folder.join("pix/icon.svg"), svg(id)).expect("ours");
    }
    let link = site.dirroot().join("local/linked");
    symlink(&one, &link).expect("ours");
    make(&site);
    assert_eq!(image(&start(&site, BY_INDEX), "plain", "local_linked", "icon"), "one");
    fs::remove_file(&link).expect("ours");
    symlink(&two, &link).expect("ours");
    assert_eq!(image(&start(&site, LOOKED), "base", "local_linked", "icon"), "two");
    // Subplugins that a plugin begins to bring.
    make(&site);
    site.file("mod/forum/db/subplugins.json", r#"{"subplugintypes": {"forumreport": "report"}}"#);
    site.file("mod/forum/report/sum/pix/icon.svg", svg("sub"));
    assert_eq!(image(&start(&site, LOOKED), "base", "forumreport_sum", "icon"), "sub");
}

#[test]
fn a_theme_whose_config_changed_is_seen_as_without_an_index() {
    let site = site();
    make(&site);
    assert_eq!(image(&start(&site, BY_INDEX), "child", "theme", "of_base"), "base");
    site.theme_config("child", "$THEME->parents = []; $THEME->sheets = [];");
    let server = start(&site, LOOKED);
    assert_eq!(image(&server, "child", "theme", "of_child"), "child");
    assert_eq!(image(&server, "child", "core", "of_base"), "404");
}

#[test]
fn a_damaged_index_or_one_of_another_place_is_none() {
    let site = site();
    make(&site);
    let [index] = &indexes(&site)[..] else { panic!("one index") };
    let text = fs::read_to_string(index).expect("ours");
    fs::write(index, text.replace("mod_forum", "mod_farum").replace("forum", "farum")).expect("ours");
    assert_eq!(image(&start(&site, LOOKED), "plain", "mod_forum", "icon"), "forum");
}

#[test]
fn a_ready_made_index_is_taken_if_it_is_of_this_code_and_refused_in_one_sentence_if_not() {
    let site = site();
    make(&site);
    let ready = site.root().join("ready.index");
    fs::copy(&indexes(&site)[0], &ready).expect("ours");
    let without_own = |name: &str| {
        let local = site.root().join(name);
        let text = format!("localcachedir = \"{}\"\nindex = \"ready.index\"\n", local.display());
        let revisions = format!("[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n");
        site.site_toml(&(text + &revisions));
    };
    without_own("a");
    assert_eq!(image(&start(&site, BY_INDEX), "plain", "mod_forum", "icon"), "forum");
    site.file("mod/forum/version.php", "<?php $plugin->version = 2030010100;");
    without_own("b");
    let server = start(&site, LOOKED);
    let log = server.log();
    let line = log.lines().find(|line| line.contains("[site] index")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("other code (fingerprint ") && line.contains("revserve build --components"), "{line}");
    assert_eq!(image(&server, "plain", "mod_forum", "icon"), "forum");
    fs::write(&ready, "something else").expect("ours");
    without_own("c");
    assert!(start(&site, LOOKED).log().contains("it is no component index"));
}
