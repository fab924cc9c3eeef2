//! Classes: finding them, their methods, constants and static properties.

use std::sync::Arc;

use super::call::Method;
use super::{ClassOf, Eval, Eved, Raise};
use crate::php::code::{Class, ClassName, Expr, Function, Name};
use crate::php::problem::{Problem, Reason};
use crate::php::value::{CellId, Value};

/// How many ancestors a class may have.
pub(super) const MAX_ANCESTORS: usize = 64;

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

    pub(super) fn enum_case(&mut self, class: &Arc<Class>, name: &Name, value: Option<&Expr>) -> Eved {
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
}

/// PHP's own and Moodle's exceptions, which all behave alike.
pub(super) fn is_exception(name: &str) -> bool {
    let last = name.rsplit('\\').next().unwrap_or(name).to_ascii_lowercase();
    last.ends_with("exception")
}
