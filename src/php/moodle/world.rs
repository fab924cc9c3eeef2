//! Files around a theme.

use camino::Utf8Path;

use crate::php::eval::{Contents, Found, Include, World};
use crate::php::host::Host;
use crate::php::reads::Notes;
use crate::php::value::Value;

/// The world of a theme's code: what its host permits.
pub(in crate::php) struct ThemeWorld<'h> {
    pub host: &'h dyn Host,
    pub notes: Notes,
}

impl ThemeWorld<'_> {
    /// Whether a file is one of the core's libraries, which declare no theme's functions.
    fn is_core(&self, path: &Utf8Path) -> bool {
        let libdir = self.host.cfg("libdir").ok().and_then(|value| value.to_text());
        libdir.is_some_and(|libdir| !libdir.is_empty() && path.starts_with(&*libdir.lossy()))
    }
}

impl World for ThemeWorld<'_> {
    fn include(&mut self, path: &str, once: bool) -> Include {
        let path = Utf8Path::new(path);
        match self.host.contents(path) {
            Contents::Bytes(source) => {
                self.notes.file(path);
                Include::Source(source)
            }
            Contents::Missing => {
                self.notes.file(path);
                Include::Missing
            }
            // Libraries outside the theme declare functions, which are unknown when called.
            Contents::Refused(_) if once => {
                if !self.is_core(path) {
                    self.notes.skip();
                }
                Include::Skip
            }
            Contents::Refused(reason) => Include::Refused(reason),
        }
    }

    fn contents(&mut self, path: &str) -> Contents {
        let path = Utf8Path::new(path);
        let contents = self.host.contents(path);
        if !matches!(contents, Contents::Refused(_)) {
            self.notes.file(path);
        }
        contents
    }

    fn found(&mut self, path: &str) -> Option<Found> {
        let path = Utf8Path::new(path);
        let found = self.host.found(path);
        if found.is_some() {
            self.notes.file(path);
        }
        found
    }

    fn names(&mut self, path: &str) -> Option<Option<Vec<String>>> {
        let path = Utf8Path::new(path);
        let names = self.host.names(path);
        if names.is_some() {
            self.notes.file(path);
        }
        names
    }

    fn constant(&self, name: &str) -> Option<Value> {
        match name {
            "CONTEXT_SYSTEM" => Some(Value::Int(10)),
            "MOODLE_INTERNAL" => Some(Value::Bool(true)),
            // Moodle's `lib/dmllib.php` and `lib/dml/moodle_database.php`
            "IGNORE_MISSING" => Some(Value::Int(0)),
            "IGNORE_MULTIPLE" => Some(Value::Int(1)),
            "MUST_EXIST" => Some(Value::Int(2)),
            "SQL_PARAMS_NAMED" => Some(Value::Int(1)),
            "SQL_PARAMS_QM" => Some(Value::Int(2)),
            _ => self.host.constant(name),
        }
    }

    /// Classes in the namespace of a plugin that is not installed are autoloaded from nowhere.
    fn is_no_class(&self, class: &str) -> bool {
        let component = class.split_once('\\').map_or("", |(component, _)| component);
        let plugin = component.split_once('_');
        plugin.is_some_and(|(kind, name)| kind != "core" && self.host.plugin_dir(kind, name) == Some(None))
    }

    /// Functions are named after the plugin that they are of: those of one that is not installed are nowhere.
    fn is_no_function(&self, name: &str) -> bool {
        let Some((kind, rest)) = name.split_once('_') else { return false };
        let is_of = |plugin: &String| rest.strip_prefix(plugin.as_str()).is_some_and(|rest| rest.starts_with('_'));
        // An activity's are called after it alone as well.
        kind != "mod" && rest.contains('_') && self.host.plugin_names(kind).is_some_and(|all| !all.iter().any(is_of))
    }

    /// Classes of a theme live in its folder `classes`, by namespace or by old-style name.
    fn class_file(&self, class: &str) -> Option<String> {
        let (component, rest) = match class.split_once('\\') {
            Some((component, rest)) => (component.to_owned(), rest.replace('\\', "/")),
            None => {
                let mut parts = class.splitn(3, '_');
                let (kind, name, rest) = (parts.next()?, parts.next()?, parts.next()?);
                (format!("{kind}_{name}"), rest.to_owned())
            }
        };
        let theme = component.strip_prefix("theme_")?;
        let dir = self.host.theme_dir(theme)?;
        Some(dir.join("classes").join(format!("{rest}.php")).into_string())
    }
}
