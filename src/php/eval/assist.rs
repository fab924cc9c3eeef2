//! What built-in functions and natives ask of the evaluator.

use std::sync::Arc;

use super::args::Passed;
use super::{Args, ClassOf, Eval, Eved, Raise};
use crate::php::problem::Reason;
use crate::php::value::Value;

impl Eval<'_> {
    /// Calls a callback; an unknown result is a value, not an error.
    pub(in crate::php) fn call_soft(&mut self, callee: &Value, args: Vec<Value>) -> Eved {
        self.soft(|eval| eval.call(callee, Args::of(args)))
    }

    /// Calls a callback whose first parameter may be by reference, and gives what became of it.
    pub(in crate::php) fn call_on_cell(&mut self, callee: &Value, value: Value, more: [Option<Value>; 2]) -> Eved {
        self.charge_bytes(64)?;
        let cell = self.state.new_cell(value.clone());
        let mut args = Args { list: vec![Passed { name: None, value, cell: Some(cell), place: None }] };
        let by_value = |value| Passed { name: None, value, cell: None, place: None };
        args.list.extend(more.into_iter().flatten().map(by_value));
        self.soft(|eval| eval.call(callee, args))?;
        Ok(self.state.cell(cell))
    }

    /// A property as PHP code reads it.
    pub(in crate::php) fn property_of(&mut self, id: crate::php::value::ObjectId, name: &str) -> Eved {
        self.property(id, &name.into())?.known().map_err(Raise::Unknown)
    }

    /// Two texts in a row.
    pub(in crate::php) fn joined(&mut self, a: &Value, b: &Value) -> Eved {
        self.concat(a, b)
    }

    /// The arguments of the running function.
    pub(in crate::php) fn passed(&self) -> Arc<Vec<Value>> {
        self.frame.args.clone()
    }

    /// A local variable, if there is one.
    pub(in crate::php) fn local_if_set(&self, name: &str) -> Option<Value> {
        let value = self.state.locals.get(name)?.clone();
        Some(self.settle(value))
    }

    /// Whether a class is declared in a file at hand, or is PHP's own.
    pub(in crate::php) fn knows_class(&mut self, name: &str) -> Result<bool, Raise> {
        let own = matches!(&*name.to_ascii_lowercase(), "stdclass" | "exception" | "closure" | "throwable");
        Ok(own || self.find_class(name)?.is_some())
    }

    /// Whether an object or class has a method.
    pub(in crate::php) fn has_method(&mut self, owner: &Value, method: &str) -> Eved {
        let class = match owner {
            Value::Object(id) => match self.state.object(*id).map(|instance| instance.class.clone()) {
                Some(ClassOf::User(class)) => Some(class),
                Some(ClassOf::Plain) => return Ok(Value::Bool(false)),
                _ => None,
            },
            Value::Str(name) => self.find_class(name.lossy().trim_start_matches('\\'))?,
            _ => return Ok(Value::Bool(false)),
        };
        match class {
            Some(class) => Ok(Value::Bool(self.find_method(&class, &method.to_ascii_lowercase())?.is_some())),
            None => Ok(self.unknown(format!("method_exists(…, '{method}')"), Reason::NotKnown)),
        }
    }

    /// Begins to collect output.
    pub(in crate::php) fn open_buffer(&mut self) {
        Arc::make_mut(&mut self.state.output).push(Value::text(""));
    }

    /// What was collected since, ending the collection.
    pub(in crate::php) fn close_buffer(&mut self) -> Option<Value> {
        Arc::make_mut(&mut self.state.output).pop()
    }

    /// What was collected so far.
    pub(in crate::php) fn buffer(&self) -> Option<Value> {
        self.state.output.last().cloned()
    }
}
