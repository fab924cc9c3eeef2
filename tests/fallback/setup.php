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

    public function get_manager() {
        return $this;
    }

    public function table_exists($table) {
        return isset($this->rows()->$table);
    }

    public function get_recordset($table, $where, $sort) {
        return new standin_recordset($this->rows()->$table);
    }

    private function rows() {
        global $CFG;
        return json_decode(file_get_contents("$CFG->dataroot/rows.json"));
    }
}
class standin_recordset extends ArrayIterator {
    public function close() {
    }
}
$DB = new standin_database();
