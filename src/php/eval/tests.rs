use super::*;
use crate::php::deep;

/// A world of named files.
struct Files(&'static [(&'static str, &'static str)]);

impl World for Files {
    fn include(&mut self, path: &str, _: bool) -> Include {
        match self.0.iter().find(|(name, _)| *name == path) {
            Some((_, source)) => Include::Source(source.as_bytes().to_vec()),
            None if path.starts_with("/outside/") => Include::Refused(Reason::Refused),
            None => Include::Missing,
        }
    }
}

fn run_in(files: &'static [(&'static str, &'static str)], source: &str) -> Value {
    let source = format!("<?php\n{source}");
    deep(|| {
        let mut world = Files(files);
        let mut eval = Eval::new(&mut world, &Bare, Limits { steps: 300_000, ..Limits::default() });
        let value = eval.run("/m/a.php", source.as_bytes()).value();
        eval.export(&value)
    })
    .unwrap()
}

fn run(source: &str) -> Value {
    run_in(&[], source)
}

/// The result as PHP would print it.
fn text(source: &str) -> String {
    let value = run(source);
    match value.to_text() {
        Some(text) => text.lossy().into_owned(),
        None => panic!("{source}: {value:?}"),
    }
}

fn problem(source: &str) -> Arc<Problem> {
    match run(source) {
        Value::Unknown(problem) => problem,
        known => panic!("{source}: {}", known.type_name()),
    }
}

#[test]
fn an_unknown_function_names_its_file_line_and_itself() {
    let problem = problem("$a = 1;\nreturn 'x' . some_core_function($a, 'secret');");
    assert_eq!(problem.to_string(), "/m/a.php:3: some_core_function(…) is not known to revserve");
}

#[test]
fn an_unknown_function_spoils_what_it_may_change_and_nothing_else() {
    assert_eq!(text("$a = 1; $b = 2; unknown_f($a); return $b;"), "2");
    assert!(run("$a = 1; unknown_f($a); return $a;").unknown().is_some());
    assert!(run("$a = [1]; unknown_f($a[0]); return $a[0];").unknown().is_some());
    assert!(run("$o = new stdClass; $o->x = 1; unknown_f($o); return $o->x;").unknown().is_some());
    assert!(run("$s = ''; unknown_each([1], function() use (&$s) { $s .= 'x'; }); return $s;").unknown().is_some());
    assert_eq!(text("$o = new stdClass; $o->x = 1; unknown_f($o); $o->x = 2; return $o->x;"), "2");
    assert_eq!(text("$x = unknown_f(); $y = [$x, 'known']; return $y[1] . count($y);"), "known2");
}

#[test]
fn what_an_unknown_function_prints_is_unknown_too() {
    assert!(run("ob_start(); echo 'a'; unknown_f(); return ob_get_clean();").unknown().is_some());
    assert!(run("ob_start(); echo 'a', unknown_f(); return ob_get_clean();").unknown().is_some());
    assert_eq!(text("ob_start(); echo 'a'; ?>b<?php return ob_get_clean();"), "ab");
}

#[test]
fn a_branch_on_an_unknown_condition_leaves_known_what_both_sides_agree_on() {
    let source = "$a = $b = 1; if (unknown_f()) { $a = 2; $c = 'same'; } else { $c = 'same'; } return ";
    assert!(run(&format!("{source} $a;")).unknown().is_some());
    assert_eq!(text(&format!("{source} $b . $c;")), "1same");
    assert!(run("$x = unknown_f() ? 'a' : 'b'; return $x;").unknown().is_some());
    assert_eq!(text("$x = unknown_f() ? 'a' : 'a'; return $x;"), "a");
    assert!(run("if (unknown_f()) { $new = 1; } return isset($new);").unknown().is_some());
    assert_eq!(text("$x = 5; if (unknown_f()) { $x = 6; } $x = 7; return $x;"), "7");
}

#[test]
fn logic_is_known_where_one_side_decides_it() {
    assert_eq!(text("return (unknown_f() && false) ? 'y' : 'n';"), "n");
    assert_eq!(text("return (unknown_f() || true) ? 'y' : 'n';"), "y");
    assert!(run("return unknown_f() && true;").unknown().is_some());
    assert!(run("$a = 0; unknown_f() && ($a = 1); return $a;").unknown().is_some());
    assert!(run("return unknown_f() ?? 'x';").unknown().is_some());
}

#[test]
fn a_return_on_an_unknown_condition_makes_only_the_result_unknown() {
    assert!(run("function f() { if (unknown_f()) { return 1; } return 2; } return f();").unknown().is_some());
    assert_eq!(text("function f() { if (unknown_f()) { return 1; } return 1; } return f();"), "1");
    let by_ref = "function f(&$x) { if (unknown_f()) { $x = 1; return; } $x = 2; } $x = 0; f($x); return $x;";
    assert!(run(by_ref).unknown().is_some());
    assert_eq!(text("function f() { if (unknown_f()) { return 1; } return 2; } $a = 'k'; f(); return $a;"), "k");
}

#[test]
fn loops_may_be_left_on_unknown_conditions() {
    let skip = "$s = ''; $n = 0; foreach ([1, 2, 3] as $i) { $n++; if (unknown_f()) { continue; } $s .= $i; }";
    assert!(run(&format!("{skip} return $s;")).unknown().is_some());
    assert_eq!(text(&format!("{skip} return $n;")), "3");
    let stop = "$n = 0; $k = 'k'; foreach ([1, 2, 3] as $i) { if (unknown_f()) { break; } $n++; }";
    assert!(run(&format!("{stop} return $n;")).unknown().is_some());
    assert_eq!(text(&format!("{stop} return $k;")), "k");
    assert!(run("$n = 0; while (unknown_f()) { $n++; } return $n;").unknown().is_some());
    assert_eq!(text("$n = 0; while (unknown_f()) { $n = 0; } return $n;"), "0");
    assert!(run("$l = []; foreach (unknown_f() as $k => $v) { $l[] = $v; } return count($l);").unknown().is_some());
    assert_eq!(text("foreach (unknown_f() as $v) { $x = 1; } return 'after';"), "after");
    assert!(
        run("function f() { foreach (unknown_f() as $v) { if ($v) { return 1; } } return 2; } return f();")
            .unknown()
            .is_some()
    );
    assert!(run("foreach ([1] as $i) { foreach ([1, 2] as $j) { if (unknown_f()) continue 2; $x = $j; } $y = 1; } return $y ?? 0;")
        .unknown()
        .is_some());
}

#[test]
fn a_switch_on_something_unknown_may_enter_anywhere() {
    let source = "$a = 0; switch (unknown_f()) { case 1: $a = 1; break; case 2: $a = 1; default: $a = 1; } return $a;";
    assert_eq!(text(source), "1");
    assert!(
        run("$a = 0; switch (unknown_f()) { case 1: $a = 1; break; case 2: $a = 2; } return $a;").unknown().is_some()
    );
    assert!(run("return match (unknown_f()) { 1 => 'a', 2 => 'b', default => 'c' };").unknown().is_some());
    assert_eq!(text("return match (unknown_f()) { 1 => 'a', default => 'a' };"), "a");
}

#[test]
fn a_path_that_ends_the_script_has_no_say() {
    assert_eq!(text("$a = 1; if (unknown_f()) { die('no'); } return $a;"), "1");
    assert_eq!(
        text("function f() { if (unknown_f()) { throw new coding_exception('x'); } return 2; } return f();"),
        "2"
    );
    assert!(matches!(problem("exit;").reason, Reason::Fails(_)));
    // Within a try it has.
    let caught =
        "$a = 1; try { if (unknown_f()) { throw new Exception('x'); } } catch (Exception $e) { $a = 2; } return $a;";
    assert!(run(caught).unknown().is_some());
}

#[test]
fn writing_under_an_unknown_key_spoils_the_array_only() {
    let source = "$a = ['x' => ['p' => 1], 'y' => 2]; $a['x'][unknown_f()] = 3; return ";
    assert_eq!(text(&format!("{source} $a['y'];")), "2");
    assert!(run(&format!("{source} $a['x']['p'];")).unknown().is_some());
    assert!(run("$o = new stdClass; $o->a = 1; $o->{unknown_f()} = 2; return $o->a;").unknown().is_some());
}

#[test]
fn sorting_what_is_unknown_spoils_the_sorted_variable() {
    assert!(run("$a = [2, unknown_f(), 1]; sort($a); return $a[0];").unknown().is_some());
    assert!(run("$a = 5; preg_match(unknown_f(), 'x', $a); return $a;").unknown().is_some());
}

#[test]
fn a_file_that_may_not_be_included_may_have_set_anything() {
    let source = "$a = 1; require '/outside/x.php'; $b = 2; return ";
    assert!(run(&format!("{source} $a;")).unknown().is_some());
    assert_eq!(text(&format!("{source} $b;")), "2");
}

#[test]
fn included_files_share_the_scope_and_give_their_value() {
    let files = &[
        ("/m/b.php", "<?php $x .= 'b'; function from_b() { return 'B'; } return ['k' => 'v'];"),
        ("/m/c.php", "<?php broken ("),
    ];
    assert_eq!(
        run_in(files, "$x = 'a'; $r = require 'b.php'; return $x . $r['k'] . from_b();").to_text(),
        Some("abvB".into())
    );
    let once =
        "$x = ''; require_once __DIR__ . '/b.php'; require_once './b.php'; include_once '/m/../m/b.php'; return $x;";
    assert_eq!(run_in(files, once).to_text(), Some("b".into()));
    assert!(run_in(files, "$x = 1; include 'c.php'; return $x;").unknown().is_some());
    assert!(run_in(files, "require 'missing.php'; return 1;").unknown().is_some());
    assert_eq!(
        run_in(files, "$r = @include 'missing.php'; return $r === false ? 'false' : 'other';").to_text(),
        Some("false".into())
    );
}

#[test]
fn what_php_would_refuse_is_unknown_with_the_reason() {
    for (source, words) in [
        ("return 1 / 0;", "division by zero"),
        ("return [] + 1;", "unsupported operand types"),
        ("return f();  function f(int $x) {}", "too few arguments"),
        ("$x = null; return $x->y();", "no object"),
        ("return match (5) { 1 => 2 };", "no arm"),
        ("throw new Exception('x');", "throws Exception"),
    ] {
        let shown = problem(source).to_string();
        assert!(shown.contains(words), "{source}: {shown}");
    }
}

#[test]
fn references_alias_as_in_php() {
    assert_eq!(text("$a = 1; $b = &$a; $b++; return $a;"), "2");
    assert_eq!(
        text("$a = [1, 2]; foreach ($a as &$v) { $v *= 10; } unset($v); $b = $a; $b[1] = 0; return implode(',', $a);"),
        "10,20"
    );
    assert_eq!(text("$a = [1, 2, 3]; foreach ($a as &$v) {} foreach ($a as $v) {} return implode(',', $a);"), "1,2,2");
    assert_eq!(text("function add(array &$l) { $l[] = 1; } $l = []; add($l); add($l); return count($l);"), "2");
    assert_eq!(text("$f = function () use (&$n) { $n++; }; $f(); $f(); return $n;"), "2");
    assert_eq!(text("function g() { global $n; $n = 5; } g(); return $n;"), "5");
}

#[test]
fn statics_keep_their_value_between_calls_and_branches() {
    assert_eq!(text("function n() { static $n = 0; return ++$n; } n(); n(); return n();"), "3");
    assert!(
        run("function n() { static $n = 0; return ++$n; } if (unknown_f()) { n(); } return n();").unknown().is_some()
    );
}

#[test]
fn limits_end_the_evaluation_with_a_reason() {
    for source in [
        "for (;;) {}",
        "function f() { return f(); } return f();",
        "$s = 'x'; while (true) { $s .= $s; }",
        "return str_repeat('x', PHP_INT_MAX);",
        "return range(1, 1000000000);",
        "$a = []; while (true) { $a = [$a, $a]; }",
        "$a = []; while (true) { $a['x'] = $a; }",
        "return str_pad('', 1000000000, 'x');",
        "$f = fn() => 1; while (true) { $f = fn() => $f; }",
        "return preg_match('/^(?=(a+)+$)(a|aa)+\\1b$/', str_repeat('a', 5000));",
        "$o = new stdClass; while (true) { $n = new stdClass; $n->next = $o; $o = $n; }",
        "while (true) { if (unknown_f()) { $a[] = 1; } else { $b[] = 1; } }",
    ] {
        let problem = problem(source);
        assert!(matches!(problem.reason, Reason::Limit(_) | Reason::Unsupported), "{source}: {problem}");
    }
}
