//! Revisions (moodle-assets.md §2).

use std::fmt;
use std::num::NonZeroU64;

/// A revision of a site: a Unix time in seconds, or one more than the last where two purges fell into one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Revision(NonZeroU64);

impl Revision {
    /// `None` for zero, which is no revision.
    pub const fn new(number: u64) -> Option<Revision> {
        match NonZeroU64::new(number) {
            Some(n) => Some(Revision(n)),
            None => None,
        }
    }

    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The revision that a URL asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A plain decimal number above zero, without sign, blanks or leading zeros.
    Number(Revision),
    /// None, `0`, `-1` or any other negative number: the sources as they are now.
    Development,
    /// Not a plain decimal number: never current, otherwise as [`Asked::Development`].
    Strange,
}

impl Asked {
    /// Reads a revision as it stands in a URL.
    pub fn parse(text: &str) -> Asked {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        match (plain, digits.len() < text.len()) {
            (false, _) => Asked::Strange,
            (true, true) => Asked::Development,
            (true, false) => match digits.parse().ok().map(Revision::new) {
                Some(Some(revision)) => Asked::Number(revision),
                Some(None) => Asked::Development,
                None => Asked::Strange, // beyond 64 bits
            },
        }
    }

    /// The number asked for, if it is one.
    pub fn number(self) -> Option<Revision> {
        match self {
            Asked::Number(revision) => Some(revision),
            Asked::Development | Asked::Strange => None,
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Asked::Number(revision) => revision.fmt(f),
            Asked::Development => f.write_str("none"),
            Asked::Strange => f.write_str("no number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_decimal_numbers_are_revisions() {
        assert_eq!(Asked::parse("1770000000"), Asked::Number(Revision::new(1770000000).unwrap()));
        for development in ["0", "-1", "-1770000000"] {
            assert_eq!(Asked::parse(development), Asked::Development, "{development}");
        }
        for strange in
            ["", "-", "+1", "01", " 1", "1 ", "1e9", "0x6A", "abc", "1abc", "--1", "1-1", "99999999999999999999"]
        {
            assert_eq!(Asked::parse(strange), Asked::Strange, "{strange:?}");
        }
    }
}
