use super::site::Site;
use super::*;

const BASE_CONFIG: &str = "<?php
defined('MOODLE_INTERNAL') || die();
require_once(__DIR__ . '/lib.php');
$THEME->name = 'base';
$THEME->parents = [];
$THEME->sheets = [];
$THEME->scss = function($theme) {
    return theme_base_main($theme);
};
$THEME->prescsscallback = 'theme_base_pre';
$THEME->extrascsscallback = 'theme_base_extra';
$THEME->precompiledcsscallback = 'theme_base_precompiled';";

const BASE_LIB: &str = r#"<?php
defined('MOODLE_INTERNAL') || die();
function theme_base_main($theme) {
    global $CFG;
    $scss = '';
    $filename = !empty($theme->settings->preset) ? $theme->settings->preset : null;
    $fs = get_file_storage();
    $context = context_system::instance();
    if ($filename == 'default.scss') {
        $scss .= file_get_contents($CFG->dirroot . '/theme/base/scss/preset/default.scss');
    } else if ($filename && ($file = $fs->get_file($context->id, 'theme_base', 'preset', 0, '/', $filename))) {
        $scss .= $file->get_content();
    } else {
        $scss .= file_get_contents($CFG->dirroot . '/theme/base/scss/preset/default.scss');
    }
    return $scss;
}
function theme_base_pre($theme) {
    $scss = '';
    $configurable = ['brandcolor' => ['primary', 'link'], 'size' => 'font-size'];
    foreach ($configurable as $key => $targets) {
        $value = isset($theme->settings->{$key}) ? $theme->settings->{$key} : null;
        if (empty($value)) {
            continue;
        }
        array_map(function($target) use (&$scss, $value) {
            $scss .= '$' . $target . ': ' . $value . ";\n";
        }, (array) $targets);
    }
    if (defined('BEHAT_SITE_RUNNING')) {
        $scss .= "\$behat: true;\n";
    }
    return $scss;
}
function theme_base_extra($theme) {
    $content = '';
    $url = $theme->setting_file_url('background', 'background');
    if (!empty($url)) {
        $content .= "body { background: url('$url'); }";
    }
    return !empty($theme->settings->scss) ? "{$theme->settings->scss}\n{$content}" : $content;
}
function theme_base_precompiled() {
    global $CFG;
    return file_get_contents($CFG->dirroot . '/theme/base/style/moodle.css');
}
"#;

fn base() -> Vec<(&'static str, &'static str)> {
    vec![
        ("base/config.php", BASE_CONFIG),
        ("base/lib.php", BASE_LIB),
        ("base/scss/preset/default.scss", "// default\n"),
        ("base/style/moodle.css", "a{b:c}"),
    ]
}

fn with(more: &[(&'static str, &'static str)]) -> Site {
    let mut files = base();
    files.extend_from_slice(more);
    Site::new(&files)
}

fn main_text(scss: &Scss) -> Made {
    match &scss.main {
        Main::Text { text, .. } => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_theme_of_the_common_kind_evaluates() {
    let site = with(&[]).set("theme_base", "brandcolor", "#123456").set("theme_base", "scss", ".x { y: z; }");
    let site = site.set("theme_base", "background", "/b g.png");
    let made = scss(&site.chain(&["base"]), &site).unwrap();
    assert_eq!(main_text(&made).unwrap(), "// default\n");
    assert_eq!(made.pre.unwrap(), "\n/** Pre-SCSS from theme_base_pre **/\n$primary: #123456;\n$link: #123456;\n\n");
    assert_eq!(
        made.extra.unwrap(),
        "\n/** Extra SCSS from theme_base_extra **/\n.x { y: z; }\nbody { background: url('//school.example/moodle/pluginfile.php/1/theme_base/background/1770000000/b%20g.png'); }\n"
    );
    assert!(made.tree.is_none());
    let css = precompiled(&site.chain(&["base"]), &site).unwrap();
    assert_eq!(css.text.unwrap(), "a{b:c}");
    assert!(css.reads.files.contains(&site.theme("base").join("style/moodle.css")));
}

#[test]
fn presets_come_from_the_file_pool() {
    let site =
        with(&[]).set("theme_base", "preset", "mine.scss").store("theme_base", "preset", "mine.scss", "$mine: 1;");
    let made = scss(&site.chain(&["base"]), &site).unwrap();
    assert_eq!(main_text(&made).unwrap(), "$mine: 1;");
    assert!(made.reads.stored.contains("hash-mine.scss"));
    assert!(made.reads.areas.contains("1/theme_base/preset"));
    assert!(made.reads.settings.contains(&("theme_base".into(), "preset".into())));
    let missing = with(&[]).set("theme_base", "preset", "gone.scss");
    assert_eq!(main_text(&scss(&missing.chain(&["base"]), &missing).unwrap()).unwrap(), "// default\n");
}

#[test]
fn parents_run_with_the_settings_of_the_child() {
    let site = with(&[(
        "child/config.php",
        "<?php $THEME->name = 'child'; $THEME->parents = ['base']; $THEME->prescsscallback = 'theme_child_pre'; $THEME->extrascsscallback = 'no_such_function';",
    ), ("child/lib.php", "<?php function theme_child_pre($theme) { return '$child: ' . $theme->name . ' ' . get_config('theme_base', 'brandcolor') . ';'; }"), ("child/scss/x.scss", "")])
    .set("theme_base", "brandcolor", "#base")
    .set("theme_child", "brandcolor", "#child");
    let made = scss(&site.chain(&["child", "base"]), &site).unwrap();
    assert_eq!(
        made.pre.unwrap(),
        "\n/** Pre-SCSS from theme_base_pre **/\n$primary: #child;\n$link: #child;\n\n\n/** Pre-SCSS from theme_child_pre **/\n$child: child #base;\n"
    );
    // A function that does not exist is passed over, as Moodle does.
    assert_eq!(made.extra.unwrap(), "\n/** Extra SCSS from theme_base_extra **/\n\n");
    match made.main {
        // The import paths begin at the theme whose main SCSS it is.
        Main::Text { text, imports } => {
            assert_eq!(text.unwrap(), "// default\n");
            assert_eq!(imports, [site.theme("base").join("scss")]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_as_main_scss_is_named_and_one_that_is_missing_passed_over() {
    let site = with(&[
        ("child/config.php", "<?php $THEME->parents = ['base']; $THEME->scss = 'main';"),
        ("child/scss/main.scss", ""),
        ("other/config.php", "<?php $THEME->parents = ['base']; $THEME->scss = 'gone';"),
    ]);
    match scss(&site.chain(&["child", "base"]), &site).unwrap().main {
        Main::File(file) => assert_eq!(file, site.theme("child").join("scss/main.scss")),
        other => panic!("{other:?}"),
    }
    assert!(matches!(scss(&site.chain(&["other", "base"]), &site).unwrap().main, Main::Text { .. }));
    let none = Site::new(&[("n/config.php", "<?php $THEME->parents = [];")]);
    assert!(matches!(scss(&none.chain(&["n"]), &none).unwrap().main, Main::None));
}

#[test]
fn settings_that_are_not_at_hand_make_texts_unknown_and_never_empty() {
    let site = Site { blind: true, ..with(&[]) };
    let made = scss(&site.chain(&["base"]), &site).unwrap();
    for text in [&made.pre, &made.extra, &main_text(&made)] {
        let problem = text.as_ref().unwrap_err();
        assert!(problem.file.ends_with("base/lib.php") && problem.line > 1, "{problem}");
        assert!(problem.construct.contains("theme_base/"), "{problem}");
    }
}

#[test]
fn a_callback_that_asks_the_database_is_unknown_with_its_line() {
    let site = with(&[
        ("child/config.php", "<?php $THEME->parents = ['base']; $THEME->prescsscallback = 'theme_child_pre';"),
        (
            "child/lib.php",
            "<?php\nfunction theme_child_pre($theme) {\n    global $DB;\n    $n = $DB->count_records('course');\n    return '$courses: ' . $n . ';';\n}",
        ),
    ]);
    let made = scss(&site.chain(&["child", "base"]), &site).unwrap();
    let problem = made.pre.unwrap_err();
    assert!(
        problem
            .to_string()
            .contains("child/lib.php:4: $DB->count_records() of the table course needs the site's database"),
        "{problem}"
    );
    assert!(made.extra.is_ok());
}

#[test]
fn a_library_that_does_not_parse_makes_its_callbacks_unknown() {
    let site = with(&[
        ("child/config.php", "<?php $THEME->parents = ['base']; $THEME->prescsscallback = 'theme_child_pre';"),
        ("child/lib.php", "<?php\nfunction theme_child_pre($theme) { return ; } }"),
    ]);
    let made = scss(&site.chain(&["child", "base"]), &site).unwrap();
    let problem = made.pre.unwrap_err();
    assert!(problem.to_string().contains("child/lib.php:2"), "{problem}");
}

#[test]
fn only_the_own_post_processor_runs_and_it_may_call_the_parents_functions() {
    let lib = r#"<?php
function theme_child_process_css($css, $theme) {
    $logo = $theme->setting_file_url('logo', 'logo');
    $css = theme_child_set($css, 'logo', $logo ?: $theme->image_url('logo', 'theme'));
    foreach (['maincolor' => '#fff', 'linkcolor' => '#00f'] as $name => $default) {
        $value = empty($theme->settings->$name) ? $default : $theme->settings->$name;
        $css = theme_child_set($css, $name, $value);
    }
    if (!empty($theme->settings->customcss)) {
        $customcss = $theme->settings->customcss;
    } else {
        $customcss = null;
    }
    return theme_base_set_customcss($css, $customcss);
}
function theme_child_set($css, $name, $value) {
    $tag = '[[setting:' . $name . ']]';
    return str_replace($tag, $value, $css);
}
"#;
    let site = with(&[
        ("child/config.php", "<?php $THEME->parents = ['base', 'plain']; $THEME->csspostprocess = 'theme_child_process_css';"),
        ("child/lib.php", lib),
        ("plain/config.php", "<?php $THEME->parents = []; $THEME->csspostprocess = 'theme_plain_never';"),
        (
            "plain/lib.php",
            "<?php function theme_base_set_customcss($css, $customcss) { $replacement = $customcss; if (is_null($replacement)) { $replacement = ''; } return str_replace('[[setting:customcss]]', $replacement, $css); }
            function theme_plain_never($css) { return 'never'; }",
        ),
    ])
    .set("theme_child", "maincolor", "red");
    let css = "a{color:[[setting:maincolor]];background:url([[setting:logo]])}\nb{color:[[setting:linkcolor]]}[[setting:customcss]]";
    let done = post_process(&site.chain(&["child", "base", "plain"]), css.into(), &site).unwrap();
    assert_eq!(
        String::from_utf8(done.text.unwrap()).unwrap(),
        "a{color:red;background:url(https://school.example/moodle/theme/image.php/child/theme/1770000000/logo)}\nb{color:#00f}"
    );
    let plain = post_process(&site.chain(&["base", "plain"]), b"x".to_vec(), &site).unwrap();
    assert_eq!(plain.text.unwrap(), b"x");
}

#[test]
fn a_tree_post_processor_anywhere_in_the_chain_is_reported() {
    let site = with(&[
        ("child/config.php", "<?php $THEME->parents = ['base', 'old'];"),
        ("old/config.php", "<?php $THEME->parents = []; $THEME->csstreepostprocessor = 'theme_old_tree';"),
        ("old/lib.php", "<?php function theme_old_tree($tree, $theme) {}"),
    ]);
    let made = scss(&site.chain(&["child", "base", "old"]), &site).unwrap();
    assert!(made.tree.unwrap().construct.contains("theme_old_tree"));
    let own = scss(&site.chain(&["child", "base"]), &site).unwrap();
    assert!(own.tree.is_none());
}

#[test]
fn images_in_designer_mode_have_no_revision() {
    let config = "<?php $THEME->parents = []; $THEME->extrascsscallback = 'theme_i_extra';";
    let lib = "<?php function theme_i_extra($theme) { return \"url({$theme->image_url('x/y', 'core')}) \" . $theme->font_url('f.woff2', 'theme')->out(false); }";
    let site = Site::new(&[("i/config.php", config), ("i/lib.php", lib)]);
    let url = "https://school.example/moodle/theme";
    let extra = |site: &Site, svg| scss(&Chain { svg, ..site.chain(&["i"]) }, site).unwrap().extra.unwrap();
    assert!(
        extra(&site, true)
            .contains(&format!("url({url}/image.php/i/core/1770000000/x/y) {url}/font.php/i/theme/1770000000/f.woff2"))
    );
    assert!(extra(&site, false).contains(&format!("url({url}/image.php/_s/i/core/1770000000/x/y)")));
    let designer = Site { themerev: -1, ..site };
    assert!(extra(&designer, true).contains(&format!(
        "url({url}/image.php?theme=i&amp;component=core&amp;image=x%2Fy) {url}/font.php?theme=i&component=theme&font=f.woff2"
    )));
}
