//! From names to files, by the rules of moodle-assets.md §4.

mod images;
mod scripts;

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
    old_moodle().theme("base", "").theme("mid", "parents base").theme("child", "parents mid base")
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
                fs::write(base.join("theme/fleeting/config.php"), testing::config("")).unwrap();
                for folder in ["mod/comes", "blocks/goes", "theme/fleeting"] {
                    fs::remove_dir_all(base.join(folder)).unwrap();
                }
            }
        });
        let (mut rounds, mut changed) = (0, false);
        while rounds < 100 || !changed {
            rounds += 1;
            assert!(rounds < 50_000, "the tree never changed");
            let site = open(&tree);
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

#[test]
fn every_folder_of_the_code_may_be_linked_from_elsewhere() {
    let code = Tree::new()
        .files(&[
            "pix/x.svg",
            "lib/fonts/a.woff2",
            "lib/yuilib/y.js",
            "lib/amd/build/m.min.js",
            "mods/forum/pix/icon.svg",
        ])
        .file("themes/child/config.php", &testing::config(""))
        .files(&["themes/child/pix/z.png", "secret.svg"]);
    let mut tree = old_moodle();
    let json = std::fs::read_to_string(tree.path().join("lib/components.json")).unwrap();
    std::fs::remove_dir_all(tree.path().join("lib")).unwrap();
    let code = code.file("lib/components.json", &json);
    for (name, folder) in [("pix", "pix"), ("lib", "lib"), ("mod", "mods"), ("theme", "themes")] {
        tree = tree.link(name, code.path().join(folder));
    }
    let tree = tree.link("data/pix/out.svg", code.path().join("secret.svg"));
    let site = open(&tree);
    assert_eq!(image(&site, "child core x"), Some("pix/x.svg".into()));
    assert_eq!(image(&site, "child theme z"), Some("themes/child/pix/z.png".into()));
    assert_eq!(image(&site, "child forum icon"), Some("mods/forum/pix/icon.svg".into()));
    assert_eq!(font(&site, "child core a.woff2"), Some("lib/fonts/a.woff2".into()));
    let yui = site.file(&site.place("lib/yuilib"), "y.js").unwrap().unwrap();
    assert_eq!(yui.name(), "lib/yuilib/y.js");
    assert_eq!(site.amd_modules().modules.len(), 1);
    assert!(site.image(chain(&site, "child"), &component("core"), &path("out"), true).is_err());
}
