//! `config.php` of a Moodle site as data (design: reading PHP as data).
//!
//! 1. Evaluate the file, following `require` of files beside or below it and of the files that the
//!    operator listed; stop where `lib/setup.php` is required.
//! 2. Take the properties of `$CFG`.
//! 3. Wrap what is a password, so that it cannot be printed.

use std::fmt;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexMap;

use super::deep::deep;
use super::env::Env;
use super::error::PhpError;
use super::eval::{Bare, Ending, Eval, Limits};
use super::problem::Problem;
use super::reading::Reading;
use super::secret::Secret;
use super::value::{Array, Key, Value};

mod world;

#[cfg(test)]
mod tests;

/// What `config.php` sets.
///
/// `Debug` shows names only: any value may be a password.
#[derive(Clone)]
pub struct ConfigPhp {
    values: IndexMap<String, Value>,
    /// Why every name that is not in `values` is unknown too.
    rest: Option<Arc<Problem>>,
    files: Vec<Utf8PathBuf>,
}

/// Reads a `config.php`. `include` lists files outside its folder that it may require, relative
/// to its folder or absolute.
///
/// # Errors
/// [`PhpError`] where the file itself cannot be read. What it does that is not understood is no
/// error: the values that depend on it are unknown.
pub fn read(file: &Utf8Path, include: &[Utf8PathBuf], env: &Env) -> Result<ConfigPhp, PhpError> {
    let source = std::fs::read(file).map_err(|source| PhpError::Read { path: file.to_owned(), source })?;
    deep(|| evaluate(file, &source, include, env, Limits::default()))
        .ok_or_else(|| PhpError::Thread { path: file.to_owned() })
}

fn evaluate(file: &Utf8Path, source: &[u8], include: &[Utf8PathBuf], env: &Env, limits: Limits) -> ConfigPhp {
    let mut world = world::ConfigWorld::new(file, include, env);
    let start = world.start().to_owned();
    let mut eval = Eval::new(&mut world, &Bare, limits);
    let ending = eval.run(start.as_str(), source);
    let cfg = eval.variable("CFG");
    let mut values = IndexMap::new();
    let rest = match (ending, cfg) {
        (Ending::Failed(problem), _) | (_, Value::Unknown(problem)) => Some(problem),
        (Ending::Value(Value::Unknown(problem)), Value::Null) => Some(problem),
        (_, Value::Object(id)) => {
            for (name, value) in eval.properties(id) {
                let value = hide(&name, eval.export(&value));
                values.insert(name, value);
            }
            eval.opaque(id)
        }
        _ => None,
    };
    ConfigPhp { values, rest, files: world.into_files() }
}

/// Wraps texts whose name says that they are secret. `dboptions` is searched to its bottom.
fn hide(name: &str, value: Value) -> Value {
    match value {
        Value::Str(text) if is_secret(name) => Value::Secret(Secret::new(text.lossy())),
        Value::Array(array) if name == "dboptions" || is_secret(name) => Value::Array(hide_array(&array)),
        value => value,
    }
}

fn hide_array(array: &Array) -> Array {
    let hide_entry = |(key, value): (&Key, &Value)| {
        let name = match key {
            Key::Text(text) => text.lossy().into_owned(),
            Key::Int(number) => number.to_string(),
        };
        let value = match value {
            Value::Array(inner) => Value::Array(hide_array(inner)),
            value => hide(&name, value.clone()),
        };
        (key.clone(), value)
    };
    array.iter().map(hide_entry).collect()
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "secret", "salt", "token", "apikey", "privatekey", "credential"].iter().any(|part| name.contains(part))
        || name.ends_with("_auth")
}

impl ConfigPhp {
    /// The value under a name of `$CFG`. Null counts as unset, as `isset` has it.
    pub fn get(&self, name: &str) -> Reading<&Value> {
        match (self.values.get(name), &self.rest) {
            (Some(Value::Unknown(problem)), _) | (None, Some(problem)) => Reading::Unknown(problem.clone()),
            (Some(Value::Null), _) | (None, None) => Reading::Unset,
            (Some(value), _) => Reading::Known(value),
        }
    }

    /// A scalar as text, converted as PHP does. Arrays and bytes that are no UTF-8 read as unset.
    pub fn text(&self, name: &str) -> Reading<String> {
        match self.get(name) {
            Reading::Known(Value::Secret(_)) => Reading::Unset,
            Reading::Known(value) => match value.to_text().and_then(|text| text.utf8().map(str::to_owned)) {
                Some(text) => Reading::Known(text),
                None => Reading::Unset,
            },
            Reading::Unset => Reading::Unset,
            Reading::Unknown(problem) => Reading::Unknown(problem),
        }
    }

    /// A scalar as an integer, converted as PHP does.
    pub fn int(&self, name: &str) -> Reading<i64> {
        match self.get(name) {
            Reading::Known(value) => value.to_int().map_or(Reading::Unset, Reading::Known),
            Reading::Unset => Reading::Unset,
            Reading::Unknown(problem) => Reading::Unknown(problem),
        }
    }

    /// PHP's truth of a value; what is not set is not there, rather than false.
    pub fn flag(&self, name: &str) -> Reading<bool> {
        match self.get(name) {
            Reading::Known(value) => value.truth().map_or_else(Reading::Unknown, Reading::Known),
            Reading::Unset => Reading::Unset,
            Reading::Unknown(problem) => Reading::Unknown(problem),
        }
    }

    /// A password.
    pub fn secret(&self, name: &str) -> Reading<Secret> {
        match self.get(name) {
            Reading::Known(Value::Secret(secret)) => Reading::Known(secret.clone()),
            Reading::Known(value) => match value.to_text() {
                Some(text) => Reading::Known(Secret::new(text.lossy())),
                None => Reading::Unset,
            },
            Reading::Unset => Reading::Unset,
            Reading::Unknown(problem) => Reading::Unknown(problem),
        }
    }

    /// `$CFG->forced_plugin_settings[plugin][name]`, which wins over the database.
    pub fn forced(&self, plugin: &str, name: &str) -> Reading<&Value> {
        let plugins = match self.get("forced_plugin_settings") {
            Reading::Known(Value::Array(plugins)) => plugins,
            Reading::Unknown(problem) => return Reading::Unknown(problem),
            _ => return Reading::Unset,
        };
        let settings = match plugins.at(plugin) {
            Some(Value::Array(settings)) => settings,
            Some(Value::Unknown(problem)) => return Reading::Unknown(problem.clone()),
            _ => return Reading::Unset,
        };
        match settings.at(name) {
            Some(Value::Unknown(problem)) => Reading::Unknown(problem.clone()),
            Some(Value::Null) | None => Reading::Unset,
            Some(value) => Reading::Known(value),
        }
    }

    /// The names that are set, known or not.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Every file that was read: the values are as fresh as these.
    pub fn files(&self) -> &[Utf8PathBuf] {
        &self.files
    }

    /// Everything that is unknown, once each, for `revserve check`.
    pub fn problems(&self) -> Vec<Arc<Problem>> {
        let mut problems: Vec<Arc<Problem>> = Vec::new();
        for problem in self.values.values().filter_map(Value::unknown).chain(&self.rest) {
            if !problems.contains(problem) {
                problems.push(problem.clone());
            }
        }
        problems
    }
}

impl fmt::Debug for ConfigPhp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigPhp").field("names", &self.values.keys()).field("rest", &self.rest).finish()
    }
}
