use proptest::prelude::*;

use super::*;

/// The tree as one line a node: depth, kind, and the parts between bars.
fn outline(source: &str) -> Vec<String> {
    let sheet = parse(source);
    let depth = |id| std::iter::successors(sheet.parent(id), |&up| sheet.parent(up)).count() - 1;
    let describe = |id| {
        let node = sheet.node(id);
        let text = match &node.kind {
            Kind::Root(_) => String::new(),
            Kind::Rule(rule) => format!("rule|{}|{}|{}", rule.selector, rule.between, rule.own_semicolon),
            Kind::AtRule(rule) => format!("at|{}|{}|{}|{}", rule.name, rule.after_name, rule.params, rule.between),
            Kind::Declaration(d) => {
                format!("decl|{}|{}|{}|{}", d.property, d.between, d.value, d.important.as_deref().unwrap_or("-"))
            }
            Kind::Comment(comment) => format!("comment|{}", comment.text),
            Kind::Junk(text) => format!("junk|{text}"),
        };
        format!("{}{:?} {text}", ">".repeat(depth(id)), node.before)
    };
    sheet.ids().map(describe).collect()
}

#[track_caller]
fn assert_kept(source: &str) {
    assert_eq!(parse(source).to_string(), source);
}

#[test]
fn a_sheet_becomes_rules_declarations_and_comments_with_the_blanks_before_them() {
    assert_eq!(
        outline("/* x */\na , b{\n  color : red ;/**/b:c}\n"),
        [
            r#""" comment| x "#,
            r#""\n" rule|a , b||"#,
            r#">"\n  " decl|color| : |red |-"#,
            r#">"" comment|"#,
            r#">"" decl|b|:|c|-"#,
        ]
    );
}

#[test]
fn at_rules_have_a_block_or_a_semicolon() {
    assert_eq!(
        outline("@import  'a' ; @media(x){@layer y;}"),
        [r#""" at|import|  |'a'| "#, r#"" " at|media||(x)|"#, r#">"" at|layer| |y|"#]
    );
}

#[test]
fn important_is_no_part_of_the_value() {
    assert_eq!(
        outline("a{b:c !important;d:e! /*x*/ IMPORTANT;}")[1..],
        [r#">"" decl|b|:|c| !important"#, r#">"" decl|d|:|e|! /*x*/ IMPORTANT"#,]
    );
}

#[test]
fn the_star_of_a_hack_stands_before_the_property() {
    assert_eq!(outline("a{ *zoom:1;_b:2}")[1..], [r#">" *" decl|zoom|:|1|-"#, r#">"_" decl|b|:|2|-"#]);
}

#[test]
fn custom_properties_take_braces_and_trailing_blanks_as_value() {
    assert_eq!(
        outline("a{--x: {b:c;d:e} ;--y: /**/ }")[1..],
        [r#">"" decl|--x|: |{b:c;d:e} |-"#, r#">"" decl|--y|:| /**/ |-"#,]
    );
}

#[test]
fn nested_rules_are_told_from_declarations_by_their_brace() {
    assert_eq!(
        outline("a{&:hover b{c:d}e:f}"),
        [r#""" rule|a||"#, r#">"" rule|&:hover b||"#, r#">>"" decl|c|:|d|-"#, r#">"" decl|e|:|f|-"#,]
    );
}

#[test]
fn a_semicolon_after_a_rule_is_its_own_and_any_other_is_a_blank() {
    assert_eq!(outline("a{} ;; b{;c:d;;}"), [r#""" rule|a|| ;"#, r#""; " rule|b||"#, r#">";" decl|c|:|d|-"#]);
}

#[test]
fn an_unclosed_block_ends_with_the_sheet() {
    for source in ["a{", "a{b:c", "a{b:c;", "@media x{a{b:c}", "a{b{c{d:e /* x */", "a{}@media", "@media x", "a{@x y"] {
        assert_kept(source);
        assert_eq!(parse(source).is_balanced, !source.contains('{') || source.contains("{}"), "{source}");
    }
}

#[test]
fn a_stray_brace_stays_where_it_is_and_ends_nothing() {
    assert_eq!(outline("a{b:c}}d{e:f}")[2..], [r#""}" rule|d||"#, r#">"" decl|e|:|f|-"#]);
    for source in ["}", "a:b } c{}", "a:b}/**/}c:d;}", "@x}@y;}", "}}}}a{}};", "--x:1 } /**/ }"] {
        assert_kept(source);
    }
}

#[test]
fn an_unclosed_string_ends_with_its_line_and_costs_only_its_declaration() {
    let source = "a{b:'c;d:e}\nf{g:h}";
    assert_kept(source);
    assert!(outline(source).iter().any(|line| line.contains("decl|g|:|h|")), "{:?}", outline(source));
}

#[test]
fn an_unclosed_parenthesis_ends_with_its_block() {
    for source in ["a{b:calc(1px;c:d}e{f:g}", "a{b:url(x;c:d}e{f:g}", "a{b:[(}e{f:g}"] {
        assert_kept(source);
        assert!(outline(source).iter().any(|line| line.contains("decl|f|:|g|")), "{:?}", outline(source));
    }
}

#[test]
fn an_unclosed_comment_goes_on_to_the_end() {
    assert_eq!(outline("a{}/* b{}"), [r#""" rule|a||"#, r#""" comment| b{}"#]);
    for source in ["/*", "/*/", "/**", "a{b:c/*", "a/*{}", "@x/*;", "@import 'a' /*"] {
        assert_kept(source);
        assert!(!parse(source).is_balanced || source.starts_with(['a', '@']), "{source}");
    }
}

#[test]
fn what_is_neither_rule_nor_declaration_is_junk() {
    assert_eq!(outline("a{b;c:d;e}")[1..], [r#">"" junk|b;"#, r#">"" decl|c|:|d|-"#, r#">"" junk|e"#]);
    assert_kept("a{b;c:d;e}");
}

#[test]
fn a_byte_order_mark_is_kept_and_no_part_of_the_first_rule() {
    assert_eq!(outline("\u{feff}a{}"), [r#""" rule|a||"#]);
    assert_kept("\u{feff}a{}");
}

#[test]
fn comments_leave_a_selector_unless_they_alone_keep_words_apart() {
    assert_eq!(without_comments("a /* x */ b"), "a  b");
    assert_eq!(without_comments("a,/* x */b"), "a,b");
    assert_eq!(without_comments("a/* x */b"), "a/* x */b");
    assert_eq!(without_comments("[a='/* x */']"), "[a='/* x */']");
}

#[test]
fn nodes_know_line_and_column_in_utf16_units() {
    let sheet = parse("é{}\n/* 😀 */ b{\r\n\tc:d}");
    let lines = sheet.line_index();
    let positions: Vec<_> = sheet.ids().map(|id| lines.position(sheet.node(id).offset)).collect();
    let expected = [(1, 1), (2, 1), (2, 10), (3, 2)];
    assert_eq!(positions, expected.map(|(line, column)| Position { line, column }));
}

#[test]
fn removed_nodes_leave_no_trace_and_others_keep_theirs() {
    let mut sheet = parse("a{b:c;d:e;f:g}h{}");
    let find = |sheet: &Sheet, name: &str| {
        sheet.ids().find(|&id| sheet.node(id).declaration().is_some_and(|d| d.property == name)).unwrap()
    };
    let middle = find(&sheet, "d");
    sheet.remove(middle);
    assert_eq!(sheet.to_string(), "a{b:c;f:g}h{}");
    let last = find(&sheet, "f");
    sheet.remove(last);
    assert_eq!(sheet.to_string(), "a{b:c}h{}");
    assert_eq!(sheet.parent(last), None);
}

#[test]
fn new_nodes_stand_where_they_were_put() {
    let mut sheet = parse("a{b:c}");
    let rule = sheet.first_child(Sheet::ROOT).unwrap();
    let declaration = sheet.first_child(rule).unwrap();
    sheet.insert_before(declaration, "\n", Kind::Declaration(Declaration::new("x", "1")));
    sheet.append(rule, " ", Kind::Declaration(Declaration::new("y", "2")));
    assert_eq!(sheet.to_string(), "a{\nx: 1;b:c; y: 2}");
    sheet.move_before(declaration, sheet.first_child(rule).unwrap());
    assert_eq!(sheet.to_string(), "a{b:c;\nx: 1; y: 2}");
}

#[test]
fn a_declaration_that_became_the_last_does_not_swallow_comments() {
    let mut sheet = parse("a{--x:1;b:c/**/}");
    let last = sheet.ids().find(|&id| sheet.node(id).declaration().is_some_and(|d| d.property == "b")).unwrap();
    sheet.remove(last);
    assert_eq!(sheet.to_string(), "a{--x:1;/**/}");
}

#[test]
fn depth_costs_no_stack() {
    let open = "a{".repeat(400_000);
    let closed = open.clone() + &"}".repeat(400_000);
    for source in [&open, &closed, &"(".repeat(400_000), &"a{b:(".repeat(100_000), &"}/**/".repeat(100_000)] {
        let sheet = parse(source);
        assert_eq!(sheet.ids().count(), sheet.nodes.len() - 1);
        assert!(sheet.to_text() == *source);
    }
}

proptest! {
    #[test]
    fn any_text_prints_as_itself(source in "[a-z{}()\\[\\];:,'\"/*!@\\\\ \n\u{feff}é-]{0,60}") {
        prop_assert_eq!(parse(&source).to_string(), source);
    }
}
