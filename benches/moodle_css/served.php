<?php
// What Moodle's own scripts make of a theme's styles: its SCSS compiler, RTL library and minifier, run out of the tree
// without a site. For themes whose SCSS needs no settings.
//
//     php served.php MOODLE/public THEME ltr|rtl WHOLE.css SCSS.css > served.css
//
// WHOLE is revserve's `styles.php/THEME/-1/all`, SCSS its `styles_debug.php?theme=THEME&type=scss`: what stands around
// the compiled SCSS is taken from there. Asked by FastCGI, the arguments are the query, joined with `+`.

[, $root, $name, $direction, $whole, $scss] = $argv ?? explode('+', '+' . $_SERVER['QUERY_STRING']);
define('MOODLE_INTERNAL', true);
define('BLOCK_ADDBLOCK_POSITION_FLATNAV', 1);
ini_set('memory_limit', '4G');
error_reporting(E_ERROR);
$CFG = (object)['dirroot' => $root, 'libdir' => "$root/lib"];

const LIBRARIES = [
    'ScssPhp\\ScssPhp\\' => 'lib/scssphp/src/',
    'MoodleHQ\\RTLCSS\\' => ['lib/rtlcss/src/', 'lib/rtlcss/src/MoodleHQ/RTLCSS/'],
    'Sabberworm\\CSS\\' => 'lib/php-css-parser/src/',
    'MatthiasMullie\\Minify\\' => 'lib/minify/matthiasmullie-minify/src/',
    'MatthiasMullie\\PathConverter\\' => 'lib/minify/matthiasmullie-pathconverter/src/',
    'League\\Uri\\' => 'lib/uri/src/',
    'core\\' => 'lib/classes/',
    'core_' => 'lib/classes/',
];
spl_autoload_register(function (string $class) use ($root) {
    foreach (LIBRARIES as $prefix => $folders) {
        foreach ((array)$folders as $folder) {
            $file = "$root/$folder" . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (str_starts_with($class, $prefix) && is_file($file)) {
                return require_once $file;
            }
        }
    }
});

// What the themes' functions and core_scss ask of a site: nothing is set, nothing is uploaded.
class core_component {
    public static function get_plugin_types(): array {
        return ['theme' => $GLOBALS['CFG']->dirroot . '/theme'];
    }
}
class context_system {
    public $id = 1;
    public static function instance(): self {
        return new self();
    }
}
function get_file_storage() {
    return new class {
        public function __call($asked, $arguments) {
            return false;
        }
    };
}
class theme_config {
    public $settings;
    public $parents = [];
    public $scss;
    public $prescsscallback;
    public $extrascsscallback;
    public function __construct(public string $name) {
        $this->settings = new stdClass();
    }
    public static function load(string $name): self {
        global $CFG;
        $THEME = new theme_config($name);
        include "$CFG->dirroot/theme/$name/config.php";
        if (is_file("$CFG->dirroot/theme/$name/lib.php")) {
            include_once "$CFG->dirroot/theme/$name/lib.php";
        }
        return $THEME;
    }
    public function __call($asked, $arguments) {
        return null;
    }
}

$theme = theme_config::load($name);
$chain = [...array_map(theme_config::load(...), array_reverse($theme->parents)), $theme];
$call = fn(string $which) => implode("\n", array_map(
    fn($link) => $link->$which && function_exists($link->$which) ? ($link->$which)($theme) : '',
    $chain
));
$compiler = new core_scss();
$compiler->setImportPaths(array_map(fn($link) => "$root/theme/$link->name/scss", array_reverse($chain)));
$compiler->prepend_raw_scss($call('prescsscallback'));
$main = is_callable($theme->scss) ? ($theme->scss)($theme) : file_get_contents("$root/theme/$name/scss/$theme->scss.scss");
$compiler->append_raw_scss($main);
$compiler->append_raw_scss($call('extrascsscallback'));
$made = $compiler->to_css();

// Where the SCSS stands in the whole: by its beginning and end, as the whole has URLs in the place of placeholders.
[$all, $ours] = [file_get_contents($whole), trim(file_get_contents($scss))];
$begin = strpos($all, substr($ours, 0, 2000));
$end = strrpos($all, substr($ours, -2000));
if ($begin === false || $end === false) {
    fwrite(STDERR, "the compiled SCSS is not in the whole sheet\n");
    exit(1);
}
$all = substr($all, 0, $begin) . $made . substr($all, $end + 2000);
if ($direction === 'rtl') {
    $tree = (new core_cssparser($all))->parse();
    (new core_rtlcss($tree))->flip();
    $all = $tree->render();
}
echo core_minify::css($all);
