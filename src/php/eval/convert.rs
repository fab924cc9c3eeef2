//! Conversions that may need the evaluator: objects have methods, and unknown values are told apart.

use std::sync::Arc;

use super::{Args, ClassOf, Eval, Eved, Raise};
use crate::php::code::{Cast, Expr, Hint};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{Array, Key, Text, Value, identical, loosely_equal};

type Answer = Result<bool, Arc<Problem>>;

impl Eval<'_> {
    /// Turns "unknown" from an error into a value.
    pub(super) fn soft(&mut self, with: impl FnOnce(&mut Self) -> Eved) -> Eved {
        match with(self) {
            Err(Raise::Unknown(problem)) => Ok(Value::Unknown(problem)),
            other => other,
        }
    }

    /// The text of a value, as `.` and `echo` make it.
    ///
    /// # Errors
    /// [`Raise::Unknown`] for unknown values, [`Raise::Throw`] for objects without text.
    pub fn text(&mut self, value: &Value) -> Result<Text, Raise> {
        if let Some(text) = value.to_text() {
            return Ok(text);
        }
        match value {
            Value::Unknown(problem) => Err(Raise::Unknown(problem.clone())),
            Value::Array(_) => Ok("Array".into()),
            Value::Object(id) => {
                let class = self.state.object(*id).map(|instance| instance.class.clone());
                match class {
                    Some(ClassOf::User(class)) => match self.find_method(&class, "__tostring")? {
                        Some(method) => {
                            let name = class.name.clone();
                            let text = self.call_method(&method, Some(*id), name, Args::default())?;
                            match text {
                                Value::Object(_) => Err(self.fails("__toString", "gives no text")),
                                text => self.text(&text),
                            }
                        }
                        None => Err(self.fails("an object", "cannot be converted to string")),
                    },
                    Some(ClassOf::Native(class)) => {
                        let natives = self.natives;
                        match natives.method(self, *id, class, "__tostring", &mut Args::default()) {
                            Some(text) => {
                                let text = text?;
                                text.to_text().ok_or_else(|| match text {
                                    Value::Unknown(problem) => Raise::Unknown(problem),
                                    _ => self.fails("__toString", "gives no text"),
                                })
                            }
                            None => Err(Raise::Unknown(self.problem(format!("the text of {class}"), Reason::NotKnown))),
                        }
                    }
                    _ => Err(self.fails("an object", "cannot be converted to string")),
                }
            }
            _ => Err(self.fails("a value", "cannot be converted to string")),
        }
    }

    /// The truth of an expression, or why it is unknown.
    pub(super) fn truth(&mut self, expr: &Expr) -> Result<Answer, Raise> {
        Ok(self.eval(expr)?.truth())
    }

    pub(super) fn loosely_equal(&mut self, a: &Value, b: &Value) -> Answer {
        match (a, b) {
            (Value::Object(x), Value::Object(y)) if x != y => {
                let (Some(one), Some(two)) = (self.state.object(*x), self.state.object(*y)) else { return Ok(false) };
                if one.class.name() != two.class.name() {
                    return Ok(false);
                }
                let a = Value::Array(self.public_properties(*x)?);
                let b = Value::Array(self.public_properties(*y)?);
                loosely_equal(&a, &b)
            }
            (Value::Object(_), Value::Str(_)) | (Value::Str(_), Value::Object(_)) => {
                let text = |eval: &mut Self, value: &Value| match eval.text(value) {
                    Ok(text) => Ok(text),
                    Err(Raise::Unknown(problem) | Raise::Throw(_, problem) | Raise::Limit(problem)) => Err(problem),
                    Err(_) => Err(eval.problem("comparison", Reason::Unsupported)),
                };
                Ok(text(self, a)? == text(self, b)?)
            }
            _ => loosely_equal(a, b),
        }
    }

    /// `a == b` for built-in functions.
    pub(in crate::php) fn loose(&mut self, a: &Value, b: &Value) -> Result<bool, Raise> {
        Ok(self.loosely_equal(a, b)?)
    }

    /// The key that a value is in an array.
    pub(in crate::php) fn array_key(&mut self, value: &Value) -> Result<Key, Raise> {
        self.key(value)
    }

    pub(super) fn identical(&self, a: &Value, b: &Value) -> Answer {
        identical(a, b)
    }

    pub(super) fn cast(&mut self, cast: Cast, value: Value) -> Eved {
        if let Value::Unknown(_) = value {
            return Ok(value);
        }
        Ok(match cast {
            Cast::Null => Value::Null,
            Cast::Bool => Value::Bool(value.truth()?),
            Cast::Int => match value.to_int() {
                Some(number) => Value::Int(number),
                None => Value::Int(1),
            },
            Cast::Float => Value::Float(value.to_float().unwrap_or(1.0)),
            Cast::Text => Value::Str(self.text(&value)?),
            Cast::Array => match value {
                Value::Array(_) => value,
                Value::Null => Value::Array(Array::new()),
                Value::Object(id) => Value::Array(self.public_properties(id)?),
                other => Value::Array([other].into_iter().collect()),
            },
            Cast::Object => self.cast_to_object(value)?,
        })
    }

    fn cast_to_object(&mut self, value: Value) -> Eved {
        let props = match value {
            Value::Object(_) | Value::Closure(_) => return Ok(value),
            Value::Null => Array::new(),
            Value::Array(array) => array,
            other => [(Key::from("scalar"), other)].into_iter().collect(),
        };
        self.charge_bytes(props.len() * 64 + 64)?;
        let props = props
            .iter()
            .map(|(key, value)| {
                let name = match key {
                    Key::Int(number) => number.to_string(),
                    Key::Text(text) => text.lossy().into_owned(),
                };
                (name.into(), value.clone())
            })
            .collect();
        Ok(Value::Object(self.state.new_object(ClassOf::Plain, props)))
    }

    /// Converts a scalar as a parameter's or result's type asks (without `strict_types`).
    pub(super) fn coerce(&mut self, value: Value, hint: Hint) -> Eved {
        Ok(match (hint, &value) {
            (Hint::Int, Value::Float(_) | Value::Bool(_)) => Value::Int(value.to_int().unwrap_or(0)),
            (Hint::Int, Value::Str(text)) => match crate::php::value::numeric(text) {
                Some(number) => Value::Int(number.to_int().unwrap_or(0)),
                None => return Err(self.fails("int", "the argument is no number")),
            },
            (Hint::Float, Value::Int(_) | Value::Bool(_)) => Value::Float(value.to_float().unwrap_or(0.0)),
            (Hint::Float, Value::Str(text)) => match crate::php::value::numeric(text) {
                Some(number) => Value::Float(number.to_float().unwrap_or(0.0)),
                None => return Err(self.fails("float", "the argument is no number")),
            },
            (Hint::Text, Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Object(_)) => {
                Value::Str(self.text(&value)?)
            }
            (Hint::Bool, Value::Int(_) | Value::Float(_) | Value::Str(_)) => Value::Bool(value.truth()?),
            _ => value,
        })
    }
}
