//! `get_in_or_equal`: a piece of a condition, and the parameters that belong to it.

use super::{Done, listed};
use crate::php::eval::{Args, Eval};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, Value};

/// Moodle's constants for how places are written.
const NAMED: i64 = 1;
const LISTED: i64 = 2;

/// `get_in_or_equal($items, $type, $prefix, $equal, $onemptyitems)`; `number` gives each named place a number of its own.
pub(super) fn in_or_equal(eval: &mut Eval<'_>, args: &Args, number: impl Fn() -> u32) -> Done {
    let items = match args.value(0).known()? {
        Value::Array(items) => items,
        item => listed([item]),
    };
    let kind = args.get(1).map_or(Some(LISTED), Value::to_int);
    let prefix = match args.get(2) {
        Some(prefix) => eval.text(&prefix.clone())?.lossy().into_owned(),
        None => "param".to_owned(),
    };
    let equal = args.get(3).map_or(Ok(true), Value::truth)?;
    let items = match (items.is_empty(), args.get(4)) {
        (false, _) => items,
        (true, None | Some(Value::Bool(false))) => return Err(eval.fails("get_in_or_equal()", "there are no items")),
        (true, Some(Value::Null)) => {
            let none = if equal { " IS NULL" } else { " IS NOT NULL" };
            return Ok(Value::Array(listed([Value::text(none), Value::Array(Array::new())])));
        }
        (true, Some(item)) => listed([item.clone()]),
    };
    let mut params = Array::new();
    let mut places = Vec::new();
    for item in items.values() {
        match kind {
            Some(LISTED) => {
                params.push(item.clone());
                places.push("?".to_owned());
            }
            Some(NAMED) => {
                let name = format!("{prefix}{}", number());
                params.insert(Key::from(&*name), item.clone());
                places.push(format!(":{name}"));
            }
            _ => return Ok(eval.unknown("get_in_or_equal()", Reason::Unsupported)),
        }
    }
    let text = match (places.len(), equal) {
        (1, true) => format!("= {}", places[0]),
        (1, false) => format!("<> {}", places[0]),
        (_, true) => format!("IN ({})", places.join(",")),
        (_, false) => format!("NOT IN ({})", places.join(",")),
    };
    Ok(Value::Array(listed([Value::text(text), Value::Array(params)])))
}
