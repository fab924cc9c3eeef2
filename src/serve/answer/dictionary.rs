//! Answers as what differs from content that the client has (RFC 9842).
//!
//! 1. `Available-Dictionary` says which content that is, by its SHA-256;
//! 2. whoever knows a delta from it gives it once, and its header blocks are written: an [`Offer`];
//! 3. it is chosen where the client takes its coding at least as gladly as the best one without, and it is smaller.

use super::fields::{Fields, Single};
use super::negotiate::Accepted;
use super::prepared::PreparedVariant;
use crate::asset::DictionaryCoding;
use crate::engine::Deltas;
use bytes::Bytes;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Weak};

/// Header blocks of the deltas to one dictionary.
#[derive(Debug)]
pub struct Offer {
    dictionary: [u8; 32],
    /// Held weakly, as entries are: the engine's cache alone decides what stays.
    deltas: Weak<Deltas>,
    variants: Vec<(DictionaryCoding, PreparedVariant)>,
}

impl Offer {
    pub(super) fn new(
        dictionary: [u8; 32],
        deltas: &Arc<Deltas>,
        variants: Vec<(DictionaryCoding, PreparedVariant)>,
    ) -> Offer {
        Offer { dictionary, deltas: Arc::downgrade(deltas), variants }
    }

    /// The delta for a client that would else get a variant of this quality and length.
    pub fn select(&self, accepted: &Accepted, quality: u16, length: usize) -> Option<(&PreparedVariant, Bytes)> {
        let deltas = self.deltas.upgrade()?;
        let mut best = (quality, length, None);
        for (coding, variant) in &self.variants {
            let (Some(quality), Some(delta)) = (accepted.dictionary_quality(*coding), deltas.0.get(variant.index))
            else {
                continue;
            };
            let length = delta.bytes.len();
            if quality > best.0 || (quality == best.0 && length < best.1) {
                best = (quality, length, Some((variant, delta.bytes.clone())));
            }
        }
        best.2
    }

    /// Whether the engine still has what is offered.
    fn is_there(&self) -> bool {
        self.deltas.strong_count() > 0
    }
}

/// The offers of one answer, for the dictionaries that were asked for last.
#[derive(Debug, Default)]
pub struct Offers(RefCell<Vec<Rc<Offer>>>);

impl Offers {
    /// More contents than one asset has in common use: browsers come with the last few revisions.
    pub const MOST: usize = 4;
    /// Bytes of one, about.
    pub const WEIGHT: usize = 2 * (size_of::<PreparedVariant>() + 1024);

    pub fn get(&self, dictionary: &[u8; 32]) -> Option<Rc<Offer>> {
        self.0.borrow().iter().find(|offer| offer.dictionary == *dictionary && offer.is_there()).cloned()
    }

    pub fn put(&self, offer: Rc<Offer>) {
        let mut offers = self.0.borrow_mut();
        offers.retain(|known| known.dictionary != offer.dictionary && known.is_there());
        if offers.len() >= Offers::MOST {
            offers.remove(0);
        }
        offers.push(offer);
    }
}

/// The dictionary that a client has, if it takes any coding that needs one.
pub fn available(fields: &Fields<'_>) -> Option<[u8; 32]> {
    if fields.available_dictionary == Single::Absent
        || !DictionaryCoding::ALL.iter().any(|coding| fields.accepted.dictionary_quality(*coding).is_some())
    {
        return None;
    }
    parse(fields.available_dictionary.value()?)
}

/// An item that is a byte sequence of 32 bytes (RFC 9651 §3.3.5): `:base64:`. Parameters mean nothing.
fn parse(value: &[u8]) -> Option<[u8; 32]> {
    let rest = value.trim_ascii().strip_prefix(b":")?;
    let end = rest.iter().position(|b| *b == b':')?;
    let (text, behind) = (&rest[..end], &rest[end + 1..]);
    if !(behind.is_empty() || behind.starts_with(b";")) {
        return None;
    }
    let text = text.strip_suffix(b"=").unwrap_or(text);
    if text.len() != 43 {
        return None;
    }
    let mut bytes = [0; 33];
    for (four, three) in text.chunks(4).zip(bytes.chunks_exact_mut(3)) {
        let mut bits = 0;
        for place in 0..4 {
            let digit = match four.get(place).unwrap_or(&b'A') {
                upper @ b'A'..=b'Z' => upper - b'A',
                lower @ b'a'..=b'z' => lower - b'a' + 26,
                number @ b'0'..=b'9' => number - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        three.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    bytes[..32].try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_sequence_of_32_bytes_is_a_dictionary() {
        let mut expected = [0; 32];
        (0..32).for_each(|i| expected[i] = i as u8 * 8 + 7);
        let good = "Bw8XHycvNz9HT1dfZ293f4ePl5+nr7e/x8/X3+fv9/8";
        for text in [format!(":{good}=:"), format!(" :{good}=: "), format!(":{good}:"), format!(":{good}=:;a=1")] {
            assert_eq!(parse(text.as_bytes()), Some(expected), "{text}");
        }
        for text in [
            format!("{good}="),
            format!(":{good}="),
            format!(":{good}==:"),
            format!(":{good}=: x"),
            format!(":{}=:", &good[1..]),
            format!(":A{good}=:"),
            format!(":{}_=:", &good[..42]),
            "::".into(),
            String::new(),
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn it_counts_only_with_a_coding_that_can_use_it() {
        let value = b":Bw8XHycvNz9HT1dfZ293f4ePl5+nr7e/x8/X3+fv9/8=:";
        for (accept, counts) in
            [("br, dcb", true), ("dcz;q=0.1", true), ("br", false), ("*", false), ("dcb;q=0", false)]
        {
            let mut fields = Fields::default();
            fields.add(b"accept-encoding", accept.as_bytes());
            assert_eq!(available(&fields), None);
            fields.add(b"Available-Dictionary", value);
            assert_eq!(available(&fields).is_some(), counts, "{accept}");
            fields.add(b"available-dictionary", value);
            assert_eq!(available(&fields), None, "sent twice");
        }
    }
}
