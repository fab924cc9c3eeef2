//! JSON as PHP's `json_encode` prints it after `json_decode(…, true)`.

use serde_json::Value;
use std::fmt::Write;

/// Prints a value: slashes and everything outside ASCII escaped, empty objects as `[]`.
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    put(value, &mut out);
    out
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => put_number(number, out),
        Value::String(text) => put_text(text, out),
        Value::Array(items) => put_list(items.iter(), out),
        // An array whose keys are 0, 1, 2, … is a list to PHP, whatever it was.
        Value::Object(members) if members.keys().enumerate().all(|(i, key)| *key == i.to_string()) => {
            put_list(members.values(), out);
        }
        Value::Object(members) => {
            for (i, (key, value)) in members.iter().enumerate() {
                out.push(if i == 0 { '{' } else { ',' });
                put_text(key, out);
                out.push(':');
                put(value, out);
            }
            out.push('}');
        }
    }
}

fn put_list<'a>(items: impl Iterator<Item = &'a Value>, out: &mut String) {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        put(item, out);
    }
    out.push(']');
}

/// Floats as with `serialize_precision = -1`: the shortest digits that are read back as the same number, without a
/// fraction where there is none, and with an exponent where more than 17 digits or 3 zeros would stand before or
/// behind the point.
fn put_number(number: &serde_json::Number, out: &mut String) {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => _ = write!(out, "{whole}"),
        (None, Some(float)) if float == 0.0 || (1e-4..1e17).contains(&float.abs()) => _ = write!(out, "{float}"),
        (None, Some(float)) => {
            // PHP writes 1.0e+25 where Rust writes 1e25.
            let text = format!("{float:e}");
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let dot = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            _ = write!(out, "{mantissa}{dot}e{sign}{exponent}");
        }
        (None, None) => out.push('0'),
    }
}

fn put_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='\u{7f}' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}
