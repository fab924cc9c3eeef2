//! A theme's whole CSS: order, one bad sheet, bad SCSS, endless SCSS, right to left.

mod support;

use support::{Layout, Response, Server, Site, THEME_REV};

fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme_config("base", "$THEME->parents = []; $THEME->sheets = ['one'];")
        .file("style/one.css", ".base { left: 1px }\n");
    site.theme_config(
        "child",
        "$THEME->parents = ['base']; $THEME->sheets = ['own'];
         $THEME->scss = 'main'; $THEME->prescsscallback = 'theme_child_pre';",
    )
    .file("style/own.css", ".own { background: url([[pix:theme|bg]]) }\n")
    .file("scss/main.scss", "$c: blue !default; .scss { color: $c; margin-left: 3px }\n")
    .file("lib.php", "<?php function theme_child_pre($theme) { return '$c: ' . $theme->settings->colour . ';'; }");
    site.plugin("block_first", "blocks/first").file("styles.css", ".open { color: red;");
    site.plugin("block_second", "blocks/second").file("styles.css", ".next { color: green }\n");
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n[themes.child]\ncolour = \"#123456\"\n"
    ));
    site
}

fn styles(server: &Server, theme: &str, sheet: &str) -> Response {
    server.get(&format!("/theme/styles.php/{theme}/{THEME_REV}_1/{sheet}"))
}

#[track_caller]
fn at(css: &str, text: &str) -> usize {
    css.find(text).unwrap_or_else(|| panic!("{text} is not in {css}"))
}

#[test]
fn sheets_stand_in_moodles_order_and_none_reaches_into_the_next() {
    let site = site();
    let answer = styles(&Server::start(&site), "child", "all");
    assert_eq!(answer.status, 200);
    assert!(answer.is_immutable(), "{:?}", answer.header("cache-control"));
    let css = answer.text();
    let order = [".open{color:red}", ".next{color:green}", ".base{left:1px}", ".scss{color:#123456", ".own{"];
    let places: Vec<_> = order.iter().map(|text| at(&css, text)).collect();
    assert!(places.is_sorted(), "{places:?} {css}");
    at(&css, &format!("/theme/image.php/child/theme/{THEME_REV}/bg"));
}

#[test]
fn right_to_left_is_mirrored() {
    let site = site();
    let css = styles(&Server::start(&site), "child", "all-rtl").text();
    assert!(at(&css, ".base{right:1px}") < at(&css, "margin-right:3px"), "{css}");
}

#[test]
fn a_theme_that_does_not_compile_or_never_ends_costs_itself() {
    let site = site();
    let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';";
    for (name, scss) in [
        ("wrong", ".a { color: $nowhere }"),
        ("endless", "@while true { .a { b: c } }"),
        ("deep", &"a{".repeat(100_000)),
    ] {
        site.theme_config(name, config).file("scss/main.scss", scss);
    }
    let server = Server::start(&site);
    for name in ["wrong", "endless", "deep"] {
        let answer = styles(&server, name, "all");
        assert_eq!(answer.status, 500, "{name}");
        assert!(!answer.is_immutable() && answer.text().len() < 100, "{name}: {}", answer.text());
    }
    assert!(server.log().contains("main.scss:1"), "{}", server.log());
    assert_eq!(styles(&server, "child", "all").status, 200);
}

#[test]
fn a_setting_that_is_not_known_is_never_an_empty_one() {
    let site = site();
    site.theme_config(
        "asks",
        "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = function($theme) {
        global $DB; return '.a { color: ' . $DB->get_field('config', 'value', ['name' => 'x']) . ' }'; };",
    );
    let answer = styles(&Server::start(&site), "asks", "all");
    assert_eq!(answer.status, 500);
}
