use super::*;
use crate::cache::entry::sha256;
use DictionaryCoding::{Brotli, Zstd};
use proptest::prelude::*;

/// A style sheet of this many rules, with a colour in every ninth.
fn sheet(rules: usize, brand: &str) -> Bytes {
    let rule = |i: usize| {
        let color = if i.is_multiple_of(9) { brand.to_owned() } else { format!("#{:06x}", i * 7919) };
        format!(".rule-{i}{{margin:{}px;color:{color}}}\n", i % 97)
    };
    (0..rules).map(rule).collect::<String>().into()
}

fn made(body: &Bytes, dictionary: &Bytes, coding: DictionaryCoding, effort: Effort) -> Option<Delta> {
    delta((body, sha256(body)), (dictionary, sha256(dictionary)), coding, effort, usize::MAX)
}

/// The stream behind magic number and hash.
fn decoded(delta: &Delta, dictionary: &Bytes, length: usize) -> Option<Vec<u8>> {
    let rest = delta.bytes.strip_prefix(delta.coding.magic()).unwrap();
    let stream = rest.strip_prefix(&sha256(dictionary)).unwrap();
    match delta.coding {
        Brotli => brotli_stream::decode(stream, dictionary, length),
        Zstd => zstd_stream::decode(stream, dictionary, length),
    }
}

#[test]
fn a_changed_colour_costs_a_fraction_and_decodes_to_the_body() {
    let (old, new) = (sheet(5000, "#0f6cbf"), sheet(5000, "#aa3311"));
    for coding in DictionaryCoding::ALL {
        let [quick, best] = [Effort::Quick, Effort::Best].map(|effort| made(&new, &old, coding, effort).unwrap());
        for delta in [&quick, &best] {
            assert_eq!(decoded(delta, &old, new.len()).as_deref(), Some(&*new), "{coding:?}");
        }
        assert!(best.bytes.len() <= quick.bytes.len() && best.bytes.len() < 3000, "{coding:?} {}", best.bytes.len());
        assert!(best.level > quick.level);
        assert_eq!(made(&new, &old, coding, Effort::Best), Some(best), "the same bytes every time");
    }
}

#[test]
fn the_heads_are_those_of_the_rfc() {
    let (old, new) = (sheet(50, "red"), sheet(50, "green"));
    let head = |coding, length| made(&new, &old, coding, Effort::Quick).unwrap().bytes[..length].to_vec();
    assert_eq!(head(Brotli, 36), [&[0xff, 0x44, 0x43, 0x42][..], &sha256(&old)].concat());
    assert_eq!(head(Zstd, 40), [&[0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0][..], &sha256(&old)].concat());
}

#[test]
fn what_did_not_change_costs_less_than_a_hundred_bytes() {
    for rules in [100, 5000, 40_000] {
        let body = sheet(rules, "red");
        let delta = made(&body, &body, Brotli, Effort::Quick).unwrap();
        assert!(delta.bytes.len() < 60, "{rules}: {}", delta.bytes.len());
        assert_eq!(decoded(&delta, &body, body.len()).as_deref(), Some(&*body));
        // Its blocks are 128 KiB at most, and each says for itself that nothing changed.
        let delta = made(&body, &body, Zstd, Effort::Quick).unwrap();
        assert!(delta.bytes.len() < 100 + body.len() / 1000, "{rules}: {}", delta.bytes.len());
        assert_eq!(decoded(&delta, &body, body.len()).as_deref(), Some(&*body));
    }
    let short = Bytes::from_static(b"body{color:red}");
    assert!(made(&short, &short, Brotli, Effort::Quick).is_some_and(|delta| delta.bytes.len() < 100));
}

#[test]
fn only_what_saves_something_is_made() {
    let (old, new) = (sheet(500, "red"), sheet(500, "green"));
    let length = made(&new, &old, Brotli, Effort::Best).unwrap().bytes.len();
    let against = |plain| delta((&new, sha256(&new)), (&old, sha256(&old)), Brotli, Effort::Best, plain);
    assert!(against(length + 1).is_some() && against(length).is_none());
    let nothing = Bytes::new();
    assert!(made(&nothing, &old, Brotli, Effort::Best).is_none() && made(&new, &nothing, Zstd, Effort::Best).is_none());
}

#[test]
fn windows_are_those_that_every_client_takes() {
    // Brotli: both in 16 MiB. Zstandard: 8 MiB, or 1.25 times the dictionary.
    let mib = |n: usize| Bytes::from(vec![b'x'; n << 20]);
    assert!(made(&mib(8), &mib(9), Brotli, Effort::Quick).is_none());
    assert!(made(&mib(9), &mib(1), Zstd, Effort::Quick).is_none());
    assert!(made(&mib(9), &mib(8), Zstd, Effort::Quick).is_some());
    let delta = made(&sheet(20_000, "red"), &mib(1), Brotli, Effort::Quick).unwrap();
    // RFC 7932 §9.1: an odd first byte is a window of 18 to 24 bits, or 17 with its next bits all 0.
    assert_eq!(delta.bytes[36] & 1, 1);
}

#[test]
fn a_frame_says_its_length_in_one_segment() {
    let (old, new) = (sheet(10_000, "red"), sheet(10_000, "green"));
    let delta = made(&new, &old, Zstd, Effort::Best).unwrap();
    // RFC 8878 §3.1.1.1.1: magic, then a descriptor with the flag for a single segment, whose window is the content.
    assert_eq!(delta.bytes[40..44], [0x28, 0xb5, 0x2f, 0xfd]);
    assert_eq!(delta.bytes[44] & 0b0010_0000, 0b0010_0000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_two_bodies_make_deltas_that_decode(
        old in prop::collection::vec(0u8..4, 1..3000),
        from in 0usize..3000,
        new in prop::collection::vec(any::<u8>(), 1..300),
    ) {
        let mut body = old[from.min(old.len())..].to_vec();
        body.extend(new);
        let (old, body) = (Bytes::from(old), Bytes::from(body));
        for coding in DictionaryCoding::ALL {
            for effort in [Effort::Quick, Effort::Best] {
                let delta = made(&body, &old, coding, effort).unwrap();
                prop_assert_eq!(decoded(&delta, &old, body.len()), Some(body.to_vec()));
            }
        }
    }
}
