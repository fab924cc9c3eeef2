use super::*;
use crate::site::testing::Tree;
use crate::site::{Checkout, SiteError, SitePaths};

fn paths(tree: &Tree) -> SitePaths {
    SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data"))
}

fn scan(tree: &Tree) -> Components {
    Components::scan(&paths(tree)).unwrap()
}

fn types(components: &Components) -> Vec<&str> {
    components.types.iter().map(|t| t.name.as_str()).collect()
}

fn plugins(components: &Components) -> Vec<String> {
    components.plugins().map(|(name, dir)| format!("{name} {dir}")).collect()
}

/// A Moodle of before 5.1: served from the checkout, folders written from there.
fn old() -> Tree {
    let json = r#"{
        "plugintypes": {"qtype": "question/type", "mod": "mod", "auth": "auth", "editor": "lib/editor",
            "tool": "admin/tool", "theme": "theme", "local": "local", "h5plib": "h5p/h5plib"},
        "subsystems": {"course": "course", "admin": "admin", "role": "admin/roles", "help": null}
    }"#;
    Tree::new().file("version.php", "").file("lib/components.json", json)
}

/// The same from 5.1 on.
fn new() -> Tree {
    let json = r#"{
        "plugintypes": {"qtype": "public/question/type", "mod": "public/mod", "auth": "public/auth",
            "editor": "public/lib/editor", "tool": "public/admin/tool", "theme": "public/theme",
            "local": "public/local", "h5plib": "public/h5p/h5plib"},
        "subsystems": {"course": "public/course", "admin": "public/admin", "role": "public/admin/roles", "help": null},
        "deprecatedplugintypes": {"mnetservice": "public/mnet/service"},
        "deletedplugintypes": {"gone": "public/gone"}
    }"#;
    Tree::new().file("public/version.php", "").file("lib/components.json", json)
}

#[test]
fn plugins_are_listed_by_type_in_the_order_of_the_file_and_by_name() {
    let folders = ["mod/wiki", "mod/forum", "auth/db", "auth/ldap", "auth/tests", "local/b", "local/zz", "theme/one"];
    let old = folders.iter().fold(old(), |tree, f| tree.folder(f)).file("mod/readme.txt", "").folder("mod/My_Mod");
    let new = folders.iter().fold(new(), |tree, f| tree.folder(&format!("public/{f}")));
    let expected = [
        "mod_forum mod/forum",
        "mod_wiki mod/wiki",
        "auth_db auth/db",
        "auth_ldap auth/ldap",
        "theme_one theme/one",
        "local_zz local/zz",
    ];
    assert_eq!(plugins(&scan(&old)), expected);
    assert_eq!(plugins(&scan(&new)), expected);
    let order = ["qtype", "mod", "auth", "editor", "tool", "theme", "local", "h5plib"];
    assert_eq!(types(&scan(&old)), order);
    assert_eq!(types(&scan(&new)), order);
}

#[test]
fn subplugins_come_after_all_types_those_of_local_last_and_both_spellings_are_read() {
    let assign = r#"{"subplugintypes": {"assignfeedback": "feedback"}, "plugintypes": {"assignfeedback": "wrong"}}"#;
    let book = r#"{"plugintypes": {"booktool": "mod/book/tool"}}"#;
    let log = r#"{"plugintypes": {"logstore": "admin/tool/log/store"}}"#;
    let own = r#"{"subplugintypes": {"ownsub": "sub"}}"#;
    let fill = |tree: Tree, base: &str| {
        tree.file(&format!("{base}mod/assign/db/subplugins.json"), assign)
            .folder(&format!("{base}mod/assign/feedback/file"))
            .file(&format!("{base}mod/book/db/subplugins.json"), book)
            .folder(&format!("{base}mod/book/tool/print"))
            .file(&format!("{base}admin/tool/log/db/subplugins.json"), log)
            .folder(&format!("{base}admin/tool/log/store/standard"))
            .file(&format!("{base}local/own/db/subplugins.json"), own)
            .folder(&format!("{base}local/own/sub/part"))
            // Only four types may bring others.
            .file(&format!("{base}auth/ldap/db/subplugins.json"), r#"{"subplugintypes": {"ldapsub": "sub"}}"#)
            .folder(&format!("{base}auth/ldap/sub/part"))
    };
    for tree in [fill(old(), ""), fill(new(), "public/")] {
        let components = scan(&tree);
        let order = ["qtype", "mod", "auth", "editor", "tool", "theme", "local", "h5plib"];
        assert_eq!(types(&components)[..8], order);
        assert_eq!(types(&components)[8..], ["assignfeedback", "booktool", "logstore", "ownsub"]);
        let brought: Vec<_> = plugins(&components).split_off(5);
        assert_eq!(
            brought,
            [
                "assignfeedback_file mod/assign/feedback/file",
                "booktool_print mod/book/tool/print",
                "logstore_standard admin/tool/log/store/standard",
                "ownsub_part local/own/sub/part",
            ]
        );
        assert_eq!(
            components.subplugin_types("mod_assign").map(|t| t.name.as_str()).collect::<Vec<_>>(),
            ["assignfeedback"]
        );
        assert_eq!(components.problems, []);
    }
}

#[test]
fn what_moodle_ignores_is_ignored_and_named() {
    let json = |types: &str| format!(r#"{{"subplugintypes": {types}}}"#);
    let tree = old()
        .file(
            "mod/aa/db/subplugins.json",
            &json(r#"{"with_underscore": "s", "course": "s", "gone": "none", "sub": "s"}"#),
        )
        .folder("mod/aa/s/part")
        .file("mod/bb/db/subplugins.json", &json(r#"{"sub": "s", "mod": "s", "number": 7}"#))
        .folder("mod/bb/s/other")
        .file("mod/cc/db/subplugins.json", "{not json")
        .file("mod/dd/db/subplugins.php", "<?php $subplugins = [];");
    let components = scan(&tree);
    assert_eq!(types(&components)[8..], ["sub"]);
    assert_eq!(components.plugin_dir("sub", "part"), Some("mod/aa/s/part"));
    let dir = |dir: &str| dir.to_owned();
    let aa = || dir("mod/aa");
    assert_eq!(components.problems[0], Problem::BadType { dir: aa(), name: "with_underscore".into() });
    assert_eq!(components.problems[1], Problem::BadType { dir: aa(), name: "course".into() });
    assert_eq!(
        components.problems[2],
        Problem::NoFolder { dir: aa(), name: "gone".into(), folder: "mod/aa/none".into() }
    );
    assert_eq!(components.problems[3], Problem::DuplicateType { dir: dir("mod/bb"), name: "sub".into() });
    assert_eq!(components.problems[4], Problem::DuplicateType { dir: dir("mod/bb"), name: "mod".into() });
    assert!(matches!(&components.problems[5], Problem::BadSubplugins { dir, .. } if dir == "mod/cc"));
    assert_eq!(components.problems[6], Problem::OldSubplugins { dir: dir("mod/dd") });
    assert_eq!(components.problems.len(), 7);
}

#[test]
fn deprecated_types_are_found_by_name_only() {
    let tree = new().folder("public/mnet/service/enrol").folder("public/gone/xx");
    let components = scan(&tree);
    assert_eq!(components.plugin_dir("mnetservice", "enrol"), Some("mnet/service/enrol"));
    assert_eq!(components.plugin_dir("gone", "xx"), None);
    assert_eq!(plugins(&components), [""; 0]);
}

#[test]
fn the_admin_folder_may_have_another_name() {
    let tree = old().folder("secret/tool/log").folder("administration").folder("admin/tool/unseen");
    let paths = SitePaths { admin: "secret".into(), ..paths(&tree) };
    let components = Components::scan(&paths).unwrap();
    assert_eq!(components.plugin_dir("tool", "log"), Some("secret/tool/log"));
    assert_eq!(components.plugin_dir("tool", "unseen"), None);
    assert_eq!(components.dir(Named::Subsystem("role")), Some("secret/roles"));
    assert_eq!(components.dir(Named::Subsystem("admin")), Some("secret"));
}

#[test]
fn themes_have_two_homes_and_the_second_counts_for_the_list() {
    let tree = old().folder("theme/one").folder("theme/two").folder("more/two").folder("more/three");
    let more = tree.path().join("more");
    let paths = SitePaths { themedir: Some(more.clone()), ..paths(&tree) };
    let components = Components::scan(&paths).unwrap();
    let list = ["theme_one theme/one".to_owned(), format!("theme_three {more}/three"), format!("theme_two {more}/two")];
    let mut expected = list.to_vec();
    expected.sort();
    assert_eq!(plugins(&components), expected);
    let tree = tree.link("again", "theme");
    let same = SitePaths { themedir: Some(tree.path().join("again")), ..paths.clone() };
    assert_eq!(plugins(&Components::scan(&same).unwrap()), ["theme_one theme/one", "theme_two theme/two"]);
    let gone = SitePaths { themedir: Some(tree.path().join("nowhere")), ..paths };
    assert_eq!(plugins(&Components::scan(&gone).unwrap()), ["theme_one theme/one", "theme_two theme/two"]);
}

#[test]
fn plugins_may_be_linked_and_links_that_lead_nowhere_are_none() {
    let tree = old().folder("dev/forum").link("mod/forum", "../dev/forum").link("mod/gone", "../dev/gone");
    let tree = tree.link("mod/circle", "circle").file("dev/file", "").link("mod/file", "../dev/file");
    assert_eq!(plugins(&scan(&tree)), ["mod_forum mod/forum"]);
}

#[test]
fn folders_of_components_are_found_by_name() {
    let tree = new().folder("public/mod/forum").folder("public/mod/help");
    let components = scan(&tree);
    let dir = |name| components.dir(Named::of_scripts(name, &components));
    assert_eq!(dir("core"), Some("lib"));
    assert_eq!(dir("core_course"), Some("course"));
    assert_eq!(dir("course"), Some("course"));
    assert_eq!(dir("forum"), Some("mod/forum"));
    assert_eq!(dir("mod_forum"), Some("mod/forum"));
    assert_eq!(dir("mod_help"), Some("mod/help"));
    for none in ["help", "core_help", "core_", "mod_", "mod_wiki", "wiki", "block_forum", "nothing_at_all"] {
        assert_eq!(dir(none), None, "{none}");
    }
    let all: Vec<_> = components.all().map(|(name, _)| name).collect();
    assert_eq!(all, ["core", "core_course", "core_admin", "core_role", "mod_forum", "mod_help"]);
}

#[test]
fn a_list_that_is_not_moodles_stops_the_start_and_says_where() {
    for (json, why) in [
        ("", "EOF"),
        ("[]", "map"),
        ("{}", "no plugin types"),
        (r#"{"plugintypes": {"mod": 7}}"#, "plugintypes.mod"),
        (r#"{"plugintypes": {"mod": "mod"}, "subsystems": "x"}"#, "subsystems"),
    ] {
        let tree = old().file("lib/components.json", json);
        let error = Components::scan(&paths(&tree)).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, SiteError::BadComponents { .. }), "{text}");
        assert!(text.contains(why) && text.contains("lib/components.json"), "{text}");
    }
    let pipe = Tree::new().file("version.php", "").file("lib/components.json", "{}");
    let paths = paths(&pipe);
    std::fs::remove_file(pipe.path().join("lib/components.json")).unwrap();
    let _pipe = pipe.fifo("lib/components.json");
    assert!(matches!(Components::scan(&paths), Err(SiteError::Unreadable { .. })));
}

#[test]
fn the_lists_survive_being_kept_as_json() {
    let tree = new().folder("public/mod/forum").file("public/mod/forum/db/subplugins.json", "{");
    let components = scan(&tree);
    let kept = serde_json::to_string(&components).unwrap();
    assert_eq!(serde_json::from_str::<Components>(&kept).unwrap(), components);
    assert_eq!(components.problems.len(), 1);
}
