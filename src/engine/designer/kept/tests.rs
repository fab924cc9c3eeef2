use super::*;
use crate::asset::{ContentType, Freshness};
use crate::cache::Entry;

fn good(text: String) -> Good {
    let entry = Entry::new(ContentType::Css, Vec::new(), text.into(), Vec::new());
    Good { entry: Arc::new(entry), keeps: Freshness::Current, faults: Vec::new() }
}

/// A sheet that is made of something that is kept by itself, as the compiled SCSS is, by a request that came before a
/// save, after another that came behind the save began to wait.
#[test]
fn what_is_made_of_parts_is_no_fresher_than_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::try_from(folder.path().join("part")).unwrap();
    let shared = SharedCache::new(path.parent().unwrap(), 1 << 20);
    let kept = Kept::new(shared, Homes::default(), Arc::default(), 1 << 20);
    let part = |arrived| {
        let want = Want { id: Sum::of(b"part"), site: Sum::of(b""), arrived, share: false };
        let read = || {
            let content = std::fs::read(&path).unwrap();
            trace::content(&path, &content);
            (Ok(good(String::from_utf8(content).unwrap())), Vec::new())
        };
        let (record, _) = kept.get(&want, read);
        trace::add(&record.manifest);
        String::from_utf8(record.made.as_ref().unwrap().entry.body().to_vec()).unwrap()
    };
    let whole = |arrived| {
        let want = Want { id: Sum::of(b"whole"), site: Sum::of(b""), arrived, share: false };
        let (record, _) = kept.get(&want, || (Ok(good(part(arrived))), Vec::new()));
        String::from_utf8(record.made.as_ref().unwrap().entry.body().to_vec()).unwrap()
    };
    std::fs::write(&path, "old").unwrap();
    let before = Instant::now();
    assert_eq!(part(before), "old");
    std::fs::write(&path, "new").unwrap();
    let after = Instant::now();
    whole(before);
    assert_eq!(whole(after), "new");
}
