//! `sprintf` and its kin.

use super::take::{array, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Value, float_text};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "sprintf" => |e, a| {
            let format = text(e, a, 0)?;
            let values: Vec<Value> = a.from(1).cloned().collect();
            Ok(Value::text(formatted(e, &format, &values)?))
        },
        "vsprintf" => |e, a| {
            let format = text(e, a, 0)?;
            let values: Vec<Value> = array(e, a, 1)?.values().cloned().collect();
            Ok(Value::text(formatted(e, &format, &values)?))
        },
        "sscanf" => sscanf,
        "printf" => |e, a| {
            let format = text(e, a, 0)?;
            let values: Vec<Value> = a.from(1).cloned().collect();
            let shown = formatted(e, &format, &values)?;
            let length = shown.len() as i64;
            e.print(Value::text(shown))?;
            Ok(Value::Int(length))
        },
        _ => return None,
    };
    Some(run)
}

/// `sscanf` with `%d`, `%x`, `%s` and `%c`, each with a width or without.
fn sscanf(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (source, format) = (text(eval, args, 0)?, text(eval, args, 1)?);
    if args.len() > 2 {
        return Ok(eval.unsupported("sscanf into variables"));
    }
    let mut out = Array::new();
    let (mut at, mut from, mut failed) = (0, 0, false);
    while at < format.len() {
        match format[at] {
            b'%' if format.get(at + 1) != Some(&b'%') => {
                let (width, end) = number_at(&format, at + 1);
                let Some(kind) = format.get(end) else { return Ok(eval.unsupported("this format of sscanf")) };
                at = end + 1;
                if !matches!(kind, b'c') {
                    from +=
                        source[from.min(source.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                }
                let rest = &source[from.min(source.len())..];
                let rest = &rest[..width.unwrap_or(rest.len()).min(rest.len())];
                let length = match kind {
                    b'd' => {
                        let sign = usize::from(matches!(rest.first(), Some(b'-' | b'+')));
                        sign + rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count()
                    }
                    b'x' | b'X' => rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count(),
                    b's' => rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count(),
                    b'c' => rest.len().min(width.unwrap_or(1)),
                    _ => return Ok(eval.unsupported("this format of sscanf")),
                };
                failed |= length == 0;
                let part = String::from_utf8_lossy(&rest[..length]).into_owned();
                out.push(match kind {
                    _ if failed => Value::Null,
                    b'd' => part.trim_start_matches('+').parse().map_or(Value::Null, Value::Int),
                    b'x' | b'X' => i64::from_str_radix(&part, 16).map_or(Value::Null, Value::Int),
                    _ => Value::text(&rest[..length]),
                });
                from += length;
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                from += source[from.min(source.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            }
            byte => {
                at += if byte == b'%' { 2 } else { 1 };
                failed |= source.get(from) != Some(&byte);
                from += 1;
            }
        }
    }
    if source.is_empty() && !out.is_empty() {
        return Ok(Value::Int(-1));
    }
    Ok(Value::Array(out))
}

/// One `%…` directive.
#[derive(Default)]
struct Directive {
    argument: Option<usize>,
    left: bool,
    plus: bool,
    pad: u8,
    width: usize,
    precision: Option<usize>,
}

fn formatted(eval: &mut Eval<'_>, format: &[u8], values: &[Value]) -> Result<Vec<u8>, Raise> {
    let mut out = Vec::new();
    let (mut at, mut next) = (0, 0);
    while at < format.len() {
        if format[at] != b'%' {
            out.push(format[at]);
            at += 1;
            continue;
        }
        if format.get(at + 1) == Some(&b'%') {
            out.push(b'%');
            at += 2;
            continue;
        }
        let (directive, end) = directive(format, at + 1);
        let Some(kind) = format.get(end) else { return Err(eval.type_error("an unfinished format")) };
        let position = directive.argument.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        let Some(value) = values.get(position) else { return Err(eval.type_error("too few arguments for a format")) };
        let shown = converted(eval, *kind, &directive, value)?;
        eval.charge_string(shown.len().max(directive.width))?;
        pad(&shown, &directive, *kind, &mut out);
        at = end + 1;
    }
    eval.charge_string(out.len())?;
    Ok(out)
}

fn number_at(format: &[u8], at: usize) -> (Option<usize>, usize) {
    let digits = format[at.min(format.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = format[at.min(format.len())..][..digits]
        .iter()
        .fold(0usize, |sum, digit| sum.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    ((digits > 0).then_some(number), at + digits)
}

fn directive(format: &[u8], mut at: usize) -> (Directive, usize) {
    let mut directive = Directive { pad: b' ', ..Directive::default() };
    if let (Some(number), end) = number_at(format, at)
        && format.get(end) == Some(&b'$')
    {
        directive.argument = Some(number.saturating_sub(1));
        at = end + 1;
    }
    loop {
        match format.get(at) {
            Some(b'-') => directive.left = true,
            Some(b'+') => directive.plus = true,
            Some(b' ') => directive.pad = b' ',
            Some(b'0') => directive.pad = b'0',
            Some(b'\'') if at + 1 < format.len() => {
                at += 1;
                directive.pad = format[at];
            }
            _ => break,
        }
        at += 1;
    }
    let (width, end) = number_at(format, at);
    directive.width = width.unwrap_or(0);
    at = end;
    if format.get(at) == Some(&b'.') {
        let (precision, end) = number_at(format, at + 1);
        directive.precision = Some(precision.unwrap_or(0).min(100));
        at = end;
    }
    if format.get(at) == Some(&b'l') {
        at += 1;
    }
    (directive, at)
}

fn converted(eval: &mut Eval<'_>, kind: u8, directive: &Directive, value: &Value) -> Result<Vec<u8>, Raise> {
    if let Value::Unknown(problem) = value {
        return Err(Raise::Unknown(problem.clone()));
    }
    let int = value.to_int().unwrap_or(0);
    let sign = |negative: bool| if directive.plus && !negative { "+" } else { "" };
    Ok(match kind {
        b's' => {
            let text = eval.text(value)?;
            text[..directive.precision.map_or(text.len(), |count| count.min(text.len()))].to_vec()
        }
        b'd' | b'i' => format!("{}{int}", sign(int < 0)).into_bytes(),
        b'u' => format!("{}", int as u64).into_bytes(),
        b'x' => format!("{int:x}").into_bytes(),
        b'X' => format!("{int:X}").into_bytes(),
        b'o' => format!("{int:o}").into_bytes(),
        b'b' => format!("{int:b}").into_bytes(),
        b'c' => vec![int as u8],
        b'f' | b'F' => {
            let places = directive.precision.unwrap_or(6);
            // Zero has no sign, though what is rounded to it keeps its own.
            let number = value.to_float().filter(|number| *number != 0.0).unwrap_or(0.0);
            format!("{}{number:.places$}", sign(number < 0.0)).into_bytes()
        }
        b'e' | b'E' => {
            let number = value.to_float().filter(|number| *number != 0.0).unwrap_or(0.0);
            let shown = format!("{number:.*e}", directive.precision.unwrap_or(6));
            let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
            let plus = if exponent.starts_with('-') { "" } else { "+" };
            format!("{}{mantissa}{}{plus}{exponent}", sign(number < 0.0), kind as char).into_bytes()
        }
        b'g' | b'G' => {
            let text = float_text(value.to_float().unwrap_or(0.0), directive.precision.unwrap_or(6).clamp(1, 16));
            if kind == b'g' { text.replace('E', "e") } else { text }.into_bytes()
        }
        _ => return Err(eval.type_error("an unknown format")),
    })
}

fn pad(shown: &[u8], directive: &Directive, kind: u8, out: &mut Vec<u8>) {
    let missing = directive.width.saturating_sub(shown.len());
    let fill = std::iter::repeat_n(directive.pad, missing);
    if directive.left {
        out.extend_from_slice(shown);
        // Zeros to the right of a number would change it.
        let fill_with = if directive.pad == b'0' && kind != b's' { b' ' } else { directive.pad };
        out.extend(std::iter::repeat_n(fill_with, missing));
        return;
    }
    let signed = directive.pad == b'0' && kind != b's' && matches!(shown.first(), Some(b'-' | b'+'));
    let (sign, digits) = shown.split_at(usize::from(signed));
    out.extend_from_slice(sign);
    out.extend(fill);
    out.extend_from_slice(digits);
}
