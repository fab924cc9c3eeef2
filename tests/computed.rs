//! Whether a browser sees in the served CSS what it sees in the sources, left to right and right to left.
//!
//! Needs: chromium, npm
//!
//! The sources are npm bootstrap's: its compiled sheet as a plain sheet of a theme, and its SCSS as a theme's.
//! `tests/browser/computed.mjs` makes a page of a few hundred elements out of their selectors, and compares.

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use support::{Layout, Server, Site, THEME_REV, tests_dir};

const WIDTHS: [u32; 3] = [400, 800, 1400];

/// What Chromium cannot judge, and what minifiers are known to damage.
const HARD: &str = "
@media (min-width: 500px) { .hard { height: 100vh; height: 100dvh; background: red; background: linear-gradient(to left, red, blue) } }
.hard { background: -webkit-linear-gradient(top, red, blue); background: -moz-linear-gradient(top, red, blue); *zoom: 1; float: left }
.hard::-moz-placeholder { color: red } .hard:-moz-placeholder { color: blue } .hard:-ms-input-placeholder { color: green }
.hard { display: -webkit-box; display: -ms-flexbox; display: flex; width: -moz-available; width: stretch; filter: alpha(opacity=50) }
.hard { margin: 0 1px 0 2px; border-radius: 1px 2px 3px 4px; color: rgba(0, 0, 0, .5); padding: 1px 2px; padding-left: calc(1px + 2em) }
.soft { margin-left: 1px; margin: 3px; margin-left: 2px !important; margin-left: 4px; transition: all .2s ease }
";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    elements: usize,
    differences: Vec<String>,
    judged_as_text: usize,
    lost: Vec<String>,
}

fn bootstrap() -> PathBuf {
    tests_dir().join("node_modules/bootstrap")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a temporary folder is writable");
    for entry in std::fs::read_dir(from).expect("run this as `tests/run computed`, which installs bootstrap") {
        let entry = entry.expect("npm's folder can be read");
        let place = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &place),
            false => drop(std::fs::copy(entry.path(), place).expect("a temporary folder is writable")),
        }
    }
}

fn site() -> Site {
    let site = Site::new(Layout::Public);
    let dist = std::fs::read_to_string(bootstrap().join("dist/css/bootstrap.css"));
    let dist = dist.expect("run this as `tests/run computed`, which installs bootstrap");
    site.theme_config("plainly", "$THEME->parents = []; $THEME->sheets = ['sheet'];")
        .file("style/sheet.css", dist + HARD);
    site.theme_config("strap", "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';")
        .file("scss/main.scss", "$primary: #2c6e49; @import 'strap/bootstrap';");
    copy(&bootstrap().join("scss"), &site.dirroot().join("theme/strap/scss/strap"));
    site
}

/// Asks for a theme's sheet and lets the browser compare it with its source.
fn seen(theme: &str, dir: &str, source: impl Fn(&Path) -> Value) -> Seen {
    let site = site();
    let server = Server::start(&site);
    let sheet = if dir == "rtl" { "all-rtl" } else { "all" };
    let served = server.get(&format!("/theme/styles.php/{theme}/{THEME_REV}/{sheet}"));
    assert_eq!(served.status, 200, "{}", server.log());
    let mut question = source(&site.dirroot().join("theme").join(theme));
    question["dir"] = dir.into();
    question["served"] = served.text().into();
    question["widths"] = json!(WIDTHS);
    let mut node = Command::new("node");
    let node = node.arg("browser/computed.mjs").current_dir(tests_dir());
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("tests/run installs node");
    let mut input = node.stdin.take().expect("a pipe was asked for");
    input.write_all(question.to_string().as_bytes()).expect("the script reads its question");
    drop(input);
    let output = node.wait_with_output().expect("the script ends");
    assert!(output.status.success(), "the script failed");
    serde_json::from_slice(&output.stdout).expect("the script prints what this reads")
}

#[track_caller]
fn judge(seen: &Seen) {
    assert!(seen.differences.is_empty(), "{:#?}", seen.differences);
    assert!(seen.lost.is_empty(), "{:#?}", seen.lost);
    assert!(seen.elements >= 300, "{} elements are no page", seen.elements);
    assert!(seen.judged_as_text >= 5, "{} declarations as text", seen.judged_as_text);
}

fn plain_sheet(theme: &Path) -> Value {
    json!({ "css": theme.join("style/sheet.css") })
}

fn scss(theme: &Path) -> Value {
    json!({ "scss": theme.join("scss/main.scss"), "folder": theme.join("scss") })
}

#[test]
fn a_plain_sheet_means_what_it_meant() {
    judge(&seen("plainly", "ltr", plain_sheet));
}

#[test]
fn a_plain_sheet_means_what_it_meant_right_to_left() {
    judge(&seen("plainly", "rtl", plain_sheet));
}

#[test]
fn scss_means_what_it_meant() {
    judge(&seen("strap", "ltr", scss));
}

#[test]
fn scss_means_what_it_meant_right_to_left() {
    judge(&seen("strap", "rtl", scss));
}
