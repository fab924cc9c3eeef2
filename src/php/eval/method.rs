//! Calls of methods on objects and closures.

use std::sync::Arc;

use super::args::Pass;
use super::call::{Context, Method, by_parameter};
use super::{Args, ClassOf, Eval, Eved};
use crate::php::code::{Arg, Callee, Closure, Expr, Member, Name};
use crate::php::value::{Array, ObjectId, Value};

impl Eval<'_> {
    pub(super) fn call_on_object(
        &mut self,
        expr: &Expr,
        object: &Expr,
        member: &Member,
        args: &[Arg],
        nullsafe: bool,
    ) -> Eved {
        let object = self.eval(object)?;
        let name = self.member(member)?;
        self.line = expr.line;
        let id = match &object {
            Value::Object(id) => *id,
            Value::Null if nullsafe => return Ok(Value::Null),
            Value::Unknown(problem) => {
                let args = self.args(args, |_, _| Pass::Guess)?;
                self.line = expr.line;
                // What is asked of a global object tells more than that it is unknown.
                let cause = match problem.construct.starts_with("global $") {
                    true => self.problem(expr.describe(), problem.reason.clone()),
                    false => problem.clone(),
                };
                self.unknown_call(cause.construct.clone(), args, false);
                return Ok(Value::Unknown(cause));
            }
            Value::Closure(closure) => return self.closure_method(expr, &closure.clone(), &name, args),
            _ => return Err(self.fails(expr.describe(), "a method of something that is no object")),
        };
        let method = match self.state.object(id).map(|instance| instance.class.clone()) {
            Some(ClassOf::User(class)) => self.find_method(&class, &name.to_ascii_lowercase())?,
            _ => None,
        };
        let args = match &method {
            Some(method) => self.args(args, |at, name| by_parameter(&method.function, at, name))?,
            None => self.args(args, |_, _| Pass::Guess)?,
        };
        self.line = expr.line;
        self.call_object_method(id, &name, args, || expr.describe())
    }

    /// `$closure->call($this, …)`, `->bindTo($this)`, `->__invoke(…)`.
    fn closure_method(&mut self, expr: &Expr, closure: &Arc<Closure>, name: &str, args: &[Arg]) -> Eved {
        let mut args = self.args(args, |_, _| Pass::Guess)?;
        let bound_to = |this: &Value| Closure {
            target: match &closure.target {
                Callee::Code(function) => Callee::Code(function.clone()),
                Callee::Value(value) => Callee::Value(value.clone()),
            },
            bound: closure.bound.clone(),
            this: match this {
                Value::Object(id) => Some(*id),
                _ => None,
            },
            class: closure.class.clone(),
            nesting: closure.nesting,
        };
        match &*name.to_ascii_lowercase() {
            "__invoke" => self.call_closure(closure, args),
            "bindto" => Ok(Value::Closure(Arc::new(bound_to(&args.value(0))))),
            "call" if !args.is_empty() => {
                let this = args.list.remove(0).value;
                self.call_closure(&Arc::new(bound_to(&this)), args)
            }
            _ => Ok(self.unknown_call(expr.describe(), args, true)),
        }
    }

    pub(super) fn call_object_method(
        &mut self,
        id: ObjectId,
        name: &Name,
        mut args: Args,
        construct: impl FnOnce() -> String,
    ) -> Eved {
        let lower = name.to_ascii_lowercase();
        let class = self.state.object(id).map(|instance| instance.class.clone());
        match class {
            Some(ClassOf::User(class)) => {
                if let Some(method) = self.find_method(&class, &lower)? {
                    return self.call_method(&method, Some(id), class.name.clone(), args);
                }
                if let Some(value) = self.exception_method(id, &lower) {
                    return Ok(value);
                }
                if let Some(method) = self.find_method(&class, "__call")? {
                    let list: Array = args.list.into_iter().map(|passed| passed.value).collect();
                    let args = Args::of(vec![Value::text(&**name), Value::Array(list)]);
                    return self.call_method(&method, Some(id), class.name.clone(), args);
                }
                Err(self.fails(format!("{}::{name}()", class.name), "no such method"))
            }
            Some(ClassOf::Native(class)) => {
                if let Some(value) = self.exception_method(id, &lower) {
                    return Ok(value);
                }
                let natives = self.natives;
                match natives.method(self, id, class, &lower, &mut args) {
                    Some(result) => result,
                    None => {
                        let construct = construct();
                        let construct = if construct.is_empty() { format!("{class}::{name}()") } else { construct };
                        Ok(self.unknown_call(construct, args, false))
                    }
                }
            }
            _ => {
                if self.state.object(id).is_some_and(|instance| instance.opaque.is_some()) {
                    return Ok(self.unknown_call(construct(), args, false));
                }
                Err(self.fails(format!("stdClass::{name}()"), "no such method"))
            }
        }
    }

    pub(super) fn call_method(&mut self, method: &Method, this: Option<ObjectId>, called: Name, args: Args) -> Eved {
        let context = Context {
            this: if method.function.is_static { None } else { this },
            class: Some(method.class.clone()),
            called: Some(called),
            bound: Vec::new(),
        };
        self.call_function(&method.function, args, context)
    }
}
