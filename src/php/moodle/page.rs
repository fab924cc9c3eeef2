//! `$PAGE` and `$SITE`, as they are while styles are made: nobody is logged in, and the page is of no course.

use super::Moodle;
use crate::php::eval::Eval;
use crate::php::problem::Reason;
use crate::php::value::Value;

impl Moodle<'_> {
    /// The page's theme is the site's, whatever theme's styles are made: `$CFG->theme`.
    pub(super) fn page_property(&self, eval: &mut Eval<'_>, name: &str) -> Value {
        match name {
            "theme" => self.site_theme(eval),
            _ => eval.unknown(format!("$PAGE->{name}"), Reason::Changing),
        }
    }

    fn site_theme(&self, eval: &mut Eval<'_>) -> Value {
        let name = match self.cfg(eval, "theme") {
            Value::Str(name) if !name.is_empty() => name.lossy().into_owned(),
            problem @ Value::Unknown(_) => return problem,
            _ => return eval.unknown("$PAGE->theme", Reason::Database),
        };
        match self.host.theme_dir(&name) {
            Some(dir) => self.bare_theme(eval, &name, dir.as_str()),
            None => eval.unknown("$PAGE->theme", Reason::NotKnown),
        }
    }

    /// Of the front page's course, its names.
    pub(super) fn site_property(&self, eval: &mut Eval<'_>, name: &str) -> Value {
        let known = match (name, self.host.site_names()) {
            ("fullname", Ok((full, _))) => full,
            ("shortname", Ok((_, short))) => short,
            ("fullname" | "shortname", Err(reason)) => return eval.unknown(format!("$SITE->{name}"), reason),
            _ => return eval.unknown(format!("$SITE->{name}"), Reason::Unsupported),
        };
        Value::text(known)
    }
}
