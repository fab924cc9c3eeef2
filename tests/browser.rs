//! The demo site in a real browser: does a page get everything that it asks for, and does it work?
//!
//! Needs: chromium, npm
//!
//! `tests/browser/demo.mjs` opens the page and tells what the browser saw; the tests here judge it.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;

use support::{Server, tests_dir};

#[derive(Debug, Deserialize)]
struct Seen {
    trouble: Vec<String>,
    answers: Vec<Answer>,
    parts: Vec<Part>,
    pictures: Vec<Picture>,
    fonts: Vec<Font>,
    specimens: Vec<String>,
    bell: String,
    flip: String,
    /// How many pixels the page is wider than the window.
    overflow: i64,
    body: Style,
    heading: Style,
    card: Style,
    state: Style,
    specimen: Style,
    code: Style,
    ring: Style,
    sign: Style,
    hill: String,
}

/// Computed values by property.
type Style = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
struct Answer {
    url: String,
    headers: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Part {
    name: String,
    text: String,
    done: bool,
}

#[derive(Debug, Deserialize)]
struct Picture {
    src: String,
    width: u32,
    alt: String,
}

#[derive(Debug, Deserialize)]
struct Font {
    family: String,
    status: String,
}

/// Opens the demo site's page in a window of that width.
fn look(query: &str, width: u32, screenshot: Option<&Path>) -> Seen {
    let server = Server::demo();
    let mut node = Command::new("node");
    node.arg("browser/demo.mjs").arg(server.url(query)).arg(width.to_string()).args(screenshot);
    let output = node.current_dir(tests_dir()).output().expect("tests/run installs node");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}\n{}", server.log());
    serde_json::from_str(&out).expect("the script prints what this reads")
}

fn page() -> &'static Seen {
    static SEEN: OnceLock<Seen> = OnceLock::new();
    SEEN.get_or_init(|| look("/", 1200, None))
}

fn mirrored() -> &'static Seen {
    static SEEN: OnceLock<Seen> = OnceLock::new();
    SEEN.get_or_init(|| look("/?dir=rtl", 1200, None))
}

#[test]
fn nothing_is_red_in_the_browsers_console() {
    assert_eq!(page().trouble, Vec::<String>::new());
    assert_eq!(mirrored().trouble, Vec::<String>::new());
}

#[test]
fn every_part_of_the_page_says_that_it_arrived() {
    for seen in [page(), mirrored()] {
        let missing: Vec<_> = seen.parts.iter().filter(|part| !part.done).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(seen.parts.len() >= 12, "{:?}", seen.parts);
    }
}

#[test]
fn scripts_did_what_they_are_for() {
    let seen = page();
    let text = |name: &str| {
        let mut parts = seen.parts.iter();
        parts.find(|part| part.name == name).map(|part| part.text.as_str())
    };
    assert_eq!(text("amd"), Some("AMD module loaded, 68 °F"));
    assert_eq!(text("list"), Some("Two scripts in one: warmest day 21 °C"));
    assert_eq!(text("style"), Some("Style of theme orchard applied"));
    assert_eq!(seen.specimens.first().map(String::as_str), Some("Apple (Malus domestica)"));
    assert_eq!(seen.bell, "Good morning, orchard!");
    assert_eq!(seen.flip, "?dir=rtl");
    assert_eq!(mirrored().flip, "?dir=ltr");
}

#[test]
fn every_picture_is_shown_and_named() {
    assert!(page().pictures.len() >= 10);
    for picture in &page().pictures {
        assert!(picture.width > 0, "{} is not shown", picture.src);
        assert!(!picture.alt.is_empty(), "{} has no text", picture.src);
    }
}

#[test]
fn both_fonts_are_loaded() {
    for family in ["Orchard Round", "Orchard Icons"] {
        let mut fonts = page().fonts.iter();
        let font = fonts.find(|font| font.family == family).unwrap_or_else(|| panic!("no {family}"));
        assert_eq!(font.status, "loaded", "{family}");
    }
}

#[test]
fn styles_of_theme_parent_and_plugins_apply() {
    let seen = page();
    assert_eq!(seen.body["background-color"], "rgb(247, 245, 236)");
    assert!(seen.heading["font-family"].starts_with("\"Orchard Round\""), "{:?}", seen.heading);
    assert_eq!(seen.card["border-left-width"], "6px");
    // The child theme's colour of the first card, not the parent's brand.
    assert_eq!(seen.card["border-left-color"], "rgb(229, 143, 168)");
    // From the plugin's sheets for the child and for the parent theme.
    assert_eq!(seen.specimen["background-color"], "rgb(243, 248, 239)");
    assert_eq!(seen.specimen["border-bottom-style"], "dotted");
    assert_eq!(seen.sign["width"], "16px");
}

#[test]
fn pictures_named_in_style_sheets_lead_to_their_urls() {
    let seen = page();
    assert!(seen.state["background-image"].contains("/theme/image.php/orchard/core/"), "{:?}", seen.state);
    assert!(seen.hill.contains("/theme/image.php/orchard/theme/"), "{}", seen.hill);
    assert!(seen.ring["background-image"].contains("/theme/yui_image.php?file=moodle/"), "{:?}", seen.ring);
    assert!(seen.sign["background-image"].contains("/theme/yui_image.php?file=3.18.1/sprite.png"), "{:?}", seen.sign);
}

#[test]
fn right_to_left_styles_are_mirrored_except_what_says_otherwise() {
    let seen = mirrored();
    assert_eq!(seen.body["direction"], "rtl");
    assert_eq!(seen.card["border-right-width"], "6px");
    assert_eq!(seen.card["border-left-width"], "1px");
    assert_eq!(seen.state["padding-right"], "30px");
    assert_eq!(seen.state["padding-left"], "0px");
    assert!(seen.state["background-position"].starts_with("100%"), "{:?}", seen.state);
    assert_eq!((&*seen.code["direction"], &*seen.code["text-align"]), ("ltr", "left"));
}

#[test]
fn every_answer_with_a_revision_may_be_kept_for_long() {
    let assets: Vec<_> = page().answers.iter().filter(|answer| answer.url.contains(".php")).collect();
    assert!(assets.len() >= 25, "{}", assets.len());
    for answer in assets {
        let cache = answer.headers.get("cache-control").map_or("", String::as_str);
        // YUI's lists and images are kept for 360 days, without `immutable` (moodle-assets.md §5).
        let long = cache.contains("immutable") || (answer.url.contains("yui_") && cache.contains("max-age=31104000"));
        let unrevised = answer.url.contains("yui_image.php");
        assert!(unrevised || (cache.starts_with("public") && long), "{}: {cache}", answer.url);
        assert!(!answer.headers.contains_key("set-cookie"), "{}", answer.url);
    }
}

#[test]
fn a_narrow_window_scrolls_down_only_and_a_screenshot_can_be_taken() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("narrow.png");
    let seen = look("/", 360, Some(&file));
    assert!(seen.overflow <= 0, "{} pixels too wide", seen.overflow);
    let screenshot = std::fs::read(&file).expect("the script wrote it");
    assert!(screenshot.starts_with(b"\x89PNG") && screenshot.len() > 10_000, "{} bytes", screenshot.len());
}
