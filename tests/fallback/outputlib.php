<?php
// The few functions and classes of Moodle that the exporter calls, for a test's small site.

define('MEMORY_HUGE', 'huge');

function raise_memory_limit($newlimit) {
}

function theme_get_revision() {
    global $CFG;
    return $CFG->themerev;
}

function get_config($plugin, $name = null) {
    global $CFG;
    $all = json_decode(file_get_contents("$CFG->dataroot/settings.json"), true);
    $rows = $all[$plugin] ?? [];
    return $name === null ? (object) $rows : ($rows[$name] ?? false);
}

class core_component {
    public static function get_all_versions_hash() {
        global $CFG;
        return trim(file_get_contents("$CFG->dataroot/versions"));
    }

    public static function get_plugin_types() {
        global $CFG;
        return ['block' => "$CFG->dirroot/blocks", 'theme' => "$CFG->dirroot/theme"];
    }

    public static function get_plugin_list($type) {
        $list = [];
        foreach (glob(self::get_plugin_types()[$type] . '/*', GLOB_ONLYDIR) as $folder) {
            $list[basename($folder)] = $folder;
        }
        return $list;
    }
}

/** Knows variables, and nothing else of SCSS. */
class core_scss {
    private $text = '';
    public function prepend_raw_scss($scss) {
        $this->text = $scss . $this->text;
    }
    public function append_raw_scss($scss) {
        $this->text .= $scss;
    }
    public function set_file($file) {
        $this->text .= file_get_contents($file);
    }
    public function setImportPaths($paths) {
    }
    public function to_css() {
        $css = preg_replace('~/\*.*?\*/~s', '', $this->text);
        while (preg_match('/(\$\w+):\s*([^;]+);/', $css, $match)) {
            $css = str_replace($match[1], $match[2], str_replace($match[0], '', $css));
        }
        if (strpos($css, '$') !== false) {
            throw new Exception('a variable without a value');
        }
        return $css;
    }
}

class standin_url {
    private $text;
    public function __construct($text) {
        $this->text = $text;
    }
    public function out($escaped = true) {
        return $this->text;
    }
}

class theme_config {
    const SCSS_KEY = 'scss';
    public $name, $dir, $settings, $parents = [], $sheets = [], $scss, $prescsscallback, $csspostprocess;
    public $csstreepostprocessor;
    private $svg = true, $rtl = false;

    public static function load($name) {
        global $CFG;
        $THEME = new theme_config();
        $THEME->name = $name;
        $THEME->dir = "$CFG->dirroot/theme/$name";
        $THEME->settings = get_config("theme_$name");
        require("$THEME->dir/config.php");
        if (is_file("$THEME->dir/lib.php")) {
            require_once("$THEME->dir/lib.php");
        }
        return $THEME;
    }
    public function force_svg_use($svg) {
        $this->svg = $svg;
    }
    public function set_rtl_mode($rtl) {
        $this->rtl = $rtl;
    }
    public function get_rtl_mode() {
        return $this->rtl;
    }
    public function get_css_tree_post_processor() {
        return $this->csstreepostprocessor;
    }
    public function image_url($name, $component) {
        $svg = $this->svg ? '' : '_s/';
        $component = $component ?: 'core';
        return new standin_url("http://x/theme/image.php/$svg$this->name/$component/" . theme_get_revision() . "/$name");
    }
    public function post_process($css) {
        $function = $this->csstreepostprocessor;
        return $css . ' .tree { direction: ' . ($this->rtl ? 'rtl' : 'ltr') . ' }';
    }
    protected function get_css_files($designer) {
        $files = ['plugins' => [], 'parents' => [], 'theme' => []];
        foreach (core_component::get_plugin_list('block') as $name => $folder) {
            if (is_file("$folder/styles.css")) {
                $files['plugins']["block_$name"] = "$folder/styles.css";
            }
        }
        if ($this->scss) {
            $files['theme'][self::SCSS_KEY] = true;
        }
        foreach ($this->sheets as $sheet) {
            $files['theme'][$sheet] = "$this->dir/style/$sheet.css";
        }
        return $files;
    }
    public function get_scss_property() {
        return [["$this->dir/scss"], is_string($this->scss) ? "$this->dir/scss/$this->scss.scss" : $this->scss];
    }
    public function get_pre_scss_code() {
        return $this->prescsscallback ? ($this->prescsscallback)($this) : '';
    }
    public function get_extra_scss_code() {
        return '';
    }
    public function editor_css_files() {
        return [];
    }
    public function editor_scss_to_css() {
        return '.editor { float: left }';
    }
}
