//! What a theme leaves out: everything, or named things of named groups.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `true`, or an array: group → `true` or names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Excludes {
    /// Everything.
    All,
    /// By group: plugin type, or parent.
    Groups(BTreeMap<String, Names>),
}

/// What is left out of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Names {
    /// All of it.
    All,
    /// These.
    Some(Vec<String>),
}

impl Excludes {
    /// Whether all of a group is left out.
    pub fn group(&self, group: &str) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => matches!(groups.get(group), Some(Names::All)),
        }
    }

    /// Whether one thing of a group is left out.
    pub fn contains(&self, group: &str, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => match groups.get(group) {
                Some(Names::All) => true,
                Some(Names::Some(names)) => names.iter().any(|known| known == name),
                None => false,
            },
        }
    }
}
