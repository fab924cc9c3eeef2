use super::*;
use crate::asset::{ComponentName, DebugSheet, Place, Revision, SafePath, SheetType, ThemeName};
use proptest::prelude::*;

fn theme(name: &str) -> ThemeName {
    ThemeName::parse(name).unwrap()
}

fn component(name: &str) -> ComponentName {
    ComponentName::parse(name).unwrap()
}

fn path(path: &str) -> SafePath {
    SafePath::parse(path).unwrap()
}

fn rev(number: u64) -> Asked {
    Asked::Number(Revision::new(number).unwrap())
}

fn read(target: &str) -> Result<Requested, Refusal> {
    Mount::default().parse(target)
}

fn edit(svg: bool) -> Asset {
    Asset::Image { theme: theme("boost"), component: component("core"), name: path("t/edit"), svg }
}

#[test]
fn an_image_is_named_by_slashes_by_query_and_by_file() {
    for (target, svg) in [
        ("/theme/image.php/boost/core/17/t/edit", true),
        ("/theme/image.php/_s/boost/core/17/t/edit", false),
        ("/theme/image.php/boost/moodle/17/t/edit", true),
        ("/theme/image.php//boost//core/17/t//edit", true),
        ("/theme/image.php/boost/core/17/t/ed%69t", true),
        ("/theme/image.php?theme=boost&component=core&rev=17&image=t%2Fedit", true),
        ("/theme/image.php?theme=boost&rev=17&image=t/edit&svg=0", false),
        ("/theme/image.php?theme=boost&amp;component=core&amp;rev=17&amp;image=t/edit", true),
        ("/theme/image.php?file=/boost/core/17/t/edit", true),
        ("/theme/image.php/x/y?file=%2F_s%2Fboost/core/17/t/edit", false),
        ("http://school.example/theme/image.php/boost/core/17/t/edit", true),
    ] {
        let requested = read(target).unwrap_or_else(|e| panic!("{target}: {e}"));
        assert_eq!((requested.asset, requested.revision), (edit(svg), rev(17)), "{target}");
    }
}

#[test]
fn only_moodles_own_spelling_is_canonical() {
    for (target, canonical) in [
        ("/theme/image.php/boost/core/17/t/edit", true),
        ("/theme/image.php/boost/core/17//t/edit", false),
        ("/theme/image.php/boost/core/17/t/ed%69t", false),
        ("/theme/image.php/boost/core/17/t/edit?x=1", false),
        ("/theme/image.php?theme=boost&rev=17&image=t/edit", false),
    ] {
        assert_eq!(read(target).unwrap().canonical, canonical, "{target}");
    }
}

#[test]
fn a_value_that_cleaning_would_change_names_nothing() {
    for target in [
        "/theme/image.php/bo.ost/core/17/t/edit",
        "/theme/image.php/boost/mod_for!um/17/monologo",
        "/theme/image.php/boost/core/17/../../config",
        "/theme/image.php/boost/core/17/....//config",
        "/theme/image.php/boost/core/17/%2e%2e/config",
        "/theme/image.php/boost/core/17/t/edit%00",
        "/theme/image.php/boost/core/17/t%5Cedit",
        "/theme/image.php/boost/core/17/e%C3%A9dit",
        "/theme/image.php/boost/core/17/x.php/t/edit",
        "/theme/image.php/boost/core/17/",
        "/theme/image.php/boost/core",
        "/theme/image.php/_s/boost/core/17",
        "/theme/image.php?file=boost/core/17/t/edit",
        "/theme/font.php/boost/core/17/sub/a.woff2",
        "/theme/font.php/boost/core/17/a.b.woff2",
        "/theme/font.php/boost/core/17/a.exe",
        "/theme/styles.php/boost/17_1/all/",
        "/theme/styles.php/boost/17_1/all.css",
        "/theme/javascript.php/boost/17/middle",
        "/lib/javascript.php/17",
        "/lib/javascript.php?rev=17&jsfile=lib/a.js",
        "/lib/javascript.php?rev=17&jsfile=,",
        "/lib/requirejs.php/17/",
        "/lib/requirejs.php/-1/core/first.jsx",
        "/lib/requirejs.php/-1/core",
        "/lib/jssourcemap.php/core",
        "/theme/styles_debug.php",
        "/theme/yui_combo.php",
        "/theme/imagexphp/boost",
        "/theme/image.phpx",
        "/index.php",
        "/",
    ] {
        assert_eq!(read(target), Err(Refusal::NotFound), "{target}");
    }
}

#[test]
fn broken_encoding_and_endless_urls_are_told_apart() {
    assert_eq!(read("/theme/image.php/%"), Err(Refusal::Malformed));
    assert_eq!(read("/theme/image.php/%zz"), Err(Refusal::Malformed));
    assert_eq!(read("/theme/image.php/%ff%fe"), Err(Refusal::Malformed));
    assert_eq!(read("*"), Err(Refusal::Malformed));
    assert_eq!(read(&format!("/{}", "a".repeat(9000))), Err(Refusal::TooLong));
    assert_eq!(read("/lib/requirejs.php"), Err(Refusal::NoArgument));
    assert_eq!(read("/lib/jssourcemap.php"), Err(Refusal::NoArgument));
}

#[test]
fn a_style_sheet_has_a_revision_and_a_sub_revision() {
    let asset = |sheet, svg| Asset::Styles { theme: theme("boost"), sheet, svg };
    for (target, expected, revision, subrevision) in [
        ("/theme/styles.php/boost/17_3/all", asset(SheetType::All, true), rev(17), Some(rev(3))),
        ("/theme/styles.php/_s/boost/17_3/editor-rtl", asset(SheetType::EditorRtl, false), rev(17), Some(rev(3))),
        ("/theme/styles.php/boost/17/all-rtl", asset(SheetType::AllRtl, true), rev(17), None),
        ("/theme/styles.php/boost/17_/all", asset(SheetType::All, true), rev(17), Some(Asked::Strange)),
        ("/theme/styles.php/boost/17_3_4/all", asset(SheetType::All, true), rev(17), Some(Asked::Strange)),
        ("/theme/styles.php/boost/-1/all", asset(SheetType::All, true), Asked::Development, None),
        ("/theme/styles.php?theme=boost", asset(SheetType::All, true), Asked::Development, None),
    ] {
        let requested = read(target).unwrap_or_else(|e| panic!("{target}: {e}"));
        assert_eq!(requested.asset, expected, "{target}");
        assert_eq!((requested.revision, requested.subrevision), (revision, subrevision), "{target}");
    }
}

#[test]
fn the_sign_of_the_revision_decides_the_form_of_amd() {
    let module =
        |component_name, module| Asset::AmdModule { component: component(component_name), module: path(module) };
    for (target, expected) in [
        ("/lib/requirejs.php/17/core/first.js", Asset::AmdAll),
        ("/lib/requirejs.php/17/x", Asset::AmdAll),
        ("/lib/requirejs.php?file=%2F17%2Fcore/first.js", Asset::AmdAll),
        ("/lib/requirejs.php/17/core/chartjs-lazy.js", module("core", "chartjs-lazy")),
        ("/lib/requirejs.php/-1/core/local/a.js", module("core", "local/a")),
        ("/lib/requirejs.php/abc/core/local/a.js", module("core", "local/a")),
    ] {
        assert_eq!(read(target).map(|r| r.asset), Ok(expected), "{target}");
    }
}

#[test]
fn several_scripts_come_in_query_form_only() {
    let list = |paths: &[&str]| Asset::Scripts(paths.iter().map(|p| path(p)).collect());
    for (target, expected) in [
        ("/lib/javascript.php/17/lib/a.js", list(&["lib/a.js"])),
        ("/lib/javascript.php?rev=17&jsfile=/a.js,/b.js", list(&["a.js", "b.js"])),
        ("/lib/javascript.php?rev=17&jsfile=%2Fa.js,/../b.js", list(&["a.js"])),
    ] {
        assert_eq!(read(target).map(|r| (r.asset, r.revision)), Ok((expected, rev(17))), "{target}");
    }
    assert_eq!(read("/lib/javascript.php/17/a.js,b.js"), Err(Refusal::NotFound));
}

#[test]
fn the_rest_of_the_scripts_read_their_values() {
    let styles = Asset::Styles { theme: theme("boost"), sheet: SheetType::All, svg: true };
    let map_of = Asset::MapOf(Box::new(styles.clone()));
    for (target, expected) in [
        ("/theme/styles.php/boost/-1/all?map=1", &map_of),
        ("/theme/styles.php?theme=boost&type=all&map=1", &map_of),
        ("/theme/styles.php/boost/-1/all?map=0&x=y", &styles),
    ] {
        assert_eq!(read(target).map(|requested| requested.asset).as_ref(), Ok(expected), "{target}");
    }
    let map = Asset::SourceMap { component: component("core"), module: path("first") };
    let debug = |sheet| Asset::StylesDebug { theme: theme("boost"), sheet, svg: true, rtl: false };
    let parent = DebugSheet::Parent { parent: theme("base"), sheet: "core".into() };
    for (target, expected) in [
        ("/lib/jssourcemap.php/core/first.js", map),
        ("/theme/javascript.php/boost/17/footer", Asset::ThemeScript { theme: theme("boost"), place: Place::Footer }),
        ("/theme/javascript.php?theme=boost", Asset::ThemeScript { theme: theme("boost"), place: Place::Head }),
        ("/theme/yui_image.php/3.18.1/sprite.png", Asset::YuiImage(path("3.18.1/sprite.png"))),
        ("/theme/yui_image.php?file=/3.18.1/sprite.png", Asset::YuiImage(path("3.18.1/sprite.png"))),
        ("/theme/styles_debug.php?theme=boost&type=scss", debug(DebugSheet::Scss)),
        (
            "/theme/styles_debug.php?theme=boost&type=plugin&subtype=mod_forum",
            debug(DebugSheet::Plugin(component("mod_forum"))),
        ),
        ("/theme/styles_debug.php?theme=boost&type=parent&subtype=base&sheet=core", debug(parent)),
        ("/theme/yui_combo.php?3.18.1/a/a.js&b", Asset::YuiCombo { parts: "3.18.1/a/a.js&b".into(), slash: false }),
        ("/theme/yui_combo.php/3.18.1/a/a.js", Asset::YuiCombo { parts: "3.18.1/a/a.js".into(), slash: true }),
        ("/theme/yui_combo.php?file=/3.18.1/a.js", Asset::YuiCombo { parts: "3.18.1/a.js".into(), slash: true }),
    ] {
        assert_eq!(read(target).map(|r| r.asset), Ok(expected), "{target}");
    }
}

#[test]
fn a_site_below_a_path_is_mounted_there() {
    let mount = Mount::of_wwwroot("https://school.example:8443/moodle/");
    assert_eq!(mount.path(), "/moodle");
    assert_eq!(mount.parse("/moodle/theme/image.php/boost/core/17/t/edit").map(|r| r.asset), Ok(edit(true)));
    assert_eq!(mount.parse("/theme/image.php/boost/core/17/t/edit"), Err(Refusal::NotFound));
    assert_eq!(mount.parse("/moodletheme/image.php/boost/core/17/t/edit"), Err(Refusal::NotFound));
    assert_eq!(Mount::of_wwwroot("https://school.example").path(), "");
}

proptest! {
    #[test]
    fn no_target_panics(target in "\\PC{0,200}") {
        let _ = read(&target);
    }

    #[test]
    fn whatever_is_read_from_odd_segments_stays_inside(
        script in prop::sample::select(answered_scripts().collect::<Vec<_>>()),
        tail in "[/a-z0-9._%?&=,-]{0,60}",
    ) {
        if let Ok(requested) = read(&format!("{script}/{tail}")) {
            let debug = format!("{:?}", requested.asset);
            let combo = matches!(requested.asset, Asset::YuiCombo { .. });
            prop_assert!(combo || !debug.contains(".."), "{}", debug);
        }
    }
}
