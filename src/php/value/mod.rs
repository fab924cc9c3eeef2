//! PHP values and PHP's rules for converting and comparing them.

use std::sync::Arc;

use super::code::Closure;
use super::problem::Problem;
use super::secret::Secret;

mod array;
mod compare;
mod number;
mod text;

pub use array::{Array, Key, MAX_NESTING};
pub use compare::{compare, identical, loosely_equal};
pub use number::{float_text, leading_number, numeric};
pub use text::Text;

/// A PHP value, or the note that it is unknown.
///
/// What leaves the evaluator (`config.php`, theme fields) holds no object, closure or
/// reference: plain objects read as arrays of their properties.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, and every variable that was never set.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string of bytes.
    Str(Text),
    /// An ordered array.
    Array(Array),
    /// An object of the running evaluation.
    Object(ObjectId),
    /// A closure.
    Closure(Arc<Closure>),
    /// Not known, with the place where that began.
    Unknown(Arc<Problem>),
    /// A password; only in what leaves the evaluator.
    Secret(Secret),
    /// A shared variable (`&$x`); only inside the evaluator's variables and arrays.
    #[doc(hidden)]
    Shared(CellId),
}

/// An object's place in the evaluator's heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectId(pub(super) usize);

/// A shared variable's place in the evaluator's heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CellId(pub(super) usize);

impl Value {
    /// A string value.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Str(text.into())
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&Array> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Why it is unknown, if it is.
    pub fn unknown(&self) -> Option<&Arc<Problem>> {
        match self {
            Self::Unknown(problem) => Some(problem),
            _ => None,
        }
    }

    /// The value itself, if it is known.
    ///
    /// # Errors
    /// The problem, where it is not.
    pub fn known(self) -> Result<Self, Arc<Problem>> {
        match self {
            Self::Unknown(problem) => Err(problem),
            known => Ok(known),
        }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// PHP's truth: false for null, false, 0, 0.0, "", "0" and the empty array.
    ///
    /// # Errors
    /// The problem, where the value is unknown.
    pub fn truth(&self) -> Result<bool, Arc<Problem>> {
        Ok(match self {
            Self::Null => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !matches!(&**text, b"" | b"0"),
            Self::Array(array) => !array.is_empty(),
            Self::Unknown(problem) => return Err(problem.clone()),
            Self::Secret(secret) => !matches!(secret.expose(), "" | "0"),
            Self::Object(_) | Self::Closure(_) | Self::Shared(_) => true,
        })
    }

    /// `(int)` of a scalar; `None` for what has no number without a warning (arrays, objects, unknown).
    pub fn to_int(&self) -> Option<i64> {
        Some(match self {
            Self::Null => 0,
            Self::Bool(flag) => i64::from(*flag),
            Self::Int(number) => *number,
            Self::Float(number) => number::float_to_int(*number),
            Self::Str(text) => match leading_number(text).0 {
                Self::Int(number) => number,
                // Where a float is cut to what fits, a text ends at the largest number.
                Self::Float(number) if number.is_finite() => number as i64,
                _ => 0,
            },
            Self::Array(array) => i64::from(!array.is_empty()),
            _ => return None,
        })
    }

    /// `(float)` of a scalar.
    pub fn to_float(&self) -> Option<f64> {
        Some(match self {
            Self::Float(number) => *number,
            Self::Str(text) => match leading_number(text).0 {
                Self::Int(number) => number as f64,
                Self::Float(number) => number,
                _ => 0.0,
            },
            other => other.to_int()? as f64,
        })
    }

    /// `(string)` of a scalar; `None` for arrays, objects and unknown values.
    pub fn to_text(&self) -> Option<Text> {
        Some(match self {
            Self::Null | Self::Bool(false) => Text::default(),
            Self::Bool(true) => "1".into(),
            Self::Int(number) => number.to_string().into(),
            Self::Float(number) => float_text(*number, 14).into(),
            Self::Str(text) => text.clone(),
            _ => return None,
        })
    }

    /// How deeply arrays and closures nest in this value.
    pub fn nesting(&self) -> u32 {
        match self {
            Self::Array(array) => array.nesting(),
            Self::Closure(closure) => closure.nesting,
            _ => 0,
        }
    }

    /// The name PHP's `gettype` gives.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float(_) => "double",
            Self::Str(_) | Self::Secret(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) | Self::Closure(_) => "object",
            Self::Unknown(_) => "unknown",
            Self::Shared(_) => "reference",
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Self {
        Self::Array(array)
    }
}

#[cfg(test)]
mod tests;
