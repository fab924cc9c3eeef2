<?php
// Writes snapshots of themes' styles for revserve, as Moodle itself makes them.
//
// Copyright: the authors of revserve. License: GNU GPL, version 3 or later.
//
// Run as the user that runs Moodle's PHP, on the site's own code:
//
//     php revserve-export.php --moodle=/srv/moodle            every installed theme
//     php revserve-export.php --moodle=/srv/moodle one two    these themes
//
// It writes <dataroot>/revserve/snapshot/<theme>.json and nothing else, and changes nothing in Moodle. Of settings it
// keeps names and hashes, no values. It exits with 1 where a theme could not be written.
//
// 1. Ask Moodle for each theme's sheets: left to right and right to left, with and without SVG.
// 2. Keep each text before it is flipped, unless the theme has PHP that works on the flipped CSS.
// 3. Note what it was made from: settings, files, the versions of all code.

define('CLI_SCRIPT', true);

$revservethemes = [];
$revservemoodle = getcwd();
foreach (array_slice($argv, 1) as $argument) {
    if (strpos($argument, '--moodle=') === 0) {
        $revservemoodle = rtrim(substr($argument, strlen('--moodle=')), '/');
    } else if (preg_match('/^[A-Za-z0-9_-]+$/', $argument) && $argument[0] !== '-') {
        $revservethemes[] = $argument;
    } else {
        fwrite(STDERR, "usage: php revserve-export.php [--moodle=FOLDER] [THEME]...\n");
        exit(2);
    }
}
if (!is_file("$revservemoodle/config.php")) {
    fwrite(STDERR, "$revservemoodle has no config.php: name Moodle's folder with --moodle=FOLDER\n");
    exit(2);
}
require("$revservemoodle/config.php");
require_once($CFG->libdir . '/outputlib.php');
require_once($CFG->libdir . '/csslib.php');

/**
 * One theme's snapshot.
 */
class revserve_export {
    /** Version of the format. */
    const FORMAT = 1;
    /** Stands for the revision in URLs, which revserve puts in its place: no number that a style sheet contains. */
    const REVISION = 7426018365509274;
    /** Folders of a theme that no style is made of. */
    const SKIP = ['lang', 'tests', 'amd', 'pix', 'fonts', 'templates', 'node_modules'];

    /** @var string */
    private $name;
    /** @var array compiled CSS by the hash of its source */
    private $compiled = [];
    /** @var array every text once */
    private $texts = [];
    /** @var array further files that the SCSS compiler read */
    private $read = [];

    public function __construct($name) {
        $this->name = $name;
    }

    /** The snapshot as an array for JSON. */
    public function make($themerev) {
        global $CFG;
        $before = $this->inputs();
        $sheets = [];
        foreach (['all', 'editor'] as $kind) {
            foreach ([false, true] as $rtl) {
                foreach ([true, false] as $svg) {
                    $name = $kind . ($rtl ? '-rtl' : '') . ($svg ? '' : '-nosvg');
                    $sheets[$name] = $this->sheet($kind, $rtl, $svg);
                }
            }
        }
        if ($before != $this->inputs()) {
            throw new Exception('its files changed meanwhile: run this again');
        }
        return [
            'format' => self::FORMAT,
            'theme' => $this->name,
            'made' => time(),
            'themerev' => (int) $themerev,
            'wwwroot' => $CFG->wwwroot,
            'fingerprint' => core_component::get_all_versions_hash(),
            'settings' => $this->settings(),
            'tables' => (object) $this->tables(),
            'inputs' => $before + $this->read,
            'revision' => self::REVISION,
            'sheets' => $sheets,
            'texts' => array_column($this->texts, 'text'),
        ];
    }

    /** One sheet: the number of its text, and whether it still has to be flipped. */
    private function sheet($kind, $rtl, $svg) {
        $theme = theme_config::load($this->name);
        if ($theme->name !== $this->name) {
            throw new Exception('Moodle serves another theme in its place');
        }
        $theme->force_svg_use($svg);
        $theme->set_rtl_mode($rtl);
        $css = $kind === 'all' ? $this->whole($theme) : $this->editor($theme);
        // What works on a tree of the CSS works on the flipped one.
        $tree = method_exists($theme, 'get_css_tree_post_processor') ? $theme->get_css_tree_post_processor() : null;
        $css = $tree ? $theme->post_process($css) : $this->processed($theme, $css);
        if (!preg_match('//u', $css)) {
            throw new Exception("its $kind styles are not UTF-8");
        }
        $hash = sha1($css);
        if (!isset($this->texts[$hash])) {
            $this->texts[$hash] = ['number' => count($this->texts), 'text' => $css];
        }
        return ['text' => $this->texts[$hash]['number'], 'flip' => $rtl && !$tree];
    }

    /** Everything that theme_config::get_css_content() joins. */
    private function whole($theme) {
        $method = new ReflectionMethod($theme, 'get_css_files');
        $method->setAccessible(true);
        $css = '';
        foreach ($method->invoke($theme, false) as $type => $files) {
            foreach ($files as $identifier => $file) {
                if ($type === 'theme' && $identifier === theme_config::SCSS_KEY) {
                    $css .= $this->scss($theme);
                    continue;
                }
                foreach ((array) $file as $path) {
                    $css .= $this->content($path) . "\n";
                }
            }
        }
        return $css;
    }

    /** What theme_config::get_css_content_editor() joins. */
    private function editor($theme) {
        $css = '';
        foreach ($theme->editor_css_files() as $file) {
            $css .= $this->content($file) . "\n";
        }
        $compiled = method_exists($theme, 'editor_scss_to_css') ? $theme->editor_scss_to_css() : '';
        return $css . ($compiled ?: '');
    }

    /** The compiled SCSS. Unlike in Moodle, nothing stands in for it where it does not compile. */
    private function scss($theme) {
        list($paths, $scss) = $theme->get_scss_property();
        $pre = $theme->get_pre_scss_code();
        $main = is_string($scss) ? $scss : $scss($theme);
        $extra = $theme->get_extra_scss_code();
        $key = sha1(serialize([is_string($scss), $pre, $main, $extra, $paths]));
        if (isset($this->compiled[$key])) {
            return $this->compiled[$key];
        }
        $compiler = new core_scss();
        $compiler->prepend_raw_scss($pre);
        if (is_string($scss)) {
            $compiler->set_file($main);
        } else {
            $compiler->append_raw_scss($main);
            $compiler->setImportPaths($paths);
        }
        $compiler->append_raw_scss($extra);
        $css = $compiler->to_css();
        if (method_exists($compiler, 'getParsedFiles')) {
            foreach (array_keys((array) @$compiler->getParsedFiles()) as $file) {
                if (is_file($file)) {
                    $this->read += [$this->named($file) => hash_file('sha256', $file)];
                }
            }
        }
        return $this->compiled[$key] = $css;
    }

    /** What theme_config::post_process() does before it parses. */
    private function processed($theme, $css) {
        $url = function ($kind) use ($theme) {
            return function ($match) use ($theme, $kind) {
                $made = $theme->{"{$kind}_url"}($match[2], rtrim($match[1], '|'))->out(false);
                return preg_replace('|^http.?://[^/]+|', '', $made);
            };
        };
        foreach (['pix' => 'image', 'font' => 'font'] as $word => $kind) {
            $css = preg_replace_callback('/\[\[' . $word . ':([a-z0-9_]+\|)?([^\]]+)\]\]/', $url($kind), $css);
        }
        $function = $theme->csspostprocess;
        return $function && function_exists($function) ? $function($css, $theme) : $css;
    }

    private function content($file) {
        $content = file_get_contents($file);
        if ($content === false) {
            throw new Exception("$file cannot be read");
        }
        return $content;
    }

    /** Names of the theme and of its parents, with their folders. */
    private function folders() {
        $theme = theme_config::load($this->name);
        $folders = [$this->name => $theme->dir];
        foreach ($theme->parents as $parent) {
            $folders[$parent] = theme_config::load($parent)->dir;
        }
        return $folders;
    }

    /** Hashes of the settings of the theme and of its parents. */
    private function settings() {
        $settings = [];
        foreach (array_keys($this->folders()) as $theme) {
            $rows = [];
            foreach ((array) get_config("theme_$theme") as $name => $value) {
                // Rows of Moodle's own, which move with each install and purge.
                if (!in_array($name, ['version', 'themerev'])) {
                    $rows[$name] = hash('sha256', (string) $value);
                }
            }
            ksort($rows);
            $settings["theme_$theme"] = (object) $rows;
        }
        return $settings;
    }

    /** Hashes of the columns of the tables that the theme and its parents declare as their own. */
    private function tables() {
        global $DB;
        $tables = [];
        foreach ($this->folders() as $theme => $folder) {
            $declared = is_file("$folder/db/install.xml") ? simplexml_load_file("$folder/db/install.xml") : false;
            foreach ($declared ? $declared->xpath('//TABLE') : [] as $table) {
                $name = strtolower((string) $table['NAME']);
                if (!preg_match("/^theme_{$theme}(_[a-z0-9_]*)?$/D", $name) || !$DB->get_manager()->table_exists($name)) {
                    continue;
                }
                $columns = [];
                foreach ($table->xpath('.//FIELD') as $field) {
                    $columns[strtolower((string) $field['NAME'])] = hash_init('sha256');
                }
                $rows = $DB->get_recordset($name, null, 'id');
                foreach ($rows as $row) {
                    foreach ($columns as $column => $hash) {
                        $value = $row->$column ?? null;
                        hash_update($hash, $value === null ? '-;' : strlen($value) . ":$value;");
                    }
                }
                $rows->close();
                $tables[$name] = (object) array_map('hash_final', $columns);
            }
        }
        ksort($tables);
        return $tables;
    }

    /**
     * Hashes of all files that styles can be made of: PHP, CSS, SCSS and JSON of the theme and its parents, and the
     * style sheets of all plugins.
     */
    private function inputs() {
        $folders = $this->folders();
        $files = [];
        foreach ($folders as $theme => $folder) {
            $this->walk($folder, '', true, $files, $this->home($theme, $folder));
        }
        $names = ['styles.css', 'editor_styles.css'];
        foreach (array_keys($folders) as $theme) {
            $names[] = "styles_$theme.css";
        }
        foreach (core_component::get_plugin_types() as $type => $unused) {
            foreach ($type === 'theme' ? [] : core_component::get_plugin_list($type) as $plugin => $folder) {
                foreach ($names as $name) {
                    if (is_file("$folder/$name")) {
                        $files[$this->named("$folder/$name")] = hash_file('sha256', "$folder/$name");
                    }
                }
            }
        }
        ksort($files);
        return $files;
    }

    private function walk($folder, $below, $top, array &$files, $name) {
        foreach (scandir("$folder/$below") as $entry) {
            $path = $below === '' ? $entry : "$below/$entry";
            if ($entry[0] === '.') {
                continue;
            }
            if (is_dir("$folder/$path")) {
                if (!is_link("$folder/$path") && !($top && in_array($entry, self::SKIP))) {
                    $this->walk($folder, $path, false, $files, $name);
                }
            } else if (preg_match('/\.(php|css|scss|json)$/', $entry) && is_file("$folder/$path")) {
                $files["$name/$path"] = hash_file('sha256', "$folder/$path");
            }
        }
    }

    /** How revserve calls a theme's folder. */
    private function home($theme, $folder) {
        global $CFG;
        return strpos("$folder/", "$CFG->dirroot/theme/") === 0 ? "theme/$theme" : $folder;
    }

    /** How revserve calls a file: from dirroot, if it is there. */
    private function named($file) {
        global $CFG;
        return strpos($file, "$CFG->dirroot/") === 0 ? substr($file, strlen($CFG->dirroot) + 1) : $file;
    }
}

/** Writes a file as a whole or not at all. */
function revserve_write($folder, $name, $content) {
    global $CFG;
    if (!is_dir($folder) && !mkdir($folder, $CFG->directorypermissions ?? 02777, true) && !is_dir($folder)) {
        throw new Exception("$folder cannot be made");
    }
    $beside = "$folder/.$name." . getmypid();
    if (file_put_contents($beside, $content) !== strlen($content)) {
        @unlink($beside);
        throw new Exception("$beside cannot be written");
    }
    chmod($beside, $CFG->filepermissions ?? 0666);
    if (!rename($beside, "$folder/$name")) {
        @unlink($beside);
        throw new Exception("$folder/$name cannot be written");
    }
}

if (function_exists('raise_memory_limit')) {
    raise_memory_limit(MEMORY_HUGE);
}
$themerev = $CFG->themerev ?? 0;
// In this process only: URLs carry the number that stands for the revision.
$CFG->themedesignermode = false;
$CFG->slasharguments = 1;
$CFG->themerev = revserve_export::REVISION;
$failed = false;
$revserveended = false;
register_shutdown_function(function () use (&$revserveended) {
    if (!$revserveended) {
        // A theme's code ended PHP.
        fwrite(STDERR, "PHP ended before all themes were written\n");
        exit(1);
    }
});
foreach ($revservethemes ?: array_keys(core_component::get_plugin_list('theme')) as $name) {
    try {
        $snapshot = (new revserve_export($name))->make($themerev);
        $json = json_encode($snapshot, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
        revserve_write("$CFG->dataroot/revserve/snapshot", "$name.json", $json);
        echo "$name: $CFG->dataroot/revserve/snapshot/$name.json\n";
    } catch (Throwable $error) {
        fwrite(STDERR, "$name: {$error->getMessage()}\n");
        $failed = true;
    }
}
$revserveended = true;
exit($failed ? 1 : 0);
