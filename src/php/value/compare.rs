//! PHP 8's comparisons: `===`, `==` and `<=>`.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Array, Value, numeric};
use crate::php::problem::Problem;

type Answer<T> = Result<T, Arc<Problem>>;

/// `===`: same type and value; arrays in the same order too.
///
/// # Errors
/// The problem, where an unknown value decides.
pub fn identical(a: &Value, b: &Value) -> Answer<bool> {
    Ok(match (a, b) {
        (Value::Unknown(problem), _) | (_, Value::Unknown(problem)) => return Err(problem.clone()),
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a.same(b) || a == b,
        (Value::Array(a), Value::Array(b)) => return identical_arrays(a, b),
        (Value::Object(a), Value::Object(b)) => a == b,
        (Value::Closure(a), Value::Closure(b)) => Arc::ptr_eq(a, b),
        _ => false,
    })
}

fn identical_arrays(a: &Array, b: &Array) -> Answer<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut doubt = None;
    for ((ka, va), (kb, vb)) in a.iter().zip(b.iter()) {
        if ka != kb {
            return Ok(false);
        }
        match identical(va, vb) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(problem) => doubt = Some(problem),
        }
    }
    doubt.map_or(Ok(true), Err)
}

/// `==` with PHP 8's rules for numbers and strings. Objects are equal only to themselves here.
///
/// # Errors
/// The problem, where an unknown value decides.
pub fn loosely_equal(a: &Value, b: &Value) -> Answer<bool> {
    if let (Value::Array(a), Value::Array(b)) = (a, b) {
        if a.len() != b.len() {
            return Ok(false);
        }
        let mut doubt = None;
        for (key, va) in a.iter() {
            let Some(vb) = b.get(key) else { return Ok(false) };
            match loosely_equal(va, vb) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(problem) => doubt = Some(problem),
            }
        }
        return doubt.map_or(Ok(true), Err);
    }
    if let (Value::Str(a), Value::Str(b)) = (a, b)
        && (a.same(b) || a == b)
    {
        return Ok(true);
    }
    if matches!((a, b), (Value::Object(_) | Value::Closure(_), Value::Object(_) | Value::Closure(_))) {
        return identical(a, b);
    }
    Ok(compare(a, b)? == Some(Ordering::Equal))
}

/// `<=>`; `None` where PHP calls the two uncomparable (NaN, arrays with different keys).
///
/// # Errors
/// The problem, where either is unknown.
pub fn compare(a: &Value, b: &Value) -> Answer<Option<Ordering>> {
    use Value::{Array, Bool, Float, Int, Null, Str};
    Ok(match (a, b) {
        (Value::Unknown(problem), _) | (_, Value::Unknown(problem)) => return Err(problem.clone()),
        (Null, Str(text)) => Some(if text.is_empty() { Ordering::Equal } else { Ordering::Less }),
        (Str(text), Null) => Some(if text.is_empty() { Ordering::Equal } else { Ordering::Greater }),
        (Null | Bool(_), _) | (_, Null | Bool(_)) => Some(a.truth()?.cmp(&b.truth()?)),
        (Int(a), Int(b)) => Some(a.cmp(b)),
        (Int(a), Float(b)) => (*a as f64).partial_cmp(b),
        (Float(a), Int(b)) => a.partial_cmp(&(*b as f64)),
        (Float(a), Float(b)) => a.partial_cmp(b),
        (Str(a), Str(b)) => match (numeric(a), numeric(b)) {
            (Some(a), Some(b)) => return compare(&a, &b),
            _ => Some(a.as_slice_cmp(b)),
        },
        (Int(_) | Float(_), Str(text)) => return number_with_text(a, text).map(Some),
        (Str(text), Int(_) | Float(_)) => return number_with_text(b, text).map(|o| Some(o.reverse())),
        (Array(a), Array(b)) => return compare_arrays(a, b),
        (Array(_), _) => Some(Ordering::Greater),
        (_, Array(_)) => Some(Ordering::Less),
        (Value::Object(a), Value::Object(b)) if a == b => Some(Ordering::Equal),
        _ => None,
    })
}

fn number_with_text(number: &Value, text: &super::Text) -> Answer<Ordering> {
    if let Some(other) = numeric(text) {
        return Ok(compare(number, &other)?.unwrap_or(Ordering::Greater));
    }
    let shown = number.to_text().unwrap_or_default();
    Ok(shown.as_slice_cmp(text))
}

fn compare_arrays(a: &Array, b: &Array) -> Answer<Option<Ordering>> {
    if a.len() != b.len() {
        return Ok(Some(a.len().cmp(&b.len())));
    }
    for (key, va) in a.iter() {
        let Some(vb) = b.get(key) else { return Ok(None) };
        match compare(va, vb)? {
            Some(Ordering::Equal) => {}
            other => return Ok(other),
        }
    }
    Ok(Some(Ordering::Equal))
}

trait SliceOrder {
    fn as_slice_cmp(&self, other: &Self) -> Ordering;
}

impl SliceOrder for super::Text {
    fn as_slice_cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}
