//! Loops.
//!
//! A loop whose condition is unknown runs its body until nothing known changes any more; what
//! changed is unknown.

use std::cell::Cell;
use std::sync::Arc;

use super::heap::State;
use super::place::Place;
use super::{Eval, Flow, Raise};
use crate::php::code::{Block, Expr, Foreach};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{Array, Key, Value};

/// A test's answer, or why it is unknown.
type Test = Result<bool, Arc<Problem>>;

/// How often an unknown loop is run before it counts as too much.
const ROUNDS: usize = 12;

/// The parts of a loop.
struct Looped<T, B, S> {
    test: T,
    body: B,
    step: S,
}

type Left = Option<(State, Option<Arc<Problem>>)>;

impl Eval<'_> {
    /// `while` and `do … while`.
    pub(super) fn repeat(&mut self, condition: &Expr, body: &Block, first: bool) -> Result<Flow, Raise> {
        let mut skip = !first;
        self.looped(Looped {
            test: |eval: &mut Self| {
                if std::mem::take(&mut skip) { Ok(Ok(true)) } else { eval.truth(condition) }
            },
            body: |eval: &mut Self| eval.block(body),
            step: |_: &mut Self| Ok(()),
        })
    }

    /// `for`.
    pub(super) fn counted(
        &mut self,
        start: &[Expr],
        conditions: &[Expr],
        steps: &[Expr],
        body: &Block,
    ) -> Result<Flow, Raise> {
        for expr in start {
            self.eval(expr)?;
        }
        self.looped(Looped {
            test: |eval: &mut Self| {
                let mut answer = Ok(true);
                for condition in conditions {
                    answer = eval.truth(condition)?;
                }
                Ok(answer)
            },
            body: |eval: &mut Self| eval.block(body),
            step: |eval: &mut Self| steps.iter().try_for_each(|step| eval.eval(step).map(|_| ())),
        })
    }

    /// `foreach`.
    pub(super) fn each(&mut self, each: &Foreach) -> Result<Flow, Raise> {
        if each.by_ref {
            return self.each_by_ref(each);
        }
        let entries = match self.eval_base(&each.subject)? {
            Value::Array(array) => array,
            Value::Object(id) => match self.public_properties(id) {
                Ok(properties) => properties,
                Err(why) => return self.each_unknown(each, &why),
            },
            Value::Unknown(why) => return self.each_unknown(each, &why),
            // PHP warns and goes on.
            _ => return Ok(Flow::Next),
        };
        self.each_entry(each, &entries)
    }

    fn each_entry(&mut self, each: &Foreach, entries: &Array) -> Result<Flow, Raise> {
        let next = Cell::new(0);
        self.looped(Looped {
            test: |_: &mut Self| Ok(Ok(next.get() < entries.len())),
            body: |eval: &mut Self| {
                let Some((key, value)) = entries.nth(next.replace(next.get() + 1)) else {
                    return Ok(Flow::Break(1));
                };
                eval.charge(1)?;
                // An element that is shared may have changed since.
                let value = eval.settle(value.clone());
                eval.assign(&each.value, value)?;
                if let Some(target) = &each.key {
                    eval.assign(target, key.value())?;
                }
                eval.block(&each.body)
            },
            step: |_: &mut Self| Ok(()),
        })
    }

    fn each_unknown(&mut self, each: &Foreach, why: &Arc<Problem>) -> Result<Flow, Raise> {
        let why = why.clone();
        self.looped(Looped {
            test: |_: &mut Self| Ok(Err(why.clone())),
            body: |eval: &mut Self| {
                eval.assign(&each.value, Value::Unknown(why.clone()))?;
                if let Some(target) = &each.key {
                    eval.assign(target, Value::Unknown(why.clone()))?;
                }
                eval.block(&each.body)
            },
            step: |_: &mut Self| Ok(()),
        })
    }

    fn each_by_ref(&mut self, each: &Foreach) -> Result<Flow, Raise> {
        let place = self.place(&each.subject)?;
        let keys: Vec<Key> = match self.read(&place) {
            Value::Array(array) => array.keys().cloned().collect(),
            Value::Unknown(why) => return self.each_unknown(each, &why),
            Value::Object(_) => {
                let why = self.problem("foreach by reference over an object", Reason::Unsupported);
                return self.each_unknown(each, &why);
            }
            _ => return Ok(Flow::Next),
        };
        let next = Cell::new(0);
        self.looped(Looped {
            test: |_: &mut Self| Ok(Ok(next.get() < keys.len())),
            body: |eval: &mut Self| {
                let Some(key) = keys.get(next.replace(next.get() + 1)) else { return Ok(Flow::Break(1)) };
                eval.charge(1)?;
                let element = place.element(key.clone());
                if !eval.exists(&element) {
                    return Ok(Flow::Next);
                }
                eval.bind_element(each, &element, key)?;
                let flow = eval.block(&each.body)?;
                if next.get() < keys.len() {
                    eval.unshare(&element);
                }
                Ok(flow)
            },
            step: |_: &mut Self| Ok(()),
        })
    }

    fn bind_element(&mut self, each: &Foreach, element: &Place, key: &Key) -> Result<(), Raise> {
        let cell = self.share(element)?;
        self.bind(&each.value, cell)?;
        if let Some(target) = &each.key {
            self.assign(target, key.value())?;
        }
        Ok(())
    }

    fn looped<T, B, S>(&mut self, mut parts: Looped<T, B, S>) -> Result<Flow, Raise>
    where
        T: FnMut(&mut Self) -> Result<Test, Raise>,
        B: FnMut(&mut Self) -> Result<Flow, Raise>,
        S: FnMut(&mut Self) -> Result<(), Raise>,
    {
        let mut left: Left = None;
        loop {
            self.charge(1)?;
            let test = match (parts.test)(self) {
                Ok(test) => test,
                Err(raise) => return self.leave_or(left, raise),
            };
            match test {
                Ok(false) => break,
                Ok(true) => match self.round(&mut left, &mut parts.body) {
                    Ok(None) => (parts.step)(self)?,
                    Ok(Some(flow)) => return Ok(flow),
                    Err(raise) => return self.leave_or(left, raise),
                },
                Err(why) => {
                    self.unknown_rounds(&why, &mut left, &mut parts)?;
                    break;
                }
            }
        }
        self.merge_left(left);
        Ok(Flow::Next)
    }

    /// An end of the script within a loop leaves only what broke out of it before.
    fn leave_or(&mut self, left: Left, raise: Raise) -> Result<Flow, Raise> {
        match (left, raise) {
            (Some((state, _)), Raise::Exit(_)) => self.state = state,
            (Some((state, _)), Raise::Throw(..)) if self.trying == 0 => self.state = state,
            (_, raise) => return Err(raise),
        }
        Ok(Flow::Next)
    }

    fn merge_left(&mut self, left: Left) {
        if let Some((state, why)) = left {
            let why = why.unwrap_or_else(|| self.problem("a loop", Reason::Unsupported));
            self.state.merge(state, &why);
        }
    }

    /// Runs the body once. None: the loop goes on; else it is over.
    fn round(
        &mut self,
        left: &mut Left,
        body: &mut impl FnMut(&mut Self) -> Result<Flow, Raise>,
    ) -> Result<Option<Flow>, Raise> {
        let base = self.parked.len();
        let ended = body(self);
        let mut go: Left = None;
        let mut others = Vec::new();
        for (flow, state, why) in self.outcomes(base, ended)? {
            match flow {
                Flow::Next | Flow::Continue(1) => self.add_outcome(&mut go, state, why),
                Flow::Break(1) => self.add_outcome(left, state, why),
                Flow::Break(levels) => others.push((Flow::Break(levels - 1), state, why)),
                Flow::Continue(levels) => others.push((Flow::Continue(levels - 1), state, why)),
                flow => others.push((flow, state, why)),
            }
        }
        let (over, next) = match go {
            Some(go) => (false, Some(go)),
            None => (true, left.take()),
        };
        let Some((state, why)) = next else { return self.join(others).map(Some) };
        if others.is_empty() {
            self.state = state;
            return Ok(over.then_some(Flow::Next));
        }
        others.insert(0, (Flow::Next, state, why));
        self.join(others)?;
        Ok(over.then_some(Flow::Next))
    }

    fn add_outcome(&mut self, to: &mut Left, state: State, why: Option<Arc<Problem>>) {
        *to = Some(match to.take() {
            None => (state, why),
            Some((mut before, cause)) => {
                let reason = why.or(cause).unwrap_or_else(|| self.problem("a loop", Reason::Unsupported));
                before.merge(state, &reason);
                (before, Some(reason))
            }
        });
    }

    fn unknown_rounds<T, B, S>(
        &mut self,
        why: &Arc<Problem>,
        left: &mut Left,
        parts: &mut Looped<T, B, S>,
    ) -> Result<(), Raise>
    where
        T: FnMut(&mut Self) -> Result<Test, Raise>,
        B: FnMut(&mut Self) -> Result<Flow, Raise>,
        S: FnMut(&mut Self) -> Result<(), Raise>,
    {
        for _ in 0..ROUNDS {
            let before = self.state.clone();
            self.split(why, 2, |eval, arm| {
                if arm == 0 {
                    return Ok(Flow::Next);
                }
                if let Some(flow) = eval.round(left, &mut parts.body)? {
                    return Ok(flow);
                }
                (parts.step)(eval)?;
                // Its answer does not matter, its effects do.
                (parts.test)(eval)?.ok();
                Ok(Flow::Next)
            })?;
            if self.state.settled(&before) {
                return Ok(());
            }
        }
        Err(self.limit("a loop under an unknown condition"))
    }
}
