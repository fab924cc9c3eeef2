//! `moodle_url`.
//!
//! A URL is kept in parts: the part before the slash argument, the slash argument, parameters in
//! order, and the anchor.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::{Done, Moodle};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, ObjectId, Value};

/// RFC 3986 §2.3
const RAW: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn encoded(text: &[u8]) -> String {
    percent_encode(text, RAW).to_string()
}

impl Moodle<'_> {
    /// `new moodle_url($url, $params, $anchor)`.
    pub(super) fn new_url(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        if let Value::Object(other) = args.value(0) {
            if eval.class_of(other) != Some("moodle_url") {
                return Ok(eval.unknown("new moodle_url()", Reason::Unsupported));
            }
            let copy: Vec<(String, Value)> = eval.properties(other);
            let url = eval.native_object("moodle_url", &[]);
            if let Value::Object(id) = url {
                copy.into_iter().for_each(|(name, value)| eval.set_property(id, &name, value));
                self.add_params(eval, id, &args.value(1))?;
            }
            return Ok(url);
        }
        let text = eval.text(&args.value(0))?.lossy().into_owned();
        let url = self.make_url(eval, &text)?;
        self.add_params(eval, url, &args.value(1))?;
        if let Some(anchor @ Value::Str(_)) = args.get(2) {
            eval.set_property(url, "anchor", anchor.clone());
        }
        Ok(Value::Object(url))
    }

    /// A URL object for a text; a path alone begins at wwwroot.
    pub(super) fn make_url(&self, eval: &mut Eval<'_>, text: &str) -> Result<ObjectId, Raise> {
        let (text, anchor) = text.split_once('#').map_or((text, None), |(a, b)| (a, Some(b.trim_start_matches('#'))));
        let mut full = match text.starts_with('/') && !text.starts_with("//") {
            true => format!("{}{text}", self.cfg_text(eval, "wwwroot")?),
            false => text.to_owned(),
        };
        let query = full.find('?').map(|at| full.split_off(at));
        // Slash arguments begin after the script's name.
        let slash = full.find(".php/").map_or(String::new(), |at| full.split_off(at + 4));
        let url = eval.native_object(
            "moodle_url",
            &[
                ("base", Value::text(full)),
                ("slash", Value::text(slash)),
                ("params", Value::Array(Array::new())),
                ("anchor", anchor.map_or(Value::Null, Value::text)),
            ],
        );
        let Value::Object(id) = url else { return Err(Raise::Unknown(eval.not_supported("a URL"))) };
        if let Some(query) = query {
            let values = crate::php::builtins::query(eval, query[1..].replace("&amp;", "&").as_bytes())?;
            self.add_params(eval, id, &Value::Array(values))?;
        }
        Ok(id)
    }

    fn add_params(&self, eval: &mut Eval<'_>, url: ObjectId, params: &Value) -> Result<(), Raise> {
        match params {
            Value::Array(params) => {
                for (key, value) in params.iter() {
                    let name = crate::php::builtins::key_text(key).lossy().into_owned();
                    if let Value::Unknown(problem) = value {
                        return Err(Raise::Unknown(problem.clone()));
                    }
                    self.set_param(eval, url, &name, value.clone());
                }
                Ok(())
            }
            Value::Unknown(problem) => Err(Raise::Unknown(problem.clone())),
            _ => Ok(()),
        }
    }

    pub(super) fn set_param(&self, eval: &mut Eval<'_>, url: ObjectId, name: &str, value: Value) {
        if let Value::Array(mut params) = eval.held_property(url, "params") {
            params.insert(Key::from(name), value);
            eval.set_property(url, "params", Value::Array(params));
        }
    }

    /// `set_slashargument`: as part of the path, or as a parameter where the site cannot do that.
    pub(super) fn with_slash(
        &self,
        eval: &mut Eval<'_>,
        url: ObjectId,
        path: &str,
        parameter: &str,
        supported: Option<bool>,
    ) -> Result<ObjectId, Raise> {
        let supported = match supported {
            Some(supported) => supported,
            None => self.cfg(eval, "slasharguments").truth()?,
        };
        if supported {
            let path: Vec<String> = path.split('/').map(|part| encoded(part.as_bytes())).collect();
            eval.set_property(url, "slash", Value::text(path.join("/")));
        } else {
            self.set_param(eval, url, parameter, Value::text(path));
        }
        Ok(url)
    }

    /// The URL as text; `escaped` writes `&amp;` between parameters.
    pub(super) fn url_text(&self, eval: &mut Eval<'_>, url: ObjectId, escaped: bool) -> Result<String, Raise> {
        // Only `config.php` sets it: a host without a database has no row to miss.
        if self.host.cfg("urlrewriteclass").unwrap_or(Value::Null).truth()? {
            return Err(Raise::Unknown(eval.problem("$CFG->urlrewriteclass", Reason::Unsupported)));
        }
        let mut text = String::new();
        for part in ["base", "slash"] {
            let part = eval.held_property(url, part);
            text += &eval.text(&part)?.lossy();
        }
        let query = self.query(eval, url)?;
        if !query.is_empty() {
            text = format!("{text}?{}", query.join(if escaped { "&amp;" } else { "&" }));
        }
        if let Value::Str(anchor) = eval.held_property(url, "anchor") {
            text = format!("{text}#{}", anchor.lossy());
        }
        Ok(text)
    }

    fn query(&self, eval: &mut Eval<'_>, url: ObjectId) -> Result<Vec<String>, Raise> {
        let Value::Array(params) = eval.held_property(url, "params") else { return Ok(Vec::new()) };
        let mut parts = Vec::new();
        for (key, value) in params.iter() {
            let name = encoded(&crate::php::builtins::key_text(key));
            if let Value::Array(_) = value {
                return Err(Raise::Unknown(eval.not_supported("a URL parameter that is an array")));
            }
            let value = eval.text(value)?;
            parts.push(if value.is_empty() { name } else { format!("{name}={}", encoded(&value)) });
        }
        Ok(parts)
    }

    pub(super) fn url_method(&self, eval: &mut Eval<'_>, url: ObjectId, method: &str, args: &mut Args) -> Option<Done> {
        let flag = args.get(0).map_or(Ok(true), Value::truth);
        Some(match (method, flag) {
            ("out" | "raw_out", Ok(escaped)) if args.len() < 2 => self.url_text(eval, url, escaped).map(Value::text),
            ("__tostring", _) => self.url_text(eval, url, true).map(Value::text),
            ("out_omit_querystring", _) => {
                let base = eval.held_property(url, "base");
                match args.get(0).map(Value::truth) {
                    Some(Ok(true)) => {
                        let slash = eval.held_property(url, "slash");
                        eval.joined(&base, &slash)
                    }
                    _ => Ok(base),
                }
            }
            ("out_as_local_url", Ok(escaped)) => self.local_url(eval, url, escaped),
            ("param", _) => self.param(eval, url, args),
            ("params", _) => self.add_params(eval, url, &args.value(0)).map(|()| eval.held_property(url, "params")),
            ("get_param", _) => match (eval.held_property(url, "params"), args.value(0).as_text()) {
                (Value::Array(params), Some(name)) => {
                    Ok(params.get(&Key::from_text(name.clone())).cloned().unwrap_or(Value::Null))
                }
                _ => Ok(Value::Null),
            },
            ("set_anchor", _) => {
                eval.set_property(url, "anchor", args.value(0));
                Ok(Value::Null)
            }
            ("set_slashargument", _) => self.slash_method(eval, url, args),
            ("get_slashargument", _) => Ok(eval.held_property(url, "slash")),
            _ => return None,
        })
    }

    fn slash_method(&self, eval: &mut Eval<'_>, url: ObjectId, args: &mut Args) -> Done {
        let path = eval.text(&args.value(0))?.lossy().into_owned();
        let parameter = match args.get(1) {
            Some(name) => eval.text(&name.clone())?.lossy().into_owned(),
            None => "file".to_owned(),
        };
        let supported = match args.get(2) {
            None | Some(Value::Null) => None,
            Some(flag) => Some(flag.truth()?),
        };
        self.with_slash(eval, url, &path, &parameter, supported)?;
        Ok(Value::Null)
    }

    fn param(&self, eval: &mut Eval<'_>, url: ObjectId, args: &mut Args) -> Done {
        let name = eval.text(&args.value(0))?.lossy().into_owned();
        if let Some(value) = args.get(1) {
            self.set_param(eval, url, &name, value.clone());
        }
        match eval.held_property(url, "params") {
            Value::Array(params) => Ok(params.at(&name).cloned().unwrap_or(Value::Null)),
            _ => Ok(Value::Null),
        }
    }

    fn local_url(&self, eval: &mut Eval<'_>, url: ObjectId, escaped: bool) -> Done {
        let text = self.url_text(eval, url, escaped)?;
        let root = self.cfg_text(eval, "wwwroot")?;
        match text.strip_prefix(&root) {
            Some(local) => Ok(Value::text(local)),
            None => Err(eval.type_error("a URL outside the site")),
        }
    }

    pub(super) fn url_static(&self, eval: &mut Eval<'_>, method: &str, args: &mut Args) -> Option<Done> {
        Some(match method {
            "make_file_url" => self.file_url(eval, args),
            "make_pluginfile_url" => self.pluginfile_url(eval, args),
            _ => return None,
        })
    }

    fn file_url(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let base = eval.text(&args.value(0))?.lossy().into_owned();
        let path = eval.text(&args.value(1))?.lossy().into_owned();
        let url = self.make_url(eval, &base)?;
        if args.value(2).truth()? {
            self.set_param(eval, url, "forcedownload", Value::Int(1));
        }
        Ok(Value::Object(self.with_slash(eval, url, &path, "file", None)?))
    }

    fn pluginfile_url(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        if args.value(7).truth()? {
            return Ok(eval.unknown("a URL with a token", Reason::Changing));
        }
        let mut path = String::new();
        for at in 0..4 {
            if at == 3 && args.value(at).is_null() {
                continue;
            }
            path += "/";
            path += &eval.text(&args.value(at))?.lossy();
        }
        for at in 4..6 {
            path += &eval.text(&args.value(at))?.lossy();
        }
        let root = self.cfg_text(eval, "wwwroot")?;
        let url = self.make_url(eval, &format!("{root}/pluginfile.php"))?;
        if args.value(6).truth()? {
            self.set_param(eval, url, "forcedownload", Value::Int(1));
        }
        Ok(Value::Object(self.with_slash(eval, url, &path, "file", None)?))
    }
}
