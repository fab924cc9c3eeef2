//! Arrays: cutting, searching, counting.

use super::string::range;
use super::take::{array, flag, int, maybe_int};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Value, identical};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "count" | "sizeof" => count,
        "array_keys" => array_keys,
        "array_values" => |e, a| Ok(Value::Array(array(e, a, 0)?.values().cloned().collect())),
        "array_slice" => array_slice,
        "array_splice" => array_splice,
        "array_search" => |e, a| search(e, a, true),
        "in_array" => |e, a| search(e, a, false),
        "array_key_exists" | "key_exists" => key_exists,
        "array_key_first" => |e, a| Ok(array(e, a, 0)?.nth(0).map_or(Value::Null, |(key, _)| key.value())),
        "array_key_last" => |e, a| {
            let array = array(e, a, 0)?;
            Ok(array.nth(array.len().wrapping_sub(1)).map_or(Value::Null, |(key, _)| key.value()))
        },
        "array_reverse" => array_reverse,
        "array_unique" => array_unique,
        "array_sum" => |e, a| fold(e, a, Value::Int(0), |e, x, y| e.add(x, y)),
        "array_product" => |e, a| fold(e, a, Value::Int(1), |e, x, y| e.multiply(x, y)),
        "array_column" => array_column,
        "array_chunk" => array_chunk,
        "array_count_values" => array_count_values,
        "array_is_list" => |e, a| Ok(Value::Bool(array(e, a, 0)?.is_list())),
        "array_change_key_case" => change_key_case,
        _ => return None,
    };
    Some(run)
}

fn count(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let deep = int(args, 1, 0) == 1;
    match args.value(0) {
        Value::Array(array) if deep => Ok(Value::Int(deep_count(&array))),
        Value::Array(array) => Ok(Value::Int(array.len() as i64)),
        Value::Object(_) => Ok(eval.unsupported("count of an object")),
        _ => Err(eval.type_error("count of something that is no array")),
    }
}

fn deep_count(array: &Array) -> i64 {
    array.values().map(|value| 1 + value.as_array().map_or(0, deep_count)).sum()
}

fn array_keys(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let wanted = args.get(1).cloned();
    let strict = flag(args, 2, false)?;
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut keys = Array::new();
    for (key, value) in array.iter() {
        let take = match &wanted {
            None => true,
            Some(wanted) => eval.equal(value, wanted, strict)?,
        };
        if take {
            keys.push(key.value());
        }
    }
    Ok(Value::Array(keys))
}

fn array_slice(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (offset, count, keep) = (int(args, 1, 0), maybe_int(args, 2), flag(args, 3, false)?);
    let array = array(eval, args, 0)?;
    let (start, end) = range(array.len(), offset, count);
    eval.charge_bytes((end - start) * 96)?;
    let mut out = Array::new();
    for (key, value) in array.iter().skip(start).take(end - start) {
        match key {
            Key::Int(_) if !keep => out.push(value.clone()),
            key => out.insert(key.clone(), value.clone()),
        }
    }
    Ok(Value::Array(out))
}

fn array_splice(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (offset, count) = (int(args, 1, 0), maybe_int(args, 2));
    let with = match args.value(3) {
        Value::Array(array) => array,
        Value::Null => Array::new(),
        other => [other].into_iter().collect(),
    };
    let array = array(eval, args, 0)?;
    let (start, end) = range(array.len(), offset, count);
    eval.charge_bytes((array.len() + with.len()) * 96)?;
    let (mut kept, mut removed) = (Array::new(), Array::new());
    let put = |to: &mut Array, key: &Key, value: &Value| match key {
        Key::Int(_) => to.push(value.clone()),
        key => to.insert(key.clone(), value.clone()),
    };
    for (at, (key, value)) in array.iter().enumerate() {
        if at == start {
            with.values().for_each(|value| kept.push(value.clone()));
        }
        put(if (start..end).contains(&at) { &mut removed } else { &mut kept }, key, value);
    }
    if start >= array.len() {
        with.values().for_each(|value| kept.push(value.clone()));
    }
    args.set(0, Value::Array(kept));
    Ok(Value::Array(removed))
}

fn search(eval: &mut Eval<'_>, args: &mut Args, key_wanted: bool) -> Done {
    let (needle, strict) = (args.value(0), flag(args, 2, false)?);
    let array = array(eval, args, 1)?;
    eval.charge(array.len())?;
    let mut doubt = None;
    for (key, value) in array.iter() {
        match eval.equal(value, &needle, strict) {
            Ok(true) if doubt.is_none() || !key_wanted => {
                return Ok(if key_wanted { key.value() } else { Value::Bool(true) });
            }
            Err(Raise::Unknown(problem)) => doubt = Some(problem),
            Err(raise) => return Err(raise),
            Ok(_) => {}
        }
    }
    doubt.map_or(Ok(Value::Bool(false)), |problem| Err(Raise::Unknown(problem)))
}

fn key_exists(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let key = match args.value(0) {
        Value::Null => Key::from(""),
        key => eval.array_key(&key)?,
    };
    match args.value(1) {
        Value::Array(array) => Ok(Value::Bool(array.get(&key).is_some())),
        Value::Unknown(problem) => Err(Raise::Unknown(problem)),
        _ => Err(eval.type_error("an array was expected")),
    }
}

fn array_reverse(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let keep = flag(args, 1, false)?;
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for (key, value) in array.iter().rev() {
        match key {
            Key::Int(_) if !keep => out.push(value.clone()),
            key => out.insert(key.clone(), value.clone()),
        }
    }
    Ok(Value::Array(out))
}

fn array_unique(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    let mut seen = std::collections::HashSet::new();
    for (key, value) in array.iter() {
        // By default two values are the same if their texts are.
        if seen.insert(eval.text(value)?) {
            out.insert(key.clone(), value.clone());
        }
    }
    Ok(Value::Array(out))
}

fn fold(eval: &mut Eval<'_>, args: &mut Args, start: Value, with: fn(&mut Eval<'_>, &Value, &Value) -> Done) -> Done {
    let array = array(eval, args, 0)?;
    eval.charge(array.len())?;
    array.values().try_fold(start, |sum, value| with(eval, &sum, value))
}

fn array_column(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (column, index) = (args.value(1), args.value(2));
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for row in array.values() {
        let value = match &column {
            Value::Null => Some(row.clone()),
            column => cell(eval, row, column)?,
        };
        let Some(value) = value else { continue };
        match if index.is_null() { None } else { cell(eval, row, &index)? } {
            Some(key) => out.insert(eval.array_key(&key)?, value),
            None => out.push(value),
        }
    }
    Ok(Value::Array(out))
}

fn cell(eval: &mut Eval<'_>, row: &Value, column: &Value) -> Result<Option<Value>, Raise> {
    match row {
        Value::Array(row) => Ok(row.get(&eval.array_key(column)?).cloned()),
        Value::Object(id) => {
            let name = eval.text(column)?;
            let value = eval.held_property(*id, &name.lossy());
            Ok(if value.is_null() { None } else { Some(value) })
        }
        Value::Unknown(problem) => Err(Raise::Unknown(problem.clone())),
        _ => Ok(None),
    }
}

fn array_chunk(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let keep = flag(args, 2, false)?;
    let Some(size) = usize::try_from(int(args, 1, 0)).ok().filter(|size| *size > 0) else {
        return Err(eval.type_error("a length below 1"));
    };
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 160)?;
    let entries: Vec<(&Key, &Value)> = array.iter().collect();
    let chunk = |entries: &[(&Key, &Value)]| -> Value {
        Value::Array(match keep {
            true => entries.iter().map(|(key, value)| ((*key).clone(), (*value).clone())).collect(),
            false => entries.iter().map(|(_, value)| (*value).clone()).collect(),
        })
    };
    Ok(Value::Array(entries.chunks(size).map(chunk).collect()))
}

fn array_count_values(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for value in array.values() {
        // Others are warned of and passed over.
        if !matches!(value, Value::Int(_) | Value::Str(_)) {
            value.clone().known()?;
            continue;
        }
        let key = eval.array_key(value)?;
        let count = out.get(&key).and_then(Value::as_int).unwrap_or(0);
        out.insert(key, Value::Int(count + 1));
    }
    Ok(Value::Array(out))
}

fn change_key_case(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let upper = int(args, 1, 0) == 1;
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let change = |key: &Key| match key {
        Key::Text(text) if upper => Key::from_bytes(&text.to_ascii_uppercase()),
        Key::Text(text) => Key::from_bytes(&text.to_ascii_lowercase()),
        key => key.clone(),
    };
    Ok(Value::Array(array.iter().map(|(key, value)| (change(key), value.clone())).collect()))
}

impl Eval<'_> {
    /// Whether two values are equal, for the functions that compare members.
    pub(super) fn equal(&mut self, a: &Value, b: &Value, strict: bool) -> Result<bool, Raise> {
        if strict { Ok(identical(a, b)?) } else { self.loose(a, b) }
    }
}

/// The text of a key.
pub(in crate::php) fn key_text(key: &Key) -> crate::php::value::Text {
    match key {
        Key::Int(number) => number.to_string().into(),
        Key::Text(text) => text.clone(),
    }
}
