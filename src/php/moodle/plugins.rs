//! What a theme asks of the site's other plugins.

use super::{Done, Moodle};
use crate::php::eval::{Args, Bare, Contents, Eval, Include, Limits, World};
use crate::php::host::Host;
use crate::php::problem::Reason;
use crate::php::value::{Array, Value};

/// A plugin's `lib.php` on its own: it may include nothing.
struct Library<'h>(&'h dyn Host);

impl World for Library<'_> {
    fn include(&mut self, _: &str, _: bool) -> Include {
        Include::Skip
    }

    fn constant(&self, name: &str) -> Option<Value> {
        match name {
            "MOODLE_INTERNAL" => Some(Value::Bool(true)),
            _ => self.0.constant(name),
        }
    }
}

/// Steps for one library: it declares functions, and answers one question.
const STEPS: u64 = 50_000;

impl Moodle<'_> {
    /// `plugin_supports(type, name, feature, default)`: what the function `…_supports` in the plugin's library says.
    pub(super) fn plugin_supports(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let kind = eval.text(&args.value(0))?.lossy().into_owned();
        let name = eval.text(&args.value(1))?.lossy().into_owned();
        let (feature, default) = (args.value(2), args.value(3));
        let Some(dir) = self.host.plugin_dir(&kind, &name) else {
            return Ok(eval.unknown("plugin_supports()", Reason::NotKnown));
        };
        // Moodle says false of a plugin that is not there, and the default of an activity.
        let Some(dir) = dir else { return Ok(if kind == "mod" { default } else { Value::Bool(false) }) };
        let path = dir.join("lib.php");
        self.notes.file(&path);
        let source = match self.host.plugin_library(&kind, &name) {
            Contents::Bytes(source) => source,
            Contents::Missing => return Ok(default),
            Contents::Refused(reason) => return Ok(eval.unknown("plugin_supports()", reason)),
        };
        eval.charge(STEPS as usize / 10 + source.len() / 64)?;
        let mut world = Library(self.host);
        let mut library = Eval::new(&mut world, &Bare, Limits { steps: STEPS, ..Limits::default() });
        if let problem @ Value::Unknown(_) = library.run(path.as_str(), &source).value() {
            return Ok(problem);
        }
        let long = format!("{kind}_{name}_supports");
        let names = if kind == "mod" { vec![long, format!("{name}_supports")] } else { vec![long] };
        let Some(function) = names.iter().find(|name| library.has_function(name)) else { return Ok(default) };
        let said = library.invoke(&Value::text(&**function), vec![feature]).value();
        Ok(match library.export(&said) {
            Value::Null => default,
            said => said,
        })
    }

    /// `core_component::get_plugin_list(type)`: the folders of a type's plugins, by name.
    pub(super) fn plugin_list(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let kind = eval.text(&args.value(0))?.lossy().into_owned();
        let Some(names) = self.host.plugin_names(&kind) else {
            return Ok(eval.unknown(format!("get_plugin_list('{kind}')"), Reason::NotKnown));
        };
        eval.charge_bytes(names.len() * 256)?;
        let mut all = Array::new();
        for name in names {
            let dir = self.host.plugin_dir(&kind, &name).flatten();
            let unknown = || eval.unknown(format!("the folder of {kind}_{name}"), Reason::NotKnown);
            let dir = dir.map_or_else(unknown, |dir| Value::text(dir.as_str()));
            all.insert(name.as_str().into(), dir);
        }
        Ok(Value::Array(all))
    }

    /// `get_module_types_names()`: the installed activities, by name. Their titles are in nobody's language, so unknown;
    /// hidden ones are among them: what a theme says of those matches nothing on any page.
    pub(super) fn module_names(&self, eval: &mut Eval<'_>) -> Done {
        let Some(names) = self.host.plugin_names("mod") else {
            return Ok(eval.unknown("get_module_types_names()", Reason::Database));
        };
        eval.charge_bytes(names.len() * 96)?;
        let title = eval.unknown("the title of an activity", Reason::Changing);
        Ok(Value::Array(names.into_iter().map(|name| (name, title.clone())).fold(
            Array::new(),
            |mut all, (name, title)| {
                all.insert(name.as_str().into(), title);
                all
            },
        )))
    }
}
