//! One evaluation around a theme: `$CFG`, `$THEME`, the files of its chain.

use std::sync::Arc;

use camino::Utf8Path;

use crate::php::eval::{Ending, Eval, Limits, Raise};
use crate::php::heap;
use crate::php::host::Host;
use crate::php::moodle::{Moodle, ThemeWorld};
use crate::php::problem::{Problem, Reason};
use crate::php::reads::{Notes, Reads};
use crate::php::value::{Text, Value};

/// Bytes held by an evaluation that are worth giving back at once. Themes known to work stay far below.
const LARGE: usize = 24 << 20;

/// What a `config.php` assigned to `$THEME`.
pub(super) struct Assigned {
    pub properties: Vec<(String, Value)>,
    /// Why a property that is not there is unknown too.
    pub rest: Option<Arc<Problem>>,
}

impl Assigned {
    /// A property, null where it was not assigned.
    pub(super) fn get(&self, name: &str) -> Value {
        match (self.properties.iter().find(|(known, _)| known == name), &self.rest) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(problem)) => Value::Unknown(problem.clone()),
            (None, None) => Value::Null,
        }
    }
}

pub(super) struct Session<'s, 'e> {
    pub eval: &'s mut Eval<'e>,
    pub moodle: &'s Moodle<'s>,
}

impl Session<'_, '_> {
    /// Sets an evaluation up and runs `work` in it. Needs a deep stack.
    pub(super) fn run<T>(
        host: &dyn Host,
        requested: &str,
        svg: bool,
        work: impl FnOnce(&mut Session<'_, '_>) -> T,
    ) -> T {
        let notes = Notes::default();
        let mut world = ThemeWorld { host, notes: notes.clone() };
        let moodle = Moodle { host, theme: requested, svg, notes, numbered: Default::default() };
        let mut eval = Eval::new(&mut world, &moodle, Limits::default());
        let cfg = eval.native_object("cfg", &[]);
        eval.set_global("CFG", cfg);
        for (name, class) in [("DB", "moodle_database"), ("PAGE", "moodle_page"), ("SITE", "site")] {
            let global = eval.native_object(class, &[]);
            eval.set_global(name, global);
        }
        let made = work(&mut Session { eval: &mut eval, moodle: &moodle });
        let peak = eval.peak();
        drop(eval);
        if peak > LARGE {
            heap::give_back();
        }
        made
    }

    /// The text of a callback's result.
    pub(super) fn text(&mut self, value: &Value, construct: &str) -> Result<Text, Arc<Problem>> {
        match self.eval.text(value) {
            Ok(text) => Ok(text),
            Err(Raise::Unknown(problem) | Raise::Throw(_, problem) | Raise::Exit(problem) | Raise::Limit(problem)) => {
                Err(problem)
            }
            Err(Raise::Finish) => Err(self.eval.problem(construct, Reason::Unsupported)),
        }
    }

    /// What was looked at so far.
    pub(super) fn reads(&self) -> Reads {
        self.moodle.notes.take()
    }

    /// Evaluates a theme's `config.php`.
    pub(super) fn config(&mut self, name: &str, dir: &Utf8Path, source: &[u8]) -> Assigned {
        let path = dir.join("config.php");
        self.moodle.notes.file(&path);
        let settings = self.moodle.settings_object(self.eval, &format!("theme_{}", self.moodle.theme));
        let theme = self.eval.plain_object(indexmap::IndexMap::new());
        if let Value::Object(id) = theme {
            self.eval.set_property(id, "name", Value::text(name));
            self.eval.set_property(id, "dir", Value::text(dir.as_str()));
            self.eval.set_property(id, "settings", settings);
        }
        self.eval.set_variable("THEME", theme);
        let ending = self.eval.run(path.as_str(), source);
        let failed = match ending {
            Ending::Failed(problem) | Ending::Value(Value::Unknown(problem)) => Some(problem),
            _ => None,
        };
        match (failed, self.eval.variable("THEME")) {
            (Some(problem), _) | (None, Value::Unknown(problem)) => {
                Assigned { properties: Vec::new(), rest: Some(problem) }
            }
            (None, Value::Object(id)) => Assigned { properties: self.eval.properties(id), rest: self.eval.opaque(id) },
            _ => Assigned { properties: Vec::new(), rest: None },
        }
    }
}
