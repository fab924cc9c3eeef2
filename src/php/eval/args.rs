//! Arguments of a call.

use super::place::Place;
use super::{Eval, Raise};
use crate::php::code::{Arg, Expr, Kind, Name};
use crate::php::value::{CellId, Key, Value};

/// How a callee takes one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Its value.
    Value,
    /// The variable itself (`&$x` of code at hand).
    Share,
    /// A built-in function changes it in place.
    Change,
    /// A built-in function only writes it.
    Out,
    /// Nobody knows.
    Guess,
}

/// One argument.
#[derive(Debug)]
pub(crate) struct Passed {
    pub name: Option<Name>,
    pub value: Value,
    pub cell: Option<CellId>,
    pub place: Option<Place>,
}

/// The arguments of a call, in order.
#[derive(Debug, Default)]
pub struct Args {
    pub(super) list: Vec<Passed>,
}

impl Args {
    /// Arguments by value.
    pub fn of(values: Vec<Value>) -> Self {
        let passed = |value| Passed { name: None, value, cell: None, place: None };
        Self { list: values.into_iter().map(passed).collect() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The argument at a position, if it was given.
    pub fn get(&self, at: usize) -> Option<&Value> {
        self.list.get(at).map(|passed| &passed.value)
    }

    /// The argument at a position, null where it was not given.
    pub fn value(&self, at: usize) -> Value {
        self.get(at).cloned().unwrap_or(Value::Null)
    }

    /// Takes the argument out, leaving null.
    pub fn take(&mut self, at: usize) -> Value {
        self.list.get_mut(at).map_or(Value::Null, |passed| std::mem::replace(&mut passed.value, Value::Null))
    }

    /// Sets what a by-reference argument becomes.
    pub fn set(&mut self, at: usize, value: Value) {
        if let Some(passed) = self.list.get_mut(at) {
            passed.value = value;
        }
    }

    /// All values from a position on.
    pub fn from(&self, at: usize) -> impl Iterator<Item = &Value> {
        self.list.iter().skip(at).map(|passed| &passed.value)
    }
}

impl Eval<'_> {
    /// Evaluates arguments, each as `how` says for its position and name.
    pub(super) fn args(&mut self, args: &[Arg], how: impl Fn(usize, Option<&Name>) -> Pass) -> Result<Args, Raise> {
        let mut list = Vec::with_capacity(args.len());
        for arg in args {
            if arg.spread {
                self.spread(&arg.value, &mut list)?;
                continue;
            }
            let pass = how(list.len(), arg.name.as_ref());
            let mut passed = self.pass(&arg.value, pass)?;
            passed.name.clone_from(&arg.name);
            list.push(passed);
        }
        Ok(Args { list })
    }

    fn spread(&mut self, expr: &Expr, list: &mut Vec<Passed>) -> Result<(), Raise> {
        let Value::Array(values) = self.eval(expr)?.known()? else {
            return Err(self.fails("...", "only arrays can be unpacked"));
        };
        self.charge_bytes(values.len() * 96)?;
        for (key, value) in values.iter() {
            let name = match key {
                Key::Text(name) => Some(name.lossy().into()),
                Key::Int(_) => None,
            };
            list.push(Passed { name, value: value.clone(), cell: None, place: None });
        }
        Ok(())
    }

    fn pass(&mut self, expr: &Expr, pass: Pass) -> Result<Passed, Raise> {
        let by_value = |value| Passed { name: None, value, cell: None, place: None };
        let is_place = matches!(
            expr.kind,
            Kind::Var(_) | Kind::VarVar(_) | Kind::Index(..) | Kind::Prop(..) | Kind::StaticProp(..)
        );
        if pass == Pass::Value || !is_place {
            return self.eval(expr).map(by_value);
        }
        if pass == Pass::Guess {
            let value = self.eval(expr)?;
            let place = match expr.kind {
                // An element or property read by value must not come into being by being passed.
                Kind::Var(_) => Some(self.place(expr)?),
                _ if !value.is_null() => Some(self.place(expr)?),
                _ => None,
            };
            return Ok(Passed { name: None, value, cell: None, place });
        }
        let place = self.place(expr)?;
        if pass == Pass::Share {
            let cell = self.share(&place)?;
            let value = self.settle(Value::Shared(cell));
            return Ok(Passed { name: None, value, cell: Some(cell), place: None });
        }
        let value = match pass {
            Pass::Out => Value::Null,
            _ => {
                let value = self.read(&place);
                let value = self.settle(value);
                // Taken out, so that changing it needs no copy; it is put back after the call.
                if !matches!(value, Value::Unknown(_) | Value::Null) {
                    self.write(&place, Value::Null)?;
                }
                value
            }
        };
        Ok(Passed { name: None, value, cell: None, place: Some(place) })
    }

    /// Writes back what a built-in function made of its by-reference arguments.
    pub(super) fn write_back(&mut self, args: Args) -> Result<(), Raise> {
        for passed in args.list {
            if let Some(place) = passed.place {
                self.write(&place, passed.value)?;
            }
        }
        Ok(())
    }
}
