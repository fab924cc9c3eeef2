//! Colours, written shorter: the same colour to the last bit, in a form that browsers have known as long.

/// Names that are longer than their number.
const LONG_NAMES: [(&str, &str); 5] =
    [("white", "#fff"), ("black", "#000"), ("yellow", "#ff0"), ("magenta", "#f0f"), ("fuchsia", "#f0f")];
/// Numbers that are longer than their name (CSS Color 3).
const LONG_NUMBERS: [(&str, &str); 31] = [
    ("#f00", "red"),
    ("#808080", "gray"),
    ("#008000", "green"),
    ("#000080", "navy"),
    ("#800000", "maroon"),
    ("#808000", "olive"),
    ("#800080", "purple"),
    ("#c0c0c0", "silver"),
    ("#008080", "teal"),
    ("#ffa500", "orange"),
    ("#ffd700", "gold"),
    ("#f0e68c", "khaki"),
    ("#a52a2a", "brown"),
    ("#d2b48c", "tan"),
    ("#ff7f50", "coral"),
    ("#ffc0cb", "pink"),
    ("#dda0dd", "plum"),
    ("#4b0082", "indigo"),
    ("#ee82ee", "violet"),
    ("#f5deb3", "wheat"),
    ("#ff6347", "tomato"),
    ("#fa8072", "salmon"),
    ("#a0522d", "sienna"),
    ("#da70d6", "orchid"),
    ("#f0ffff", "azure"),
    ("#f5f5dc", "beige"),
    ("#ffe4c4", "bisque"),
    ("#fffafa", "snow"),
    ("#faf0e6", "linen"),
    ("#fffff0", "ivory"),
    ("#cd853f", "peru"),
];

/// Whether every word in a property's values is a keyword or a colour, never a name that an author made up.
pub(super) fn holds_colors(property: &str) -> bool {
    let ends = |end| property.ends_with(end);
    let starts = |start| property.starts_with(start);
    ends("color")
        || ends("shadow")
        || starts("border")
        || starts("outline")
        || matches!(property, "background" | "fill" | "stroke")
}

/// The number of a name that is longer than it.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    if !matches!(name.len(), 5..=7) {
        return None;
    }
    LONG_NAMES.iter().find(|(long, _)| name.eq_ignore_ascii_case(long)).map(|(_, hex)| *hex)
}

/// `#aabbcc` as `#abc`, in small letters; where words are `named`, as the name that is shorter. `None` for what is no
/// colour or is short as it is.
pub(super) fn of_hash<'b>(hash: &str, named: bool, buffer: &'b mut [u8; 8]) -> Option<&'b str> {
    let digits = hash.as_bytes().get(1..).filter(|d| d.iter().all(u8::is_ascii_hexdigit))?;
    let length = match digits.len() {
        6 if (0..6).step_by(2).all(|i| digits[i].eq_ignore_ascii_case(&digits[i + 1])) => {
            buffer[1..4].copy_from_slice(&[digits[0], digits[2], digits[4]]);
            4
        }
        length @ (3 | 4 | 6) => {
            buffer[1..=length].copy_from_slice(digits);
            length + 1
        }
        _ => return None,
    };
    buffer[0] = b'#';
    buffer[..length].make_ascii_lowercase();
    let short = std::str::from_utf8(&buffer[..length]).ok()?;
    let name = LONG_NUMBERS.iter().find(|(hex, _)| named && *hex == short);
    Some(name.map_or(short, |(_, name)| *name))
}

/// `#rrggbb` of `rgb(r,g,b)` and `rgba(r,g,b,1)`, given what stands between the brackets; whole numbers only.
pub(super) fn of_rgb(arguments: &str) -> Option<String> {
    let mut parts = arguments.split(',').map(str::trim);
    let mut channel = || {
        let part = parts.next()?;
        let is_plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u8>().ok().filter(|_| is_plain)
    };
    let (r, g, b) = (channel()?, channel()?, channel()?);
    match (parts.next(), parts.next()) {
        (None | Some("1"), None) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(hash: &str, named: bool) -> Option<String> {
        of_hash(hash, named, &mut [0; 8]).map(str::to_owned)
    }

    #[test]
    fn a_hash_loses_its_twin_digits_and_gets_a_shorter_name_where_words_are_colours() {
        assert_eq!(hash("#AABBCC", false).as_deref(), Some("#abc"));
        assert_eq!(hash("#AABBCD", false).as_deref(), Some("#aabbcd"));
        assert_eq!(hash("#FF0000", true).as_deref(), Some("red"));
        assert_eq!(hash("#FF0000", false).as_deref(), Some("#f00"));
        assert_eq!(hash("#abcd", true).as_deref(), Some("#abcd"));
        assert_eq!(hash("#header", true), None);
        assert_eq!(hash("#12345", true), None);
    }

    #[test]
    fn only_opaque_colours_of_whole_channels_become_numbers() {
        assert_eq!(of_rgb("255, 255,150").as_deref(), Some("#ffff96"));
        assert_eq!(of_rgb("1,2,3,1").as_deref(), Some("#010203"));
        for other in [
            "1,2,3,.5",
            "1,2,3,1.0",
            "256,0,0",
            "1,2",
            "1,2,3,1,1",
            "+1,2,3",
            "10%,2,3",
            "1 2 3",
            "var(--x)",
            "1.5,2,3",
        ] {
            assert_eq!(of_rgb(other), None, "{other}");
        }
    }

    #[test]
    fn every_name_means_its_number() {
        for (hex, name) in LONG_NUMBERS {
            assert!(name.len() < hex.len() && hex.bytes().skip(1).all(|b| b.is_ascii_hexdigit()), "{hex} {name}");
        }
        assert_eq!(of_name("White"), Some("#fff"));
        assert_eq!(of_name("whit"), None);
    }
}
