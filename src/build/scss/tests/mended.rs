//! What Moodle's compiler or a browser knows and grass does not, and what grass has otherwise than Sass.

use super::*;

#[test]
fn a_dot_without_a_class_stays_and_costs_no_other_rule() {
    assert_eq!(
        css(".a. { b: c; .d & { e: f } } .g.#{h} { &:hover., .i.j { k: 12.5% } }"),
        ".a. { b: c; } .d .a. { e: f; } .g.h:hover., .g.h .i.j { k: 12.5%; }"
    );
    assert_eq!(css("@keyframes x { 12.5% { a: b } }"), "@keyframes x { 12.5% { a: b; } }");
}

#[test]
fn a_modules_variable_stays_in_the_arguments_of_a_function_as_it_is_written() {
    assert_eq!(
        css("$p: q; .a { w: var(--#{v.$p}-w, #{v.$f}, #{$p}); h: calc(1px+#{v.$s}); }"),
        ".a { w: var(--#{v.$p}-w, #{v.$f}, q); h: calc(1px+#{v.$s}); }"
    );
    assert!(matches!(error("a { w: #{v.$p} }"), ScssError::Wrong { .. }));
}

#[test]
fn what_is_no_comparison_is_true() {
    assert_eq!(
        css(
            "$a: 1; @if $a !== 1 { .b { c: d } } @else { .e { f: g } } @if $a == 2 { h { i: j } } @else if $a!==1 { k { l: m } }"
        ),
        ".b { c: d; } k { l: m; }"
    );
    for between in ["  ", "\n\t", " /* x */ ", ""] {
        let main = format!("$a: 1; @if $a == 2 {{ b {{ c: d }} }} @else{between}if $a !== 1 {{ e {{ f: g }} }}");
        assert_eq!(css(&main), "e { f: g; }", "{between:?}");
    }
    assert_eq!(css("@if '!==' == 'x' { a { b: c } } @else { d { e: f } }"), "d { e: f; }");
}

#[test]
fn filters_of_css_take_what_only_a_browser_knows_and_colours_are_still_changed() {
    assert_eq!(
        css("$n: var(--n); .a { filter: grayscale($n) invert(calc(1 - $n)) opacity(env(x)) saturate($n) invert(20%) }"),
        ".a { filter: grayscale(var(--n)) invert(calc(1 - var(--n))) opacity(env(x)) saturate(var(--n)) invert(20%); }"
    );
    assert_eq!(
        css(".a { b: grayscale(#204060); c: invert(#204060); d: invert(#204060, 100%); e: saturate(#808080, 0%); \
             f: opacity(rgba(red, .25)); g: saturate($amount: 2) }"),
        ".a { b: #404040; c: #dfbf9f; d: #dfbf9f; e: gray; f: 0.25; g: saturate(2); }"
    );
    assert_eq!(css("@function invert($x) { @return mine $x } .a { b: invert(1) }"), ".a { b: mine 1; }");
    for wrong in ["grayscale(x)", "invert(#fff, 101%)", "opacity(\"var(--x)\")", "saturate(x)", "lightness(1)"] {
        error(&format!(".a {{ b: {wrong} }}"));
    }
}

#[test]
fn lightness_is_not_rounded() {
    assert_eq!(
        css(".a { b: lightness(#fefefe); c: lightness(hsl(9, 50%, 12.25%)) }"),
        ".a { b: 99.6078431373%; c: 12.25%; }"
    );
}

#[test]
fn random_numbers_and_names_differ_from_each_other_and_not_between_nodes() {
    let main = "$a: unique-id(); .a { b: unique-id() == $a; c: random(3) <= 3; d: random() < 1; e: $a random(1000) }";
    assert_eq!(css(main), css(main));
    assert!(css(main).starts_with(".a { b: false; c: true; d: true; e: u"), "{}", css(main));
    error(".a { b: random(0) }");
}

#[test]
fn the_largest_or_smallest_of_numbers_can_be_divided() {
    assert_eq!(
        css("$a: 3px; .a { b: max($a, 6px) / 2 auto; c: 9px/min(2, 3); d: calc(1% + max(1px, 1vw) / 2); \
             f: 1em/max(1em, 2vw) x; g: min(1px, $a) /* x */; h: /* y */min(1px, $a) }"),
        ".a { b: 3px auto; c: 4.5px; d: calc(1% + max(1px, 1vw) / 2); f: 1em/max(1em, 2vw) x; g: 1px; h: 1px; }"
    );
}

#[test]
fn arithmetic_with_a_browsers_numbers_is_left_to_it_and_a_themes_own_function_is_called() {
    assert_eq!(
        css("$a: 2px; .a { b: mod(var(--x) + 1px, $a); c: abs(var(--x) - $a); d: round(var(--x)); e: abs(-$a) }"),
        ".a { b: mod(var(--x) + 1px, 2px); c: abs(var(--x) - 2px); d: round(var(--x)); e: 2px; }"
    );
    let tree = Tree::new().file("theme/boost/scss/_own.scss", "@function round($n, $to) { @return own $to }");
    let compiled = compile_in(&tree.file("theme/boost/scss/_use.scss", ".a{b:round(1.5, 2)}"), "@import 'own', 'use';");
    assert!(compiled.css.unwrap().contains("b: own 2;"));
    assert_eq!(css(".a { b: round(1.5, 2) }"), ".a { b: round(1.5, 2); }");
}

#[test]
fn a_themes_own_minimum_or_maximum_is_called() {
    assert_eq!(
        css(
            ".z { y: max(1px, 2px) } @function max($a, $b) { @return own $a } @function min($a...) { @return length($a) } \
             .a { b: max(1px, 2px) min(1px, 2vw, 3em) / 2; c: calc(1px * min(1, 2)); d: -max(1, 2) x-min(1px, 2vw) }"
        ),
        ".z { y: 2px; } .a { b: own 1px 1.5; c: 2px; d: -max(1, 2) x-min(1px, 2vw); }"
    );
}

#[test]
fn a_sign_may_come_out_of_a_browsers_variable() {
    assert_eq!(
        css(
            "$a: 2px; .a { b: calc($a var(--more)); c: calc(var(--x) 1px); d: calc(1px + $a /* x */ * 2); e: calc(#{$a} + 1%) }"
        ),
        ".a { b: calc(2px var(--more)); c: calc(var(--x) 1px); d: 5px; e: calc(2px + 1%); }"
    );
}

#[test]
fn conditions_of_sass_may_name_their_arguments() {
    assert_eq!(
        css(".a { b: if(1 == 1, $if-true: c, $if-false: d); e: if(media(print): f; else: g) }"),
        ".a { b: c; e: if(media(print): f; else: g); }"
    );
}

#[test]
fn comments_of_sass_do_not_get_into_at_rules() {
    assert_eq!(
        css(
            "@layer one, // first\n two; @layer one // x\n { .a { b: c } } @container (width > 1px) // y\n { d { e: f } } \
             @supports (x: url(//y)) // z\n { g { h: \"//\" } } .i { @extend .a !optional /* k */; @extend .a // l\n }"
        ),
        "@layer one, two; @layer one { .a, .i { b: c; } } @container (width > 1px) { d { e: f; } } \
         @supports (x: url(//y)) { g { h: \"//\"; } }"
    );
    assert_eq!(css("@mixin m { .a { @content // x\n } } @include m { b: c }"), ".a { b: c; }");
}

#[test]
fn the_addresses_of_a_documents_rule_are_no_comments() {
    assert_eq!(
        css(
            "@-moz-document url-prefix(https://a.b/), domain(c.d) // e\n { f { g: h } } @-moz-document url-prefix() { i { j: k } }"
        ),
        "@-moz-document url-prefix(https://a.b/), domain(c.d) { f { g: h; } } @-moz-document url-prefix() { i { j: k; } }"
    );
}

#[test]
fn what_a_control_directive_assigns_lives_on_behind_it() {
    // Each as Moodle's compiler has it.
    for (scss, expected) in [
        ("@if true { $a: 1 !default; } b { c: $a }", "b { c: 1; }"),
        ("$a: 2; @if true { $a: 1 !default } b { c: $a }", "b { c: 2; }"),
        ("@if false { $a: 1 } @else if true { $a: 2 } @else { $a: 3 } b { c: $a }", "b { c: 2; }"),
        ("@if true { @if true { $a: 1 } } $a: 2 !default; b { c: $a }", "b { c: 1; }"),
        ("@if false { $a: 1 } $a: 2 !default; b { c: $a }", "b { c: 2; }"),
        (".x { @if true { $a: 1 } @else { $a: 2 } b: $a }", ".x { b: 1; }"),
        ("$a: 1; .x { @if true { $a: 2 } b: $a } .y { c: $a }", ".x { b: 2; } .y { c: 1; }"),
        ("$a: 1; @mixin m { @if true { $a: 2 } b: $a } .x { @include m } .y { c: $a }", ".x { b: 2; } .y { c: 1; }"),
        ("@function f($x) { @if $x == 1 { $r: 5 } @else { $r: 6 } @return $r } a { b: f(1) f(2) }", "a { b: 5 6; }"),
        ("@function f($x) { @if $x == 1 { $x: 5 } @return $x } a { b: f(1) f(2) }", "a { b: 5 2; }"),
        ("@each $k in a, b { @if $k == b { $v: $k } } x { y: $v }", "x { y: b; }"),
        (".a { @each $k in a, b { $z: $k } c: $z }", ".a { c: b; }"),
        ("@each $k in 1, 2 { @if $k == 1 { $v: p } @else { $v: q } .#{$v} { w: $k } }", ".p { w: 1; } .q { w: 2; }"),
        (".a { .b { $c: 1 } @if true { $d: 2 } e: $d }", ".a { e: 2; }"),
    ] {
        assert_eq!(css(scss), expected, "{scss}");
    }
    // A rule's and a mixin's variables end with them.
    error(".a { .b { $c: 1 } d: $c }");
    error("@mixin m { $c: 1 } .a { @include m; d: $c }");
}

#[test]
fn a_text_in_the_place_of_a_selector_costs_no_other_rule() {
    assert_eq!(
        css("a:not('.b, c') { d: e; &:lang( \"f\" ) { g: h } } i[j='k']:not(.l) { font: \"m\" { n: o } }"),
        "a:not('.b, c') { d: e; } a:not('.b, c'):lang(\"f\") { g: h; } i[j=k]:not(.l) { font: \"m\"; font-n: o; }"
    );
}

#[test]
fn a_placeholder_in_a_selector_is_left_for_the_theme_to_fill() {
    assert_eq!(
        css("[[setting:x-y]]\n.a { b: c; .d & { e: f } } [[z]]g { h: i } [j=\"[[k]]\"] { l: m }"),
        "[[setting:x-y]] .a { b: c; } .d [[setting:x-y]] .a { e: f; } [[z]]g { h: i; } [j=\"[[k]]\"] { l: m; }"
    );
}
