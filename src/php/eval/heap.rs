//! What running code can change: variables, shared cells, objects, statics, constants, output.
//!
//! All of it is cheap to snapshot, because a branch on an unknown condition runs both sides.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::php::code::{Class, Name};
use crate::php::problem::Problem;
use crate::php::value::{CellId, ObjectId, Value};

/// Variables of one scope.
pub type Vars = Arc<HashMap<Name, Value>>;

/// An object.
#[derive(Clone)]
pub struct Instance {
    /// What it is an instance of.
    pub class: ClassOf,
    /// Its properties in order.
    pub props: IndexMap<Name, Value>,
    /// Something unknown was done to it: every property is unknown.
    pub opaque: Option<Arc<Problem>>,
}

/// An object's class.
#[derive(Clone)]
pub enum ClassOf {
    /// `stdClass`.
    Plain,
    /// Of a file at hand.
    User(Arc<Class>),
    /// Made by the evaluator itself, which answers its methods.
    Native(&'static str),
}

impl ClassOf {
    /// The class's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Plain => "stdClass",
            Self::User(class) => &class.name,
            Self::Native(name) => name,
        }
    }
}

/// Everything that a branch can change.
#[derive(Clone, Default)]
pub struct State {
    /// Variables of the running function, or the global ones outside functions.
    pub locals: Vars,
    /// The global variables while a function runs.
    pub globals: Option<Vars>,
    pub(super) objects: Arc<Vec<Option<Arc<Instance>>>>,
    pub(super) cells: Arc<Vec<Option<Value>>>,
    /// Static variables and static properties.
    pub statics: Arc<HashMap<Name, CellId>>,
    /// Constants of `define` and `const`.
    pub constants: Arc<HashMap<Name, Value>>,
    /// The stack of output buffers.
    pub output: Arc<Vec<Value>>,
}

impl State {
    /// Makes a shared cell.
    pub fn new_cell(&mut self, value: Value) -> CellId {
        let cells = Arc::make_mut(&mut self.cells);
        cells.push(Some(value));
        CellId(cells.len() - 1)
    }

    /// A cell's value.
    pub fn cell(&self, id: CellId) -> Value {
        self.cells.get(id.0).and_then(Clone::clone).unwrap_or(Value::Null)
    }

    /// A cell for writing.
    pub fn cell_mut(&mut self, id: CellId) -> Option<&mut Value> {
        Arc::make_mut(&mut self.cells).get_mut(id.0)?.as_mut()
    }

    /// Makes an object.
    pub fn new_object(&mut self, class: ClassOf, props: IndexMap<Name, Value>) -> ObjectId {
        let objects = Arc::make_mut(&mut self.objects);
        objects.push(Some(Arc::new(Instance { class, props, opaque: None })));
        ObjectId(objects.len() - 1)
    }

    /// An object.
    pub fn object(&self, id: ObjectId) -> Option<&Instance> {
        self.objects.get(id.0)?.as_deref()
    }

    /// An object for writing.
    pub fn object_mut(&mut self, id: ObjectId) -> Option<&mut Instance> {
        Arc::make_mut(&mut self.objects).get_mut(id.0)?.as_mut().map(Arc::make_mut)
    }

    /// How many cells and objects there are.
    pub fn size(&self) -> (usize, usize) {
        (self.cells.len(), self.objects.len())
    }

    /// Leaves numbers unused up to the given counts, so that two branches never give the same
    /// number to two things.
    pub fn pad(&mut self, (cells, objects): (usize, usize)) {
        if self.cells.len() < cells {
            Arc::make_mut(&mut self.cells).resize(cells, None);
        }
        if self.objects.len() < objects {
            Arc::make_mut(&mut self.objects).resize(objects, None);
        }
    }

    /// The global variables.
    pub fn globals_mut(&mut self) -> &mut HashMap<Name, Value> {
        Arc::make_mut(self.globals.as_mut().unwrap_or(&mut self.locals))
    }
}
