//! Arrays made of other arrays, keys or numbers.

use super::take::{array, int};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "array_merge" => array_merge,
        "array_merge_recursive" => array_merge_recursive,
        "array_replace" => array_replace,
        "array_combine" => array_combine,
        "array_flip" => array_flip,
        "array_fill" => array_fill,
        "array_fill_keys" => array_fill_keys,
        "array_pad" => array_pad,
        "range" => range,
        _ => return None,
    };
    Some(run)
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

/// Adds entries: string keys replace, integer keys are numbered anew.
fn append(to: &mut Array, more: &Array) {
    for (key, value) in more.iter() {
        match key {
            Key::Int(_) => to.push(value.clone()),
            key => to.insert(key.clone(), value.clone()),
        }
    }
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
        // Nothing else is turned into a key, not even what may be one elsewhere.
        if matches!(value, Value::Int(_) | Value::Str(_)) {
            out.insert(eval.array_key(value)?, key.value());
        } else {
            value.clone().known()?;
        }
    }
    Ok(Value::Array(out))
}

fn array_fill(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (start, value) = (int(args, 0, 0), args.value(2));
    let Ok(count) = usize::try_from(int(args, 1, 0)) else {
        return Err(eval.type_error("a negative count"));
    };
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

fn range(eval: &mut Eval<'_>, args: &mut Args) -> Done {
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
        if step > to.abs_diff(*from) && from != to {
            return Ok(eval.unsupported("a step longer than the range, which versions of PHP take differently"));
        }
        let count = u128::from(to.abs_diff(*from) / step) + 1;
        eval.charge_bytes(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(96))?;
        let ahead = if from <= to { i128::from(step) } else { -i128::from(step) };
        // Between two integers, so the result is one.
        return Ok(Value::Array(
            (0..count as i128).map(|at| Value::Int((i128::from(*from) + at * ahead) as i64)).collect(),
        ));
    }
    let (from, to, step) =
        (from.to_float().unwrap_or(0.0), to.to_float().unwrap_or(0.0), step.to_float().unwrap_or(1.0).abs());
    if step <= 0.0 {
        return Err(eval.type_error("a step of 0"));
    }
    if !(from.is_finite() && to.is_finite() && step.is_finite()) {
        return Err(eval.type_error("a range without end"));
    }
    let count = (((to - from).abs() / step + 1e-9).floor() as usize).saturating_add(1);
    eval.charge_bytes(count.saturating_mul(96))?;
    let sign = if from <= to { 1.0 } else { -1.0 };
    Ok(Value::Array((0..count).map(|at| Value::Float(from + sign * at as f64 * step)).collect()))
}
