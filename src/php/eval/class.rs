//! Classes: finding them, their methods, constants and static properties.

use std::sync::Arc;

use super::call::Method;
use super::{Args, ClassOf, Eval, Eved, Raise};
use crate::php::code::{Arg, Class, ClassKind, ClassName, Expr, Function, Member, Name};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{CellId, ObjectId, Value};

/// How many ancestors a class may have.
const MAX_ANCESTORS: usize = 64;

impl Eval<'_> {
    /// Declares a function; the first declaration of a name wins.
    pub(super) fn declare_function(&mut self, function: &Arc<Function>) {
        let name: Name = function.name.to_ascii_lowercase().into();
        self.functions.entry(name).or_insert_with(|| function.clone());
    }

    /// Declares a class; the first declaration of a name wins.
    pub(super) fn declare_class(&mut self, class: &Arc<Class>) {
        let name: Name = class.name.to_ascii_lowercase().into();
        self.classes.entry(name).or_insert_with(|| class.clone());
    }

    /// Whether a function is declared in a file at hand.
    pub fn has_function(&self, name: &str) -> bool {
        self.functions.contains_key(&*name.to_ascii_lowercase())
    }

    /// A class of a file at hand, loaded if its file is known.
    pub(super) fn find_class(&mut self, name: &str) -> Result<Option<Arc<Class>>, Raise> {
        let lower = name.to_ascii_lowercase();
        if let Some(class) = self.classes.get(&*lower) {
            return Ok(Some(class.clone()));
        }
        let Some(path) = self.world.class_file(name) else { return Ok(None) };
        if self.included.contains(&*path) {
            return Ok(None);
        }
        match self.load(&path) {
            // A file that is missing or does not parse declares no class.
            Ok(()) | Err(Raise::Unknown(_)) => Ok(self.classes.get(&*lower).cloned()),
            Err(raise) => Err(raise),
        }
    }

    fn parent_of(&mut self, class: &Class) -> Result<Option<Arc<Class>>, Raise> {
        let Some(parent) = class.parent.clone() else { return Ok(None) };
        match self.find_class(&parent)? {
            Some(parent) => Ok(Some(parent)),
            None if is_exception(&parent) => Ok(None),
            None => Err(Raise::Unknown(self.problem(format!("class {parent}"), Reason::NotKnown))),
        }
    }

    /// A method by lower-case name, of the class, its traits or its ancestors.
    pub(super) fn find_method(&mut self, class: &Arc<Class>, name: &str) -> Result<Option<Method>, Raise> {
        let mut class = class.clone();
        for _ in 0..MAX_ANCESTORS {
            if let Some(function) = class.methods.get(name) {
                return Ok(Some(Method { function: function.clone(), class: class.name.clone() }));
            }
            if let Some(function) = self.trait_method(&class, name, 0)? {
                return Ok(Some(Method { function, class: class.name.clone() }));
            }
            match self.parent_of(&class)? {
                Some(parent) => class = parent,
                None => return Ok(None),
            }
        }
        Err(self.limit("too many ancestors"))
    }

    fn trait_method(&mut self, class: &Class, name: &str, depth: usize) -> Result<Option<Arc<Function>>, Raise> {
        if class.adapts_traits {
            return Err(Raise::Unknown(self.problem(format!("traits of {}", class.name), Reason::Unsupported)));
        }
        for used in &class.traits {
            let Some(used) = self.find_class(used)? else {
                return Err(Raise::Unknown(self.problem(format!("trait {used}"), Reason::NotKnown)));
            };
            if let Some(function) = used.methods.get(name) {
                return Ok(Some(function.clone()));
            }
            if depth < MAX_ANCESTORS
                && let Some(function) = self.trait_method(&used, name, depth + 1)?
            {
                return Ok(Some(function));
            }
        }
        Ok(None)
    }

    /// The name that a class reference means; an object gives its class.
    pub(super) fn class_name(&mut self, class: &ClassName) -> Result<Name, Raise> {
        let here = |name: &Option<Name>| name.clone();
        match class {
            ClassName::Fixed(name) => Ok(name.clone()),
            ClassName::Itself => here(&self.frame.class).ok_or_else(|| self.fails("self", "outside a class")),
            ClassName::Static => here(&self.frame.called)
                .or_else(|| here(&self.frame.class))
                .ok_or_else(|| self.fails("static", "outside a class")),
            ClassName::Parent => {
                let own = here(&self.frame.class).ok_or_else(|| self.fails("parent", "outside a class"))?;
                let class = self.find_class(&own)?;
                class.and_then(|class| class.parent.clone()).ok_or_else(|| self.fails("parent", "there is none"))
            }
            ClassName::Computed(expr) => match self.eval(expr)? {
                Value::Object(id) => {
                    Ok(self.state.object(id).map_or("stdClass", |instance| instance.class.name()).into())
                }
                Value::Unknown(problem) => Err(Raise::Unknown(problem)),
                name => Ok(self.text(&name)?.lossy().trim_start_matches('\\').into()),
            },
        }
    }

    pub(super) fn class_name_of(&mut self, class: &ClassName) -> Eved {
        Ok(Value::text(&*self.class_name(class)?))
    }

    /// `C::X`.
    pub(super) fn class_constant(&mut self, expr: &Expr, class: &ClassName, name: &Name) -> Eved {
        let class = self.class_name(class)?;
        match self.find_class(&class)? {
            Some(class) => self.constant_of(&class, name, 0),
            None => Ok(self.unknown(expr.describe(), Reason::NotKnown)),
        }
    }

    fn constant_of(&mut self, class: &Arc<Class>, name: &Name, depth: usize) -> Eved {
        if depth > MAX_ANCESTORS {
            return Err(self.limit("too many ancestors"));
        }
        if let Some(expr) = class.constants.get(name) {
            return self.in_class(class, |eval| eval.eval(expr));
        }
        if let Some((_, value)) = class.cases.iter().find(|(case, _)| case == name) {
            return self.enum_case(class, name, value.as_ref());
        }
        let mut above: Vec<Name> = class.parent.iter().chain(&class.interfaces).chain(&class.traits).cloned().collect();
        let mut missing = None;
        for name_above in above.drain(..) {
            match self.find_class(&name_above)? {
                Some(parent) => match self.constant_of(&parent, name, depth + 1) {
                    Err(Raise::Throw(..)) => {}
                    found => return found,
                },
                None => missing = Some(name_above),
            }
        }
        match missing {
            Some(parent) => Ok(self.unknown(format!("class {parent}"), Reason::NotKnown)),
            None => Err(self.fails(format!("{}::{name}", class.name), "no such constant")),
        }
    }

    fn enum_case(&mut self, class: &Arc<Class>, name: &Name, value: Option<&Expr>) -> Eved {
        let key: Name = format!("case {}::{name}", class.name).into();
        if let Some(cell) = self.state.statics.get(&key) {
            return Ok(self.state.cell(*cell));
        }
        let mut props = indexmap::IndexMap::new();
        props.insert("name".into(), Value::text(&**name));
        if let Some(value) = value {
            let value = self.in_class(class, |eval| eval.eval(value))?;
            props.insert("value".into(), value);
        }
        let case = Value::Object(self.state.new_object(ClassOf::User(class.clone()), props));
        let cell = self.state.new_cell(case.clone());
        Arc::make_mut(&mut self.state.statics).insert(key, cell);
        Ok(case)
    }

    /// Evaluates an initialiser as if it stood in a class.
    pub(super) fn in_class<T>(
        &mut self,
        class: &Class,
        with: impl FnOnce(&mut Self) -> Result<T, Raise>,
    ) -> Result<T, Raise> {
        let mut frame = self.frame.clone();
        frame.class = Some(class.name.clone());
        frame.called = Some(class.name.clone());
        frame.file = class.file.clone();
        let frame = std::mem::replace(&mut self.frame, frame);
        let line = self.line;
        let result = with(self);
        self.frame = frame;
        self.line = line;
        result
    }

    /// The cell of `C::$x`, or why it is unknown.
    pub(super) fn static_cell(
        &mut self,
        class: &ClassName,
        name: &Name,
    ) -> Result<Result<CellId, Arc<Problem>>, Raise> {
        let class = self.class_name(class)?;
        let Some(mut at) = self.find_class(&class)? else {
            return Ok(Err(self.problem(format!("{class}::${name}"), Reason::NotKnown)));
        };
        for _ in 0..MAX_ANCESTORS {
            let key: Name = format!("{}::${name}", at.name.to_ascii_lowercase()).into();
            if let Some(cell) = self.state.statics.get(&key) {
                return Ok(Ok(*cell));
            }
            let declared = at.properties.iter().find(|property| property.is_static && property.name == *name);
            if declared.is_some() {
                let value = match declared.and_then(|property| property.default.as_ref()) {
                    Some(default) => self.in_class(&at.clone(), |eval| eval.eval(default))?,
                    None => Value::Null,
                };
                let cell = self.state.new_cell(value);
                Arc::make_mut(&mut self.state.statics).insert(key, cell);
                return Ok(Ok(cell));
            }
            match self.parent_of(&at) {
                Ok(Some(parent)) => at = parent,
                Ok(None) => break,
                Err(Raise::Unknown(problem)) => return Ok(Err(problem)),
                Err(raise) => return Err(raise),
            }
        }
        Err(self.fails(format!("{class}::${name}"), "no such static property"))
    }

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
            let args = self.args(args, |_, _| super::args::Pass::Guess)?;
            self.line = expr.line;
            if forwards && is_exception(&name) && lower == "__construct" {
                return Ok(self.construct_exception(&args));
            }
            return self.call_class_member(&name, &member, args, expr.describe());
        };
        let args = self.args(args, |at, name| super::call::by_parameter(&method.function, at, name))?;
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
        let mut cases = crate::php::value::Array::new();
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

    /// Whether an object is of a class; none where an ancestor is not at hand.
    pub(in crate::php) fn is_instance(&mut self, id: ObjectId, class: &str) -> Option<bool> {
        let class = class.to_ascii_lowercase();
        match self.state.object(id)?.class.clone() {
            ClassOf::Plain => Some(class == "stdclass"),
            ClassOf::Native(name) if is_exception(name) => {
                Some(class == "throwable" || class == "exception" || class == name.to_ascii_lowercase())
            }
            ClassOf::Native(name) => Some(class == name.to_ascii_lowercase()),
            ClassOf::User(own) => self.descends(&own, &class, 0),
        }
    }

    fn descends(&mut self, own: &Arc<Class>, class: &str, depth: usize) -> Option<bool> {
        if own.name.eq_ignore_ascii_case(class) {
            return Some(true);
        }
        if depth > MAX_ANCESTORS {
            return None;
        }
        let mut certain = true;
        let above: Vec<Name> = own.parent.iter().chain(&own.interfaces).cloned().collect();
        for name in above {
            if name.eq_ignore_ascii_case(class) {
                return Some(true);
            }
            match self.find_class(&name) {
                Ok(Some(parent)) => match self.descends(&parent, class, depth + 1) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => certain = false,
                },
                _ if is_exception(&name) => {
                    if matches!(class, "throwable" | "exception") {
                        return Some(true);
                    }
                }
                _ => certain = false,
            }
        }
        certain.then_some(false)
    }

    pub(super) fn instance_of_expr(&mut self, inner: &Expr, class: &ClassName) -> Eved {
        let value = self.eval(inner)?.known()?;
        let class = self.class_name(class)?;
        match value {
            Value::Object(id) => match self.is_instance(id, &class) {
                Some(answer) => Ok(Value::Bool(answer)),
                None => Ok(self.unknown(format!("instanceof {class}"), Reason::NotKnown)),
            },
            Value::Closure(_) => Ok(Value::Bool(class.eq_ignore_ascii_case("closure"))),
            _ => Ok(Value::Bool(false)),
        }
    }

    /// Whether a `catch` of a class takes an exception; none where that cannot be told.
    pub(super) fn is_caught(&mut self, exception: &Value, class: &str) -> Option<bool> {
        let lower = class.to_ascii_lowercase();
        if lower == "throwable" {
            return Some(true);
        }
        match exception {
            Value::Object(id) => self.is_instance(*id, class),
            // An error of PHP itself: no `Exception`, but which `Error` is not kept.
            _ => match &*lower {
                "error" => Some(true),
                "exception" => Some(false),
                _ => None,
            },
        }
    }
}

/// PHP's own and Moodle's exceptions, which all behave alike.
pub(super) fn is_exception(name: &str) -> bool {
    let last = name.rsplit('\\').next().unwrap_or(name).to_ascii_lowercase();
    last.ends_with("exception")
}
