//! Numbers.

use std::cmp::Ordering;

use super::take::{float, int, maybe_int, maybe_text, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Value, compare, numeric};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "abs" => |e, a| match number(e, a, 0)? {
            Value::Int(number) => Ok(number.checked_abs().map_or(Value::Float(-(number as f64)), Value::Int)),
            other => Ok(Value::Float(other.to_float().unwrap_or(0.0).abs())),
        },
        "ceil" => |e, a| Ok(Value::Float(float(e, a, 0)?.ceil())),
        "floor" => |e, a| Ok(Value::Float(float(e, a, 0)?.floor())),
        "round" => round,
        "sqrt" => |e, a| Ok(Value::Float(float(e, a, 0)?.sqrt())),
        "exp" => |e, a| Ok(Value::Float(float(e, a, 0)?.exp())),
        "log" => |e, a| {
            let number = float(e, a, 0)?;
            Ok(Value::Float(if a.len() > 1 { number.log(float(e, a, 1)?) } else { number.ln() }))
        },
        "log10" => |e, a| Ok(Value::Float(float(e, a, 0)?.log10())),
        "sin" => |e, a| Ok(Value::Float(float(e, a, 0)?.sin())),
        "cos" => |e, a| Ok(Value::Float(float(e, a, 0)?.cos())),
        "tan" => |e, a| Ok(Value::Float(float(e, a, 0)?.tan())),
        "pi" => |_, _| Ok(Value::Float(std::f64::consts::PI)),
        "pow" => |e, a| e.power(&a.value(0), &a.value(1)),
        "fmod" => |e, a| Ok(Value::Float(float(e, a, 0)? % float(e, a, 1)?)),
        "intdiv" => |e, a| match (a.value(0), a.value(1)) {
            (Value::Float(x), _) | (_, Value::Float(x)) if x.fract() != 0.0 || x.abs() >= 9.2e18 => {
                Err(e.type_error("a number that is not whole"))
            }
            _ => match int(a, 0, 0).checked_div(int(a, 1, 0)) {
                Some(number) => Ok(Value::Int(number)),
                None => Err(e.type_error("division by zero")),
            },
        },
        "max" => |e, a| extreme(e, a, Ordering::Greater),
        "min" => |e, a| extreme(e, a, Ordering::Less),
        "is_nan" => |e, a| Ok(Value::Bool(float(e, a, 0)?.is_nan())),
        "is_finite" => |e, a| Ok(Value::Bool(float(e, a, 0)?.is_finite())),
        "is_infinite" => |e, a| Ok(Value::Bool(float(e, a, 0)?.is_infinite())),
        "dechex" => |_, a| Ok(Value::text(format!("{:x}", int(a, 0, 0)))),
        "decbin" => |_, a| Ok(Value::text(format!("{:b}", int(a, 0, 0)))),
        "decoct" => |_, a| Ok(Value::text(format!("{:o}", int(a, 0, 0)))),
        "hexdec" => |e, a| from_base(e, a, 16),
        "bindec" => |e, a| from_base(e, a, 2),
        "octdec" => |e, a| from_base(e, a, 8),
        "base_convert" => base_convert,
        "number_format" => number_format,
        "deg2rad" => |e, a| Ok(Value::Float(float(e, a, 0)?.to_radians())),
        _ => return None,
    };
    Some(run)
}

fn number(eval: &mut Eval<'_>, args: &Args, at: usize) -> Result<Value, Raise> {
    match args.value(at) {
        value @ (Value::Int(_) | Value::Float(_)) => Ok(value),
        Value::Str(text) => numeric(&text).ok_or_else(|| eval.type_error("a number was expected")),
        Value::Null => Ok(Value::Int(0)),
        Value::Bool(flag) => Ok(Value::Int(i64::from(flag))),
        _ => Err(eval.type_error("a number was expected")),
    }
}

/// Rounds half away from zero, after PHP's own first step: a value whose 15 significant digits are
/// an exact half counts as that half.
pub(super) fn rounded(number: f64, places: i64) -> f64 {
    if !number.is_finite() || number == 0.0 {
        return number;
    }
    let places = places.clamp(-308, 308) as i32;
    let factor = 10f64.powi(places.abs());
    let scaled = if places >= 0 { number * factor } else { number / factor };
    if !scaled.is_finite() || scaled.abs() >= 1e15 {
        return number;
    }
    let exact: f64 = format!("{scaled:.14e}").parse().unwrap_or(scaled);
    let whole = exact.round();
    let back = if places >= 0 { whole / factor } else { whole * factor };
    // What prints the same with that many places is the nearest float to it.
    if places > 0 { format!("{back:.*}", places as usize).parse().unwrap_or(back) } else { back }
}

fn round(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let places = int(args, 1, 0);
    match number(eval, args, 0)? {
        Value::Int(number) if places >= 0 => Ok(Value::Float(number as f64)),
        other => Ok(Value::Float(rounded(other.to_float().unwrap_or(0.0), places))),
    }
}

fn extreme(eval: &mut Eval<'_>, args: &mut Args, wanted: Ordering) -> Done {
    let list: Vec<Value> = match (args.len(), args.value(0)) {
        (1, Value::Array(array)) => array.values().cloned().collect(),
        (1, _) => return Err(eval.type_error("an array was expected")),
        _ => args.from(0).cloned().collect(),
    };
    eval.charge(list.len())?;
    let mut list = list.into_iter();
    let Some(mut best) = list.next() else { return Err(eval.type_error("an empty array")) };
    for value in list {
        if let (Value::Array(value), Value::Array(best)) = (&value, &best)
            && value.len() == best.len()
        {
            // They may have no order at all.
            return Ok(eval.unsupported("the larger of two arrays"));
        }
        if compare(&value, &best)? == Some(wanted) {
            best = value;
        }
    }
    Ok(best.known()?)
}

fn digits_of(text: &[u8], radix: u32) -> impl Iterator<Item = u32> {
    text.iter().filter_map(move |byte| char::from(*byte).to_digit(radix))
}

fn from_base(eval: &mut Eval<'_>, args: &Args, radix: u32) -> Done {
    let text = text(eval, args, 0)?;
    let text = match (text.get(..2).map(<[u8]>::to_ascii_lowercase).as_deref(), radix) {
        (Some(b"0x"), 16) | (Some(b"0b"), 2) | (Some(b"0o"), 8) => text[2..].into(),
        _ => text,
    };
    let mut whole = Some(0i64);
    let mut float = 0f64;
    for digit in digits_of(&text, radix) {
        whole = whole.and_then(|sum| sum.checked_mul(i64::from(radix))?.checked_add(i64::from(digit)));
        float = float * f64::from(radix) + f64::from(digit);
    }
    Ok(whole.map_or(Value::Float(float), Value::Int))
}

fn base_convert(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = text(eval, args, 0)?.to_ascii_lowercase();
    let (from, to) = (int(args, 1, 10), int(args, 2, 10));
    if !(2..=36).contains(&from) || !(2..=36).contains(&to) {
        return Err(eval.type_error("a base outside 2 to 36"));
    }
    let mut number = 0u128;
    for digit in digits_of(&text, from as u32) {
        match number.checked_mul(from as u128).and_then(|n| n.checked_add(u128::from(digit))) {
            Some(sum) => number = sum,
            None => return Ok(eval.unsupported("base_convert of so large a number")),
        }
    }
    let mut out = Vec::new();
    loop {
        out.push(char::from_digit((number % to as u128) as u32, to as u32).map_or(b'0', |c| c as u8));
        number /= to as u128;
        if number == 0 {
            break;
        }
    }
    out.reverse();
    Ok(Value::text(out))
}

fn number_format(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let places = maybe_int(args, 1).unwrap_or(0).clamp(0, 100);
    let number = rounded(float(eval, args, 0)?, places);
    let point = maybe_text(eval, args, 2)?.unwrap_or_else(|| ".".into());
    let group = maybe_text(eval, args, 3)?.unwrap_or_else(|| ",".into());
    let shown = format!("{:.*}", places as usize, number.abs());
    let (whole, fraction) = shown.split_once('.').unwrap_or((&shown, ""));
    let mut out = Vec::new();
    if number < 0.0 && shown.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        out.push(b'-');
    }
    for (at, digit) in whole.bytes().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.extend_from_slice(&group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.extend_from_slice(&point);
        out.extend_from_slice(fraction.as_bytes());
    }
    Ok(Value::text(out))
}
