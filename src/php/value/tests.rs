use super::*;

fn text(bytes: &str) -> Value {
    Value::text(bytes)
}

#[test]
fn floats_print_as_php_prints_them() {
    for (number, shown) in [
        (0.1 + 0.2, "0.3"),
        (1.5, "1.5"),
        (100000.0, "100000"),
        (1e15, "1.0E+15"),
        (1e14, "1.0E+14"),
        (123456789012345.0, "1.2345678901234E+14"),
        (2025100600.02, "2025100600.02"),
        (-0.00001234, "-1.234E-5"),
        (0.0001, "0.0001"),
        (-0.0, "-0"),
        (f64::INFINITY, "INF"),
    ] {
        assert_eq!(float_text(number, 14), shown);
    }
    assert_eq!(float_text(0.1 + 0.2, 17), "0.30000000000000004");
    assert_eq!(float_text(2025100600.02, 17), "2025100600.02");
    assert_eq!(float_text(1e15, 17), "1000000000000000");
    assert_eq!(float_text(1e17, 17), "1.0E+17");
}

#[test]
fn strings_compare_as_numbers_only_if_both_are_numeric() {
    let equal = |a: &str, b: &str| loosely_equal(&text(a), &text(b)).unwrap();
    assert!(equal("1e3", "1000"));
    assert!(equal(" 1", "1 "));
    assert!(!equal("abc", "0"));
    assert!(!equal("1x", "1"));
}

#[test]
fn php_8_compares_numbers_with_other_strings_as_strings() {
    assert!(!loosely_equal(&Value::Int(0), &text("abc")).unwrap());
    assert!(loosely_equal(&Value::Int(0), &text("0.0")).unwrap());
    assert!(loosely_equal(&Value::Null, &text("")).unwrap());
    assert!(!loosely_equal(&Value::Null, &text("0")).unwrap());
    assert!(loosely_equal(&Value::Bool(false), &text("0")).unwrap());
}

#[test]
fn the_texts_that_are_false_are_empty_and_zero() {
    for (value, truth) in [("", false), ("0", false), ("0.0", true), (" ", true), ("false", true)] {
        assert_eq!(text(value).truth().unwrap(), truth, "{value:?}");
    }
}

#[test]
fn leading_numbers_end_where_they_stop_being_numbers() {
    assert_eq!(text("12px").to_int(), Some(12));
    assert_eq!(text("1.5em").to_float(), Some(1.5));
    assert_eq!(text(".5").to_float(), Some(0.5));
    assert_eq!(text("1e2x").to_int(), Some(100));
    assert_eq!(text("px").to_int(), Some(0));
    assert!(numeric(b"1e").is_none() && numeric(b".").is_none() && numeric(b"").is_none());
}
