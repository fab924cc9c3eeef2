//! Types: asking, converting, printing.

use super::array::key_text;
use super::take::{flag, int, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Value, float_text, numeric};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "is_string" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Str(_)))),
        "is_array" | "is_iterable" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Array(_)))),
        "is_countable" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Array(_)))),
        "is_int" | "is_integer" | "is_long" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Int(_)))),
        "is_float" | "is_double" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Float(_)))),
        "is_bool" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Bool(_)))),
        "is_null" => |_, a| Ok(Value::Bool(a.value(0).is_null())),
        "is_object" => |_, a| Ok(Value::Bool(matches!(a.value(0), Value::Object(_) | Value::Closure(_)))),
        "is_scalar" => |_, a| {
            let value = a.value(0);
            Ok(Value::Bool(matches!(value, Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_))))
        },
        "is_numeric" => |_, a| {
            Ok(Value::Bool(match a.value(0) {
                Value::Int(_) | Value::Float(_) => true,
                Value::Str(text) => numeric(&text).is_some(),
                _ => false,
            }))
        },
        "intval" => intval,
        "floatval" | "doubleval" => |_, a| Ok(Value::Float(a.value(0).to_float().unwrap_or(1.0))),
        "strval" => |e, a| Ok(Value::Str(text(e, a, 0)?)),
        "boolval" => |_, a| Ok(Value::Bool(a.value(0).truth()?)),
        "gettype" => |_, a| Ok(Value::text(a.value(0).type_name())),
        "get_debug_type" => |e, a| match a.value(0) {
            Value::Object(id) => Ok(e.class_of(id).map_or(Value::Null, Value::text)),
            value => Ok(Value::text(match value.type_name() {
                "NULL" => "null",
                "boolean" => "bool",
                "integer" => "int",
                "double" => "float",
                name => name,
            })),
        },
        "var_export" => var_export,
        "print_r" => print_r,
        "serialize" => |e, a| {
            let mut out = Vec::new();
            serialize(e, &a.value(0), &mut out)?;
            Ok(Value::text(out))
        },
        "ctype_digit" => |e, a| ctype(e, a, u8::is_ascii_digit),
        "ctype_alpha" => |e, a| ctype(e, a, u8::is_ascii_alphabetic),
        "ctype_alnum" => |e, a| ctype(e, a, u8::is_ascii_alphanumeric),
        "ctype_upper" => |e, a| ctype(e, a, u8::is_ascii_uppercase),
        "ctype_lower" => |e, a| ctype(e, a, u8::is_ascii_lowercase),
        "ctype_xdigit" => |e, a| ctype(e, a, u8::is_ascii_hexdigit),
        "ctype_space" => |e, a| ctype(e, a, |byte| matches!(byte, b' ' | b'\t'..=b'\r')),
        "ctype_punct" => |e, a| ctype(e, a, u8::is_ascii_punctuation),
        _ => return None,
    };
    Some(run)
}

fn ctype(eval: &mut Eval<'_>, args: &mut Args, with: impl Fn(&u8) -> bool) -> Done {
    match args.value(0) {
        Value::Str(text) => Ok(Value::Bool(!text.is_empty() && text.iter().all(with))),
        Value::Int(_) => Ok(eval.unsupported("ctype of an integer")),
        _ => Ok(Value::Bool(false)),
    }
}

fn intval(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let base = int(args, 1, 10);
    match args.value(0) {
        Value::Str(text) if base != 10 => {
            let text = text.lossy().trim().to_ascii_lowercase();
            let (negative, digits) = match text.strip_prefix(['-', '+']) {
                Some(rest) => (text.starts_with('-'), rest),
                None => (false, &*text),
            };
            let (base, digits) = match (base, digits) {
                (0 | 16, digits) if digits.starts_with("0x") => (16, &digits[2..]),
                (0 | 2, digits) if digits.starts_with("0b") => (2, &digits[2..]),
                (0, digits) if digits.starts_with('0') => (8, digits),
                (0, digits) => (10, digits),
                (base, digits) => (base, digits),
            };
            if !(2..=36).contains(&base) {
                return Err(eval.type_error("a base outside 2 to 36"));
            }
            let number = digits
                .chars()
                .map_while(|digit| digit.to_digit(base as u32))
                .fold(0i64, |sum, digit| sum.saturating_mul(base).saturating_add(i64::from(digit)));
            Ok(Value::Int(if negative { -number } else { number }))
        }
        value => Ok(Value::Int(value.to_int().unwrap_or(1))),
    }
}

fn var_export(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut out = Vec::new();
    export(eval, &args.value(0), 0, &mut out)?;
    shown(eval, args, out)
}

fn shown(eval: &mut Eval<'_>, args: &Args, out: Vec<u8>) -> Done {
    eval.charge_string(out.len())?;
    if flag(args, 1, false)? {
        return Ok(Value::text(out));
    }
    eval.print(Value::text(out))?;
    Ok(Value::Null)
}

fn export(eval: &mut Eval<'_>, value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), Raise> {
    eval.charge(1)?;
    let indent = " ".repeat(depth * 2);
    match value {
        Value::Null => out.extend_from_slice(b"NULL"),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Float(number) => {
            let shown = float_text(*number, 17);
            let whole = shown.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            out.extend_from_slice(shown.as_bytes());
            out.extend_from_slice(if whole { b".0" } else { b"" });
        }
        Value::Str(text) => quote(text, out),
        Value::Array(array) => {
            out.extend_from_slice(b"array (\n");
            for (key, value) in array.iter() {
                out.extend_from_slice(format!("{indent}  ").as_bytes());
                match key {
                    crate::php::value::Key::Text(text) => quote(text, out),
                    key => out.extend_from_slice(&key_text(key)),
                }
                out.extend_from_slice(b" => ");
                if let Value::Array(_) = value {
                    out.extend_from_slice(format!("\n{indent}  ").as_bytes());
                }
                export(eval, value, depth + 1, out)?;
                out.extend_from_slice(b",\n");
            }
            out.extend_from_slice(format!("{indent})").as_bytes());
        }
        Value::Unknown(problem) => return Err(Raise::Unknown(problem.clone())),
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        _ => return Err(Raise::Unknown(eval.not_supported("var_export of an object"))),
    }
    Ok(())
}

fn quote(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'\'');
    for byte in text {
        if matches!(byte, b'\'' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'\'');
}

fn print_r(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut out = Vec::new();
    print_into(eval, &args.value(0), 0, &mut out)?;
    shown(eval, args, out)
}

fn print_into(eval: &mut Eval<'_>, value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), Raise> {
    eval.charge(1)?;
    let Value::Array(array) = value else {
        if let Value::Object(_) | Value::Closure(_) = value {
            return Err(Raise::Unknown(eval.not_supported("print_r of an object")));
        }
        out.extend_from_slice(&eval.text(value)?);
        return Ok(());
    };
    let indent = " ".repeat(depth * 8);
    out.extend_from_slice(format!("Array\n{indent}(\n").as_bytes());
    for (key, value) in array.iter() {
        out.extend_from_slice(format!("{indent}    [").as_bytes());
        out.extend_from_slice(&key_text(key));
        out.extend_from_slice(b"] => ");
        print_into(eval, value, depth + 1, out)?;
        out.push(b'\n');
    }
    out.extend_from_slice(format!("{indent})\n").as_bytes());
    Ok(())
}

fn serialize(eval: &mut Eval<'_>, value: &Value, out: &mut Vec<u8>) -> Result<(), Raise> {
    eval.charge(1)?;
    match value {
        Value::Unknown(problem) => return Err(Raise::Unknown(problem.clone())),
        Value::Array(array) => {
            out.extend_from_slice(format!("a:{}:{{", array.len()).as_bytes());
            for (key, value) in array.iter() {
                serialize(eval, &key.value(), out)?;
                serialize(eval, value, out)?;
            }
            out.push(b'}');
        }
        scalar => match crate::php::version::serialize(scalar) {
            Some(bytes) => out.extend_from_slice(&bytes),
            None => return Err(Raise::Unknown(eval.not_supported("serialize of an object"))),
        },
    }
    Ok(())
}
