//! Whatever the source is, the evaluation ends, and ends with a value or a reason.

use proptest::prelude::*;

use super::*;
use crate::php::deep;

struct Nowhere;

impl World for Nowhere {
    fn include(&mut self, _: &str, _: bool) -> Include {
        Include::Missing
    }
}

fn survives(source: &str) -> bool {
    let limits = Limits { steps: 20_000, ..Limits::default() };
    deep(|| {
        let mut world = Nowhere;
        let mut eval = Eval::new(&mut world, &Bare, limits);
        let value = eval.run("/m/a.php", source.as_bytes()).value();
        eval.export(&value);
    })
    .is_some()
}

/// Pieces of PHP that, joined at random, often parse.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "$a",
        "$b",
        "$this",
        "=",
        "+=",
        ".=",
        "??=",
        "==",
        "===",
        "<=>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        ".",
        "&",
        "|",
        "^",
        "<<",
        ">>",
        "&&",
        "||",
        "!",
        "~",
        "@",
        "?",
        ":",
        "??",
        "?:",
        "->",
        "?->",
        "::",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ";",
        ",",
        "=>",
        "...",
        "if",
        "else",
        "elseif",
        "while",
        "for",
        "foreach",
        "as",
        "switch",
        "case",
        "default",
        "break",
        "continue",
        "return",
        "function",
        "fn",
        "use",
        "static",
        "global",
        "new",
        "class",
        "extends",
        "public",
        "const",
        "try",
        "catch",
        "finally",
        "throw",
        "match",
        "array",
        "list",
        "isset",
        "empty",
        "unset",
        "echo",
        "print",
        "clone",
        "instanceof",
        "yield",
        "namespace",
        "goto",
        "1",
        "0",
        "-1",
        "1.5",
        "'x'",
        "\"$a[0] {$b->c}\"",
        "null",
        "true",
        "false",
        "[]",
        "stdClass",
        "strlen",
        "array_map",
        "sort",
        "preg_replace",
        "'/a(b)?/'",
        "str_replace",
        "implode",
        "f",
        "g",
        "<<<X\nx $a\nX\n",
        "/* c */",
        "// c\n",
        "?>",
        "<?php ",
        "\n",
    ])
    .prop_map(str::to_owned);
    prop_oneof![8 => fixed, 1 => "[ -~]{0,6}"]
}

/// Every function with every choice of at most two arguments, and of three of which the last is an extreme: in one
/// run, because a fault that one call in a million shows would else wait for an unlucky day.
#[test]
fn no_built_in_function_panics_on_any_few_arguments() {
    let mut lists = vec![String::new()];
    for first in ARGS {
        lists.push((*first).to_owned());
        lists.extend(ARGS.iter().map(|second| format!("{first}, {second}")));
    }
    for two in lists.clone() {
        lists.extend(["PHP_INT_MIN", "PHP_INT_MAX"].map(|last| format!("{two}, {last}")));
    }
    for name in NAMES {
        all_survive(lists.iter().map(|args| format!("{name}({args})")));
    }
}

#[test]
fn no_operator_panics_on_any_operands() {
    const OPERATORS: &[&str] = &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        ".",
        "&",
        "|",
        "^",
        "<<",
        ">>",
        "&&",
        "??",
        "==",
        "===",
        "<",
        "<=>",
        "instanceof",
    ];
    for operator in OPERATORS {
        all_survive(
            ARGS.iter().flat_map(|left| ARGS.iter().map(move |right| format!("({left}) {operator} ({right})"))),
        );
    }
    for operator in ["-", "+", "!", "~", "(int)", "(string)", "(array)", "(object)", "clone ", "@"] {
        all_survive(ARGS.iter().map(|operand| format!("{operator}({operand})")));
    }
    all_survive(ARGS.iter().flat_map(|at| ["$a", "$s"].map(|of| format!("[{of}[{at}], $x = {of}, $x++, $x--]"))));
}

/// Many expressions on one thread; the last one before a panic is named.
fn all_survive(expressions: impl Iterator<Item = String> + Send) {
    let last = std::sync::Mutex::new(String::new());
    let ended = deep(|| {
        for expression in expressions {
            let code = format!("<?php $a = [3, 'b' => 'x', 1]; $s = 'aXb'; return {expression};");
            expression.clone_into(&mut last.lock().unwrap());
            let mut world = Nowhere;
            let mut eval = Eval::new(&mut world, &Bare, Limits { steps: 20_000, ..Limits::default() });
            let value = eval.run("/m/a.php", code.as_bytes()).value();
            eval.export(&value);
        }
    });
    assert!(ended.is_some(), "{}", last.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_evaluator_panic_or_hang(text in any::<String>()) {
        prop_assert!(survives(&text));
        let code = format!("<?php {text}");
        prop_assert!(survives(&code));
    }

    #[test]
    fn no_mixture_of_php_makes_it_panic_or_hang(pieces in prop::collection::vec(piece(), 0..60)) {
        let code = format!("<?php {}", pieces.join(" "));
        prop_assert!(survives(&code));
    }

    #[test]
    fn no_call_of_a_built_in_function_makes_it_panic(
        name in prop::sample::select(NAMES.to_vec()),
        args in prop::collection::vec(prop::sample::select(ARGS.to_vec()), 0..6),
    ) {
        let code = format!("<?php $a = [3, 'b' => 'x', 1]; $s = 'aXb'; return {name}({});", args.join(", "));
        prop_assert!(survives(&code), "{}", code);
    }
}

const ARGS: &[&str] = &[
    "$a",
    "$s",
    "[]",
    "''",
    "'x'",
    "'/x/i'",
    "'/(?<=a)X/'",
    "0",
    "1",
    "-1",
    "PHP_INT_MAX",
    "PHP_INT_MIN",
    "1.5",
    "NAN",
    "INF",
    "null",
    "true",
    "false",
    "'%05.2f %s'",
    "[[1, 2], [3]]",
    "'\\xff\\xfe'",
    "\"\\xff\"",
    "fn($x = null) => $x",
    "'strlen'",
    "new stdClass",
    "unknown_f()",
    "'é'",
    "'12abc'",
];

const NAMES: &[&str] = &[
    "strlen",
    "ucwords",
    "trim",
    "str_repeat",
    "strpos",
    "strrpos",
    "stripos",
    "strstr",
    "strrchr",
    "substr",
    "substr_count",
    "substr_replace",
    "str_pad",
    "str_split",
    "explode",
    "implode",
    "nl2br",
    "strncmp",
    "chr",
    "ord",
    "chunk_split",
    "strspn",
    "strcspn",
    "count",
    "array_keys",
    "array_merge",
    "array_merge_recursive",
    "array_replace",
    "array_combine",
    "array_flip",
    "array_fill",
    "array_fill_keys",
    "array_pad",
    "range",
    "array_slice",
    "array_splice",
    "array_search",
    "in_array",
    "array_key_exists",
    "array_reverse",
    "array_unique",
    "array_sum",
    "array_product",
    "array_column",
    "array_chunk",
    "array_count_values",
    "array_push",
    "array_pop",
    "array_shift",
    "array_unshift",
    "reset",
    "end",
    "next",
    "prev",
    "current",
    "key",
    "sort",
    "rsort",
    "asort",
    "ksort",
    "usort",
    "uasort",
    "array_diff",
    "array_intersect_key",
    "abs",
    "ceil",
    "round",
    "intdiv",
    "max",
    "min",
    "dechex",
    "hexdec",
    "base_convert",
    "number_format",
    "fmod",
    "pow",
    "htmlspecialchars",
    "html_entity_decode",
    "urlencode",
    "http_build_query",
    "parse_str",
    "parse_url",
    "base64_decode",
    "hex2bin",
    "md5",
    "crc32",
    "hash",
    "sprintf",
    "vsprintf",
    "sscanf",
    "json_encode",
    "json_decode",
    "dirname",
    "basename",
    "pathinfo",
    "mb_substr",
    "mb_strpos",
    "mb_str_split",
    "strtr",
    "str_replace",
    "preg_match",
    "preg_match_all",
    "preg_replace",
    "preg_replace_callback",
    "preg_split",
    "preg_quote",
    "preg_grep",
    "array_map",
    "array_filter",
    "array_reduce",
    "array_walk",
    "call_user_func_array",
    "func_get_args",
    "function_exists",
    "compact",
    "extract",
    "is_numeric",
    "intval",
    "var_export",
    "print_r",
    "serialize",
    "define",
    "constant",
    "getenv",
    "method_exists",
    "get_object_vars",
    "is_a",
    "wordwrap",
    "date",
    "array_is_list",
    "settype",
];
