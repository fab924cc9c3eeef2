use super::*;
use crate::asset::{ComponentName, Place, SheetType, ThemeName};
use proptest::prelude::*;
use std::collections::HashMap;

fn theme() -> ThemeName {
    ThemeName::parse("demo").unwrap()
}

fn component() -> ComponentName {
    ComponentName::parse("core").unwrap()
}

fn path(text: &str) -> SafePath {
    SafePath::parse(text).unwrap()
}

fn revision(number: u64) -> Revision {
    Revision::new(number).unwrap()
}

fn image(name: &str, svg: bool) -> Asset {
    Asset::Image { theme: theme(), component: component(), name: path(name), svg }
}

fn combo(parts: &str, slash: bool) -> Asset {
    Asset::YuiCombo { parts: parts.into(), slash }
}

const THEME: fn() -> Generation = || Generation::Theme(revision(7));
const JS: fn() -> Generation = || Generation::Js(revision(9));

fn named(asset: Asset, generation: Generation) -> Option<String> {
    EntryName::new(&asset, generation).map(|name| name.to_string())
}

#[test]
fn every_single_asset_has_its_place() {
    let styles = |sheet, svg| Asset::Styles { theme: theme(), sheet, svg };
    let styles_of = |sub: Option<u64>| Generation::Styles(revision(7), sub.map(revision));
    let font = Asset::Font { theme: theme(), component: component(), file: path("fa.woff2") };
    let script = Asset::Scripts(vec![path("lib/a.js")]);
    let module = Asset::AmdModule { component: component(), module: path("sub/first-lazy") };
    for (asset, generation, place) in [
        (styles(SheetType::All, true), styles_of(None), "theme/7/demo/css/all.entry"),
        (styles(SheetType::AllRtl, true), styles_of(Some(8)), "theme/7/demo/css/all-rtl_8.entry"),
        (styles(SheetType::Editor, false), styles_of(Some(8)), "theme/7/demo/css/editor_8-nosvg.entry"),
        (image("t/edit", true), THEME(), "theme/7/demo/pix/core/t/edit.entry"),
        (image("t/edit", false), THEME(), "theme/7/demo/pix/core/t/edit-nosvg.entry"),
        (font, THEME(), "theme/7/demo/fonts/core/fa.woff2.entry"),
        (Asset::ThemeScript { theme: theme(), place: Place::Head }, THEME(), "theme/7/demo/javascript/head.entry"),
        (script, JS(), "js/9/dd/ddf1e6560a3cb976089a0f8a4387a122c3f8b2e98cfb6bb3467fa6f8f4e9448b.entry"),
        (Asset::AmdAll, JS(), "amd/9/all.entry"),
        (module, JS(), "amd/9/core/sub/first-lazy.entry"),
        (combo("3.18.1/yui/yui-min.js", true), JS(), "yui/9/3.18.1/yui/yui-min.js.entry"),
        (combo("3.18.1//a/a.css", false), JS(), "yui/9/3.18.1/a/a.css.entry"),
        (combo("3.18.1/a/a.css", true), JS(), "yui/9/3.18.1/a/a.css~slash.entry"),
        (Asset::YuiImage(path("3.18.1/a/sprite.png")), JS(), "yui/9/~image/3.18.1/a/sprite.png.entry"),
    ] {
        assert_eq!(named(asset, generation).as_deref(), Some(place));
    }
}

#[test]
fn what_is_never_stored_has_no_place() {
    let list = Asset::Scripts(vec![path("a.js"), path("b.js")]);
    let map = Asset::SourceMap { component: component(), module: path("first") };
    for asset in [list, map, combo("3.18.1/a/a.js&3.18.1/b/b.js", false), combo("3.18.1/é.js", false)] {
        assert_eq!(named(asset, JS()), None);
    }
    assert_eq!(named(Asset::AmdAll, Generation::Development(1)), None);
    assert_eq!(named(Asset::AmdAll, THEME()), None, "another asset's generation");
    assert_eq!(named(image("t/", true), THEME()), None, "a folder");
    assert_eq!(named(image("t/", false), THEME()), None, "a folder");
    assert_eq!(named(image(&"a/".repeat(100), true), THEME()), None);
    assert_eq!(named(image(&format!("{}z", "a/".repeat(100)), true), THEME()), None, "too deep");
}

#[test]
fn names_that_would_be_mistaken_for_others_are_marked() {
    assert_eq!(named(image("x-nosvg", true), THEME()).unwrap(), "theme/7/demo/pix/core/x-nosvg~.entry");
    assert_eq!(named(image("x-nosvg", false), THEME()).unwrap(), "theme/7/demo/pix/core/x-nosvg~-nosvg.entry");
    assert_eq!(named(image("x.entry/y", true), THEME()).unwrap(), "theme/7/demo/pix/core/x.entry~/y.entry");
    assert_eq!(named(image("x.best/y", true), THEME()).unwrap(), "theme/7/demo/pix/core/x.best~/y.entry");
}

#[test]
fn names_longer_than_file_systems_allow_are_stored_under_their_hash() {
    for long in ["a".repeat(250), "a".repeat(1000), format!("{}/b", "a".repeat(300))] {
        for svg in [true, false] {
            let name = EntryName::new(&image(&long, svg), THEME()).unwrap();
            assert!(name.folder().split('/').all(|folder| folder.len() <= 255));
            assert!(name.file().len() <= 255 && name.best_file().len() <= 255);
        }
    }
}

#[test]
fn folders_and_file_make_up_the_path() {
    let name = EntryName::new(&image("t/edit", true), THEME()).unwrap();
    assert_eq!(name.folder(), "theme/7/demo/pix/core/t");
    assert_eq!((name.file().as_str(), name.best_file().as_str()), ("edit.entry", "edit.best"));
}

proptest! {
    /// Out of a small alphabet, so that near misses are frequent.
    #[test]
    fn no_two_assets_share_a_file_or_lie_in_the_other(names in proptest::collection::vec(
        ("(x|y)(-nosvg|\\.entry|\\.best|/x|/y|\\.|-){0,4}", any::<bool>()), 2..20,
    )) {
        let mut seen = HashMap::new();
        let mut paths = Vec::new();
        for (name, svg) in names {
            let Ok(name) = SafePath::parse(&name) else { continue };
            let asset = Asset::Image { theme: theme(), component: component(), name, svg };
            let Some(place) = EntryName::new(&asset, THEME()) else { continue };
            paths.push(format!("{place}"));
            paths.push(format!("{}/{}", place.folder(), place.best_file()));
            if let Some(other) = seen.insert(place.clone(), asset.clone()) {
                prop_assert_eq!(other, asset);
            }
        }
        for a in &paths {
            for b in &paths {
                let inside = format!("{}/", b);
                prop_assert!(!a.starts_with(&inside), "{} in {}", a, b);
            }
        }
    }
}
