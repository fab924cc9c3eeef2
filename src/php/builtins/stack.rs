//! Functions that change an array in place: stacks, queues and its cursor.

use super::take::array;
use super::{Done, Run};
use crate::php::eval::{Args, Eval};
use crate::php::value::{Array, Key, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "array_push" => array_push,
        "array_pop" => array_pop,
        "array_shift" => array_shift,
        "array_unshift" => array_unshift,
        "reset" => |e, a| cursor(e, a, |array| array.set_cursor(0)),
        "end" => |e, a| cursor(e, a, |array| array.set_cursor(array.len().saturating_sub(1))),
        "next" => |e, a| cursor(e, a, |array| array.set_cursor(array.cursor().saturating_add(1))),
        "prev" => |e, a| cursor(e, a, |array| array.set_cursor(array.cursor().checked_sub(1).unwrap_or(usize::MAX))),
        "current" | "pos" => |_, a| Ok(current(&a.value(0))),
        "key" => |_, a| match a.value(0) {
            Value::Array(array) => Ok(array.nth(array.cursor()).map_or(Value::Null, |(key, _)| key.value())),
            _ => Ok(Value::Null),
        },
        _ => return None,
    };
    Some(run)
}

fn current(value: &Value) -> Value {
    match value {
        Value::Array(array) => array.nth(array.cursor()).map_or(Value::Bool(false), |(_, value)| value.clone()),
        _ => Value::Bool(false),
    }
}

fn cursor(eval: &mut Eval<'_>, args: &mut Args, with: impl FnOnce(&mut Array)) -> Done {
    let mut array = array(eval, args, 0)?;
    with(&mut array);
    let value = current(&Value::Array(array.clone()));
    args.set(0, Value::Array(array));
    Ok(value)
}

fn array_push(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut array = array(eval, args, 0)?;
    eval.charge_bytes(args.len() * 96)?;
    args.from(1).for_each(|value| array.push(value.clone()));
    let length = array.len();
    args.set(0, Value::Array(array));
    Ok(Value::Int(length as i64))
}

fn array_pop(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut array = array(eval, args, 0)?;
    let last = array.nth(array.len().wrapping_sub(1)).map(|(key, _)| key.clone());
    let value = last.and_then(|key| array.remove(&key)).unwrap_or(Value::Null);
    array.renumber_next();
    array.set_cursor(0);
    args.set(0, Value::Array(array));
    Ok(value)
}

fn array_shift(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 48)?;
    let first = array.nth(0).map(|(_, value)| value.clone());
    let rest = renumbered(array.iter().skip(1));
    args.set(0, Value::Array(rest));
    Ok(first.unwrap_or(Value::Null))
}

fn array_unshift(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let array = array(eval, args, 0)?;
    eval.charge_bytes((array.len() + args.len()) * 96)?;
    let mut out: Array = args.from(1).cloned().collect();
    renumbered_into(&mut out, array.iter());
    let length = out.len();
    args.set(0, Value::Array(out));
    Ok(Value::Int(length as i64))
}

fn renumbered<'a>(entries: impl Iterator<Item = (&'a Key, &'a Value)>) -> Array {
    let mut out = Array::new();
    renumbered_into(&mut out, entries);
    out
}

fn renumbered_into<'a>(out: &mut Array, entries: impl Iterator<Item = (&'a Key, &'a Value)>) {
    for (key, value) in entries {
        match key {
            Key::Int(_) => out.push(value.clone()),
            key => out.insert(key.clone(), value.clone()),
        }
    }
}
