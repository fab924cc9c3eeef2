//! Operations that Sass does not define, and Moodle's compiler writes down as they stand.
//!
//! `$padding * 4` is an error to Sass where `$padding` is a list. Moodle's compiler leaves `1rem 2rem * 4` in the CSS,
//! which browsers pass over; so themes live with it, and their styles are served all the same.

use super::skip::skip;

/// How many of them one source may have. Each costs a compilation.
pub(super) const MOST: usize = 12;

/// How the compiler's message about one begins.
pub(super) const MESSAGE: &str = "Undefined operation";

/// An expression that gives the operation's text. `None` where it is not two operands with an arithmetic operator.
pub(super) fn as_text(operation: &str) -> Option<String> {
    if operation.contains("//") || operation.contains("/*") {
        return None;
    }
    let at = operator(operation.as_bytes())?;
    let (left, rest) = operation.split_at(at);
    let (operator, right) = rest.split_at(1);
    let blank = |is: bool| if is { " " } else { "" };
    let (before, after) = (left.ends_with(char::is_whitespace), right.starts_with(char::is_whitespace));
    let (left, right) = (left.trim(), right.trim());
    (!left.is_empty() && !right.is_empty())
        .then(|| format!("unquote(\"#{{{left}}}{}{operator}{}#{{{right}}}\")", blank(before), blank(after)))
}

/// The operator that binds least, the last of several: outside of brackets, and not part of a name or number.
fn operator(src: &[u8]) -> Option<usize> {
    let (mut sum, mut product, mut at) = (None, None, 0);
    let is_blank = |at: Option<usize>| at.and_then(|at| src.get(at)).is_some_and(u8::is_ascii_whitespace);
    while at < src.len() {
        let here = skip(src, at, 0, |byte| b"+-*/%".contains(&byte)).ok()?;
        let stands_alone = is_blank(here.checked_sub(1)) && is_blank(Some(here + 1));
        match src.get(here) {
            Some(b'+' | b'-') if stands_alone => sum = Some(here),
            Some(b'*') => product = Some(here),
            Some(b'/' | b'%') if stands_alone => product = Some(here),
            _ => {}
        }
        at = here + 1;
    }
    sum.or(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operands_are_evaluated_and_the_operator_is_kept_as_it_was_written() {
        for (operation, text) in [
            ("$a * 4", "unquote(\"#{$a} * #{4}\")"),
            ("-1*map-get($b, 2 + 1)", "unquote(\"#{-1}*#{map-get($b, 2 + 1)}\")"),
            ("$a * 2 + $b-c * 3 - 1", "unquote(\"#{$a * 2 + $b-c * 3} - #{1}\")"),
            ("$a % 2", "unquote(\"#{$a} % #{2}\")"),
        ] {
            assert_eq!(as_text(operation).as_deref(), Some(text), "{operation}");
        }
    }

    #[test]
    fn what_is_no_operation_of_two_stays_an_error() {
        for operation in ["-$a", "* 2", "$a *", "$a < $b", "$a / // b\n 2", "50%", ""] {
            assert_eq!(as_text(operation), None, "{operation}");
        }
    }
}
