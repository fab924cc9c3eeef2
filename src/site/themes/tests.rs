use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::asset::ThemeName;
use crate::php::theme::{Excludes, Names};
use crate::php::{Problem, Reading};
use crate::site::testing::{Tree, config, old_moodle, open, open_at, paths};
use crate::site::{Checkout, Site, SitePaths};

fn name(name: &str) -> ThemeName {
    ThemeName::parse(name).unwrap()
}

fn chain<'a>(site: &'a Site, theme: &str) -> Result<&'a Chain, &'a ThemeFault> {
    site.themes().chain(&name(theme)).unwrap()
}

fn names<'a>(themes: impl Iterator<Item = &'a Theme>) -> Vec<&'a str> {
    themes.map(|t| t.name().as_str()).collect()
}

fn theme(tree: Tree, name: &str, config: &str) -> Tree {
    tree.theme(name, config)
}

#[test]
fn a_folder_is_a_theme_if_it_has_a_config() {
    let tree =
        theme(old_moodle(), "one", "").folder("theme/two").file("theme/three.php", "").folder("theme/four/config.php");
    let tree = theme(tree, "Big-Name_2", "").file("theme/bad name/config.php", "").file("theme/config.php", "");
    let site = open(&tree);
    let all: Vec<_> = site.themes().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(all, ["Big-Name_2", "one"]);
    assert!(site.themes().chain(&name("two")).is_none());
    assert!(site.themes().chain(&name("One")).is_none());
}

#[test]
fn parents_are_those_that_the_theme_names_itself_each_once() {
    let tree = theme(theme(theme(old_moodle(), "base", ""), "mid", "parents base"), "child", "parents mid");
    let tree = theme(theme(tree, "whole", "parents mid base mid"), "narcissus", "parents narcissus");
    let site = open(&tree);
    assert_eq!(names(chain(&site, "child").unwrap().parents()), ["mid"]);
    let whole = chain(&site, "whole").unwrap();
    assert_eq!(names(whole.parents()), ["mid", "base"]);
    assert_eq!(names(whole.parents_base_first()), ["base", "mid"]);
    assert_eq!(names(whole.lookup_order()), ["whole", "base", "mid"]);
    assert_eq!(names(chain(&site, "narcissus").unwrap().parents()), ["narcissus"]);
}

#[test]
fn two_themes_that_name_each_other_as_parents_are_two_whole_chains() {
    let site = open(&theme(theme(old_moodle(), "a", "parents b"), "b", "parents a"));
    assert_eq!(names(chain(&site, "a").unwrap().parents()), ["b"]);
    assert_eq!(names(chain(&site, "b").unwrap().parents()), ["a"]);
}

#[test]
fn a_missing_or_broken_parent_breaks_the_chain_but_not_other_themes() {
    let tree = theme(theme(old_moodle(), "orphan", "parents nobody"), "grandchild", "parents orphan");
    let tree = theme(tree, "of-broken", "parents broken").file("theme/broken/config.php", "<?php return;");
    let tree = theme(theme(tree, "old", ""), "of-old", "parents old").file("theme/old/styles.php", "");
    let site = open(&theme(tree, "fine", ""));
    let missing =
        |theme: &str, missing: &str| ThemeFault::MissingParent { theme: name(theme), missing: missing.into() };
    assert_eq!(chain(&site, "orphan").unwrap_err(), &missing("orphan", "nobody"));
    // A parent that is itself an orphan is installed, but left out.
    assert_eq!(names(chain(&site, "grandchild").unwrap().parents()), [""; 0]);
    assert_eq!(chain(&site, "grandchild").unwrap().left_out(), [missing("orphan", "nobody")]);
    assert_eq!(chain(&site, "fine").unwrap().left_out(), []);
    assert!(matches!(chain(&site, "broken"), Err(ThemeFault::BadConfig { .. })));
    assert_eq!(chain(&site, "of-broken").unwrap_err(), &missing("of-broken", "broken"));
    assert!(matches!(chain(&site, "old"), Err(ThemeFault::Legacy { .. })));
    assert_eq!(chain(&site, "of-old").unwrap_err(), &missing("of-old", "old"));
    assert!(chain(&site, "fine").is_ok());
}

#[test]
fn the_first_home_of_a_theme_wins() {
    let tree = theme(theme(old_moodle(), "both", "head first"), "legacy", "").file("theme/legacy/styles.php", "");
    let tree = tree
        .file("more/both/config.php", &config("head second"))
        .file("more/extra/config.php", &config("parents both"));
    let tree = tree.file("more/legacy/config.php", "").folder("theme/half").file("more/half/config.php", &config(""));
    let themedir = tree.path().join("more");
    let paths = SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data"));
    let site = open_at(&SitePaths { themedir: Some(themedir.clone()), ..paths });
    assert_eq!(chain(&site, "both").unwrap().theme().config().javascripts, Reading::Known(vec!["first".into()]));
    assert_eq!(chain(&site, "both").unwrap().theme().place().name(), "theme/both");
    assert_eq!(chain(&site, "extra").unwrap().theme().place().name(), themedir.join("extra"));
    assert_eq!(chain(&site, "half").unwrap().theme().place().path(), themedir.join("half"));
    assert!(matches!(chain(&site, "legacy"), Err(ThemeFault::Legacy { .. })));
}

#[test]
fn themes_may_be_linked_from_elsewhere() {
    let tree = old_moodle()
        .file("dev/mine/config.php", &config(""))
        .file("dev/mine/pix/a.svg", "")
        .link("theme/mine", "../dev/mine");
    let tree = tree.link("theme/gone", "../dev/gone").link("theme/round", "round");
    let site = open(&tree);
    let all: Vec<_> = site.themes().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(all, ["mine"]);
    let place = chain(&site, "mine").unwrap().theme().place().clone();
    assert_eq!((place.name(), place.path()), ("theme/mine", tree.path().join("dev/mine")));
    assert_eq!(site.file(&place, "pix/a.svg").unwrap().unwrap().name(), "theme/mine/pix/a.svg");
}

#[test]
fn excludes_are_the_themes_own_or_else_the_nearest_parents() {
    let tree = theme(theme(old_moodle(), "base", "exclude x one"), "mid", "exclude all\nparents base");
    let tree = theme(theme(tree, "child", "parents mid base"), "own", "parents mid base\nexclude none");
    let site = open(&tree);
    let excludes = |theme| chain(&site, theme).unwrap().excludes(|c| &c.parents_exclude_javascripts).unwrap().cloned();
    assert_eq!(excludes("child"), Some(Excludes::All));
    assert_eq!(excludes("own"), Some(Excludes::Groups(BTreeMap::new())));
    let one = BTreeMap::from([("x".to_owned(), Names::Some(vec!["one".to_owned()]))]);
    assert_eq!(excludes("base"), Some(Excludes::Groups(one)));
}

/// The theme `one` with this `config.php`, beside a theme `base`.
fn one(php: &str) -> Tree {
    let tree =
        theme(old_moodle(), "base", "").file("theme/one/config.php", php).file("config.php", "<?php $CFG->dbpass = 1;");
    tree.file("theme/one/more.php", "<?php $THEME->javascripts = ['from-more'];").file("lib/x.php", "<?php")
}

#[test]
fn lists_and_excludes_are_read_whatever_else_the_file_does() {
    let site = open(&one(
        "<?php defined('MOODLE_INTERNAL') || die();
        require_once(__DIR__ . '/more.php'); require_once($CFG->libdir . '/x.php'); require(__DIR__ . '/../one/more.php');
        $THEME->parents = ['base'];
        $THEME->javascripts_footer = array_merge(['a'], ['b']);
        $THEME->parents_exclude_sheets = true;
        $THEME->scss = function($theme) { return theme_one_main($theme); };
        $THEME->layouts = ['base' => ['regions' => explode(',', get_config('theme_one', 'regions'))]];
        $THEME->addblockposition = BLOCK_ADDBLOCK_POSITION_FLATNAV;",
    ));
    let config = chain(&site, "one").unwrap().theme().config();
    assert_eq!(config.javascripts, Reading::Known(vec!["from-more".into()]));
    assert_eq!(config.javascripts_footer, Reading::Known(vec!["a".into(), "b".into()]));
    assert_eq!(config.parents_exclude_sheets, Reading::Known(Excludes::All));
}

#[test]
fn a_theme_without_known_parents_is_at_fault_and_says_where() {
    for (php, why) in [
        ("<?php $THEME->sheets = [];", "no list of parents"),
        ("<?php $THEME->parents = false;", "no list of parents"),
        ("<?php\n$THEME->parents = [get_config('theme_one', 'parent')];", "config.php:2"),
        ("<?php\n\n$THEME->parents = $CFG->parents;", "config.php:3"),
        ("<?php\n$THEME->parents = [];\nrequire('/etc/hostname');", "config.php:3"),
        ("<?php\n$THEME->parents = [];\nrequire($CFG->dirroot . '/config.php');", "config.php:3"),
        ("<?php\n$THEME->parents = [];\nrequire(__DIR__ . '/../linked.php');", "config.php:3"),
        ("<?php $THEME->parents = [", "config.php"),
    ] {
        let site = open(&one(php).link("theme/linked.php", "../config.php"));
        let error = chain(&site, "one").unwrap_err().to_string();
        assert!(error.contains(why), "{php}: {error}");
    }
}

#[test]
fn what_is_unknown_is_so_for_itself_alone() {
    let site = open(&one("<?php $THEME->parents = ['base'];
        $THEME->javascripts = ['a'];
        $THEME->javascripts_footer = theme_one_scripts();
        $THEME->parents_exclude_sheets = ['base' => get_config('theme_one', 'exclude')];"));
    let config = chain(&site, "one").unwrap().theme().config();
    assert_eq!(config.javascripts, Reading::Known(vec!["a".into()]));
    let problem = |reading: Option<&Arc<Problem>>| reading.map(ToString::to_string).unwrap_or_default();
    assert!(problem(config.javascripts_footer.problem()).contains("config.php:3: theme_one_scripts"));
    assert!(problem(config.parents_exclude_sheets.problem()).contains("config.php:4: get_config"));
}

#[test]
fn scripts_that_are_not_known_are_an_error_where_they_are_needed_and_only_there() {
    let scripts = |base: &str, one: &str, at| {
        let tree = old_moodle().file("theme/base/config.php", &format!("<?php $THEME->parents = [];{base}"));
        let site = open(&tree.file("theme/one/config.php", &format!("<?php $THEME->parents = ['base'];{one}")));
        site.theme_scripts(chain(&site, "one").unwrap(), at).map(|files| files.len())
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
fn a_theme_may_read_what_belongs_to_another_wherever_that_is_linked_to() {
    let tree = one("<?php require(__DIR__ . '/../shared/lists.php'); $THEME->parents = theme_shared_parents();");
    let tree = tree.file("dev/shared/lists.php", "<?php function theme_shared_parents() { return ['base']; }");
    let tree = tree.file("dev/shared/config.php", &config("")).link("theme/shared", "../dev/shared");
    assert_eq!(names(chain(&open(&tree), "one").unwrap().parents()), ["base"]);
}

#[test]
fn a_config_file_that_is_none_costs_its_theme_and_no_other() {
    let tree = old_moodle().fifo("theme/one/config.php").link("theme/two/config.php", "/etc/hostname");
    let site = Site::open(&paths(&theme(tree, "three", ""))).unwrap();
    assert!(matches!(chain(&site, "one"), Err(ThemeFault::BadConfig { .. })));
    assert!(matches!(chain(&site, "two"), Err(ThemeFault::BadConfig { .. })));
    assert!(chain(&site, "three").is_ok());
}
