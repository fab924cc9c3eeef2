//! Sorting and set operations. PHP's sorts are stable.

use std::cmp::Ordering;

use super::take::{array, int};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Value, compare};

type Entry = (Key, Value);
type Order<'o> = &'o mut dyn FnMut(&mut Eval<'_>, &Entry, &Entry) -> Result<Ordering, Raise>;

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "sort" => |e, a| sort(e, a, false, false, false),
        "rsort" => |e, a| sort(e, a, false, true, false),
        "asort" => |e, a| sort(e, a, true, false, false),
        "arsort" => |e, a| sort(e, a, true, true, false),
        "ksort" => |e, a| sort(e, a, true, false, true),
        "krsort" => |e, a| sort(e, a, true, true, true),
        "usort" => |e, a| user_sort(e, a, false, false),
        "uasort" => |e, a| user_sort(e, a, true, false),
        "uksort" => |e, a| user_sort(e, a, true, true),
        "array_diff" => |e, a| select(e, a, false, |e, _, value, other| in_values(e, value, other)),
        "array_intersect" => |e, a| select(e, a, true, |e, _, value, other| in_values(e, value, other)),
        "array_diff_key" => |e, a| select(e, a, false, |_, k, _, other| Ok(other.get(k).is_some())),
        "array_intersect_key" => |e, a| select(e, a, true, |_, k, _, other| Ok(other.get(k).is_some())),
        "array_diff_assoc" => |e, a| select(e, a, false, same_entry),
        "array_intersect_assoc" => |e, a| select(e, a, true, same_entry),
        _ => return None,
    };
    Some(run)
}

fn flagged(eval: &mut Eval<'_>, a: &Value, b: &Value, flags: i64) -> Result<Ordering, Raise> {
    let kind = flags & !8;
    if kind == 1 {
        let (a, b) = (a.to_float().unwrap_or(0.0), b.to_float().unwrap_or(0.0));
        return Ok(a.partial_cmp(&b).unwrap_or(Ordering::Equal));
    }
    if kind == 2 {
        let (mut a, mut b) = (eval.text(a)?.to_vec(), eval.text(b)?.to_vec());
        if flags & 8 != 0 {
            a.make_ascii_lowercase();
            b.make_ascii_lowercase();
        }
        return Ok(a.cmp(&b));
    }
    if kind != 0 {
        return Err(Raise::Unknown(eval.not_supported("this kind of sorting")));
    }
    Ok(compare(a, b)?.unwrap_or(Ordering::Greater))
}

fn sort(eval: &mut Eval<'_>, args: &mut Args, keep: bool, backwards: bool, by_key: bool) -> Done {
    let flags = int(args, 1, 0);
    let array = array(eval, args, 0)?;
    let mut order = |eval: &mut Eval<'_>, a: &Entry, b: &Entry| {
        let order = match by_key {
            true => flagged(eval, &a.0.value(), &b.0.value(), flags)?,
            false => flagged(eval, &a.1, &b.1, flags)?,
        };
        Ok(if backwards { order.reverse() } else { order })
    };
    let sorted = merge_sort(eval, entries(&array), &mut order)?;
    args.set(0, collected(sorted, keep));
    Ok(Value::Bool(true))
}

fn user_sort(eval: &mut Eval<'_>, args: &mut Args, keep: bool, by_key: bool) -> Done {
    let callee = args.value(1);
    let array = array(eval, args, 0)?;
    let mut order = |eval: &mut Eval<'_>, a: &Entry, b: &Entry| {
        let pair = match by_key {
            true => vec![a.0.value(), b.0.value()],
            false => vec![a.1.clone(), b.1.clone()],
        };
        let answer = eval.call(&callee, Args::of(pair))?.known()?;
        Ok(answer.to_int().unwrap_or(0).cmp(&0))
    };
    let sorted = merge_sort(eval, entries(&array), &mut order)?;
    args.set(0, collected(sorted, keep));
    Ok(Value::Bool(true))
}

fn entries(array: &Array) -> Vec<Entry> {
    array.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn collected(entries: Vec<Entry>, keep: bool) -> Value {
    Value::Array(match keep {
        true => entries.into_iter().collect(),
        false => entries.into_iter().map(|(_, value)| value).collect(),
    })
}

/// A stable sort whose comparison may fail.
fn merge_sort(eval: &mut Eval<'_>, mut list: Vec<Entry>, order: Order<'_>) -> Result<Vec<Entry>, Raise> {
    eval.charge_bytes(list.len() * 96)?;
    let mut width = 1;
    while width < list.len() {
        let mut merged = Vec::with_capacity(list.len());
        for pair in list.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut i, mut j) = (0, 0);
            while i < left.len() && j < right.len() {
                eval.charge(1)?;
                if order(eval, &left[i], &right[j])? == Ordering::Greater {
                    merged.push(right[j].clone());
                    j += 1;
                } else {
                    merged.push(left[i].clone());
                    i += 1;
                }
            }
            merged.extend_from_slice(&left[i..]);
            merged.extend_from_slice(&right[j..]);
        }
        list = merged;
        width *= 2;
    }
    Ok(list)
}

type Within = fn(&mut Eval<'_>, &Key, &Value, &Array) -> Result<bool, Raise>;

/// Keeps entries that are in all other arrays, or in none of them.
fn select(eval: &mut Eval<'_>, args: &mut Args, all: bool, within: Within) -> Done {
    let first = array(eval, args, 0)?;
    let mut others = Vec::new();
    for at in 1..args.len() {
        others.push(array(eval, args, at)?);
    }
    let mut out = Array::new();
    for (key, value) in first.iter() {
        let mut hits = 0;
        for other in &others {
            hits += usize::from(within(eval, key, value, other)?);
        }
        let keep = if all { hits == others.len() } else { hits == 0 };
        if keep {
            eval.charge_bytes(96)?;
            out.insert(key.clone(), value.clone());
        }
    }
    Ok(Value::Array(out))
}

fn in_values(eval: &mut Eval<'_>, value: &Value, other: &Array) -> Result<bool, Raise> {
    let text = eval.text(value)?;
    for value in other.values() {
        eval.charge(1)?;
        if eval.text(value)? == text {
            return Ok(true);
        }
    }
    Ok(false)
}

fn same_entry(eval: &mut Eval<'_>, key: &Key, value: &Value, other: &Array) -> Result<bool, Raise> {
    match other.get(key) {
        Some(found) => Ok(eval.text(found)? == eval.text(value)?),
        None => Ok(false),
    }
}
