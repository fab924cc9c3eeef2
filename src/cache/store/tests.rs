use super::*;
use crate::asset::url::Mount;
use crate::asset::{Asset, Revision};
use crate::cache::{Generation, Variant};
use proptest::prelude::*;

const LIMIT: u64 = 1 << 20;

fn store(folder: &tempfile::TempDir, limit: u64) -> Store {
    Store::open(folder.path(), limit).unwrap()
}

fn entry(body: &str) -> Entry {
    Entry::new(ContentType::Css, Vec::new(), Bytes::from(body.to_owned()), Vec::new())
}

fn delta(content: u8, dictionary: u8) -> Delta {
    let mut bytes = DictionaryCoding::Brotli.magic().to_vec();
    bytes.extend([dictionary; 32]);
    bytes.extend(b"stream");
    let coding = DictionaryCoding::Brotli;
    Delta { content: [content; 32], dictionary: [dictionary; 32], coding, level: 11, bytes: bytes.into() }
}

fn sheet(revision: u64, sub: Option<u64>) -> AssetName {
    let asset = Mount::default().parse("/theme/styles.php/boost/1/all").unwrap().asset;
    AssetName::new(&asset, Generation::Styles(Revision::new(revision).unwrap(), sub.and_then(Revision::new))).unwrap()
}

#[test]
fn what_was_kept_is_found_by_its_hash_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, LIMIT);
    let entry = entry("body{color:red}");
    assert_eq!(store.content(&entry.identity), None);
    store.put_content(&entry);
    assert_eq!(store.content(&entry.identity), Some((ContentType::Css, entry.body().clone())));
    assert_eq!(store.content(&[7; 32]), None);
    let variants = vec![Variant { coding: Coding::Brotli, level: 11, bytes: Bytes::from_static(b"x") }];
    let best = Best { content_type: ContentType::Css, identity: entry.identity, variants };
    store.put_best(&best);
    assert_eq!(store.best(&entry.identity, ContentType::Css), Some(best));
    assert_eq!(store.best(&[7; 32], ContentType::Css), None);
    store.put_delta(&delta(1, 2));
    assert_eq!(store.delta(&[1; 32], &[2; 32], DictionaryCoding::Brotli), Some(delta(1, 2)));
    assert_eq!(store.delta(&[1; 32], &[2; 32], DictionaryCoding::Zstd), None);
    assert_eq!(store.delta(&[2; 32], &[1; 32], DictionaryCoding::Brotli), None);
    assert_eq!(store.failures(), 0);
}

#[test]
fn a_damaged_or_exchanged_file_is_not_believed_and_gives_its_place_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, LIMIT);
    let (one, two) = (entry("one{}"), entry("two{}"));
    store.put_content(&one);
    store.put_content(&two);
    let path = |entry: &Entry| {
        let (part, file) = place(Store::CONTENT, &entry.identity, ".entry");
        folder.path().join(part).join(file)
    };
    std::fs::copy(path(&two), path(&one)).unwrap();
    assert_eq!(store.content(&one.identity), None, "the right file of another body");
    assert!(!path(&one).exists());
    store.put_content(&one);
    let mut bytes = std::fs::read(path(&one)).unwrap();
    let at = bytes.len() - 40;
    bytes[at] ^= 1;
    std::fs::write(path(&one), bytes).unwrap();
    assert_eq!(store.content(&one.identity), None, "one bit of it");
    assert_eq!(store.failures(), 2);
    store.put_content(&one);
    assert!(store.content(&one.identity).is_some());
}

#[test]
fn above_the_limit_the_least_recently_used_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, 100_000);
    let entries: Vec<_> = (0..12).map(|i| entry(&format!("{i}{}", "x".repeat(9000)))).collect();
    for (i, entry) in entries.iter().enumerate() {
        store.put_content(entry);
        let (part, file) = place(Store::CONTENT, &entry.identity, ".entry");
        let path = folder.path().join(part).join(file);
        // Hours apart, all long ago; the first is used once more.
        let used = SystemTime::now() - std::time::Duration::from_secs(360_000 - 7200 * i as u64);
        if let Ok(file) = std::fs::File::options().write(true).open(path) {
            file.set_modified(used).unwrap();
        }
        if i == 9 {
            assert!(store.content(&entries[0].identity).is_some());
        }
    }
    store.keep_within();
    let there: Vec<_> = entries.iter().map(|entry| store.content(&entry.identity).is_some()).collect();
    assert!(there[0], "{there:?}");
    assert!(!there[1] && !there[2] && there[11], "{there:?}");
    let bytes: u64 = store.files_of(Store::CONTENT).iter().map(|kept| kept.status.size).sum();
    assert!(bytes <= 100_000, "{bytes}");
}

#[test]
fn one_large_file_does_not_push_out_the_rest_and_no_room_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let large = entry(&"x".repeat(30_000));
    let store = store(&folder, 100_000);
    store.put_content(&large);
    assert_eq!(store.content(&large.identity), None);
    let off = Store::open(folder.path().join("off"), 0).unwrap();
    off.put_content(&entry("a{}"));
    off.remember(&sheet(5, None), &entry("a{}").identity);
    assert_eq!((off.content(&entry("a{}").identity), off.bodies(&sheet(5, None))), (None, vec![]));
    assert!(!folder.path().join("off").exists());
}

#[test]
fn the_bodies_of_an_asset_are_remembered_newest_first_whatever_its_revision() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, LIMIT);
    let bodies = |store: &Store| store.bodies(&sheet(99, Some(3))).iter().map(|hash| hash[0]).collect::<Vec<_>>();
    for (revision, sub, body) in [(10, None, 1), (11, None, 2), (11, Some(5), 3), (12, None, 3), (13, None, 1)] {
        store.remember(&sheet(revision, sub), &[body; 32]);
    }
    assert_eq!(bodies(&store), [1, 3, 2]);
    store.remember(&sheet(12, None), &[9; 32]);
    assert_eq!(bodies(&store), [1, 3, 2], "an older revision's, late");
    for revision in 20..40 {
        store.remember(&sheet(revision, None), &[revision as u8; 32]);
    }
    assert_eq!(bodies(&store), (32..40).rev().collect::<Vec<u8>>());
    let image = Mount::default().parse("/theme/styles.php/boost/1/editor").unwrap().asset;
    let other = AssetName::new(&image, Generation::Styles(Revision::new(1).unwrap(), None)).unwrap();
    assert!(store.bodies(&other).is_empty());
}

#[test]
fn names_of_bodies_that_are_gone_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, LIMIT);
    let entry = entry("a{}");
    store.put_content(&entry);
    store.remember(&sheet(1, None), &entry.identity);
    store.remember(&sheet(2, None), &[2; 32]);
    store.keep_within();
    assert_eq!(store.bodies(&sheet(3, None)), [entry.identity]);
}

#[test]
fn what_is_never_stored_has_no_name() {
    let asset = Mount::default().parse("/theme/styles.php/boost/1/all").unwrap().asset;
    assert_eq!(AssetName::new(&asset, Generation::Development(1)), None);
    let list = Asset::Scripts(vec![]);
    assert_eq!(AssetName::new(&list, Generation::Js(Revision::new(1).unwrap())), None);
}

#[test]
fn every_failing_call_costs_only_what_it_was_about() {
    use crate::cache::io::Faulty;
    let entry = entry("a{color:red}");
    let run = |io: Arc<Faulty>, folder: &Path| {
        let store = Store::with_io(folder, "base".into(), LIMIT, io).unwrap();
        store.put_content(&entry);
        store.remember(&sheet(1, None), &entry.identity);
        store.put_delta(&delta(1, 2));
        store.keep_within();
        let _ = (store.content(&entry.identity), store.bodies(&sheet(1, None)));
    };
    let folder = tempfile::tempdir().unwrap();
    let whole = Arc::new(Faulty::new(|_, _| crate::cache::io::Act::Go));
    run(whole.clone(), folder.path());
    assert!(whole.calls() > 20);
    for n in 0..whole.calls() {
        let folder = tempfile::tempdir().unwrap();
        run(Arc::new(Faulty::nth(n, rustix::io::Errno::IO)), folder.path());
        let after = Store::with_io(folder.path(), "base".into(), LIMIT, Arc::new(Real)).unwrap();
        let found = after.content(&entry.identity);
        assert!(found.is_none_or(|(_, body)| body == *entry.body()), "call {n}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_delta_or_a_whole_one(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0usize..200) {
        prop_assert_eq!(Delta::decode(bytes.into()), None);
        let whole = delta(3, 4).encode();
        let cut = cut.min(whole.len() - 1);
        prop_assert_eq!(Delta::decode(Bytes::copy_from_slice(&whole[..cut])), None);
        prop_assert_eq!(Delta::decode(whole.into()), Some(delta(3, 4)));
    }
}
