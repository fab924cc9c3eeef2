//! Whole values that have a shorter spelling, by property.

/// The shorter spelling of a value that is already without needless blanks.
pub(super) fn shorter(property: &str, value: &str) -> Option<String> {
    let short = match property {
        "font-weight" => match value {
            "bold" => "700".to_owned(),
            "normal" => "400".to_owned(),
            _ => return None,
        },
        "flex" => match value {
            "1 1 auto" => "auto".to_owned(),
            "0 0 auto" => "none".to_owned(),
            _ => return None,
        },
        "grid-template-areas" => areas(value)?,
        "transition" => value.split(',').map(without_ease).collect::<Vec<_>>().join(","),
        property if takes_lengths(property) => lengths(property, value)?,
        _ => return None,
    };
    (short.len() < value.len()).then_some(short)
}

/// Properties in whose values `0px` is `0`.
fn takes_lengths(property: &str) -> bool {
    const EXACT: [&str; 13] = [
        "top",
        "right",
        "bottom",
        "left",
        "width",
        "height",
        "min-width",
        "min-height",
        "max-width",
        "max-height",
        "font-size",
        "text-indent",
        "background-position",
    ];
    let border = property.strip_prefix("border").is_some_and(|rest| {
        matches!(rest, "" | "-top" | "-right" | "-bottom" | "-left" | "-color" | "-style")
            || rest.ends_with("width")
            || rest.ends_with("radius")
    });
    EXACT.contains(&property) || border || property.starts_with("margin") || property.starts_with("padding")
}

/// Without the units of zeros, and without sides that repeat the opposite ones.
fn lengths(property: &str, value: &str) -> Option<String> {
    // A variable may be any number of parts; a slash, a comma or a quote is more than a list of sides.
    if value.contains(['(', '/', ',', '"', '\'', '!', '\\']) {
        return None;
    }
    let mut parts: Vec<&str> = value.split(' ').map(|part| if is_zero(part) { "0" } else { part }).collect();
    if matches!(property, "margin" | "padding" | "border-width" | "border-style" | "border-color" | "border-radius") {
        if parts.len() == 4 && parts[1] == parts[3] {
            parts.pop();
        }
        if parts.len() == 3 && parts[0] == parts[2] {
            parts.pop();
        }
        if parts.len() == 2 && parts[0] == parts[1] {
            parts.pop();
        }
    }
    Some(parts.join(" "))
}

fn is_zero(part: &str) -> bool {
    const UNITS: [&str; 9] = ["px", "em", "rem", "ex", "pt", "pc", "cm", "mm", "in"];
    part.strip_prefix('0').is_some_and(|unit| UNITS.contains(&unit))
}

/// One transition without `ease`, which is what it has where it says nothing. Only where it is the third or fourth
/// word: the first may be the property's name.
fn without_ease(transition: &str) -> String {
    let words: Vec<&str> = transition.split(' ').collect();
    let times = words.iter().filter(|word| is_time(word)).count();
    let eases = words.iter().filter(|word| **word == "ease").count();
    if eases != 1 || times == 0 || words.len() != times + 2 || words[0] == "ease" || transition.contains('(') {
        return transition.to_owned();
    }
    words.into_iter().filter(|word| *word != "ease").collect::<Vec<_>>().join(" ")
}

fn is_time(word: &str) -> bool {
    let number = word.strip_suffix("ms").or_else(|| word.strip_suffix('s')).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// `"a  b" "c d"` as `"a b""c d"`: blanks only keep names apart.
fn areas(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(quote) = rest.chars().next() {
        let end = rest[1..].find(quote).filter(|_| matches!(quote, '"' | '\''))? + 1;
        let inner = &rest[1..end];
        if inner.contains('\\') {
            return None;
        }
        out.push(quote);
        let mut words = inner.split_ascii_whitespace();
        out.extend(words.next());
        for word in words {
            out.push(' ');
            out.push_str(word);
        }
        out.push(quote);
        rest = rest[end + 1..].trim_start();
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_get_their_shorter_spelling() {
        for (property, long, short) in [
            ("font-weight", "bold", "700"),
            ("font-weight", "normal", "400"),
            ("flex", "0 0 auto", "none"),
            ("margin", "0 0 0 0", "0"),
            ("margin", "0px auto 1em auto", "0 auto 1em"),
            ("margin", "1px 2px 1px 2px", "1px 2px"),
            ("padding-left", "0rem", "0"),
            ("border", "0px solid red", "0 solid red"),
            ("border-radius", "3px 3px 3px 3px", "3px"),
            ("width", "0px", "0"),
            ("transition", "top .2s ease,all 1s ease 2s,left 1s", "top .2s,all 1s 2s,left 1s"),
            ("grid-template-areas", "\"a  b\" 'c\t.'", "\"a b\"'c .'"),
        ] {
            assert_eq!(shorter(property, long).as_deref(), Some(short), "{property}:{long}");
        }
    }

    #[test]
    fn what_has_no_shorter_spelling_of_the_same_meaning_stays() {
        for (property, value) in [
            ("font-weight", "bolder"),
            ("font", "bold"),
            ("flex", "1 1 0px"),
            ("flex-basis", "0px"),
            ("line-height", "0px"),
            ("width", "0%"),
            ("margin", "0 auto"),
            ("margin", "1px 2px 3px 2em"),
            ("margin", "var(--a) var(--a)"),
            ("border-radius", "3px 3px/3px 3px"),
            ("border", "0 0"),
            ("padding", "calc(0px + 1em)"),
            ("grid-template-areas", "none"),
            ("grid-template-areas", "\"a"),
            ("transition", "all 0s"),
            ("transition", "ease 1s"),
            ("transition", "1s ease"),
            ("transition", "all var(--x) ease"),
            ("transition", "all 1s cubic-bezier(0,1,0,1)"),
            ("border-spacing", "0px 0px"),
        ] {
            assert_eq!(shorter(property, value), None, "{property}:{value}");
        }
    }
}
