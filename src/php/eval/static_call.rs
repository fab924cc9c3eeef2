//! Calls of static methods: `C::m(…)`, `parent::m(…)`.

use std::sync::Arc;

use super::args::Pass;
use super::call::by_parameter;
use super::class::is_exception;
use super::{Args, Eval, Eved, Raise};
use crate::php::code::{Arg, Class, ClassKind, ClassName, Expr, Member, Name};
use crate::php::value::{Array, Value};

impl Eval<'_> {
    /// `C::m(…)`, `parent::m(…)`.
    pub(super) fn call_static(&mut self, expr: &Expr, class: &ClassName, member: &Member, args: &[Arg]) -> Eved {
        let forwards = matches!(class, ClassName::Parent | ClassName::Itself | ClassName::Static);
        let name = self.class_name(class)?;
        let member = self.member(member)?;
        let lower = member.to_ascii_lowercase();
        let found = match self.find_class(&name)? {
            Some(class) => self.find_method(&class, &lower)?,
            None => None,
        };
        let Some(method) = found else {
            let args = self.args(args, |_, _| Pass::Guess)?;
            self.line = expr.line;
            if forwards && is_exception(&name) && lower == "__construct" {
                return Ok(self.construct_exception(&args));
            }
            return self.call_class_member(&name, &member, args, expr.describe());
        };
        let args = self.args(args, |at, name| by_parameter(&method.function, at, name))?;
        self.line = expr.line;
        let this = self.frame.this.filter(|_| forwards);
        let called = match (forwards, self.frame.called.clone()) {
            (true, Some(called)) => called,
            _ => name,
        };
        self.call_method(&method, this, called, args)
    }

    pub(super) fn call_class_method(&mut self, class: &Name, method: &Name, args: Args) -> Eved {
        let found = match self.find_class(class)? {
            Some(class) => self.find_method(&class, &method.to_ascii_lowercase())?,
            None => None,
        };
        match found {
            Some(method) => self.call_method(&method, None, class.clone(), args),
            None => self.call_class_member(class, method, args, format!("{class}::{method}(…)")),
        }
    }

    fn call_class_member(&mut self, class: &Name, method: &Name, mut args: Args, construct: String) -> Eved {
        if let Some(class) = self.find_class(class)? {
            if class.kind == ClassKind::Enum
                && let Some(result) = self.enum_method(&class, method, &args)?
            {
                return Ok(result);
            }
            if let Some(magic) = self.find_method(&class, "__callstatic")? {
                let list = args.list.into_iter().map(|passed| passed.value).collect();
                let args = Args::of(vec![Value::text(&**method), Value::Array(list)]);
                return self.call_method(&magic, None, class.name.clone(), args);
            }
            return Err(self.fails(format!("{}::{method}()", class.name), "no such method"));
        }
        let natives = self.natives;
        let (lower_class, lower_method) = (class.to_ascii_lowercase(), method.to_ascii_lowercase());
        match natives.static_call(self, &lower_class, &lower_method, &mut args) {
            Some(result) => result,
            None => Ok(self.unknown_call(construct, args, true)),
        }
    }

    fn enum_method(&mut self, class: &Arc<Class>, method: &str, args: &Args) -> Result<Option<Value>, Raise> {
        let lower = method.to_ascii_lowercase();
        if !matches!(&*lower, "cases" | "from" | "tryfrom") {
            return Ok(None);
        }
        let mut cases = Array::new();
        for (name, value) in &class.cases {
            let case = self.enum_case(class, name, value.as_ref())?;
            if lower != "cases"
                && let Value::Object(id) = case
            {
                let backing = self.property_stored(id, "value");
                if self.loosely_equal(&backing, &args.value(0))? {
                    return Ok(Some(case));
                }
            }
            cases.push(case);
        }
        match &*lower {
            "cases" => Ok(Some(Value::Array(cases))),
            "tryfrom" => Ok(Some(Value::Null)),
            _ => Err(self.fails(format!("{}::from()", class.name), "no such case")),
        }
    }
}
