//! Scripts, joined into one.

use bytes::Bytes;

/// Sources, as developers get them: each followed by a newline, nothing else changed.
pub fn sources(parts: &[Bytes]) -> Bytes {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        joined.extend_from_slice(part);
        joined.push(b'\n');
    }
    joined.into()
}

/// Minified scripts. One may end in a comment without a newline or without its semicolon, and the next may begin
/// with what would continue it: a newline and an empty statement stand between them.
pub fn scripts(parts: &[Bytes]) -> Bytes {
    if let [part] = parts {
        return part.clone();
    }
    parts.join(&b"\n;"[..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn sources_are_joined_as_moodle_joins_them() {
        assert_eq!(sources(&parts(&["a", "b\n"])), "a\nb\n\n");
    }
}
