//! Values that every browser takes: what they override can be left out, as it is no fallback.

/// Whether a declaration is certain to be taken, whatever the browser.
pub(super) fn is_certain(property: &str, value: &str) -> bool {
    if property.starts_with("--") {
        // A custom property takes anything.
        return !value.contains('!');
    }
    match property {
        "color"
        | "background-color"
        | "border-color"
        | "border-top-color"
        | "border-right-color"
        | "border-bottom-color"
        | "border-left-color" => is_color(value),
        "margin-top" | "margin-right" | "margin-bottom" | "margin-left" | "top" | "right" | "bottom" | "left" => {
            value == "auto" || is_length(value.strip_prefix('-').unwrap_or(value))
        }
        "padding-top" | "padding-right" | "padding-bottom" | "padding-left" | "font-size" => is_length(value),
        "width" | "height" => value == "auto" || is_length(value),
        "display" => matches!(value, "none" | "block" | "inline" | "inline-block"),
        "position" => matches!(value, "static" | "relative" | "absolute" | "fixed"),
        "float" => matches!(value, "none" | "left" | "right"),
        "clear" => matches!(value, "none" | "left" | "right" | "both"),
        "text-align" => matches!(value, "left" | "right" | "center" | "justify"),
        "vertical-align" => matches!(value, "top" | "middle" | "bottom" | "baseline" | "text-top" | "text-bottom"),
        "visibility" => matches!(value, "visible" | "hidden"),
        "font-style" => matches!(value, "normal" | "italic"),
        "font-weight" => matches!(value, "400" | "700"),
        "overflow" => matches!(value, "visible" | "hidden" | "scroll" | "auto"),
        "white-space" => matches!(value, "normal" | "nowrap" | "pre"),
        "opacity" => value == "0" || value == "1" || value.strip_prefix('.').is_some_and(is_digits),
        "z-index" => is_digits(value.strip_prefix('-').unwrap_or(value)),
        _ => false,
    }
}

fn is_digits(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_color(value: &str) -> bool {
    let digits = value.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A length or percentage that is not negative.
fn is_length(value: &str) -> bool {
    if value == "0" {
        return true;
    }
    let number = ["px", "em", "%", "pt"].iter().find_map(|unit| value.strip_suffix(unit)).unwrap_or_default();
    match number.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || is_digits(whole)) && is_digits(fraction),
        None => is_digits(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_as_old_as_their_property_are_certain() {
        for (property, value) in [
            ("--x", "anything {a}"),
            ("color", "#fff"),
            ("margin-top", "-1.5px"),
            ("width", "50%"),
            ("width", "auto"),
            ("display", "block"),
            ("opacity", ".5"),
            ("z-index", "-1"),
            ("padding-left", "0"),
        ] {
            assert!(is_certain(property, value), "{property}:{value}");
        }
        for (property, value) in [
            ("--x", "a !important"),
            ("color", "#fffc"),
            ("color", "red"),
            ("color", "var(--x)"),
            ("padding-top", "-1px"),
            ("width", "-1px"),
            ("width", "1dvh"),
            ("width", "calc(1px)"),
            ("display", "flex"),
            ("display", "grid"),
            ("position", "sticky"),
            ("height", "100"),
            ("margin", "0"),
            ("background", "#fff"),
            ("z-index", "1.5"),
            ("width", "1.px"),
            ("width", "px"),
            ("opacity", "50%"),
        ] {
            assert!(!is_certain(property, value), "{property}:{value}");
        }
    }
}
