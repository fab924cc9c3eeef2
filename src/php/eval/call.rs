//! Calls of functions, closures and methods.

use std::sync::Arc;

use super::args::{Pass, Passed};
use super::{Args, ClassOf, Eval, Eved, Flow, Frame, Raise};
use crate::php::builtins::{self, Builtin};
use crate::php::code::{Arg, Bound, Callee, Closure, Expr, Function, Hint, Member, Name};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{Array, Key, MAX_NESTING, ObjectId, Value};

use super::heap::{Vars, merged};

/// A method and the class it belongs to, which `self` and `parent` mean in it.
#[derive(Clone)]
pub(super) struct Method {
    pub function: Arc<Function>,
    pub class: Name,
}

/// What a function is called with besides its arguments.
#[derive(Default)]
struct Context {
    this: Option<ObjectId>,
    class: Option<Name>,
    called: Option<Name>,
    bound: Vec<(Name, Bound)>,
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

    fn call_closure(&mut self, closure: &Arc<Closure>, args: Args) -> Eved {
        let Callee::Code(function) = &closure.target else { return Ok(Value::Null) };
        let context = Context {
            this: closure.this,
            class: function.class.clone(),
            called: closure.class.clone(),
            bound: closure.bound.clone(),
        };
        self.call_function(function, args, context)
    }

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
                self.unknown_call(problem.construct.clone(), args, false);
                return Ok(object);
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

    fn call_function(&mut self, function: &Arc<Function>, args: Args, context: Context) -> Eved {
        if function.generator {
            let construct = format!("generator {}()", function.name);
            let problem = self.problem(construct.clone(), Reason::Unsupported);
            self.unknown_call(construct, args, true);
            return Err(Raise::Unknown(problem));
        }
        if function.is_abstract {
            return Err(self.fails(format!("{}()", function.name), "abstract"));
        }
        // A call nests several evaluations deep, so it counts for more than one level.
        self.depth += 8;
        self.sink()?;
        let line = self.line;
        let frame = Frame {
            file: function.file.clone(),
            function: function.name.clone(),
            class: context.class,
            called: context.called,
            this: context.this,
            args: Arc::new(args.list.iter().map(|passed| passed.value.clone()).collect()),
        };
        let frame = std::mem::replace(&mut self.frame, frame);
        let outer = self.enter_scope(&context.bound);
        let base = self.parked.len();
        let ended = match self.bind_params(function, args) {
            Ok(()) => self.block(&function.body),
            Err(raise) => Err(raise),
        };
        let outcomes = self.outcomes(base, ended);
        self.frame = frame;
        self.depth -= 8;
        self.rise();
        self.line = line;
        let result = match outcomes {
            Ok(outcomes) => self.leave(outcomes, &outer),
            Err(raise) => {
                self.restore_scope(outer);
                Err(raise)
            }
        };
        self.soft_result(result, function.result)
    }

    fn soft_result(&mut self, result: Eved, hint: Hint) -> Eved {
        match result? {
            Value::Unknown(problem) => Err(Raise::Unknown(problem)),
            value => self.coerce(value, hint),
        }
    }

    /// Joins every way in which a function ended.
    fn leave(&mut self, outcomes: Vec<super::split::Outcome>, outer: &Vars) -> Eved {
        let mut kept: Option<(Value, super::State)> = None;
        let mut finished = Vec::new();
        for (flow, mut state, why) in outcomes {
            Self::put_scope(&mut state, self.scopes.len(), outer);
            let value = match flow {
                Flow::Return(value) => self.settle_in(&state, value),
                Flow::Finish => {
                    finished.push((Flow::Finish, state, why));
                    continue;
                }
                _ => Value::Null,
            };
            kept = Some(match kept {
                None => (value, state),
                Some((before, mut held)) => {
                    let why = why.unwrap_or_else(|| self.problem("a function's endings", Reason::Unsupported));
                    held.merge(state, &why);
                    (merged(&before, &value, &why), held)
                }
            });
        }
        self.scopes.pop();
        match kept {
            Some((value, state)) => {
                self.state = state;
                for (flow, state, why) in finished {
                    let why = why.unwrap_or_else(|| self.problem("a function's endings", Reason::Unsupported));
                    self.parked.push(super::Parked { flow, state, why });
                }
                Ok(value)
            }
            None => self.join(finished).map(|_| Value::Null),
        }
    }

    fn settle_in(&mut self, state: &super::State, value: Value) -> Value {
        match value {
            Value::Shared(cell) => state.cell(cell),
            value => value,
        }
    }

    fn enter_scope(&mut self, bound: &[(Name, Bound)]) -> Vars {
        let mut locals = std::collections::HashMap::new();
        for (name, bound) in bound {
            let value = match bound {
                Bound::Copy(value) => value.clone(),
                Bound::Shared(cell) => Value::Shared(*cell),
            };
            locals.insert(name.clone(), value);
        }
        let outer = std::mem::replace(&mut self.state.locals, Arc::new(locals));
        if self.state.globals.is_none() {
            self.state.globals = Some(outer.clone());
        }
        self.scopes.push(outer.clone());
        outer
    }

    fn restore_scope(&mut self, outer: Vars) {
        let depth = self.scopes.len();
        let mut state = std::mem::take(&mut self.state);
        Self::put_scope(&mut state, depth, &outer);
        self.state = state;
        self.scopes.pop();
    }

    /// Puts the caller's variables back: the global ones may have changed meanwhile.
    fn put_scope(state: &mut super::State, depth: usize, outer: &Vars) {
        state.locals = match (depth, state.globals.take()) {
            (1, Some(globals)) => globals,
            (_, globals) => {
                state.globals = globals;
                outer.clone()
            }
        };
    }

    fn bind_params(&mut self, function: &Function, args: Args) -> Result<(), Raise> {
        let mut positional = Vec::new();
        let mut named: Vec<(Name, Passed)> = Vec::new();
        for passed in args.list {
            match passed.name.clone() {
                Some(name) => named.push((name, passed)),
                None => positional.push(passed),
            }
        }
        let mut positional = positional.into_iter();
        for param in &function.params {
            if param.variadic {
                let mut rest: Array = positional.by_ref().map(|passed| passed.value).collect();
                named.drain(..).for_each(|(name, passed)| rest.insert(Key::from(&*name), passed.value));
                Arc::make_mut(&mut self.state.locals).insert(param.name.clone(), Value::Array(rest));
                break;
            }
            let given = positional.next().or_else(|| {
                let at = named.iter().position(|(name, _)| *name == param.name)?;
                Some(named.remove(at).1)
            });
            let value = match (given, &param.default) {
                (Some(Passed { cell: Some(cell), .. }), _) if param.by_ref => Value::Shared(cell),
                (Some(passed), _) => self.soft(|eval| eval.coerce(passed.value, param.hint))?,
                (None, Some(default)) => self.eval(default)?,
                (None, None) => {
                    return Err(self.fails(format!("{}()", function.name), "too few arguments"));
                }
            };
            if param.promoted
                && let Some(id) = self.frame.this
                && let Some(instance) = self.state.object_mut(id)
            {
                instance.props.insert(param.name.clone(), value.clone());
            }
            Arc::make_mut(&mut self.state.locals).insert(param.name.clone(), value);
        }
        Ok(())
    }

    pub(super) fn make_closure(&mut self, function: &Arc<Function>) -> Eved {
        let mut bound = Vec::new();
        if function.arrow {
            let locals = self.state.locals.clone();
            self.charge(locals.len())?;
            for (name, value) in locals.iter() {
                bound.push((name.clone(), Bound::Copy(self.settle(value.clone()))));
            }
        }
        for (name, by_ref) in &function.uses {
            let place = super::place::Place::root(super::place::Root::Local(name.clone()));
            bound.push((
                name.clone(),
                if *by_ref {
                    let cell = self.share(&place)?;
                    self.held.insert(cell);
                    Bound::Shared(cell)
                } else {
                    let value = self.read(&place);
                    Bound::Copy(self.settle(value))
                },
            ));
        }
        let this = if function.is_static { None } else { self.frame.this };
        self.closure(Callee::Code(function.clone()), bound, this)
    }

    pub(super) fn make_callable(&mut self, callee: Value) -> Eved {
        match callee {
            Value::Closure(_) | Value::Unknown(_) => Ok(callee),
            callee => self.closure(Callee::Value(callee), Vec::new(), None),
        }
    }

    fn closure(&mut self, target: Callee, bound: Vec<(Name, Bound)>, this: Option<ObjectId>) -> Eved {
        let nesting = bound.iter().map(|(_, bound)| match bound {
            Bound::Copy(value) => value.nesting() + 1,
            Bound::Shared(_) => 1,
        });
        let own = if let Callee::Value(value) = &target { value.nesting() + 1 } else { 1 };
        let nesting = nesting.max().unwrap_or(0).max(own);
        if nesting >= MAX_NESTING {
            return Err(self.limit("closures nested too deeply"));
        }
        self.charge_bytes(bound.len() * 64 + 128)?;
        let class = self.frame.called.clone();
        Ok(Value::Closure(Arc::new(Closure { target, bound, this, class, nesting })))
    }
}

pub(super) fn by_parameter(function: &Function, at: usize, name: Option<&Name>) -> Pass {
    let param = match name {
        Some(name) => function.params.iter().find(|param| param.name == *name),
        None => function.params.get(at).or_else(|| function.params.last().filter(|param| param.variadic)),
    };
    if param.is_some_and(|param| param.by_ref && !param.variadic) { Pass::Share } else { Pass::Value }
}
