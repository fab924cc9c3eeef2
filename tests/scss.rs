//! SCSS, against npm sass (dart-sass 1.77.8) as the judge: the same source, the same CSS.
//!
//! Needs: npm
//!
//! The sources are in `tests/scss`; each is about one part of the language, as themes use it. Both outputs are brought
//! to one form by the CSS minifier: they differ in blanks and in how a colour or a number is written.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use camino::Utf8PathBuf;
use revserve::build::minify_css;
use revserve::build::scss::{self, Piece, Source, ThemeFolders};

fn folder() -> Utf8PathBuf {
    Utf8PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scss")
}

/// What dart-sass makes of each source.
fn judged() -> &'static BTreeMap<String, serde_json::Value> {
    static JUDGED: OnceLock<BTreeMap<String, serde_json::Value>> = OnceLock::new();
    JUDGED.get_or_init(|| {
        let listed = fs::read_dir(folder()).expect("the sources are there").filter_map(Result::ok);
        let names = listed.filter_map(|file| file.file_name().into_string().ok());
        let names: Vec<String> = names.filter(|name| name.ends_with(".scss")).collect();
        let output = Command::new("node").arg(folder().join("oracle.mjs")).arg(folder()).args(&names).output();
        let output = output.expect("run this as `tests/run scss`, which installs node and sass");
        let hint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "run this as `tests/run scss`, which installs sass: {hint}");
        serde_json::from_slice(&output.stdout).expect("the script prints an object")
    })
}

fn compiled(name: &str) -> String {
    let text = fs::read_to_string(folder().join(name)).expect("the source is there");
    let source = Source { pieces: vec![Piece::new(folder().join(name), text)], load_paths: vec![folder()] };
    let files = ThemeFolders::open(&[folder()]).expect("the folder is there");
    scss::compile(&source, &files).css.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// In one form, a declaration or selector a line.
fn lines(css: &str) -> Vec<String> {
    // sass writes characters for private use as escapes.
    let css = css.replace("\\f101", "\u{f101}");
    let short = minify_css::minify(&css).expect("it is no deeper than its source");
    let lines = short.split_inclusive(['{', '}', ';']).map(|line| line.trim_end_matches([';', '}']).to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

#[track_caller]
fn same(name: &str) {
    let judged = judged().get(name).unwrap_or_else(|| panic!("tests/scss/{name} is not there"));
    let expected = lines(judged.as_str().unwrap_or_else(|| panic!("sass refuses {name}: {judged}")));
    let got = lines(&compiled(name));
    let differ = expected.iter().zip(&got).find(|(expected, got)| expected != got);
    assert!(differ.is_none(), "{name}: {differ:?}");
    assert_eq!(expected.len(), got.len(), "{name}");
    assert!(got.len() > 10, "{name} has next to nothing: {got:?}");
}

#[test]
fn maps_lists_and_loops() {
    same("maps.scss");
}

#[test]
fn extended_selectors_and_placeholders() {
    same("extend.scss");
}

#[test]
fn functions_mixins_and_strings() {
    same("functions.scss");
}

#[test]
fn numbers_and_their_units() {
    same("numbers.scss");
}

#[test]
fn colours() {
    same("colours.scss");
}

#[test]
fn nesting_parents_and_conditions() {
    same("parents.scss");
}

#[test]
fn custom_properties_calculations_and_hacks() {
    same("properties.scss");
}

#[test]
fn at_rules_imports_and_what_only_browsers_understand() {
    same("at-rules.scss");
}
