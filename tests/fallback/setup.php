<?php
// What config.php of the test's small site ends with when PHP runs it.
define('MOODLE_INTERNAL', true);
$CFG->yui2version = '2.9.0';
$CFG->yui3version = '3.18.1';
$CFG->yuipatchlevel = 0;
$CFG->dirroot = dirname(__DIR__);
$CFG->libdir = __DIR__;
$CFG->themerev = (int) file_get_contents("$CFG->dataroot/themerev");
$CFG->filepermissions = 0644;
$CFG->directorypermissions = 02755;

/** Answers from a file. */
class standin_database {
    public function get_field($table, $field, $where) {
        global $CFG;
        return trim(file_get_contents("$CFG->dataroot/row"));
    }
}
$DB = new standin_database();
