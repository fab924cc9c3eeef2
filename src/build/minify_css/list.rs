//! Lists of selectors in one order: it means nothing to browsers, lets equal lists be seen as equal, and compresses better.

/// The list with its selectors sorted, each once. `None` where it is so already.
pub(super) fn sorted(list: &str) -> Option<String> {
    if !list.contains(',') {
        return None;
    }
    let parts = split(list);
    if parts.windows(2).all(|pair| pair[0] < pair[1]) {
        return None;
    }
    let mut sorted = parts;
    sorted.sort_unstable();
    sorted.dedup();
    Some(sorted.join(","))
}

/// At the commas outside of brackets and strings.
pub(super) fn split(list: &str) -> Vec<&str> {
    let bytes = list.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quote, mut at) = (0, 0usize, None, 0);
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (_, b'\\') => at += 1,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']') => depth = depth.saturating_sub(1),
            (None, b',') if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&list[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_sorted_and_stand_once() {
        assert_eq!(sorted("b,a:is(d,c),b,.e[f=',g']").as_deref(), Some(".e[f=',g'],a:is(d,c),b"));
        assert_eq!(sorted("c\\,b,a").as_deref(), Some("a,c\\,b"));
        assert_eq!(sorted("a,b"), None);
        assert_eq!(sorted("a:not(z,b)"), None);
        assert_eq!(sorted("a,").as_deref(), Some(",a"), "an invalid list stays one");
    }
}
