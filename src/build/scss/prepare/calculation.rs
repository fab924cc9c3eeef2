//! Calculations: what grass makes of their arguments.

use crate::build::scss::skip::{TooDeep, comment_end, is_name, is_name_start, skip, whole_end};

/// Functions that Sass calculates; grass knows no words in them.
pub(super) const MATH: [&str; 4] = ["calc", "min", "max", "clamp"];
/// CSS functions whose arguments are calculations, as they stand in one.
pub(super) const WITHIN_MATH: [&str; 19] = [
    "calc", "min", "max", "clamp", "round", "mod", "rem", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pow",
    "sqrt", "hypot", "log", "exp",
];

/// Whether arguments hold a number that no compiler knows.
pub(super) fn knows_only_the_browser(args: &str) -> bool {
    let args = args.to_ascii_lowercase();
    ["var(", "env("].iter().any(|call| {
        args.match_indices(call)
            .any(|(at, _)| !args[..at].ends_with(|c: char| c.is_alphanumeric() || "-_$.".contains(c)))
    })
}

/// Whether a byte stands among the arguments, outside of brackets in them.
pub(super) fn has(src: &[u8], args: usize, depth: usize, byte: u8) -> Result<bool, TooDeep> {
    let at = skip(src, args, depth, |b| b == byte || b == b')')?;
    Ok(src.get(at) == Some(&byte))
}

/// Whether grass refuses a calculation whose arguments begin at `args`: it holds a word (`pi`, a colour's channel), a
/// `round()` of several arguments or, in `calc()`, a text, a sign without blanks around it or operands without a sign
/// between them (one may be a variable of the browser's that brings it along).
pub(super) fn is_refused(source: &str, args: usize, depth: usize, is_calc: bool) -> Result<bool, TooDeep> {
    let src = source.as_bytes();
    let end = whole_end(src, args - 1, depth)?;
    let mut at = args;
    // Whether a number, a closing bracket or the like was the last thing, with nothing between.
    let mut operand = false;
    // The same, but for blanks.
    let mut beside = false;
    while at < end {
        match src[at] {
            // A text is none of a calculation's business, and Moodle's compiler writes it down as it stands.
            b'"' | b'\'' => return Ok(is_calc),
            b'#' if src.get(at + 1) == Some(&b'{') => {
                at = whole_end(src, at, depth)?;
                at += src[at..].iter().take_while(|&&b| is_name(b)).count();
                (operand, beside) = (true, false);
                continue;
            }
            b'/' if matches!(src.get(at + 1), Some(b'*' | b'/')) => {
                at = comment_end(src, at);
                continue;
            }
            b'$' => {
                if is_calc && beside && !operand {
                    return Ok(true);
                }
                at += 1 + src[at + 1..].iter().take_while(|&&b| is_name(b)).count();
                (operand, beside) = (true, true);
                continue;
            }
            b'0'..=b'9' => {
                if is_calc && beside && !operand {
                    return Ok(true);
                }
                at += number_length(&src[at..]);
                (operand, beside) = (true, true);
                continue;
            }
            b')' | b'%' => (operand, beside) = (true, true),
            b'+' | b'-' if operand && is_calc => return Ok(true),
            byte if is_name_start(byte)
                || byte == b'-' && src.get(at + 1).is_some_and(|&b| is_name_start(b) || b == b'-') =>
            {
                let word = at..at + src[at..].iter().take_while(|&&b| is_name(b)).count();
                let name = source[word.clone()].to_ascii_lowercase();
                if is_calc && beside && !operand {
                    return Ok(true);
                }
                match src.get(word.end) {
                    Some(b'(') if name == "round" && has(src, word.end + 1, depth, b',')? => return Ok(true),
                    Some(b'(') if WITHIN_MATH.contains(&name.as_str()) => at = word.end + 1,
                    Some(b'(') => {
                        at = whole_end(src, word.end, depth)?;
                        (operand, beside) = (true, true);
                        continue;
                    }
                    // A module's member.
                    Some(b'.') => at = word.end + 1,
                    _ => return Ok(true),
                }
                (operand, beside) = (false, false);
                continue;
            }
            byte if byte.is_ascii_whitespace() => operand = false,
            _ => (operand, beside) = (false, false),
        }
        at += 1;
    }
    Ok(false)
}

/// A number with its unit; the sign of an exponent belongs to it.
pub(super) fn number_length(text: &[u8]) -> usize {
    let mut length = 0;
    while let Some(&byte) = text.get(length) {
        let exponent = matches!(byte, b'e' | b'E')
            && matches!(text.get(length + 1), Some(b'+' | b'-'))
            && text.get(length + 2).is_some_and(u8::is_ascii_digit);
        match byte {
            _ if exponent => length += 2,
            b'-' if !text.get(length + 1).is_some_and(|&b| is_name_start(b)) => break,
            b'.' => length += 1,
            _ if is_name(byte) => length += 1,
            _ => break,
        }
    }
    length
}
