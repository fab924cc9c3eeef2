//! `instanceof`, and what a `catch` takes.

use std::sync::Arc;

use super::class::{MAX_ANCESTORS, is_exception};
use super::{ClassOf, Eval, Eved};
use crate::php::code::{Class, ClassName, Expr, Name};
use crate::php::problem::Reason;
use crate::php::value::{ObjectId, Value};

impl Eval<'_> {
    /// Whether an object is of a class; none where an ancestor is not at hand.
    pub(in crate::php) fn is_instance(&mut self, id: ObjectId, class: &str) -> Option<bool> {
        let class = class.to_ascii_lowercase();
        match self.state.object(id)?.class.clone() {
            ClassOf::Plain => Some(class == "stdclass"),
            ClassOf::Native(name) if is_exception(name) => {
                Some(class == "throwable" || class == "exception" || class == name.to_ascii_lowercase())
            }
            ClassOf::Native(name) => Some(class == name.to_ascii_lowercase()),
            ClassOf::User(own) => self.descends(&own, &class, 0),
        }
    }

    fn descends(&mut self, own: &Arc<Class>, class: &str, depth: usize) -> Option<bool> {
        if own.name.eq_ignore_ascii_case(class) {
            return Some(true);
        }
        if depth > MAX_ANCESTORS {
            return None;
        }
        let mut certain = true;
        let above: Vec<Name> = own.parent.iter().chain(&own.interfaces).cloned().collect();
        for name in above {
            if name.eq_ignore_ascii_case(class) {
                return Some(true);
            }
            match self.find_class(&name) {
                Ok(Some(parent)) => match self.descends(&parent, class, depth + 1) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => certain = false,
                },
                _ if is_exception(&name) => {
                    if matches!(class, "throwable" | "exception") {
                        return Some(true);
                    }
                }
                _ => certain = false,
            }
        }
        certain.then_some(false)
    }

    pub(super) fn instance_of_expr(&mut self, inner: &Expr, class: &ClassName) -> Eved {
        let value = self.eval(inner)?.known()?;
        let class = self.class_name(class)?;
        match value {
            Value::Object(id) => match self.is_instance(id, &class) {
                Some(answer) => Ok(Value::Bool(answer)),
                None => Ok(self.unknown(format!("instanceof {class}"), Reason::NotKnown)),
            },
            Value::Closure(_) => Ok(Value::Bool(class.eq_ignore_ascii_case("closure"))),
            _ => Ok(Value::Bool(false)),
        }
    }

    /// Whether a `catch` of a class takes an exception; none where that cannot be told.
    pub(super) fn is_caught(&mut self, exception: &Value, class: &str) -> Option<bool> {
        let lower = class.to_ascii_lowercase();
        if lower == "throwable" {
            return Some(true);
        }
        match exception {
            Value::Object(id) => self.is_instance(*id, class),
            // An error of PHP itself: no `Exception`, but which `Error` is not kept.
            _ => match &*lower {
                "error" => Some(true),
                "exception" => Some(false),
                _ => None,
            },
        }
    }
}
