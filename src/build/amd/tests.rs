use super::*;
use proptest::prelude::*;

fn text(code: Vec<u8>) -> String {
    String::from_utf8(code).unwrap()
}

#[test]
fn an_unnamed_module_gets_its_name_once() {
    assert_eq!(text(module("core/a", b"define([\"b\"],function(b){})")), "define('core/a', [\"b\"],function(b){})\n");
    assert_eq!(text(module("core/a", b"define( function(){});")), "define('core/a',  function(){});\n");
    let twice = b"define([],f);define([],g)";
    assert_eq!(text(module("core/a", twice)), "define('core/a', [],f);define([],g)\n");
}

#[test]
fn a_named_module_keeps_its_name() {
    for code in ["define(\"core/a\",[],f)\n", "define ( 'core/a' , f);define([],f)\n", "var x=1\n"] {
        assert_eq!(text(module("core/a", code.as_bytes())), code);
    }
    // Another module's name is no name of this one's.
    assert_eq!(text(module("core/a", b"define('core/ab',[],f);define([],g)")), {
        "define('core/a', 'core/ab',[],f);define([],g)\n"
    });
}

#[test]
fn the_map_comment_goes_with_all_that_follows() {
    assert_eq!(text(module("a/b", b"f()  \n//# sourceMappingURL=b.min.js.map\nrest")), "f()\n");
}

#[test]
fn in_development_the_map_comment_leads_to_the_map() {
    let url = "http://school.example/lib/jssourcemap.php/a/b.js";
    let code = mapped_module("a/b", b"define([],f)\n//# sourceMappingURL=b.min.js.map\n", url);
    assert_eq!(text(code), format!("define('a/b', [],f)\n//# sourceMappingURL={url}"));
    assert_eq!(text(source_module("a/b", b"define([], f);\n\n")), "define('a/b', [], f);");
    assert!(text(source_module("a/b", b"f();")).starts_with("// JS module 'a/b' cannot be loaded"));
}

#[test]
fn a_map_is_printed_as_php_prints_it() {
    let map = br#"{"version":3,"file":"a.min.js","sources":["../src/a.js","b"],"names":[],"x":{},"f":1.5,"i":-2.0,"t":"\u00e9\ud83d\ude00\/\n\u0001"}"#;
    let expected = r#"{"version":3,"file":"a.min.js","sources":["http:\/\/s\/a.js","b"],"names":[],"x":[],"f":1.5,"i":-2,"t":"\u00e9\ud83d\ude00\/\n\u0001"}"#;
    assert_eq!(text(source_map(map, "http://s/a.js")), expected);
    assert_eq!(text(source_map(b"broken", "u")), r#"{"sources":["u"]}"#);
    assert_eq!(text(source_map(br#"{"f":[1e16,1e17,0.0001,1e-5,-0.0]}"#, "u")), {
        r#"{"f":[10000000000000000,1.0e+17,0.0001,1.0e-5,-0],"sources":["u"]}"#
    });
    assert_eq!(text(source_map(br#"[7,{"sources":{}}]"#, "u")), r#"{"0":7,"1":{"sources":[]},"sources":["u"]}"#);
    assert_eq!(text(source_map(br#"{"a":{"0":1,"1":2},"b":1e25}"#, "u")), {
        r#"{"a":[1,2],"b":1.0e+25,"sources":["u"]}"#
    });
}

proptest! {
    #[test]
    fn naming_only_ever_inserts_the_name(code in "(define|\\(|\\[|function| |'a/b'|x){0,12}") {
        let named = text(module("a/b", code.as_bytes()));
        let without = named.replacen("define('a/b', ", "define(", 1);
        let plain = format!("{}\n", code.trim_end_matches(' '));
        prop_assert!(named == plain || without == plain, "{} -> {}", code, named);
    }
}
