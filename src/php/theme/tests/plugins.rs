//! Themes that ask after the site's other plugins.

use super::site::Site;
use super::*;

fn pre(body: &str, more: &[(&str, &str)]) -> Made {
    let library = format!("<?php\nfunction theme_odd_pre($theme) {{\n{body}\n}}");
    let mut files = vec![
        ("odd/config.php", "<?php $THEME->parents = []; $THEME->prescsscallback = 'theme_odd_pre';"),
        ("odd/lib.php", &library),
    ];
    files.extend_from_slice(more);
    let site = Site::new(&files);
    let made = scss(&site.chain(&["odd"]), &site).unwrap().pre?;
    let (_, text) = made.split_once("**/\n").unwrap();
    Ok(text.strip_suffix('\n').unwrap().to_owned())
}

const DEFINES: (&str, &str) = (
    "../lib/moodlelib.php",
    "<?php define('FEATURE_MOD_PURPOSE', 'mod_purpose'); define('FEATURE_GROUPS', 'groups');
    define('MOD_PURPOSE_CONTENT', 'content'); define('MOD_PURPOSE_OTHER', 'other'); start_everything();",
);

#[test]
fn what_a_plugin_supports_is_what_its_library_says() {
    let body = "$all = '';
        foreach (get_module_types_names() as $name => $title) {
            $all .= $name . ':' . (plugin_supports('mod', $name, FEATURE_MOD_PURPOSE, MOD_PURPOSE_OTHER) ?: 'none') . ' ';
        }
        return $all . plugin_supports('mod', 'gone', FEATURE_GROUPS, 'default') . var_export(plugin_supports('block', 'gone', 'x'), true);";
    let more = [
        DEFINES,
        (
            "../mod/folder/lib.php",
            "<?php require_once($CFG->libdir . '/x.php');
            function folder_supports($feature) {
                switch ($feature) {
                    case FEATURE_GROUPS: return false;
                    case FEATURE_MOD_PURPOSE: return MOD_PURPOSE_CONTENT;
                    default: return null;
                }
            }
            function folder_add() { global $DB; $DB->insert(); }",
        ),
        (
            "../mod/game/lib.php",
            "<?php function mod_game_supports($feature) { return match ($feature) { FEATURE_GROUPS => true, default => null }; }",
        ),
        (
            "../mod/label/lib.php",
            "<?php function label_supports(string $feature) { return $feature === FEATURE_MOD_PURPOSE ? false : null; }",
        ),
        ("../mod/bare/lib.php", "<?php"),
    ];
    assert_eq!(pre(body, &more).unwrap(), "bare:other folder:content game:other label:none defaultfalse");
}

#[test]
fn a_library_that_is_not_understood_makes_the_answer_unknown() {
    let body = "return plugin_supports('mod', 'odd', FEATURE_GROUPS) ? 'a' : 'b';";
    let library = ("../mod/odd/lib.php", "<?php function odd_supports($feature) { return ask_somebody($feature); }");
    let problem = pre(body, &[DEFINES, library]).unwrap_err();
    assert!(problem.construct.contains("ask_somebody") && problem.file.ends_with("mod/odd/lib.php"), "{problem:?}");
}

#[test]
fn classes_of_plugins_that_are_not_installed_do_not_exist() {
    let body = "$all = [];
        foreach (['local_gone\\\\tool', '\\\\local_gone\\\\tool'] as $class) { $all[] = class_exists($class) ? 'yes' : 'no'; }
        return implode(' ', $all);";
    assert_eq!(pre(body, &[DEFINES]).unwrap(), "no no");
    let of_no_type = "return class_exists('Acme_Paint\\\\Color') ? 'yes' : 'no';";
    assert!(pre(of_no_type, &[DEFINES]).is_err(), "anybody's namespace has an underscore");
    let of_an_installed_one = "return class_exists('mod_folder\\\\tool') ? 'yes' : 'no';";
    assert!(pre(of_an_installed_one, &[("../mod/folder/lib.php", "<?php")]).is_err());
}

#[test]
fn only_the_parameters_of_a_style_sheets_url_are_unknown() {
    assert_eq!(pre("return 'id' . optional_param('courseid', 7, PARAM_INT);", &[]).unwrap(), "id7");
    assert!(pre("return optional_param('type', 'all', PARAM_ALPHA);", &[]).is_err());
    assert_eq!(pre("return during_initial_install() ? 'early' : 'late';", &[]).unwrap(), "late");
}
