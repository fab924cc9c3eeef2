//! `$CFG`, `get_config` and a theme's settings.

use super::{Done, Moodle};
use crate::php::eval::{Args, Eval};
use crate::php::problem::Reason;
use crate::php::value::{ObjectId, Value};

impl Moodle<'_> {
    /// `$CFG->name`.
    pub(super) fn cfg(&self, eval: &Eval<'_>, name: &str) -> Value {
        self.notes.cfg(name);
        match self.host.cfg(name) {
            Ok(value) => value,
            Err(reason) => eval.unknown(format!("$CFG->{name}"), reason),
        }
    }

    /// `$CFG->name` as text, empty where it is not set.
    pub(super) fn cfg_text(&self, eval: &mut Eval<'_>, name: &str) -> Result<String, crate::php::eval::Raise> {
        let value = self.cfg(eval, name);
        Ok(eval.text(&value)?.lossy().into_owned())
    }

    pub(super) fn get_config(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let plugin = eval.text(&args.value(0))?.lossy().into_owned();
        let name = eval.text(&args.value(1))?.lossy().into_owned();
        if matches!(&*plugin, "" | "core" | "moodle" | "0") {
            if name.is_empty() {
                return Ok(eval.unknown("get_config('core')", Reason::Unsupported));
            }
            let value = self.cfg(eval, &name);
            return Ok(if value.is_null() { Value::Bool(false) } else { value });
        }
        if name.is_empty() {
            return Ok(self.settings_object(eval, &plugin));
        }
        self.notes.setting(&plugin, &name);
        match self.host.setting(&plugin, &name) {
            Ok(Some(value)) => Ok(Value::text(value)),
            Ok(None) => Ok(Value::Bool(false)),
            Err(reason) => Ok(eval.unknown(format!("get_config('{plugin}', '{name}')"), reason)),
        }
    }

    /// An object that reads a plugin's settings when they are asked for.
    pub(in crate::php) fn settings_object(&self, eval: &mut Eval<'_>, plugin: &str) -> Value {
        eval.native_object("settings", &[(PLUGIN, Value::text(plugin))])
    }

    pub(super) fn theme_setting(&self, eval: &Eval<'_>, object: ObjectId, name: &str) -> Value {
        let plugin = plugin_of(eval, object);
        self.notes.setting(&plugin, name);
        match self.host.setting(&plugin, name) {
            Ok(Some(value)) => Value::text(value),
            Ok(None) => Value::Null,
            Err(reason) => eval.unknown(format!("setting {plugin}/{name}"), reason),
        }
    }

    /// All settings, under what the theme's own code may have set since.
    pub(super) fn all_settings(&self, eval: &Eval<'_>, object: ObjectId) -> Option<Vec<(String, Value)>> {
        let plugin = plugin_of(eval, object);
        self.notes.setting(&plugin, "*");
        let rows = self.host.settings(&plugin).ok()?;
        let mut all: Vec<(String, Value)> = rows.into_iter().map(|(name, value)| (name, Value::text(value))).collect();
        for (name, value) in eval.properties(object).into_iter().filter(|(name, _)| name != PLUGIN) {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, place)) => *place = value,
                None => all.push((name, value)),
            }
        }
        Some(all)
    }
}

/// The property that says whose settings an object holds; no setting can be called so.
const PLUGIN: &str = "\0plugin";

fn plugin_of(eval: &Eval<'_>, object: ObjectId) -> String {
    eval.held_property(object, PLUGIN).as_text().map(|text| text.lossy().into_owned()).unwrap_or_default()
}
