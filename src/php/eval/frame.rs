//! Running a function: its scope, its parameters, and every way in which it can end.

use std::collections::HashMap;
use std::sync::Arc;

use super::args::Passed;
use super::call::Context;
use super::heap::Vars;
use super::merge::merged;
use super::split::Outcome;
use super::{Args, Eval, Eved, Flow, Frame, Parked, Raise, State};
use crate::php::code::{Bound, Function, Hint, Name};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, Value};

impl Eval<'_> {
    pub(super) fn call_function(&mut self, function: &Arc<Function>, args: Args, context: Context) -> Eved {
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
    fn leave(&mut self, outcomes: Vec<Outcome>, outer: &Vars) -> Eved {
        let mut kept: Option<(Value, State)> = None;
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
                    self.parked.push(Parked { flow, state, why });
                }
                Ok(value)
            }
            None => self.join(finished).map(|_| Value::Null),
        }
    }

    fn settle_in(&mut self, state: &State, value: Value) -> Value {
        match value {
            Value::Shared(cell) => state.cell(cell),
            value => value,
        }
    }

    fn enter_scope(&mut self, bound: &[(Name, Bound)]) -> Vars {
        let mut locals = HashMap::new();
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
    fn put_scope(state: &mut State, depth: usize, outer: &Vars) {
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
}
