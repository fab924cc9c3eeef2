//! Which content codings a client takes (RFC 9110 §12.5.3).

use crate::asset::{Coding, DictionaryCoding};

/// What `Accept-Encoding` allows, coding by coding. Without the field only the identity is sent: a client that
/// says nothing may be one that cannot decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Accepted {
    /// Qualities by `Coding as usize`, in thousandths; `None` for what is not named.
    named: [Option<u16>; 4],
    /// Qualities of the codings with a dictionary, in the order of [`DictionaryCoding::ALL`].
    dictionary: [Option<u16>; 2],
    /// The quality of `*`.
    rest: Option<u16>,
}

impl Accepted {
    /// Adds one line of the field; several lines count as one list (RFC 9110 §5.3). An element that cannot be
    /// read is left out, so that a malformed field ends as the identity.
    pub fn add_line(&mut self, line: &[u8]) {
        for element in line.split(|b| *b == b',') {
            let Some((coding, quality)) = parse_element(element) else { continue };
            let slot = match coding {
                Named::Coding(coding) => &mut self.named[coding as usize],
                Named::Dictionary(coding) => &mut self.dictionary[coding as usize - 1],
                Named::Any => &mut self.rest,
                Named::Unknown => continue,
            };
            // Named twice, the lower counts: what one of them forbids is never sent.
            *slot = Some(slot.map_or(quality, |before| before.min(quality)));
        }
    }

    /// How gladly the client takes a coding, in thousandths; `None` if it must not be sent.
    pub fn quality(&self, coding: Coding) -> Option<u16> {
        let quality = match (self.named[coding as usize].or(self.rest), coding) {
            (Some(quality), _) => quality,
            // Acceptable unless excluded, and the last choice where nothing is said of it.
            (None, Coding::Identity) => return Some(0),
            (None, _) => 0,
        };
        (quality > 0).then_some(quality)
    }

    /// The same for a coding with a dictionary, which has to be named: `*` is said by clients that know none of them.
    pub fn dictionary_quality(&self, coding: DictionaryCoding) -> Option<u16> {
        self.dictionary[coding as usize - 1].filter(|quality| *quality > 0)
    }

    /// The coding to send where there are all of them.
    pub fn best(&self) -> Option<Coding> {
        self.choose(Coding::ALL.into_iter()).map(|at| Coding::ALL[at])
    }

    /// The index of the coding to send, out of those that there are, given in the order of preference at equal quality.
    /// `None` if the client forbids all of them.
    pub fn choose(&self, available: impl Iterator<Item = Coding>) -> Option<usize> {
        let mut best: Option<(u16, usize)> = None;
        for (index, coding) in available.enumerate() {
            let Some(quality) = self.quality(coding) else { continue };
            if best.is_none_or(|(most, _)| quality > most) {
                best = Some((quality, index));
            }
        }
        best.map(|(_, index)| index)
    }
}

enum Named {
    Coding(Coding),
    Dictionary(DictionaryCoding),
    Any,
    Unknown,
}

/// `codings [ OWS ";" OWS "q=" qvalue ]`; `None` if it is something else.
fn parse_element(element: &[u8]) -> Option<(Named, u16)> {
    let (name, weight) = match element.iter().position(|b| *b == b';') {
        Some(at) => (&element[..at], Some(&element[at + 1..])),
        None => (element, None),
    };
    let quality = match weight {
        Some(weight) => {
            let [b'q' | b'Q', b'=', value @ ..] = weight.trim_ascii() else { return None };
            parse_quality(value)?
        }
        None => 1000,
    };
    let is = |token: &str| name.trim_ascii().eq_ignore_ascii_case(token.as_bytes());
    let named = match Coding::ALL.into_iter().find(|coding| is(coding.token())) {
        Some(coding) => Named::Coding(coding),
        None if is("dcb") => Named::Dictionary(DictionaryCoding::Brotli),
        None if is("dcz") => Named::Dictionary(DictionaryCoding::Zstd),
        None if is("x-gzip") => Named::Coding(Coding::Gzip), // RFC 9110 §8.4.1.3
        None if is("*") => Named::Any,
        None => Named::Unknown,
    };
    Some((named, quality))
}

/// A weight in thousandths (RFC 9110 §12.4.2): `0` or `1`, a point, at most three digits.
fn parse_quality(value: &[u8]) -> Option<u16> {
    let (whole, fraction) = match value {
        [whole] | [whole, b'.'] => (whole, &[][..]),
        [whole, b'.', fraction @ ..] if fraction.len() <= 3 => (whole, fraction),
        _ => return None,
    };
    let mut thousandths = 0;
    for place in 0..3 {
        let digit = *fraction.get(place).unwrap_or(&b'0');
        if !digit.is_ascii_digit() {
            return None;
        }
        thousandths = thousandths * 10 + u16::from(digit - b'0');
    }
    match whole {
        b'0' => Some(thousandths),
        b'1' if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Coding::*;
    use proptest::prelude::*;

    fn accepted(lines: &[&str]) -> Accepted {
        let mut accepted = Accepted::default();
        for line in lines {
            accepted.add_line(line.as_bytes());
        }
        accepted
    }

    fn chosen(lines: &[&str]) -> Option<Coding> {
        accepted(lines).best()
    }

    #[test]
    fn the_highest_quality_wins_and_the_smallest_at_equal_quality() {
        for (lines, expected) in [
            (&["gzip"][..], Gzip),
            (&["gzip, deflate, br, zstd"], Brotli),
            (&["gzip, deflate, br;q=0.9, zstd;q=0.95"], Gzip),
            (&["zstd;q=0.8, gzip;q=0.8"], Zstd),
            (&["gzip;q=0.5, identity"], Identity),
            (&["gzip;q=0.5"], Gzip),
            (&["compress;q=0.5, gzip;q=1.0"], Gzip),
            (&["gzip;q=1.0, identity; q=0.5, *;q=0"], Gzip),
            (&["*"], Brotli),
            (&["*;q=0.2, gzip;q=0.3"], Gzip),
            (&["br;q=0, *;q=0.2"], Zstd),
            (&["GZIP ;Q=0.001"], Gzip),
            (&["x-gzip"], Gzip),
            (&["gzip", "br;q=0.5"], Gzip),
            (&["gzip;q=0.2", "br;q=0.5"], Brotli),
            (&["br;q=0.000,br"], Identity),
        ] {
            assert_eq!(chosen(lines), Some(expected), "{lines:?}");
        }
    }

    #[test]
    fn silence_an_empty_field_and_nonsense_mean_identity() {
        for lines in [
            &[][..],
            &[""],
            &["deflate, compress"],
            &["gzip;q=2"],
            &["gzip;q=1.001"],
            &["gzip;q=0.1234"],
            &["gzip;q=.5"],
            &["gzip;q=-1"],
            &["gzip;q="],
            &["gzip;level=9"],
            &["gzip;q=1;q=0"],
            &["br gzip"],
            &["gzip;q=0"],
            &[";q=1"],
        ] {
            assert_eq!(chosen(lines), Some(Identity), "{lines:?}");
        }
    }

    #[test]
    fn identity_can_be_forbidden_by_name_or_by_the_star() {
        assert_eq!(chosen(&["identity;q=0"]), None);
        assert_eq!(chosen(&["*;q=0"]), None);
        assert_eq!(chosen(&["*;q=0, identity;q=0.1"]), Some(Identity));
        assert_eq!(chosen(&["identity;q=0, gzip;q=0.1"]), Some(Gzip));
    }

    #[test]
    fn only_what_there_is_can_be_chosen() {
        let accepted = accepted(&["br, gzip;q=0.5"]);
        assert_eq!(accepted.choose([Gzip, Identity].into_iter()), Some(0));
        assert_eq!(accepted.choose([Identity].into_iter()), Some(0));
        assert_eq!(accepted.choose([].into_iter()), None);
    }

    #[test]
    fn codings_with_a_dictionary_have_to_be_named() {
        use DictionaryCoding::{Brotli as Dcb, Zstd as Dcz};
        let quality = |line: &str| {
            let accepted = accepted(&[line]);
            (accepted.dictionary_quality(Dcb), accepted.dictionary_quality(Dcz))
        };
        assert_eq!(quality("gzip, br, zstd, dcb, dcz"), (Some(1000), Some(1000)));
        assert_eq!(quality("DCB;q=0.5, dcz;q=0"), (Some(500), None));
        assert_eq!(quality("*"), (None, None));
        assert_eq!(quality("br"), (None, None));
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(line in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut accepted = Accepted::default();
            accepted.add_line(&line);
            let _ = accepted.choose(Coding::ALL.into_iter());
        }

        #[test]
        fn a_forbidden_coding_is_never_chosen(
            elements in prop::collection::vec(
                (prop::sample::select(vec!["br", "zstd", "gzip", "identity", "*", "deflate"]), 0u16..=1000), 0..8),
        ) {
            let line: Vec<_> = elements.iter()
                .map(|(name, q)| format!("{name};q={}.{:03}", q / 1000, q % 1000)).collect();
            if let Some(coding) = chosen(&[&line.join(", ")]) {
                prop_assert!(elements.iter().all(|(name, q)| *name != coding.token() || *q > 0), "{coding:?}");
                let named = elements.iter().any(|(name, _)| *name == coding.token());
                prop_assert!(named || coding == Identity || elements.iter().any(|(name, q)| *name == "*" && *q > 0));
            }
        }
    }
}
