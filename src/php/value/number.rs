//! Numbers in strings, and strings of numbers, as PHP 8 reads and writes them.

use super::Value;

/// Reads the number at the start of a string (leading white space allowed) and says
/// how many bytes it took. Without one the value is null.
pub fn leading_number(bytes: &[u8]) -> (Value, usize) {
    let start = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)).count();
    let mut end = start;
    if matches!(bytes.get(end), Some(b'+' | b'-')) {
        end += 1;
    }
    let whole = digits(bytes, end);
    end += whole;
    let mut float = false;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(bytes, end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
            float = true;
        }
    }
    if whole + fraction == 0 {
        return (Value::Null, 0);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(bytes, end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
            float = true;
        }
    }
    let text = String::from_utf8_lossy(&bytes[start..end]);
    let value = match text.parse::<i64>() {
        Ok(number) if !float => Value::Int(number),
        _ => Value::Float(text.parse().unwrap_or(0.0)),
    };
    (value, end)
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count())
}

/// The number that a whole string is, white space around it allowed: PHP's `is_numeric`.
pub fn numeric(bytes: &[u8]) -> Option<Value> {
    let (value, end) = leading_number(bytes);
    let rest = &bytes[end..];
    let blank = rest.iter().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c));
    (end > 0 && blank).then_some(value)
}

/// `(int)` of a float: cut towards zero, modulo 2⁶⁴ outside the range, 0 for NaN and infinity.
pub(super) fn float_to_int(number: f64) -> i64 {
    if !number.is_finite() {
        return 0;
    }
    let cut = number.trunc();
    if (-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&cut) {
        return cut as i64;
    }
    let modulus = 2f64.powi(64);
    let wrapped = cut.rem_euclid(modulus);
    wrapped as u64 as i64
}

/// A float as PHP prints it: `%.{precision}G`, or the shortest text that reads back the same
/// where the precision is 17 (`serialize_precision = -1`).
pub fn float_text(number: f64, precision: usize) -> String {
    if number.is_nan() {
        return "NAN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "INF".into() } else { "-INF".into() };
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0".into() } else { "0".into() };
    }
    let scientific = match precision {
        17 => format!("{number:e}"),
        _ => format!("{number:.*e}", precision - 1),
    };
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let all: String = mantissa.chars().filter(|c| *c != '.').collect();
    let digits = match all.trim_end_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    if exponent < -4 || exponent >= precision as i32 {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        return format!("{sign}{first}.{rest}E{exponent:+}");
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
}
