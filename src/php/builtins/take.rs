//! Taking arguments in the types that built-in functions want.

use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Text, Value};

/// A string argument; missing is the empty string.
pub(super) fn text(eval: &mut Eval<'_>, args: &Args, at: usize) -> Result<Text, Raise> {
    match args.get(at) {
        None => Ok(Text::default()),
        Some(Value::Array(_)) => Err(eval.type_error("a string was expected, an array given")),
        Some(value) => eval.text(&value.clone()),
    }
}

/// A string argument, or none where it is missing or null.
pub(super) fn maybe_text(eval: &mut Eval<'_>, args: &Args, at: usize) -> Result<Option<Text>, Raise> {
    match args.get(at) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => text(eval, args, at).map(Some),
    }
}

/// An integer argument, or none where it is missing or null.
pub(super) fn maybe_int(args: &Args, at: usize) -> Option<i64> {
    match args.get(at) {
        None | Some(Value::Null) => None,
        Some(value) => value.to_int(),
    }
}

/// An integer argument with a default.
pub(super) fn int(args: &Args, at: usize, default: i64) -> i64 {
    maybe_int(args, at).unwrap_or(default)
}

/// A truth argument with a default.
pub(super) fn flag(args: &Args, at: usize, default: bool) -> Result<bool, Raise> {
    match args.get(at) {
        None => Ok(default),
        Some(value) => Ok(value.truth()?),
    }
}

/// A float argument.
pub(super) fn float(eval: &mut Eval<'_>, args: &Args, at: usize) -> Result<f64, Raise> {
    let value = args.value(at);
    match &value {
        Value::Str(text) if crate::php::value::numeric(text).is_none() => {
            Err(eval.type_error("a number was expected, another text given"))
        }
        _ => value.to_float().ok_or_else(|| eval.type_error("a number was expected")),
    }
}

/// An array argument.
pub(super) fn array(eval: &mut Eval<'_>, args: &mut Args, at: usize) -> Result<Array, Raise> {
    match args.take(at) {
        Value::Array(array) => Ok(array),
        Value::Unknown(problem) => Err(Raise::Unknown(problem)),
        _ => Err(eval.type_error("an array was expected")),
    }
}
