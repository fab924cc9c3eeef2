//! Assignments.

use super::{Eval, Eved, Raise};
use crate::php::code::{AssignOp, Binary, Element, Expr, Kind, Name};
use crate::php::value::{Key, Value};

impl Eval<'_> {
    /// `target = value`, also destructuring.
    pub(super) fn assign(&mut self, target: &Expr, value: Value) -> Result<(), Raise> {
        match &target.kind {
            Kind::Var(name) => {
                self.set_local(name, value);
                Ok(())
            }
            Kind::Array(elements) => self.destructure(elements, &value),
            Kind::Prop(object, member, _) => {
                let object = self.eval(object)?;
                let name = match self.member(member) {
                    Ok(name) => name,
                    Err(Raise::Unknown(problem)) => {
                        self.taint(&object, &problem);
                        return Ok(());
                    }
                    Err(raise) => return Err(raise),
                };
                self.assign_property(target, &object, &name, value)
            }
            _ => {
                let place = self.place(target)?;
                self.write(&place, value)
            }
        }
    }

    fn assign_property(&mut self, target: &Expr, object: &Value, name: &Name, value: Value) -> Result<(), Raise> {
        match object {
            Value::Object(id) => {
                if let Some(class) = self.magic_class(*id, name)
                    && let Some(method) = self.find_method(&class, "__set")?
                {
                    let args = super::Args::of(vec![Value::text(&**name), value]);
                    self.call_method(&method, Some(*id), class.name.clone(), args)?;
                    return Ok(());
                }
                let stored = self.state.object(*id).and_then(|instance| instance.props.get(&**name).cloned());
                if let Some(Value::Shared(cell)) = stored {
                    if let Some(slot) = self.state.cell_mut(cell) {
                        *slot = value;
                    }
                    return Ok(());
                }
                self.charge_bytes(32)?;
                if let Some(instance) = self.state.object_mut(*id) {
                    instance.props.insert(name.clone(), value);
                }
                Ok(())
            }
            // Something unknown is changed: what was unknown stays so.
            Value::Unknown(_) => Ok(()),
            _ => Err(self.fails(target.describe(), "property of something that is no object")),
        }
    }

    /// `[$a, 'k' => $b] = value`.
    fn destructure(&mut self, elements: &[Element], value: &Value) -> Result<(), Raise> {
        let mut next = 0i64;
        for element in elements {
            let Element::Item(key, target, by_ref) = element else {
                next += 1;
                continue;
            };
            if *by_ref {
                return Err(Raise::Limit(
                    self.problem("destructuring by reference", crate::php::problem::Reason::Unsupported),
                ));
            }
            let key = match key {
                Some(key) => self.eval(key)?,
                None => {
                    next += 1;
                    Value::Int(next - 1)
                }
            };
            let part = match (value, &key) {
                (Value::Unknown(_), _) => value.clone(),
                (_, Value::Unknown(_)) => key.clone(),
                (Value::Array(array), _) => {
                    let key = self.key(&key)?;
                    self.settle(array.get(&key).cloned().unwrap_or(Value::Null))
                }
                _ => Value::Null,
            };
            self.assign(target, part)?;
        }
        Ok(())
    }

    /// `target = &source`.
    pub(super) fn assign_ref(&mut self, target: &Expr, source: &Expr) -> Eved {
        if !matches!(source.kind, Kind::Var(_) | Kind::Index(..) | Kind::Prop(..) | Kind::StaticProp(..)) {
            // `= &f()`: the value.
            let value = self.eval(source)?;
            self.assign(target, value.clone())?;
            return Ok(value);
        }
        let place = self.place(source)?;
        let cell = self.share(&place)?;
        self.held.insert(cell);
        self.bind(target, cell)?;
        Ok(self.settle(Value::Shared(cell)))
    }

    /// `target op= value`.
    pub(super) fn assign_op(&mut self, op: AssignOp, target: &Expr, value: &Expr) -> Eved {
        match op {
            AssignOp::Coalesce => self.assign_coalesce(target, value),
            AssignOp::Binary(Binary::Concat) => self.append(target, value),
            AssignOp::Binary(op) => {
                let before = self.eval(target)?;
                let value = self.eval(value)?;
                let result = self.soft(|eval| eval.binary(op, &before, &value))?;
                self.assign(target, result.clone())?;
                Ok(result)
            }
        }
    }

    fn assign_coalesce(&mut self, target: &Expr, value: &Expr) -> Eved {
        match self.quiet(target)? {
            Value::Null => {
                let value = self.eval(value)?;
                self.assign(target, value.clone())?;
                Ok(value)
            }
            Value::Unknown(why) => self.split_values(&why.clone(), 2, |eval, arm| {
                if arm == 0 {
                    return Ok(Value::Unknown(why.clone()));
                }
                let value = eval.eval(value)?;
                eval.assign(target, value.clone())?;
                Ok(value)
            }),
            known => Ok(known),
        }
    }

    /// `.=`: in place, so that building a text piece by piece takes time in proportion to it.
    fn append(&mut self, target: &Expr, value: &Expr) -> Eved {
        let value = self.eval(value)?;
        if let Kind::Prop(..) = target.kind {
            let before = self.eval(target)?;
            let joined = self.soft(|eval| eval.concat(&before, &value))?;
            self.assign(target, joined.clone())?;
            return Ok(joined);
        }
        let place = self.place(target)?;
        let before = self.read(&place);
        let more = match self.text(&value) {
            Ok(more) => more,
            Err(Raise::Unknown(problem)) => {
                self.write(&place, Value::Unknown(problem.clone()))?;
                return Ok(Value::Unknown(problem));
            }
            Err(raise) => return Err(raise),
        };
        match before {
            Value::Str(before) => {
                let length = before.len() + more.len();
                drop(before);
                self.charge_string(more.len())?;
                if length > 16 << 20 {
                    return Err(self.limit("a string longer than 16 MiB"));
                }
                self.change(&place, 0, |slot| {
                    if let Value::Str(text) = slot {
                        text.push(&more);
                    }
                })?;
            }
            before => {
                let joined = self.soft(|eval| eval.concat(&before, &Value::Str(more)))?;
                self.write(&place, joined)?;
            }
        }
        // The result of `.=` is hardly ever used; reading it back is cheap.
        Ok(self.read(&place))
    }

    /// `++` and `--`.
    pub(super) fn step(&mut self, by: i64, new: bool, target: &Expr) -> Eved {
        let before = self.eval(target)?;
        let after = match &before {
            Value::Unknown(_) => before.clone(),
            Value::Null if by > 0 => Value::Int(1),
            Value::Null | Value::Bool(_) => before.clone(),
            Value::Int(number) => {
                number.checked_add(by).map_or_else(|| Value::Float(*number as f64 + by as f64), Value::Int)
            }
            Value::Float(number) => Value::Float(number + by as f64),
            Value::Str(text) => match crate::php::value::numeric(text) {
                Some(number) => self.binary(Binary::Add, &number, &Value::Int(by))?,
                None => self.unknown("++ of a text", crate::php::problem::Reason::Unsupported),
            },
            _ => return Err(self.fails("++", "unsupported operand type")),
        };
        self.assign(target, after.clone())?;
        Ok(if new { after } else { before })
    }

    /// A key for reading or writing an array.
    pub(super) fn key(&mut self, value: &Value) -> Result<Key, Raise> {
        Ok(match value {
            Value::Int(number) => Key::Int(*number),
            Value::Str(text) => Key::from_text(text.clone()),
            Value::Null => Key::from(""),
            Value::Bool(flag) => Key::Int(i64::from(*flag)),
            Value::Float(_) => Key::Int(value.to_int().unwrap_or(0)),
            Value::Unknown(problem) => return Err(Raise::Unknown(problem.clone())),
            _ => return Err(self.fails("[…]", "illegal offset type")),
        })
    }
}
