use proptest::prelude::*;

use super::*;

fn min(css: &str) -> String {
    minify(css).unwrap()
}

/// Asserts that each sheet of the list is already as short as it gets.
fn stays(sheets: &[&str]) {
    for css in sheets {
        assert_eq!(min(css), *css);
    }
}

#[test]
fn blanks_and_comments_that_mean_nothing_go() {
    assert_eq!(
        min(
            "/* a */ a , b > c {\n  color : red ; /* b */\n  margin : 1px  2px\n}\n\n@media  screen and ( min-width : 1px ) { a { b : c } }\n"
        ),
        "a,b>c{color:red;margin:1px 2px}@media screen and (min-width:1px){a{b:c}}"
    );
    assert_eq!(min("a{b:c;;;d:e;}"), "a{b:c;d:e}");
}

#[test]
fn blanks_that_mean_something_stay() {
    stays(&[
        "a b{c:d}",
        "a :hover{c:d}",
        "a{width:calc(1px + 2px - -3px)}",
        "a{font:12px/1.5 \"A B\",serif}",
        "@media (min-width:1px) and (max-width:2px){a{b:c}}",
        "@supports not (display:grid){a{b:c}}",
        "@supports selector(a :hover){a{b:c}}",
        "a{b:var(--x, )}",
        "a{b:var(--x,)}",
        "a:nth-child(2n + 1 of .b .c){d:e}".replace(" + ", "+").as_str(),
        "a{b:c d(e) f}",
        "a{grid-area:1/2/3/4}",
        "a{b:- c;d:+ e}",
    ]);
}

#[test]
fn a_comment_between_words_does_not_join_them() {
    assert_eq!(min("a/**/b{c:d}"), "a/**/b{c:d}");
    assert_eq!(min("a{b:c/**/d;e:1/**/px;f:a/**/(b)}"), "a{b:c/**/d;e:1/**/px;f:a/**/(b)}");
    assert_eq!(min("a{b:c /**/d}"), "a{b:c d}");
    assert_eq!(min("@media screen/**/and (a){b{c:d}}"), "@media screen/**/and (a){b{c:d}}");
}

#[test]
fn fallbacks_stay_in_their_order() {
    stays(&[
        "a{height:100vh;height:100dvh}",
        "a{display:-webkit-box;display:-ms-flexbox;display:flex}",
        "a{background:red;background:-webkit-linear-gradient(top,red,#00f);background:linear-gradient(to bottom,red,#00f)}",
        "a{background:-webkit-gradient(linear,left top,left bottom,from(red),to(#00f))}",
        "a{margin-left:1vw;margin:0;margin-left:2vw}",
        "a{color:#fff;color:rgb(0 0 0/50%)}",
        "a{width:1px;width:calc(1px + 1vw)}",
        "a{position:-webkit-sticky;position:sticky}",
        "a{-webkit-user-select:none;-moz-user-select:none;user-select:none}",
    ]);
    assert_eq!(min("a{height:100vh}a{height:100dvh}"), "a{height:100vh;height:100dvh}");
}

#[test]
fn a_declaration_that_stands_again_says_nothing_before() {
    assert_eq!(min("a{b:c;d:e;b:c}"), "a{d:e;b:c}");
    assert_eq!(min("a{b:c}x{y:z}a{b:c}"), "x{y:z}a{b:c}");
    assert_eq!(min("@media x{a{b:c}}d{e:f}a{b:c}@media x{a{b:c;g:h}}"), "d{e:f}a{b:c}@media x{a{b:c;g:h}}");
    assert_eq!(min("a{b:c!important}x{y:z}a{b:c}"), "a{b:c!important}x{y:z}a{b:c}");
    assert_eq!(min("a{color:#111;color:#222}"), "a{color:#222}", "every browser takes the second");
    assert_eq!(min("a{color:#111!important;color:#222}"), "a{color:#111!important;color:#222}");
    assert_eq!(min("a{--x:1;--x:2}"), "a{--x:2}");
    assert_eq!(min("a{display:block;display:flex}"), "a{display:block;display:flex}");
}

#[test]
fn rules_are_put_together_where_nothing_between_them_minds() {
    assert_eq!(min("a{b:c}a{d:e}"), "a{b:c;d:e}");
    assert_eq!(min("b{x:y}a{x:y}"), "a,b{x:y}");
    assert_eq!(min("a{color:red}.m{margin:0}b{color:red}"), "a,b{color:red}.m{margin:0}");
    assert_eq!(min("a{margin:1px}.m{margin-left:2px}b{margin:1px}"), "a{margin:1px}.m{margin-left:2px}b{margin:1px}");
    assert_eq!(min("a{x:y}.m{all:unset}b{x:y}"), "a{x:y}.m{all:unset}b{x:y}");
    assert_eq!(min("@media x{a{b:c}}@media x{d{e:f}}"), "@media x{a{b:c}d{e:f}}");
    assert_eq!(min("@media x{a{b:c}}d{b:f}@media x{a{b:g}}"), "@media x{a{b:c}}d{b:f}@media x{a{b:g}}");
    assert_eq!(min("a{}@media x{}@media y{b{}}"), "");
}

#[test]
fn a_selector_that_some_browser_refuses_stays_alone() {
    stays(&[
        "a:-moz-placeholder{b:c}a::-webkit-input-placeholder{b:c}a::placeholder{b:c}",
        "a{b:c}d:has(e){b:c}",
        "a:focus{b:c}a:focus-visible{b:c}",
        "a:is(b,c),d:where(e){f:g}",
        "a:-foo,b{c:d}e{c:d}",
    ]);
}

#[test]
fn hacks_and_what_nobody_knows_stay_as_they_are() {
    stays(&[
        "a{*zoom:1;b:c}",
        "a{_height:1px;c:d}",
        "a{b:c!ie}",
        "a{color:red\\9}",
        "a{filter:progid:DXImageTransform.Microsoft.gradient( startColorstr='#80000000', endColorstr='#80000000', GradientType=0 );b:c}",
        "a{filter:alpha(opacity=50)}",
        "@media screen and (min-width:0\\0){a{b:c}}",
        "@-moz-document url-prefix(){a{b:c}}",
        "@tailwind base;",
        "@unknown foo  bar { a  {  b : c } }".replace(" { a  {  b : c } }", "{a  {  b : c }}").as_str(),
        "@font-feature-values X{@styleset{a: 12}}",
        "a{behavior:url(#default#VML)}",
        ";a{b:c}",
        "a{b:element(#aabbcc)}",
    ]);
}

#[test]
fn custom_properties_keep_their_text() {
    stays(&[
        "a{--x: ;--y:;b:c}",
        "a{--x:{a:b;  c:d};e:f}",
        "a{--x:#FFFFFF  0.50px, /* y */ rgba(0, 0, 0, 0.5)}",
        "a{--x:a !important}",
        "a{--X:1;--x:2}",
        "a{--x:'a'}",
    ]);
    assert_eq!(min("a{--x:   foo  bar \n ; --y :\n; }"), "a{--x:foo  bar;--y: }");
}

#[test]
fn strings_addresses_and_escapes_keep_what_they_say() {
    stays(&[
        "a{content:\"\\201C  /* x */\"}",
        "a{content:\"é\\\n\"}",
        "a{b:url( x y )}",
        "a{b:url(data:image/svg+xml;utf8,<svg/>)}",
        "@font-face{unicode-range:U+0025-00FF,u+4??}",
        ".\\31 0,.a\\:b{c:d}",
        "a{b:'\"'}",
    ]);
    assert_eq!(min("a[b='c'][d=\"1e\"][e='f g']{content:'x'}"), "a[b=c][d=\"1e\"][e='f g']{content:\"x\"}");
}

#[test]
fn numbers_and_colors_get_shorter_and_stay_exact() {
    assert_eq!(min("a{b:0.50px 33.33333333% 1.0 #AABBCC}"), "a{b:.5px 33.33333333% 1.0 #abc}");
    assert_eq!(
        min("a{color:#FF0000;fill:white;outline-color:RGB(1, 2, 255)}"),
        "a{color:red;fill:#fff;outline-color:#0102ff}"
    );
    assert_eq!(
        min("a{color:RGBA(var(--Rgb), .5)!important;--x:RGBA(1,2,3)}"),
        "a{color:rgba(var(--Rgb),.5)!important;--x:RGBA(1,2,3)}"
    );
    stays(&[
        "a{animation-name:white;grid-area:black}",
        "a{color:rgba(0,0,0,.5);background:transparent}",
        "a{z-index:2147483647;text-indent:-9999999px;width:16777217px}",
        "a{color:oklch(.5 .2 240/.3);color:color-mix(in srgb,red 20%,#00f)}",
    ]);
}

#[test]
fn at_rules_keep_their_place_and_their_meaning() {
    stays(&[
        "@charset \"utf-8\";a{b:c}",
        "@import url(x.css) layer(y) supports(display: grid) screen;a{b:c}",
        "@layer a,b;@layer b{x{y:z}}@layer a{x{y:z}}@layer b{}",
        "@layer{a{b:c}}@layer{a{b:c}}",
        "@container side (min-width:1px){a{b:c}}@container style(--x: y){a{b:c}}",
        "@keyframes x{}",
        "@keyframes x{0%{a:b}to{a:b}}",
        "@property --x{syntax:\"<length>\";inherits:false;initial-value:0px}",
        "@page :first{margin:1in;@top-left{content: \"x\"}}",
        "@scope (.a) to (.b){c{d:e}}",
        "@starting-style{a{b:c}}",
        "@supports (--x: 1){a{b:c}}".replace(": 1", ":1").as_str(),
    ]);
}

#[test]
fn an_import_that_comes_too_late_stays_too_late() {
    assert_eq!(min("a{}@import 'x';"), "a{}@import 'x';");
    assert_eq!(min("a{b:c}@import 'x';a{b:c}"), "a{b:c}@import 'x';a{b:c}");
    assert_eq!(min(":foo{b:c}d{}@import 'x';"), ":foo{b:c}d{}@import 'x';");
    assert_eq!(min("@import 'x';a{}b{c:d}"), "@import 'x';b{c:d}");
}

#[test]
fn nested_rules_keep_their_order() {
    stays(&["a{b:c;&:hover{d:e}.f &{g:h}i:j}", "a{@media x{b:c}d:e}", "a{&:hover{b:c}}a{b:d}", "a{b:hover{c:d}}"]);
}

#[test]
fn what_browsers_drop_swallows_no_more_than_for_them() {
    assert_eq!(min("a{b:'c\n;d:e}f{g:h}"), "a{d:e}f{g:h}");
    assert_eq!(min("a{b:c;d\\\n;e:f}"), "a{b:c;e:f}");
    assert_eq!(min("a{b:c} } d{e:f}"), "a{b:c}} d{e:f}");
    assert_eq!(min("a{b:c;d}e{f:g}"), "a{b:c;d}e{f:g}");
    assert_eq!(min("a{b:foo(;c:d}e{f:g}"), "a{b:foo(;c:d}e{f:g})}");
}

#[test]
fn conditions_are_joined_across_what_the_next_one_overrides_in_the_same_way() {
    assert_eq!(
        min(".a{t:x}@media m{.a{t:n}}.b,.c{t:y;c:d}@media m{.b,.c{t:n}}.d{e:f}"),
        ".a{t:x}.b,.c{t:y;c:d}@media m{.a,.b,.c{t:n}}.d{e:f}"
    );
    // Several on the way, each overridden where it is its turn.
    assert_eq!(
        min(".a{t:x}@media m{.a{t:n}}.b{t:y}@media m{.b{t:n}}.c{t:z}@media m{.c{t:n}}"),
        ".a{t:x}.b{t:y}.c{t:z}@media m{.a,.b,.c{t:n}}"
    );
    // What it conflicts with is not overridden, overridden otherwise, or itself conditional.
    stays(&[
        "@media m{.a{t:n}}.b{t:y}@media m{.c{t:n}}",
        "@media m{.a{t:n}}.b{t:y}@media m{.b{t:o}}",
        "@media m{.a{t:n}}.b{t:y}@media m{.b{t:n;t-u:o}}",
        "@media m{.a{t:n}}.b{t:y}@media m{.b:hover{t:n}}",
        "@media m{.a{t:n}}.b,.c{t:y}@media m{.b{t:n}}",
        "@media m{.a{t:n}}@media k{.b{t:y}}@media m{.b{t:n}}",
        "@media m{.a{t:n}}.b{t:y}@media m{.b,::-moz-x{t:n}}",
        "@media m{.a{t:n}}.b{all:unset}@media m{.b{t:n}}",
        "@media m{.a{t:n}.e{t:o}}.b{t:y}@media m{.b{t:n}}",
        "@media m{.a{t:n}}@layer l{.b{t:y}}@media m{.b{t:n}}",
    ]);
}

/// The values of `p` and `q` for elements of each set of classes, with the condition and without: as a browser computes
/// them from rules of one class each.
fn computed(css: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    for (element, holds) in (0..8).flat_map(|element| [(element, false), (element, true)]) {
        for property in ["p", "p-q", "r"] {
            let (mut value, mut inside) = (None, false);
            let mut rest = css;
            while let Some(at) = rest.find(['{', '}']) {
                let (head, behind) = (&rest[..at], &rest[at + 1..]);
                rest = behind;
                if css.as_bytes()[css.len() - rest.len() - 1] == b'}' {
                    inside = false;
                } else if head.starts_with('@') {
                    inside = true;
                } else if let Some((body, behind)) = rest.split_once('}') {
                    rest = behind;
                    let has = |class: &str| element >> (class.as_bytes()[1] - b'a') & 1 == 1;
                    if (!inside || holds) && head.split(',').any(has) {
                        for (name, set) in body.split(';').filter_map(|text| text.split_once(':')) {
                            // `p` is short for `p-q`.
                            if name == property || name == "p" && property == "p-q" {
                                value = Some(set.to_owned());
                            }
                        }
                    }
                }
            }
            values.push(value);
        }
    }
    values
}

#[test]
fn a_selector_that_browsers_refuse_stays_one_and_takes_no_other_with_it() {
    for same in ["a[\"b\"]{c:d}", "[\"a\"=b]{c:d}", "a{b:c}d:after:after{b:c}", "a{b:c}[d]e{b:c}", "a{b:c}#1{b:c}"] {
        assert_eq!(min(same), same);
    }
    assert_eq!(min("a[b = 'c'][d='e f']{g:h}"), "a[b=c][d='e f']{g:h}");
}

proptest! {
    /// Whatever comes in, what comes out is a fixed point and closed.
    #[test]
    fn what_is_minified_is_as_short_as_it_gets(css in "[ab{}();:,'\"@#\\\\/*.\\n 01!&>+-]{0,40}|(a|b|\\{|\\}|;|:|\\(|\\)|@media |--x|'|\"|/\\*|\\*/|,|url\\(|\\\\|\n|!| ){0,40}") {
        if let Ok(once) = minify(&css) {
            prop_assert_eq!(minify(&once).unwrap(), once.clone(), "{:?}", css);
            prop_assert_eq!(close(&once).unwrap(), once.as_str());
        }
    }

    /// However rules are moved and joined, no element gets another value.
    #[test]
    fn every_element_gets_what_it_got(rules in prop::collection::vec(
        ("(@)?", "\\.[abc](,\\.[abc])?", "(p|p-q|r):[xy]0(;(p|p-q|r):[xy]0)?"), 0..14)) {
        let rule = |(media, selector, body): &(String, String, String)| match media.as_str() {
            "" => format!("{selector}{{{body}}}"),
            _ => format!("@media m{{{selector}{{{body}}}}}"),
        };
        let css: String = rules.iter().map(rule).collect();
        prop_assert_eq!(computed(&min(&css)), computed(&css), "{} became {}", css, min(&css));
    }

    /// A sheet that was closed means the same with another behind it.
    #[test]
    fn no_sheet_reaches_into_the_next(css in "(a|b|\\{|\\}|;|:|\\(|\\)|\\[|@media |--x|'|\"|/\\*|\\*/|,|url\\(|\\\\|\n|!|<!--| ){0,24}") {
        let closed = close(&css).unwrap();
        let joined = min(&format!("{closed}\nz{{y:x}}"));
        prop_assert_eq!(joined.strip_suffix("z{y:x}").map(min), Some(min(&closed)), "{:?}", closed);
    }
}
