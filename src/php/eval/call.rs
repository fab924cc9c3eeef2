//! Calls: finding what is called.

use std::sync::Arc;

use super::args::Pass;
use super::{Args, ClassOf, Eval, Eved, Raise};
use crate::php::builtins::{self, Builtin};
use crate::php::code::{Arg, Bound, Callee, Closure, Expr, Function, Name};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{Key, ObjectId, Value};

/// A method and the class it belongs to, which `self` and `parent` mean in it.
#[derive(Clone)]
pub(super) struct Method {
    pub function: Arc<Function>,
    pub class: Name,
}

/// What a function is called with besides its arguments.
#[derive(Default)]
pub(super) struct Context {
    pub this: Option<ObjectId>,
    pub class: Option<Name>,
    pub called: Option<Name>,
    pub bound: Vec<(Name, Bound)>,
}

impl Eval<'_> {
    pub(super) fn call_named(&mut self, expr: &Expr, name: &Name, global: Option<&Name>, args: &[Arg]) -> Eved {
        let own = self.functions.get(name).or_else(|| self.functions.get(global?)).cloned();
        if let Some(function) = own {
            let args = self.args(args, |at, name| by_parameter(&function, at, name))?;
            self.line = expr.line;
            return self.call_function(&function, args, Context::default());
        }
        let plain = global.unwrap_or(name);
        if let Some(builtin) = builtins::find(plain) {
            let args = self.args(args, |at, _| builtin.pass(at))?;
            self.line = expr.line;
            return self.call_builtin(&builtin, args, || expr.describe());
        }
        let mut args = self.args(args, |_, _| Pass::Guess)?;
        self.line = expr.line;
        let natives = self.natives;
        if let Some(result) = natives.call(self, plain, &mut args) {
            return result;
        }
        Ok(self.unknown_call(expr.describe(), args, true))
    }

    /// A function that nobody knows may change what it gets by reference, every object and every
    /// variable that a closure shares.
    pub(super) fn unknown_call(&mut self, construct: String, args: Args, function: bool) -> Value {
        let problem = self.problem(construct, Reason::NotKnown);
        // It may print.
        if !self.state.output.is_empty() {
            Arc::make_mut(&mut self.state.output).iter_mut().for_each(|text| *text = Value::Unknown(problem.clone()));
        }
        for passed in args.list {
            match &passed.value {
                Value::Object(_) => self.taint(&passed.value, &problem),
                Value::Closure(closure) => self.taint_closure(closure, &problem),
                _ => {
                    if let (true, Some(place)) = (function, &passed.place) {
                        // A place that cannot be written holds nothing that could change.
                        self.write(place, Value::Unknown(problem.clone())).ok();
                    }
                }
            }
        }
        Value::Unknown(problem)
    }

    fn taint_closure(&mut self, closure: &Closure, problem: &Arc<Problem>) {
        for (_, bound) in &closure.bound {
            if let Bound::Shared(cell) = bound
                && let Some(slot) = self.state.cell_mut(*cell)
            {
                *slot = Value::Unknown(problem.clone());
            }
        }
    }

    /// Something unknown happens to an object: what it holds is unknown from now on.
    pub(super) fn taint(&mut self, object: &Value, problem: &Arc<Problem>) {
        let Value::Object(id) = object else { return };
        let Some(instance) = self.state.object_mut(*id) else { return };
        if matches!(instance.class, ClassOf::Native(_)) {
            return;
        }
        instance.opaque = Some(problem.clone());
        for value in instance.props.values_mut() {
            *value = Value::Unknown(problem.clone());
        }
    }

    pub(super) fn call_builtin(
        &mut self,
        builtin: &Builtin,
        mut args: Args,
        construct: impl FnOnce() -> String,
    ) -> Eved {
        self.charge(args.len())?;
        let unknown = args.list.iter().enumerate().find_map(|(at, passed)| match &passed.value {
            Value::Unknown(problem) if !builtin.takes_unknown(at) => Some(problem.clone()),
            _ => None,
        });
        let result = match unknown {
            Some(problem) => Err(Raise::Unknown(problem)),
            None => (builtin.run)(self, &mut args),
        };
        let result = match result {
            Err(Raise::Unknown(problem)) => {
                let problem = if problem.construct.is_empty() {
                    self.problem(construct(), problem.reason.clone())
                } else {
                    problem
                };
                for passed in args.list.iter_mut().filter(|passed| passed.place.is_some()) {
                    passed.value = Value::Unknown(problem.clone());
                }
                if builtin.prints() {
                    self.print(Value::Unknown(problem.clone()))?;
                }
                Err(Raise::Unknown(problem))
            }
            other => other,
        };
        self.write_back(args)?;
        result
    }

    pub(super) fn call_expression(&mut self, expr: &Expr, callee: &Expr, args: &[Arg]) -> Eved {
        let callee = self.eval(callee)?;
        match &callee {
            Value::Closure(closure) => {
                if let Callee::Code(function) = &closure.target {
                    let function = function.clone();
                    let args = self.args(args, |at, name| by_parameter(&function, at, name))?;
                    self.line = expr.line;
                    return self.call_closure(closure, args);
                }
            }
            Value::Str(name) if self.functions.contains_key(&*name.lossy().to_ascii_lowercase()) => {
                let key = name.lossy().to_ascii_lowercase();
                if let Some(function) = self.functions.get(&*key).cloned() {
                    let args = self.args(args, |at, name| by_parameter(&function, at, name))?;
                    return self.call_function(&function, args, Context::default());
                }
            }
            _ => {}
        }
        let args = self.args(args, |_, _| Pass::Guess)?;
        self.line = expr.line;
        self.call(&callee, args)
    }

    /// Calls a callable value: closure, function name, `'C::m'`, `[object or class, method]`.
    ///
    /// # Errors
    /// Whatever the call raises; an exception where the value is no callable.
    pub fn call(&mut self, callee: &Value, mut args: Args) -> Eved {
        match callee {
            Value::Unknown(problem) => {
                let construct = problem.construct.clone();
                self.unknown_call(construct, args, true);
                Err(Raise::Unknown(problem.clone()))
            }
            Value::Closure(closure) => match &closure.target {
                Callee::Code(_) => self.call_closure(closure, args),
                Callee::Value(inner) => self.call(&inner.clone(), args),
            },
            Value::Str(name) => {
                let name = name.lossy();
                if let Some((class, method)) = name.split_once("::") {
                    return self.call_class_method(&class.trim_start_matches('\\').into(), &method.into(), args);
                }
                let plain: Name = name.trim_start_matches('\\').to_ascii_lowercase().into();
                if let Some(function) = self.functions.get(&plain).cloned() {
                    return self.call_function(&function, args, Context::default());
                }
                if let Some(builtin) = builtins::find(&plain) {
                    return self.call_builtin(&builtin, args, || format!("{plain}()"));
                }
                let natives = self.natives;
                match natives.call(self, &plain, &mut args) {
                    Some(result) => result,
                    None => Ok(self.unknown_call(format!("{plain}(…)"), args, true)),
                }
            }
            Value::Array(pair) if pair.len() == 2 => {
                let owner = pair.get(&Key::Int(0)).cloned().unwrap_or(Value::Null);
                let Some(Value::Str(method)) = pair.get(&Key::Int(1)).cloned() else {
                    return Err(self.fails("a call", "the value is not callable"));
                };
                let method: Name = method.lossy().into();
                match owner {
                    Value::Object(id) => self.call_object_method(id, &method, args, String::new),
                    Value::Str(class) => {
                        self.call_class_method(&class.lossy().trim_start_matches('\\').into(), &method, args)
                    }
                    Value::Unknown(problem) => Err(Raise::Unknown(problem)),
                    _ => Err(self.fails("a call", "the value is not callable")),
                }
            }
            Value::Object(id) => self.call_object_method(*id, &"__invoke".into(), args, String::new),
            _ => Err(self.fails("a call", "the value is not callable")),
        }
    }

    pub(super) fn call_closure(&mut self, closure: &Arc<Closure>, args: Args) -> Eved {
        let Callee::Code(function) = &closure.target else { return Ok(Value::Null) };
        let context = Context {
            this: closure.this,
            class: function.class.clone(),
            called: closure.class.clone(),
            bound: closure.bound.clone(),
        };
        self.call_function(function, args, context)
    }
}

pub(super) fn by_parameter(function: &Function, at: usize, name: Option<&Name>) -> Pass {
    let param = match name {
        Some(name) => function.params.iter().find(|param| param.name == *name),
        None => function.params.get(at).or_else(|| function.params.last().filter(|param| param.variadic)),
    };
    if param.is_some_and(|param| param.by_ref && !param.variadic) { Pass::Share } else { Pass::Value }
}
