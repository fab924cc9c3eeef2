//! Classes as data.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Expr, Function, Name};

/// What a class-like declaration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassKind {
    /// `class`, also anonymous.
    Class,
    /// `interface`.
    Interface,
    /// `trait`.
    Trait,
    /// `enum`.
    Enum,
}

/// One declared property.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: Name,
    /// Its default; a typed one without default is not set, which reads as null here.
    pub default: Option<Expr>,
    /// Whether it belongs to the class.
    pub is_static: bool,
}

/// A class, interface, trait or enum.
#[derive(Debug)]
pub struct Class {
    /// Fully qualified name without a leading backslash.
    pub name: Name,
    /// The file it stands in.
    pub file: Name,
    /// The line it starts on.
    pub line: u32,
    /// What it is.
    pub kind: ClassKind,
    /// The class it extends.
    pub parent: Option<Name>,
    /// Interfaces it implements or extends.
    pub interfaces: Vec<Name>,
    /// Traits it uses.
    pub traits: Vec<Name>,
    /// Traits are renamed or chosen between, which is not supported.
    pub adapts_traits: bool,
    /// Its constants.
    pub constants: HashMap<Name, Expr>,
    /// The cases of an enum with their values.
    pub cases: Vec<(Name, Option<Expr>)>,
    /// Its properties in order.
    pub properties: Vec<Property>,
    /// Its methods by lower-case name.
    pub methods: HashMap<Name, Arc<Function>>,
}
