//! Numbers, written shorter.

use std::borrow::Cow;

/// A number, percentage or dimension without the zeros that say nothing: `0.50px` is `.5px`. What it is stays what it
/// is: `1.0` is no integer and is not made one.
pub(super) fn short_number(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let integer = bytes[sign..].iter().take_while(|b| b.is_ascii_digit()).count();
    let point = sign + integer;
    if bytes.get(point) != Some(&b'.') {
        return Cow::Borrowed(text);
    }
    let fraction = bytes[point + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let end = point + 1 + fraction;
    let unit = &text[end..];
    let exponent = unit.strip_prefix(['e', 'E']).map(|rest| rest.trim_start_matches(['+', '-']));
    if exponent.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return Cow::Borrowed(text);
    }
    let digits = text[point + 1..end].trim_end_matches('0');
    let has_unit = !unit.is_empty();
    // `1.0` keeps a digit behind its point; `1.0px` may lose both.
    let digits = if digits.is_empty() && !has_unit { &text[point + 1..point + 2] } else { digits };
    let whole = &text[sign..point];
    let whole = if whole == "0" && !digits.is_empty() { "" } else { whole };
    // `.0px` has no digit before its point.
    let whole = if whole.is_empty() && digits.is_empty() { "0" } else { whole };
    if whole.len() == integer && digits.len() == fraction {
        return Cow::Borrowed(text);
    }
    let point = if digits.is_empty() { "" } else { "." };
    Cow::Owned([&text[..sign], whole, point, digits, unit].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_say_nothing_go_and_the_value_stays() {
        for (long, short) in [
            ("0.5", ".5"),
            ("-0.50px", "-.5px"),
            ("+0.5%", "+.5%"),
            ("1.500", "1.5"),
            ("1.0px", "1px"),
            ("1.00%", "1%"),
            ("0.0px", "0px"),
            (".0em", "0em"),
            ("10", "10"),
            ("100px", "100px"),
            ("33.33333333%", "33.33333333%"),
            ("0.10s", ".1s"),
            ("0.50em", ".5em"),
            ("1.0ex", "1ex"),
            ("00.5", "00.5"),
        ] {
            assert_eq!(short_number(long), short, "{long}");
        }
    }

    #[test]
    fn what_is_no_integer_does_not_become_one() {
        assert_eq!(short_number("1.0"), "1.0");
        assert_eq!(short_number("2.000"), "2.0");
        assert_eq!(short_number("0.0"), ".0");
        assert_eq!(short_number("1.50e3px"), "1.50e3px");
        assert_eq!(short_number("0"), "0");
    }
}
