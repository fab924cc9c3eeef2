//! PHP's own functions and operators give what PHP gives: made-up expressions are evaluated by both.
//!
//! Where revserve says that it does not know, it is not held against it; a value that PHP does not give is. The
//! expressions are the same each time; `BUILTINS_SEED` makes others, `BUILTINS_CASES` more of each kind.
//!
//! Needs: php

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::{BoxedStrategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use revserve::php::Value;
use revserve::php::eval::{Bare, Contents, Eval, Include, Limits, World};
use revserve::php::value::Key;

/// What is called, with kinds of arguments: `s` text, `i` small whole number, `n` any number, `l` list, `m` map, `v`
/// anything, `b` true or false, `p` pattern, `f` format, `c` list of characters, `h` hex digits, `u` URL, `t` texts
/// and `q` numbers that have an order: what compares in a circle has none, and stands as it happens to.
const CALLS: &[&str] = &[
    "strlen(s)",
    "strtolower(s)",
    "strtoupper(s)",
    "ucfirst(s)",
    "lcfirst(s)",
    "ucwords(s)",
    "ucwords(s, c)",
    "strrev(s)",
    "trim(s)",
    "ltrim(s, c)",
    "rtrim(s, c)",
    "trim(s, c)",
    "substr(s, i)",
    "substr(s, i, i)",
    "substr_replace(s, s, i)",
    "substr_replace(s, s, i, i)",
    "substr_count(s, s)",
    "strpos(s, s)",
    "strpos(s, s, i)",
    "stripos(s, s)",
    "strrpos(s, s)",
    "strrpos(s, s, i)",
    "strripos(s, s)",
    "strstr(s, s)",
    "strstr(s, s, b)",
    "stristr(s, s)",
    "strrchr(s, s)",
    "strpbrk(s, c)",
    "strspn(s, c)",
    "strcspn(s, c)",
    "strcmp(s, s) <=> 0",
    "strcasecmp(s, s) <=> 0",
    "strncmp(s, s, i) <=> 0",
    "strncasecmp(s, s, i) <=> 0",
    "str_contains(s, s)",
    "str_starts_with(s, s)",
    "str_ends_with(s, s)",
    "str_pad(s, i)",
    "str_pad(s, i, s)",
    "str_pad(s, i, s, STR_PAD_LEFT)",
    "str_pad(s, i, s, STR_PAD_BOTH)",
    "str_repeat(s, i)",
    "str_replace(s, s, s)",
    "str_replace(l, s, s)",
    "str_replace(l, l, s)",
    "str_replace(s, s, l)",
    "str_ireplace(s, s, s)",
    "strtr(s, s, s)",
    "strtr(s, m)",
    "str_split(s, i)",
    "chunk_split(s, i, s)",
    "explode(s, s)",
    "explode(s, s, i)",
    "implode(s, l)",
    "implode(l)",
    "join(s, m)",
    "nl2br(s)",
    "addslashes(s)",
    "stripslashes(s)",
    "addcslashes(s, c)",
    "quotemeta(s)",
    "ord(s)",
    "chr(i)",
    "bin2hex(s)",
    "hex2bin(h)",
    "md5(s)",
    "sha1(s)",
    "crc32(s)",
    "base64_encode(s)",
    "base64_decode(s)",
    "urlencode(s)",
    "rawurlencode(s)",
    "urldecode(s)",
    "rawurldecode(s)",
    "htmlspecialchars(s)",
    "htmlspecialchars(s, ENT_NOQUOTES)",
    "htmlspecialchars_decode(s)",
    "html_entity_decode(s)",
    "parse_url(u)",
    "parse_url(u, PHP_URL_PATH)",
    "http_build_query(m)",
    "basename(s)",
    "basename(s, s)",
    "dirname(s)",
    "pathinfo(s)",
    "ctype_digit(s)",
    "ctype_alpha(s)",
    "ctype_xdigit(s)",
    "ctype_alnum(s)",
    "ctype_upper(s)",
    "ctype_lower(s)",
    "ctype_space(s)",
    "ctype_punct(s)",
    "is_numeric(v)",
    "intval(v)",
    "intval(s, 16)",
    "intval(s, 0)",
    "floatval(v)",
    "boolval(v)",
    "strval(n)",
    "abs(n)",
    "ceil(n)",
    "floor(n)",
    "round(n)",
    "round(n, i)",
    "intdiv(n, i)",
    "fmod(n, n)",
    "max(n, n)",
    "min(n, n, n)",
    "max(l)",
    "min(l)",
    "max(v, v)",
    "min(v, v)",
    "sqrt(n)",
    "pow(i, i)",
    "pow(n, 2)",
    "hexdec(h)",
    "dechex(i)",
    "decbin(i)",
    "bindec(s)",
    "octdec(s)",
    "decoct(i)",
    "base_convert(h, 16, 2)",
    "number_format(n)",
    "number_format(n, i)",
    "number_format(n, 2, s, s)",
    "sprintf(f, n)",
    "sprintf(f, s)",
    "sprintf('%s|%s', n, v)",
    "sprintf('%2$s %1$s', n, s)",
    "vsprintf('%s %d', [s, n])",
    "sprintf('%02x%02x%02x', i, i, i)",
    "sprintf('%05.1f|%-6s|%+d', n, s, i)",
    "count(l)",
    "array_keys(m)",
    "array_keys(m, v)",
    "array_values(m)",
    "array_merge(m, l)",
    "array_merge(m, m)",
    "array_merge_recursive(m, m)",
    "array_replace(m, m)",
    "array_combine(l, l)",
    "array_flip(l)",
    "array_slice(l, i)",
    "array_slice(m, i, i)",
    "array_slice(l, i, i, b)",
    "array_reverse(m)",
    "array_reverse(l, b)",
    "array_unique(l)",
    "array_sum(l)",
    "array_product(l)",
    "array_search(v, l)",
    "array_search(v, l, b)",
    "in_array(v, l)",
    "in_array(v, l, b)",
    "array_key_exists(s, m)",
    "array_key_first(m)",
    "array_key_last(l)",
    "array_diff(l, l)",
    "array_diff_key(m, m)",
    "array_diff_assoc(m, m)",
    "array_intersect(l, l)",
    "array_intersect_key(m, m)",
    "array_fill(i, i, v)",
    "array_fill_keys(l, v)",
    "array_pad(l, i, v)",
    "array_chunk(l, i)",
    "array_chunk(m, i, b)",
    "array_count_values(l)",
    "array_is_list(m)",
    "array_filter(l)",
    "array_filter(m)",
    "array_map('strtoupper', l)",
    "array_map(null, l, l)",
    "array_column([m, m], 'a')",
    "range(i, i)",
    "range(i, i, 2)",
    "range('a', c)",
    "array_change_key_case(m)",
    "compact('s')",
    "json_encode(v)",
    "json_encode(m, JSON_PRETTY_PRINT)",
    "json_encode(s, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE)",
    "json_decode(json_encode(m), true)",
    "json_decode(s, true)",
    "serialize(v)",
    "var_export(v, true)",
    "print_r(v, true)",
    "gettype(v)",
    "version_compare(s, s)",
    "version_compare('4.1.2', s, '>=')",
    "nl2br(s)",
    "preg_match(p, s)",
    "preg_replace(p, s, s)",
    "preg_replace(p, '[$0]', s)",
    "preg_replace(p, s, s, i)",
    "preg_split(p, s)",
    "preg_split(p, s, i)",
    "preg_split(p, s, -1, PREG_SPLIT_NO_EMPTY)",
    "preg_split(p, s, -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY)",
    "preg_quote(s, '/')",
    "preg_grep(p, l)",
    "preg_replace_callback(p, fn($m) => strtoupper($m[0]) . count($m), s)",
    "preg_match_all(p, s)",
    "(function($s) { preg_match(p, $s, $m); return $m; })(s)",
    "(function($s) { preg_match_all(p, $s, $m); return $m; })(s)",
    "(function($s) { preg_match_all(p, $s, $m, PREG_SET_ORDER); return $m; })(s)",
    "(function($a) { sort($a); return $a; })(t)",
    "(function($a) { rsort($a); return $a; })(t)",
    "(function($a) { asort($a); return $a; })(q)",
    "(function($a) { arsort($a); return $a; })(q)",
    "(function($a) { ksort($a); return $a; })(m)",
    "(function($a) { krsort($a); return $a; })(m)",
    "(function($a) { usort($a, fn($x, $y) => $x <=> $y); return $a; })(q)",
    "(function($a) { $b = array_splice($a, i, i); return [$a, $b]; })(l)",
    "(function($a) { $b = array_shift($a); array_unshift($a, v); return [$a, $b, end($a), reset($a)]; })(l)",
    "(function($s) { parse_str($s, $o); return $o; })('aa=1&bb[]=2&bb[]=3&cc[x1]=' . s)",
    "n + n",
    "n - n",
    "n * n",
    "n / n",
    "i % i",
    "i ** i",
    "i << 3",
    "i >> 1",
    "i & i",
    "i ^ i",
    "~i",
    "-n",
    "s . n",
    "v . s",
    "v == v",
    "v === v",
    "v != v",
    "v < v",
    "v <=> v",
    "v >= v",
    "!v",
    "v && v",
    "v ?: v",
    "(int) v",
    "(float) v",
    "(bool) v",
    "(string) n",
    "s[0]",
    "m + m",
    "l + m",
    "isset(m['a'])",
    "empty(v)",
    "(function($s) { return ++$s; })(s)",
    "\"{n}px \" . n . '%'",
    "n . ''",
    "s * 1",
    "s + n",
];

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn texts() -> BoxedStrategy<String> {
    let words = prop::sample::select(vec![
        "",
        "a",
        "abc",
        "Hello World",
        "#0f6cbf",
        "#fff",
        "rgba(0, 0, 0, .5)",
        "12px",
        "1.5rem",
        " 10 ",
        "0",
        "007",
        "-3.20",
        "1e3",
        "0x1A",
        "é",
        "Ünïcödé",
        "日本",
        "a,b,,c",
        "a.b.c",
        "4.1.2+",
        "/theme/boost/scss/x.scss",
        "x.tar.gz",
        "a&b=<c>\"d\"'e'",
        "\\n\\\\",
        "line\nbreak\r\n",
        "\tTab ",
        "%41+b%zz",
        "{$x}",
        "$1\\2",
        "AbAb",
        "aaaa",
        "true",
        "null",
        "[1,2]",
        "{\"a\":1.0}",
        ".5",
        "5.",
        "+7",
        "1_000",
        "9223372036854775808",
        "&amp;&lt;&#39;&nbsp;",
        "a b-c_d",
        "$primary: #fff;",
        "@media (x) { a { b: c } }",
    ]);
    prop_oneof![4 => words.prop_map(str::to_owned), 1 => "[ -~]{0,12}", 1 => "[a-cA-C .,]{0,8}"].boxed()
}

fn numbers() -> BoxedStrategy<String> {
    let some = prop::sample::select(vec![
        "0",
        "1",
        "-1",
        "255",
        "1.5",
        "-2.5",
        "0.1",
        "0.30000000000000004",
        "1e15",
        "1e16",
        "1.0e-7",
        "123456789.12345678",
        "1e100",
        "0.5",
        "2.5",
        "1.005",
        "-0.0",
        "100",
        "3.0",
        "9007199254740993",
        "9223372036854775807",
        "1/3",
        "'7'",
        "'2.50'",
    ]);
    prop_oneof![2 => some.prop_map(str::to_owned), 1 => (-1000i32..1000).prop_map(|n| n.to_string()),
        1 => (-100_000i32..100_000).prop_map(|n| format!("{:.3}", f64::from(n) / 1000.0))]
    .prop_map(|n| if n.starts_with('-') { format!("({n})") } else { n })
    .boxed()
}

fn values() -> BoxedStrategy<String> {
    let some =
        prop::sample::select(vec!["null", "true", "false", "[]", "''", "'0'", "' '", "[1]", "['a' => 1]", "'a'"]);
    prop_oneof![some.prop_map(str::to_owned), texts().prop_map(|text| quoted(&text)), numbers(), lists()].boxed()
}

fn lists() -> BoxedStrategy<String> {
    let item = prop_oneof![
        texts().prop_map(|text| quoted(&text)),
        numbers(),
        Just("true".to_owned()),
        Just("null".to_owned())
    ];
    prop::collection::vec(item, 0..5).prop_map(|items| format!("[{}]", items.join(", "))).boxed()
}

fn ordered(item: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop::collection::vec(item, 0..20).prop_map(|items| format!("[{}]", items.join(", "))).boxed()
}

fn maps() -> BoxedStrategy<String> {
    let key = prop::sample::select(vec!["'a'", "'b'", "'B'", "0", "5", "'10'", "'01'", "-2", "''", "'a b'"]);
    let value = prop_oneof![texts().prop_map(|text| quoted(&text)), numbers(), Just("[1, 'x' => false]".to_owned())];
    prop::collection::vec((key, value).prop_map(|(key, value)| format!("{key} => {value}")), 0..5)
        .prop_map(|items| format!("[{}]", items.join(", ")))
        .boxed()
}

fn some(of: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(of).prop_map(quoted).boxed()
}

fn argument(kind: char) -> BoxedStrategy<String> {
    match kind {
        's' => texts().prop_map(|text| quoted(&text)).boxed(),
        'i' => (-6i32..12).prop_map(|n| if n < 0 { format!("({n})") } else { n.to_string() }).boxed(),
        'n' => numbers(),
        'l' => lists(),
        't' => ordered(
            prop::sample::select(vec!["'a'", "'b'", "'B'", "''", "'abc'", "'x y'", "'é'"])
                .prop_map(str::to_owned)
                .boxed(),
        ),
        'q' => ordered(
            prop_oneof![numbers(), Just("0".to_owned())].prop_filter("no text", |n| !n.starts_with('\'')).boxed(),
        ),
        'm' => maps(),
        'v' => values(),
        'b' => prop::bool::ANY.prop_map(|b| b.to_string()).boxed(),
        'p' => some(&[
            "/a/",
            "/[a-z]+/i",
            "/(\\d+)(px|rem)?/",
            "~^#([a-f0-9]{3}){1,2}$~i",
            "/\\s+/",
            "/,/",
            "/(?<x>b)|(c)/",
            "/./u",
            "/^/m",
            "#\\b#",
            "/(a)(z)?/",
            "/[^a-zA-Z0-9]/",
            "/$/",
            "/\\$([a-z]+)/",
            "{\\{.*?\\}}s",
            "/x*/",
        ]),
        'f' => some(&[
            "%s",
            "%d",
            "%05d",
            "%.2f",
            "%5.1f|",
            "%-8s|",
            "%'*10s",
            "%x",
            "%X",
            "%o",
            "%b",
            "%e",
            "%.3e",
            "%u",
            "%c",
            "%%%s",
            "%+d",
            "%g",
            "%08.3f",
            "%1$s-%1$s",
            "%5s|%1$d",
        ]),
        'c' => some(&["a", " ", "a..z", "-", ", ", "/", "\\", "0..9", "abc", "#"]),
        'h' => some(&["ff", "0f6cbf", "a", "xyz", "", "12", "ABCDEF"]),
        'u' => some(&[
            "https://a.b:8080/c/d.e?f=g&h#i",
            "/a/b",
            "//x/y",
            "a:b",
            "http://",
            "mailto:a@b",
            "http://u:p@h/",
            "?x",
            "#y",
            "x.php?a=1",
        ]),
        _ => unreachable!("{kind} is no kind of argument"),
    }
}

/// An expression: a call with each letter that stands alone replaced by an argument of its kind.
fn expression(call: &'static str) -> BoxedStrategy<String> {
    let bytes = call.as_bytes();
    let is_part = |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || b"_$'%".contains(b));
    let (mut parts, mut plain) = (Vec::<BoxedStrategy<String>>::new(), String::new());
    for (at, byte) in call.char_indices() {
        let alone = !is_part(at.checked_sub(1).and_then(|at| bytes.get(at))) && !is_part(bytes.get(at + 1));
        if alone && "sinlmvbpfchutq".contains(byte) {
            parts.push(Just(std::mem::take(&mut plain)).boxed());
            parts.push(argument(byte));
        } else {
            plain.push(byte);
        }
    }
    parts.push(Just(plain).boxed());
    parts.prop_map(|parts| parts.concat()).boxed()
}

/// PHP's own `d`, which writes a value so that nothing of it is lost.
const DUMP: &str = r#"<?php error_reporting(0); ini_set('precision', '14'); ini_set('serialize_precision', '-1'); date_default_timezone_set('UTC');
function d($v) { if (is_array($v)) { $o = []; foreach ($v as $k => $x) { $o[] = (is_int($k) ? $k : "'" . bin2hex($k)) . '=' . d($x); } return '[' . implode(',', $o) . ']'; }
  if (is_float($v)) { return 'f' . (is_nan($v) ? 'nan' : ($v == 0 ? '0' : bin2hex(strrev(pack('d', $v))))); }
  return is_string($v) ? "'" . bin2hex($v) : (is_int($v) ? "i$v" : (is_bool($v) ? ($v ? 'true' : 'false') : (is_null($v) ? 'null' : '?'))); }
"#;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same of revserve's values; `None` of what it does not know.
fn dump(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => format!("i{value}"),
        Value::Float(value) if value.is_nan() => "fnan".to_owned(),
        Value::Float(value) if *value == 0.0 => "f0".to_owned(),
        Value::Float(value) => format!("f{:016x}", value.to_bits()),
        Value::Str(text) => format!("'{}", hex(text)),
        Value::Array(array) => {
            let item = |(key, value): (&Key, &Value)| {
                let key = match key {
                    Key::Int(key) => key.to_string(),
                    Key::Text(key) => format!("'{}", hex(key)),
                };
                Some(format!("{key}={}", dump(value)?))
            };
            format!("[{}]", array.iter().map(item).collect::<Option<Vec<_>>>()?.join(","))
        }
        _ => return None,
    })
}

struct Nowhere;

impl World for Nowhere {
    fn include(&mut self, _: &str, _: bool) -> Include {
        Include::Missing
    }

    fn contents(&mut self, _: &str) -> Contents {
        Contents::Missing
    }
}

fn ours(expression: &str) -> Option<String> {
    let mut world = Nowhere;
    let mut eval = Eval::new(&mut world, &Bare, Limits::default());
    let value = eval.run("/x.php", format!("<?php return {expression};").as_bytes()).value();
    dump(&eval.export(&value))
}

fn phps(expressions: &[String]) -> Vec<String> {
    let mut script = DUMP.to_owned();
    for (at, expression) in expressions.iter().enumerate() {
        script += &format!(
            "try {{ echo d({expression}), \"\\n\"; }} catch (\\Throwable $e) {{ echo \"throws\\n\"; }} // {at}\n"
        );
    }
    let mut php = Command::new("php").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("php runs");
    let mut stdin = php.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = php.wait_with_output().expect("php ends");
    writer.join().expect("no panic").expect("taken");
    let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), expressions.len(), "PHP stopped at {:?}: {:?}", expressions.get(lines.len()), lines.last());
    lines
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn made_up_calls_and_operations_give_what_php_gives_or_are_not_known() {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number("BUILTINS_SEED", 1).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let cases = number("BUILTINS_CASES", 24);
    let mut expressions = Vec::new();
    for call in CALLS {
        let strategy = expression(call);
        for _ in 0..cases {
            expressions.push(strategy.new_tree(&mut runner).expect("a case").current());
        }
    }
    let expected = phps(&expressions);
    let evaluate = || expressions.iter().map(|expression| ours(expression)).collect::<Vec<_>>();
    // The evaluator recurses over nested source.
    let found = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 20);
        thread.spawn_scoped(scope, evaluate).expect("a thread").join().expect("no panic")
    });
    let wrong: Vec<String> = (expressions.iter().zip(&expected).zip(&found))
        .filter(|((_, php), own)| own.as_ref().is_some_and(|own| own != *php))
        .map(|((expression, php), own)| {
            format!("{expression}\n   PHP: {php}\n   own: {}", own.as_deref().unwrap_or(""))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), expressions.len(), wrong.join("\n"));
    let known = found.iter().flatten().count();
    assert!(known * 10 > expressions.len() * 7, "only {known} of {} are known", expressions.len());
}
