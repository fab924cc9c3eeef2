//! Directives inside a declaration: `left: 1px /*rtl:ignore*/`, `prepend`, `append`, `insert`, and a value to put
//! in the place of the one that is there: `margin: 1px /*rtl:2px*/`.

use std::borrow::Cow;

use super::directive::{InPlace, find_in_place, without_directives};
use crate::build::css::{Declaration, trim};

/// Obeys the first kind of directive that the declaration holds, in rtlcss' order. False if it holds none.
/// `clean` takes the directives out.
pub(super) fn obey(declaration: &mut Declaration<'_>, clean: bool) -> bool {
    let important = declaration.important.as_deref().unwrap_or("");
    if ![&declaration.between, &declaration.value, important].iter().any(|text| text.contains("/*")) {
        return false;
    }
    let all = [&declaration.between, &declaration.value, important].concat();
    let Some(name) =
        ["ignore", "prepend", "append", "insert", ""].into_iter().find(|name| find_in_place(&all, 0, name).is_some())
    else {
        return false;
    };
    if let Some(value) = new_value(declaration, name) {
        declaration.value = Cow::Owned(value);
    }
    if clean {
        for text in [&mut declaration.between, &mut declaration.value].into_iter().chain(&mut declaration.important) {
            if let Some(cleaned) = without_directives(text) {
                *text = Cow::Owned(cleaned);
            }
        }
    }
    true
}

/// The value after obeying the directives of this name.
fn new_value(declaration: &Declaration<'_>, name: &str) -> Option<String> {
    let value = declaration.value.as_ref();
    let has_extras = declaration.value_has_extras;
    // what rtlcss looks through is not quite the declaration: without the first character of what stands before the
    // value, and without the first nine of what stands behind it
    let before = trim(after_units(&declaration.between, 1));
    let behind = declaration.important.as_deref().filter(|text| *text != " !important");
    let behind = behind.map_or("", |text| trim(after_units(text, 9)));
    let seen = [before, if name.is_empty() && !has_extras { "" } else { value }, behind].concat();
    let mut found = std::iter::successors(find_in_place(&seen, 0, name), |last| find_in_place(&seen, last.end, name));
    match name {
        "prepend" => Some(found.map(|directive| directive.body).chain([value]).collect()),
        "append" => {
            let bodies: Vec<&str> = found.map(|directive| directive.body).collect();
            Some([value].into_iter().chain(bodies.into_iter().rev()).collect())
        }
        "insert" => {
            let mut out = String::with_capacity(seen.len() * 2);
            let mut copied = 0;
            for InPlace { start, end, body } in found {
                out.push_str(&seen[copied..start]);
                out.push_str(body);
                out.push_str(&seen[start..end]);
                copied = end;
            }
            out.push_str(&seen[copied..]);
            Some(out)
        }
        "" => {
            let InPlace { start, end, body } = found.by_ref().last()?;
            Some(if has_extras { [body, &seen[start..end]].concat() } else { body.to_owned() })
        }
        _ => None,
    }
}

/// The text from its `count`th UTF-16 code unit on.
fn after_units(text: &str, count: usize) -> &str {
    let mut units = 0;
    let at = text.char_indices().find(|(_, c)| {
        let is_behind = units >= count;
        units += c.len_utf16();
        is_behind
    });
    at.map_or("", |(at, _)| &text[at..])
}
