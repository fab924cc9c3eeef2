use std::sync::Arc;

use camino::Utf8Path;

use super::select::{Operand, Test};
use super::*;
use crate::php::eval::{Contents, Eval, Found, Include, Limits, World};
use crate::php::host::{Answer, Column, Host, Table};
use crate::php::problem::Problem;
use crate::php::reads::Notes;

/// A host with one table.
struct Site {
    is_exact: bool,
}

impl Host for Site {
    fn setting(&self, _: &str, _: &str) -> Answer<Option<String>> {
        Ok(None)
    }

    fn settings(&self, _: &str) -> Answer<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn cfg(&self, _: &str) -> Answer<Value> {
        Ok(Value::Null)
    }

    fn contents(&self, _: &Utf8Path) -> Contents {
        Contents::Missing
    }

    fn found(&self, _: &Utf8Path) -> Option<Found> {
        None
    }

    fn theme_dir(&self, _: &str) -> Option<camino::Utf8PathBuf> {
        None
    }

    fn table(&self, name: &str) -> Answer<Option<Arc<Table>>> {
        match name {
            "theme_leaf_spots" => {}
            "theme_leaf_later" => return Ok(None),
            _ => return Err(Reason::Table),
        }
        let column = |name: &str, is_number, is_hidden| Column { name: name.into(), is_number, is_hidden };
        let row = |id: &str, name: Option<&str>, size: Option<&str>| {
            vec![Some(id.to_owned()), name.map(str::to_owned), size.map(str::to_owned), None]
        };
        Ok(Some(Arc::new(Table {
            columns: vec![
                column("id", true, false),
                column("name", false, false),
                column("size", true, false),
                column("apikey", false, true),
            ],
            rows: vec![
                row("1", Some("red"), Some("10")),
                row("2", Some("blue"), Some("9")),
                row("3", Some("Red"), None),
                row("10", None, Some("9")),
            ],
            is_exact: self.is_exact,
        })))
    }
}

struct Nowhere;

impl World for Nowhere {
    fn include(&mut self, _: &str, _: bool) -> Include {
        Include::Missing
    }

    fn constant(&self, name: &str) -> Option<Value> {
        [("MUST_EXIST", 2), ("SQL_PARAMS_NAMED", 1)]
            .iter()
            .find_map(|(known, value)| (*known == name).then_some(Value::Int(*value)))
    }
}

fn run_in(is_exact: bool, source: &str) -> Value {
    let site = Site { is_exact };
    let moodle =
        Moodle { host: &site, theme: "leaf", svg: true, notes: Notes::default(), numbered: Default::default() };
    let mut world = Nowhere;
    let mut eval = Eval::new(&mut world, &moodle, Limits::default());
    let database = eval.native_object("moodle_database", &[]);
    eval.set_variable("DB", database);
    eval.run("/theme/leaf/lib.php", format!("<?php\nreturn {source};").as_bytes()).value()
}

#[track_caller]
fn text(source: &str) -> String {
    match run_in(true, source) {
        Value::Unknown(problem) => panic!("{problem}"),
        value => value.to_text().expect("a scalar").lossy().into_owned(),
    }
}

#[track_caller]
fn unknown_in(is_exact: bool, source: &str) -> Arc<Problem> {
    run_in(is_exact, source).unknown().cloned().unwrap_or_else(|| panic!("{source} is known"))
}

/// The numbers of the rows that a method gives, in order.
#[track_caller]
fn ids(call: &str) -> String {
    text(&format!("implode(' ', array_map(function($row) {{ return $row->id; }}, $DB->{call}))"))
}

#[test]
fn rows_are_found_by_conditions() {
    assert_eq!(ids("get_records('theme_leaf_spots')"), "1 2 3 10");
    assert_eq!(ids("get_records('theme_leaf_spots', ['size' => 9])"), "2 10");
    assert_eq!(ids("get_records('theme_leaf_spots', ['size' => '9', 'name' => null])"), "10");
    assert_eq!(ids("get_records('theme_leaf_spots', null, 'id DESC', 'id,name', 1, 2)"), "3 2");
    assert_eq!(ids("get_records_list('theme_leaf_spots', 'id', [1, 10, 99])"), "1 10");
    assert_eq!(ids("get_records_list('theme_leaf_spots', 'id', [])"), "");
    assert_eq!(ids("get_records_select('theme_leaf_spots', 'size < ? AND NOT name IS NULL', [10])"), "2");
    assert_eq!(ids("get_records_select('theme_leaf_spots', 'id BETWEEN :a AND :b', ['a' => 2, 'b' => 9])"), "2 3");
}

#[test]
fn which_of_several_rows_is_the_first_is_known_where_they_have_an_order() {
    let ordered = "SELECT id FROM {theme_leaf_spots} WHERE size = 9 ORDER BY id DESC";
    assert_eq!(text(&format!("$DB->get_field_sql('{ordered}')")), "10");
    let problem = unknown_in(true, "$DB->get_field('theme_leaf_spots', 'id', ['size' => 9])");
    assert!(matches!(problem.reason, Reason::Query(_)), "{problem}");
}

#[test]
fn queries_of_one_table_are_understood() {
    let query = |query: &str| ids(&format!("get_records_sql(\"{query}\", ['red', 2])"));
    assert_eq!(query("SELECT * FROM {theme_leaf_spots} s WHERE s.name = ? OR s.id = ?"), "1 2");
    assert_eq!(query("select s.* from {theme_leaf_spots} AS s where (name <> ? and id >= ?)"), "2 3");
    assert_eq!(query("SELECT id, name AS label FROM {theme_leaf_spots} WHERE name IN (?, 'it''s')"), "1");
    let sql = "SELECT MAX(size) FROM {theme_leaf_spots}";
    assert_eq!(text(&format!("$DB->get_field_sql('{sql}')")), "10");
    assert_eq!(text("$DB->count_records_sql('SELECT COUNT(name) FROM {theme_leaf_spots}')"), "3");
    assert_eq!(
        text("$DB->get_record_sql('SELECT id, name AS label FROM {theme_leaf_spots} WHERE id = 2')->label"),
        "blue"
    );
}

#[test]
fn methods_give_rows_in_their_own_forms() {
    assert_eq!(text("$DB->get_record('theme_leaf_spots', ['id' => 2])->name"), "blue");
    assert_eq!(text("$DB->get_record('theme_leaf_spots', ['id' => 7]) === false ? 'none' : 'one'"), "none");
    assert_eq!(text("$DB->get_field('theme_leaf_spots', 'name', ['id' => 1])"), "red");
    assert_eq!(text("implode(',', $DB->get_fieldset_select('theme_leaf_spots', 'size', 'id < 3'))"), "10,9");
    assert_eq!(text("json_encode($DB->get_records_menu('theme_leaf_spots', ['size' => 9], '', 'id,name'))"), {
        r#"{"2":"blue","10":null}"#
    });
    assert_eq!(text("$DB->count_records('theme_leaf_spots') + 1"), "5");
    assert_eq!(text("$DB->record_exists('theme_leaf_spots', ['name' => 'green']) ? 'is' : 'is not'"), "is not");
    let through = "(function() use ($DB) { $all = ''; $set = $DB->get_recordset('theme_leaf_spots');
        if ($set->valid()) { foreach ($set as $row) { $all .= $row->id; } } $set->close(); return $all; })()";
    assert_eq!(text(through), "12310");
}

#[test]
fn pieces_of_conditions_are_moodles() {
    let piece = |args: &str| text(&format!("json_encode($DB->get_in_or_equal({args}))"));
    assert_eq!(piece("5"), r#"["= ?",[5]]"#);
    assert_eq!(piece("[1, 2]"), r#"["IN (?,?)",[1,2]]"#);
    assert_eq!(piece("['a', 'b'], SQL_PARAMS_NAMED, 'x', false"), r#"["NOT IN (:x1,:x2)",{"x1":"a","x2":"b"}]"#);
    assert_eq!(piece("[], SQL_PARAMS_NAMED, 'x', true, null"), r#"[" IS NULL",[]]"#);
    let both = "(function() use ($DB) { [$in, $values] = $DB->get_in_or_equal(['red', 'blue'], SQL_PARAMS_NAMED);
        $set = $DB->get_recordset_sql(\"SELECT * FROM {theme_leaf_spots} WHERE name $in ORDER BY size\", $values);
        $all = []; foreach ($set as $row) { $all[] = $row->name; } return implode(' ', $all); })()";
    assert_eq!(text(both), "blue red");
}

#[test]
fn tables_are_there_or_not() {
    assert_eq!(text("(int) $DB->get_manager()->table_exists('theme_leaf_spots')"), "1");
    assert_eq!(text("(int) $DB->get_manager()->table_exists('theme_leaf_later')"), "0");
    assert_eq!(unknown_in(true, "$DB->get_manager()->table_exists('user')").reason, Reason::Table);
    assert!(matches!(unknown_in(true, "$DB->get_records('theme_leaf_later')").reason, Reason::Fails(_)));
}

#[test]
fn what_is_not_the_themes_own_or_not_simple_is_unknown() {
    assert_eq!(unknown_in(true, "$DB->get_records('user')").reason, Reason::Table);
    assert_eq!(unknown_in(true, "$DB->get_records_sql('SELECT * FROM {user}')").reason, Reason::Table);
    let queries = [
        "SELECT * FROM {theme_leaf_spots} UNION SELECT * FROM {user}",
        "SELECT * FROM {theme_leaf_spots} s JOIN {user} u ON u.id = s.id",
        "SELECT * FROM {theme_leaf_spots} WHERE id = (SELECT id FROM {user})",
        "SELECT u.* FROM {theme_leaf_spots} s",
        "SELECT * FROM {theme_leaf_spots}; DROP TABLE x",
        "SELECT LOAD_FILE(name) FROM {theme_leaf_spots}",
        "SELECT * FROM {theme_leaf_spots} WHERE name = 'a\\\\'",
        "SELECT * FROM {theme_leaf_spots} WHERE colour = 1",
        "DELETE FROM {theme_leaf_spots}",
    ];
    for query in queries {
        let why = unknown_in(true, &format!("$DB->get_records_sql(\"{query}\")"));
        assert!(matches!(why.reason, Reason::Query(_)), "{query}: {why}");
        assert_eq!((&*why.file, why.line), ("/theme/leaf/lib.php", 2), "{query}");
    }
    assert_eq!(unknown_in(true, "$DB->insert_record('theme_leaf_spots', [])").reason, Reason::NotKnown);
}

#[test]
fn columns_that_may_hold_a_secret_are_neither_given_nor_compared() {
    assert_eq!(text("$DB->get_record('theme_leaf_spots', ['id' => 1])->name"), "red");
    assert!(matches!(
        unknown_in(true, "$DB->get_record('theme_leaf_spots', ['id' => 1])->apikey").reason,
        Reason::Query(_)
    ));
    assert!(matches!(
        unknown_in(true, "$DB->get_records('theme_leaf_spots', ['apikey' => 'a'])").reason,
        Reason::Query(_)
    ));
}

#[test]
fn what_depends_on_the_collation_is_unknown() {
    let call = "$DB->count_records('theme_leaf_spots', ['name' => 'RED'])";
    assert_eq!(text(call), "0");
    assert!(unknown_in(false, call).to_string().contains("collation"));
    assert_eq!(run_in(false, "$DB->count_records('theme_leaf_spots', ['name' => 'green'])").to_int(), Some(0));
    for order in ["name", "size"] {
        let why = unknown_in(true, &format!("$DB->get_records('theme_leaf_spots', null, '{order}')"));
        assert!(why.to_string().contains("depends on the database"), "{why}");
    }
    let several = unknown_in(true, "$DB->get_record('theme_leaf_spots', ['size' => 9])");
    assert!(several.to_string().contains("several rows"), "{several}");
    assert!(matches!(
        unknown_in(true, "$DB->get_record('theme_leaf_spots', ['id' => 7], '*', MUST_EXIST)").reason,
        Reason::Fails(_)
    ));
}

#[test]
fn conditions_that_nest_without_end_are_refused() {
    let params = parse::Params::default();
    let deep = format!("{}id = 1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(parse::condition(&deep, &params).unwrap_err().contains("deeply"));
    assert!(parse::condition(&"NOT ".repeat(4000), &params).is_err());
    assert!(parse::condition(&" ".repeat(20_000), &params).is_err());
    assert_eq!(parse::condition("", &params), Ok(None));
    assert_eq!(parse::condition("a IS NULL", &params), Ok(Some(Test::IsNull(Operand::Column("a".into())))));
}
