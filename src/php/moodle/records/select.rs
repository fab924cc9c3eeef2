//! What is asked of one table.

/// A `SELECT` from one table. Names are in small letters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Select {
    pub table: String,
    pub what: What,
    /// Which rows; all where there is none.
    pub filter: Option<Test>,
    pub order: Vec<Order>,
    /// How many rows are passed over.
    pub skip: usize,
    /// How many are wanted at most.
    pub most: Option<usize>,
}

/// What of each row, or of all of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// Every column.
    All,
    /// Columns, each with the name that it is given.
    Columns(Vec<(String, String)>),
    /// How many rows there are, or how many where a column is not null.
    Count(Option<String>),
    /// The greatest number of a column.
    Greatest(String),
    /// The least number of a column.
    Least(String),
}

/// A column to sort by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    pub column: String,
    pub falling: bool,
}

/// A condition, as SQL has them: true, false or null.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Compare(Operand, Sign, Operand),
    In(Operand, Vec<Operand>),
    IsNull(Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Column(String),
    Value(Literal),
}

/// A value that a theme wrote into its query, or passed to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Number(String),
    Text(String),
}
