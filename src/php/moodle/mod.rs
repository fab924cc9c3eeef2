//! Moodle's own functions and classes, as far as themes use them to make styles.

use super::eval::{Args, Eval, Natives, Raise};
use super::host::Host;
use super::problem::Reason;
use super::reads::Notes;
use super::value::{ObjectId, Value};

mod page;
mod plugins;
mod pool;
mod records;
mod settings;
mod theme;
mod url;
mod world;

pub(super) use world::ThemeWorld;

type Done = Result<Value, Raise>;

/// Moodle around one theme.
pub(super) struct Moodle<'h> {
    pub host: &'h dyn Host,
    /// The theme whose styles are made; its parents run with its settings.
    pub theme: &'h str,
    /// Whether image URLs may lead to SVG.
    pub svg: bool,
    pub notes: Notes,
    /// How many places of queries were given a number.
    pub numbered: std::cell::Cell<u32>,
}

/// Functions of Moodle's without an effect on styles.
const SILENT: &[&str] = &[
    "debugging",
    "mtrace",
    "theme_reset_all_caches",
    "theme_set_designer_mode",
    "raise_memory_limit",
    "core_php_time_limit",
    "require_login",
];

/// Functions whose answer depends on who asks.
const CHANGING: &[&str] = &[
    "isloggedin",
    "isguestuser",
    "is_siteadmin",
    "has_capability",
    "current_language",
    "right_to_left",
    "sesskey",
    "get_user_preferences",
    "userdate",
    "usergetdate",
    "required_param",
];

impl Natives for Moodle<'_> {
    fn call(&self, eval: &mut Eval<'_>, name: &str, args: &mut Args) -> Option<Done> {
        Some(match name {
            "get_config" => self.get_config(eval, args),
            "theme_get_revision" => self.revision(eval),
            "get_file_storage" => Ok(eval.native_object("file_storage", &[])),
            "plugin_supports" => self.plugin_supports(eval, args),
            "get_module_types_names" => self.module_names(eval),
            "optional_param" => self.optional_param(eval, args),
            // A site whose styles are asked for has been installed.
            "during_initial_install" => Ok(Value::Bool(false)),
            "context_system" => return None,
            name if SILENT.contains(&name) => Ok(Value::Null),
            name if CHANGING.contains(&name) => Ok(eval.unknown(format!("{name}()"), Reason::Changing)),
            _ => return None,
        })
    }

    fn static_call(&self, eval: &mut Eval<'_>, class: &str, method: &str, args: &mut Args) -> Option<Done> {
        Some(match (class, method) {
            ("theme_config" | "core\\output\\theme_config", "load") => self.load_theme(eval, args),
            ("context_system" | "core\\context\\system", "instance") => self.system_context(eval),
            ("moodle_url" | "core\\url", method) => return self.url_static(eval, method, args),
            ("core_component" | "core\\component", "get_plugin_list") => self.plugin_list(eval, args),
            ("core_component" | "core\\component", "get_plugin_directory") => self.plugin_directory(eval, args),
            ("core_component" | "core\\component", "get_component_directory") => self.component_directory(eval, args),
            ("core_text" | "core\\text", method) => return text_method(eval, method, args),
            ("core_useragent" | "core\\useragent" | "core\\session\\manager", method) => {
                Ok(eval.unknown(format!("{class}::{method}()"), Reason::Changing))
            }
            _ => return None,
        })
    }

    fn method(
        &self,
        eval: &mut Eval<'_>,
        object: ObjectId,
        class: &'static str,
        method: &str,
        args: &mut Args,
    ) -> Option<Done> {
        match class {
            "theme_config" => self.theme_method(eval, object, method, args),
            "file_storage" => self.storage_method(eval, method, args),
            "stored_file" => self.file_method(eval, object, method),
            "moodle_url" => self.url_method(eval, object, method, args),
            "moodle_database" => self.database_method(eval, method, args),
            "database_manager" => self.manager_method(eval, method, args),
            "moodle_recordset" => self.recordset_method(eval, object, method),
            _ => None,
        }
    }

    fn property(&self, eval: &mut Eval<'_>, class: &'static str, object: ObjectId, name: &str) -> Option<Value> {
        match class {
            "cfg" => Some(self.cfg(eval, name)),
            "settings" => Some(self.theme_setting(eval, object, name)),
            "theme_config" => Some(self.theme_property(eval, object, name)),
            "moodle_page" => Some(self.page_property(eval, name)),
            "site" => Some(self.site_property(eval, name)),
            _ => None,
        }
    }

    fn properties(&self, eval: &Eval<'_>, class: &'static str, object: ObjectId) -> Option<Vec<(String, Value)>> {
        match class {
            "settings" => self.all_settings(eval, object),
            "moodle_recordset" => self.recordset_rows(eval, object),
            _ => None,
        }
    }

    /// Globals are named after the plugin that they are of.
    fn is_own_global(&self, file: &str, name: &str) -> bool {
        let mut folders = camino::Utf8Path::new(file).ancestors().skip(1);
        let of = folders
            .find_map(|dir| dir.file_name().filter(|theme| self.host.theme_dir(theme).is_some_and(|d| d == dir)));
        let name = name.to_ascii_lowercase();
        of.is_some_and(|theme| theme.len() > 2 && (name.contains(theme) || name.contains(&theme.replace('_', ""))))
    }

    fn construct(&self, eval: &mut Eval<'_>, class: &str, args: &mut Args) -> Option<Done> {
        matches!(class, "moodle_url" | "core\\url").then(|| self.new_url(eval, args))
    }
}

/// What the query of a style sheet's URL may hold: the slash form has none of it (moodle-assets.md §2).
const OF_STYLES: &[&str] = &["theme", "rev", "subrev", "type", "svg", "chunk", "sheet", "subtype"];

impl Moodle<'_> {
    /// Styles are asked for by URLs without a parameter of any other name.
    fn optional_param(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let name = eval.text(&args.value(0))?.lossy().into_owned();
        match OF_STYLES.contains(&&*name) {
            true => Ok(eval.unknown(format!("optional_param('{name}')"), Reason::Changing)),
            false => Ok(args.value(1)),
        }
    }
}

/// `core_text` is `mb_` by other names, for UTF-8.
fn text_method(eval: &mut Eval<'_>, method: &str, args: &mut Args) -> Option<Done> {
    let name = match method {
        "strlen" => "mb_strlen",
        "substr" => "mb_substr",
        "strtolower" => "mb_strtolower",
        "strtoupper" => "mb_strtoupper",
        "strpos" => "mb_strpos",
        "strrpos" => "mb_strrpos",
        _ => return None,
    };
    let values = args.from(0).cloned().collect();
    Some(eval.call(&Value::text(name), Args::of(values)))
}
