//! The fields of a request that decide its answer. Cookies and everything else are never looked at.

use super::negotiate::Accepted;

/// What a request says about the answer that it wants.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a> {
    pub accepted: Accepted,
    pub if_match: Lines<'a>,
    pub if_none_match: Lines<'a>,
    pub if_modified_since: Single<'a>,
    pub if_unmodified_since: Single<'a>,
    pub if_range: Single<'a>,
    pub range: Single<'a>,
    /// The request is one of revserve's own to Moodle, come back in a circle (RFC 9110 §7.6.3).
    pub is_own: bool,
    pub available_dictionary: Single<'a>,
}

impl<'a> Fields<'a> {
    /// Takes one header line; names in any case. Returns false for a field that decides nothing here.
    pub fn add(&mut self, name: &[u8], value: &'a [u8]) -> bool {
        let is = |field: &str| name.eq_ignore_ascii_case(field.as_bytes());
        // The length tells most fields apart without comparing.
        match name.len() {
            3 if is("via") => self.is_own |= crate::engine::origin::is_own(value),
            5 if is("range") => self.range.add(value),
            8 if is("if-match") => self.if_match.add(value),
            8 if is("if-range") => self.if_range.add(value),
            13 if is("if-none-match") => self.if_none_match.add(value),
            15 if is("accept-encoding") => self.accepted.add_line(value),
            17 if is("if-modified-since") => self.if_modified_since.add(value),
            19 if is("if-unmodified-since") => self.if_unmodified_since.add(value),
            20 if is("available-dictionary") => self.available_dictionary.add(value),
            _ => return false,
        }
        true
    }
}

/// The lines of a field that is a list: as a rule none or one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lines<'a> {
    #[default]
    Absent,
    One(&'a [u8]),
    Many(Vec<&'a [u8]>),
}

impl<'a> Lines<'a> {
    fn add(&mut self, line: &'a [u8]) {
        match self {
            Lines::Absent => *self = Lines::One(line),
            Lines::One(first) => *self = Lines::Many(vec![*first, line]),
            Lines::Many(lines) => lines.push(line),
        }
    }

    pub fn is_absent(&self) -> bool {
        *self == Lines::Absent
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        let lines: &[&'a [u8]] = match self {
            Lines::Absent => &[],
            Lines::One(line) => std::slice::from_ref(line),
            Lines::Many(lines) => lines,
        };
        lines.iter().copied()
    }
}

/// A field that may stand once; sent twice it means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Single<'a> {
    #[default]
    Absent,
    One(&'a [u8]),
    Repeated,
}

impl<'a> Single<'a> {
    fn add(&mut self, line: &'a [u8]) {
        *self = match self {
            Single::Absent => Single::One(line),
            _ => Single::Repeated,
        };
    }

    /// The value, if the field stands exactly once.
    pub fn value(&self) -> Option<&'a [u8]> {
        match self {
            Single::One(value) => Some(value),
            Single::Absent | Single::Repeated => None,
        }
    }

    /// As a date (RFC 9110 §5.6.7): all three forms; anything else is none.
    pub fn date(&self) -> Option<std::time::SystemTime> {
        self.value().and_then(|value| str::from_utf8(value.trim_ascii()).ok()).and_then(|text| {
            // The crate takes blanks around; HTTP fields were trimmed before.
            httpdate::parse_http_date(text).ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_strangers_are_passed_over() {
        let mut fields = Fields::default();
        assert!(fields.add(b"IF-NONE-Match", b"\"a\""));
        assert!(fields.add(b"if-none-match", b"\"b\""));
        assert!(fields.add(b"Range", b"bytes=0-"));
        assert!(!fields.add(b"cookie", b"MoodleSession=secret"));
        assert!(!fields.add(b"x-match", b""));
        assert_eq!(fields.if_none_match.iter().collect::<Vec<_>>(), [b"\"a\"", b"\"b\""]);
        assert_eq!(fields.range.value(), Some(&b"bytes=0-"[..]));
    }

    #[test]
    fn a_single_field_that_stands_twice_means_nothing() {
        let mut fields = Fields::default();
        fields.add(b"range", b"bytes=0-1");
        fields.add(b"range", b"bytes=0-1");
        assert_eq!(fields.range, Single::Repeated);
        assert_eq!(fields.range.value(), None);
    }

    #[test]
    fn dates_are_read_in_all_three_forms() {
        let date = |text: &'static str| Single::One(text.as_bytes()).date();
        let expected = std::time::UNIX_EPOCH + std::time::Duration::from_secs(784_111_777);
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(date(text), Some(expected), "{text}");
        }
        for text in ["", "0", "yesterday", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 25:49:37 GMT"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
