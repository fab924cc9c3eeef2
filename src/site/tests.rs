//! From names to files, by the rules of moodle-assets.md §4.

use super::testing::{Tree, old_moodle, open};
use super::*;
use crate::asset::{ComponentName, Place, SafePath, ThemeName};

const LIMIT: u64 = 1 << 20;

fn content(file: SourceFile) -> String {
    String::from_utf8(file.read(LIMIT).unwrap().to_vec()).unwrap()
}

fn chain<'a>(site: &'a Site, theme: &str) -> &'a themes::Chain {
    site.themes().chain(&ThemeName::parse(theme).unwrap()).unwrap().unwrap()
}

fn component(name: &str) -> ComponentName {
    ComponentName::parse(name).unwrap()
}

fn path(path: &str) -> SafePath {
    SafePath::parse(path).unwrap()
}

/// `theme component name`, with ` nosvg` behind for a no-SVG request.
fn image(site: &Site, what: &str) -> Option<String> {
    let words: Vec<_> = what.split(' ').collect();
    let svg = words.get(3).is_none();
    site.image(chain(site, words[0]), &component(words[1]), &path(words[2]), svg).unwrap().map(content)
}

fn font(site: &Site, what: &str) -> Option<String> {
    let words: Vec<_> = what.split(' ').collect();
    site.font(chain(site, words[0]), &component(words[1]), &path(words[2])).unwrap().map(content)
}

/// A theme `child` with the parents `mid`, the nearest, and `base`.
fn family() -> Tree {
    old_moodle()
        .file("theme/base/config.php", "")
        .file("theme/mid/config.php", "parents base")
        .file("theme/child/config.php", "parents mid base")
}

/// Opens the tree, asks, takes the file that answered away, and again until nothing answers.
fn order(tree: &Tree, ask: impl Fn(&Site) -> Option<String>) -> Vec<String> {
    let mut order = Vec::new();
    while let Some(file) = ask(&open(tree)) {
        std::fs::remove_file(tree.path().join(&file)).unwrap();
        order.push(file);
    }
    order
}

#[test]
fn an_image_of_the_core_is_the_themes_its_parents_base_first_datas_or_the_codes() {
    let homes = ["theme/child/pix_core", "theme/base/pix_core", "theme/mid/pix_core", "data/pix", "pix"]
        .map(|f| format!("{f}/t/edit.png"));
    for name in ["core", "moodle"] {
        let tree = family().files(&homes.each_ref().map(String::as_str));
        assert_eq!(order(&tree, |site| image(site, &format!("child {name} t/edit"))), homes);
    }
}

#[test]
fn an_image_of_a_theme_is_its_own_or_its_parents() {
    let homes = ["theme/child/pix/a/b.svg", "theme/base/pix/a/b.svg", "theme/mid/pix/a/b.svg"];
    let tree = family().files(&homes).files(&["data/pix/a/b.svg", "pix/a/b.svg"]);
    assert_eq!(order(&tree, |site| image(site, "child theme a/b")), homes);
}

#[test]
fn the_favicon_is_the_themes_own_icon_file_and_nothing_else() {
    let tree = family().files(&["theme/base/pix/favicon.ico", "theme/child/pix/favicon.svg"]);
    let site = open(&tree);
    assert_eq!(image(&site, "base theme favicon"), Some("theme/base/pix/favicon.ico".into()));
    assert_eq!(image(&site, "base theme favicon nosvg"), Some("theme/base/pix/favicon.ico".into()));
    assert_eq!(image(&site, "child theme favicon"), None);
}

#[test]
fn an_image_of_a_plugin_is_looked_for_in_themes_data_and_the_plugin() {
    let homes = [
        "theme/child/pix_plugins/block/html",
        "theme/base/pix_plugins/block/html",
        "theme/mid/pix_plugins/block/html",
        "data/pix_plugins/block/html",
        "blocks/html/pix",
    ];
    let homes = homes.map(|f| format!("{f}/x.gif"));
    let tree = family().files(&homes.each_ref().map(String::as_str));
    assert_eq!(order(&tree, |site| image(site, "child block_html x")), homes);
}

#[test]
fn extensions_are_tried_in_order_in_each_folder_before_the_next_folder() {
    let folder = |f: &str| ["svg", "png", "gif", "jpg", "jpeg"].map(|e| format!("{f}/x.{e}"));
    let all = [folder("theme/child/pix_core"), folder("pix")].concat();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    let tree = family().files(&names);
    assert_eq!(order(&tree, |site| image(site, "child core x")), all);
}

#[test]
fn without_svg_the_next_kind_is_taken_and_an_image_that_is_only_svg_is_none() {
    let tree = family().files(&["theme/child/pix_core/x.svg", "pix/x.png", "pix/only.svg", "pix/x.ico", "pix/y.webp"]);
    let site = open(&tree);
    assert_eq!(image(&site, "child core x nosvg"), Some("pix/x.png".into()));
    assert_eq!(image(&site, "child core only nosvg"), None);
    assert_eq!(image(&site, "child core only"), Some("pix/only.svg".into()));
    assert_eq!(image(&site, "child core y"), None);
}

#[test]
fn an_activitys_icon_is_its_monologo_wherever_that_is_before_any_icon() {
    let tree = family().files(&[
        "theme/child/pix_plugins/mod/forum/icon.svg",
        "mod/forum/pix/monologo.png",
        "mod/forum/pix/icon.gif",
    ]);
    let expected =
        ["mod/forum/pix/monologo.png", "theme/child/pix_plugins/mod/forum/icon.svg", "mod/forum/pix/icon.gif"];
    let site = open(&tree);
    for what in ["forum icon", "forum monologo", "mod_forum icon", "mod_forum monologo"] {
        assert_eq!(image(&site, &format!("child {what}")), Some(expected[0].into()), "{what}");
    }
    assert_eq!(order(&tree, |site| image(site, "child mod_forum icon")), expected);
    // Other plugins' icons are just that.
    let tree = family().files(&["blocks/html/pix/monologo.svg", "blocks/html/pix/icon.svg"]);
    assert_eq!(image(&open(&tree), "child block_html icon"), Some("blocks/html/pix/icon.svg".into()));
}

#[test]
fn a_subsystem_has_images_only_where_a_theme_or_dataroot_brings_them() {
    let tree = family().files(&["course/pix/x.svg", "data/pix_plugins/core/course/y.svg"]).folder("mod/course");
    let site = open(&tree);
    for what in ["core_course x", "course x", "core_ x", "mod_ x", "_x x"] {
        assert_eq!(image(&site, &format!("child {what}")), None, "{what}");
    }
    assert_eq!(image(&site, "child core_course y"), Some("data/pix_plugins/core/course/y.svg".into()));
}

#[test]
fn names_are_exact_and_folders_are_no_images() {
    let tree = family().files(&["pix/t/edit.svg"]).folder("pix/folder.svg");
    let site = open(&tree);
    for name in ["T/edit", "t/Edit", "t/edit.svg", "t/edit/", "t", "folder", "t/edit/x"] {
        assert_eq!(image(&site, &format!("child core {name}")), None, "{name}");
    }
    assert_eq!(image(&site, "child core t//edit"), Some("pix/t/edit.svg".into()));
}

#[test]
fn an_image_linked_out_of_the_site_is_an_error_and_not_the_next_image() {
    let tree = family().link("theme/child/pix_core/x.svg", "/etc/hostname").files(&[
        "pix/x.svg",
        "pix/y.svg",
        "mod/forum/pix/z.svg",
    ]);
    let tree = tree.link("theme/child/pix_core/z.svg", "../../../mod/forum/pix/z.svg");
    let site = open(&tree);
    let found = |name| site.image(chain(&site, "child"), &component("core"), &path(name), true);
    assert!(matches!(found("x"), Err(SourceError::LeadsOut { .. })));
    assert_eq!(content(found("y").unwrap().unwrap()), "pix/y.svg");
    assert_eq!(content(found("z").unwrap().unwrap()), "mod/forum/pix/z.svg");
}

#[test]
fn fonts_are_looked_for_like_images() {
    let core = ["theme/child/fonts_core", "theme/base/fonts_core", "theme/mid/fonts_core", "data/fonts", "lib/fonts"];
    let own = ["theme/child/fonts", "theme/base/fonts", "theme/mid/fonts"];
    let plugin = [
        "theme/child/fonts_plugins/mod/forum",
        "theme/base/fonts_plugins/mod/forum",
        "theme/mid/fonts_plugins/mod/forum",
    ];
    let plugin = [&plugin[..], &["data/fonts_plugins/mod/forum", "mod/forum/fonts"]].concat();
    for (name, homes) in [("core", &core[..]), ("theme", &own), ("forum", &plugin), ("mod_forum", &plugin)] {
        let files: Vec<_> = homes.iter().map(|home| format!("{home}/A-b_1.woff2")).collect();
        let tree = family().files(&files.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(order(&tree, |site| font(site, &format!("child {name} A-b_1.woff2"))), files);
    }
}

#[test]
fn only_fonts_are_served_as_fonts() {
    let tree = family().files(&["lib/fonts/x.css", "lib/fonts/sub/x.woff2", "lib/fonts/a.b.woff2", "lib/fonts/X.WOFF"]);
    let site = open(&tree);
    for name in ["x.css", "sub/x.woff2", "a.b.woff2", "x.woff", "X.woff"] {
        assert_eq!(font(&site, &format!("child core {name}")), None, "{name}");
    }
    assert_eq!(font(&site, "child core X.WOFF"), Some("lib/fonts/X.WOFF".into()));
}

#[test]
fn a_themes_scripts_are_its_parents_base_first_without_the_excluded_then_its_own() {
    let tree = |child: &str| {
        old_moodle()
            .file("theme/base/config.php", "head one two gone\nfooter foot")
            .file("theme/mid/config.php", "parents base\nhead mid")
            .file("theme/child/config.php", &format!("parents mid base\nhead own sub/own\n{child}"))
            .files(&["theme/base/javascript/one.js", "theme/base/javascript/two.js", "theme/base/javascript/foot.js"])
            .files(&[
                "theme/mid/javascript/mid.js",
                "theme/child/javascript/own.js",
                "theme/child/javascript/sub/own.js",
            ])
            .file("theme/child/javascript/unused.js", "")
    };
    let scripts = |child: &str, at: Place| -> Vec<String> {
        let tree = tree(child);
        let site = open(&tree);
        site.theme_scripts(chain(&site, "child"), at).unwrap().into_iter().map(content).collect()
    };
    let base = ["theme/base/javascript/one.js", "theme/base/javascript/two.js"];
    let own = ["theme/mid/javascript/mid.js", "theme/child/javascript/own.js", "theme/child/javascript/sub/own.js"];
    assert_eq!(scripts("", Place::Head), [&base[..], &own].concat());
    assert_eq!(scripts("", Place::Footer), ["theme/base/javascript/foot.js"]);
    assert_eq!(scripts("exclude all", Place::Head), own[1..]);
    assert_eq!(scripts("exclude base", Place::Head), own);
    assert_eq!(scripts("exclude base one gone", Place::Head), [&base[1..], &own].concat());
    assert_eq!(scripts("exclude child own", Place::Head), [&base[..], &own].concat());
}

#[test]
fn a_script_lies_below_dirroot_with_all_links_resolved_and_ends_in_js() {
    let tree = old_moodle()
        .files(&["lib/a.js", "lib/b.css", "lib/c.JS", "outside.txt", "blocks/html/module.js"])
        .link("lib/fake.js", "b.css")
        .link("lib/real.css", "a.js")
        .link("lib/alias.js", "a.js")
        .link("lib/hosts.js", "/etc/hosts")
        .folder("lib/folder.js");
    let site = open(&tree);
    let script = |name: &str| site.script(&path(name)).unwrap().map(content);
    assert_eq!(script("lib/a.js"), Some("lib/a.js".into()));
    assert_eq!(script("lib/alias.js"), Some("lib/a.js".into()));
    // Moodle looks at the name that links lead to.
    assert_eq!(script("lib/real.css"), Some("lib/a.js".into()));
    for none in [
        "lib/b.css",
        "lib/c.JS",
        "lib/fake.js",
        "lib/hosts.js",
        "lib/folder.js",
        "lib/none.js",
        "lib/a.js/",
        "lib/A.js",
    ] {
        assert_eq!(script(none), None, "{none}");
    }
}

#[test]
fn a_script_of_a_plugin_linked_from_outside_is_none_as_in_moodle() {
    let outside =
        Tree::new().file("html/module.js", "x").file("html/amd/build/a.min.js", "y").file("html/pix/icon.svg", "z");
    let tree = family().link("blocks/html", outside.path().join("html"));
    let site = open(&tree);
    assert!(site.script(&path("blocks/html/module.js")).unwrap().is_none());
    assert_eq!(image(&site, "child block_html icon"), Some("z".into()));
    assert_eq!(site.amd_modules().modules[0].name, "block_html/a");
    let module = site.amd_module(&component("block_html"), &path("a")).unwrap().unwrap();
    assert_eq!(module.build.name(), "blocks/html/amd/build/a.min.js");
}

#[test]
fn all_modules_are_listed_by_name_without_lazy_ones_and_the_minified_of_two() {
    let tree = old_moodle()
        .files(&["lib/amd/build/first.min.js", "lib/amd/build/local/deep/x.min.js", "lib/amd/build/chart-lazy.min.js"])
        .files(&["lib/amd/build/first.min.js.map", "lib/amd/build/readme.txt", "lib/amd/src/unbuilt.js"])
        .files(&["mod/forum/amd/build/two.js", "mod/forum/amd/build/two.min.js", "mod/forum/amd/build/plain.js"])
        .files(&["course/amd/build/-lazyone.min.js", "course/amd/build/z.min.js", "course/amd/build/a.b.min.js"])
        .folder("mod/wiki/amd")
        .link("blocks/html/amd/build/out.min.js", "/etc/hostname");
    let found = open(&tree).amd_modules();
    let list: Vec<_> = found.modules.iter().map(|m| (m.name.as_str(), m.file.name())).collect();
    assert_eq!(
        list,
        [
            ("core/first", "lib/amd/build/first.min.js"),
            ("core/local/deep/x", "lib/amd/build/local/deep/x.min.js"),
            ("core_course/a.b", "course/amd/build/a.b.min.js"),
            ("core_course/z", "course/amd/build/z.min.js"),
            ("mod_forum/plain", "mod/forum/amd/build/plain.js"),
            ("mod_forum/two", "mod/forum/amd/build/two.min.js"),
        ]
    );
    assert!(matches!(found.left_out[..], [SourceError::LeadsOut { .. }]), "{:?}", found.left_out);
}

#[test]
fn one_module_comes_with_its_map_and_source_under_the_name_asked_for() {
    let tree = old_moodle()
        .files(&["mod/forum/amd/build/a/b.min.js", "mod/forum/amd/build/a/b.min.js.map", "mod/forum/amd/src/a/b.js"])
        .files(&["mod/forum/amd/build/plain.js", "lib/amd/build/c-lazy.min.js", "course/amd/build/d.min.js"]);
    let site = open(&tree);
    let module = |c: &str, m: &str| site.amd_module(&component(c), &path(m)).unwrap();
    let found = module("forum", "a/b").unwrap();
    assert_eq!(found.name, "forum/a/b");
    assert_eq!(found.build.name(), "mod/forum/amd/build/a/b.min.js");
    assert_eq!(found.map.unwrap().name(), "mod/forum/amd/build/a/b.min.js.map");
    assert_eq!(found.source.unwrap().name(), "mod/forum/amd/src/a/b.js");
    let lazy = module("core", "c-lazy").unwrap();
    assert!(lazy.map.is_none() && lazy.source.is_none());
    assert_eq!(module("course", "d").unwrap().build.name(), "course/amd/build/d.min.js");
    // Moodle asks for the minified file alone here.
    assert!(module("mod_forum", "plain").is_none());
    assert!(module("block_forum", "a/b").is_none());
    assert!(module("help", "a").is_none());
}

#[test]
fn files_of_yui_modules_are_found_below_their_component() {
    let tree = old_moodle()
        .files(&["course/yui/build/moodle-course-x/moodle-course-x-min.js", "lib/yuilib/3.18.1/yui/yui.js"]);
    let site = open(&tree);
    let place = site.component(&component("core_course")).unwrap();
    let file = site.file(&place, "yui/build/moodle-course-x/moodle-course-x-min.js").unwrap().unwrap();
    assert_eq!(content(file), "course/yui/build/moodle-course-x/moodle-course-x-min.js");
    assert!(site.file(&site.place("lib/yuilib"), "3.18.1/yui/yui.js").unwrap().is_some());
    assert!(site.file(&site.place("lib/yuilib"), "../../../../etc/hostname").is_err());
    assert!(site.component(&component("mod_wiki")).is_none());
}

#[test]
fn a_site_notices_when_its_current_link_is_switched() {
    let one = old_moodle().files(&["pix/x.svg"]);
    let two = old_moodle().file("pix/x.svg", "two");
    let links = Tree::new().link("current", one.path());
    let paths = SitePaths::new(Checkout::find(&links.path().join("current")).unwrap(), links.path().join("data"));
    let site = testing::open_at(&paths);
    assert!(!site.has_moved());
    std::fs::remove_file(links.path().join("current")).unwrap();
    assert!(site.has_moved(), "gone");
    let _links = links.link("current", two.path());
    assert!(site.has_moved(), "elsewhere");
    let read = |site: &Site| content(site.file(&site.place("pix"), "x.svg").unwrap().unwrap());
    assert_eq!(read(&site), "pix/x.svg");
    assert_eq!(read(&testing::open_at(&paths)), "two");
}

#[test]
fn a_tree_that_changes_while_it_is_read_stops_nothing() {
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};
    let tree = family().files(&["lib/amd/build/stays.min.js", "pix/x.svg"]).folder("mod/stays");
    let stop = AtomicBool::new(false);
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    std::thread::scope(|scope| {
        let _stop = Stop(&stop); // also where an assertion fails
        scope.spawn(|| {
            let base = tree.path();
            while !stop.load(Ordering::Relaxed) {
                for plugin in ["mod/comes", "blocks/goes"] {
                    fs::create_dir_all(base.join(plugin).join("amd/build/deep")).unwrap();
                    fs::create_dir_all(base.join(plugin).join("db")).unwrap();
                    fs::write(base.join(plugin).join("db/subplugins.json"), r#"{"subplugintypes": {"sub": "db"}}"#)
                        .unwrap();
                    fs::write(base.join(plugin).join("amd/build/deep/x.min.js"), plugin).unwrap();
                }
                fs::create_dir_all(base.join("theme/fleeting")).unwrap();
                fs::write(base.join("theme/fleeting/config.php"), "").unwrap();
                for folder in ["mod/comes", "blocks/goes", "theme/fleeting"] {
                    fs::remove_dir_all(base.join(folder)).unwrap();
                }
            }
        });
        let (mut rounds, mut changed) = (0, false);
        while rounds < 100 || !changed {
            rounds += 1;
            assert!(rounds < 50_000, "the tree never changed");
            let site = Site::open_with(
                &SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data")),
                |_, place| match fs::read_to_string(place.path().join("config.php")) {
                    Ok(config) => Ok(testing::declared(&config)),
                    Err(e) => Err(themes::ThemeFault::BadConfig { path: place.path(), why: e.to_string() }),
                },
            )
            .unwrap();
            let modules = site.amd_modules();
            assert_eq!(modules.left_out, []);
            assert!(modules.modules.iter().any(|m| m.name == "core/stays"));
            changed |= modules.modules.len() > 1;
            for module in &modules.modules {
                match module.file.read(LIMIT) {
                    // Made, then written: an empty file is what it was for a moment.
                    Ok(content) => assert!(
                        content.is_empty()
                            || module.name.ends_with("/stays")
                            || content.starts_with(b"mod/")
                            || content.starts_with(b"blocks/")
                    ),
                    Err(SourceError::Gone { .. } | SourceError::Changing { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            assert_eq!(image(&site, "child core x"), Some("pix/x.svg".into()));
        }
    });
}
