use super::site::Site;
use super::*;

fn strings(list: &[&str]) -> Reading<Vec<String>> {
    Reading::Known(list.iter().map(ToString::to_string).collect())
}

#[test]
fn a_config_becomes_typed_fields() {
    let site = Site::new(&[
        ("x/lib.php", "<?php function theme_x_scss($theme) { return ''; }"),
        (
            "x/config.php",
            "<?php defined('MOODLE_INTERNAL') || die();\nrequire_once(__DIR__ . '/lib.php');\nrequire_once($CFG->libdir . '/completionlib.php');
            $THEME->name = 'x'; $THEME->parents = ['boost', 'classic']; $THEME->sheets = array('one', 'two'); $THEME->sheets[] = 'three';
            $THEME->editor_scss = ['editor']; $THEME->usefallback = true;
            $THEME->scss = function($theme) {
                return theme_x_scss($theme);
            };
            $THEME->prescsscallback = 'theme_x_pre'; $THEME->csspostprocess = '';
            $THEME->plugins_exclude_sheets = ['block' => ['html'], 'mod' => true]; $THEME->parents_exclude_sheets = true;
            $THEME->addblockposition = BLOCK_ADDBLOCK_POSITION_FLATNAV; $THEME->iconsystem = \\core\\output\\icon_system::FONTAWESOME;
            $THEME->layouts = ['base' => ['file' => 'x.php']];",
        ),
    ]);
    let config = site.config("x");
    assert_eq!(config.parents, strings(&["boost", "classic"]));
    assert_eq!(config.sheets, strings(&["one", "two", "three"]));
    assert_eq!(config.editor_scss, strings(&["editor"]));
    assert_eq!(config.editor_sheets, Reading::Unset);
    assert_eq!(config.usefallback, Reading::Known(true));
    let file = site.theme("x").join("config.php").into_string();
    assert_eq!(config.scss, Reading::Known(MainScss::Closure { file, line: 6 }));
    assert_eq!(config.prescsscallback, Reading::Known("theme_x_pre".into()));
    assert_eq!((config.csspostprocess.clone(), config.extrascsscallback.clone()), (Reading::Unset, Reading::Unset));
    let plugins = config.plugins_exclude_sheets.clone().known().unwrap();
    assert!(plugins.contains("block", "html") && !plugins.contains("block", "x") && plugins.group("mod"));
    assert_eq!(config.parents_exclude_sheets, Reading::Known(Excludes::All));
    assert_eq!(config.problems, []);
    assert!(config.reads.files.contains(&site.theme("x").join("lib.php")));
}

#[test]
fn a_field_that_is_unknown_leaves_the_others_known() {
    let site = Site::new(&[(
        "x/config.php",
        "<?php $THEME->parents = ['boost'];\n$THEME->sheets = get_list_from_somewhere();\n$THEME->scss = 'main'; if (some_check()) { $THEME->javascripts = ['a']; }",
    )]);
    let config = site.config("x");
    assert_eq!(config.parents, strings(&["boost"]));
    assert_eq!(config.scss, Reading::Known(MainScss::File("main".into())));
    let problem = config.sheets.problem().unwrap();
    assert_eq!((problem.line, &*problem.construct), (2, "get_list_from_somewhere()"));
    assert_eq!(config.javascripts.problem().unwrap().construct, "some_check()");
    assert_eq!(config.problems.len(), 2);
}

#[test]
fn a_config_may_look_at_the_settings_of_the_requested_theme() {
    let site = Site::new(&[(
        "x/config.php",
        "<?php $THEME->parents = []; if (!empty($THEME->settings->extra)) { $THEME->sheets = [$THEME->settings->extra]; } else { $THEME->sheets = []; }",
    )])
    .set("theme_child", "extra", "more");
    let own = site.config("x");
    assert_eq!(own.sheets, strings(&[]));
    let child = read_config("x", &site.theme("x"), "child", &site).unwrap();
    assert_eq!(child.sheets, strings(&["more"]));
    assert!(child.reads.settings.contains(&("theme_child".into(), "extra".into())));
    let blind = Site { blind: true, ..site };
    assert!(read_config("x", &blind.theme("x"), "child", &blind).unwrap().sheets.problem().is_some());
}
