use super::*;

fn prepared(source: &str) -> String {
    prepare(source, &mut |_| None, None, &Told::default()).unwrap().text
}

#[test]
fn ordinary_scss_comes_out_as_it_went_in() {
    for source in [
        "",
        "// a { x#{&} {} }\n/* rgb(from red) */ a { b: 'rgb(from red)'; c: \"#{$x + 'round(1,2)'}\"; }",
        "$map: (a: (b: c), d: if($x, 1, 2)); @include m($map, (a: b)...) { c: d; }",
        "a { &:hover, &.b, & > c, > & d, &-x, .y & { z: w } @at-root (without: media) { e: f } }",
        "@media (min-width: $x) and (max-width: calc(#{$y} - 1px)) { a { b: url(http://x/y?a=b;c) no-repeat } }",
        "@function round($a, $b) { @return math.round($a); } a { b: $x-round(1, 2); c: math.round(1, 2) }",
        "a { b: 1 != 2; c: d!important; $e: f !default; $g: h !global; @extend .i !optional; }",
        "a { --x: { b: rgb(from red r g b) }; --y: calc(l * 2) !x; c: url(//x.y/z) }",
        "a { filter: progid:X.Y(a='b', c=1); width: calc(100% - (#{$a} + 2px)); m: max(1px, $b * 2) }",
        "a { b: min(1px, var(--calc-x)); c: calc(var(--x, 1px) - #{$a}px * 2); d: calc(-1 * var(--y)) }",
        "a { b: c; /* unclosed { ",
        "@import url(x.css), 'y'; @import 'z' screen; @import \"http://x/y\"; @import 'a.css'; @import 'b#{$c}';",
    ] {
        assert_eq!(prepared(source), source);
    }
}

#[test]
fn an_old_filter_with_a_blank_behind_its_colon_is_kept_as_it_stands() {
    assert_eq!(
        prepared("a { filter: progid: X.Y(a='b', c=#4C000000); -ms-filter: progid:\n X.Y(a=1) }"),
        "a { filter: #{\"progid: X.Y\"}#{\"(a='b', c=#4C000000)\"}; -ms-filter: #{\"progid:  X.Y\"}#{\"(a=1)\"} }"
    );
}

#[test]
fn an_import_gets_the_path_that_it_means() {
    let mut asked = Vec::new();
    let mut resolve = |url: &str| {
        asked.push(url.to_owned());
        (url != "c").then(|| format!("/x \"y\"/{url}").into())
    };
    let text = prepare("@import 'a' , \"b.scss\";\na{@import'c'}@import 'd'", &mut resolve, None, &Told::default());
    assert_eq!(asked, ["a", "b.scss", "c", "d"]);
    assert_eq!(
        text.unwrap().text,
        "@import \"/x \\\"y\\\"/a\" , \"/x \\\"y\\\"/b.scss\";\na{@import'c'}@import \"/x \\\"y\\\"/d\""
    );
}

#[test]
fn an_import_may_be_named_by_a_variable_that_is_one_text() {
    let imports = |source: &str| {
        let mut asked = Vec::new();
        let mut resolve = |url: &str| {
            asked.push(url.to_owned());
            None
        };
        prepare(source, &mut resolve, None, &Told::default()).unwrap();
        asked
    };
    let import = "@import 'f/#{$a}-#{ $b }', 'c';";
    assert_eq!(imports(&format!("$a: \"x\"; $b :'y' !default; $a: \"z\" !default; {import}")), ["f/x-y", "c"]);
    for unknown in ["$a: 'x';", "$a: 'x'; $b: y;", "$a: 'x'; $b: 'y'; $b: 'z';", "$a: 'x'; @if 1 { $b: 'y' }"] {
        assert_eq!(imports(&format!("{unknown} {import}")), ["c"], "{unknown}");
    }
}

/// A declaration of as many pairs, each with what `pair` writes of it.
fn map_of(pairs: usize, pair: impl Fn(usize) -> String, end: &str) -> String {
    let pairs: Vec<String> = (0..pairs).map(pair).collect();
    format!("$a:1;$m : ({}{end}) !default;", pairs.join(", "))
}

#[test]
fn a_long_map_of_texts_goes_to_the_function_for_it() {
    let source = map_of(100, |n| format!("\"k{n}\" /* : */: $v-{n}"), ",");
    let expected = map_of(100, |n| format!("\"k{n}\" /* : */, $v-{n}"), "").replace("m : (", "m : -revserve-map(");
    assert_eq!(prepared(&source), expected);
}

#[test]
fn a_map_that_is_short_or_has_keys_to_be_evaluated_or_the_same_twice_stays_a_map() {
    for source in [
        map_of(20, |n| format!("\"a rather long key, that it be many bytes {n}\": $v"), ""),
        map_of(100, |n| format!("k{n}: $v"), ""),
        map_of(100, |n| format!("\"k#{{{n}}}\": $v"), ""),
        map_of(100, |n| format!("\"k\\{n}\": $v"), ""),
        map_of(100, |n| format!("\"k{}\": $v", n % 99), ""),
        map_of(100, |n| format!("\"k{n}\": ($v, 1)"), ""),
        map_of(100, |n| format!("\"k{n}\": 1px"), ""),
        map_of(100, |n| format!("\"k{n}\": $v"), "").replace(") !default", " !default"),
    ] {
        assert_eq!(prepared(&source), source);
    }
}
