//! `@font-face` within a rule: it takes no selector, so Sass lifts it out as it is. grass puts the rule's selector
//! into it, by which browsers pass over the font.

use super::skip::{TooDeep, skip};

const FACE: &str = "@font-face";

/// The CSS with what stands in rules of an `@font-face` put right into it. A sheet that has none is given back as it is.
pub(super) fn lifted(css: String) -> Result<String, TooDeep> {
    if !css.contains(FACE) {
        return Ok(css);
    }
    let src = css.as_bytes();
    let delimiter = |byte| matches!(byte, b'{' | b';' | b'}');
    let mut out = String::with_capacity(css.len());
    let mut at = 0;
    while at < src.len() {
        let end = skip(src, at, 0, delimiter)?;
        let behind = (end + 1).min(src.len());
        out.push_str(&css[at..behind]);
        let mut in_face = src.get(end) == Some(&b'{') && css[at..end].trim_end().ends_with(FACE);
        at = behind;
        while in_face {
            let open = skip(src, at, 0, delimiter)?;
            in_face = src.get(open) == Some(&b'{');
            if !in_face {
                break;
            }
            // A compiled rule holds declarations alone: up to the first end of a block.
            let close = skip(src, open + 1, 0, |_| false)?;
            out.push_str(&css[open + 1..close]);
            at = (close + 1).min(src.len());
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(css: &str) -> String {
        lifted(css.into()).unwrap()
    }

    #[test]
    fn the_declarations_of_a_rule_in_a_font_face_are_the_faces_own() {
        assert_eq!(
            shown("a{b:c}@font-face {\n a, b {\n d: e; } f {g:h}}i{j:k}"),
            "a{b:c}@font-face {\n d: e; g:h}i{j:k}"
        );
        assert_eq!(shown("@media x{@font-face{a{b:url(x{)}}}"), "@media x{@font-face{b:url(x{)}}");
        assert_eq!(shown("@font-face{a{}"), "@font-face{");
    }

    #[test]
    fn others_stay_as_they_are() {
        for css in
            ["a{b:\"@font-face{c{\"}", "@font-face{b:c;d:\"{\"}a{b:c}", "/* @font-face { a { */b{c:d}", "@font-face"]
        {
            assert_eq!(shown(css), css);
        }
    }
}
