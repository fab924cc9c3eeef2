//! The files that make a folder a Moodle checkout of its version.

use std::collections::BTreeMap;

use super::site::write as write_file;
use super::{Layout, Site};

/// Version, component lists and the setup that config.php ends with.
pub fn write(site: &Site, layout: Layout) {
    let (prefix, version, release, branch) = match layout {
        Layout::Flat => ("", "2022112800.00", "4.1 (Build: 20221128)", "401"),
        Layout::Public => ("public/", "2025100600.02", "5.1+ (Build: 20251017)", "501"),
    };
    site.file(
        "version.php",
        format!(
            "<?php\ndefined('MOODLE_INTERNAL') || die();\n\
                 $version = {version};\n$release = '{release}';\n\
                 $branch = '{branch}';\n$maturity = MATURITY_STABLE;\n"
        ),
    );
    site.file(
        "lib/setup.php",
        "<?php\n$CFG->yui2version = '2.9.0';\n$CFG->yui3version = '3.18.1';\n\
             $CFG->yuipatchlevel = 0;\n",
    );
    site.file("lib/javascript-static.js", "var M = M || {};\n");
    // From 5.1 the component list and the setup that config.php names are outside public.
    let lib = site.checkout().join("lib");
    write_file(&lib.join("components.json"), components(prefix));
    if layout == Layout::Public {
        write_file(&lib.join("setup.php"), "<?php\nrequire_once(__DIR__ . '/../public/lib/setup.php');\n");
        site.file("config.php", "<?php\nrequire(__DIR__ . '/../config.php');\n");
    }
}

/// A few plugin types and subsystems, in an order that is not that of the alphabet.
fn components(prefix: &str) -> String {
    let types = [
        ("qtype", "question/type"),
        ("mod", "mod"),
        ("auth", "auth"),
        ("enrol", "enrol"),
        ("block", "blocks"),
        ("filter", "filter"),
        ("editor", "lib/editor"),
        ("format", "course/format"),
        ("tool", "admin/tool"),
        ("theme", "theme"),
        ("local", "local"),
    ];
    let subsystems = [
        ("admin", Some("admin")),
        ("access", None),
        ("block", Some("blocks")),
        ("course", Some("course")),
        ("courseformat", Some("course/format")),
        ("editor", Some("lib/editor")),
        ("question", Some("question")),
        ("theme", Some("theme")),
        ("user", Some("user")),
    ];
    let at = |path: &str| serde_json::Value::from(format!("{prefix}{path}"));
    let types = types.map(|(name, path)| (name.to_owned(), at(path)));
    let subsystems = subsystems.map(|(name, path)| {
        let path = path.map_or(serde_json::Value::Null, at);
        (name.to_owned(), path)
    });
    let object = serde_json::Map::from_iter;
    let lists =
        BTreeMap::from([("plugintypes", object(Vec::from(types))), ("subsystems", object(Vec::from(subsystems)))]);
    serde_json::to_string_pretty(&lists).expect("names and paths are JSON")
}
