use super::*;
use crate::cache::entry::sha256;
use proptest::prelude::*;

/// A style sheet of this many rules, none of them the same.
fn sheet(rules: usize) -> Bytes {
    (0..rules).map(|i| format!(".rule-{i}{{margin:{}px;color:#{:06x}}}\n", i % 97, i * 7919)).collect::<String>().into()
}

fn decoded(variant: &Variant, length: usize) -> Option<Vec<u8>> {
    match variant.coding {
        Coding::Identity => Some(variant.bytes.to_vec()),
        Coding::Brotli => decode_brotli(&variant.bytes, length),
        Coding::Zstd => decode_zstd(&variant.bytes, length),
        Coding::Gzip => decode_gzip(&variant.bytes, length),
    }
}

fn levels(variants: &[Variant]) -> Vec<(Coding, u8)> {
    variants.iter().map(|v| (v.coding, v.level)).collect()
}

#[test]
fn quick_has_the_body_first_and_all_codings_of_text() {
    let body = sheet(500);
    let variants = quick(&body, ContentType::Css);
    let expected = [(Coding::Identity, 0), (Coding::Brotli, 5), (Coding::Zstd, 6), (Coding::Gzip, 6)];
    assert_eq!(levels(&variants), expected);
    assert_eq!(variants[0].bytes, body);
    for variant in &variants {
        assert_eq!(decoded(variant, body.len()).as_deref(), Some(&*body), "{:?}", variant.coding);
    }
}

#[test]
fn the_coding_that_is_waited_for_and_the_rest_are_all_of_them() {
    let body = sheet(5000);
    assert!(
        is_long(&body, ContentType::Css)
            && !is_long(&body, ContentType::Png)
            && !is_long(&sheet(500), ContentType::Css)
    );
    for coding in Coding::ALL {
        let first = Entry::new(ContentType::Css, Vec::new(), body.clone(), awaited(&body, ContentType::Css, coding));
        assert_eq!(first.variants.len(), if coding == Coding::Identity { 1 } else { 2 });
        assert!(first.variant(coding).is_some());
        let all = [first.variants.clone(), rest(&first)].concat();
        let whole = Entry::new(ContentType::Css, Vec::new(), body.clone(), all);
        assert_eq!(whole.variants, quick(&body, ContentType::Css), "{coding:?}");
        assert_eq!(rest(&whole), []);
    }
}

#[test]
fn the_best_codings_are_smaller_than_the_quick_ones_and_say_their_level() {
    let body = sheet(500);
    let (quick, best) = (quick(&body, ContentType::Css), best(&body, ContentType::Css));
    assert_eq!(levels(&best), [(Coding::Brotli, 11), (Coding::Zstd, 19), (Coding::Gzip, 12)]);
    for (quick, best) in quick[1..].iter().zip(&best) {
        assert!(best.bytes.len() < quick.bytes.len(), "{:?}", best.coding);
        assert_eq!(decoded(best, body.len()).as_deref(), Some(&*body));
    }
}

#[test]
fn what_does_not_get_smaller_has_no_coding() {
    let noise: Vec<u8> = (0..100u32).flat_map(|i| sha256(&i.to_le_bytes())).collect();
    for (body, content_type) in [
        (Bytes::from(noise), ContentType::JavaScript),
        (Bytes::from_static(b"a{color:red}"), ContentType::Css),
        (Bytes::from_static(b"a{color:red}a{color:red}a{color:red}"), ContentType::Css),
        (Bytes::new(), ContentType::Css),
    ] {
        assert_eq!(levels(&quick(&body, content_type)), [(Coding::Identity, 0)], "{body:?}");
        assert_eq!(best(&body, content_type), []);
    }
}

#[test]
fn formats_with_compression_of_their_own_are_left_alone() {
    for content_type in [ContentType::Png, ContentType::Woff2, ContentType::Jpeg] {
        assert_eq!(quick(&sheet(500), content_type).len(), 1, "{content_type:?}");
    }
}

#[test]
fn a_body_beyond_the_limit_is_sent_as_it_is() {
    let body = Bytes::from(vec![b' '; LARGEST + 1]);
    assert_eq!(quick(&body, ContentType::JavaScript).len(), 1);
}

#[test]
fn nodes_agree_on_every_byte() {
    // Of the compressors that are in Cargo.lock. Where one of them changes, new levels are due: the level in an
    // ETag stands for these very bytes.
    let body = sheet(300);
    let sums = |variants: Vec<Variant>| -> Vec<String> {
        variants.iter().map(|v| sha256(&v.bytes)[..4].iter().map(|b| format!("{b:02x}")).collect()).collect()
    };
    assert_eq!(sums(quick(&body, ContentType::Css)[1..].to_vec()), ["a476dc4c", "695572b3", "18f2137d"]);
    assert_eq!(sums(best(&body, ContentType::Css)), ["4a6b795a", "c7bed38f", "61b48621"]);
    // Small ones in another way.
    let small = sheet(20);
    assert!(small.len() < ONE_CONTEXT);
    assert_eq!(sums(best(&small, ContentType::Css)), ["b7eacc5c", "d6dc9d27", "b4e883fe"]);
}

#[test]
fn gzip_has_no_time_and_no_system_in_its_header() {
    // RFC 1952 §2.3: magic, method, flags, four bytes of time, extra flags, system (255: unknown)
    let coded = encode_gzip(&sheet(100), 6).unwrap();
    assert_eq!(coded[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    assert_eq!(coded[9], 255);
}

#[test]
fn zstd_keeps_to_the_window_that_browsers_have() {
    // RFC 9659 §3: at most 8 MiB, also where the body is larger.
    let body = vec![b' '; 9 << 20];
    let coded = encode_zstd(&body, BEST.zstd).unwrap();
    let mut decoder = zstd::stream::read::Decoder::new(&*coded).unwrap();
    decoder.window_log_max(23).unwrap();
    assert_eq!(std::io::copy(&mut decoder, &mut std::io::sink()).unwrap(), body.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_coding_decodes_to_the_body(words in proptest::collection::vec("[a-z ]{1,8}|\\PC|\\x00{1,40}", 0..400)) {
        let body = Bytes::from(words.concat());
        for variant in quick(&body, ContentType::JavaScript).iter().chain(&best(&body, ContentType::JavaScript)) {
            let decoded = decoded(variant, body.len());
            prop_assert_eq!(decoded.as_deref(), Some(&*body), "{:?}", variant.coding);
        }
    }
}
