//! Places: what can be written, shared or unset.

use std::sync::Arc;

use super::{Eval, Raise};
use crate::php::code::{Expr, Kind, Name};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{Array, CellId, Key, ObjectId, Value};

/// Where a place begins.
#[derive(Clone, Debug)]
pub(super) enum Root {
    Local(Name),
    Cell(CellId),
    Prop(ObjectId, Name),
    /// A value that is kept nowhere, or an unknown one: writes have no effect that matters.
    Nowhere(Box<Value>),
}

/// A variable, property or cell, and keys into the arrays it holds.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) root: Root,
    /// None appends.
    pub(super) keys: Vec<Option<Key>>,
    /// A key is unknown: what is written may land anywhere below.
    pub(super) vague: Option<Arc<Problem>>,
}

impl Place {
    pub(super) fn root(root: Root) -> Self {
        Self { root, keys: Vec::new(), vague: None }
    }

    pub(super) fn element(&self, key: Key) -> Self {
        let mut place = self.clone();
        place.keys.push(Some(key));
        place
    }
}

impl Eval<'_> {
    /// The place that an expression means.
    pub(super) fn place(&mut self, expr: &Expr) -> Result<Place, Raise> {
        self.sink()?;
        let place = self.place_inner(expr);
        self.rise();
        place
    }

    fn place_inner(&mut self, expr: &Expr) -> Result<Place, Raise> {
        Ok(match &expr.kind {
            Kind::Var(name) => Place::root(Root::Local(name.clone())),
            Kind::VarVar(name) => match self.eval(name)? {
                Value::Unknown(problem) => return Err(Raise::Limit(problem)),
                name => {
                    let name = self.text(&name)?;
                    Place::root(Root::Local(name.lossy().into()))
                }
            },
            Kind::Index(base, key) => {
                if let (Kind::Var(name), Some(key)) = (&base.kind, key)
                    && &**name == "GLOBALS"
                {
                    let key = self.eval(key)?;
                    let name: Name = self.text(&key)?.lossy().into();
                    return Ok(Place::root(self.global_root(&name)));
                }
                let mut place = self.place(base)?;
                let key = match key {
                    None => None,
                    Some(key) => match self.eval(key)? {
                        Value::Unknown(problem) => {
                            place.vague.get_or_insert(problem);
                            return Ok(place);
                        }
                        key => Some(self.key(&key)?),
                    },
                };
                if place.vague.is_none() {
                    place.keys.push(key);
                }
                place
            }
            Kind::Prop(object, member, _) => {
                let object = self.eval(object)?;
                let name = self.member(member)?;
                match object {
                    Value::Object(id) => Place::root(Root::Prop(id, name)),
                    Value::Unknown(_) => Place::root(Root::Nowhere(Box::new(object))),
                    _ => return Err(self.fails(expr.describe(), "property of something that is no object")),
                }
            }
            Kind::StaticProp(class, member) => {
                let name = self.member(member)?;
                match self.static_cell(class, &name)? {
                    Ok(cell) => Place::root(Root::Cell(cell)),
                    Err(problem) => Place::root(Root::Nowhere(Box::new(Value::Unknown(problem)))),
                }
            }
            _ => {
                let value = self.eval(expr)?;
                Place::root(Root::Nowhere(Box::new(value)))
            }
        })
    }

    fn global_root(&mut self, name: &Name) -> Root {
        if self.state.globals.is_none() {
            return Root::Local(name.clone());
        }
        let value = self.state.globals_mut().get(name).cloned().unwrap_or(Value::Null);
        if let Value::Shared(cell) = value {
            return Root::Cell(cell);
        }
        let cell = self.state.new_cell(value);
        self.state.globals_mut().insert(name.clone(), Value::Shared(cell));
        Root::Cell(cell)
    }

    /// The value at a root as it is stored: possibly [`Value::Shared`].
    pub(super) fn stored(&self, root: &Root) -> Value {
        match root {
            Root::Local(name) => self.local(name),
            Root::Cell(cell) => self.state.cell(*cell),
            Root::Prop(id, name) => self.property_stored(*id, name),
            Root::Nowhere(value) => (**value).clone(),
        }
    }

    /// The same place with every shared cell on the way followed; the last step too unless it
    /// is to be replaced itself.
    pub(super) fn resolved(&self, place: &Place, follow_last: bool) -> Place {
        let mut place = place.clone();
        'again: loop {
            let mut value = self.stored(&place.root);
            if let Value::Shared(cell) = value {
                if place.keys.is_empty() && !follow_last {
                    return place;
                }
                place.root = Root::Cell(cell);
                continue;
            }
            for at in 0..place.keys.len() {
                let (Value::Array(array), Some(key)) = (&value, &place.keys[at]) else { return place };
                let Some(next) = array.get(key).cloned() else { return place };
                if let Value::Shared(cell) = next
                    && (follow_last || at + 1 < place.keys.len())
                {
                    place.root = Root::Cell(cell);
                    place.keys.drain(..=at);
                    continue 'again;
                }
                value = next;
            }
            return place;
        }
    }

    /// The value at a place; null where nothing is.
    pub(super) fn read(&self, place: &Place) -> Value {
        if let Some(problem) = &place.vague {
            return Value::Unknown(problem.clone());
        }
        let place = self.resolved(place, true);
        let mut value = self.stored(&place.root);
        for key in &place.keys {
            value = match (&value, key) {
                (Value::Array(array), Some(key)) => array.get(key).cloned().unwrap_or(Value::Null),
                (Value::Unknown(_), _) => return value,
                _ => Value::Null,
            };
        }
        value
    }

    /// Whether there is an entry at a place that ends in a key.
    pub(super) fn exists(&self, place: &Place) -> bool {
        let place = self.resolved(place, false);
        let mut value = self.stored(&place.root);
        for key in &place.keys {
            let (Value::Array(array), Some(key)) = (&value, key) else { return false };
            let Some(next) = array.get(key).cloned() else { return false };
            value = next;
        }
        true
    }

    /// Replaces the value at a place.
    pub(super) fn write(&mut self, place: &Place, value: Value) -> Result<(), Raise> {
        let nesting = value.nesting();
        self.change(place, nesting, |slot| *slot = value)
    }

    /// Changes the value at a place, made with null where nothing is; `nesting` is what the new
    /// value will have at most.
    pub(super) fn change(&mut self, place: &Place, nesting: u32, with: impl FnOnce(&mut Value)) -> Result<(), Raise> {
        let place = self.resolved(place, true);
        self.change_at(&place, nesting, with)
    }

    pub(super) fn change_at(
        &mut self,
        place: &Place,
        nesting: u32,
        with: impl FnOnce(&mut Value),
    ) -> Result<(), Raise> {
        if nesting as usize + place.keys.len() >= crate::php::value::MAX_NESTING as usize {
            return Err(self.limit("arrays nested too deeply"));
        }
        let mut copied = 0;
        let trouble = match self.slot(&place.root) {
            None => None,
            Some(root) => match &place.vague {
                Some(problem) => {
                    blur(root, &place.keys, problem);
                    None
                }
                None => descend(root, &place.keys, nesting, &mut copied, with),
            },
        };
        self.charge_bytes(copied * 48 + if place.keys.is_empty() { 0 } else { 96 })?;
        match trouble {
            None => Ok(()),
            Some(Trouble::Scalar) => Err(self.fails("[…] =", "a scalar is used as an array")),
            Some(Trouble::Unsupported) => {
                let problem = self.problem("[…] = on a string or object", Reason::Unsupported);
                if let Some(root) = self.slot(&place.root) {
                    *root = Value::Unknown(problem);
                }
                Ok(())
            }
        }
    }

    fn slot(&mut self, root: &Root) -> Option<&mut Value> {
        match root {
            Root::Local(name) => {
                let locals = Arc::make_mut(&mut self.state.locals);
                Some(locals.entry(name.clone()).or_insert(Value::Null))
            }
            Root::Cell(cell) => self.state.cell_mut(*cell),
            Root::Prop(id, name) => {
                let instance = self.state.object_mut(*id)?;
                Some(instance.props.entry(name.clone()).or_insert(Value::Null))
            }
            Root::Nowhere(_) => None,
        }
    }
}

enum Trouble {
    Scalar,
    Unsupported,
}

/// Walks down the keys, making arrays where nothing is.
fn descend(
    root: &mut Value,
    keys: &[Option<Key>],
    nesting: u32,
    copied: &mut usize,
    with: impl FnOnce(&mut Value),
) -> Option<Trouble> {
    let mut slot = root;
    for (at, key) in keys.iter().enumerate() {
        if matches!(slot, Value::Null | Value::Bool(false)) {
            *slot = Value::Array(Array::new());
        }
        match slot {
            Value::Array(array) => {
                if array.is_shared() {
                    *copied += array.len();
                }
                array.deepen(nesting + (keys.len() - at) as u32);
                let key = key.clone().unwrap_or_else(|| Key::Int(array.next_key()));
                slot = array.entry(key);
            }
            Value::Unknown(_) => return None,
            Value::Str(_) | Value::Object(_) | Value::Closure(_) => return Some(Trouble::Unsupported),
            _ => return Some(Trouble::Scalar),
        }
    }
    with(slot);
    None
}

/// Something was written under an unknown key: the array it went into is unknown.
fn blur(slot: &mut Value, keys: &[Option<Key>], problem: &Arc<Problem>) {
    if let (Value::Array(array), Some((Some(key), rest))) = (&mut *slot, keys.split_first())
        && array.get(key).is_some()
    {
        return blur(array.entry(key.clone()), rest, problem);
    }
    *slot = Value::Unknown(problem.clone());
}
