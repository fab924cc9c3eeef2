//! The `$theme` object: `theme_config` (moodle-assets.md §1, §3).

use super::{Done, Moodle};
use crate::php::eval::{Args, Eval};
use crate::php::problem::Reason;
use crate::php::value::{Array, ObjectId, Value};

/// Properties whose default is an empty array, where a theme's `config.php` does not set them.
const LISTS: &[&str] = &[
    "parents",
    "sheets",
    "editor_sheets",
    "editor_scss",
    "javascripts",
    "javascripts_footer",
    "layouts",
    "yuicssmodules",
    "parents_exclude_sheets",
    "plugins_exclude_sheets",
    "parents_exclude_javascripts",
    "blockrtlmanipulations",
    "activityheaderconfig",
];

/// Marks an object whose `config.php` was not evaluated.
const BARE: &str = "\0bare";

impl Moodle<'_> {
    /// A theme object with its configured properties.
    pub(in crate::php) fn theme_object(
        &self,
        eval: &mut Eval<'_>,
        name: &str,
        dir: &str,
        configured: &[(String, Value)],
    ) -> Value {
        let settings = self.settings_object(eval, &format!("theme_{name}"));
        let theme = eval.native_object("theme_config", &[]);
        if let Value::Object(id) = theme {
            for (property, value) in configured {
                eval.set_property(id, property, value.clone());
            }
            eval.set_property(id, "name", Value::text(name));
            eval.set_property(id, "dir", Value::text(dir));
            eval.set_property(id, "settings", settings);
        }
        theme
    }

    /// `theme_config::load(name)`: its settings are the loaded theme's own.
    pub(super) fn load_theme(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let name = eval.text(&args.value(0))?.lossy().into_owned();
        let Some(dir) = self.host.theme_dir(&name) else {
            return Ok(eval.unknown("theme_config::load() of a theme that is not there", Reason::NotKnown));
        };
        Ok(self.bare_theme(eval, &name, dir.as_str()))
    }

    /// A theme object of which name, folder and settings are known, its configuration not.
    pub(super) fn bare_theme(&self, eval: &mut Eval<'_>, name: &str, dir: &str) -> Value {
        self.theme_object(eval, name, dir, &[(BARE.into(), Value::Bool(true))])
    }

    pub(super) fn theme_property(&self, eval: &Eval<'_>, object: ObjectId, name: &str) -> Value {
        if matches!(eval.held_property(object, BARE), Value::Bool(_)) {
            return eval.unknown(format!("${name} of a loaded theme"), Reason::Unsupported);
        }
        match name {
            name if LISTS.contains(&name) => Value::Array(Array::new()),
            "usefallback" => Value::Bool(false),
            _ => Value::Null,
        }
    }

    pub(super) fn theme_method(
        &self,
        eval: &mut Eval<'_>,
        object: ObjectId,
        method: &str,
        args: &mut Args,
    ) -> Option<Done> {
        Some(match method {
            "setting_file_url" => self.setting_file_url(eval, object, args),
            "image_url" | "pix_url" => self.asset_url(eval, object, args, "image"),
            "font_url" => self.asset_url(eval, object, args, "font"),
            "use_svg_icons" => Ok(Value::Bool(self.svg)),
            "force_svg_use" => Ok(Value::Null),
            _ => return None,
        })
    }

    pub(super) fn revision(&self, eval: &mut Eval<'_>) -> Done {
        let designer = self.cfg(eval, "themedesignermode");
        if designer.truth()? {
            return Ok(Value::Int(-1));
        }
        let revision = self.cfg(eval, "themerev");
        Ok(if revision.truth()? { revision } else { Value::Int(1) })
    }

    fn name_of(&self, eval: &Eval<'_>, object: ObjectId) -> String {
        eval.held_property(object, "name").as_text().map(|text| text.lossy().into_owned()).unwrap_or_default()
    }

    /// The URL of an uploaded file, without its scheme, as Moodle writes it into styles.
    fn setting_file_url(&self, eval: &mut Eval<'_>, object: ObjectId, args: &mut Args) -> Done {
        let setting = eval.text(&args.value(0))?.lossy().into_owned();
        let area = eval.text(&args.value(1))?.lossy().into_owned();
        let settings = eval.held_property(object, "settings");
        let value = match settings {
            Value::Object(id) => eval.property_of(id, &setting)?,
            other => other.known()?,
        };
        if !value.truth()? {
            return Ok(Value::Null);
        }
        let path = eval.text(&value)?.lossy().into_owned();
        let revision = self.revision(eval)?;
        let revision = eval.text(&revision)?.lossy().into_owned();
        let context = match self.host.system_context() {
            Ok(context) => context,
            Err(reason) => return Ok(eval.unknown("context_system::instance()", reason)),
        };
        let root = self.cfg_text(eval, "wwwroot")?;
        let name = self.name_of(eval, object);
        let url = self.make_url(eval, &format!("{root}/pluginfile.php"))?;
        let url =
            self.with_slash(eval, url, &format!("/{context}/theme_{name}/{area}/{revision}{path}"), "file", None)?;
        let text = self.url_text(eval, url, false)?;
        let bare = ["http:", "https:"].iter().find_map(|scheme| {
            let head = text.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme).then(|| text[scheme.len()..].to_owned())
        });
        Ok(Value::text(bare.unwrap_or(text)))
    }

    /// `image_url(name, component)` and `font_url(name, component)`.
    fn asset_url(&self, eval: &mut Eval<'_>, object: ObjectId, args: &mut Args, kind: &str) -> Done {
        let name = eval.text(&args.value(0))?.lossy().into_owned();
        let component = eval.text(&args.value(1))?.lossy().into_owned();
        let component = match &*component {
            "" | "0" | "moodle" | "core" => "core".to_owned(),
            _ => component,
        };
        let theme = self.name_of(eval, object);
        let revision = self.revision(eval)?;
        let number = revision.to_int().unwrap_or(0);
        let revision = eval.text(&revision)?.lossy().into_owned();
        let slash = self.cfg(eval, "slasharguments").truth()?;
        let root = self.cfg_text(eval, "wwwroot")?;
        let url = self.make_url(eval, &format!("{root}/theme/{kind}.php"))?;
        let no_svg = kind == "image" && !self.svg;
        if slash && number > 0 {
            let start = if no_svg { "/_s" } else { "" };
            let path = format!("{start}/{theme}/{component}/{revision}/{name}");
            let url = self.with_slash(eval, url, &path, "noparam", Some(true))?;
            return Ok(Value::Object(url));
        }
        let mut params = vec![("theme", theme), ("component", component)];
        if number != -1 {
            params.push(("rev", revision));
        }
        params.push((kind, name));
        if no_svg {
            params.push(("svg", "0".to_owned()));
        }
        for (name, value) in params {
            self.set_param(eval, url, name, Value::text(value));
        }
        Ok(Value::Object(url))
    }

    pub(super) fn plugin_directory(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let kind = eval.text(&args.value(0))?;
        let name = eval.text(&args.value(1))?.lossy().into_owned();
        self.theme_directory(eval, &kind.lossy(), &name)
    }

    pub(super) fn component_directory(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let component = eval.text(&args.value(0))?.lossy().into_owned();
        let (kind, name) = component.split_once('_').unwrap_or(("", &component));
        self.theme_directory(eval, kind, name)
    }

    fn theme_directory(&self, eval: &mut Eval<'_>, kind: &str, name: &str) -> Done {
        if kind != "theme" {
            return Ok(eval.unknown("the folder of a plugin", Reason::Unsupported));
        }
        Ok(self.host.theme_dir(name).map_or(Value::Null, |dir| Value::text(dir.as_str())))
    }
}
