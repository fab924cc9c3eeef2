//! Stepping over SCSS text: strings, comments, interpolations and brackets as wholes.

/// Blocks, brackets and interpolations in each other beyond this are refused before the compiler sees them: it calls
/// itself for each of them, and its stack ends.
pub(super) const MAX_DEPTH: usize = 256;

/// Nested more than [`MAX_DEPTH`] deep; the offset is where the limit was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep(pub usize);

/// From `at` to the first byte outside of all strings, comments, interpolations and brackets for which `stop` holds,
/// or the first `}` that closes nothing that was opened on the way, or the end.
pub(super) fn skip(src: &[u8], at: usize, depth: usize, stop: impl Fn(u8) -> bool) -> Result<usize, TooDeep> {
    walk(src, at, depth, |_, byte| stop(byte))
}

/// Behind the string, bracket or interpolation that opens at `at`.
pub(super) fn whole_end(src: &[u8], at: usize, depth: usize) -> Result<usize, TooDeep> {
    Ok(walk(src, at, depth, |here, _| here > at)?.max(at + 1).min(src.len()))
}

fn walk(src: &[u8], mut at: usize, depth: usize, stop: impl Fn(usize, u8) -> bool) -> Result<usize, TooDeep> {
    let mut open: Vec<u8> = Vec::new();
    while let Some(&byte) = src.get(at) {
        let inside = open.last().copied();
        if let Some(quote @ (b'"' | b'\'')) = inside {
            match byte {
                b'\\' => at += 1,
                b'#' if src.get(at + 1) == Some(&b'{') => {
                    open.push(b'}');
                    at += 1;
                }
                // A string does not go beyond its line.
                b'\n' => drop(open.pop()),
                _ if byte == quote => drop(open.pop()),
                _ => {}
            }
            at += 1;
            if depth + open.len() > MAX_DEPTH {
                return Err(TooDeep(at));
            }
            continue;
        }
        if inside.is_none() && stop(at, byte) {
            return Ok(at);
        }
        match byte {
            b'/' if matches!(src.get(at + 1), Some(b'*' | b'/')) => {
                at = comment_end(src, at);
                continue;
            }
            b'\\' => at += 1,
            b'"' | b'\'' => open.push(byte),
            b'#' if src.get(at + 1) == Some(&b'{') => {
                open.push(b'}');
                at += 1;
            }
            b'(' => match url_end(src, at) {
                Some(end) => {
                    at = end;
                    continue;
                }
                None => open.push(b')'),
            },
            b'[' => open.push(b']'),
            b')' | b']' if inside == Some(byte) => drop(open.pop()),
            b'}' => match open.iter().rposition(|&b| b == b'}') {
                Some(interpolation) => open.truncate(interpolation),
                None => return Ok(at),
            },
            _ => {}
        }
        at += 1;
        if depth + open.len() > MAX_DEPTH {
            return Err(TooDeep(at));
        }
    }
    Ok(src.len())
}

/// Behind the comment that begins at `at`.
pub(super) fn comment_end(src: &[u8], at: usize) -> usize {
    let rest = &src[at..];
    let end = if rest.get(1) == Some(&b'/') {
        rest.iter().position(|&b| b == b'\n')
    } else {
        rest.get(2..).and_then(|r| r.windows(2).position(|w| w == b"*/")).map(|p| p + 4)
    };
    end.map_or(src.len(), |end| at + end)
}

/// Behind white space and comments.
pub(super) fn blank_end(src: &[u8], mut at: usize) -> usize {
    loop {
        match src.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0c) => at += 1,
            Some(b'/') if matches!(src.get(at + 1), Some(b'*' | b'/')) => at = comment_end(src, at),
            _ => return at,
        }
    }
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

pub(super) fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'-'
}

/// Behind the unquoted URL whose bracket opens at `open`, where one does: what Sass takes as one
/// (<https://sass-lang.com/documentation/syntax/special-functions/#url>), and `data:` URLs with blanks or quotes, which
/// Moodle's compiler lets pass and browsers drop.
fn url_end(src: &[u8], open: usize) -> Option<usize> {
    if !is_url(src, open) {
        return None;
    }
    let mut at = open + 1;
    while src.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    if loose_data_url(src, open).is_some() {
        return src[at..].iter().position(|&b| b == b')').map(|p| at + p + 1);
    }
    plain_url_end(src, at)
}

/// Whether the bracket is that of `url()`, or of `url-prefix()` as `@document` has it.
pub(super) fn is_url(src: &[u8], open: usize) -> bool {
    let name = src[..open].iter().rev().take_while(|&&byte| is_name(byte)).count();
    let before = open - name;
    let is_name = [&b"url"[..], b"url-prefix"].iter().any(|url| src[before..open].eq_ignore_ascii_case(url));
    is_name && before.checked_sub(1).is_none_or(|at| src[at] != b'$')
}

fn plain_url_end(src: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *src.get(at)? {
            b')' => return Some(at + 1),
            b'\\' => at += 2,
            b'#' if src.get(at + 1) == Some(&b'{') => at = interpolation_end(src, at)?,
            b'!' | b'%' | b'&' | b'#' | b'*'..=b'~' | 0x80.. => at += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {
                let end = src[at..].iter().position(|b| !b.is_ascii_whitespace())?;
                return (src[at + end] == b')').then_some(at + end + 1);
            }
            _ => return None,
        }
    }
}

/// Behind the interpolation that begins at `at`, by its braces alone: what calls this is itself called for brackets in
/// interpolations, and must not call back.
fn interpolation_end(src: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (i, &byte) in src.iter().enumerate().skip(at + 1) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(i + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The range within the brackets of an unquoted `data:` URL that Sass does not take.
pub(super) fn loose_data_url(src: &[u8], open: usize) -> Option<std::ops::Range<usize>> {
    let mut at = open + 1;
    while src.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    let is_data = src.get(at..at + 5).is_some_and(|s| s.eq_ignore_ascii_case(b"data:"));
    if !is_data || plain_url_end(src, at).is_some() {
        return None;
    }
    let end = src[at..].iter().position(|&b| b == b')')?;
    Some(open + 1..at + end)
}
