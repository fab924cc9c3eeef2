use super::pattern::read;
use crate::php::deep;
use crate::php::eval::{Bare, Eval, Include, Limits, World};
use crate::php::value::Value;

struct Nowhere;

impl World for Nowhere {
    fn include(&mut self, _: &str, _: bool) -> Include {
        Include::Missing
    }
}

fn run(source: &str) -> Value {
    let source = format!("<?php return {source};");
    deep(|| {
        let mut world = Nowhere;
        let mut eval = Eval::new(&mut world, &Bare, Limits { steps: 400_000, ..Limits::default() });
        eval.run("/a.php", source.as_bytes()).value()
    })
    .unwrap()
}

fn text(source: &str) -> String {
    match run(source) {
        Value::Str(text) => text.lossy().into_owned(),
        other => panic!("{source}: {other:?}"),
    }
}

/// `preg_replace(pattern, '<$0>', subject)`.
fn marked(pattern: &str, subject: &str) -> String {
    text(&format!("preg_replace('{pattern}', '<$0>', \"{subject}\")"))
}

#[test]
fn signs_that_the_crates_read_otherwise_are_rewritten() {
    for (pattern, rewritten) in [
        (r"/\<a\>/", r"\x3ca\x3e"),
        (r"/[[a]/", r"[\x5ba]"),
        (r"/a{b{2}{,3}/", r"a\{b{2}\{,3\}"),
        (r"~[&&-]~", r"[\x26\x26\-]"),
        (r"#\h+#", r"[ \t]+"),
        (r"{a}x", "a"),
        (r"/a b # c/x", "ab"),
        (r"/[a-z\d-9_.-]/", r"[a-z\d\-9\x5f\x2e\-]"),
    ] {
        assert_eq!(read(pattern, false).unwrap().source, rewritten, "{pattern}");
    }
    for refused in ["", "abc", "/abc", "/a/q", r"/(?R)/", r"/(*FAIL)/", r"/[é]/", r"/\y/", "aba"] {
        assert!(read(refused, false).is_none(), "{refused}");
    }
}

#[test]
fn a_dollar_also_stands_before_a_final_newline() {
    assert_eq!(marked("/a$/", "a"), "<a>");
    assert_eq!(marked("/a$/", "a\\n"), "<a>\n");
    assert_eq!(marked("/a$/D", "a\\n"), "a\n");
    assert_eq!(marked("/^b$/m", "a\\nb\\nb"), "a\n<b>\n<b>");
    assert_eq!(marked("/^/m", "a\\n"), "<>a\n");
}

#[test]
fn lookaround_backreferences_and_atomic_groups_work() {
    for (pattern, subject, shown) in [
        ("/(?<=a)b/", "ab cb", "a<b> cb"),
        ("/(?<!a)b/", "ab cb", "ab c<b>"),
        ("/a(?=b)/", "ab ac", "<a>b ac"),
        ("/a(?!b)/", "ab ac", "ab <a>c"),
        (r"/(.)\1/", "aabbc", "<aa><bb>c"),
        (r"/(?i)(a)\1/", "aA", "<aA>"),
        ("/(?>a+)b/", "aab", "<aab>"),
        ("/(?>a+)a/", "aaa", "aaa"),
        ("/a++b/", "aab", "<aab>"),
        ("/a*+a/", "aaa", "aaa"),
        ("/(?<=ab|c)d/", "abd cd d", "ab<d> c<d> d"),
        ("/(?<!ab|c)d/", "abd cd d", "abd cd <d>"),
        (r"/foo\Kbar/", "foobar", "foo<bar>"),
        ("/(?=(a+))a/", "aa", "<a><a>"),
        ("/(a|ab)(?=c)(c|bcd)/", "abc", "<abc>"),
        ("/(?:(a)|b)*(?=c)/", "abc", "<ab><>c"),
        ("/(a?)*?(?=b)/", "aab", "<aa><>b"),
        (r"/\b(?=\w)/", "ab cd", "<>ab <>cd"),
        (r"/(?<=\d)(?=(\d{3})+$)/", "1234567", "1<>234<>567"),
        ("/(?=é)./u", "aéb", "a<é>b"),
        ("/(?<=é)./u", "aéb", "aé<b>"),
        (r"/(?=\w)É/iu", "é", "<é>"),
        (r"/url\((?!data:)[^)]+\)/", "url(a) url(data:b)", "<url(a)> url(data:b)"),
        (r"/\{(?:[^{}]|(?=x)x)*?\}/", "{a}{x}", "<{a}><{x}>"),
    ] {
        assert_eq!(marked(pattern, subject), shown, "{pattern}");
    }
}

#[test]
fn after_an_empty_match_a_longer_one_is_tried_at_the_same_place() {
    assert_eq!(marked("/x*/", "axb"), "<>a<x><>b<>");
    assert_eq!(marked("/|a/", "ab"), "<><a><>b<>");
    assert_eq!(marked("/a*?/", "aa"), "<><a><><a><>");
    assert_eq!(marked("//u", "éa"), "<>é<>a<>");
}

#[test]
fn patterns_that_would_take_forever_end_with_a_reason() {
    for source in [
        "preg_match('/^(?=(a+)+$)x/', str_repeat('a', 3000) . 'b')",
        r"preg_match('/(a|aa)+\1c/', str_repeat('a', 3000))",
        "preg_replace('/(?=(.*)x)y/', '', str_repeat('a', 20000))",
        "preg_match('/((a*)*)*(?!b)c/', str_repeat('a', 3000))",
    ] {
        let value = run(source);
        assert!(matches!(value, Value::Unknown(_) | Value::Int(0) | Value::Str(_)), "{source}");
    }
    assert!(run("preg_match('/^(?=(a+)+$)a/', str_repeat('a', 3000) . 'b')").unknown().is_some());
}

#[test]
fn a_pattern_without_u_reads_bytes() {
    assert_eq!(text("bin2hex(preg_replace('/^./', '', 'é'))"), "a9");
    assert_eq!(text("preg_replace('/^./u', '', 'éa')"), "a");
    assert_eq!(text("bin2hex(preg_replace('/(?<=^.)./', '', 'éa'))"), "c361");
}
