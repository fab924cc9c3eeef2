//! Images and fonts.

use super::*;

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
