//! What a theme's `config.php` says, as far as names of files depend on it.

/// The declarations of one theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Nearest first; all of them, grandparents too.
    pub parents: Vec<String>,
    pub javascripts: Vec<String>,
    pub javascripts_footer: Vec<String>,
    pub parents_exclude_javascripts: Option<Excludes>,
    pub parents_exclude_sheets: Option<Excludes>,
    pub plugins_exclude_sheets: Option<Excludes>,
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
