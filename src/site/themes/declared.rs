//! What a theme's `config.php` says, as far as names of files depend on it.

use crate::php::Reading;

/// The declarations of one theme. All but the parents may be unknown, each for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Nearest first; all of them, grandparents too.
    pub parents: Vec<String>,
    pub javascripts: Reading<Vec<String>>,
    pub javascripts_footer: Reading<Vec<String>>,
    pub parents_exclude_javascripts: Reading<Excludes>,
    pub parents_exclude_sheets: Reading<Excludes>,
    pub plugins_exclude_sheets: Reading<Excludes>,
}

impl Declared {
    /// A theme that declares its parents and nothing else.
    pub fn of_parents(parents: Vec<String>) -> Declared {
        Declared {
            parents,
            javascripts: Reading::Unset,
            javascripts_footer: Reading::Unset,
            parents_exclude_javascripts: Reading::Unset,
            parents_exclude_sheets: Reading::Unset,
            plugins_exclude_sheets: Reading::Unset,
        }
    }
}

/// What a theme leaves out of its parents or of plugins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excludes {
    /// `true`: everything.
    All,
    /// By parent or plugin type. An empty list is a declaration too: it stands before the parents' lists.
    Some(Vec<(String, Part)>),
}

/// What is left out of one parent or plugin type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    All,
    Names(Vec<String>),
}

impl Excludes {
    /// Whether all of `group` is left out.
    pub fn leaves_out_all(&self, group: &str) -> bool {
        match self {
            Excludes::All => true,
            Excludes::Some(groups) => groups.iter().any(|(g, part)| g == group && *part == Part::All),
        }
    }

    /// Whether `name` of `group` is left out.
    pub fn leaves_out(&self, group: &str, name: &str) -> bool {
        match self {
            Excludes::All => true,
            Excludes::Some(groups) => groups.iter().any(|(g, part)| {
                g == group
                    && match part {
                        Part::All => true,
                        Part::Names(names) => names.iter().any(|n| n == name),
                    }
            }),
        }
    }
}
