//! Reading variables, elements and properties; `isset` and `empty`.

use std::sync::Arc;

use super::{ClassOf, Eval, Eved, Raise};
use crate::php::code::{Expr, Kind, Member, Name};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{Array, Key, ObjectId, Text, Value};

impl Eval<'_> {
    /// A local variable as stored.
    pub(super) fn local(&self, name: &Name) -> Value {
        if let Some(value) = self.state.locals.get(name) {
            return value.clone();
        }
        match &**name {
            "this" => self.frame.this.map_or(Value::Null, Value::Object),
            "_SERVER" | "_ENV" | "_GET" | "_POST" | "_COOKIE" | "_REQUEST" | "_FILES" | "_SESSION" | "GLOBALS"
            | "argv" | "argc" => self.unknown(format!("${name}"), Reason::Changing),
            _ => Value::Null,
        }
    }

    /// Sets a local variable, through its shared cell if it has one.
    pub(super) fn set_local(&mut self, name: &Name, value: Value) {
        if let Some(Value::Shared(cell)) = self.state.locals.get(name) {
            let cell = *cell;
            if let Some(slot) = self.state.cell_mut(cell) {
                *slot = value;
            }
            return;
        }
        Arc::make_mut(&mut self.state.locals).insert(name.clone(), value);
    }

    /// Follows a shared cell, and copies arrays that hold such cells.
    pub(super) fn settle(&self, value: Value) -> Value {
        let value = match value {
            Value::Shared(cell) => self.state.cell(cell),
            value => value,
        };
        match value {
            Value::Array(array) if self.element_refs => Value::Array(self.settle_array(array)),
            value => value,
        }
    }

    fn settle_array(&self, array: Array) -> Array {
        let plain = |value: &Value| match value {
            Value::Shared(_) => false,
            Value::Array(inner) => inner.nesting() < 2 && !inner.values().any(|v| matches!(v, Value::Shared(_))),
            _ => true,
        };
        if array.values().all(plain) {
            return array;
        }
        array.iter().map(|(key, value)| (key.clone(), self.settle(value.clone()))).collect()
    }

    pub(super) fn property_stored(&self, id: ObjectId, name: &str) -> Value {
        let Some(instance) = self.state.object(id) else { return Value::Null };
        match (instance.props.get(name), &instance.opaque) {
            (Some(value), _) => value.clone(),
            (None, Some(problem)) => Value::Unknown(problem.clone()),
            (None, None) => Value::Null,
        }
    }

    /// A property's value, from the natives or `__get` where the object does not hold it.
    pub(super) fn property(&mut self, id: ObjectId, name: &Name) -> Eved {
        let Some(instance) = self.state.object(id) else { return Ok(Value::Null) };
        if instance.opaque.is_none() && !instance.props.contains_key(&**name) {
            match instance.class.clone() {
                ClassOf::Native(class) => {
                    let natives = self.natives;
                    if let Some(value) = natives.property(self, class, id, name) {
                        return Ok(value);
                    }
                }
                ClassOf::User(class) => {
                    if let Some(method) = self.find_method(&class, "__get")? {
                        let args = super::Args::of(vec![Value::text(&**name)]);
                        return self.call_method(&method, Some(id), class.name.clone(), args);
                    }
                }
                ClassOf::Plain => {}
            }
        }
        Ok(self.settle(self.property_stored(id, name)))
    }

    pub(super) fn member(&mut self, member: &Member) -> Result<Name, Raise> {
        match member {
            Member::Fixed(name) => Ok(name.clone()),
            Member::Computed(expr) => {
                let value = self.eval(expr)?;
                Ok(self.text(&value)?.lossy().into())
            }
        }
    }

    /// `$a[k]` as a value.
    pub(super) fn index(&mut self, expr: &Expr, base: &Expr, key: Option<&Expr>) -> Eved {
        let Some(key) = key else { return Err(self.fails("[]", "reading a new element")) };
        if let Kind::Var(name) = &base.kind
            && !self.state.locals.contains_key(name)
        {
            match &**name {
                "_SERVER" | "_ENV" => return self.environment(expr, key),
                "GLOBALS" => {
                    let place = self.place(expr)?;
                    let value = self.read(&place);
                    return Ok(self.settle(value));
                }
                _ => {}
            }
        }
        let base = self.eval_base(base)?;
        let key = self.eval(key)?;
        self.element(&base, &key, expr)
    }

    /// A base of `[…]`: its own shared elements need no copying, only the one that is read.
    pub(super) fn eval_base(&mut self, base: &Expr) -> Eved {
        match &base.kind {
            Kind::Var(name) => Ok(match self.local(name) {
                Value::Shared(cell) => self.state.cell(cell),
                value => value,
            }),
            _ => self.eval(base),
        }
    }

    fn environment(&mut self, expr: &Expr, key: &Expr) -> Eved {
        let key = self.eval(key)?;
        let name = self.text(&key)?;
        match self.world.getenv(&name.lossy()) {
            Some(value) => Ok(Value::text(value)),
            None => Ok(self.unknown(expr.describe(), Reason::Environment)),
        }
    }

    pub(super) fn element(&mut self, base: &Value, key: &Value, expr: &Expr) -> Eved {
        Ok(match base {
            Value::Unknown(_) => base.clone(),
            Value::Array(array) => {
                let key = self.key(key)?;
                self.settle(array.get(&key).cloned().unwrap_or(Value::Null))
            }
            Value::Str(text) => {
                let Some(at) = key.to_int() else { return Ok(Value::Null) };
                offset(text, at).map_or_else(|| Value::text(""), |byte| Value::text(&[byte][..]))
            }
            Value::Object(_) | Value::Closure(_) => self.unknown(expr.describe(), Reason::Unsupported),
            _ => Value::Null,
        })
    }

    /// `isset` of one expression; the problem where that is unknown.
    pub(super) fn is_set(&mut self, expr: &Expr) -> Result<Result<bool, Arc<Problem>>, Raise> {
        Ok(match self.quiet(expr)? {
            Value::Null => Ok(false),
            Value::Unknown(problem) => Err(problem),
            _ => Ok(true),
        })
    }

    /// A value for `isset`, `empty` and `??`: what is missing on the way is null.
    pub(super) fn quiet(&mut self, expr: &Expr) -> Eved {
        match &expr.kind {
            Kind::Prop(object, member, _) => {
                let object = self.quiet(object)?;
                let name = match self.member(member) {
                    Ok(name) => name,
                    Err(Raise::Unknown(problem)) => return Ok(Value::Unknown(problem)),
                    Err(raise) => return Err(raise),
                };
                match object {
                    Value::Object(id) => match self.isset_magic(id, &name)? {
                        Some(answer) => Ok(answer),
                        None => self.soft(|eval| eval.property(id, &name)),
                    },
                    Value::Unknown(_) => Ok(object),
                    _ => Ok(Value::Null),
                }
            }
            Kind::Index(base, Some(key)) if !self.is_superglobal(base) => {
                let base = self.quiet(base)?;
                let key = self.eval(key)?;
                match (&base, &key) {
                    (Value::Unknown(_), _) => Ok(base),
                    (_, Value::Unknown(_)) => Ok(key),
                    (Value::Str(text), _) => Ok(match key {
                        Value::Int(at) => offset(text, at).map_or(Value::Null, |byte| Value::text(&[byte][..])),
                        _ => Value::Null,
                    }),
                    _ => self.soft(|eval| eval.element(&base, &key, expr)),
                }
            }
            Kind::StaticProp(class, member) => {
                let name = self.member(member)?;
                Ok(match self.static_cell(class, &name) {
                    Ok(Ok(cell)) => self.settle(Value::Shared(cell)),
                    Ok(Err(problem)) | Err(Raise::Unknown(problem)) => Value::Unknown(problem),
                    Err(Raise::Throw(..)) => Value::Null,
                    Err(raise) => return Err(raise),
                })
            }
            _ => self.eval(expr),
        }
    }

    fn is_superglobal(&self, base: &Expr) -> bool {
        matches!(&base.kind, Kind::Var(name) if matches!(&**name, "_SERVER" | "_ENV" | "GLOBALS"))
    }

    /// `__isset` is asked where an object has one and does not hold the property itself.
    fn isset_magic(&mut self, id: ObjectId, name: &Name) -> Result<Option<Value>, Raise> {
        let Some(instance) = self.state.object(id) else { return Ok(None) };
        if instance.props.contains_key(&**name) {
            return Ok(None);
        }
        let ClassOf::User(class) = instance.class.clone() else { return Ok(None) };
        let Some(method) = self.find_method(&class, "__isset")? else {
            // Without it, `isset` does not ask `__get`.
            return Ok(Some(Value::Null));
        };
        let args = super::Args::of(vec![Value::text(&**name)]);
        let answer = self.call_method(&method, Some(id), class.name.clone(), args)?;
        Ok(match answer.truth() {
            Ok(true) => None,
            Ok(false) => Some(Value::Null),
            Err(problem) => Some(Value::Unknown(problem)),
        })
    }

    /// The properties that `foreach` and `(array)` see.
    pub(in crate::php) fn public_properties(&self, id: ObjectId) -> Result<Array, Arc<Problem>> {
        let Some(instance) = self.state.object(id) else { return Ok(Array::new()) };
        if let Some(problem) = &instance.opaque {
            return Err(problem.clone());
        }
        if let ClassOf::Native(class) = instance.class {
            if let Some(known) = self.natives.properties(self, class, id) {
                return Ok(known.into_iter().map(|(name, value)| (Key::from(&*name), value)).collect());
            }
            return Err(self.problem(format!("the properties of {class}"), Reason::Unsupported));
        }
        Ok(instance.props.iter().map(|(name, value)| (Key::from(&**name), self.settle(value.clone()))).collect())
    }

    /// Binds a variable, element or property to a shared cell.
    pub(super) fn bind(&mut self, target: &Expr, cell: crate::php::value::CellId) -> Result<(), Raise> {
        if let Kind::Var(name) = &target.kind {
            Arc::make_mut(&mut self.state.locals).insert(name.clone(), Value::Shared(cell));
            return Ok(());
        }
        let place = self.place(target)?;
        self.replace(&place, Value::Shared(cell))
    }
}

/// A byte of a string; negative offsets count from its end.
pub(super) fn offset(text: &Text, at: i64) -> Option<u8> {
    let at = if at < 0 { at.checked_add(text.len() as i64)? } else { at };
    text.get(usize::try_from(at).ok()?).copied()
}
