//! Source maps of designer mode: who is told of them, what they show, and that dart-sass and a browser find the same
//! places by them.
//!
//! Needs: chromium, npm

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use support::{Layout, Response, Server, Site, THEME_REV, tests_dir, until};

const SCSS: &str = "/theme/styles_debug.php?theme=leaf&type=scss";
const ALL: &str = "/theme/styles.php/leaf/-1/all";

/// SCSS of everything that leads from a sheet to its sources in another way.
const MAIN: &str = r##"// A comment that is gone.
@import 'mixins';
@import 'parts/list';
$deep: (a: (b: 1px), c: 2px);

%placeholder {
    margin-left: 3px;
}

.page {
    color: $brand;
    @include wide { padding-left: map-get($deep, c); }

    > .title, .heading & {
        @extend %placeholder;
        font: { family: serif; size: 12px; }
        &::before { content: "#{$brand} {"; }
    }

    @media print {
        display: none;
        .inner { top: double(2px); }
    }
    bottom: 0;
}

@each $name, $width in (small: 1px, large: 9px) {
    .box-#{$name} {
        width: $width;
        @if $width > 5px {
            height: $width;
        } @else if $width == 3px {
            height: 0;
        } @else {
            max-height: $width;
        }
    }
}

@supports (display: grid) {
    .grid { display: grid; --gap: { not a block }; }
}

@font-face {
    font-family: leaf;
    src: url(x.woff);
}

@keyframes turn {
    from { left: 0; }
    50% { left: 1px; right: null; }
}
"##;

const MIXINS: &str = r#"$brand: #123456 !default;
@function double($x) {
    /* In a function. */
    @return $x * 2;
}
@mixin wide($from: 10px) {
    @media (min-width: $from) {
        float: left;
        @content;
    }
}
"#;

const LIST: &str = ".list {\n    /* Kept. */\n    li { float: left }\n\n    &.open li { float: none; }\n}\n";

/// A theme with all that, a parent with a sheet, a plugin with another.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme_config("stem", "$THEME->parents = []; $THEME->sheets = ['stem'];")
        .file("style/stem.css", "\n.stem {\n  float: left;\n  background: url([[pix:theme|bud]]) }\n")
        .file("javascript/one.js", "var one;\nvar more;\n");
    site.theme_config(
        "leaf",
        "$THEME->parents = ['stem']; $THEME->sheets = ['leaf']; $THEME->scss = 'main';
         $THEME->extrascsscallback = 'theme_leaf_extra'; $THEME->javascripts = ['two'];
         $THEME->prescsscallback = 'theme_leaf_pre';",
    )
    .file("scss/main.scss", MAIN)
    .file("scss/preset.scss", "\n.preset { top: 2px }\n")
    .file("scss/_mixins.scss", MIXINS)
    .file("scss/parts/_list.scss", LIST)
    .file("style/leaf.css", "/* leaf */ .leaf { right: 0 } .other { left: 1px }\n")
    .file("javascript/two.js", "var two;\n")
    .file(
        "lib.php",
        r#"<?php function theme_leaf_extra($theme) { return "\n.extra { top: 1px }"; }
           function theme_leaf_pre($theme) { return '$x: 1;' . file_get_contents(__DIR__ . '/scss/preset.scss'); }"#,
    );
    site.plugin("block_tree", "blocks/tree").file("styles.css", ".tree { width: 1px;\n height: 2px");
    site.file("lib/a.js", "var a;\n").file("lib/b.js", "var b;\nvar c;");
    designer(&site, true);
    site
}

fn designer(site: &Site, designer: bool) {
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\ndesigner = {designer}\n"
    ));
}

/// The URL of an answer's map.
fn map_url(target: &str, answer: &Response) -> Option<String> {
    let reference = answer.header("sourcemap")?;
    let path = target.split('?').next().expect("a first piece");
    Some(format!("{path}{reference}"))
}

#[track_caller]
fn map(server: &Server, target: &str) -> Value {
    let answer = server.get(target);
    assert_eq!(answer.status, 200, "{target}: {}\n{}", answer.text(), server.log());
    let url = map_url(target, &answer).unwrap_or_else(|| panic!("{target} names no map"));
    let map = server.get(&url);
    assert_eq!(map.status, 200, "{url}: {}\n{}", map.text(), server.log());
    assert_eq!(map.header("cache-control"), Some("private, no-cache"), "{url}");
    serde_json::from_slice(&map.body).expect("JSON")
}

/// Runs a script of `tests/maps`, and reads what it prints.
fn node<T: for<'de> Deserialize<'de>>(script: &str, args: &[&str], input: &Value) -> T {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    serde_json::to_writer(&mut file, input).expect("writable");
    let mut node = Command::new("node");
    node.arg(format!("maps/{script}")).arg(file.path()).args(args);
    let output = node.current_dir(tests_dir()).output().expect("tests/run installs node");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

/// For each text, which stands once in a sheet: the source and the line that the map leads to.
fn lookup(server: &Server, target: &str, texts: &[&str]) -> Vec<String> {
    let css = server.get(target).text();
    node("lookup.mjs", &[], &json!({"css": css, "map": map(server, target), "texts": texts}))
}

#[test]
fn in_designer_mode_a_sheet_names_its_map_and_without_live_no_source_is_in_it() {
    let site = site();
    let server = Server::start(&site);
    for target in [
        SCSS,
        ALL,
        "/theme/styles.php/leaf/-1/all-rtl",
        "/theme/styles.php/leaf/-1/editor",
        "/theme/styles_debug.php?theme=leaf&type=scss&rtl=1",
        "/theme/styles_debug.php?theme=leaf&type=editor",
        "/theme/styles_debug.php?theme=leaf&type=plugin&subtype=block_tree",
        "/theme/styles_debug.php?theme=leaf&type=parent&subtype=stem&sheet=stem",
        "/theme/styles_debug.php?theme=leaf&type=theme&sheet=leaf",
        "/theme/javascript.php?theme=leaf&type=head",
        "/lib/javascript.php?rev=-1&jsfile=/lib/a.js,/lib/b.js",
    ] {
        let map = map(&server, target);
        assert_eq!(map["version"], 3, "{target}");
        assert_eq!(map.get("sourcesContent"), None, "{target}");
        for source in map["sources"].as_array().expect("a list") {
            let source = source.as_str().expect("a string");
            assert!(
                ["/theme/", "/blocks/", "/lib/", "revserve:///extra"].iter().any(|s| source.starts_with(s)),
                "{source}"
            );
        }
    }
    let single = server.get("/lib/javascript.php/-1/lib/a.js");
    assert_eq!((single.status, single.header("sourcemap")), (200, None), "it is its own source");
    let live = Server::with_args(site.args().into_iter().chain(["--live".into()]));
    let map = map(&live, SCSS);
    let contents = map["sourcesContent"].as_array().expect("a list");
    assert!(contents.contains(&json!(MAIN)) && contents.contains(&json!(LIST)), "{contents:?}");
}

#[test]
fn in_production_nobody_is_told_where_sources_are() {
    let site = site();
    let designers = Server::start(&site);
    let url = map_url(ALL, &designers.get(ALL)).expect("a map");
    map(&designers, ALL);
    drop(designers);
    designer(&site, false);
    let server = Server::start(&site);
    for target in [
        ALL,
        SCSS,
        &format!("/theme/styles.php/leaf/{THEME_REV}/all"),
        "/theme/javascript.php/leaf/-1/head",
        "/lib/javascript.php?rev=-1&jsfile=/lib/a.js,/lib/b.js",
    ] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.header("sourcemap")), (200, None), "{target}");
        assert!(!answer.text().contains("sourceMappingURL") && !answer.text().contains("-revserve-"), "{target}");
        let map = format!("{target}{}map=1", if target.contains('?') { '&' } else { '?' });
        assert_eq!(server.get(&map).status, 404, "{map}");
    }
    assert_eq!(server.get(&url).status, 404);
}

#[test]
fn every_rule_and_declaration_is_where_dart_sass_says_that_it_is() {
    let site = site();
    let server = Server::start(&site);
    #[derive(Debug, Deserialize)]
    struct Compared {
        pieces: usize,
        same: usize,
        others: Vec<String>,
    }
    let scss = site.dirroot().join("theme/leaf/scss");
    let input = json!({
        "css": server.get(SCSS).text(), "map": map(&server, SCSS),
        "main": format!("{MAIN}\n.extra {{ top: 1px }}"), "paths": [scss],
        "url": format!("file://{}/main.scss", scss.display()),
    });
    let compared: Compared = node("oracle.mjs", &[], &input);
    assert_eq!(compared.others, Vec::<String>::new());
    assert!(compared.pieces > 40 && compared.same == compared.pieces, "{compared:?}");
}

#[test]
fn a_whole_sheet_leads_to_each_of_its_files_also_from_right_to_left() {
    let site = site();
    let server = Server::start(&site);
    for (target, left) in [(ALL, "left"), ("/theme/styles.php/leaf/-1/all-rtl", "right")] {
        let (list, other) = (format!("li {{\n  float: {left}"), format!("{}: 1px }}", left));
        let texts = [
            ".tree",
            "height: 2px",
            ".stem",
            "background: url",
            "padding-",
            ".list.open li",
            &list,
            "50%",
            ".extra",
            ".leaf",
            &other,
            ".preset",
        ];
        let expected = [
            "/blocks/tree/styles.css:1",
            "/blocks/tree/styles.css:2",
            "/theme/stem/style/stem.css:2",
            "/theme/stem/style/stem.css:4",
            "/theme/leaf/scss/main.scss:12",
            "/theme/leaf/scss/parts/_list.scss:5",
            "/theme/leaf/scss/parts/_list.scss:3",
            "/theme/leaf/scss/main.scss:51",
            "revserve:///extra%20SCSS:4",
            "/theme/leaf/style/leaf.css:1",
            "/theme/leaf/style/leaf.css:1",
            "/theme/leaf/scss/preset.scss:2",
        ];
        assert_eq!(lookup(&server, target, &texts), expected, "{target}");
    }
}

#[test]
fn what_a_themes_own_function_changed_keeps_its_lines() {
    let site = site();
    site.theme_config(
        "bark",
        "$THEME->parents = ['leaf']; $THEME->sheets = ['bark']; $THEME->csspostprocess = 'theme_bark_process';",
    )
    .file(
        "style/bark.css",
        ".bark {\n  color: [[setting:a]];\n}\n.custom { x: y }\n[[setting:css]]\n.last {\n  z: 1\n}\n",
    )
    .file(
        "lib.php",
        "<?php function theme_bark_process($css, $theme) {
            return str_replace(['[[setting:a]]', '[[setting:css]]'], ['red', \".new {\\n  a: b;\\n}\"], $css);
         }",
    );
    let server = Server::start(&site);
    let target = "/theme/styles_debug.php?theme=bark&type=theme&sheet=bark";
    let places = lookup(&server, target, &[".bark", "color: red", ".custom", ".new", "a: b", ".last", "z: 1"]);
    let at = |line: usize| format!("/theme/bark/style/bark.css:{line}");
    assert_eq!(places, [at(1), at(2), at(4), "nowhere".into(), "nowhere".into(), at(6), at(7)]);
}

#[test]
fn joined_scripts_lead_to_their_files() {
    let site = site();
    let server = Server::start(&site);
    let at = |file: &str, line: usize| format!("/{file}:{line}");
    let list = "/lib/javascript.php?rev=-1&jsfile=/lib/a.js,/lib/b.js";
    let places = lookup(&server, list, &["var a", "var b", "var c"]);
    assert_eq!(places, [at("lib/a.js", 1), at("lib/b.js", 1), at("lib/b.js", 2)]);
    let sources =
        ["lib/a.js", "lib/b.js"].map(|file| std::fs::read_to_string(site.dirroot().join(file)).unwrap() + "\n");
    assert!(server.get(list).text().starts_with(&sources.concat()), "each followed by a newline, nothing else changed");
    let places = lookup(&server, "/theme/javascript.php?theme=leaf&type=head", &["var two"]);
    assert_eq!(places, [at("theme/leaf/javascript/two.js", 1)]);
}

#[test]
fn a_map_follows_its_sources_and_is_made_once() {
    let site = site();
    let server = Server::start(&site);
    assert_eq!(lookup(&server, SCSS, &["li {\n  float: none"]), ["/theme/leaf/scss/parts/_list.scss:5"]);
    let builds = |server: &Server| server.metrics().sum("revserve_builds_total");
    let before = builds(&server);
    map(&server, SCSS);
    assert_eq!(builds(&server), before);
    site.file("theme/leaf/scss/parts/_list.scss", format!("\n\n{LIST}"));
    assert_eq!(lookup(&server, SCSS, &["li {\n  float: none"]), ["/theme/leaf/scss/parts/_list.scss:7"]);
}

#[derive(Debug, Deserialize)]
struct Inspected {
    /// `selector` or `property: value` → the source's URL and line, from 1.
    places: Vec<(String, String, usize)>,
    maps: Vec<String>,
}

#[test]
fn the_browsers_inspector_names_the_file_and_the_line_of_rules() {
    let server = Server::with_args(["--designer", "--live"]);
    let mut folder = None;
    until("it says where the demo's files are", || {
        let log = server.log();
        let line = log.lines().find_map(|line| line.strip_prefix("the demo site's files: "));
        folder = line.map(PathBuf::from).filter(|folder| folder.is_dir());
        folder.is_some()
    });
    let public = folder.expect("just seen").join("public");
    let inspected: Inspected = node("inspect.mjs", &[&server.url("/")], &json!(null));
    assert!(inspected.maps.iter().any(|map| map.ends_with("map=1")), "{inspected:?}");
    let mut files = std::collections::BTreeSet::new();
    for (text, source, line) in &inspected.places {
        check_place(&public, text, source, *line);
        files.insert(source.clone());
    }
    assert!(inspected.places.len() >= 10 && files.len() >= 3, "{inspected:?}");
}

/// A declaration's line has a word of its property in it, a rule's one of its last compound selector.
#[track_caller]
fn check_place(public: &Path, text: &str, source: &str, line: usize) {
    let path = public.join(source.split_once("://").and_then(|(_, rest)| rest.split_once('/')).expect("a URL").1);
    let content = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let found = content.lines().nth(line - 1).unwrap_or_default();
    let names = text.split_once(": ").map_or_else(|| text.rsplit(' ').next().unwrap_or(text), |(property, _)| property);
    let is_in = |word: &str| !word.is_empty() && found.contains(word);
    let is_there = names.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_in) || is_in(names);
    assert!(is_there, "{text} leads to {source}:{line}, which is {found:?}");
}
