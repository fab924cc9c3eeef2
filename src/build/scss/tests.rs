mod mended;

use super::*;
use crate::site::testing::Tree;

/// Compiles `main` with the folder `boost/scss` of a tree as the load path.
fn compile_in(tree: &Tree, main: &str) -> Compiled {
    let theme = tree.path().join("theme/boost");
    let files = ThemeFolders::open(std::slice::from_ref(&theme)).unwrap();
    let source = Source { pieces: vec![Piece::new("main()", main)], load_paths: vec![theme.join("scss")] };
    compile(&source, &files)
}

fn css(main: &str) -> String {
    let compiled = compile_in(&Tree::new(), main);
    compiled.css.unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn error(main: &str) -> ScssError {
    compile_in(&Tree::new(), main).css.unwrap_err()
}

#[test]
fn variables_nesting_and_functions_become_css() {
    assert_eq!(
        css("$x: 3px; .a { b: $x * 2; &:hover .c { d: darken(#fff, 10%) } }"),
        ".a { b: 6px; } .a:hover .c { d: #e6e6e6; }"
    );
}

#[test]
fn a_font_within_a_rule_is_lifted_out_without_the_selector() {
    assert_eq!(
        css(".a { @font-face { font-family: \"x\"; src: url(x.woff2) } b: c; @media print { @font-face { d: e } } }"),
        ".a { b: c; } @font-face { font-family: \"x\"; src: url(x.woff2); } @media print { @font-face { d: e; } }"
    );
}

#[test]
fn an_import_is_found_in_the_files_own_folder_then_in_the_load_paths() {
    let tree = Tree::new()
        .file("theme/boost/scss/top.scss", "@import 'sub/inner';")
        .file("theme/boost/scss/sub/_inner.scss", "@import \"near\", 'far.scss';")
        .file("theme/boost/scss/sub/_near.scss", ".near{a:b}")
        .file("theme/boost/scss/_near.scss", ".wrong{a:b}")
        .file("theme/boost/scss/_far.scss", ".far{a:b}")
        .file("theme/boost/scss/dir/_index.scss", ".index{a:b}")
        .file("theme/boost/scss/dotted.name.scss", ".dotted{a:b}")
        .file("theme/boost/scss/plain.css", ".plain{a:b}");
    let compiled = compile_in(&tree, "@import 'top'; @import \"dir\"; @import 'dotted.name', 'plain';");
    let css = compiled.css.unwrap();
    for class in [".near", ".far", ".index", ".dotted", ".plain"] {
        assert!(css.contains(class), "{class} in {css}");
    }
    assert!(!css.contains(".wrong"));
    let read: Vec<_> =
        compiled.inputs.read.keys().map(|p| p.strip_prefix(tree.path().join("theme/boost/scss")).unwrap()).collect();
    assert_eq!(
        read,
        [
            "_far.scss",
            "dir/_index.scss",
            "dotted.name.scss",
            "plain.css",
            "sub/_inner.scss",
            "sub/_near.scss",
            "top.scss"
        ]
    );
    let missing = &compiled.inputs.missing;
    assert!(missing.contains(&tree.path().join("theme/boost/scss/sub/_far.scss")), "{missing:?}");
    assert!(missing.contains(&tree.path().join("theme/boost/scss/_dir.scss")), "{missing:?}");
}

#[test]
fn an_import_of_plain_css_stays_an_import() {
    let css = css("@import url(x.css); @import 'https://fonts.example/css?family=A:400'; @import 'y' print; a{b:c}");
    assert_eq!(
        css,
        "@import url(x.css); @import 'https://fonts.example/css?family=A:400'; @import 'y' print; a { b: c; }"
    );
}

#[test]
fn nothing_outside_the_folders_is_imported_by_name_or_by_link() {
    let tree = Tree::new().file("secret.scss", "$s: 1;").file("theme/other/a.scss", "").folder("theme/boost/scss");
    let tree = tree.link("theme/boost/scss/out.scss", "../../../secret.scss").link("theme/boost/scss/up", "../../..");
    for (main, line) in [
        ("@import '../../other/a';", 1),
        ("\n@import 'out';", 2),
        ("\n\n@import 'up/secret';", 3),
        ("@import '/etc/passwd';", 1),
    ] {
        match compile_in(&tree, main).css {
            Err(ScssError::Outside { spot, .. }) => assert_eq!((spot.file.as_str(), spot.line), ("main()", line)),
            other => panic!("{main}: {other:?}"),
        }
    }
}

#[test]
fn an_error_names_the_file_line_and_column_that_its_author_wrote() {
    let tree = Tree::new().file("theme/boost/scss/_a.scss", ".x {\n  b#{&} { c: d }\n  e#{&} { f: $nosuch; }\n}\n");
    let ScssError::Wrong { spot, message } = compile_in(&tree, "@import 'a';").css.unwrap_err() else { panic!() };
    assert_eq!(spot.file, tree.path().join("theme/boost/scss/_a.scss"));
    assert_eq!((spot.line, spot.column, spot.excerpt.as_str()), (3, 14, "e#{&} { f: $nosuch; }"));
    assert_eq!(message, "Undefined variable.");
}

#[test]
fn an_error_in_a_piece_is_shown_in_the_file_that_the_piece_was_read_from() {
    let files = ThemeFolders::open(&[]).unwrap();
    let text = "a { b: c }\nd { e: ; }\n";
    let mut main = Piece::new("theme_x_main()", format!("$y: 1;\n{text}"));
    main.parts.push(("preset/x.scss".into(), text.into()));
    let source = Source { pieces: vec![Piece::new("pre()", "$x: 1;\n"), main], load_paths: vec![] };
    let ScssError::Wrong { spot, .. } = compile(&source, &files).css.unwrap_err() else { panic!() };
    assert_eq!((spot.file.as_str(), spot.line), ("preset/x.scss", 2));
}

#[test]
fn a_missing_import_is_an_error_at_its_place() {
    let ScssError::Wrong { spot, message } = error("a{b:c}\n@import 'nosuch';") else { panic!() };
    assert_eq!((spot.line, message.as_str()), (2, "Can't find stylesheet to import."));
}

#[test]
fn the_parent_selector_means_what_it_means_to_moodle() {
    for (scss, expected) in [
        (".a .b { body.x &, body.x#{&} { c: d } }", "body.x .a .b, body.x.a .b { c: d; }"),
        (".a, .b { x#{&} { c: d } }", "x.a,x.b { c: d; }"),
        (".a, .b { #{&}x { c: d } }", ".ax, .bx { c: d; }"),
        (".a, .b { x #{ & } { c: d } }", "x .a, x .b { c: d; }"),
        (".a, .b { x#{&}__y:hover { c: d } }", "x.a__y:hover,x.b__y:hover { c: d; }"),
        (".a { b#{&}#{&} { c: d } }", "b.a.a { c: d; }"),
        (".a { x& { c: d } }", "x.a { c: d; }"),
        (".a { @at-root x#{&} { c: d } }", "x.a { c: d; }"),
        (".a { x#{&} { c: d; .e { f: g } &:hover { h: i } } }", "x.a { c: d; } x.a .e { f: g; } x.a:hover { h: i; }"),
        ("@mixin m { body.x#{&} { c: d } } .a { @include m } @include m;", "body.x.a { c: d; } body.x { c: d; }"),
        (".a { x#{&} { c: d } } .z { @extend .a }", "x.a,x.z { c: d; }"),
        (
            ".a { content: \"#{&}\"; [data-x=\"#{&}\"] { c: d } }",
            ".a { content: \".a\"; } .a [data-x=\".a\"] { c: d; }",
        ),
        (".a { &__b, &.c, > &, .d & { e: f } }", ".a__b, .a.c, > .a, .d .a { e: f; }"),
    ] {
        assert_eq!(css(scss), expected, "{scss}");
    }
}

#[test]
fn what_browsers_know_and_the_compiler_does_not_passes_as_plain_css() {
    for (value, expected) in [
        ("rgb(from red r g b / 50%)", "rgb(from red r g b/50%)"),
        ("hsl(from var(--x) h s calc(l * 1.2))", "hsl(from var(--x) h s calc(l * 1.2))"),
        ("rgba(from $c r g b)", "rgba(from red r g b)"),
        ("calc(pi * $w)", "calc(pi * 2px)"),
        ("calc(1px+$w)", "calc(1px+2px)"),
        ("calc(var(--a) * infinity)", "calc(var(--a) * infinity)"),
        ("round(up, $w, 3px)", "round(up, 2px, 3px)"),
        ("round(2.4)", "2"),
        ("calc(round(up, $w, 3px) + 1px)", "calc(round(up, 2px, 3px) + 1px)"),
        ("calc(\"100% - #{$w}\")", "calc(\"100% - 2px\")"),
        ("calc-size(auto, size * 2)", "calc-size(auto, size * 2)"),
        ("attr(data-x type(<length>), 3px)", "attr(data-x type(<length>), 3px)"),
        ("if(media(print): 1px; else: $w)", "if(media(print): 1px; else: 2px)"),
        ("if(true, 1px, 2px)", "1px"),
        ("if($condition: false, $if-true: 1px, $if-false: $w)", "2px"),
        ("red !ie", "red !ie"),
        ("red !important", "red !important"),
        ("url(data:image/svg+xml,<svg xmlns='http://x.y'>)", "url(data:image/svg+xml,<svg xmlns='http://x.y'>)"),
        ("min($w, 5vw)", "min(2px, 5vw)"),
        ("clamp(1px, 2rem + $w, 4vw)", "clamp(1px, 2rem + 2px, 4vw)"),
        ("calc(1e-3px * 2 + $w)", "2.002px"),
    ] {
        let got = css(&format!("$c: red; $w: 2px; a {{ b: {value}; }}"));
        assert_eq!(got, format!("a {{ b: {expected}; }}"), "{value}");
    }
}

#[test]
fn modern_at_rules_and_custom_properties_pass() {
    for scss in [
        "@container side (min-width: 3px) { a { b: c; } }",
        "@layer base, more;",
        "@layer base { a { b: c; } }",
        "@property --x { syntax: \"<length>\"; inherits: false; }",
        "@media (400px <= width <= 700px) { a { b: c; } }",
        "a:has(> b):is(c, d):where(e) { f: g; }",
        "a { --x: { y: rgb(from red r g b) }; --z: ; --w:foo( bar ); }",
    ] {
        assert_eq!(css(scss), scss, "{scss}");
    }
}

#[test]
fn blocks_nested_a_hundred_thousand_deep_are_refused_at_their_place() {
    let deep = 100_000;
    for text in [
        format!("{}{}", "a{".repeat(deep), "}".repeat(deep)),
        format!("a{{b:{}1{}}}", "(".repeat(deep), ")".repeat(deep)),
        format!("a{{b:{}1{}}}", "#{".repeat(deep), "}".repeat(deep)),
        format!("a{{b:{}1{}}}", "[".repeat(deep), "]".repeat(deep)),
        format!("a{}{{b:c}}", ":not(".repeat(deep)),
        format!("a{{b:{}", "url(#{".repeat(deep)),
        format!("a{{--x:{}", "{".repeat(deep)),
        format!("a{{b:{}", "\"#{".repeat(deep)),
    ] {
        let error = error(&format!("x{{}}\n{text}"));
        assert!(matches!(&error, ScssError::TooDeep { spot, .. } if spot.line == 2), "{error:.200}");
    }
}

#[test]
fn what_a_theme_warns_of_is_kept() {
    let compiled = compile_in(&Tree::new(), "\n@warn 'old'; a{b:c}");
    assert_eq!(compiled.warnings, ["main():2:7: \"old\""]);
}

#[test]
fn a_file_that_is_not_utf8_compiles_as_a_browser_would_read_it() {
    let tree = Tree::new().folder("theme/boost/scss");
    std::fs::write(tree.path().join("theme/boost/scss/a.scss"), b"\xef\xbb\xbf/* caf\xe9 */ a { b: '\xff' }").unwrap();
    let css = compile_in(&tree, "@import 'a';").css.unwrap();
    assert!(css.contains("b: \"\u{fffd}\""), "{css}");
}

#[test]
fn operations_that_sass_does_not_define_are_text_as_to_moodles_compiler() {
    let sheet = "$list: 1rem 2rem;\n.a { b: $list * 4; }\n@each $n in 1, 2 { .n#{$n} { c: -1 * ($n,) } }";
    let tree = Tree::new().file("theme/boost/scss/a.scss", sheet);
    let compiled = compile_in(&tree, "@import 'a';\n.d { e: max(1px, 2px) $list * 2 }");
    let css = compiled.css.unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(css, ".a { b: 1rem 2rem * 4; } .n1 { c: -1 * 1; } .n2 { c: -1 * 2; } .d { e: 2px 1rem 2rem * 2; }");
    let at =
        |warning: &String| warning.split(": ").next().and_then(|at| at.rsplit_once('/')).map(|(_, at)| at.to_owned());
    let places: Vec<_> = compiled.warnings.iter().take(2).filter_map(at).collect();
    assert_eq!(places, ["a.scss:2:9", "a.scss:3:33"], "{:?}", compiled.warnings);
    assert!(compiled.warnings[2].starts_with("main():2:"), "{:?}", compiled.warnings);
    // An error behind one is said at its own place.
    let ScssError::Wrong { spot, .. } = error("$l: 1 2; .a { b: $l * 2 }\n.c { d: $nowhere }") else { panic!() };
    assert_eq!((spot.line, spot.column), (2, 9));
}

#[test]
fn a_source_full_of_undefined_operations_is_an_error() {
    let many = ".a { b: $l * 2 }\n".repeat(as_text::MOST + 1);
    let ScssError::Wrong { message, .. } = error(&format!("$l: 1 2;\n{many}")) else { panic!() };
    assert!(message.starts_with(as_text::MESSAGE), "{message}");
}

#[test]
fn a_long_map_is_a_map_like_any_other() {
    let pairs: Vec<String> = (0..100).map(|n| format!("\"k{n}\": $v{}", n % 2)).collect();
    let map = format!("$v0: 1/2; $v1: null; $m: ({},);", pairs.join(","));
    let use_it = "@each $k, $v in $m { @if $k == 'k98' { a { b: $k $v } } }
        a { b: length($m) map-get($m, k6) type-of($m) inspect(map-get($m, 'k7')) length(map-merge($m, (k1: 2, x: 3))) }";
    assert_eq!(css(&format!("{map}{use_it}")), "a { b: \"k98\" 0.5; } a { b: 100 0.5 map null 101; }");
    let Some(spot) = error("$m: (\"k\": 1);\na { b: map-get($m) $none }").spot().cloned() else { panic!() };
    assert_eq!(spot.line, 2);
}
