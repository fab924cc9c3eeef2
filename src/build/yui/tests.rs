use super::*;
use crate::asset::{Asked, ComponentName, ContentType, Revision};
use proptest::prelude::*;

fn versions() -> Versions {
    Versions { yui3: "3.18.1".into(), patch: 2, yui2: "2.9.0".into() }
}

fn parse(list: &str) -> Option<Combo> {
    Combo::parse(list, &versions())
}

fn one(list: &str) -> Kind {
    let combo = parse(list).unwrap();
    assert_eq!(combo.parts.len(), 1, "{list}");
    combo.parts[0].kind.clone()
}

#[test]
fn a_list_has_one_type_and_each_part_once() {
    let combo = parse("&3.18.1/a/a.js&3.18.1/b/b.js&&3.18.1/a/a.js&").unwrap();
    assert_eq!(combo.content_type, ContentType::JavaScript);
    assert_eq!(combo.parts.len(), 2);
    assert_eq!(parse("3.18.1/a/a.css").unwrap().content_type, ContentType::Css);
    for none in ["", "&", "m/17", "rollup", "3.18.1/a/a.png"] {
        assert_eq!(parse(none), None, "{none}");
    }
}

#[test]
fn a_list_that_is_too_long_ends_with_a_whole_part() {
    let part = |i| format!("3.18.1/module-{i:03}/module-{i:03}-min.js");
    let combo = parse(&(0..100).map(part).collect::<Vec<_>>().join("&")).unwrap();
    let length: usize = combo.parts.iter().map(|p| p.text.len() + 1).sum::<usize>() - 1;
    assert!(length <= LONGEST && length + part(0).len() + 1 > LONGEST, "{length}");
    assert!(combo.parts.iter().all(|p| p.text.ends_with(".js")));
}

#[test]
fn the_library_has_the_sites_version_only() {
    let library =
        |file: &str, version: &str, current| Kind::Library { file: file.into(), version: version.into(), current };
    assert_eq!(one("3.18.1/yui/yui-min.js"), library("3.18.1/yui/yui-min.js", "3.18.1", true));
    assert_eq!(one("3.18.1_2/yui/yui-min.js"), library("3.18.1/yui/yui-min.js", "3.18.1_2", true));
    assert_eq!(one("3.18.1_7/yui/yui-min.js"), library("3.18.1/yui/yui-min.js", "3.18.1_7", false));
    assert_eq!(one("2in3/2.9.0/build/x/x.js"), library("2in3/2.9.0/build/x/x.js", "2in3", true));
    for wrong in ["9.9.9/yui/yui.js", "yui.js", "3.18.1/../a.js", "gallery/17/a.js", "m/17/core/a.js"] {
        assert_eq!(one(wrong), Kind::Wrong, "{wrong}");
    }
}

#[test]
fn a_module_of_a_component_is_looked_for_built_and_then_beside_its_source() {
    let Kind::Module { component, module, asked, built, plain } = one("m/17/tool_lp/dragdrop/dragdrop-min.js") else {
        panic!("no module")
    };
    assert_eq!((component, module.as_str()), (ComponentName::parse("tool_lp").unwrap(), "dragdrop"));
    assert_eq!(asked, Asked::Number(Revision::new(17).unwrap()));
    assert_eq!(built, "yui/build/moodle-tool_lp-dragdrop/moodle-tool_lp-dragdrop-min.js");
    assert_eq!(plain, "yui/dragdrop/dragdrop.js");
    let Kind::Module { built, plain, .. } = one("moodle/-1/core_enrol/a/a.css") else { panic!("no module") };
    assert_eq!(built, "yui/build/moodle-core_enrol-a/assets/skins/sam/moodle-core_enrol-a.css");
    assert_eq!(plain, "yui/a/assets/skins/sam/a.css");
    let Kind::Module { built, plain, .. } = one("m/17/core/a/sub/a-sub-debug.js") else { panic!("no module") };
    assert_eq!(built, "yui/build/moodle-core-a-sub/moodle-core-a-sub-debug.js");
    assert_eq!(plain, "yui/a/sub/a-sub.js");
}

#[test]
fn a_part_of_another_type_than_its_list_is_wrong() {
    let combo = parse("3.18.1/a/a.css&m/17/core/a/a.txt&yuiuseall/yuiuseall&3.18.1/b/b.js").unwrap();
    let [sheet, text, use_all, script] = &combo.parts[..] else { panic!("{combo:?}") };
    assert_eq!((&sheet.kind, &text.kind, &use_all.kind), (&Kind::Wrong, &Kind::Wrong, &Kind::UseAll));
    assert_eq!(one(&use_all.text), Kind::UseAll);
    assert!(matches!(script.kind, Kind::Library { .. }));
}

#[test]
fn a_rollup_names_its_suffix() {
    let rollup = |suffix: &str| Kind::Rollup { version: "3.18.1".into(), suffix: suffix.into(), current: true };
    for suffix in ["-min.js", "-debug.js", ".js"] {
        assert_eq!(one(&format!("rollup/3.18.1/yui-moodlesimple{suffix}")), rollup(suffix));
    }
    assert_eq!(one("rollup/3.18.1/yui-moodlesimple-min.css"), rollup(".css"));
    assert_eq!(one("rollup/3.18.1/other.js"), Kind::Nothing);
    assert_eq!(one("rollup/1.0/yui-moodlesimple.js"), Kind::Wrong);
}

#[test]
fn the_modules_of_a_rollup_are_read_from_the_checkout() {
    let php = "if (x) { $yuimodules = array(\n 'yui', // the seed\n \"oop\",\n /* more */ 'dom-core',\n ); }";
    assert_eq!(rollup_modules(php).unwrap(), ["yui", "oop", "dom-core"]);
    assert_eq!(rollup_modules("foreach ($yuimodules as $m) {} $yuimodules = ['a'];").unwrap(), ["a"]);
    for none in
        ["", "$yuimodules = array();", "$yuimodules = f();", "$yuimodules = array('a', $b);", "$yuimodules = ['a"]
    {
        assert_eq!(rollup_modules(none), None, "{none}");
    }
}

#[test]
fn images_of_style_sheets_lead_to_their_script() {
    let rewrite = |list: &str, slash, css: &str| {
        images::rewrite(css, &parse(list).unwrap().parts[0], "/moodle", slash, &versions())
    };
    assert_eq!(
        rewrite("3.18.1/a/a.css", false, "url(../../../../assets/skins/sam/sprite.png) b.gif B.png x.jpg"),
        "url(/moodle/theme/yui_image.php?file=3.18.1/sprite.png) /moodle/theme/yui_image.php?file=3.18.1/b.gif B.png x.jpg"
    );
    assert_eq!(
        rewrite("m/17/core_enrol/users/users.css", true, "url(close.png)"),
        "url(/moodle/theme/yui_image.php/moodle/core_enrol/users/users/close.png)"
    );
    assert_eq!(rewrite("2in3/2.9.0/a/a.css", true, "s.png"), "/moodle/theme/yui_image.php/2.9.0/s.png");
    assert_eq!(
        rewrite("gallery/17/x/x.css", true, "url(http://yui.yahooapis.com/gallery-1/gallery-x/assets/skins/sam/a.png)"),
        "url(/moodle/theme/yui_image.php//gallery/17/gallery-x/assets/skins/sam/a.png)"
    );
}

proptest! {
    #[test]
    fn no_list_panics_and_no_file_leads_out(list in "(m|moodle|rollup|gallery|2in3|3\\.18\\.1|/|\\.|\\.\\.|-min|core|a|&|\\.js|\\.css|_2|%2e|ü){0,20}") {
        for part in parse(&list).into_iter().flat_map(|combo| combo.parts) {
            let shown = format!("{:?}", part.kind);
            prop_assert!(!shown.contains("..") && !shown.contains("//"), "{}", shown);
        }
    }
}
