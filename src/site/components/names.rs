//! Which folders are plugins, by their names alone.

use super::Subsystem;

/// Folders in a plugin type's folder that belong to the subsystem that lives there as well.
const IGNORED: [&str; 12] =
    ["CVS", "_vti_cnf", "amd", "classes", "db", "fonts", "lang", "pix", "simpletest", "templates", "tests", "yui"];

/// Whether a folder of this name in the folder of `kind` is a plugin (moodle-assets.md §1).
pub(super) fn is_plugin(kind: &str, name: &str, subsystems: &[Subsystem]) -> bool {
    if IGNORED.contains(&name) && (kind, name) != ("auth", "db") {
        return false;
    }
    if kind == "mod" {
        // A subsystem without a folder leaves its name to modules.
        let taken = subsystems.iter().any(|s| s.name == name && s.dir.is_some());
        return is_plain(name) && !taken;
    }
    let bytes = name.as_bytes();
    let [first, .., last] = bytes else {
        return false; // Moodle's pattern asks for a second character
    };
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    // Moodle's pattern, `[a-z](?:[a-z0-9_](?!__))*[a-z0-9]+`, lets a doubled underscore pass right after the first letter.
    let doubled = bytes.windows(2).skip(2).any(|pair| pair == b"__");
    first.is_ascii_lowercase() && *last != b'_' && bytes.iter().all(|b| good(*b)) && !doubled
}

/// Names of modules and of types that subplugins bring: lower-case letters and digits, a letter first.
pub(super) fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase()) && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subsystems() -> Vec<Subsystem> {
        let one = |name: &str, dir: Option<&str>| Subsystem { name: name.into(), dir: dir.map(str::to_owned) };
        vec![one("course", Some("course")), one("help", None)]
    }

    #[test]
    fn names_are_valid_as_moodles_own_pattern_says() {
        let valid = ["html", "a1", "my_plugin", "a_b_c", "x2y", "a__b", "course", "core"];
        let invalid =
            ["", "a", "A1", "1a", "_a", "a_", "ab__c", "a___b", "a-b", "a.b", "ä1", "Upper", "ab_", ".git", "a b"];
        for name in valid {
            assert!(is_plugin("block", name, &subsystems()), "{name}");
        }
        for name in invalid {
            assert!(!is_plugin("block", name, &subsystems()), "{name}");
        }
    }

    #[test]
    fn modules_have_no_underscore_and_no_name_of_a_subsystem_with_a_folder() {
        for (name, valid) in
            [("forum", true), ("f", true), ("h5p2", true), ("my_mod", false), ("course", false), ("help", true)]
        {
            assert_eq!(is_plugin("mod", name, &subsystems()), valid, "{name}");
        }
    }

    #[test]
    fn folders_of_subsystems_are_no_plugins_but_auth_db_is_one() {
        for name in IGNORED {
            assert!(!is_plugin("block", name, &[]), "{name}");
        }
        assert!(is_plugin("auth", "db", &[]));
        assert!(!is_plugin("auth", "tests", &[]));
    }
}
