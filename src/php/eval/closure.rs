//! Making closures.

use std::sync::Arc;

use super::place::{Place, Root};
use super::{Eval, Eved};
use crate::php::code::{Bound, Callee, Closure, Function, Name};
use crate::php::value::{MAX_NESTING, ObjectId, Value};

impl Eval<'_> {
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
            let place = Place::root(Root::Local(name.clone()));
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
