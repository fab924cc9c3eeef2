//! What `config.php` says, as far as it can be known.

use super::StartError;
use crate::php::value::Key;
use crate::php::{Env, Problem, Reading, Secret, Value, config};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One value of `$CFG`.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigSource {
    Text(String),
    Number(i64),
    Flag(bool),
    /// A password or token.
    Secret(Secret),
    /// An array, by its keys.
    Table(BTreeMap<String, ConfigSource>),
    /// `null`, a float or an object.
    Other,
    /// It cannot be known without running PHP.
    Unknown(Arc<Problem>),
}

/// The values of `$CFG` that `config.php` sets; empty where there is no `config.php`.
#[derive(Clone, Debug, Default)]
pub struct MoodleConfig(pub BTreeMap<String, ConfigSource>);

impl MoodleConfig {
    /// A text, `None` where it is not set.
    pub fn text(&self, key: &'static str) -> Result<Option<String>, StartError> {
        match self.0.get(key) {
            None => Ok(None),
            Some(ConfigSource::Text(text)) => Ok(Some(text.clone())),
            Some(ConfigSource::Number(number)) => Ok(Some(number.to_string())),
            Some(ConfigSource::Flag(_) | ConfigSource::Secret(_) | ConfigSource::Table(_) | ConfigSource::Other) => {
                Err(StartError::NoText { key })
            }
            Some(ConfigSource::Unknown(problem)) => Err(StartError::Unknown { key, problem: problem.clone() }),
        }
    }

    /// A whole number, also one written as text.
    pub fn number(&self, key: &str) -> Option<i64> {
        match self.0.get(key)? {
            ConfigSource::Number(number) => Some(*number),
            ConfigSource::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A value that PHP would call true or false.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.0.get(key)? {
            ConfigSource::Flag(flag) => Some(*flag),
            ConfigSource::Number(number) => Some(*number != 0),
            ConfigSource::Text(text) => Some(!matches!(text.as_str(), "" | "0")),
            _ => None,
        }
    }

    /// Whether the site has a database, whatever its address.
    pub fn names_database(&self) -> bool {
        self.0.contains_key("dbtype")
    }

    /// The entries of an array; none where it is not set or something else.
    pub fn table(&self, key: &str) -> Option<&BTreeMap<String, ConfigSource>> {
        match self.0.get(key)? {
            ConfigSource::Table(entries) => Some(entries),
            _ => None,
        }
    }
}

/// Reads the `config.php` of a checkout; a checkout without one has no values.
///
/// # Errors
/// [`StartError::ConfigPhp`] where it is there and cannot be read.
pub fn read_moodle(checkout: &Utf8Path, include: &[Utf8PathBuf]) -> Result<MoodleConfig, StartError> {
    let path = checkout.join("config.php");
    if !path.exists() {
        return Ok(MoodleConfig::default());
    }
    let php = config::read(&path, include, &Env::of_process())
        .map_err(|error| StartError::ConfigPhp { message: error.to_string() })?;
    let mut values = BTreeMap::new();
    for name in php.names() {
        values.insert(name.to_owned(), source(php.get(name)));
    }
    // Where the file as a whole is not understood, every name that matters may be set.
    for name in ["wwwroot", "dataroot", "dbtype"] {
        if let Reading::Unknown(problem) = php.get(name) {
            values.insert(name.to_owned(), ConfigSource::Unknown(problem));
        }
    }
    Ok(MoodleConfig(values))
}

fn source(value: Reading<&Value>) -> ConfigSource {
    match value {
        Reading::Unknown(problem) => ConfigSource::Unknown(problem),
        Reading::Unset => ConfigSource::Other,
        Reading::Known(value) => of_value(value),
    }
}

fn of_value(value: &Value) -> ConfigSource {
    match value {
        Value::Bool(flag) => ConfigSource::Flag(*flag),
        Value::Int(number) => ConfigSource::Number(*number),
        Value::Str(text) => text.utf8().map_or(ConfigSource::Other, |text| ConfigSource::Text(text.to_owned())),
        Value::Secret(secret) => ConfigSource::Secret(secret.clone()),
        Value::Unknown(problem) => ConfigSource::Unknown(problem.clone()),
        Value::Array(array) => {
            let name = |key: &Key| match key {
                Key::Text(text) => text.lossy().into_owned(),
                Key::Int(number) => number.to_string(),
            };
            ConfigSource::Table(array.iter().map(|(key, value)| (name(key), of_value(value))).collect())
        }
        _ => ConfigSource::Other,
    }
}
