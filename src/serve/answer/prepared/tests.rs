use super::*;
use crate::asset::Revision;
use crate::serve::testing::{entry, found_as};

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_770_000_100)
}

/// The value of a field in a block; the block holds it at most once.
fn field<'a>(block: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = str::from_utf8(block).unwrap().split_terminator("\r\n");
    let mut found = lines.filter_map(|line| line.split_once(": ")).filter(|(n, _)| *n == name);
    let value = found.next().map(|(_, value)| value);
    assert_eq!(found.next(), None, "{name} twice");
    value
}

fn prepared(kind: ContentType, freshness: Freshness) -> Prepared {
    Prepared::new(&found_as(entry(kind), freshness), "/theme/image.php/boost/core/1770000000/t/edit", now())
}

fn identity(prepared: &Prepared) -> &PreparedVariant {
    prepared.select(&Accepted::default())
}

#[test]
fn only_what_is_asked_for_anew_each_time_names_its_source_map() {
    let with_map = |freshness, target| {
        let found = Found { has_map: true, ..found_as(entry(ContentType::Css), freshness) };
        let prepared = Prepared::new(&found, target, now());
        field(&identity(&prepared).full, "sourcemap").map(str::to_owned)
    };
    for (target, reference) in [
        ("/theme/styles.php/boost/-1/all", "?map=1"),
        ("/theme/styles_debug.php?theme=boost&type=scss", "?theme=boost&type=scss&map=1"),
        ("/theme/styles_debug.php?theme=boost&type=scss#x?y", "?theme=boost&type=scss&map=1"),
    ] {
        assert_eq!(with_map(Freshness::Revalidate, target).as_deref(), Some(reference), "{target}");
        for freshness in [Freshness::Current, Freshness::Short] {
            assert_eq!(with_map(freshness, target), None);
        }
    }
}

#[test]
fn how_long_it_is_kept_follows_from_freshness_and_type() {
    for (kind, freshness, expected) in [
        (ContentType::Css, Freshness::Current, "public, max-age=7776000, immutable"),
        (ContentType::Woff2, Freshness::Current, "public, max-age=7776000, immutable"),
        (ContentType::Png, Freshness::Current, "public, max-age=7776000, no-transform, immutable"),
        (ContentType::Svg, Freshness::Current, "public, max-age=7776000, no-transform, immutable"),
        (ContentType::Css, Freshness::Disputed, "public, max-age=60"),
        (ContentType::Css, Freshness::Short, "public, max-age=10"),
        (ContentType::Png, Freshness::Short, "public, max-age=10"),
        (ContentType::Css, Freshness::Revalidate, "private, no-cache"),
    ] {
        let prepared = prepared(kind, freshness);
        assert_eq!(field(&identity(&prepared).full, "cache-control"), Some(expected), "{kind:?} {freshness:?}");
        assert_eq!(field(&identity(&prepared).not_modified, "cache-control"), Some(expected));
    }
    let mut yui = found_as(entry(ContentType::JavaScript), Freshness::Current);
    yui.lifetime = Freshness::CURRENT_YUI;
    let prepared = Prepared::new(&yui, "/theme/yui_combo.php?3.18.1/a.js", now());
    assert_eq!(field(&identity(&prepared).full, "cache-control"), Some("public, max-age=31104000"));
}

#[test]
fn last_modified_is_the_revision_and_never_in_the_future() {
    let date = |revision: Option<u64>| {
        let mut found = found_as(entry(ContentType::Css), Freshness::Current);
        found.modified = revision.and_then(Revision::new);
        let prepared = Prepared::new(&found, "/", now());
        (field(&identity(&prepared).full, "last-modified").map(str::to_owned), prepared.is_keepable())
    };
    assert_eq!(date(Some(1_770_000_000)), (Some("Mon, 02 Feb 2026 02:40:00 GMT".into()), true));
    assert_eq!(date(Some(1_770_000_100)), (Some("Mon, 02 Feb 2026 02:41:40 GMT".into()), true));
    assert_eq!(date(Some(1_770_000_101)), (Some("Mon, 02 Feb 2026 02:41:40 GMT".into()), false));
    assert_eq!(date(Some(u64::MAX)), (Some("Mon, 02 Feb 2026 02:41:40 GMT".into()), false));
    assert_eq!(date(None), (None, true));
}

#[test]
fn only_current_answers_are_worth_keeping() {
    assert!(prepared(ContentType::Css, Freshness::Current).is_keepable());
    assert!(!prepared(ContentType::Css, Freshness::Short).is_keepable());
    assert!(!prepared(ContentType::Css, Freshness::Revalidate).is_keepable());
}

#[test]
fn every_variant_has_its_own_etag_and_says_its_coding() {
    let prepared = prepared(ContentType::Css, Freshness::Current);
    for (accept, etag, coding, length) in [
        ("", "\"abababababababab-identity0\"", None, "1000"),
        ("gzip", "\"abababababababab-gzip6\"", Some("gzip"), "300"),
        ("gzip, br", "\"abababababababab-br5\"", Some("br"), "200"),
        ("gzip, zstd, br", "\"abababababababab-br5\"", Some("br"), "200"),
        ("gzip, zstd", "\"abababababababab-zstd3\"", Some("zstd"), "250"),
        ("identity;q=0", "\"abababababababab-identity0\"", None, "1000"),
    ] {
        let mut accepted = Accepted::default();
        accepted.add_line(accept.as_bytes());
        let variant = prepared.select(&accepted);
        assert_eq!(field(&variant.full, "etag"), Some(etag), "{accept}");
        assert_eq!(field(&variant.not_modified, "etag"), Some(etag), "{accept}");
        assert_eq!(field(&variant.full, "content-encoding"), coding, "{accept}");
        assert_eq!(field(&variant.full, "content-length"), Some(length), "{accept}");
    }
}

#[test]
fn at_equal_quality_the_smallest_is_sent_whatever_its_coding() {
    let mut found = found_as(entry(ContentType::Css), Freshness::Current);
    let mut entry = (*found.entry).clone();
    entry.variants[1].bytes = Bytes::from(vec![b'b'; 999]); // brotli
    found.entry = entry.into();
    let mut accepted = Accepted::default();
    accepted.add_line(b"gzip, br, zstd");
    assert_eq!(Prepared::new(&found, "/", now()).select(&accepted).coding, Coding::Zstd);
}

#[test]
fn compressible_types_vary_and_others_do_not() {
    for (kind, varies) in [
        (ContentType::Css, true),
        (ContentType::Svg, true),
        (ContentType::Ttf, true),
        (ContentType::Png, false),
        (ContentType::Woff2, false),
    ] {
        let prepared = prepared(kind, Freshness::Current);
        let expected = varies.then_some("Accept-Encoding");
        assert_eq!(field(&identity(&prepared).full, "vary"), expected, "{kind:?}");
        assert_eq!(field(&identity(&prepared).not_modified, "vary"), expected, "{kind:?}");
    }
}

#[test]
fn every_asset_is_guarded_as_its_type_needs() {
    for kind in ContentType::ALL {
        let prepared = prepared(kind, Freshness::Current);
        let full = &identity(&prepared).full;
        assert_eq!(field(full, "content-type"), Some(kind.header()));
        assert_eq!(field(full, "x-content-type-options"), Some("nosniff"));
        assert_eq!(field(full, "accept-ranges"), Some("bytes"));
        assert_eq!(field(full, "access-control-allow-origin"), kind.is_font().then_some("*"), "{kind:?}");
        let document = matches!(kind, ContentType::Svg | ContentType::SourceMap);
        assert_eq!(field(full, "content-security-policy").is_some(), document, "{kind:?}");
        assert!(field(full, "content-disposition").is_some_and(|v| v.starts_with("inline; filename=\"edit.")));
        for never in ["set-cookie", "expires", "pragma", "server"] {
            assert_eq!(field(full, never), None, "{never}");
        }
    }
}
