//! Branches on unknown conditions.
//!
//! 1. Take a snapshot, run every arm from it.
//! 2. Arms that end alike are merged: what differs between them is unknown.
//! 3. An arm that leaves the loop or function while another goes on is parked, and joins the
//!    others where that loop or function ends ([`Eval::outcomes`]).
//! 4. An arm that ends the script (`exit`, an uncaught exception) yields no page at all, so it has
//!    no say in what the page is.

use std::sync::Arc;

use super::heap::State;
use super::merge::merged;
use super::{Eval, Flow, Parked, Raise};
use crate::php::problem::Problem;
use crate::php::value::Value;

/// One way in which a body ended: how, in which state, and on which unknown condition.
pub(super) type Outcome = (Flow, State, Option<Arc<Problem>>);

impl Eval<'_> {
    /// Runs arm 0, 1, … each from the present state, because which one PHP takes is unknown.
    pub(super) fn split(
        &mut self,
        why: &Arc<Problem>,
        arms: usize,
        mut run: impl FnMut(&mut Self, usize) -> Result<Flow, Raise>,
    ) -> Result<Flow, Raise> {
        let base = self.state.clone();
        let mut kept: Option<(Flow, State)> = None;
        let mut ended = None;
        for arm in 0..arms {
            self.note_size();
            let (cells, objects) = self.high;
            self.charge(8 + (cells + objects) / 8)?;
            self.state = base.clone();
            self.state.pad(self.high);
            let flow = match run(self, arm) {
                Ok(flow) => flow,
                Err(Raise::Finish) => Flow::Finish,
                Err(Raise::Throw(..)) if self.trying > 0 => {
                    return Err(self.limit("an exception under an unknown condition"));
                }
                Err(raise @ (Raise::Throw(..) | Raise::Exit(_))) => {
                    ended = Some(raise);
                    continue;
                }
                Err(raise) => return Err(raise),
            };
            let state = std::mem::take(&mut self.state);
            kept = Some(match kept {
                None => (flow, state),
                Some(before) => self.combine(before, (flow, state), why),
            });
        }
        self.note_size();
        match kept {
            Some((Flow::Finish, state)) => {
                self.state = state;
                Err(Raise::Finish)
            }
            Some((flow, state)) => {
                self.state = state;
                Ok(flow)
            }
            None => {
                self.state = base;
                self.state.pad(self.high);
                Err(ended.unwrap_or_else(|| self.limit("a branch without an end")))
            }
        }
    }

    fn combine(&mut self, a: (Flow, State), b: (Flow, State), why: &Arc<Problem>) -> (Flow, State) {
        let (a, mut ours) = a;
        let (b, theirs) = b;
        let both = match (a, b) {
            (Flow::Next, Flow::Next) => Ok(Flow::Next),
            (Flow::Finish, Flow::Finish) => Ok(Flow::Finish),
            (Flow::Return(a), Flow::Return(b)) => Ok(Flow::Return(merged(&a, &b, why))),
            (Flow::Break(a), Flow::Break(b)) if a == b => Ok(Flow::Break(a)),
            (Flow::Continue(a), Flow::Continue(b)) if a == b => Ok(Flow::Continue(a)),
            pair => Err(pair),
        };
        match both {
            Ok(flow) => {
                ours.merge(theirs, why);
                (flow, ours)
            }
            Err((a, b @ Flow::Next)) => {
                self.parked.push(Parked { flow: a, state: ours, why: why.clone() });
                (b, theirs)
            }
            Err((a, b)) => {
                self.parked.push(Parked { flow: b, state: theirs, why: why.clone() });
                (a, ours)
            }
        }
    }

    /// Everything in which a body can have ended: how it ended just now, and what was parked since
    /// `base`. The state is left empty; each outcome carries its own.
    pub(super) fn outcomes(&mut self, base: usize, ended: Result<Flow, Raise>) -> Result<Vec<Outcome>, Raise> {
        let mut list = Vec::new();
        match ended {
            Ok(flow) => list.push((flow, std::mem::take(&mut self.state), None)),
            Err(Raise::Finish) => list.push((Flow::Finish, std::mem::take(&mut self.state), None)),
            Err(raise @ (Raise::Throw(..) | Raise::Exit(_))) => {
                if self.parked.len() == base {
                    return Err(raise);
                }
                if self.trying > 0 && matches!(raise, Raise::Throw(..)) {
                    return Err(self.limit("an exception under an unknown condition"));
                }
            }
            Err(raise) => return Err(raise),
        }
        list.extend(self.parked.drain(base..).map(|parked| (parked.flow, parked.state, Some(parked.why))));
        Ok(list)
    }

    /// Goes on after a loop or switch from every outcome it had.
    pub(super) fn join(&mut self, outcomes: Vec<Outcome>) -> Result<Flow, Raise> {
        let mut kept: Option<(Flow, State, Option<Arc<Problem>>)> = None;
        for (flow, state, why) in outcomes {
            kept = Some(match kept {
                None => (flow, state, why),
                Some((before, held, cause)) => {
                    let Some(reason) = why.or_else(|| cause.clone()) else {
                        return Err(self.limit("two endings without a cause"));
                    };
                    let (flow, state) = self.combine((before, held), (flow, state), &reason);
                    (flow, state, Some(reason))
                }
            });
        }
        let Some((flow, state, _)) = kept else { return Err(self.limit("a block without an end")) };
        self.state = state;
        match flow {
            Flow::Finish => Err(Raise::Finish),
            flow => Ok(flow),
        }
    }

    /// Evaluates one of several values without knowing which.
    pub(super) fn split_values(
        &mut self,
        why: &Arc<Problem>,
        arms: usize,
        mut run: impl FnMut(&mut Self, usize) -> Result<Value, Raise>,
    ) -> Result<Value, Raise> {
        let mut values = Vec::new();
        self.split(why, arms, |eval, arm| {
            let value = run(eval, arm)?;
            values.push(value);
            Ok(Flow::Next)
        })?;
        let mut values = values.into_iter();
        let first = values.next().unwrap_or(Value::Null);
        Ok(values.fold(first, |a, b| merged(&a, &b, why)))
    }

    pub(super) fn note_size(&mut self) {
        let (cells, objects) = self.state.size();
        self.high = (self.high.0.max(cells), self.high.1.max(objects));
    }
}
