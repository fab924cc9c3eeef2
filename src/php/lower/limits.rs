//! Sources that the parser could not take: refused before it sees them.
//!
//! The parser limits the nesting of expressions and statements by itself, but not these:
//!
//! 1. `$$$…`, `???int` and `A|B|C…` in types: it recurses over them.
//! 2. A string within an interpolation within a string …: its lexer recurses over them.
//! 3. `"{$…` without an end: its lexer looks for the end anew from each, up to the end of the file.

/// So many marks of the first kind may stand with nothing but names between them.
const MARKS: usize = 4_000;
/// So many strings may nest; the stack is deep enough for them.
const STRINGS: usize = 20_000;
/// So many bytes may be looked at to find the ends of interpolations.
const LOOKED_AT: usize = 50_000_000;

/// The byte at which a source becomes too much, if it does.
pub(super) fn excess(source: &[u8]) -> Option<usize> {
    marks(source).or_else(|| strings(source)).or_else(|| interpolations(source))
}

fn marks(source: &[u8]) -> Option<usize> {
    let mut marks = 0;
    source.iter().position(|byte| {
        match byte {
            b'$' | b'?' | b'|' | b'&' | b'(' | b'\\' => marks += 1,
            b'_' | b' ' | b'\t' | b'\r' | b'\n' | 0x80.. => {}
            byte if byte.is_ascii_alphanumeric() => {}
            _ => marks = 0,
        }
        marks > MARKS
    })
}

/// Each nested string needs a sign that opens it and a variable.
fn strings(source: &[u8]) -> Option<usize> {
    let (mut openers, mut variables) = (0, 0);
    source.iter().position(|byte| {
        match byte {
            b'"' | b'`' | b'<' => openers += 1,
            b'$' => variables += 1,
            _ => {}
        }
        openers > STRINGS && variables > STRINGS
    })
}

fn interpolations(source: &[u8]) -> Option<usize> {
    let mut looked_at = 0;
    for at in memchr::memchr_iter(b'$', source) {
        let rest = &source[at..];
        looked_at += match at.checked_sub(1).map(|before| source[before]) {
            Some(b'{') => braced(rest),
            _ => bracketed(rest),
        };
        if looked_at > LOOKED_AT {
            return Some(at);
        }
    }
    None
}

/// How far the lexer looks for the end of `{$…}`.
fn braced(rest: &[u8]) -> usize {
    let mut nesting = 0usize;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'{' => nesting += 1,
            b'}' if nesting == 0 => return at,
            b'}' => nesting -= 1,
            _ => {}
        }
    }
    rest.len()
}

/// How far it looks for the end of `$a[…]`.
fn bracketed(rest: &[u8]) -> usize {
    let name = 1 + rest.iter().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if rest.get(name) != Some(&b'[') {
        return 1;
    }
    let end = rest.iter().skip(name).position(|byte| byte.is_ascii_whitespace() || *byte == b']');
    end.map_or(rest.len(), |end| name + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_strings_and_endless_interpolations_are_refused() {
        for piece in ["\"{$a[", "\"$a[", "`{$a", "\"{$a{", "<<<A\n{$a"] {
            let source = format!("<?php $x = {};", piece.repeat(200_000));
            assert!(excess(source.as_bytes()).is_some(), "{piece}");
        }
    }

    #[test]
    fn long_files_of_the_common_kind_are_not() {
        let line = "$string['name{$n}'] = \"some {$a->b} text $c[d] {$e['f']}\"; $x = $a | $b & (C::D); // ok\n";
        assert_eq!(excess(line.repeat(3_000).as_bytes()), None);
        assert_eq!(excess("'a' . $b . ".repeat(40_000).as_bytes()), None);
    }
}
