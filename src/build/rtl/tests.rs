use super::*;

fn flipped(source: &str) -> String {
    flip(source, &Options::rtlcss())
}

fn flipped_with(options: &str, source: &str) -> String {
    flip(source, &Options::from_json(options).unwrap())
}

/// The value after flipping, of a declaration of this property.
fn value(property: &str, value: &str) -> String {
    let sheet = flipped(&format!("a{{{property}:{value}}}"));
    sheet.split_once(':').unwrap().1.trim_end_matches('}').to_owned()
}

#[test]
fn names_and_words_change_sides() {
    assert_eq!(
        flipped("a{left:0;margin-right:1px;float:left;text-align:right;direction:ltr;transition:left 1s}"),
        "a{right:0;margin-left:1px;float:right;text-align:left;direction:rtl;transition:right 1s}"
    );
}

#[test]
fn selectors_variables_and_other_properties_stay() {
    for source in [".left{--left:left;color:red;content:\"left\"}", ":root{--x: 1px 2px 3px 4px}", ":dir(rtl) a{b:ltr}"]
    {
        assert_eq!(flipped(source), source);
    }
}

#[test]
fn blanks_and_comments_stay_where_they_are() {
    assert_eq!(
        flipped("a {\n  margin : 1px/**/ 2px\t3px /* x */ 4px ;}"),
        "a {\n  margin : 1px/**/ 4px\t3px /* x */ 2px ;}"
    );
}

#[test]
fn sides_and_corners_change_places() {
    assert_eq!(value("padding", "1px 2px 3px 4px"), "1px 4px 3px 2px");
    assert_eq!(value("padding", "1px 2px 3px"), "1px 2px 3px");
    assert_eq!(value("border-radius", "1px 2px 3px 4px / 5px 6px"), "2px 1px 4px 3px / 6px 5px");
    assert_eq!(value("border-radius", "1px 2px 3px"), "2px 1px 2px 3px");
    assert_eq!(value("margin", "calc(1px + 2px) var(--a) 0 f(g(1) 2)"), "calc(1px + 2px) f(g(1) 2) 0 var(--a)");
}

#[test]
fn shadows_fall_to_the_other_side() {
    assert_eq!(
        value("box-shadow", "inset 1px 2px #123, rgba(0,0,0,.5) -.5em 0"),
        "inset -1px 2px #123, rgba(0,0,0,.5) 0.5em 0"
    );
}

#[test]
fn transforms_are_mirrored() {
    assert_eq!(value("transform", "translate(1px, 2px) rotate(-45deg)"), "translate(-1px, 2px) rotate(45deg)");
    assert_eq!(value("transform", "translateX(calc(1px + 2px))"), "translateX(calc(-1*(1px + 2px)))");
    assert_eq!(value("transform", "matrix(1, 2, 3, 4, 5, 6)"), "matrix(1, -2, -3, 4, -5, 6)");
    assert_eq!(value("transform", "scale(2) translateY(1px)"), "scale(2) translateY(1px)");
    assert_eq!(value("transform-origin", "30% 0"), "70% 0");
    assert_eq!(value("perspective-origin", "calc(1% + 2px) 0"), "calc(100% - (1% + 2px)) 0");
}

#[test]
fn backgrounds_count_from_the_other_side() {
    assert_eq!(value("background-position", "10% 20%"), "90% 20%");
    assert_eq!(value("background-position", "0 0, left 1px top 2px"), "100% 0, right 1px top 2px");
    assert_eq!(value("background-position", "1px 2px"), "right 1px top 2px");
    assert_eq!(value("background", "url(left.png) #fff 0 0"), "url(left.png) #fff 100% 0");
    assert_eq!(value("background", "linear-gradient(45deg, #000 10%, red)"), "linear-gradient(-45deg, #000 10%, red)");
    assert_eq!(value("object-position", "left"), "right");
}

#[test]
fn numbers_are_written_as_javascript_writes_them() {
    let negated = |number: &str| value("text-shadow", number);
    assert_eq!(negated("0"), "0");
    assert_eq!(negated("-.50em"), "0.5em");
    assert_eq!(negated("1000000000000000000000px"), "-1e+21px");
    assert_eq!(negated("123456789012345678901px"), "-123456789012345680000px");
    assert_eq!(negated("0.0000012px"), "-0.0000012px");
    assert_eq!(negated("0.00000012px"), "-1.2e-7px");
    assert_eq!(value("background-position", "33.3% 0"), "66.7% 0");
}

#[test]
fn cursors_point_to_the_other_corner() {
    assert_eq!(value("cursor", "url(ne-resize.cur), nesw-resize"), "url(ne-resize.cur), nwse-resize");
    assert_eq!(value("cursor", "e-resize"), "e-resize");
}

#[test]
fn important_and_hacks_stay() {
    assert_eq!(
        flipped("a{*left:1px\\9 !important;_margin:1px 2px 3px 4px !ie}"),
        "a{*right:1px\\9 !important;_margin:1px 2px 3px 4px !ie}"
    );
}

#[test]
fn a_single_directive_is_for_the_next_node_and_goes() {
    assert_eq!(flipped("/*rtl:ignore*/a{left:0}b{left:0}"), "a{left:0}b{right:0}");
    assert_eq!(flipped("a{/*!rtl:remove*/left:0;float:left}"), "a{float:right}");
    assert_eq!(flipped("/*rtl:rename*/.left{left:0}"), ".right{right:0}");
}

#[test]
fn a_block_directive_is_for_all_up_to_its_end() {
    assert_eq!(
        flipped("/*rtl:begin:ignore*/a{left:0}@media x{b{left:0}}/*rtl:end:ignore*/c{left:0}"),
        "a{left:0}@media x{b{left:0}}c{right:0}"
    );
    assert_eq!(flipped("a{/*rtl:begin:remove*/b:c;d:e;/*rtl:end:remove*/left:0}"), "a{right:0}");
}

#[test]
fn raw_text_is_put_in_as_it_is() {
    assert_eq!(flipped("/*rtl:raw:a{left:0}*/b{left:0}"), "a{left:0}b{right:0}");
    assert_eq!(flipped("a{/*rtl:raw: left:0*/float:left}"), "a{ left:0;float:right}");
}

#[test]
fn raw_text_that_would_swallow_what_follows_is_left_out() {
    assert_eq!(flipped("/*rtl:raw:a{left:0*/b{left:0}"), "b{right:0}");
    assert_eq!(flipped("/*rtl:raw:a{content:'*/b{left:0}"), "b{right:0}");
}

#[test]
fn values_can_be_replaced_or_completed_in_place() {
    assert_eq!(flipped("a{font:b/*rtl:c*/;}"), "a{font:c;}");
    assert_eq!(flipped("a{font:b/*rtl:prepend:c */;}"), "a{font:c b;}");
    assert_eq!(flipped("a{font:b/*rtl:append: c*/;}"), "a{font:b c;}");
    assert_eq!(flipped("a{font:b/*rtl:insert:, c*/, d}"), "a{font:b, c, d}");
    assert_eq!(flipped("a{left:1px /*rtl:ignore*/ !important}"), "a{left:1px  !important}");
}

#[test]
fn options_in_a_directive_hold_to_the_end_or_in_a_block() {
    assert_eq!(
        flipped("a{b:c}/*rtl:begin:options:{\"autoRename\":true}*/.left{b:c}/*rtl:end:options*/.left{b:c}"),
        "a{b:c}.right{b:c}.left{b:c}"
    );
    assert_eq!(
        flipped("/*rtl:config:{options:{autoRename:true},plugins:[{a(){return '}'}}]}*/.left{b:c}"),
        ".right{b:c}"
    );
}

#[test]
fn options_that_cannot_be_read_change_nothing_and_are_reported() {
    let mut sheet = css::parse("/*rtl:options:{oops*/.left{left:0}");
    let warnings = flip_sheet(&mut sheet, &Options::rtlcss());
    assert_eq!(sheet.to_string(), ".left{right:0}");
    assert_eq!(warnings, [Warning { offset: 0, directive: "options".to_owned(), kind: WarningKind::Invalid }]);
}

#[test]
fn renaming_waits_for_a_pair_in_strict_mode() {
    let strict = r#"{"autoRename":true,"autoRenameStrict":true}"#;
    assert_eq!(flipped_with(strict, ".left{a:b}.x-left{a:b}.right{c:d}"), ".right{a:b}.x-left{a:b}.left{c:d}");
}

#[test]
fn urls_change_only_if_asked() {
    let source = "@import 'left.css';a{background:url(ltr/left.png)}";
    assert_eq!(flipped(source), source);
    assert_eq!(flipped_with(r#"{"processUrls":true}"#, source), "@import 'right.css';a{background:url(rtl/right.png)}");
    assert_eq!(
        flipped_with(r#"{"processUrls":{"decl":true}}"#, source),
        "@import 'left.css';a{background:url(rtl/right.png)}"
    );
}

#[test]
fn blocks_for_dir_rtl_stay_as_they_are_for_moodle_alone() {
    let source = "a{left:0}.dir-rtl a,b{left:0;/*rtl:remove*/c{left:0}}/*.dir-rtl*/d{left:0}";
    assert_eq!(
        flip(source, &Options::moodle()),
        "a{right:0}.dir-rtl a,b{left:0;/*rtl:remove*/c{left:0}}/*.dir-rtl*/d{right:0}"
    );
    assert_eq!(flipped(source), "a{right:0}.dir-rtl a,b{right:0}/*.dir-rtl*/d{right:0}");
}

#[test]
fn directives_before_a_dir_rtl_block_are_obeyed() {
    assert_eq!(flip("/*rtl:remove*/.dir-rtl a{left:0}b{left:0}", &Options::moodle()), "b{right:0}");
    assert_eq!(flip("/*rtl:ignore*/.dir-rtl a{left:0}b{left:0}", &Options::moodle()), ".dir-rtl a{left:0}b{right:0}");
    let options = r#"/*rtl:options:{"greedy":true}*/.dir-rtl a{left:0}"#;
    assert_eq!(flip(options, &Options::moodle()), ".dir-rtl a{left:0}");
}

#[test]
fn what_postcss_refuses_is_flipped_as_far_as_it_goes() {
    assert_eq!(flipped("a{left:0"), "a{right:0");
    assert_eq!(flipped("a{left:0}}b{left:0}"), "a{right:0}}b{right:0}");
    assert_eq!(flipped("a{b:'c;}\nd{left:0}"), "a{b:'c;}\nd{right:0}");
    assert_eq!(flipped("a{left:0;b}c{left:0}/* d"), "a{right:0;b}c{right:0}/* d");
    assert_eq!(flipped("a{width:calc(1px;}b{left:0}"), "a{width:calc(1px;}b{right:0}");
}

#[test]
fn marks_of_our_own_in_a_value_do_no_harm() {
    for text in
        ["\u{fffd} left", "\u{ab}1:1\u{bb} 1px", "(\u{ab}1:1\u{bb})", "((\u{ab}2:1\u{bb} \u{ab}2:2\u{bb}) x) \u{a4}"]
    {
        for property in ["margin", "background", "transform", "box-shadow", "transform-origin"] {
            assert!(value(property, text).len() < 200);
        }
    }
    assert_eq!(value("float", "\u{fffd} left"), "\u{fffd} left");
}

#[test]
fn long_and_deep_values_take_linear_time() {
    let long = 40_000;
    let values = [
        "(".repeat(long),
        "(".repeat(long) + "x" + &")".repeat(long),
        "f()".repeat(long),
        "1".repeat(long),
        "#".repeat(long),
    ];
    for text in values.iter().chain(&["a".repeat(long), "(".repeat(long) + &")".repeat(long), "/*rtl:".repeat(long)]) {
        for property in ["margin", "background", "transform", "box-shadow", "transform-origin", "border-radius"] {
            value(property, text);
        }
    }
    let nested = "a{/*rtl:ignore*/".repeat(long) + "left:0";
    assert!(flipped(&nested).len() < nested.len());
}
