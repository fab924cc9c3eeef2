use super::*;
use crate::php::code::Stmt;

fn lowered(source: &str) -> File {
    let path = "/m/a.php".into();
    super::super::deep::deep(|| lower(&path, source.as_bytes()).unwrap()).unwrap()
}

/// The text of `$x = <source>;`, which must be a literal.
fn literal(source: &str) -> String {
    let file = lowered(&format!("<?php $x = {source};"));
    let Some(Stmt::Expr(Expr { kind: Kind::Assign(_, value), .. })) = file.body.into_iter().next() else { panic!() };
    match value.kind {
        Kind::Value(value) => value.to_text().unwrap().lossy().into_owned(),
        Kind::Concat(parts) => parts
            .iter()
            .map(|part| match &part.kind {
                Kind::Value(value) => value.to_text().unwrap().lossy().into_owned(),
                _ => panic!("{source}"),
            })
            .collect(),
        _ => panic!("{source}"),
    }
}

#[test]
fn escapes_mean_what_they_mean_in_their_kind_of_quotes() {
    assert_eq!(literal(r"'a\'b\\c\n'"), r"a'b\c\n");
    assert_eq!(literal(r#""a\"b\\c\n\t\x41\101\u{263a}\$x\q""#), "a\"b\\c\n\tAA☺$x\\q");
    assert_eq!(literal("<<<'X'\na \\n $b\nX"), "a \\n $b");
    assert_eq!(literal("<<<X\n  a \"q\" \\\"\\n\n    b\n  X"), "a \"q\" \\\"\n\n  b");
    assert_eq!(literal("<<<X\nX"), "");
}

#[test]
fn integers_of_every_base_are_read() {
    for (source, value) in [
        ("0x1F", "31"),
        ("0b101", "5"),
        ("0777", "511"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("9223372036854775808", "9.2233720368548E+18"),
    ] {
        assert_eq!(literal(source), value);
    }
}

#[test]
fn names_are_resolved_through_namespace_and_use() {
    let file = lowered(
        r"<?php namespace theme_x\util; use core\output\{html_writer as w, theme_config}; use function a\b;
        new w(); new settings(); new \moodle_url(); new namespace\other(); b(); c(); \d(); new theme_config\sub();",
    );
    let [Stmt::Block(body)] = file.body.as_slice() else { panic!("{file:?}") };
    let names: Vec<String> = body
        .iter()
        .map(|stmt| match stmt {
            Stmt::Expr(expr) => match &expr.kind {
                Kind::New(crate::php::code::ClassName::Fixed(name), _) => name.to_string(),
                Kind::Call(name, global, _) => format!("{name} {global:?}"),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        names,
        [
            r"core\output\html_writer",
            r"theme_x\util\settings",
            "moodle_url",
            r"theme_x\util\other",
            r"a\b None",
            r#"theme_x\util\c Some("c")"#,
            "d None",
            r"core\output\theme_config\sub",
        ]
    );
}

#[test]
fn a_guard_against_direct_access_is_dropped_whatever_its_constant() {
    for guard in [
        "defined('MOODLE_INTERNAL') || die();",
        "defined('FORK_INTERNAL') or die('no');",
        "if (!defined('X')) { die; }",
        "if (!defined('X')): exit(1); endif;",
        "if (!defined('X')) return;",
    ] {
        let file = lowered(&format!("<?php {guard}"));
        let harmless = file.body.iter().all(|stmt| match stmt {
            Stmt::If(arms, last) => arms.is_empty() && last.is_empty(),
            Stmt::Expr(expr) => matches!(expr.kind, Kind::Value(_)),
            _ => false,
        });
        assert!(harmless, "{guard}: {:?}", file.body);
    }
}

#[test]
fn a_fault_is_named_with_its_line() {
    let path = "/m/a.php".into();
    let problem = super::super::deep::deep(|| lower(&path, b"<?php\n$a = 1;\n$b = ;\n").unwrap_err()).unwrap();
    assert_eq!((problem.line, &*problem.file), (3, "/m/a.php"));
}
