//! Numbers as JavaScript reads and writes them.

/// Where a number ends that starts at `at`, by the pattern `-?(\d*?\.\d+|\d+)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub end: usize,
    /// Where the digits before a point end.
    pub integer_end: usize,
    /// Whether there are any.
    pub has_integer: bool,
}

pub(super) fn number_at(bytes: &[u8], at: usize) -> Option<Number> {
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = at + usize::from(bytes.get(at) == Some(&b'-'));
    if start > bytes.len() {
        return None;
    }
    let integer_end = digits(start);
    let has_integer = integer_end > start;
    if bytes.get(integer_end) == Some(&b'.') {
        let end = digits(integer_end + 1);
        if end > integer_end + 1 {
            return Some(Number { end, integer_end, has_integer });
        }
    }
    has_integer.then_some(Number { end: integer_end, integer_end, has_integer })
}

/// The same for a number that must not be followed by `d(`, as in `translate3d(`: the pattern then gives up
/// digits from the end.
pub(super) fn free_number_at(bytes: &[u8], at: usize) -> Option<usize> {
    let Number { end, integer_end, has_integer } = number_at(bytes, at)?;
    if !(bytes.get(end).is_some_and(|b| b.eq_ignore_ascii_case(&b'd')) && bytes.get(end + 1) == Some(&b'(')) {
        return Some(end);
    }
    let fraction = end - integer_end;
    if fraction > 2 {
        return Some(end - 1);
    }
    if fraction == 2 {
        return has_integer.then_some(integer_end);
    }
    let start = at + usize::from(bytes[at] == b'-');
    (integer_end - start > 1).then_some(end - 1)
}

/// Adds a number as `String(number)` writes it.
pub(super) fn push_number(out: &mut String, number: f64) {
    use std::fmt::Write;
    if number == 0.0 {
        // also for minus zero
        out.push('0');
        return;
    }
    if !number.is_finite() {
        out.push_str(if number > 0.0 { "Infinity" } else { "-Infinity" });
        return;
    }
    // the shortest digits that read back as the same number, and the exponent of the first one
    let scientific = format!("{:e}", number.abs());
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = digits.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let point = exponent + 1;
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if number < 0.0 {
        out.push('-');
    }
    let zeros = |out: &mut String, count: i32| (0..count).for_each(|_| out.push('0'));
    if (count..=21).contains(&point) {
        out.push_str(&digits);
        zeros(out, point - count);
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    } else if (-5..=0).contains(&point) {
        out.push_str("0.");
        zeros(out, -point);
        out.push_str(&digits);
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        // writing to a string cannot fail
        let _ = write!(out, "e{exponent:+}");
    }
}
