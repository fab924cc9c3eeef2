//! Sharing variables and elements (`&$x`), and removing them.

use std::sync::Arc;

use super::place::{Place, Root};
use super::{Eval, Raise};
use crate::php::code::Expr;
use crate::php::value::{CellId, Value};

impl Eval<'_> {
    /// Makes the value at a place shared, and gives its cell.
    pub(super) fn share(&mut self, place: &Place) -> Result<CellId, Raise> {
        let place = self.resolved(place, false);
        if let Some(Value::Shared(cell)) = self.stored_exactly(&place) {
            self.held.insert(cell);
            return Ok(cell);
        }
        let value = self.read(&place);
        self.charge_bytes(64)?;
        let cell = self.state.new_cell(value);
        self.element_refs |= !place.keys.is_empty();
        self.change_at(&place, 0, |slot| *slot = Value::Shared(cell))?;
        Ok(cell)
    }

    fn stored_exactly(&self, place: &Place) -> Option<Value> {
        let mut value = self.stored(&place.root);
        for key in &place.keys {
            value = value.as_array()?.get(key.as_ref()?)?.clone();
        }
        Some(value)
    }

    /// Makes an element that `foreach` shared a plain value again.
    pub(super) fn unshare(&mut self, place: &Place) {
        let place = self.resolved(place, false);
        if let Some(Value::Shared(cell)) = self.stored_exactly(&place)
            && !self.held.contains(&cell)
        {
            let value = self.state.cell(cell);
            // The place exists, so that nothing can go wrong.
            self.change_at(&place, value.nesting(), |slot| *slot = value).ok();
        }
    }

    /// Replaces what is stored at a place itself, even where that is a shared cell.
    pub(super) fn replace(&mut self, place: &Place, value: Value) -> Result<(), Raise> {
        let place = self.resolved(place, false);
        self.element_refs |= !place.keys.is_empty();
        self.change_at(&place, 0, |slot| *slot = value)
    }

    /// Removes what is at a place.
    pub(super) fn unset(&mut self, expr: &Expr) -> Result<(), Raise> {
        let place = self.place(expr)?;
        let mut place = self.resolved(&place, false);
        if let Some(problem) = place.vague.clone() {
            return self.change_at(&place, 0, |slot| *slot = Value::Unknown(problem));
        }
        match (place.keys.pop(), &place.root) {
            (None, Root::Local(name)) => {
                Arc::make_mut(&mut self.state.locals).remove(name);
            }
            (None, Root::Prop(id, name)) => {
                let (id, name) = (*id, name.clone());
                if let Some(instance) = self.state.object_mut(id) {
                    instance.props.shift_remove(&name);
                }
            }
            (Some(Some(key)), _) if matches!(self.read(&place), Value::Array(_)) => {
                self.change_at(&place, 0, |slot| {
                    if let Value::Array(array) = slot {
                        array.remove(&key);
                    }
                })?;
            }
            _ => {}
        }
        Ok(())
    }
}
