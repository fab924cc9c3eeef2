//! What holds after one of two branches, of which nobody knows which was taken.

use std::sync::Arc;

use super::heap::{Instance, State, Vars};
use crate::php::problem::Problem;
use crate::php::value::Value;

impl State {
    /// What holds after either this or the other: what differs becomes unknown.
    pub fn merge(&mut self, other: Self, why: &Arc<Problem>) {
        merge_vars(&mut self.locals, &other.locals, why);
        if let (Some(ours), Some(theirs)) = (&mut self.globals, &other.globals) {
            merge_vars(ours, theirs, why);
        }
        merge_vars(&mut self.constants, &other.constants, why);
        self.merge_cells(&other, why);
        self.merge_objects(&other, why);
        self.merge_statics(&other, why);
        if self.output.len() == other.output.len() {
            for at in 0..other.output.len() {
                if !same(&self.output[at], &other.output[at]) {
                    Arc::make_mut(&mut self.output)[at] = Value::Unknown(why.clone());
                }
            }
        } else {
            let shorter = self.output.len().min(other.output.len());
            let output = Arc::make_mut(&mut self.output);
            output.truncate(shorter);
            output.iter_mut().for_each(|buffer| *buffer = Value::Unknown(why.clone()));
        }
    }

    /// A static that only one side has set up may or may not have its first value.
    fn merge_statics(&mut self, other: &Self, why: &Arc<Problem>) {
        if Arc::ptr_eq(&self.statics, &other.statics) {
            return;
        }
        let ours = self.statics.clone();
        for (name, cell) in ours.iter() {
            let value = match other.statics.get(name) {
                Some(theirs) => merged(&self.cell(*cell), &self.cell(*theirs), why),
                None => Value::Unknown(why.clone()),
            };
            if let Some(place) = self.cell_mut(*cell) {
                *place = value;
            }
        }
        for (name, cell) in other.statics.iter().filter(|(name, _)| !ours.contains_key(*name)) {
            Arc::make_mut(&mut self.statics).insert(name.clone(), *cell);
            if let Some(place) = self.cell_mut(*cell) {
                *place = Value::Unknown(why.clone());
            }
        }
    }

    fn merge_cells(&mut self, other: &Self, why: &Arc<Problem>) {
        if Arc::ptr_eq(&self.cells, &other.cells) {
            return;
        }
        self.pad(other.size());
        let cells = Arc::make_mut(&mut self.cells);
        for (ours, theirs) in cells.iter_mut().zip(other.cells.iter()) {
            match (&*ours, theirs) {
                (None, Some(theirs)) => *ours = Some(theirs.clone()),
                (Some(a), Some(b)) if !same(a, b) => *ours = Some(merged(a, b, why)),
                _ => {}
            }
        }
    }

    fn merge_objects(&mut self, other: &Self, why: &Arc<Problem>) {
        if Arc::ptr_eq(&self.objects, &other.objects) {
            return;
        }
        self.pad(other.size());
        let objects = Arc::make_mut(&mut self.objects);
        for (ours, theirs) in objects.iter_mut().zip(other.objects.iter()) {
            match (&mut *ours, theirs) {
                (None, Some(theirs)) => *ours = Some(theirs.clone()),
                (Some(a), Some(b)) if !Arc::ptr_eq(a, b) => merge_instance(Arc::make_mut(a), b, why),
                _ => {}
            }
        }
    }

    /// Whether nothing but more unknown values distinguishes this from an earlier snapshot.
    pub fn settled(&self, before: &Self) -> bool {
        same_vars(&self.locals, &before.locals)
            && match (&self.globals, &before.globals) {
                (Some(a), Some(b)) => same_vars(a, b),
                _ => true,
            }
            && self.cells.iter().zip(before.cells.iter()).all(|pair| match pair {
                (Some(a), Some(b)) => same(a, b),
                _ => true,
            })
            && self.objects.iter().zip(before.objects.iter()).all(|pair| match pair {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b) || same_instance(a, b),
                _ => true,
            })
            && self.output.len() == before.output.len()
            && self.output.iter().zip(before.output.iter()).all(|(a, b)| same(a, b))
    }
}

fn merge_vars(ours: &mut Vars, theirs: &Vars, why: &Arc<Problem>) {
    if Arc::ptr_eq(ours, theirs) {
        return;
    }
    let vars = Arc::make_mut(ours);
    for (name, value) in vars.iter_mut() {
        match theirs.get(name) {
            Some(other) if same(value, other) => {}
            Some(other) => *value = merged(value, other, why),
            None => *value = Value::Unknown(why.clone()),
        }
    }
    for name in theirs.keys() {
        if !vars.contains_key(name) {
            vars.insert(name.clone(), Value::Unknown(why.clone()));
        }
    }
}

fn merge_instance(ours: &mut Instance, theirs: &Instance, why: &Arc<Problem>) {
    if ours.opaque.is_none() {
        ours.opaque.clone_from(&theirs.opaque);
    }
    for (name, value) in &mut ours.props {
        match theirs.props.get(name) {
            Some(other) if same(value, other) => {}
            Some(other) => *value = merged(value, other, why),
            None => *value = Value::Unknown(why.clone()),
        }
    }
    for name in theirs.props.keys() {
        if !ours.props.contains_key(name) {
            ours.props.insert(name.clone(), Value::Unknown(why.clone()));
        }
    }
}

/// What a place holds after either of two branches. Arrays with the same keys merge by element.
pub fn merged(a: &Value, b: &Value, why: &Arc<Problem>) -> Value {
    if same(a, b) {
        return a.clone();
    }
    match (a, b) {
        (Value::Unknown(_), _) => a.clone(),
        (_, Value::Unknown(_)) => b.clone(),
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() && x.keys().eq(y.keys()) => {
            Value::Array(x.iter().zip(y.values()).map(|((key, a), b)| (key.clone(), merged(a, b, why))).collect())
        }
        _ => Value::Unknown(why.clone()),
    }
}

fn same_vars(a: &Vars, b: &Vars) -> bool {
    Arc::ptr_eq(a, b)
        || (a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other))))
}

fn same_instance(a: &Instance, b: &Instance) -> bool {
    a.opaque.is_some() == b.opaque.is_some()
        && a.props.len() == b.props.len()
        && a.props.iter().all(|(name, value)| b.props.get(name).is_some_and(|other| same(value, other)))
}

/// Whether two values are the same thing; two unknown ones are, for this purpose.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) | (Value::Unknown(_), Value::Unknown(_)) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Str(a), Value::Str(b)) => a.same(b) || a == b,
        (Value::Array(a), Value::Array(b)) => {
            a.same(b)
                || (a.len() == b.len() && a.iter().zip(b.iter()).all(|((ka, va), (kb, vb))| ka == kb && same(va, vb)))
        }
        (Value::Object(a), Value::Object(b)) => a == b,
        (Value::Closure(a), Value::Closure(b)) => Arc::ptr_eq(a, b),
        (Value::Shared(a), Value::Shared(b)) => a == b,
        _ => false,
    }
}
