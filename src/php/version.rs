//! `version.php` of plugins and of the core (moodle-database.md, fingerprint of the code).
//!
//! Moodle includes the file with `$plugin = new stdClass()` and `$module` as another name of it,
//! or, for the core, with plain variables; the same is done here.

use camino::{Utf8Path, Utf8PathBuf};

use super::deep::deep;
use super::error::PhpError;
use super::eval::{Bare, Ending, Eval, Include, Limits, World};
use super::problem::Reason;
use super::reading::Reading;
use super::value::Value;

/// What one `version.php` says. Null and missing are both [`Value::Null`], as Moodle reads them.
#[derive(Debug, Clone)]
pub struct VersionPhp {
    /// `$plugin->version` (or `$module->version`, or the core's `$version`), in the type it was
    /// written in: integer, float, string, null or unknown.
    pub version: Value,
    /// `$release`, for people.
    pub release: Value,
    /// The core's `$branch`, such as `"501"`.
    pub branch: Value,
    /// `$plugin->component`.
    pub component: Value,
}

impl VersionPhp {
    /// The core's branch or release as text.
    pub fn text(value: &Value) -> Reading<String> {
        match value {
            Value::Null => Reading::Unset,
            Value::Unknown(problem) => Reading::Unknown(problem.clone()),
            value => value.to_text().map_or(Reading::Unset, |text| Reading::Known(text.lossy().into_owned())),
        }
    }
}

/// Reads one file.
///
/// # Errors
/// [`PhpError`] where it cannot be read; what it does that is not understood is unknown instead.
pub fn read(path: &Utf8Path) -> Result<VersionPhp, PhpError> {
    let source = source(path)?;
    deep(|| evaluate(path, &source)).ok_or_else(|| PhpError::Thread { path: path.to_owned() })
}

/// Reads many files on one thread, in the given order.
pub fn read_all(paths: &[Utf8PathBuf]) -> Vec<Result<VersionPhp, PhpError>> {
    let all = deep(|| paths.iter().map(|path| source(path).map(|source| evaluate(path, &source))).collect::<Vec<_>>());
    all.unwrap_or_else(|| paths.iter().map(|path| Err(PhpError::Thread { path: path.clone() })).collect())
}

/// Reads many sources that are at hand, on one thread, in the given order; each with the path of its file. `None` where
/// no thread could be started.
pub fn evaluate_all<S: AsRef<[u8]> + Sync>(sources: &[(Utf8PathBuf, S)]) -> Option<Vec<VersionPhp>> {
    deep(|| sources.iter().map(|(path, source)| evaluate(path, source.as_ref())).collect())
}

fn source(path: &Utf8Path) -> Result<Vec<u8>, PhpError> {
    std::fs::read(path).map_err(|source| PhpError::Read { path: path.to_owned(), source })
}

fn evaluate(path: &Utf8Path, source: &[u8]) -> VersionPhp {
    let mut world = Alone;
    let mut eval = Eval::new(&mut world, &Bare, Limits::default());
    let plugin = eval.plain_object(indexmap::IndexMap::new());
    eval.set_variable("plugin", plugin.clone());
    eval.set_variable("module", plugin);
    let ending = eval.run(path.as_str(), source);
    let failed = match ending {
        Ending::Failed(problem) | Ending::Value(Value::Unknown(problem)) => Some(Value::Unknown(problem)),
        _ => None,
    };
    let read = |name: &str| {
        if let Some(failed) = &failed {
            return failed.clone();
        }
        let of = |object: Value| match object {
            Value::Object(id) => eval.held_property(id, name),
            Value::Unknown(_) => object,
            _ => Value::Null,
        };
        let found = [of(eval.variable("plugin")), of(eval.variable("module")), eval.variable(name)];
        let known = found.into_iter().find(|value| !value.is_null());
        eval.export(&known.unwrap_or(Value::Null))
    };
    VersionPhp {
        version: read("version"),
        release: read("release"),
        branch: read("branch"),
        component: read("component"),
    }
}

/// A version file includes nothing.
struct Alone;

impl World for Alone {
    fn include(&mut self, _: &str, _: bool) -> Include {
        Include::Refused(Reason::Refused)
    }
}

/// A scalar as PHP's `serialize()` writes it; none for anything else.
pub fn serialize(value: &Value) -> Option<Vec<u8>> {
    Some(match value {
        Value::Null => b"N;".to_vec(),
        Value::Bool(flag) => format!("b:{};", u8::from(*flag)).into_bytes(),
        Value::Int(number) => format!("i:{number};").into_bytes(),
        Value::Float(number) => format!("d:{};", super::value::float_text(*number, 17)).into_bytes(),
        Value::Str(text) => {
            let mut out = format!("s:{}:\"", text.len()).into_bytes();
            out.extend_from_slice(text);
            out.extend_from_slice(b"\";");
            out
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(source: &str) -> Value {
        deep(|| evaluate(Utf8Path::new("/m/version.php"), source.as_bytes())).unwrap().version
    }

    fn serialized(source: &str) -> String {
        String::from_utf8(serialize(&version(source)).unwrap()).unwrap()
    }

    #[test]
    fn a_version_keeps_the_type_it_was_written_in() {
        let start = "<?php defined('MOODLE_INTERNAL') || die(); ";
        assert_eq!(serialized(&format!("{start}$plugin->version = 2025100600;")), "i:2025100600;");
        assert_eq!(serialized(&format!("{start}$plugin->version = 2025100600.02;")), "d:2025100600.02;");
        assert_eq!(serialized(&format!("{start}$plugin->version = '2025100600';")), "s:10:\"2025100600\";");
        assert_eq!(serialized(&format!("{start}$plugin->release = 'x';")), "N;");
    }

    #[test]
    fn old_activity_modules_write_it_to_module() {
        assert_eq!(serialized("<?php $module->version = 2012061700;"), "i:2012061700;");
        assert_eq!(serialized("<?php $module = new stdClass(); $module->version = 1;"), "i:1;");
    }

    #[test]
    fn the_core_writes_plain_variables() {
        let source = "<?php $version = 2025100600.02; $release = '5.1+ (Build: 1)'; $branch = '501'; $maturity = MATURITY_STABLE;";
        let read = deep(|| evaluate(Utf8Path::new("/m/version.php"), source.as_bytes())).unwrap();
        assert_eq!(serialize(&read.version).unwrap(), b"d:2025100600.02;");
        assert_eq!(VersionPhp::text(&read.branch), Reading::Known("501".into()));
        assert_eq!(VersionPhp::text(&read.release), Reading::Known("5.1+ (Build: 1)".into()));
    }

    #[test]
    fn an_object_of_its_own_replaces_the_given_one() {
        assert_eq!(serialized("<?php $plugin = new stdClass; $plugin->version = 7;"), "i:7;");
    }

    #[test]
    fn a_version_that_depends_on_the_outside_is_unknown() {
        assert!(version("<?php $plugin->version = some_function();").unknown().is_some());
        assert!(version("<?php require('/elsewhere.php'); ").unknown().is_some());
        assert!(version("<?php $plugin->version = ").unknown().is_some());
    }
}
