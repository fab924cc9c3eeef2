//! Puts the parents where [`super::prepare`] marked them: `x:-revserve-any(.a, .b):hover` is `x.a:hover, x.b:hover`.

use super::skip::{TooDeep, skip};

/// What opens a mark. The brackets hold the parents, each with the suffix that was written behind `&`.
pub(super) const PARENT: &str = ":-revserve-any(";

/// What stands for a dot that no class follows.
pub(super) const NO_CLASS: &str = ".-revserve-no-class";

/// What begins the name that stands for a placeholder in a selector; its bytes in hex follow, and a hyphen.
const BOXED: &str = ".-revserve-boxed-";

/// The name that stands for a placeholder in a selector.
pub(super) fn boxed(placeholder: &str) -> String {
    let hex: String = placeholder.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{BOXED}{hex}-")
}

/// Puts placeholders where names stand for them.
fn unboxed(css: &str) -> String {
    let mut pieces = css.split(BOXED);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let named = piece.split_once('-').and_then(|(hex, rest)| {
            let digits: Option<Vec<u8>> =
                hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect();
            Some((String::from_utf8(digits?).ok()?, rest))
        });
        match named {
            Some((placeholder, rest)) => out.extend([&*placeholder, rest]),
            None => out.extend([BOXED, piece]),
        }
    }
    out
}

/// The CSS without marks. A sheet that has none is given back as it is.
pub(super) fn finish(css: String) -> Result<String, TooDeep> {
    let css = if css.contains(NO_CLASS) { css.replace(NO_CLASS, ".") } else { css };
    let css = if css.contains(BOXED) { unboxed(&css) } else { css };
    if !css.contains(PARENT) {
        return Ok(css);
    }
    let src = css.as_bytes();
    let mut out = String::with_capacity(css.len());
    let mut at = 0;
    while at < src.len() {
        // Up to and with the next delimiter.
        let end = skip(src, at, 0, |b| matches!(b, b'{' | b';' | b'}'))?;
        let piece = &css[at..end];
        if piece.contains(PARENT) {
            expand(piece, &mut out)?
        } else {
            out.push_str(piece)
        }
        let behind = (end + 1).min(src.len());
        out.push_str(&css[end..behind]);
        at = behind;
    }
    Ok(out)
}

/// A list of selectors, each written once for each of the parents in it.
fn expand(list: &str, out: &mut String) -> Result<(), TooDeep> {
    let (list, tail) = list.split_at(list.trim_end().len());
    let mut first = true;
    let mut todo = Vec::new();
    for selector in split(list)? {
        todo.push(selector.to_owned());
        while let Some(selector) = todo.pop() {
            let Some(start) = selector.find(PARENT) else {
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                out.push_str(&selector);
                continue;
            };
            let open = start + PARENT.len();
            let close = skip(selector.as_bytes(), open, 0, |b| b == b')')?;
            let rest = selector.get(close + 1..).unwrap_or_default();
            for parent in split(&selector[open..close])?.into_iter().rev() {
                todo.push([&selector[..start], parent.trim(), rest].concat());
            }
        }
    }
    out.push_str(tail);
    Ok(())
}

/// At the commas outside of brackets and strings.
fn split(list: &str) -> Result<Vec<&str>, TooDeep> {
    let mut parts = Vec::new();
    let mut start = 0;
    loop {
        let end = skip(list.as_bytes(), start, 0, |b| b == b',')?;
        parts.push(&list[start..end]);
        if end >= list.len() {
            return Ok(parts);
        }
        start = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(css: &str) -> String {
        finish(css.into()).unwrap()
    }

    #[test]
    fn a_sheet_without_marks_is_left_alone() {
        let css = "/* { */ a:not(.b, .c)::before { content: \"a:-x(;}\" }\n@media print { b { c: url(x;y) } }\n";
        assert_eq!(finished(css), css);
    }

    #[test]
    fn each_parent_gets_a_selector_of_its_own() {
        let css = "p,\nx:-revserve-any(.a > .b, .c:not(.d, .e)):hover .z {\n  c: d;\n}\n";
        assert_eq!(
            finished(css),
            "p,\nx.a > .b:hover .z ,\nx.c:not(.d, .e):hover .z {\n  c: d;\n}\n".replace(" ,", ",")
        );
    }

    #[test]
    fn marks_in_marks_and_two_in_one_selector_give_every_pair() {
        let css = "x:-revserve-any(y:-revserve-any(.a, .b)) + :-revserve-any(.c, .d){}";
        assert_eq!(finished(css), "xy.a + .c,xy.a + .d,xy.b + .c,xy.b + .d{}");
        assert_eq!(finished(":not(x:-revserve-any(.a, .b)){}"), ":not(x.a),:not(x.b){}");
    }

    #[test]
    fn text_that_quotes_a_marked_parent_shows_the_parent() {
        assert_eq!(finished("a{content:\"x:-revserve-any(.a .b)\"}"), "a{content:\"x.a .b\"}");
    }
}
