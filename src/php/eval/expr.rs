//! Expressions.

use std::sync::Arc;

use super::{Eval, Eved, Raise};
use crate::php::code::{Element, Expr, Kind, Name};
use crate::php::problem::Reason;
use crate::php::value::{Array, Value};

impl Eval<'_> {
    /// An expression's value; [`Raise::Unknown`] never leaves here.
    pub(super) fn eval(&mut self, expr: &Expr) -> Eved {
        if let Kind::Value(value) = &expr.kind {
            return Ok(value.clone());
        }
        self.sink()?;
        self.line = expr.line;
        let value = self.eval_inner(expr);
        self.rise();
        match value {
            Err(Raise::Unknown(problem)) => Ok(Value::Unknown(problem)),
            other => other,
        }
    }

    fn eval_inner(&mut self, expr: &Expr) -> Eved {
        match &expr.kind {
            Kind::Value(value) => Ok(value.clone()),
            Kind::Concat(parts) => self.concat_all(parts),
            Kind::Var(name) => {
                let value = self.local(name);
                Ok(self.settle(value))
            }
            Kind::VarVar(_) => {
                let place = self.place(expr)?;
                let value = self.read(&place);
                Ok(self.settle(value))
            }
            Kind::Index(base, key) => self.index(expr, base, key.as_deref()),
            Kind::Prop(object, member, nullsafe) => {
                let object = self.eval(object)?;
                let name = self.member(member)?;
                self.line = expr.line;
                match object {
                    Value::Object(id) => self.property(id, &name),
                    Value::Unknown(_) => Ok(object),
                    Value::Null if *nullsafe => Ok(Value::Null),
                    // PHP warns and gives null.
                    _ => Ok(Value::Null),
                }
            }
            Kind::StaticProp(class, member) => {
                let name = self.member(member)?;
                match self.static_cell(class, &name)? {
                    Ok(cell) => Ok(self.settle(Value::Shared(cell))),
                    Err(problem) => Err(Raise::Unknown(problem)),
                }
            }
            Kind::ClassConst(class, name) => self.class_constant(expr, class, name),
            Kind::ClassNameOf(class) => self.class_name_of(class),
            Kind::Constant(name, global) => self.constant(name, global.as_ref()),
            Kind::Array(elements) => self.array(elements),
            Kind::Assign(target, value) if matches!(target.kind, Kind::Index(..)) => {
                // The keys are evaluated before the value.
                let place = self.place(target)?;
                let value = self.eval(value)?;
                self.line = expr.line;
                self.write(&place, value.clone())?;
                Ok(value)
            }
            Kind::Assign(target, value) => {
                let value = self.eval(value)?;
                self.line = expr.line;
                self.assign(target, value.clone())?;
                Ok(value)
            }
            Kind::AssignRef(target, source) => self.assign_ref(target, source),
            Kind::AssignOp(op, target, value) => self.assign_op(*op, target, value),
            Kind::Binary(op, left, right) => {
                let left = self.eval(left)?;
                let right = self.eval(right)?;
                self.line = expr.line;
                self.binary(*op, &left, &right)
            }
            Kind::And(left, right) => self.and(left, right),
            Kind::Or(left, right) => self.or(left, right),
            Kind::Coalesce(left, right) => match self.quiet(left)? {
                Value::Null => self.eval(right),
                Value::Unknown(why) => {
                    let left = Value::Unknown(why.clone());
                    self.split_values(&why, 2, |eval, arm| if arm == 0 { Ok(left.clone()) } else { eval.eval(right) })
                }
                known => Ok(known),
            },
            Kind::Ternary(condition, then, other) => self.ternary(condition, then.as_deref(), other),
            Kind::Unary(op, operand) => {
                let value = self.eval(operand)?;
                self.unary(*op, &value)
            }
            Kind::Cast(cast, operand) => {
                let value = self.eval(operand)?;
                self.cast(*cast, value)
            }
            Kind::Step(by, new, target) => self.step(*by, *new, target),
            Kind::Isset(list) => self.isset(list),
            Kind::Empty(inner) => Ok(Value::Bool(!self.quiet(inner)?.truth()?)),
            Kind::Call(name, global, args) => self.call_named(expr, name, global.as_ref(), args),
            Kind::CallValue(callee, args) => self.call_expression(expr, callee, args),
            Kind::MethodCall(object, member, args, nullsafe) => {
                self.call_on_object(expr, object, member, args, *nullsafe)
            }
            Kind::StaticCall(class, member, args) => self.call_static(expr, class, member, args),
            Kind::New(class, args) => self.new_object(expr, class, args),
            Kind::NewAnonymous(class, args) => {
                self.declare_class(class);
                self.instantiate(expr, &class.clone(), args)
            }
            Kind::Closure(function) => self.make_closure(function),
            Kind::Callable(callee) => {
                let callee = self.eval(callee)?;
                self.make_callable(callee)
            }
            Kind::CallableMethod(owner, name) => {
                let owner = self.eval(owner)?;
                self.make_callable(Value::Array([owner, Value::text(&**name)].into_iter().collect()))
            }
            Kind::Include(kind, path) => self.include(expr, *kind, path),
            Kind::Match(subject, arms) => {
                let subject = self.eval(subject)?;
                self.matched(&subject, arms, 0)
            }
            Kind::Throw(exception) => {
                let exception = self.eval(exception)?;
                let what = match &exception {
                    Value::Object(id) => self.state.object(*id).map_or("an exception", |o| o.class.name()).to_owned(),
                    _ => "an exception".to_owned(),
                };
                let problem = self.problem("throw", Reason::Fails(format!("throws {what}")));
                Err(Raise::Throw(exception, problem))
            }
            Kind::Exit => Err(Raise::Exit(self.problem("exit", Reason::Fails("ends the script".into())))),
            Kind::Print(inner) => {
                let value = self.eval(inner)?;
                self.print(value)?;
                Ok(Value::Int(1))
            }
            Kind::Clone(inner) => {
                let value = self.eval(inner)?;
                self.clone_object(&value)
            }
            Kind::InstanceOf(inner, class) => self.instance_of_expr(inner, class),
            Kind::Unsupported(what) => Ok(self.unknown(*what, Reason::Unsupported)),
        }
    }

    fn concat_all(&mut self, parts: &[Expr]) -> Eved {
        let mut text = Vec::new();
        let mut unknown = None;
        for part in parts {
            let value = self.eval(part)?;
            match self.text(&value) {
                Ok(piece) => {
                    self.charge_string(text.len() / 8 + piece.len())?;
                    text.extend_from_slice(&piece);
                    if text.len() > 16 << 20 {
                        return Err(self.limit("a string longer than 16 MiB"));
                    }
                }
                // The rest is still evaluated for its effects.
                Err(Raise::Unknown(problem)) => {
                    unknown.get_or_insert(problem);
                }
                Err(raise) => return Err(raise),
            }
        }
        match unknown {
            Some(problem) => Err(Raise::Unknown(problem)),
            None => Ok(Value::text(text)),
        }
    }

    fn array(&mut self, elements: &[Element]) -> Eved {
        let mut array = Array::new();
        for element in elements {
            self.charge_bytes(96)?;
            match element {
                Element::Hole => return Err(self.fails("[…]", "cannot use empty array elements")),
                Element::Item(key, value, by_ref) => {
                    let key = match key {
                        None => None,
                        Some(key) => {
                            let key = self.eval(key)?;
                            Some(self.key(&key)?)
                        }
                    };
                    let value = if *by_ref {
                        let place = self.place(value)?;
                        let cell = self.share(&place)?;
                        self.held.insert(cell);
                        self.element_refs = true;
                        Value::Shared(cell)
                    } else {
                        self.eval(value)?
                    };
                    match key {
                        Some(key) => array.insert(key, value),
                        None => array.push(value),
                    }
                }
                Element::Spread(value) => {
                    let Value::Array(inner) = self.eval(value)?.known()? else {
                        return Err(self.fails("...", "only arrays can be unpacked"));
                    };
                    self.charge_bytes(inner.len() * 96)?;
                    for (key, value) in inner.iter() {
                        match key {
                            crate::php::value::Key::Int(_) => array.push(value.clone()),
                            key => array.insert(key.clone(), value.clone()),
                        }
                    }
                }
            }
        }
        if array.nesting() >= crate::php::value::MAX_NESTING {
            return Err(self.limit("arrays nested too deeply"));
        }
        Ok(Value::Array(array))
    }

    fn constant(&mut self, name: &Name, global: Option<&Name>) -> Eved {
        match self.constant_value(name, global) {
            Some(value) => Ok(value),
            None => Ok(self.unknown(format!("constant {}", global.unwrap_or(name)), Reason::NotKnown)),
        }
    }

    /// Defines a constant.
    pub fn define(&mut self, name: &str, value: Value) {
        Arc::make_mut(&mut self.state.constants).insert(name.into(), value);
    }

    /// A constant's value, if it is known at all.
    pub(in crate::php) fn constant_value(&self, name: &Name, global: Option<&Name>) -> Option<Value> {
        let own = self.state.constants.get(name).or_else(|| self.state.constants.get(global?));
        let plain: &str = global.unwrap_or(name);
        own.cloned().or_else(|| self.world.constant(plain)).or_else(|| crate::php::builtins::constant(plain))
    }
}
