//! `transform`: what the functions do is mirrored; and the arithmetic that other rules share.

use std::borrow::Cow;

use super::guard::{Guards, Marked, TOKEN_MARK};
use super::number::push_number;
use super::scan::{self, Part};

/// Changes the sign of the first number.
pub(super) fn negate(value: &str) -> String {
    change_numbers(value, true, |number| -number, "(-1*")
}

/// Changes the sign of all numbers.
pub(super) fn negate_all(value: &str) -> String {
    change_numbers(value, false, |number| -number, "(-1*")
}

/// Takes the first number off a hundred.
pub(super) fn complement(value: &str) -> String {
    change_numbers(value, true, |number| 100.0 - number, "(100% - ")
}

/// Changes numbers; of a `calc()`, what it holds, by putting it into an expression that starts with `calc`.
fn change_numbers(value: &str, first_only: bool, change: impl Fn(f64) -> f64, calc: &str) -> String {
    let marked = Marked::tokens(value, false);
    let numbers = scan::find_numbers(&marked.text, first_only);
    if numbers.is_empty() {
        return value.to_owned();
    }
    let changed = scan::replace(&marked.text, &numbers, |_, number, out| match number.strip_suffix(TOKEN_MARK) {
        Some(name) => {
            out.push_str(name);
            out.push_str(calc);
            out.push(TOKEN_MARK);
            out.push(')');
        }
        None => push_number(out, change(number.parse().unwrap_or(0.0))),
    });
    marked.restore(&changed)
}

/// `translate(1px)` → `translate(-1px)`, and so for rotations, skews and matrices.
pub(super) fn flip(value: &str, guards: &mut Guards) -> String {
    guards.functions(value).restore_with(|arguments, name| {
        let name = name.to_ascii_lowercase();
        let ends_in = |names: &[&str]| names.iter().any(|ending| name.ends_with(ending));
        if ends_in(&["matrix3d"]) {
            negate_places(arguments, &[2, 4, 5, 13])
        } else if ends_in(&["matrix"]) {
            negate_places(arguments, &[2, 3, 5])
        } else if ends_in(&["rotate3d"]) {
            negate_places(arguments, &[1, 4])
        } else if ends_in(&["skew", "skewx", "skewy"]) {
            negate_all(arguments)
        } else if ends_in(&["translate", "translatex", "translate3d", "rotate", "rotatez", "rotatey"]) {
            negate(arguments)
        } else {
            arguments.to_owned()
        }
    })
}

/// Changes the sign of the arguments at these places, counted from 1.
fn negate_places(arguments: &str, places: &[usize]) -> String {
    let all = scan::find_all(arguments, &[Part::Function, Part::Number], false);
    scan::replace(arguments, &all, |at, argument, out| {
        let flips = places.contains(&(at + 1));
        out.push_str(&if flips { Cow::Owned(negate(argument)) } else { Cow::Borrowed(argument) });
    })
}
