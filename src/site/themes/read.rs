//! What a theme declares, out of its `config.php`.
//!
//! 1. The file runs as PHP data, with an empty `$THEME` and with `$CFG` as far as folders go.
//! 2. It may include files of themes; the core's libraries declare nothing that matters here.
//! 3. The fields of `$THEME` are taken. The parents must be known; anything else that is not costs what needs it.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Declared, Excludes, Part, ThemeFault};
use crate::asset::ThemeName;
use crate::php::eval::{Ending, Eval, Include, Limits, Natives, World};
use crate::php::problem::Reason;
use crate::php::value::{Key, ObjectId};
use crate::php::{Problem, Reading, Value, deep};
use crate::site::SitePaths;
use crate::site::files::Place;
use crate::site::small;

/// Reads the declarations of the theme in a folder.
pub(in crate::site) fn read(paths: &SitePaths, name: &ThemeName, place: &Place) -> Result<Declared, ThemeFault> {
    let path = place.path().join("config.php");
    let fault = |why: String| ThemeFault::BadConfig { path: path.clone(), why };
    let source = small::read(&path).map_err(|e| fault(e.to_string()))?;
    deep(|| evaluate(paths, name, &path, &source))
        .unwrap_or_else(|| Err("no thread could be started for it".into()))
        .map_err(fault)
}

fn evaluate(paths: &SitePaths, name: &ThemeName, path: &Utf8Path, source: &[u8]) -> Result<Declared, String> {
    let mut world = ThemeFiles { paths };
    let mut eval = Eval::new(&mut world, &Cfg, Limits::default());
    let text = |path: &Utf8Path| Value::text(path.as_str());
    let dirroot = paths.dirroot();
    let folder = path.parent().unwrap_or(path);
    let cfg = eval.native_object(CFG, &[("dirroot", text(dirroot)), ("libdir", text(&dirroot.join("lib")))]);
    let theme = eval.plain_object(Default::default());
    if let Value::Object(id) = theme {
        eval.set_property(id, "name", Value::text(name.as_str()));
        eval.set_property(id, "dir", text(folder));
    }
    eval.set_variable("CFG", cfg);
    eval.set_variable("THEME", theme);
    match eval.run(path.as_str(), source) {
        Ending::Failed(problem) | Ending::Value(Value::Unknown(problem)) => return Err(problem.to_string()),
        Ending::Value(_) | Ending::Finished => {}
    }
    let get = |field: &str| match eval.variable("THEME") {
        Value::Object(id) => match (eval.held_property(id, field), eval.opaque(id)) {
            (Value::Null, Some(problem)) => Value::Unknown(problem),
            (value, _) => eval.export(&value),
        },
        other => other,
    };
    let list = |field: &str| reading(get(field), names);
    let excludes = |field: &str| reading(get(field), excludes);
    Ok(Declared {
        parents: match list("parents") {
            Reading::Known(parents) => parents,
            Reading::Unset => return Err("it sets no list of parents".into()),
            Reading::Unknown(problem) => return Err(problem.to_string()),
        },
        javascripts: list("javascripts"),
        javascripts_footer: list("javascripts_footer"),
        parents_exclude_javascripts: excludes("parents_exclude_javascripts"),
        parents_exclude_sheets: excludes("parents_exclude_sheets"),
        plugins_exclude_sheets: excludes("plugins_exclude_sheets"),
    })
}

type Known<T> = Result<Option<T>, Arc<Problem>>;

fn reading<T>(value: Value, read: impl FnOnce(&Value) -> Known<T>) -> Reading<T> {
    match value.known().and_then(|value| read(&value)) {
        Ok(Some(known)) => Reading::Known(known),
        Ok(None) => Reading::Unset,
        Err(problem) => Reading::Unknown(problem),
    }
}

/// A list of names; what is no array counts as none.
fn names(value: &Value) -> Known<Vec<String>> {
    let Some(array) = value.as_array() else { return Ok(None) };
    let mut names = Vec::new();
    for value in array.values() {
        names.extend(value.clone().known()?.to_text().map(|text| text.lossy().into_owned()));
    }
    Ok(Some(names))
}

/// `true` or an array; anything else is no exclude, and the nearest parent's counts.
fn excludes(value: &Value) -> Known<Excludes> {
    let Some(array) = value.as_array() else {
        return Ok(matches!(value, Value::Bool(true)).then_some(Excludes::All));
    };
    let mut groups = Vec::new();
    for (key, value) in array.iter() {
        let group = match key {
            Key::Text(text) => text.lossy().into_owned(),
            Key::Int(number) => number.to_string(),
        };
        match value.clone().known()? {
            Value::Bool(true) => groups.push((group, Part::All)),
            value => groups.extend(names(&value)?.map(|names| (group, Part::Names(names)))),
        }
    }
    Ok(Some(Excludes::Some(groups)))
}

/// What `config.php` of a theme may include.
struct ThemeFiles<'a> {
    paths: &'a SitePaths,
}

impl World for ThemeFiles<'_> {
    fn include(&mut self, path: &str, _: bool) -> Include {
        let path = Utf8PathBuf::from(path);
        let dirroot = self.paths.dirroot();
        let of_a_theme = path.starts_with(dirroot.join("theme"))
            || self.paths.themedir.as_ref().is_some_and(|themedir| path.starts_with(themedir));
        if !of_a_theme {
            // The core's libraries hold functions and classes; what calls one is unknown by itself.
            return if path.starts_with(dirroot) { Include::Skip } else { Include::Refused(Reason::Refused) };
        }
        match small::read(&path) {
            Ok(source) => Include::Source(source),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Include::Missing,
            Err(e) => Include::Refused(Reason::Unreadable(e.to_string())),
        }
    }
}

/// `$CFG`: what it does not hold is in a database.
struct Cfg;

const CFG: &str = "CFG";

impl Natives for Cfg {
    fn property(&self, eval: &mut Eval<'_>, class: &'static str, _: ObjectId, name: &str) -> Option<Value> {
        (class == CFG).then(|| eval.unknown(format!("$CFG->{name}"), Reason::Database))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::{Tree, old_moodle};
    use crate::site::{Checkout, Site};

    fn site(tree: &Tree) -> Site {
        Site::open(&SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data"))).unwrap()
    }

    fn read(config: &str) -> Result<Declared, String> {
        let tree = old_moodle()
            .file("theme/one/config.php", config)
            .file("theme/base/config.php", "<?php $THEME->parents = [];");
        let tree = tree.file("theme/one/more.php", "<?php $THEME->javascripts = ['from-more'];").file("lib/x.php", "");
        match site(&tree).themes().chain(&ThemeName::parse("one").unwrap()).unwrap() {
            Ok(chain) => Ok(chain.theme().declared().clone()),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn lists_and_excludes_are_read_whatever_else_the_file_does() {
        let declared = read(
            "<?php defined('MOODLE_INTERNAL') || die();
            require_once(__DIR__ . '/more.php'); require_once($CFG->libdir . '/x.php');
            $THEME->parents = ['base'];
            $THEME->javascripts_footer = ['a', 'b'];
            $THEME->parents_exclude_javascripts = array('base' => array('x', 'y'), 'other' => true, 'no' => false);
            $THEME->parents_exclude_sheets = true;
            $THEME->plugins_exclude_sheets = [];
            $THEME->scss = function($theme) { return theme_one_main($theme); };
            $THEME->layouts = ['base' => ['regions' => explode(',', get_config('theme_one', 'regions'))]];
            $THEME->addblockposition = BLOCK_ADDBLOCK_POSITION_FLATNAV;",
        );
        let names = Part::Names(vec!["x".into(), "y".into()]);
        let expected = Declared {
            parents: vec!["base".into()],
            javascripts: Reading::Known(vec!["from-more".into()]),
            javascripts_footer: Reading::Known(vec!["a".into(), "b".into()]),
            parents_exclude_javascripts: Reading::Known(Excludes::Some(vec![
                ("base".into(), names),
                ("other".into(), Part::All),
            ])),
            parents_exclude_sheets: Reading::Known(Excludes::All),
            plugins_exclude_sheets: Reading::Known(Excludes::Some(Vec::new())),
        };
        assert_eq!(declared, Ok(expected));
    }

    #[test]
    fn a_theme_without_known_parents_is_at_fault_and_says_where() {
        for (config, why) in [
            ("<?php $THEME->sheets = [];", "no list of parents"),
            ("<?php $THEME->parents = false;", "no list of parents"),
            ("<?php\n$THEME->parents = [get_config('theme_one', 'parent')];", "config.php:2"),
            ("<?php\n\n$THEME->parents = $CFG->parents;", "config.php:3"),
            ("<?php\n$THEME->parents = [];\nrequire('/etc/elsewhere.php');", "config.php:3"),
            ("<?php $THEME->parents = [", "config.php"),
        ] {
            let error = read(config).unwrap_err();
            assert!(error.contains(why), "{config}: {error}");
        }
    }

    #[test]
    fn what_is_unknown_is_so_for_itself_alone() {
        let declared = read(
            "<?php $THEME->parents = ['base'];
            $THEME->javascripts = ['a'];
            $THEME->javascripts_footer = theme_one_scripts();
            $THEME->parents_exclude_sheets = ['base' => get_config('theme_one', 'exclude')];",
        );
        let declared = declared.unwrap();
        assert_eq!(declared.javascripts, Reading::Known(vec!["a".into()]));
        let problem = |reading: Option<&Arc<Problem>>| reading.map(ToString::to_string).unwrap_or_default();
        assert!(problem(declared.javascripts_footer.problem()).contains("config.php:3: theme_one_scripts"));
        assert!(problem(declared.parents_exclude_sheets.problem()).contains("config.php:4: get_config"));
    }

    #[test]
    fn scripts_that_are_not_known_are_an_error_where_they_are_needed_and_only_there() {
        let theme = |base: &str, one: &str| {
            let tree = old_moodle().file("theme/base/config.php", &format!("<?php $THEME->parents = [];{base}"));
            tree.file("theme/one/config.php", &format!("<?php $THEME->parents = ['base'];{one}"))
        };
        let scripts = |base: &str, one: &str, at| {
            let site = site(&theme(base, one));
            let chain = site.themes().chain(&ThemeName::parse("one").unwrap()).unwrap().unwrap();
            site.theme_scripts(chain, at).map(|files| files.len())
        };
        use crate::asset::Place::{Footer, Head};
        let unknown = "$THEME->javascripts = scripts();";
        for (base, one) in [(unknown, ""), ("", unknown), ("", "$THEME->parents_exclude_javascripts = scripts();")] {
            let error = scripts(base, one, Head).unwrap_err();
            assert!(error.to_string().contains("config.php:1: scripts"), "{error}");
        }
        assert_eq!(scripts(unknown, "", Footer), Ok(0));
        assert_eq!(scripts(unknown, "$THEME->parents_exclude_javascripts = ['base' => true];", Head), Ok(0));
    }

    #[test]
    fn a_config_file_that_is_none_costs_its_theme_and_no_other() {
        let tree = old_moodle().fifo("theme/one/config.php").link("theme/two/config.php", "/etc/hostname");
        let tree = tree.file("theme/three/config.php", "<?php $THEME->parents = [];");
        let site = site(&tree);
        let fault = |name: &str| site.themes().chain(&ThemeName::parse(name).unwrap()).unwrap().err();
        assert!(matches!(fault("one"), Some(ThemeFault::BadConfig { .. })));
        assert!(matches!(fault("two"), Some(ThemeFault::BadConfig { .. })));
        assert_eq!(fault("three"), None);
    }
}
