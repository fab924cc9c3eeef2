//! Making objects, exceptions among them.

use std::sync::Arc;

use indexmap::IndexMap;

use super::args::Pass;
use super::call::by_parameter;
use super::class::is_exception;
use super::{Args, ClassOf, Eval, Eved, Raise};
use crate::php::code::{Arg, Class, ClassKind, ClassName, Expr, Name};
use crate::php::problem::Reason;
use crate::php::value::{ObjectId, Value};

impl Eval<'_> {
    /// Makes an object whose methods the natives answer.
    pub fn native_object(&mut self, class: &'static str, props: &[(&str, Value)]) -> Value {
        let props = props.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
        Value::Object(self.state.new_object(ClassOf::Native(class), props))
    }

    /// Makes a plain object.
    pub fn plain_object(&mut self, props: IndexMap<Name, Value>) -> Value {
        Value::Object(self.state.new_object(ClassOf::Plain, props))
    }

    /// What an object holds under a name, null where nothing.
    pub fn held_property(&self, id: ObjectId, name: &str) -> Value {
        self.settle(self.property_stored(id, name))
    }

    /// An object's properties in order, known or not.
    pub fn properties(&self, id: ObjectId) -> Vec<(String, Value)> {
        let props = self.state.object(id).map(|instance| &instance.props);
        props.into_iter().flatten().map(|(name, value)| (name.to_string(), self.settle(value.clone()))).collect()
    }

    /// Why properties that an object does not hold are unknown, if they are.
    pub fn opaque(&self, id: ObjectId) -> Option<std::sync::Arc<crate::php::problem::Problem>> {
        self.state.object(id)?.opaque.clone()
    }

    /// The natives' or file's class name of an object.
    pub fn class_of(&self, id: ObjectId) -> Option<&str> {
        self.state.object(id).map(|instance| instance.class.name())
    }

    /// Sets a property without asking anybody.
    pub fn set_property(&mut self, id: ObjectId, name: &str, value: Value) {
        if let Some(instance) = self.state.object_mut(id) {
            instance.props.insert(name.into(), value);
        }
    }

    pub(super) fn new_object(&mut self, expr: &Expr, class: &ClassName, args: &[Arg]) -> Eved {
        let name = self.class_name(class)?;
        if name.eq_ignore_ascii_case("stdclass") {
            self.charge_bytes(64)?;
            return Ok(Value::Object(self.state.new_object(ClassOf::Plain, IndexMap::new())));
        }
        if let Some(class) = self.find_class(&name)? {
            return self.instantiate(expr, &class, args);
        }
        let mut args = self.args(args, |_, _| Pass::Guess)?;
        self.line = expr.line;
        let natives = self.natives;
        if let Some(result) = natives.construct(self, &name.to_ascii_lowercase(), &mut args) {
            return result;
        }
        if is_exception(&name) {
            let message = args.value(0);
            return Ok(self.native_object("Exception", &[("message", message), ("code", args.value(1))]));
        }
        Ok(self.unknown_call(expr.describe(), args, true))
    }

    pub(super) fn instantiate(&mut self, expr: &Expr, class: &Arc<Class>, args: &[Arg]) -> Eved {
        if class.kind != ClassKind::Class {
            return Err(self.fails(format!("new {}", class.name), "it is no class"));
        }
        self.charge_bytes(128)?;
        let props = self.initial_properties(class)?;
        let id = self.state.new_object(ClassOf::User(class.clone()), props);
        match self.find_method(class, "__construct")? {
            Some(method) => {
                let args = self.args(args, |at, name| by_parameter(&method.function, at, name))?;
                self.line = expr.line;
                match self.call_method(&method, Some(id), class.name.clone(), args) {
                    Ok(_) | Err(Raise::Unknown(_)) => {}
                    Err(raise) => return Err(raise),
                }
            }
            None => {
                let args = self.args(args, |_, _| Pass::Value)?;
                if self.extends_exception(class) {
                    self.set_property(id, "message", args.value(0));
                }
            }
        }
        Ok(Value::Object(id))
    }

    fn initial_properties(&mut self, class: &Arc<Class>) -> Result<IndexMap<Name, Value>, Raise> {
        let mut chain = vec![class.clone()];
        while let Some(parent) = chain.last().and_then(|class| class.parent.clone()) {
            match self.find_class(&parent)? {
                Some(parent) if chain.len() < 64 => chain.push(parent),
                None if is_exception(&parent) => break,
                None => return Err(Raise::Unknown(self.problem(format!("class {parent}"), Reason::NotKnown))),
                Some(_) => return Err(self.limit("too many ancestors")),
            }
        }
        let mut props = IndexMap::new();
        for class in chain.iter().rev() {
            for name in class.traits.clone() {
                let Some(used) = self.find_class(&name)? else {
                    return Err(Raise::Unknown(self.problem(format!("trait {name}"), Reason::NotKnown)));
                };
                self.own_properties(&used, &mut props)?;
            }
            self.own_properties(class, &mut props)?;
        }
        Ok(props)
    }

    fn own_properties(&mut self, class: &Arc<Class>, props: &mut IndexMap<Name, Value>) -> Result<(), Raise> {
        for property in class.properties.iter().filter(|property| !property.is_static) {
            let value = match &property.default {
                Some(default) => self.in_class(class, |eval| eval.eval(default))?,
                None => Value::Null,
            };
            props.insert(property.name.clone(), value);
        }
        Ok(())
    }

    fn extends_exception(&self, class: &Class) -> bool {
        class.parent.as_deref().is_some_and(is_exception)
    }

    /// `parent::__construct($message)` of an exception.
    pub(super) fn construct_exception(&mut self, args: &Args) -> Value {
        if let Some(id) = self.frame.this {
            self.set_property(id, "message", args.value(0));
        }
        Value::Null
    }

    /// `getMessage` and `getCode` of exceptions.
    pub(super) fn exception_method(&mut self, id: ObjectId, method: &str) -> Option<Value> {
        let exception = match &self.state.object(id)?.class {
            ClassOf::Native(name) => is_exception(name),
            ClassOf::User(class) => self.extends_exception(class),
            ClassOf::Plain => false,
        };
        match method {
            "getmessage" if exception => Some(self.held_property(id, "message")),
            "getcode" if exception => Some(self.held_property(id, "code")),
            _ => None,
        }
    }

    /// The class whose `__set` an assignment may have to ask.
    pub(super) fn magic_class(&self, id: ObjectId, name: &str) -> Option<Arc<Class>> {
        let instance = self.state.object(id)?;
        match &instance.class {
            ClassOf::User(class) if !instance.props.contains_key(name) => Some(class.clone()),
            _ => None,
        }
    }

    pub(super) fn clone_object(&mut self, value: &Value) -> Eved {
        let Value::Object(id) = value else {
            return match value {
                Value::Unknown(_) | Value::Closure(_) => Ok(value.clone()),
                _ => Err(self.fails("clone", "it is no object")),
            };
        };
        let Some(instance) = self.state.object(*id).cloned() else { return Ok(Value::Null) };
        self.charge_bytes(instance.props.len() * 64 + 64)?;
        let class = instance.class.clone();
        let copy = self.state.new_object(class.clone(), instance.props);
        if let (Some(problem), Some(copied)) = (instance.opaque, self.state.object_mut(copy)) {
            copied.opaque = Some(problem);
        }
        if let ClassOf::User(class) = class
            && let Some(method) = self.find_method(&class, "__clone")?
        {
            self.call_method(&method, Some(copy), class.name.clone(), Args::default())?;
        }
        Ok(Value::Object(copy))
    }
}
