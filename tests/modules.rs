//! The one file of all AMD modules: it defines exactly what the site has, and RequireJS in a browser loads from it.
//!
//! Needs: chromium, npm
//!
//! `tests/browser/amd.mjs` opens a page with the loader and tells what it defined and loaded; the test here judges it.

mod support;

use std::collections::BTreeSet;
use std::process::Command;

use serde::Deserialize;

use support::{JS_REV, Layout, Server, Site, tests_dir};

#[derive(Debug, Deserialize)]
struct Seen {
    /// What a developer would see in red.
    trouble: Vec<String>,
    /// URLs of `lib/requirejs.php`.
    asked: Vec<String>,
    /// Names in the order in which modules were defined.
    names: Vec<String>,
    /// Type and members of each module that was asked for.
    loaded: Vec<String>,
}

fn look(server: &Server, modules: &[&str]) -> Seen {
    let origin = server.url("");
    let mut node = Command::new("node");
    node.arg("browser/amd.mjs").arg(&origin).arg(JS_REV.to_string()).arg("lib/requirejs/require.js");
    let output = node.arg(modules.join(",")).current_dir(tests_dir()).output().expect("tests/run installs node");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}\n{}", server.log());
    serde_json::from_str(&out).expect("the script prints what this reads")
}

/// A site with modules in every place and form that modules have.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    let require = tests_dir().join("node_modules/requirejs/require.js");
    site.file("lib/requirejs/require.js", std::fs::read(require).expect("tests/run installs it"));
    // With a name, without one, minified, in a folder, with a map, as a function that others call.
    site.file(
        "lib/amd/build/first.min.js",
        "define([],function(){return {first:1}});\n//# sourceMappingURL=first.min.js.map",
    )
    .file("lib/amd/build/first.min.js.map", "{\"version\":3}")
    .file(
        "lib/amd/build/local/deep/er.min.js",
        "define(['core/first'],function(first){return {deeper:first.first+1}});",
    )
    .file("lib/amd/build/named.min.js", "define(\"core/named\",[\"exports\"],function(e){e.named=true});")
    .file("lib/amd/build/texts.min.js", "define( ['core/named'] , function(n){return {texts:n.named,more:\"}//*\"}});")
    .file("lib/amd/build/heavy-lazy.min.js", "define([],function(){return {lazy:1}});");
    site.plugin("mod_forum", "mod/forum")
        .file(
            "amd/build/posts.min.js",
            "define(['core/local/deep/er','exports'],function(d,e){e.posts=d.deeper;e.init=()=>1})",
        )
        .file(
            "amd/build/plain.js",
            "define(function(require){\n    return {plain: require('core/first').first};\n});\n// The end",
        )
        .file("amd/src/posts.js", "define([], () => 'a source');")
        .file("amd/build/readme.txt", "define('no/module')");
    site.plugin("local_ways", "local/ways").file("amd/build/a_b-c.min.js", "define([],()=>({dashes:1}))");
    site.theme("leaf", &["plain"]).file("amd/build/leaf.min.js", "define([],function(){return function shape(){}});");
    site
}

#[test]
fn a_browser_loads_modules_out_of_the_one_file_that_defines_what_the_site_has() {
    let site = site();
    let server = Server::start(&site);
    let wanted = ["core/texts", "mod_forum/posts", "mod_forum/plain", "local_ways/a_b-c", "theme_leaf/leaf"];
    let seen = look(&server, &wanted);
    assert_eq!(seen.trouble, Vec::<String>::new());
    assert_eq!(seen.loaded, ["object more texts", "object init posts", "object plain", "object dashes", "function "]);
    assert_eq!(seen.asked.len(), 1, "all came at once: {:?}", seen.asked);
    let all = ["core/first", "core/local/deep/er", "core/named"].into_iter().chain(wanted).map(str::to_owned);
    assert_eq!(seen.names.iter().cloned().collect::<BTreeSet<_>>(), all.collect::<BTreeSet<_>>());
    assert_eq!(seen.names.len(), 8, "each once: {:?}", seen.names);
}

#[test]
fn a_browser_loads_a_lazy_module_by_itself_when_it_is_asked_for() {
    let site = site();
    let server = Server::start(&site);
    let seen = look(&server, &["core/heavy-lazy"]);
    assert_eq!(seen.trouble, Vec::<String>::new());
    assert_eq!(seen.loaded, ["object lazy"]);
    assert_eq!(seen.asked.len(), 2, "{:?}", seen.asked);
    assert!(seen.asked[1].ends_with("/core/heavy-lazy.js"), "{:?}", seen.asked);
}
