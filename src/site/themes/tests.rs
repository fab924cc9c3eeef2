use super::*;
use crate::asset::ThemeName;
use crate::php::Reading;
use crate::site::testing::{Tree, declared, old_moodle, open, open_at};
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
    tree.file(&format!("theme/{name}/config.php"), config)
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
    let tree = theme(theme(tree, "broken", "broken"), "of-broken", "parents broken");
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
    let tree = tree.file("more/both/config.php", "head second").file("more/extra/config.php", "parents both");
    let tree = tree.file("more/legacy/config.php", "").folder("theme/half").file("more/half/config.php", "");
    let themedir = tree.path().join("more");
    let paths = SitePaths::new(Checkout::find(tree.path()).unwrap(), tree.path().join("data"));
    let site = open_at(&SitePaths { themedir: Some(themedir.clone()), ..paths });
    assert_eq!(chain(&site, "both").unwrap().theme().declared().javascripts, Reading::Known(vec!["first".into()]));
    assert_eq!(chain(&site, "both").unwrap().theme().place().name(), "theme/both");
    assert_eq!(chain(&site, "extra").unwrap().theme().place().name(), themedir.join("extra"));
    assert_eq!(chain(&site, "half").unwrap().theme().place().path(), themedir.join("half"));
    assert!(matches!(chain(&site, "legacy"), Err(ThemeFault::Legacy { .. })));
}

#[test]
fn themes_may_be_linked_from_elsewhere() {
    let tree =
        old_moodle().file("dev/mine/config.php", "").file("dev/mine/pix/a.svg", "").link("theme/mine", "../dev/mine");
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
    let excludes = |theme| chain(&site, theme).unwrap().excludes(|d| &d.parents_exclude_javascripts).unwrap().cloned();
    assert_eq!(excludes("child"), Some(Excludes::All));
    assert_eq!(excludes("own"), Some(Excludes::Some(Vec::new())));
    assert_eq!(excludes("base"), declared("exclude x one").parents_exclude_javascripts.known());
}

#[test]
fn an_exclude_leaves_out_all_or_one_parents_all_or_the_named() {
    let some = Excludes::Some(vec![("a".into(), Part::All), ("b".into(), Part::Names(vec!["x".into()]))]);
    for (group, name, out) in
        [("a", "x", true), ("a", "y", true), ("b", "x", true), ("b", "y", false), ("c", "x", false)]
    {
        assert_eq!(some.leaves_out(group, name), out, "{group} {name}");
        assert!(Excludes::All.leaves_out(group, name));
    }
}
