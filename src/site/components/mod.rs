//! Plugins and subsystems: what is installed, and where (moodle-assets.md §1).
//!
//! 1. [`source`] reads `lib/components.json`.
//! 2. [`scan`] lists the plugins of each type and the types that subplugins bring.
//! 3. [`Components`] is the result: plain data, so that it can be kept as an index.
//! 4. [`Named`] says what a component's name in a URL means, with its two different defaults.

mod frankenstyle;
mod names;
mod problem;
mod scan;
mod source;
mod subplugins;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use frankenstyle::Named;
pub use problem::Problem;

/// Everything that is installed. Folders are written from dirroot (`mod/forum`), themes in `themedir` absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Components {
    /// In Moodle's order: as in `components.json`, then those that subplugins bring.
    pub types: Vec<PluginType>,
    /// Types that Moodle is about to drop: their plugins' files are still found by name, and that is all.
    pub deprecated: Vec<PluginType>,
    pub subsystems: Vec<Subsystem>,
    /// What Moodle ignores and an operator may not expect it to.
    pub problems: Vec<Problem>,
}

/// A plugin type with its plugins, sorted by name. May be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginType {
    pub name: String,
    /// The plugin that brings this type (`mod_assign`), if it is one of subplugins.
    pub parent: Option<String>,
    /// Where its plugins lie, from dirroot; there may be no such folder yet.
    pub dir: String,
    pub plugins: Vec<Plugin>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plugin {
    /// Without its type.
    pub name: String,
    pub dir: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subsystem {
    /// Without `core_`.
    pub name: String,
    /// Many have no folder of their own.
    pub dir: Option<String>,
}

/// The folder of the core itself.
pub const CORE_DIR: &str = "lib";

impl Components {
    /// The folder of a plugin, of a deprecated type too.
    pub fn plugin_dir(&self, kind: &str, name: &str) -> Option<&str> {
        let find = |types: &'_ [PluginType]| -> Option<usize> { types.iter().position(|t| t.name == kind) };
        [&self.types, &self.deprecated].into_iter().find_map(|types| {
            let plugins = &types[find(types)?].plugins;
            let at = plugins.binary_search_by(|p| p.name.as_str().cmp(name)).ok()?;
            Some(plugins[at].dir.as_str())
        })
    }

    /// Whether a folder of this name would be a plugin of a type.
    pub fn may_be_plugin(&self, kind: &str, name: &str) -> bool {
        names::is_plugin(kind, name, &self.subsystems)
    }

    /// The folder of whatever a name means; `None` for what is not installed and for subsystems without one.
    pub fn dir(&self, component: Named<'_>) -> Option<&str> {
        match component {
            Named::Core => Some(CORE_DIR),
            Named::Subsystem(name) => self.subsystem(name)?.dir.as_deref(),
            Named::Plugin { kind, name } => self.plugin_dir(kind, name),
        }
    }

    pub fn subsystem(&self, name: &str) -> Option<&Subsystem> {
        self.subsystems.iter().find(|s| s.name == name)
    }

    /// The types that `plugin` (`editor_tiny`) brings.
    pub fn subplugin_types(&self, plugin: &str) -> impl Iterator<Item = &PluginType> {
        self.types.iter().filter(move |t| t.parent.as_deref() == Some(plugin))
    }

    /// Every component that can have files of its own, with its full name, in Moodle's order: the core, subsystems
    /// with a folder, plugins.
    pub fn all(&self) -> impl Iterator<Item = (String, &str)> {
        let core = std::iter::once(("core".to_owned(), CORE_DIR));
        let subsystems = self.subsystems.iter().filter_map(|s| Some((format!("core_{}", s.name), s.dir.as_deref()?)));
        core.chain(subsystems).chain(self.plugins())
    }

    /// Every plugin with its full name (`mod_forum`), in Moodle's order, without deprecated types.
    pub fn plugins(&self) -> impl Iterator<Item = (String, &str)> {
        self.types.iter().flat_map(|t| t.plugins.iter().map(|p| (format!("{}_{}", t.name, p.name), p.dir.as_str())))
    }
}
