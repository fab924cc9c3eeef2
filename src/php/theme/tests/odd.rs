//! Themes in the manner of those that schools and companies write.

use super::site::Site;
use super::*;

/// A theme of one function, whose pre-SCSS is what `body` returns.
fn theme(body: &str) -> Site {
    let config = "<?php $THEME->parents = []; $THEME->prescsscallback = 'theme_odd_pre';";
    Site::new(&[
        ("odd/config.php", config),
        ("odd/lib.php", &format!("<?php\nfunction theme_odd_pre($theme) {{\n{body}\n}}")),
    ])
}

fn pre(site: &Site) -> Made {
    let made = scss(&site.chain(&["odd"]), site).unwrap().pre?;
    let (_, text) = made.split_once("**/\n").unwrap();
    Ok(text.strip_suffix('\n').unwrap().to_owned())
}

#[test]
fn helper_classes_are_loaded_from_the_folder_classes() {
    let files = [
        ("odd/config.php", "<?php $THEME->parents = ['kit']; $THEME->prescsscallback = 'theme_odd_pre';"),
        (
            "odd/lib.php",
            "<?php use theme_odd\\util\\settings; use theme_kit\\color as tint;
            function theme_odd_pre($theme) {
                $settings = new settings($theme);
                return $settings->primary . tint::darken($settings->primary, 10) . settings::VERSION . theme_odd_old_helper::name() . count($settings);
            }",
        ),
        (
            "odd/classes/util/settings.php",
            "<?php namespace theme_odd\\util; use theme_kit\\base;
            /** Reads settings. */
            class settings extends base implements \\Countable {
                const VERSION = '/v1';
                private static array $defaults = ['primary' => '#336699'];
                public function __construct(private readonly object $theme) { parent::__construct('odd'); }
                public function __get($name) { return $this->theme->settings->$name ?? self::$defaults[$name] ?? null; }
                public function count(): int { return 1; }
            }",
        ),
        ("odd/classes/old_helper.php", "<?php class theme_odd_old_helper { public static function name() { return '/' . static::class; } }"),
        ("kit/config.php", "<?php $THEME->parents = [];"),
        ("kit/classes/base.php", "<?php namespace theme_kit; abstract class base { protected $kind; public function __construct(string $kind) { $this->kind = $kind; } }"),
        (
            "kit/classes/color.php",
            "<?php namespace theme_kit; class color { public static function darken(string $hex, int $by): string {
                $parts = array_map('hexdec', str_split(ltrim($hex, '#'), 2));
                $parts = array_map(fn($part) => max(0, min(255, $part - $by)), $parts);
                return vsprintf('/#%02x%02x%02x', $parts);
            } }",
        ),
    ];
    let site = Site::new(&files);
    let made = scss(&site.chain(&["odd", "kit"]), &site).unwrap().pre;
    // count() of an object is more than is supported; without it all is known.
    assert!(made.unwrap_err().construct.contains("count"));
    let lib = files[1].1.replace(" . count($settings)", "");
    std::fs::write(site.theme("odd").join("lib.php"), lib).unwrap();
    let made = scss(&site.chain(&["odd", "kit"]), &site).unwrap();
    assert!(made.pre.unwrap().contains("#336699/#295c8f/v1/theme_odd_old_helper"));
    assert!(made.reads.files.contains(&site.theme("kit").join("classes/color.php")));
}

#[test]
fn variables_are_built_from_a_map_of_settings() {
    let site = theme(
        r#"
    $map = ['maincolor' => ['var' => 'primary', 'default' => '#000'], 'width' => ['var' => 'w', 'default' => 10, 'unit' => 'px'], 'on' => ['var' => 'flag', 'bool' => true]];
    $out = [];
    foreach ($map as $setting => $def) {
        $value = $theme->settings->{$setting} ?? $def['default'] ?? null;
        if (!empty($def['bool'])) { $out[] = sprintf('$%s: %s;', $def['var'], $value ? 'true' : 'false'); continue; }
        switch (true) {
            case isset($def['unit']): $value = (int) $value . $def['unit']; break;
            case preg_match('/^#?([0-9a-f]{6})$/i', $value, $m) === 1: $value = '#' . strtolower($m[1]); break;
            default: $value = trim($value);
        }
        $out[] = '$' . $def['var'] . ': ' . $value . ';';
    }
    usort($out, fn($a, $b) => strcmp($b, $a));
    return implode("\n", $out);"#,
    )
    .set("theme_odd", "maincolor", "AABBCC")
    .set("theme_odd", "width", "12em")
    .set("theme_odd", "on", "0");
    assert_eq!(pre(&site).unwrap(), "$w: 12px;\n$primary: #aabbcc;\n$flag: false;");
}

#[test]
fn all_settings_can_be_walked_over() {
    let site = theme(
        "$s = ''; foreach ($theme->settings as $k => $v) { if (strpos($k, 'color') === 0) { $s .= \"\\${$k}: $v;\"; } }
        foreach ((array) get_config('theme_odd') as $k => $v) { $s .= $k; } return $s;",
    )
    .set("theme_odd", "color1", "red")
    .set("theme_odd", "other", "x");
    assert_eq!(pre(&site).unwrap(), "$color1: red;color1other");
}

#[test]
fn files_of_an_area_are_listed_and_read() {
    let site = theme(
        "$fs = get_file_storage(); $context = \\core\\context\\system::instance(); $s = '';
        foreach ($fs->get_area_files($context->id, 'theme_odd', 'fonts', 0, 'filename', false) as $file) {
            $url = moodle_url::make_pluginfile_url($file->get_contextid(), $file->get_component(), $file->get_filearea(), $file->get_itemid(), $file->get_filepath(), $file->get_filename());
            $s .= '@font-face{src:url(' . $url . ')}' . pathinfo($file->get_filename(), PATHINFO_EXTENSION) . strlen($file->get_content());
        }
        return $s . ($fs->is_area_empty($context->id, 'theme_odd', 'none') ? '!' : '?');",
    )
    .store("theme_odd", "fonts", "b.woff2", "bb")
    .store("theme_odd", "fonts", "a font.ttf", "a");
    let url = "https://school.example/moodle/pluginfile.php/1/theme_odd/fonts/0";
    assert_eq!(
        pre(&site).unwrap(),
        format!("@font-face{{src:url({url}/a%20font.ttf)}}ttf1@font-face{{src:url({url}/b.woff2)}}woff22!")
    );
}

#[test]
fn a_theme_may_load_another_theme_for_its_settings() {
    let site = theme("$base = theme_config::load('base'); $own = \\theme_config::load('odd'); return $base->settings->c . $base->name . $own->settings->c;")
        .set("theme_base", "c", "B")
        .set("theme_odd", "c", "O");
    std::fs::create_dir_all(site.theme("base")).unwrap();
    std::fs::write(site.theme("base").join("config.php"), "<?php").unwrap();
    assert_eq!(pre(&site).unwrap(), "BbaseO");
}

#[test]
fn scss_partials_are_concatenated_from_the_folder() {
    let site = theme(
        "global $CFG; $s = ''; foreach (['a', 'b', 'gone'] as $part) { $file = __DIR__ . \"/scss/$part.scss\"; if (file_exists($file) && is_readable($file)) { $s .= file_get_contents($file); } }
        $more = $CFG->dirroot . '/theme/' . $theme->name . '/scss/'; return $s . file_get_contents($more . 'a.scss') . basename($more);",
    );
    std::fs::create_dir_all(site.theme("odd").join("scss")).unwrap();
    std::fs::write(site.theme("odd").join("scss/a.scss"), "A;").unwrap();
    std::fs::write(site.theme("odd").join("scss/b.scss"), "B;").unwrap();
    assert_eq!(pre(&site).unwrap(), "A;B;A;scss");
    let reads = scss(&site.chain(&["odd"]), &site).unwrap().reads;
    // What was looked for in vain is an input too.
    assert!(reads.files.contains(&site.theme("odd").join("scss/gone.scss")));
}

#[test]
fn folders_are_listed_in_one_order_whatever_the_file_system_gives() {
    let body = "$dir = __DIR__ . '/scss'; $s = ''; $folder = opendir($dir);
        while (($file = readdir($folder)) !== false) { $s .= $file . ' '; } rewinddir($folder); $s .= readdir($folder); closedir($folder);
        foreach (glob($dir . '/[ab]*.sc?s') as $file) { $s .= '|' . file_get_contents($file); }
        foreach (glob(__DIR__ . '/*/{b,z}.scss', GLOB_BRACE) as $file) { $s .= '!' . basename($file); }
        $s .= json_encode(scandir($dir)) . json_encode(array_diff(scandir($dir, SCANDIR_SORT_DESCENDING), ['.', '..']));
        return $s . json_encode([glob($dir . '/*.css'), glob($dir . '/*', GLOB_ONLYDIR | GLOB_NOSORT) == [$dir . '/sub'], @scandir($dir . '/gone')]);";
    let site = theme(body);
    let folder = site.theme("odd").join("scss");
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    for (name, text) in [("b.scss", "B;"), ("a.scss", "A;"), (".hidden.scss", "H;"), ("c.scss", "C;")] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let listed = ". .. .hidden.scss a.scss b.scss c.scss sub .|A;|B;!b.scss";
    let arrays = r#"[".","..",".hidden.scss","a.scss","b.scss","c.scss","sub"]["sub","c.scss","b.scss","a.scss",".hidden.scss"]"#;
    assert_eq!(pre(&site).unwrap(), format!("{listed}{arrays}[[],true,false]"));
    let reads = scss(&site.chain(&["odd"]), &site).unwrap().reads;
    assert!(reads.files.contains(&folder), "what is in a folder is an input");
}

#[test]
fn files_outside_the_themes_stay_closed() {
    for body in [
        "return implode(scandir('/etc'));",
        "global $CFG; return implode(glob($CFG->dirroot . '/*'));",
        "return readdir(opendir(__DIR__ . '/../..'));",
        "return file_get_contents('/etc/passwd');",
        "global $CFG; return file_get_contents($CFG->dirroot . '/config.php');",
        "return file_get_contents(__DIR__ . '/../../config.php');",
        "return file_get_contents('http://example.com/x.css');",
        "return include('/etc/passwd');",
        "global $CFG; return $CFG->dbpass;",
        "return `id`;",
        "return shell_exec('id');",
        "eval('$x = 1;'); return $x ?? eval('return 1;');",
    ] {
        let site = theme(body);
        std::fs::write(site.root().join("config.php"), "<?php // secret").unwrap();
        let made = pre(&site);
        assert!(made.is_err(), "{body}: {made:?}");
    }
}

#[test]
fn forks_may_rename_guards_and_libraries() {
    let site = Site::new(&[
        (
            "odd/config.php",
            "<?php if (!defined('FORK_INTERNAL')) { exit; } require_once($CFG->libdir . '/forklib.php'); $THEME->parents = []; $THEME->prescsscallback = 'fork_pre';",
        ),
        (
            "odd/lib.php",
            "<?php defined('FORK_INTERNAL') or die('Direct access'); use fork\\something; function fork_pre($theme) { return 'ok'; }",
        ),
    ]);
    assert_eq!(scss(&site.chain(&["odd"]), &site).unwrap().pre.unwrap(), "\n/** Pre-SCSS from fork_pre **/\nok\n");
}

#[test]
fn what_depends_on_who_asks_or_when_is_unknown() {
    for body in [
        "return date('Y');",
        "return isloggedin() ? 'a' : 'b';",
        "return get_string('x', 'theme_odd');",
        "return right_to_left() ? 'rtl' : 'ltr';",
        "return current_language();",
        "return (string) rand(1, 6);",
        "global $USER; return $USER->theme;",
        "return $_SERVER['HTTP_USER_AGENT'];",
    ] {
        assert!(pre(&theme(body)).is_err(), "{body}");
    }
    assert_eq!(pre(&theme("$year = date('Y'); debugging('x'); return 'known';")).unwrap(), "known");
    assert_eq!(pre(&theme("if (isloggedin()) { $x = 'same'; } else { $x = 'same'; } return $x;")).unwrap(), "same");
}

#[test]
fn null_and_numbers_become_text_as_in_php() {
    for (body, text) in
        [("return null;", ""), ("return;", ""), ("return 1.50;", "1.5"), ("return true;", "1"), ("$x = 1;", "")]
    {
        assert_eq!(pre(&theme(body)).unwrap(), text, "{body}");
    }
}

#[test]
fn a_theme_without_end_costs_only_itself() {
    for body in [
        "while (true) {}",
        "return theme_odd_pre($theme);",
        "$s = 'x'; for (;;) { $s .= $s; }",
        "return str_repeat('x', 1 << 40);",
    ] {
        let problem = pre(&theme(body)).unwrap_err();
        assert!(problem.to_string().contains("takes too much"), "{problem}");
    }
}
