//! AMD modules (moodle-assets.md §4).

use std::collections::BTreeMap;

use super::{Site, SourceError, SourceFile};
use crate::asset::{ComponentName, SafePath};

/// A built module.
#[derive(Clone, Debug)]
pub struct AmdModule {
    /// `{component}/{path without .min.js or .js}`.
    pub name: String,
    pub file: SourceFile,
}

/// The modules that are loaded all at once.
#[derive(Debug, Default)]
pub struct AmdModules {
    /// Sorted by name, without lazy ones.
    pub modules: Vec<AmdModule>,
    /// What could not be read or leads out of the site. Where there is any, the list lacks a part.
    pub left_out: Vec<SourceError>,
}

/// One module with what belongs to it.
#[derive(Clone, Debug)]
pub struct SingleModule {
    /// With the component as the URL names it.
    pub name: String,
    /// `amd/build/….min.js`
    pub build: SourceFile,
    /// `amd/build/….min.js.map`
    pub map: Option<SourceFile>,
    /// `amd/src/….js`
    pub source: Option<SourceFile>,
}

impl Site {
    /// Every module of the site that is not lazy.
    pub fn amd_modules(&self) -> AmdModules {
        let mut modules: BTreeMap<String, SourceFile> = BTreeMap::new();
        let mut left_out = Vec::new();
        for (component, dir) in self.components().all() {
            let place = self.component_place(dir);
            let walk = match self.roots.walk(&place, "amd/build", |path| path.ends_with(".js")) {
                Ok(walk) => walk,
                Err(error) => {
                    left_out.push(error);
                    continue;
                }
            };
            left_out.extend(walk.left_out);
            for (path, file) in walk.files {
                let module = module_name(&path);
                if module.contains(LAZY) {
                    continue;
                }
                // The minified one of two comes later in the order of paths: `a.js`, `a.min.js`.
                modules.insert(format!("{component}/{module}"), file);
            }
        }
        let modules = modules.into_iter().map(|(name, file)| AmdModule { name, file }).collect();
        AmdModules { modules, left_out }
    }

    /// One module; `module` has no extension.
    pub fn amd_module(
        &self,
        component: &ComponentName,
        module: &SafePath,
    ) -> Result<Option<SingleModule>, SourceError> {
        let module = module.as_str();
        let Some(place) = self.component(component) else { return Ok(None) };
        let Some(build) = self.file(&place, &format!("amd/build/{module}.min.js"))? else { return Ok(None) };
        Ok(Some(SingleModule {
            name: format!("{component}/{module}"),
            build,
            map: self.file(&place, &format!("amd/build/{module}.min.js.map"))?,
            source: self.file(&place, &format!("amd/src/{module}.js"))?,
        }))
    }
}

/// In a module's name: it is loaded alone, when it is used.
const LAZY: &str = "-lazy";

fn module_name(path: &str) -> &str {
    let path = path.strip_suffix(".js").unwrap_or(path);
    path.strip_suffix(".min").unwrap_or(path)
}
