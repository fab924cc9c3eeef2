//! Expressions.

use std::sync::Arc;

use super::{Class, Function, Name};
use crate::php::value::{Text, Value};

/// An expression and the line it stands on.
#[derive(Debug)]
pub struct Expr {
    /// Line, from 1.
    pub line: u32,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of expressions.
#[derive(Debug)]
pub enum Kind {
    /// A literal or magic constant.
    Value(Value),
    /// Texts joined: `.` chains and interpolation.
    Concat(Vec<Expr>),
    /// `$x`.
    Var(Name),
    /// `$$x`.
    VarVar(Box<Expr>),
    /// `$a[k]`, or `$a[]` without a key.
    Index(Box<Expr>, Option<Box<Expr>>),
    /// `$o->x`, `$o?->x` (the flag).
    Prop(Box<Expr>, Member, bool),
    /// `C::$x`.
    StaticProp(ClassName, Member),
    /// `C::X`.
    ClassConst(ClassName, Name),
    /// A constant: name in its namespace, and the global one it falls back to.
    Constant(Name, Option<Name>),
    /// `[…]` and `array(…)`, also as the target of a destructuring.
    Array(Vec<Element>),
    /// `target = value`.
    Assign(Box<Expr>, Box<Expr>),
    /// `target = &source`.
    AssignRef(Box<Expr>, Box<Expr>),
    /// `target op= value`.
    AssignOp(AssignOp, Box<Expr>, Box<Expr>),
    /// `a op b`.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `a && b`.
    And(Box<Expr>, Box<Expr>),
    /// `a || b`.
    Or(Box<Expr>, Box<Expr>),
    /// `a ?? b`.
    Coalesce(Box<Expr>, Box<Expr>),
    /// `c ? a : b`, `c ?: b`.
    Ternary(Box<Expr>, Option<Box<Expr>>, Box<Expr>),
    /// `op a`.
    Unary(Unary, Box<Expr>),
    /// `(type) a`.
    Cast(Cast, Box<Expr>),
    /// `++x`, `x--` …: by how much, and whether the new value is the result.
    Step(i64, bool, Box<Expr>),
    /// `isset(…)`.
    Isset(Vec<Expr>),
    /// `empty(…)`.
    Empty(Box<Expr>),
    /// A call of a named function: name in its namespace, and the global one it falls back to.
    Call(Name, Option<Name>, Vec<Arg>),
    /// A call of a value.
    CallValue(Box<Expr>, Vec<Arg>),
    /// `$o->m(…)`, `$o?->m(…)` (the flag).
    MethodCall(Box<Expr>, Member, Vec<Arg>, bool),
    /// `C::m(…)`.
    StaticCall(ClassName, Member, Vec<Arg>),
    /// `new C(…)`.
    New(ClassName, Vec<Arg>),
    /// `new class(…) {…}`.
    NewAnonymous(Arc<Class>, Vec<Arg>),
    /// `function (…) {…}`, `fn (…) => …`.
    Closure(Arc<Function>),
    /// `f(...)`, as the callable it makes.
    Callable(Box<Expr>),
    /// `$o->m(...)` and `C::m(...)`: what it belongs to, and the method.
    CallableMethod(Box<Expr>, Name),
    /// `C::class`.
    ClassNameOf(ClassName),
    /// `include`, `require` and their `_once`.
    Include(IncludeKind, Box<Expr>),
    /// `match`; an arm without conditions is the default.
    Match(Box<Expr>, Vec<MatchArm>),
    /// `throw`.
    Throw(Box<Expr>),
    /// `exit`, `die`.
    Exit,
    /// `print`.
    Print(Box<Expr>),
    /// `clone`.
    Clone(Box<Expr>),
    /// `a instanceof C`.
    InstanceOf(Box<Expr>, ClassName),
    /// What is not supported, with its name.
    Unsupported(&'static str),
}

/// A member's name, fixed or computed.
#[derive(Debug)]
pub enum Member {
    /// `->x`.
    Fixed(Name),
    /// `->{…}`, `->$x`.
    Computed(Box<Expr>),
}

/// How a class is named.
#[derive(Debug)]
pub enum ClassName {
    /// Fully qualified, without a leading backslash.
    Fixed(Name),
    /// `self`.
    Itself,
    /// `static`.
    Static,
    /// `parent`.
    Parent,
    /// An expression: an object, or a name in a string.
    Computed(Box<Expr>),
}

/// One element of an array literal or destructuring.
#[derive(Debug)]
pub enum Element {
    /// `value`, `key => value`, and whether by reference.
    Item(Option<Expr>, Expr, bool),
    /// `...value`.
    Spread(Expr),
    /// A hole in a destructuring.
    Hole,
}

/// One argument of a call.
#[derive(Debug)]
pub struct Arg {
    /// `name:`.
    pub name: Option<Name>,
    /// `...`.
    pub spread: bool,
    /// The value.
    pub value: Expr,
}

/// One arm of a `match`.
#[derive(Debug)]
pub struct MatchArm {
    /// What it takes; empty for `default`.
    pub conditions: Vec<Expr>,
    /// Whether it is the default.
    pub default: bool,
    /// Its result.
    pub value: Expr,
}

/// Operators on two values that look at both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `===`
    Identical,
    /// `!==`
    NotIdentical,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `<=>`
    Spaceship,
    /// `xor`
    Xor,
    /// `.`; only as an assignment, elsewhere it is [`Kind::Concat`]
    Concat,
}

/// Assignments that read their target first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignOp {
    /// `.=`, `+=` …
    Binary(Binary),
    /// `??=`
    Coalesce,
}

/// Operators on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `!`
    Not,
    /// `-`
    Negate,
    /// `+`
    Plus,
    /// `~`
    BitNot,
}

/// Casts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cast {
    /// `(array)`
    Array,
    /// `(bool)`
    Bool,
    /// `(float)`
    Float,
    /// `(int)`
    Int,
    /// `(object)`
    Object,
    /// `(string)`
    Text,
    /// `(unset)`
    Null,
}

/// The four ways to include a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncludeKind {
    /// `_once`.
    pub once: bool,
    /// `require`: missing is fatal.
    pub required: bool,
}

impl Expr {
    /// A literal.
    pub fn value(line: u32, value: Value) -> Self {
        Self { line, kind: Kind::Value(value) }
    }

    /// A literal string.
    pub fn text(line: u32, text: impl Into<Text>) -> Self {
        Self::value(line, Value::text(text))
    }
}
