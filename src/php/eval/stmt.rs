//! Statements.

use std::sync::Arc;

use super::{Eval, Flow, Raise};
use crate::php::code::{Block, Catch, Expr, Name, Stmt};
use crate::php::problem::Reason;
use crate::php::value::Value;

impl Eval<'_> {
    pub(super) fn block(&mut self, block: &Block) -> Result<Flow, Raise> {
        for stmt in block {
            match self.stmt(stmt)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<Flow, Raise> {
        self.sink()?;
        let flow = self.stmt_inner(stmt);
        self.rise();
        flow
    }

    fn stmt_inner(&mut self, stmt: &Stmt) -> Result<Flow, Raise> {
        match stmt {
            Stmt::Expr(expr) => {
                self.eval(expr)?;
            }
            Stmt::Echo(values) => {
                for value in values {
                    let value = self.eval(value)?;
                    self.print(value)?;
                }
            }
            Stmt::If(arms, last) => return self.branch(arms, last),
            Stmt::While(condition, body) => return self.repeat(condition, body, true),
            Stmt::DoWhile(body, condition) => return self.repeat(condition, body, false),
            Stmt::For(start, conditions, steps, body) => return self.counted(start, conditions, steps, body),
            Stmt::Foreach(each) => return self.each(each),
            Stmt::Switch(subject, cases) => return self.switch(subject, cases),
            Stmt::Break(levels) => return Ok(Flow::Break(*levels)),
            Stmt::Continue(levels) => return Ok(Flow::Continue(*levels)),
            Stmt::Return(_, None) => return Ok(Flow::Return(Value::Null)),
            Stmt::Return(_, Some(value)) => return Ok(Flow::Return(self.eval(value)?)),
            Stmt::Global(line, names) => {
                self.line = *line;
                names.iter().for_each(|name| self.bind_global(name));
            }
            Stmt::Static(number, name, value) => self.bind_static(*number, name, value.as_ref())?,
            Stmt::Unset(targets) => {
                for target in targets {
                    self.unset(target)?;
                }
            }
            Stmt::Try(body, catches, last) => return self.attempt(body, catches, last),
            Stmt::Block(body) => return self.block(body),
            Stmt::Function(function) => self.declare_function(function),
            Stmt::Class(class) => self.declare_class(class),
            Stmt::Const(name, value) => {
                let value = self.eval(value)?;
                Arc::make_mut(&mut self.state.constants).insert(name.clone(), value);
            }
            Stmt::Unsupported(line, what) => {
                self.line = *line;
                return Err(Raise::Limit(self.problem(*what, Reason::Unsupported)));
            }
        }
        Ok(Flow::Next)
    }

    fn branch(&mut self, arms: &[(Expr, Block)], last: &Block) -> Result<Flow, Raise> {
        let Some(((condition, body), rest)) = arms.split_first() else { return self.block(last) };
        match self.truth(condition)? {
            Ok(true) => self.block(body),
            Ok(false) => self.branch(rest, last),
            Err(why) => self.split(&why, 2, |eval, arm| match arm {
                0 => eval.block(body),
                _ => eval.branch(rest, last),
            }),
        }
    }

    fn switch(&mut self, subject: &Expr, cases: &[(Option<Expr>, Block)]) -> Result<Flow, Raise> {
        let subject = self.eval(subject)?;
        let base = self.parked.len();
        let flow = self.switch_from(&subject, cases, 0);
        self.end_of_switch(base, flow)
    }

    /// Looks for the case to enter, from the `at`th on.
    fn switch_from(&mut self, subject: &Value, cases: &[(Option<Expr>, Block)], at: usize) -> Result<Flow, Raise> {
        for (index, (label, _)) in cases.iter().enumerate().skip(at) {
            let Some(label) = label else { continue };
            let label = self.eval(label)?;
            match self.loosely_equal(subject, &label) {
                Ok(true) => return self.fall_through(cases, index),
                Ok(false) => {}
                Err(why) => {
                    return self.split(&why, 2, |eval, arm| match arm {
                        0 => eval.fall_through(cases, index),
                        _ => eval.switch_from(subject, cases, index + 1),
                    });
                }
            }
        }
        match cases.iter().position(|(label, _)| label.is_none()) {
            Some(default) => self.fall_through(cases, default),
            None => Ok(Flow::Next),
        }
    }

    fn fall_through(&mut self, cases: &[(Option<Expr>, Block)], from: usize) -> Result<Flow, Raise> {
        for (_, body) in &cases[from..] {
            match self.block(body)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    /// `break` and `continue` both leave a switch.
    fn end_of_switch(&mut self, base: usize, flow: Result<Flow, Raise>) -> Result<Flow, Raise> {
        let outcomes = self.outcomes(base, flow)?;
        let leave = |flow| match flow {
            Flow::Next | Flow::Break(1) | Flow::Continue(1) => Flow::Next,
            Flow::Break(levels) => Flow::Break(levels - 1),
            Flow::Continue(levels) => Flow::Continue(levels - 1),
            flow => flow,
        };
        self.join(outcomes.into_iter().map(|(flow, state, why)| (leave(flow), state, why)).collect())
    }

    fn attempt(&mut self, body: &Block, catches: &[Catch], last: &Block) -> Result<Flow, Raise> {
        self.trying += 1;
        let flow = self.block(body);
        self.trying -= 1;
        let flow = match flow {
            Err(Raise::Throw(exception, why)) => match self.catch_for(&exception, &why, catches)? {
                Some(catch) => {
                    if let Some(variable) = &catch.variable {
                        self.set_local(variable, exception);
                    }
                    self.block(&catch.body)
                }
                None => Err(Raise::Throw(exception, why)),
            },
            other => other,
        };
        if last.is_empty() || matches!(flow, Err(Raise::Limit(_) | Raise::Exit(_))) {
            return flow;
        }
        match self.block(last)? {
            Flow::Next => flow,
            instead => Ok(instead),
        }
    }

    fn catch_for<'c>(
        &mut self,
        exception: &Value,
        why: &Arc<crate::php::problem::Problem>,
        catches: &'c [Catch],
    ) -> Result<Option<&'c Catch>, Raise> {
        for catch in catches {
            for class in &catch.classes {
                match self.is_caught(exception, class) {
                    Some(true) => return Ok(Some(catch)),
                    Some(false) => {}
                    None => return Err(Raise::Limit(why.clone())),
                }
            }
        }
        Ok(None)
    }

    /// Writes to the innermost output buffer; without one, output has no meaning here.
    pub(in crate::php) fn print(&mut self, value: Value) -> Result<(), Raise> {
        if self.state.output.is_empty() {
            return Ok(());
        }
        let text = match self.text(&value) {
            Ok(text) => Ok(text),
            Err(Raise::Unknown(problem)) => Err(problem),
            Err(raise) => return Err(raise),
        };
        if let Ok(text) = &text {
            let before = self.state.output.last().and_then(Value::as_text).map_or(0, |buffer| buffer.len());
            self.charge_string(text.len())?;
            if before + text.len() > 16 << 20 {
                return Err(self.limit("a string longer than 16 MiB"));
            }
        }
        if let Some(buffer) = Arc::make_mut(&mut self.state.output).last_mut() {
            match (&mut *buffer, text) {
                (Value::Str(buffer), Ok(text)) => buffer.push(&text),
                (Value::Str(_), Err(problem)) => *buffer = Value::Unknown(problem),
                _ => {}
            }
        }
        Ok(())
    }

    fn bind_global(&mut self, name: &Name) {
        if self.state.globals.is_none() {
            return;
        }
        let globals = self.state.globals_mut();
        let value = globals.get(name).cloned().unwrap_or(Value::Null);
        let cell = match value {
            Value::Shared(cell) => cell,
            value => {
                let known = globals.contains_key(name);
                let value = if known { value } else { self.missing_global(name) };
                let cell = self.state.new_cell(value);
                self.state.globals_mut().insert(name.clone(), Value::Shared(cell));
                cell
            }
        };
        Arc::make_mut(&mut self.state.locals).insert(name.clone(), Value::Shared(cell));
    }

    /// Moodle's code finds globals set that no evaluated file sets.
    fn missing_global(&self, name: &Name) -> Value {
        if self.natives.is_own_global(&self.frame.file, name) {
            return Value::Null;
        }
        let reason = if &**name == "DB" { Reason::Database } else { Reason::NotKnown };
        self.unknown(format!("global ${name}"), reason)
    }

    fn bind_static(&mut self, number: usize, name: &Name, value: Option<&Expr>) -> Result<(), Raise> {
        let class = self.frame.called.as_deref().unwrap_or_default();
        let key: Name = format!("{}#{number}#{class}", self.frame.file).into();
        let cell = match self.state.statics.get(&key) {
            Some(cell) => *cell,
            None => {
                let value = match value {
                    Some(value) => self.eval(value)?,
                    None => Value::Null,
                };
                let cell = self.state.new_cell(value);
                Arc::make_mut(&mut self.state.statics).insert(key, cell);
                cell
            }
        };
        Arc::make_mut(&mut self.state.locals).insert(name.clone(), Value::Shared(cell));
        Ok(())
    }
}
