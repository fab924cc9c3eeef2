//! Scripts mean after minification what they meant before: libraries that every Moodle page runs, and modules of our
//! own written the ways people write them, executed by Node from their source and from what was served.
//!
//! Needs: npm
//!
//! `tests/scripts/behave.mjs` runs one exercise on one script and prints what it saw; the tests here compare.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{JS_REV, Layout, Server, Site, tests_dir};

/// A library as npm has it: its exercise, where Moodle would have it, its file in node_modules.
const LIBRARIES: [(&str, &str, &str); 4] = [
    ("jquery", "lib/jquery/jquery.js", "jquery/dist/jquery.js"),
    ("requirejs", "lib/requirejs/require.js", "requirejs/require.js"),
    ("mustache", "lib/mustache.js", "mustache/mustache.js"),
    ("yui", "lib/yuilib/seed.js", "yui/yui/yui.js"),
];

/// The modules of our own, in `tests/scripts/amd`.
const MODULES: [&str; 6] = ["classes", "closures", "control", "generators", "sloppy", "texts"];

fn library(file: &str) -> Vec<u8> {
    let path = tests_dir().join("node_modules").join(file);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}: tests/run installs it", path.display()))
}

fn module(name: &str) -> Vec<u8> {
    fs::read(tests_dir().join(format!("scripts/amd/{name}.js"))).expect("a file of the repository")
}

/// A site with the libraries, and a plugin whose modules are built as they were written.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    for (_, path, file) in LIBRARIES {
        site.file(path, library(file));
    }
    let plugin = site.plugin("local_ways", "local/ways");
    for name in MODULES {
        plugin.file(&format!("amd/src/{name}.js"), module(name));
        plugin.file(&format!("amd/build/{name}.min.js"), module(name));
    }
    site
}

/// What the exercise sees when it runs these scripts, one after another; it has to see something.
#[track_caller]
fn behaviour(exercise: &str, scripts: &[PathBuf]) -> Vec<serde_json::Value> {
    let mut node = Command::new("node");
    node.arg("scripts/behave.mjs").arg(exercise).args(scripts).current_dir(tests_dir());
    let output = node.output().expect("tests/run installs node");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{exercise} {scripts:?}: {out}\n{err}");
    let seen: Vec<serde_json::Value> = serde_json::from_str(&out).expect("the script prints what this reads");
    assert!(seen.len() >= 5, "{exercise}: {seen:?}");
    seen
}

fn kept(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).expect("a temporary folder");
    path
}

/// A script as `lib/javascript.php` serves it, which has to be shorter than it was written.
#[track_caller]
fn minified(server: &Server, path: &str, source: &[u8]) -> Vec<u8> {
    let answer = server.get(&format!("/lib/javascript.php/{JS_REV}/{path}"));
    assert_eq!((answer.status, answer.is_immutable()), (200, true), "{path}: {}", answer.text());
    assert!(answer.body.len() * 10 < source.len() * 9, "{path}: {} of {} bytes", answer.body.len(), source.len());
    answer.body
}

#[test]
fn libraries_behave_minified_as_they_do_from_source() {
    let site = site();
    let server = Server::start(&site);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (exercise, path, file) in LIBRARIES {
        let source = library(file);
        let served = minified(&server, path, &source);
        let before = behaviour(exercise, &[kept(folder.path(), "source.js", &source)]);
        let after = behaviour(exercise, &[kept(folder.path(), "served.js", &served)]);
        assert_eq!(after, before, "{exercise}");
        // As it was written, where no revision asks for more.
        assert_eq!(
            server.get(&format!("/lib/javascript.php/-1/{path}")).body.trim_ascii_end(),
            source.trim_ascii_end()
        );
    }
}

#[test]
fn modules_behave_minified_as_they_do_from_source() {
    let site = site();
    let server = Server::start(&site);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in MODULES {
        let source = module(name);
        let served = minified(&server, &format!("local/ways/amd/src/{name}.js"), &source);
        let before = behaviour("module", &[kept(folder.path(), "source.js", &source)]);
        let after = behaviour("module", &[kept(folder.path(), "served.js", &served)]);
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn modules_behave_out_of_the_combined_file_as_they_do_from_source() {
    let site = site();
    let server = Server::start(&site);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let require = kept(folder.path(), "require.js", &library("requirejs/require.js"));
    let answer = server.get(&format!("/lib/requirejs.php/{JS_REV}/core/first.js"));
    assert!(answer.is_immutable(), "{}", answer.text());
    let combined = kept(folder.path(), "all.js", &answer.body);
    for name in MODULES {
        let before = behaviour("module", &[kept(folder.path(), "source.js", &module(name))]);
        let after = behaviour(&format!("module:local_ways/{name}"), &[require.clone(), combined.clone()]);
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn libraries_in_one_list_work_together() {
    let site = site();
    let server = Server::start(&site);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = "/lib/mustache.js,/lib/jquery/jquery.js";
    let answer = server.get(&format!("/lib/javascript.php?rev={JS_REV}&jsfile={list}"));
    assert!(answer.is_immutable(), "{}", answer.text());
    let served = kept(folder.path(), "list.js", &answer.body);
    for (exercise, file) in [("jquery", "jquery/dist/jquery.js"), ("mustache", "mustache/mustache.js")] {
        let before = behaviour(exercise, &[kept(folder.path(), "source.js", &library(file))]);
        assert_eq!(behaviour(exercise, std::slice::from_ref(&served)), before, "{exercise}");
    }
}
