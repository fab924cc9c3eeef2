use super::*;
use proptest::prelude::*;

fn css() -> Entry {
    let coded = |coding, level, bytes: &'static [u8]| Variant { coding, level, bytes: Bytes::from_static(bytes) };
    let inputs = vec![
        Input { name: "theme/demo/style/main.css".into(), sha256: Some([7; 32]) },
        Input { name: "theme/demo/scss/_none.scss".into(), sha256: None },
    ];
    let body = Bytes::from_static(b"a{color:red}a{color:red}a{color:red}");
    let coded = vec![coded(Coding::Gzip, 6, b"gzip"), coded(Coding::Brotli, 5, b"brotli")];
    Entry::new(ContentType::Css, inputs, body, coded)
}

fn best_of(entry: &Entry, variants: Vec<Variant>) -> Best {
    Best { content_type: entry.content_type, identity: entry.identity, variants }
}

#[test]
fn an_entry_is_read_as_it_was_written() {
    assert_eq!(decode(encode(&css()).into()), Ok(css()));
}

#[test]
fn the_same_entry_gives_the_same_bytes_and_they_do_not_move_between_versions() {
    assert_eq!(encode(&css()), encode(&css().clone()));
    let sum = sha256(&encode(&css())).map(|b| format!("{b:02x}")).concat();
    assert_eq!(
        sum, "37fbb9787c1eb9ca7d0e2c40f52d19a9a95f3493734c32103ed18069cf3b6798",
        "the format changed: count VERSION up"
    );
}

#[test]
fn bodies_are_slices_of_the_file() {
    let file = Bytes::from(encode(&css()));
    let range = file.as_ptr_range();
    for variant in decode(file.clone()).unwrap().variants {
        assert!(range.contains(&variant.bytes.as_ptr()), "{:?} was copied", variant.coding);
    }
}

#[test]
fn one_changed_bit_anywhere_is_found() {
    let whole = encode(&css());
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut file = whole.clone();
            file[at] ^= 1 << bit;
            assert!(decode(file.into()).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_is_found_and_so_is_a_byte_too_many() {
    let whole = encode(&css());
    for length in 0..whole.len() {
        assert!(decode(whole[..length].to_vec().into()).is_err(), "cut at {length}");
    }
    assert!(decode([&whole[..], b"\0"].concat().into()).is_err());
}

#[test]
fn rules_are_checked_even_where_every_sum_is_right() {
    let mut no_identity = css();
    no_identity.variants.remove(0);
    let mut wrong_hash = css();
    wrong_hash.identity = [0; 32];
    let mut twice = css();
    twice.variants.push(twice.variants[2].clone());
    let mut larger = css();
    larger.variants[1].bytes = vec![0; 1000].into();
    let mut empty = css();
    empty.variants.clear();
    for (entry, error) in [
        (no_identity, EntryError::Variants),
        (wrong_hash, EntryError::Body(Coding::Identity)),
        (twice, EntryError::Variants),
        (larger, EntryError::Variants),
        (empty, EntryError::Variants),
    ] {
        assert_eq!(decode(encode(&entry).into()), Err(error));
    }
}

#[test]
fn a_file_of_another_version_says_so() {
    let mut file = encode(&css());
    file[8] = 9;
    assert_eq!(decode(file.into()), Err(EntryError::Version(9)));
}

#[test]
fn better_variants_are_no_entry_and_an_entry_is_no_better_variants() {
    let best = best_of(&css(), vec![]);
    assert_eq!(decode(encode_best(&best).into()), Err(EntryError::Kind));
    assert_eq!(decode_best(encode(&css()).into()), Err(EntryError::Kind));
}

#[test]
fn the_smaller_of_two_variants_of_a_coding_is_taken() {
    let brotli = Variant { coding: Coding::Brotli, level: 11, bytes: Bytes::from_static(b"bro") };
    let zstd = Variant { coding: Coding::Zstd, level: 19, bytes: Bytes::from_static(b"zstd") };
    let gzip = Variant { coding: Coding::Gzip, level: 12, bytes: Bytes::from_static(b"larger") };
    let best = best_of(&css(), vec![brotli.clone(), zstd.clone(), gzip]);
    let best = decode_best(encode_best(&best).into()).unwrap();
    let merged = css().with_best(best).unwrap();
    let [identity, _, quick_gzip] = &css().variants[..] else { panic!("three variants") };
    assert_eq!(merged.variants, [identity.clone(), brotli, zstd, quick_gzip.clone()]);
    assert_eq!(decode(encode(&merged).into()), Ok(merged));
}

#[test]
fn better_variants_of_other_content_are_refused() {
    let mut other = best_of(&css(), vec![]);
    other.identity[0] ^= 1;
    assert_eq!(css().with_best(other), Err(OtherContent));
    let mut script = best_of(&css(), vec![]);
    script.content_type = ContentType::JavaScript;
    assert_eq!(css().with_best(script), Err(OtherContent));
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let sum = proptest::option::of(any::<[u8; 32]>());
    let input = (".{0,40}", sum).prop_map(|(name, sha256)| Input { name, sha256 });
    let coded = (0..4u8, any::<u8>(), proptest::collection::vec(any::<u8>(), 0..50));
    (
        0..ContentType::ALL.len(),
        proptest::collection::vec(input, 0..10),
        proptest::collection::vec(any::<u8>(), 50..200),
        proptest::collection::vec(coded, 0..6),
    )
        .prop_map(|(content_type, inputs, body, coded)| {
            let coded = coded.into_iter().filter_map(|(number, level, bytes)| {
                Coding::from_number(number).map(|coding| Variant { coding, level, bytes: bytes.into() })
            });
            Entry::new(ContentType::ALL[content_type], inputs, body.into(), coded.collect())
        })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(entry in any_entry()) {
        prop_assert_eq!(decode(encode(&entry).into()), Ok(entry));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(decode(bytes.clone().into()).is_err());
        prop_assert!(decode_best(bytes.into()).is_err());
    }

    /// Headers with arbitrary fields but a right checksum, which chance alone never makes.
    #[test]
    fn no_header_makes_the_reader_panic(
        entry in any_entry(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut file = encode(&entry);
        let at = 12..20;
        let header = u64::from_le_bytes(file[at].try_into().unwrap()) as usize;
        for (index, byte) in changes {
            file[20 + index.index(header - 20)] = byte;
        }
        let end = file.len() - 32;
        let sum = sha256(&file[..header]);
        file[end..].copy_from_slice(&sum);
        if let Ok(read) = decode(file.clone().into()) {
            prop_assert_eq!(sha256(read.body()), read.identity);
            prop_assert_eq!(encode(&read), file);
        }
    }
}
