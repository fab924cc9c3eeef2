//! Scripts, joined into one.

use bytes::Bytes;

/// Sources, as developers get them: each followed by a newline, nothing else changed (moodle-assets.md §4).
pub fn sources(parts: &[Bytes]) -> Bytes {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        joined.extend_from_slice(part);
        joined.push(b'\n');
    }
    joined.into()
}

/// Served scripts. None reaches into the next:
///
/// - A newline and an empty statement stand between two: one may end in a comment or without its semicolon, and the
///   next begin with what would continue it.
/// - `"use strict"` at the head of the first would make all of them strict, and sloppy code fail. Unless all want
///   it, an empty statement in front takes its power, as being joined takes it from all the others: strict
///   code that works does the same when run sloppy, but for what it would have thrown.
pub fn scripts(parts: &[Bytes]) -> Bytes {
    if let [part] = parts {
        return part.clone();
    }
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 2).sum());
    let parts: Vec<&[u8]> = parts.iter().map(|part| without_hashbang(part)).collect();
    if parts.first().is_some_and(|first| is_strict(first)) && !parts.iter().all(|part| is_strict(part)) {
        joined.push(b';');
    }
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            joined.extend_from_slice(b"\n;");
        }
        joined.extend_from_slice(part);
    }
    joined.into()
}

/// `#!…` is a comment only at the very beginning of a script.
fn without_hashbang(part: &[u8]) -> &[u8] {
    match part.starts_with(b"#!") {
        true => part.iter().position(|&byte| byte == b'\n').map_or(b"", |end| &part[end..]),
        false => part,
    }
}

/// Whether `"use strict"` is among the strings that a script begins with (ECMA-262 §11.2.1).
fn is_strict(mut script: &[u8]) -> bool {
    loop {
        script = skip_blanks(script);
        let Some((quote @ (b'"' | b'\''), text)) = script.split_first() else { return false };
        let Some(end) = end_of_string(text, *quote) else { return false };
        if &text[..end] == b"use strict" {
            return true;
        }
        script = skip_blanks(&text[end + 1..]);
        script = script.strip_prefix(b";").unwrap_or(script);
    }
}

fn end_of_string(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        match *text.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

/// Behind white space and comments. Those of Unicode do not stand at the beginning of a script that was printed.
fn skip_blanks(mut script: &[u8]) -> &[u8] {
    loop {
        script = script.trim_ascii_start();
        let (end, length): (&[u8], usize) = match script {
            [b'/', b'*', ..] => (b"*/", 2),
            [b'/', b'/', ..] => (b"\n", 1),
            [0xef, 0xbb, 0xbf, rest @ ..] => {
                script = rest;
                continue;
            }
            _ => return script,
        };
        let behind = script[2..].windows(length).position(|window| window == end);
        script = behind.map_or(b"", |at| &script[2 + at + length..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(texts: &[&'static str]) -> Vec<Bytes> {
        texts.iter().map(|text| Bytes::from_static(text.as_bytes())).collect()
    }

    #[test]
    fn what_ends_one_script_does_not_reach_the_next() {
        assert_eq!(scripts(&parts(&["a()//x", "(b)()"])), "a()//x\n;(b)()");
        assert_eq!(scripts(&parts(&["a()"])), "a()");
        assert_eq!(scripts(&parts(&[])), "");
    }

    #[test]
    fn strictness_is_kept_where_all_want_it_and_never_spreads() {
        let strict = "/*! licence */ 'another';\n\"use strict\";a()";
        assert_eq!(scripts(&parts(&[strict, "'use strict';b()"])), format!("{strict}\n;'use strict';b()"));
        assert_eq!(scripts(&parts(&[strict, "b=1"])), format!(";{strict}\n;b=1"));
        assert_eq!(scripts(&parts(&["b=1", "'use strict'"])), "b=1\n;'use strict'");
        assert_eq!(scripts(&parts(&[strict])), strict);
    }

    #[test]
    fn only_a_string_at_the_head_makes_a_script_strict() {
        for sloppy in ["", "'use str\\x69ct';a()", "// 'use strict'", "a();'use strict'", "/* 'use strict'", "'use"] {
            assert!(!is_strict(sloppy.as_bytes()), "{sloppy}");
        }
        for strict in ["'use strict'", "\u{feff} // a\n'a\\'b'\n'use strict'", "/**/\"use strict\""] {
            assert!(is_strict(strict.as_bytes()), "{strict}");
        }
    }

    #[test]
    fn a_hashbang_does_not_end_up_in_the_middle() {
        assert_eq!(scripts(&parts(&["#!/bin/a\nb()", "#!/bin/c"])), "\nb()\n;");
    }

    #[test]
    fn sources_are_joined_as_moodle_joins_them() {
        assert_eq!(sources(&parts(&["a", "b\n"])), "a\nb\n\n");
    }

    proptest! {
        #[test]
        fn no_text_panics(texts in prop::collection::vec("['\"\\\\/*;\\n \u{feff}]{0,6}(use strict)?['\"]?", 0..4)) {
            let texts: Vec<Bytes> = texts.into_iter().map(Bytes::from).collect();
            let length: usize = texts.iter().map(Bytes::len).sum();
            prop_assert!(scripts(&texts).len() >= length.saturating_sub(2));
        }
    }
}
