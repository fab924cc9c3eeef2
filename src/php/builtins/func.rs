//! Functions that call functions, and those that ask what exists.

use super::take::{array, flag, int, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "array_map" => array_map,
        "array_filter" => array_filter,
        "array_reduce" => array_reduce,
        "array_walk" => array_walk,
        "call_user_func" => |e, a| {
            let rest = a.from(1).cloned().collect();
            e.call(&a.value(0), Args::of(rest))
        },
        "call_user_func_array" => |e, a| {
            let list = array(e, a, 1)?;
            e.call(&a.value(0), Args::of(list.values().cloned().collect()))
        },
        "func_get_args" => |e, _| Ok(Value::Array(e.passed().iter().cloned().collect())),
        "func_num_args" => |e, _| Ok(Value::Int(e.passed().len() as i64)),
        "func_get_arg" => |e, a| Ok(e.passed().get(int(a, 0, 0) as usize).cloned().unwrap_or(Value::Null)),
        "function_exists" => function_exists,
        "is_callable" => is_callable,
        "class_exists" | "interface_exists" | "trait_exists" | "enum_exists" => class_exists,
        "method_exists" => method_exists,
        "property_exists" => property_exists,
        "get_class" => get_class,
        "get_object_vars" => |e, a| match a.value(0) {
            Value::Object(id) => Ok(Value::Array(e.public_properties(id)?)),
            _ => Err(e.type_error("an object was expected")),
        },
        "is_a" | "is_subclass_of" => is_a,
        "iterator_to_array" => |e, a| match a.value(0) {
            array @ Value::Array(_) => Ok(array),
            _ => Ok(e.unsupported("an iterator")),
        },
        "ob_start" => |e, _| {
            e.open_buffer();
            Ok(Value::Bool(true))
        },
        "ob_get_clean" | "ob_get_flush" => |e, _| Ok(e.close_buffer().unwrap_or(Value::Bool(false))),
        "ob_end_clean" | "ob_end_flush" => |e, _| Ok(Value::Bool(e.close_buffer().is_some())),
        "ob_get_contents" => |e, _| Ok(e.buffer().unwrap_or(Value::Bool(false))),
        "compact" => compact,
        "extract" => extract,
        "time" | "microtime" | "hrtime" | "date" | "gmdate" | "mktime" | "strtotime" | "getdate" | "localtime"
        | "date_create" | "rand" | "mt_rand" | "random_int" | "random_bytes" | "uniqid" | "lcg_value"
        | "array_rand" | "shuffle" | "str_shuffle" | "memory_get_usage" | "getmypid" | "spl_object_id"
        | "spl_object_hash" | "filemtime" | "php_uname" | "phpversion" | "php_sapi_name" | "gethostname"
        | "sys_get_temp_dir" | "ini_get" | "extension_loaded" | "version_compare" => changing,
        _ => return None,
    };
    Some(run)
}

fn changing(eval: &mut Eval<'_>, _: &mut Args) -> Done {
    // The caller fills in what stands there.
    Err(Raise::Unknown(eval.problem("", Reason::Changing)))
}

fn array_map(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let callee = args.value(0);
    if args.len() > 2 {
        return map_many(eval, args, &callee);
    }
    let array = array(eval, args, 1)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for (key, value) in array.iter() {
        let value = eval.call_soft(&callee, vec![value.clone()])?;
        out.insert(key.clone(), value);
    }
    Ok(Value::Array(out))
}

fn map_many(eval: &mut Eval<'_>, args: &mut Args, callee: &Value) -> Done {
    let mut arrays = Vec::new();
    for at in 1..args.len() {
        arrays.push(array(eval, args, at)?);
    }
    let length = arrays.iter().map(Array::len).max().unwrap_or(0);
    eval.charge_bytes(length * 96)?;
    let mut out = Array::new();
    for at in 0..length {
        let row: Vec<Value> =
            arrays.iter().map(|array| array.nth(at).map_or(Value::Null, |(_, value)| value.clone())).collect();
        out.push(match callee {
            Value::Null => Value::Array(row.into_iter().collect()),
            callee => eval.call_soft(callee, row)?,
        });
    }
    Ok(Value::Array(out))
}

fn array_filter(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (callee, mode) = (args.value(1), int(args, 2, 0));
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for (key, value) in array.iter() {
        let answer = match (&callee, mode) {
            (Value::Null, _) => value.clone(),
            (callee, 2) => eval.call_soft(callee, vec![key.value()])?,
            (callee, 1) => eval.call_soft(callee, vec![value.clone(), key.value()])?,
            (callee, _) => eval.call_soft(callee, vec![value.clone()])?,
        };
        if answer.truth()? {
            out.insert(key.clone(), value.clone());
        }
    }
    Ok(Value::Array(out))
}

fn array_reduce(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (callee, start) = (args.value(1), args.value(2));
    let array = array(eval, args, 0)?;
    array.values().try_fold(start, |sum, value| eval.call_soft(&callee, vec![sum, value.clone()]))
}

/// The callback gets each element by reference where it wants it so.
fn array_walk(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (callee, extra) = (args.value(1), args.get(2).cloned());
    if let Some(Value::Object(_)) = args.get(0) {
        return Ok(eval.unsupported("array_walk over an object"));
    }
    let array = array(eval, args, 0)?;
    eval.charge_bytes(array.len() * 96)?;
    let mut out = Array::new();
    for (key, value) in array.iter() {
        let value = eval.call_on_cell(&callee, value.clone(), [Some(key.value()), extra.clone()])?;
        out.insert(key.clone(), value);
    }
    args.set(0, Value::Array(out));
    Ok(Value::Bool(true))
}

fn function_exists(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = text(eval, args, 0)?;
    let name = name.lossy().trim_start_matches('\\').to_ascii_lowercase();
    if eval.has_function(&name) || super::find(&name).is_some() {
        return Ok(Value::Bool(true));
    }
    if eval.world.is_no_function(&name) {
        return Ok(Value::Bool(false));
    }
    Ok(eval.unknown(format!("function_exists('{name}')"), Reason::NotKnown))
}

fn is_callable(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    match args.value(0) {
        Value::Closure(_) => Ok(Value::Bool(true)),
        Value::Str(name) if !name.contains(&b':') => function_exists(eval, args),
        Value::Str(_) | Value::Array(_) | Value::Object(_) => Ok(eval.unsupported("is_callable of a method")),
        _ => Ok(Value::Bool(false)),
    }
}

fn class_exists(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = text(eval, args, 0)?;
    let name = name.lossy().trim_start_matches('\\').to_owned();
    match eval.knows_class(&name)? {
        true => Ok(Value::Bool(true)),
        false if eval.world.is_no_class(&name) => Ok(Value::Bool(false)),
        false => Ok(eval.unknown(format!("class_exists('{name}')"), Reason::NotKnown)),
    }
}

fn method_exists(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let method = text(eval, args, 1)?;
    eval.has_method(&args.value(0), &method.lossy())
}

fn property_exists(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = text(eval, args, 1)?;
    match args.value(0) {
        Value::Object(id) => {
            let properties = eval.public_properties(id)?;
            Ok(Value::Bool(properties.get(&Key::from_text(name)).is_some()))
        }
        _ => Ok(eval.unsupported("property_exists of a class")),
    }
}

fn get_class(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    match args.value(0) {
        Value::Object(id) => Ok(eval.class_of(id).map_or(Value::Bool(false), Value::text)),
        Value::Closure(_) => Ok(Value::text("Closure")),
        _ => Err(eval.type_error("an object was expected")),
    }
}

fn is_a(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let class = text(eval, args, 1)?;
    let class = class.lossy().trim_start_matches('\\').to_owned();
    match args.value(0) {
        Value::Object(id) => match eval.is_instance(id, &class) {
            Some(answer) => Ok(Value::Bool(answer)),
            None => Ok(eval.unknown(format!("is_a(…, '{class}')"), Reason::NotKnown)),
        },
        Value::Str(_) if flag(args, 2, false)? => Ok(eval.unsupported("is_a of a class name")),
        _ => Ok(Value::Bool(false)),
    }
}

fn compact(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut out = Array::new();
    for name in args.from(0).cloned().collect::<Vec<_>>() {
        add_compact(eval, &name, &mut out, 0)?;
    }
    Ok(Value::Array(out))
}

fn add_compact(eval: &mut Eval<'_>, name: &Value, out: &mut Array, depth: usize) -> Result<(), Raise> {
    match name {
        Value::Array(names) if depth < 10 => {
            names.values().try_for_each(|name| add_compact(eval, name, out, depth + 1))
        }
        name => {
            let name = eval.text(name)?;
            if let Some(value) = eval.local_if_set(&name.lossy()) {
                eval.charge_bytes(96)?;
                out.insert(Key::from_text(name), value);
            }
            Ok(())
        }
    }
}

fn extract(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    if args.len() > 1 {
        return Err(Raise::Limit(eval.not_supported("extract with flags")));
    }
    let array = match array(eval, args, 0) {
        // Any variable may have been set.
        Err(Raise::Unknown(problem)) => return Err(Raise::Limit(problem)),
        other => other?,
    };
    for (key, value) in array.iter() {
        if let Key::Text(name) = key {
            eval.set_variable(&name.lossy(), value.clone());
        }
    }
    Ok(Value::Int(array.len() as i64))
}
