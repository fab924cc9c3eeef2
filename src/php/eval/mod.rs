//! Evaluates [`code`](super::code) over values, where everything outside may be unknown.
//!
//! - An expression is evaluated to a value; what cannot be known becomes [`Value::Unknown`] at
//!   the smallest expression that needs it, and the evaluation goes on.
//! - A branch whose condition is unknown runs every side from the same snapshot; what then differs
//!   is unknown ([`split`]).
//! - Limits end the evaluation as a whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::builtins::Regex;
use super::code::{Class, File, Function, Name};
use super::problem::{Problem, Reason};
use super::value::{CellId, ObjectId, Text, Value};

mod access;
mod args;
mod assign;
mod assist;
mod budget;
mod call;
mod choose;
mod class;
mod closure;
mod convert;
mod each;
mod expr;
mod frame;
mod heap;
mod include;
mod instance;
mod merge;
mod method;
mod object;
mod ops;
mod place;
mod run;
mod share;
mod split;
mod static_call;
mod stmt;
mod world;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

pub use args::Args;
pub(crate) use args::Pass;
pub use budget::{Budget, Limits};
pub use heap::{ClassOf, Instance, State, Vars};
pub use run::Ending;
pub use world::{Bare, Contents, Found, Include, Natives, World};

/// What ends an expression other than its value.
#[derive(Debug)]
pub enum Raise {
    /// The value of the expression at hand is unknown. Caught at its edge.
    Unknown(Arc<Problem>),
    /// An exception, or an error that PHP throws.
    Throw(Value, Arc<Problem>),
    /// `exit`.
    Exit(Arc<Problem>),
    /// A file whose inclusion ends the part that is of interest.
    Finish,
    /// A limit: the whole evaluation is unknown.
    Limit(Arc<Problem>),
}

impl From<Arc<Problem>> for Raise {
    fn from(problem: Arc<Problem>) -> Self {
        Self::Unknown(problem)
    }
}

/// How a statement ends.
#[derive(Debug)]
enum Flow {
    Next,
    Break(usize),
    Continue(usize),
    Return(Value),
    Finish,
}

type Eved = Result<Value, Raise>;

/// What is known about the running function.
#[derive(Clone)]
#[allow(dead_code)] // read by func_get_args and __FUNCTION__ of closures
struct Frame {
    file: Name,
    function: Name,
    /// The class that the code is written in.
    class: Option<Name>,
    /// The class that `static` means.
    called: Option<Name>,
    this: Option<ObjectId>,
    args: Arc<Vec<Value>>,
}

/// An ending of the running loop or function that a branch reached while another goes on.
struct Parked {
    flow: Flow,
    state: State,
    why: Arc<Problem>,
}

/// One evaluation.
pub struct Eval<'w> {
    /// What lies outside.
    pub world: &'w mut dyn World,
    natives: &'w dyn Natives,
    state: State,
    frame: Frame,
    scopes: Vec<Vars>,
    parked: Vec<Parked>,
    budget: Budget,
    functions: HashMap<Name, Arc<Function>>,
    classes: HashMap<Name, Arc<Class>>,
    files: HashMap<Name, Result<Arc<File>, Arc<Problem>>>,
    included: HashSet<Name>,
    /// Cells and objects made so far, over all branches.
    high: (usize, usize),
    line: u32,
    depth: usize,
    /// How many `try` blocks are being run.
    trying: usize,
    /// Some array element is shared, so that reading an array may have to follow cells.
    element_refs: bool,
    /// Cells that more than a `foreach` holds.
    held: HashSet<CellId>,
    /// Compiled patterns, by their text and whether the subject ends in a newline.
    pub(in crate::php) regexes: HashMap<(Text, bool), Arc<Regex>>,
}

impl<'w> Eval<'w> {
    /// A fresh evaluation.
    pub fn new(world: &'w mut dyn World, natives: &'w dyn Natives, limits: Limits) -> Self {
        let frame =
            Frame { file: "".into(), function: "".into(), class: None, called: None, this: None, args: Arc::default() };
        Self {
            world,
            natives,
            state: State::default(),
            frame,
            scopes: Vec::new(),
            parked: Vec::new(),
            budget: Budget::new(limits),
            functions: HashMap::new(),
            classes: HashMap::new(),
            files: HashMap::new(),
            included: HashSet::new(),
            high: (0, 0),
            line: 0,
            depth: 0,
            trying: 0,
            element_refs: false,
            held: HashSet::new(),
            regexes: HashMap::new(),
        }
    }

    /// A problem at the present place.
    pub fn problem(&self, construct: impl Into<String>, reason: Reason) -> Arc<Problem> {
        Arc::new(Problem { file: self.frame.file.clone(), line: self.line, construct: construct.into(), reason })
    }

    /// An unknown value that began here.
    pub fn unknown(&self, construct: impl Into<String>, reason: Reason) -> Value {
        Value::Unknown(self.problem(construct, reason))
    }

    /// The error that PHP would throw here.
    pub(in crate::php) fn fails(&self, construct: impl Into<String>, message: impl Into<String>) -> Raise {
        let problem = self.problem(construct, Reason::Fails(message.into()));
        Raise::Throw(Value::Unknown(problem.clone()), problem)
    }

    /// The error of a built-in function that got what it cannot take.
    pub(in crate::php) fn type_error(&self, message: &'static str) -> Raise {
        self.fails("a built-in function", message)
    }

    /// A value that is unknown because a built-in function does not support its arguments.
    pub(in crate::php) fn unsupported(&self, what: &'static str) -> Value {
        Value::Unknown(self.not_supported(what))
    }

    pub(in crate::php) fn not_supported(&self, what: &'static str) -> Arc<Problem> {
        self.problem(what, Reason::Unsupported)
    }

    /// The most bytes that this evaluation was seen to hold at once.
    pub fn peak(&self) -> usize {
        self.budget.peak()
    }

    fn limit(&self, words: &'static str) -> Raise {
        Raise::Limit(self.problem("evaluation", Reason::Limit(words.into())))
    }

    /// Takes steps from the budget.
    ///
    /// # Errors
    /// [`Raise::Limit`] when they are used up.
    pub fn charge(&mut self, steps: usize) -> Result<(), Raise> {
        self.budget.steps(steps).map_err(|words| self.limit(words))
    }

    /// Takes bytes for something about to be made.
    ///
    /// # Errors
    /// [`Raise::Limit`] when they are used up.
    pub fn charge_bytes(&mut self, bytes: usize) -> Result<(), Raise> {
        self.budget.bytes(bytes).map_err(|words| self.limit(words))
    }

    /// Takes a string for something about to be made.
    ///
    /// # Errors
    /// [`Raise::Limit`] when it is too long or the budget used up.
    pub fn charge_string(&mut self, length: usize) -> Result<(), Raise> {
        self.budget.string(length).map_err(|words| self.limit(words))
    }

    /// Goes one level deeper; every success is paired with [`Eval::rise`].
    fn sink(&mut self) -> Result<(), Raise> {
        self.depth += 1;
        self.budget.depth(self.depth).map_err(|words| self.limit(words))?;
        self.charge(1)
    }

    fn rise(&mut self) {
        self.depth -= 1;
    }
}
