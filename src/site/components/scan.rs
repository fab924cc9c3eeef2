//! What is installed, read off the folders.
//!
//! 1. `components.json` gives types and subsystems.
//! 2. The type `theme` gets its second home.
//! 3. Plugins of `mod`, `editor` and `tool` bring types of their own, then those of `local`.
//! 4. Each type's folder is listed.

use std::collections::BTreeMap;
use std::io;

use camino::Utf8Path;
use rustix::io::Errno;

use super::names::{is_plain, is_plugin};
use super::source::{self, Source};
use super::subplugins::{self, Brought};
use super::{Components, Plugin, PluginType, Problem, Subsystem};
use crate::inputs::trace;
use crate::site::{SiteError, SitePaths};

/// The types whose plugins may bring types, in the order in which those come.
const WITH_SUBPLUGINS: [&str; 4] = ["mod", "editor", "tool", LOCAL];

/// The type of everything that is none of the others.
const LOCAL: &str = "local";

/// Entries in one plugin type's folder beyond this are not Moodle's.
const MOST: usize = 20_000;

impl Components {
    /// Reads the whole tree's components.
    ///
    /// # Errors
    /// [`SiteError`] where `components.json` or a folder cannot be read. A folder that goes away meanwhile is
    /// not there, what Moodle would ignore is among the `problems`.
    pub fn scan(paths: &SitePaths) -> Result<Components, SiteError> {
        let source = source::read(paths)?;
        let subsystems = source.subsystems.iter();
        let subsystems = subsystems.map(|(name, dir)| Subsystem { name: name.clone(), dir: dir.clone() }).collect();
        let scan = Scan { paths, subsystems, problems: Vec::new(), types: Vec::new(), others: Vec::new() };
        scan.run(source)
    }
}

struct Scan<'a> {
    paths: &'a SitePaths,
    subsystems: Vec<Subsystem>,
    problems: Vec<Problem>,
    types: Vec<PluginType>,
    /// Deprecated types, and deleted ones (`false`), which only keep their names from being taken.
    others: Vec<(PluginType, bool)>,
}

impl Scan<'_> {
    fn run(mut self, source: Source) -> Result<Components, SiteError> {
        for (name, dir) in source.types {
            self.add_type(&name, &dir, None)?;
        }
        for (list, kept) in [(source.deprecated, true), (source.deleted, false)] {
            for (name, dir) in list {
                // Moodle refuses to drop a type that may have subplugins.
                if WITH_SUBPLUGINS.contains(&name.as_str()) && !self.has(&name) {
                    self.add_type(&name, &dir, None)?;
                } else {
                    self.add_other(name, &dir, None, kept)?;
                }
            }
        }
        for owner in WITH_SUBPLUGINS {
            if owner == LOCAL {
                self.set_local()?;
            }
            let Some(owners) = self.types.iter().find(|t| t.name == owner) else { continue };
            for plugin in owners.plugins.clone() {
                let brought = subplugins::read(&plugin.dir, self.paths, &mut self.problems)?;
                self.add_brought(&format!("{owner}_{}", plugin.name), &plugin.dir, brought)?;
            }
        }
        let deprecated = self.others.into_iter().filter(|(_, kept)| *kept).map(|(kind, _)| kind).collect();
        Ok(Components { types: self.types, deprecated, subsystems: self.subsystems, problems: self.problems })
    }

    fn add_type(&mut self, name: &str, dir: &str, parent: Option<&str>) -> Result<(), SiteError> {
        // Moodle takes these two from where they always are, whatever the list says.
        let dir = if matches!((parent, name), (None, "theme" | LOCAL)) { name } else { dir };
        let mut plugins = self.plugins(name, dir, dir)?;
        if let (None, "theme", Some(second)) = (parent, name, &self.paths.themedir) {
            // A theme in both homes: the list has the second, which only matters for its files as a component.
            // Where both are one folder, there is no second.
            let first = self.paths.dirroot().join(dir).canonicalize_utf8().ok();
            if first.is_none() || second.canonicalize_utf8().ok() != first {
                plugins.append(&mut self.plugins(name, second.as_str(), second.as_str())?);
            }
        }
        let plugins = plugins.into_iter().map(|(name, dir)| Plugin { name, dir }).collect();
        let (name, parent, dir) = (name.to_owned(), parent.map(str::to_owned), dir.to_owned());
        self.types.push(PluginType { name, parent, dir, plugins });
        Ok(())
    }

    /// There is always a type `local`, in `dirroot/local`.
    fn set_local(&mut self) -> Result<(), SiteError> {
        let Some(at) = self.types.iter().position(|t| t.name == LOCAL) else {
            return self.add_type(LOCAL, LOCAL, None);
        };
        let plugins = self.plugins(LOCAL, LOCAL, LOCAL)?;
        self.types[at].plugins = plugins.into_iter().map(|(name, dir)| Plugin { name, dir }).collect();
        Ok(())
    }

    fn add_other(&mut self, name: String, dir: &str, parent: Option<&str>, kept: bool) -> Result<(), SiteError> {
        let plugins = if kept { self.plugins(&name, dir, dir)? } else { BTreeMap::new() };
        let plugins = plugins.into_iter().map(|(name, dir)| Plugin { name, dir }).collect();
        let (parent, dir) = (parent.map(str::to_owned), dir.to_owned());
        self.others.push((PluginType { name, parent, dir, plugins }, kept));
        Ok(())
    }

    fn add_brought(&mut self, owner: &str, owner_dir: &str, brought: Brought) -> Result<(), SiteError> {
        let lists = [(brought.types, None), (brought.deprecated, Some(true)), (brought.deleted, Some(false))];
        for (list, other) in lists {
            for (name, folder) in list {
                let dir = owner_dir.to_owned();
                trace::seen_now(&self.paths.dirroot().join(&folder));
                let taken = self.subsystems.iter().any(|s| s.name == name && s.dir.is_some());
                if !is_plain(&name) || taken {
                    self.problems.push(Problem::BadType { dir, name });
                } else if !self.paths.dirroot().join(&folder).is_dir() {
                    self.problems.push(Problem::NoFolder { dir, name, folder });
                } else if self.has(&name) {
                    self.problems.push(Problem::DuplicateType { dir, name });
                } else if let Some(kept) = other {
                    self.add_other(name, &folder, Some(owner), kept)?;
                } else {
                    self.add_type(&name, &folder, Some(owner))?;
                }
            }
        }
        Ok(())
    }

    fn has(&self, kind: &str) -> bool {
        self.types.iter().any(|t| t.name == kind) || self.others.iter().any(|(t, _)| t.name == kind)
    }

    /// Names and folders of the plugins in one folder; `written` is how the folder is to be written down.
    fn plugins(&self, kind: &str, dir: &str, written: &str) -> Result<BTreeMap<String, String>, SiteError> {
        let path = self.paths.dirroot().join(dir);
        let mut found = BTreeMap::new();
        trace::listing(&path);
        let unreadable = |source| SiteError::Unreadable { path: path.clone(), source };
        let entries = match path.read_dir() {
            Ok(entries) => entries,
            Err(e) if is_absent(&e) => return Ok(found),
            Err(e) => return Err(unreadable(e)),
        };
        for (count, entry) in entries.enumerate() {
            if count > MOST {
                return Err(SiteError::TooMany { path, limit: MOST });
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) if is_absent(&e) => break,
                Err(e) => return Err(unreadable(e)),
            };
            let Ok(name) = entry.file_name().into_string() else { continue };
            if is_plugin(kind, &name, &self.subsystems) && is_folder(&entry, &path.join(&name))? {
                let dir = Utf8Path::new(written).join(&name).into_string();
                found.insert(name, dir);
            }
        }
        Ok(found)
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether an entry is a folder or a link to one.
fn is_folder(entry: &std::fs::DirEntry, path: &Utf8Path) -> Result<bool, SiteError> {
    let kind = match entry.file_type() {
        Ok(kind) if kind.is_symlink() => {
            trace::seen_now(path);
            path.metadata().map(|data| data.is_dir())
        }
        kind => kind.map(|kind| kind.is_dir()),
    };
    match kind {
        Ok(is_folder) => Ok(is_folder),
        Err(e) if is_absent(&e) => Ok(false),
        // A link round in a circle is no folder for Moodle either.
        Err(e) if Errno::from_io_error(&e) == Some(Errno::LOOP) => Ok(false),
        Err(source) => Err(SiteError::Unreadable { path: path.into(), source }),
    }
}
