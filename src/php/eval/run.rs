//! Running a whole evaluation from outside.

use std::sync::Arc;

use super::{Args, Eval, Raise};
use crate::php::code::Name;
use crate::php::problem::Problem;
use crate::php::value::{Array, Value};

/// How an evaluation ended.
#[derive(Debug)]
pub enum Ending {
    /// With a value, possibly an unknown one.
    Value(Value),
    /// At an inclusion that finishes what is of interest.
    Finished,
    /// With `exit`, an uncaught exception or a limit: nothing it computed counts.
    Failed(Arc<Problem>),
}

impl Ending {
    fn of(result: Result<Value, Raise>) -> Self {
        match result {
            Ok(value) => Self::Value(value),
            Err(Raise::Unknown(problem)) => Self::Value(Value::Unknown(problem)),
            Err(Raise::Finish) => Self::Finished,
            Err(Raise::Throw(_, problem) | Raise::Exit(problem) | Raise::Limit(problem)) => Self::Failed(problem),
        }
    }

    /// The value; what failed is unknown.
    pub fn value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Finished => Value::Null,
            Self::Failed(problem) => Value::Unknown(problem),
        }
    }
}

impl Eval<'_> {
    /// Runs a source as the file of a path.
    pub fn run(&mut self, path: &str, source: &[u8]) -> Ending {
        let path: Name = path.into();
        let result = self.run_included(&path, source);
        Ending::of(result)
    }

    /// Calls a callable from outside.
    pub fn invoke(&mut self, callee: &Value, args: Vec<Value>) -> Ending {
        let result = self.call(callee, Args::of(args));
        Ending::of(result)
    }

    /// Includes a file from outside, once.
    pub fn include_once(&mut self, path: &str) -> Ending {
        let result = self.load(path).map(|()| Value::Null);
        Ending::of(result)
    }

    /// A variable of the outermost scope.
    pub fn variable(&self, name: &str) -> Value {
        self.settle(self.local(&name.into()))
    }

    /// Sets a variable that every function may bind with `global`, the same one on every way.
    pub fn set_global(&mut self, name: &str, value: Value) {
        let cell = self.state.new_cell(value);
        self.set_variable(name, Value::Shared(cell));
    }

    /// Sets a variable of the outermost scope.
    pub fn set_variable(&mut self, name: &str, value: Value) {
        self.set_local(&name.into(), value);
    }

    /// A value as it may leave the evaluation: objects become arrays of their properties, and what
    /// cannot leave becomes unknown.
    pub fn export(&self, value: &Value) -> Value {
        self.export_at(value, 0)
    }

    /// The same, but closures and objects stay what they are.
    pub(in crate::php) fn export_shallow(&self, value: &Value) -> Value {
        match value {
            Value::Closure(_) | Value::Object(_) => value.clone(),
            other => self.export(other),
        }
    }

    fn export_at(&self, value: &Value, depth: usize) -> Value {
        use crate::php::problem::Reason;
        if depth > 100 {
            return self.unknown("a value nested too deeply", Reason::Limit("nested too deeply".into()));
        }
        match value {
            Value::Shared(cell) => self.export_at(&self.state.cell(*cell), depth + 1),
            Value::Array(array) => Value::Array(
                array.iter().map(|(key, value)| (key.clone(), self.export_at(value, depth + 1))).collect::<Array>(),
            ),
            Value::Object(id) => match self.public_properties(*id) {
                Ok(properties) => self.export_at(&Value::Array(properties), depth + 1),
                Err(problem) => Value::Unknown(problem),
            },
            Value::Closure(_) => self.unknown("a closure", Reason::Unsupported),
            other => other.clone(),
        }
    }
}
