//! `json_encode` and `json_decode`.

use super::array::key_text;
use super::take::{flag, int, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Value, float_text};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "json_encode" => json_encode,
        "json_decode" => json_decode,
        "json_last_error" => |e, _| Ok(e.unsupported("json_last_error")),
        _ => return None,
    };
    Some(run)
}

struct Flags {
    slashes: bool,
    unicode: bool,
    pretty: bool,
    objects: bool,
    hex: i64,
    numeric: bool,
}

fn json_encode(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let bits = int(args, 1, 0);
    let flags = Flags {
        slashes: bits & 64 == 0,
        unicode: bits & 256 == 0,
        pretty: bits & 128 != 0,
        objects: bits & 16 != 0,
        hex: bits & 15,
        numeric: bits & 32 != 0,
    };
    let mut out = String::new();
    encode(eval, &args.value(0), &flags, 0, &mut out)?;
    eval.charge_string(out.len())?;
    Ok(Value::text(out))
}

fn encode(eval: &mut Eval<'_>, value: &Value, flags: &Flags, depth: usize, out: &mut String) -> Result<(), Raise> {
    eval.charge(1)?;
    if depth > 512 {
        return Err(Raise::Unknown(eval.not_supported("JSON nested so deeply")));
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_finite() => out.push_str(&float_text(*number, 17).replace('E', "e")),
        Value::Str(text) => {
            if flags.numeric && crate::php::value::numeric(text).is_some() {
                return Err(Raise::Unknown(eval.not_supported("JSON_NUMERIC_CHECK")));
            }
            let Some(text) = text.utf8() else { return Err(Raise::Unknown(eval.not_supported("JSON of bytes"))) };
            quote(text, flags, out);
        }
        Value::Array(array) if array.is_list() && !flags.objects => {
            let values: Vec<(Option<String>, Value)> = array.values().map(|value| (None, value.clone())).collect();
            members(eval, &values, ('[', ']'), flags, depth, out)?;
        }
        Value::Array(array) => object(eval, array, flags, depth, out)?,
        Value::Object(id) => {
            let properties = eval.public_properties(*id)?;
            object(eval, &properties, flags, depth, out)?;
        }
        Value::Unknown(problem) => return Err(Raise::Unknown(problem.clone())),
        _ => return Err(Raise::Unknown(eval.not_supported("JSON of this value"))),
    }
    Ok(())
}

fn object(eval: &mut Eval<'_>, array: &Array, flags: &Flags, depth: usize, out: &mut String) -> Result<(), Raise> {
    let values: Vec<(Option<String>, Value)> =
        array.iter().map(|(key, value)| (Some(key_text(key).lossy().into_owned()), value.clone())).collect();
    members(eval, &values, ('{', '}'), flags, depth, out)
}

fn members(
    eval: &mut Eval<'_>,
    values: &[(Option<String>, Value)],
    (open, close): (char, char),
    flags: &Flags,
    depth: usize,
    out: &mut String,
) -> Result<(), Raise> {
    out.push(open);
    let line = |depth: usize, out: &mut String| {
        if flags.pretty && !values.is_empty() {
            out.push('\n');
            out.push_str(&"    ".repeat(depth));
        }
    };
    for (at, (name, value)) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        line(depth + 1, out);
        if let Some(name) = name {
            quote(name, flags, out);
            out.push_str(if flags.pretty { ": " } else { ":" });
        }
        encode(eval, value, flags, depth + 1, out)?;
    }
    line(depth, out);
    out.push(close);
    Ok(())
}

fn quote(text: &str, flags: &Flags, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' if flags.hex & 8 != 0 => out.push_str("\\u0022"),
            '<' if flags.hex & 1 != 0 => out.push_str("\\u003C"),
            '>' if flags.hex & 1 != 0 => out.push_str("\\u003E"),
            '&' if flags.hex & 2 != 0 => out.push_str("\\u0026"),
            '\'' if flags.hex & 4 != 0 => out.push_str("\\u0027"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' if flags.slashes => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            letter if (letter as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", letter as u32)),
            '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", letter as u32)),
            letter if flags.unicode && !letter.is_ascii() => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

fn json_decode(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let source = text(eval, args, 0)?;
    let arrays = flag(args, 1, false)? || int(args, 3, 0) & 1 != 0;
    eval.charge_bytes(source.len() * 4)?;
    match serde_json::from_slice::<serde_json::Value>(&source) {
        Ok(value) => decoded(eval, value, arrays),
        Err(_) => Ok(Value::Null),
    }
}

fn decoded(eval: &mut Eval<'_>, value: serde_json::Value, arrays: bool) -> Done {
    use serde_json::Value as Json;
    Ok(match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => match number.as_f64().unwrap_or(0.0) {
                // `-0` is a whole number to PHP, `-0.0` is not; here they look alike.
                zero if zero == 0.0 && zero.is_sign_negative() => eval.unsupported("a negative zero in JSON"),
                number => Value::Float(number),
            },
        },
        Json::String(text) => Value::text(text),
        Json::Array(list) => {
            let mut out = Array::new();
            for value in list {
                eval.charge_bytes(96)?;
                out.push(decoded(eval, value, arrays)?);
            }
            Value::Array(out)
        }
        Json::Object(map) if arrays => {
            let mut out = Array::new();
            for (name, value) in map {
                eval.charge_bytes(96)?;
                out.insert(Key::from(&*name), decoded(eval, value, arrays)?);
            }
            Value::Array(out)
        }
        Json::Object(map) => {
            let mut props = indexmap::IndexMap::new();
            for (name, value) in map {
                eval.charge_bytes(96)?;
                props.insert(name.into(), decoded(eval, value, arrays)?);
            }
            eval.plain_object(props)
        }
    })
}
