//! What a script may lose on its way to the browser, and what it may not.

use proptest::prelude::*;

use super::{How, Minified, Minifier, Reason, minify};

fn small(source: &str) -> String {
    let made = minify(source.as_bytes(), Minifier::Oxc);
    assert_eq!(made.how, How::Minified { by: Minifier::Oxc }, "{source}");
    String::from_utf8(made.code).unwrap()
}

fn why_not(source: &[u8]) -> Reason {
    match minify(source, Minifier::Oxc) {
        Minified { code, how: How::AsWritten(why) } => {
            assert_eq!(code, source);
            why
        }
        made => panic!("made smaller: {}", String::from_utf8_lossy(&made.code)),
    }
}

#[test]
fn white_space_comments_and_local_names_go() {
    assert_eq!(
        small("// adds\nfunction add(first, second) {\n    return first + second;\n}\n"),
        "function add(e,t){return e+t}"
    );
}

#[test]
fn names_of_the_global_scope_stay_even_where_nothing_here_uses_them() {
    let code = small("var unused = 1;\nlet other = 2;\nclass Thing { }\nfunction helper() { }\n");
    for name in ["unused", "other", "Thing", "helper"] {
        assert!(code.contains(name), "{code}");
    }
}

#[test]
fn a_function_in_a_block_stays_a_global_of_sloppy_code() {
    assert!(small("if (window.old) { function patch(argument) { return argument; } }").contains("patch"));
}

#[test]
fn names_of_functions_and_classes_stay_because_code_can_see_them() {
    let code =
        small("(function () { function Visible() {}  var given = function () {}; return [Visible, given]; })();");
    assert!(code.contains("Visible") && code.contains("given"), "{code}");
    // oxc's mangler loses this one; the comparison with the source finds it.
    let code = small("function f(options) { const { onDone = () => {} } = options; return onDone.name; }");
    assert!(code.contains("onDone=()=>"), "{code}");
}

#[test]
fn nothing_is_renamed_where_names_are_looked_up_at_run_time() {
    for source in
        ["function f(value) { with (value) { return inner(value); } }", "function f(value) { return eval('value'); }"]
    {
        assert!(small(source).starts_with("function f(value)"));
    }
    let injected = "angular.module('a').run(function ($scope, service) { });";
    assert!(small(injected).contains("$scope,service"));
}

#[test]
fn names_that_requirejs_and_prototype_read_out_of_a_function_stay() {
    let code = small("define(function (require, exports, module) { exports.a = require('a'); });");
    assert!(code.contains("function(require,exports,module)"), "{code}");
    assert!(small("Class.create(Base, { run: function ($super, value) { $super(value); } });").contains("$super"));
}

#[test]
fn a_catch_parameter_and_a_var_of_its_name_keep_it_together() {
    let code = small(
        "function f() {\n    try {\n        g();\n    } catch (fault) {\n        var fault = 1;\n    }\n    return fault;\n}",
    );
    assert_eq!(code, "function f(){try{g()}catch(fault){var fault=1}return fault}");
}

#[test]
fn a_property_called_proto_is_not_turned_into_a_prototype() {
    let code = small("function f(__proto__) {\n    return { __proto__ };\n}");
    assert!(code.contains("{__proto__}"), "{code}");
}

#[test]
fn directives_licences_and_debugger_stay() {
    let code = small(
        "'use strict';\n/*! Licence A */\nfunction f(argument) {\n    debugger;\n    return /* @license B */ argument;\n}\n// done\n",
    );
    assert!(code.contains("Licence A") && code.contains("@license B"), "{code}");
    assert!(code.contains("debugger") && code.starts_with("\"use strict\";"), "{code}");
    assert!(!code.contains("done"));
}

#[test]
fn strings_that_only_look_like_directives_do_not_become_one() {
    assert!(!small("('use strict');\nundeclared  =  1;\n").starts_with(['"', '\'']));
}

#[test]
fn old_octals_html_comments_and_separators_survive() {
    assert_eq!(small("var a = 010;   <!-- old\nvar b = 1;"), "var a=8;var b=1;");
    assert_eq!(small("var a = 1,  b = 2; a < ! --b;"), "var a=1,b=2;a<! --b;");
    assert!(small("var s  =  '\\u2028\\u2029 \\0 \\x07';").contains("\\u2028"));
}

#[test]
fn modules_are_read_as_modules() {
    assert_eq!(
        small("import { a } from './a.js';\nexport const b = a + 1;\n"),
        "import{a}from\"./a.js\";export const b=a+1;"
    );
}

#[test]
fn what_does_not_parse_is_served_as_written_and_says_where() {
    assert_eq!(
        why_not(b"var a = 1;\nvar b = ;\n"),
        Reason::Unparsed { line: 2, column: 9, message: "Unexpected token".into() }
    );
    assert!(matches!(why_not(b"let a = 1; let a = 2;"), Reason::Unparsed { line: 1, .. }));
}

#[test]
fn what_depends_on_its_own_text_is_served_as_written() {
    assert!(matches!(why_not(b"function m() { 'use asm'; return {}; }"), Reason::OwnText { .. }));
    let heredoc = b"var text = (function () { /*\n  a text\n*/ }).toString();";
    assert!(matches!(why_not(heredoc), Reason::OwnText { .. }));
}

#[test]
fn bytes_that_are_not_utf8_are_served_as_written() {
    assert_eq!(why_not(b"var a = '\xE9';   "), Reason::NotUtf8 { offset: 9 });
}

#[test]
fn a_byte_order_mark_goes_and_what_is_small_stays() {
    let made = minify(b"\xEF\xBB\xBFvar a=1;", Minifier::Oxc);
    assert_eq!(made.code, b"var a=1;");
    assert_eq!(made.how, How::AsWritten(Reason::Small));
}

#[test]
fn with_no_minifier_chosen_nothing_is_touched() {
    assert_eq!(minify(b"var  a;", Minifier::None).how, How::AsWritten(Reason::Off));
}

#[test]
fn the_second_engine_is_used_where_oxc_agrees() {
    let source = b"// one\nwindow.a = window.c + 2;\nwindow.b = window.a;\n";
    let made = minify(source, Minifier::MinifyJs);
    assert_eq!(made.how, How::Minified { by: Minifier::MinifyJs });
}

#[test]
fn the_second_engine_is_not_used_where_it_changes_meaning() {
    // It turns the function into an arrow, whose `this` is another.
    let source = "var o = {};\no.f = function () { return this; };\no.g = function named() { return named; };";
    let made = minify(source.as_bytes(), Minifier::MinifyJs);
    assert_eq!(made.how, How::Minified { by: Minifier::Oxc });
    assert!(String::from_utf8(made.code).unwrap().contains("function()"));
}

#[test]
fn minifying_twice_gives_the_same_as_once() {
    let source = include_str!("mod.rs");
    assert!(matches!(why_not(source.as_bytes()), Reason::Unparsed { .. }));
    let once = small(
        "(function (window, undefined) { var local = window.a; window.b = function (c) { return c || local; }; })(window);",
    );
    let twice = minify(once.as_bytes(), Minifier::Oxc);
    assert_eq!(String::from_utf8(twice.code).unwrap(), once);
}

proptest! {
    /// Whatever the bytes, the answer is either smaller or the source.
    #[test]
    fn any_bytes_are_answered(source in prop::collection::vec(any::<u8>(), 0..200)) {
        let made = minify(&source, Minifier::Oxc);
        prop_assert!(made.code.len() <= source.len());
    }

    /// Text made of pieces of programs: more of it parses.
    #[test]
    fn pieces_of_programs_are_answered(pieces in prop::collection::vec(prop::sample::select(vec![
        "function ", "f", "(", ")", "{", "}", "a", "=>", "var ", "let ", "catch", "try", ";", ",", "=", "[", "]",
        "`", "${", "class ", "...", "if", "else ", "for", " of ", "0", "'s'", "\n", ":", "?.", "await ", "with",
    ]), 0..40)) {
        let source = pieces.concat();
        let made = minify(source.as_bytes(), Minifier::Oxc);
        prop_assert!(made.code.len() <= source.len());
    }
}
