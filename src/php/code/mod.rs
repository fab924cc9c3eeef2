//! PHP code in the form in which it is evaluated: owned, small, one way to say each thing.
//!
//! [`super::lower`] makes it out of the parser's tree.

use std::sync::Arc;

use super::value::{CellId, ObjectId, Value};

mod class;
mod describe;
mod expr;

pub use class::{Class, ClassKind, Property};
pub use expr::{Arg, AssignOp, Binary, Cast, ClassName, Element, Expr, IncludeKind, Kind, MatchArm, Member, Unary};

/// A variable, property, function or class name. Bytes that are no UTF-8 are replaced.
pub type Name = Arc<str>;

/// One statement.
#[derive(Debug)]
pub enum Stmt {
    /// An expression for its effect.
    Expr(Expr),
    /// `echo`, `<?=` and text outside the tags.
    Echo(Vec<Expr>),
    /// `if`, `elseif`, `else` in both spellings.
    If(Vec<(Expr, Block)>, Block),
    /// `while`.
    While(Expr, Block),
    /// `do … while`.
    DoWhile(Block, Expr),
    /// `for`: start, conditions, steps, body.
    For(Vec<Expr>, Vec<Expr>, Vec<Expr>, Block),
    /// `foreach`.
    Foreach(Box<Foreach>),
    /// `switch`: subject and cases; no expression means `default`.
    Switch(Expr, Vec<(Option<Expr>, Block)>),
    /// `break` of so many levels.
    Break(usize),
    /// `continue` of so many levels.
    Continue(usize),
    /// `return`.
    Return(u32, Option<Expr>),
    /// `global`, and its line.
    Global(u32, Vec<Name>),
    /// `static $x = …`: a number of its own within the file, the variable, its first value.
    Static(usize, Name, Option<Expr>),
    /// `unset`.
    Unset(Vec<Expr>),
    /// `try`: body, catches (class names, variable, body), finally.
    Try(Block, Vec<Catch>, Block),
    /// A block in braces.
    Block(Block),
    /// A function declaration.
    Function(Arc<Function>),
    /// A class, interface, trait or enum declaration.
    Class(Arc<Class>),
    /// `const X = …`.
    Const(Name, Expr),
    /// What is not supported, with its name.
    Unsupported(u32, &'static str),
}

/// Statements in a row.
pub type Block = Vec<Stmt>;

/// One `catch` clause.
#[derive(Debug)]
pub struct Catch {
    /// The classes it takes.
    pub classes: Vec<Name>,
    /// Where the exception goes.
    pub variable: Option<Name>,
    /// What then runs.
    pub body: Block,
}

/// A `foreach` loop.
#[derive(Debug)]
pub struct Foreach {
    /// What is walked.
    pub subject: Expr,
    /// Where the key goes.
    pub key: Option<Expr>,
    /// Where the value goes.
    pub value: Expr,
    /// Whether it goes there by reference.
    pub by_ref: bool,
    /// The body.
    pub body: Block,
}

/// A file's code.
#[derive(Debug)]
pub struct File {
    /// Its path as it was asked for.
    pub path: Name,
    /// Its statements.
    pub body: Block,
}

/// A scalar type that a parameter or result is converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// None, or one that converts nothing.
    None,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `string`.
    Text,
    /// `bool`.
    Bool,
}

/// One parameter.
#[derive(Debug)]
pub struct Param {
    /// Its variable.
    pub name: Name,
    /// Its default.
    pub default: Option<Expr>,
    /// `&$x`.
    pub by_ref: bool,
    /// `...$x`.
    pub variadic: bool,
    /// A constructor parameter that is a property too.
    pub promoted: bool,
    /// What a scalar argument is converted to.
    pub hint: Hint,
}

/// A function, method, closure or arrow function.
#[derive(Debug)]
pub struct Function {
    /// Its name for messages.
    pub name: Name,
    /// The file it stands in.
    pub file: Name,
    /// The line it starts on.
    pub line: u32,
    /// The class it is written in.
    pub class: Option<Name>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its body; an arrow function's is one `return`.
    pub body: Block,
    /// Variables of a closure's `use`, and whether by reference.
    pub uses: Vec<(Name, bool)>,
    /// An arrow function sees the variables around it.
    pub arrow: bool,
    /// `static function`.
    pub is_static: bool,
    /// No body: abstract or in an interface.
    pub is_abstract: bool,
    /// It contains `yield`.
    pub generator: bool,
    /// What a scalar result is converted to.
    pub result: Hint,
}

/// A closure value: code and what it took along.
#[derive(Debug)]
pub struct Closure {
    /// What is called.
    pub target: Callee,
    /// Variables taken by value or as shared cells.
    pub bound: Vec<(Name, Bound)>,
    /// `$this` where it was made.
    pub this: Option<ObjectId>,
    /// The class that `static` means in it.
    pub class: Option<Name>,
    /// More than the nesting of every value that it took along.
    pub nesting: u32,
}

/// What a closure calls.
#[derive(Debug)]
pub enum Callee {
    /// Code of its own.
    Code(Arc<Function>),
    /// A callable made with `name(...)`: a string, or an array of object or class and method.
    Value(Value),
}

/// A variable that a closure took along.
#[derive(Debug, Clone)]
pub enum Bound {
    /// A copy.
    Copy(Value),
    /// The variable itself.
    Shared(CellId),
}
