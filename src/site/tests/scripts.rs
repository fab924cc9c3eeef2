//! Scripts and modules.

use super::*;

#[test]
fn a_themes_scripts_are_its_parents_base_first_without_the_excluded_then_its_own() {
    let tree = |child: &str| {
        old_moodle()
            .theme("base", "head one two gone\nfooter foot")
            .theme("mid", "parents base\nhead mid")
            .theme("child", &format!("parents mid base\nhead own sub/own\n{child}"))
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
