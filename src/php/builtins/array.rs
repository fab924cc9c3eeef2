//! Arrays: making, cutting, searching.

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
        "array_merge" => array_merge,
        "array_merge_recursive" => array_merge_recursive,
        "array_replace" => array_replace,
        "array_combine" => array_combine,
        "array_flip" => array_flip,
        "array_fill" => array_fill,
        "array_fill_keys" => array_fill_keys,
        "array_pad" => array_pad,
        "range" => range_,
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

/// Adds entries: string keys replace, integer keys are numbered anew.
fn append(to: &mut Array, more: &Array) {
    for (key, value) in more.iter() {
        match key {
            Key::Int(_) => to.push(value.clone()),
            key => to.insert(key.clone(), value.clone()),
        }
    }
}

fn array_merge(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut merged = Array::new();
    for at in 0..args.len() {
        let array = array(eval, args, at)?;
        eval.charge_bytes(array.len() * 96)?;
        append(&mut merged, &array);
    }
    Ok(Value::Array(merged))
}

fn array_merge_recursive(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut merged = Array::new();
    for at in 0..args.len() {
        let array = array(eval, args, at)?;
        merge_into(eval, &mut merged, &array)?;
    }
    Ok(Value::Array(merged))
}

fn merge_into(eval: &mut Eval<'_>, to: &mut Array, more: &Array) -> Result<(), Raise> {
    eval.charge_bytes(more.len() * 96)?;
    for (key, value) in more.iter() {
        let Key::Text(_) = key else {
            to.push(value.clone());
            continue;
        };
        let joined = match to.get(key) {
            None => value.clone(),
            Some(before) => {
                let as_array = |value: &Value| match value {
                    Value::Array(array) => array.clone(),
                    other => [other.clone()].into_iter().collect(),
                };
                let mut joined = as_array(before);
                merge_into(eval, &mut joined, &as_array(value))?;
                Value::Array(joined)
            }
        };
        to.insert(key.clone(), joined);
    }
    Ok(())
}

fn array_replace(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut merged = array(eval, args, 0)?;
    for at in 1..args.len() {
        let array = array(eval, args, at)?;
        eval.charge_bytes(array.len() * 96)?;
        array.iter().for_each(|(key, value)| merged.insert(key.clone(), value.clone()));
    }
    Ok(Value::Array(merged))
}

fn array_combine(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (keys, values) = (array(eval, args, 0)?, array(eval, args, 1)?);
    if keys.len() != values.len() {
        return Err(eval.type_error("keys and values of different number"));
    }
    eval.charge_bytes(keys.len() * 96)?;
    let mut out = Array::new();
    for (key, value) in keys.values().zip(values.values()) {
        let key = Key::from_text(eval.text(key)?);
        out.insert(key, value.clone());
    }
    Ok(Value::Array(out))
}

fn array_flip(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for (key, value) in array.iter() {
        out.insert(eval.array_key(value)?, key.value());
    }
    Ok(Value::Array(out))
}

fn array_fill(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (start, value) = (int(args, 0, 0), args.value(2));
    let count = usize::try_from(int(args, 1, 0)).unwrap_or(0);
    eval.charge_bytes(count.saturating_mul(96))?;
    Ok(Value::Array((0..count).map(|at| (Key::Int(start.saturating_add(at as i64)), value.clone())).collect()))
}

fn array_fill_keys(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let value = args.value(1);
    let keys = array(eval, args, 0)?;
    eval.charge_bytes(keys.len() * 96)?;
    let mut out = Array::new();
    for key in keys.values() {
        let key = Key::from_text(eval.text(key)?);
        out.insert(key, value.clone());
    }
    Ok(Value::Array(out))
}

fn array_pad(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (size, value) = (int(args, 1, 0), args.value(2));
    let array = array(eval, args, 0)?;
    let missing = (size.unsigned_abs() as usize).saturating_sub(array.len());
    eval.charge_bytes((missing + array.len()).saturating_mul(96))?;
    let padding: Array = (0..missing).map(|_| value.clone()).collect();
    let (first, second) = if size < 0 { (padding, array) } else { (array, padding) };
    let mut out = Array::new();
    append(&mut out, &first);
    append(&mut out, &second);
    Ok(Value::Array(out))
}

fn range_(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (from, to) = (args.value(0), args.value(1));
    let step = args.get(2).cloned().unwrap_or(Value::Int(1));
    if let (Value::Str(from), Value::Str(to)) = (&from, &to)
        && let (Some(from), Some(to)) = (from.first(), to.first())
        && !(from.is_ascii_digit() && to.is_ascii_digit())
    {
        let step = step.to_int().unwrap_or(1).unsigned_abs().clamp(1, 255) as usize;
        let letters: Vec<u8> = if from <= to { (*from..=*to).collect() } else { (*to..=*from).rev().collect() };
        return Ok(Value::Array(letters.into_iter().step_by(step).map(|letter| Value::text(&[letter][..])).collect()));
    }
    let number = |eval: &mut Eval<'_>, value: &Value| eval.add(value, &Value::Int(0));
    let (from, to, step) = (number(eval, &from)?, number(eval, &to)?, number(eval, &step)?);
    if let (Value::Int(from), Value::Int(to), Value::Int(step)) = (&from, &to, &step) {
        let step = step.unsigned_abs();
        if step == 0 {
            return Err(eval.type_error("a step of 0"));
        }
        let count = to.abs_diff(*from) / step + 1;
        eval.charge_bytes((count as usize).saturating_mul(96))?;
        let sign = if from <= to { 1 } else { -1 };
        return Ok(Value::Array((0..count as i64).map(|at| Value::Int(from + sign * at * step as i64)).collect()));
    }
    let (from, to, step) =
        (from.to_float().unwrap_or(0.0), to.to_float().unwrap_or(0.0), step.to_float().unwrap_or(1.0).abs());
    if step <= 0.0 {
        return Err(eval.type_error("a step of 0"));
    }
    let count = ((to - from).abs() / step + 1e-9).floor() as usize + 1;
    eval.charge_bytes(count.saturating_mul(96))?;
    let sign = if from <= to { 1.0 } else { -1.0 };
    Ok(Value::Array((0..count).map(|at| Value::Float(from + sign * at as f64 * step)).collect()))
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
