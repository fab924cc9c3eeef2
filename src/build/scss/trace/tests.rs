use crate::build::scss::{Piece, Source, ThemeFolders, compile, trace};
use crate::site::testing::Tree;
use proptest::prelude::*;

/// Each rule, at-rule and declaration that the source compiles to, with where it comes from.
fn places(tree: &Tree, pieces: Vec<Piece>) -> Vec<(String, String)> {
    let theme = tree.path().join("theme/boost");
    let files = ThemeFolders::open(std::slice::from_ref(&theme)).unwrap();
    let source = Source { pieces, load_paths: vec![theme.join("scss")] };
    let css = compile(&source, &files).css.unwrap();
    let traced = trace(&source, &files, &css);
    let place = |at: &usize| css[*at..].lines().next().unwrap().trim_end_matches([';', '{', ' ']).to_owned();
    let from = |place: super::TracedPlace| {
        let source = &traced.sources[place.source];
        let line = source.text[..place.offset].matches('\n').count() + 1;
        format!("{}:{line}", source.name.rsplit('/').next().unwrap())
    };
    traced.places.iter().map(|(at, spot)| (place(at), spot.map_or("?".into(), from))).collect()
}

#[track_caller]
fn check(tree: &Tree, main: &str, expected: &[(&str, &str)]) {
    let places = places(tree, vec![Piece::new("main", main)]);
    let places: Vec<_> = places.iter().map(|(what, place)| (what.as_str(), place.as_str())).collect();
    assert_eq!(places, expected);
}

#[test]
fn rules_and_declarations_lead_to_their_lines() {
    check(
        &Tree::new(),
        "$a: 1px;\n.a,\n.b {\n  c: $a;\n\n  &:hover { d: e;\n f: g } h: i;\n}\n.j {}\n.k { l: null; m: n }",
        &[
            (".a,", "main:2"),
            ("c: 1px", "main:4"),
            ("h: i", "main:7"),
            (".a:hover,", "main:6"),
            ("d: e", "main:6"),
            ("f: g", "main:7"),
            (".k", "main:10"),
            ("m: n", "main:10"),
        ],
    );
}

#[test]
fn a_mixins_declarations_lead_into_the_mixin_and_the_contents_to_where_they_are_written() {
    let tree = Tree::new()
        .file(
            "theme/boost/scss/_mixins.scss",
            "@mixin up {\n  @media (min-width: 1px) {\n    a: b;\n    @content;\n  }\n}\n",
        )
        .file("theme/boost/scss/_plain.css", ".plain {\n  c: d\n}\n");
    check(
        &tree,
        "@import 'mixins';\n.x {\n  @include up {\n    e: f;\n    .y { g: h }\n  }\n}\n@import 'plain';",
        &[
            ("@media (min-width: 1px)", "_mixins.scss:2"),
            (".x", "main:2"),
            ("a: b", "_mixins.scss:3"),
            ("e: f", "main:4"),
            (".x .y", "main:5"),
            ("g: h", "main:5"),
            (".plain", "_plain.css:1"),
            ("c: d", "_plain.css:2"),
        ],
    );
}

#[test]
fn loops_conditions_placeholders_and_nested_properties_are_followed() {
    check(
        &Tree::new(),
        "%p {\n  a: b;\n}\n@each $i, $c in (x: 1, y: 2) {\n  .#{$i} {\n    @extend %p;\n    @if $c == 1 {\n      c: d;\n    } \
         @else {\n      e: f;\n    }\n    font: {\n      family: g;\n      size: h;\n    }\n  }\n}\n\
         @function f($x) {\n  /* i */ @return $x;\n}\n@font-face {\n  j: f(k);\n}\n@keyframes m {\n  from { n: o }\n}\n\
         .q { --r: { s: t }; filter: progid:U.V(w='x'); @at-root .y { z: 1 } }",
        &[
            (".y, .x", "main:1"),
            ("a: b", "main:2"),
            (".x", "main:5"),
            ("c: d", "main:8"),
            ("font-family: g", "main:13"),
            ("font-size: h", "main:14"),
            (".y", "main:5"),
            ("e: f", "main:10"),
            ("font-family: g", "main:13"),
            ("font-size: h", "main:14"),
            ("@font-face", "main:21"),
            ("j: k", "main:22"),
            ("@keyframes m", "main:24"),
            ("from", "main:25"),
            ("n: o", "main:25"),
            (".q", "main:27"),
            ("--r: { s: t }", "main:27"),
            ("filter: progid:U.V(w=\"x\")", "main:27"),
            (".y", "main:27"),
            ("z: 1", "main:27"),
        ],
    );
}

#[test]
fn a_block_that_is_copied_has_the_place_of_the_first() {
    check(
        &Tree::new(),
        "\n@media print {\n  .a {\n    b: c;\n    @media (x) {\n      d: e;\n    }\n    .f { g: h }\n  }\n  .a { i: j }\n}\n",
        &[
            ("@media print", "main:2"),
            (".a", "main:3"),
            ("b: c", "main:4"),
            ("@media print and (x)", "main:5"),
            (".a", "main:3"),
            ("d: e", "main:6"),
            ("@media print", "main:2"),
            (".a .f", "main:8"),
            ("g: h", "main:8"),
            ("@media print", "main:2"),
            (".a", "main:10"),
            ("i: j", "main:10"),
        ],
    );
}

#[test]
fn pieces_and_the_files_in_them_are_told_apart() {
    let mut preset = Piece::new("$THEME->scss", "// made\n.a { b: c }\n.d { e: f }\n");
    preset.parts = vec![("/x/preset.scss".into(), ".d { e: f }\n".into())];
    let pieces = vec![Piece::new("pre-SCSS", "$x: 1;\n"), preset, Piece::new("extra SCSS", "\n.g { h: $x }")];
    let places = places(&Tree::new(), pieces);
    let place = |what: &str| places.iter().find(|(text, _)| text == what).map(|(_, place)| place.as_str());
    assert_eq!(place("b: c"), Some("$THEME->scss:2"));
    assert_eq!(place("e: f"), Some("preset.scss:1"));
    assert_eq!(place("h: 1"), Some("extra SCSS:2"));
}

#[test]
fn a_source_that_speaks_of_marks_is_not_believed() {
    let places = places(&Tree::new(), vec![Piece::new("main", ".a {\n /*-revserve-source:d0;*/ b: c;\n}\n")]);
    assert!(places.iter().all(|(_, place)| place == "?"), "{places:?}");
}

#[test]
fn where_another_sheet_comes_of_it_the_part_that_differs_has_no_place() {
    let tree = Tree::new();
    let files = ThemeFolders::open(&[tree.path().join("theme")]).unwrap();
    let source =
        Source { pieces: vec![Piece::new("main", ".a { b: c }\n.d { e: f }\n.g { h: i }\n")], load_paths: vec![] };
    let traced = trace(&source, &files, ".a {\n  b: c;\n}\n\n.x {\n  e: f;\n}\n\n.g {\n  h: i;\n}\n");
    let known: Vec<_> = traced.places.iter().map(|(_, place)| place.is_some()).collect();
    assert_eq!(known, [true, true, false, true, true, true]);
    let broken = Source { pieces: vec![Piece::new("main", ".a { b: $c }")], load_paths: vec![] };
    assert_eq!(trace(&broken, &files, ".a { b: c }"), Default::default());
}

/// A block's statement.
#[derive(Clone, Debug)]
enum Statement {
    Declaration,
    Nothing,
    Comment,
    Block(&'static str, Vec<Statement>),
    IfElse(Vec<Statement>, Vec<Statement>),
}

const OPENERS: [&str; 9] = [
    "&:hover {",
    ".b, .c & {",
    "@media print {",
    "@supports (a: b) {",
    "@include wrap {",
    "@include media { ",
    "@each $i in 1 2 {",
    "@at-root .r {",
    "@if true {",
];

fn statement() -> impl Strategy<Value = Statement> {
    let leaf = prop_oneof![
        4 => Just(Statement::Declaration),
        1 => Just(Statement::Nothing),
        1 => Just(Statement::Comment)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let block = prop::collection::vec(inner, 0..4);
        prop_oneof![
            4 => (prop::sample::select(&OPENERS[..]), block.clone()).prop_map(|(opener, inner)| Statement::Block(opener, inner)),
            1 => (block.clone(), block).prop_map(|(yes, no)| Statement::IfElse(yes, no)),
        ]
    })
}

/// Every declaration says the line that it stands in.
fn write(statements: &[Statement], lines: &mut Vec<String>) {
    for statement in statements {
        match statement {
            Statement::Declaration => lines.push(format!("x: line-{};", lines.len() + 1)),
            Statement::Nothing => lines.push("y: null;".into()),
            Statement::Comment => lines.push("/* z: line-0; */ // {".into()),
            Statement::Block(opener, inner) => {
                lines.push((*opener).into());
                write(inner, lines);
                lines.push("}".into());
            }
            Statement::IfElse(yes, no) => {
                lines.push("@if 1 > 2 {".into());
                write(yes, lines);
                lines.push("} @else {".into());
                write(no, lines);
                lines.push("}".into());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_declaration_leads_to_the_line_that_it_names(rules in prop::collection::vec(prop::collection::vec(statement(), 0..5), 1..4)) {
        let mut lines: Vec<String> = vec!["@mixin wrap { .w { @content; } }".into()];
        lines.push("@mixin media { @media screen { @content; } }".into());
        for (i, rule) in rules.iter().enumerate() {
            lines.push(format!(".rule-{i} {{"));
            write(rule, &mut lines);
            lines.push("}".into());
        }
        for (what, place) in places(&Tree::new(), vec![Piece::new("main", lines.join("\n"))]) {
            if let Some(line) = what.strip_prefix("x: line-") {
                prop_assert_eq!(place, format!("main:{line}"), "{}", lines.join("\n"));
            } else {
                prop_assert!(place != "?", "{} in {}", what, lines.join("\n"));
            }
        }
    }
}
