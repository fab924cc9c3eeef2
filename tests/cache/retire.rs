//! Folders of revisions come and go: ten minutes after they were left, and not while another process needs them.

use super::child::{Child, Role};
use super::support::*;
use revserve::asset::Revision;
use revserve::cache::{Area, Current, LocalCache, Retired};
use std::time::{Duration, Instant};

pub fn current(js: u64) -> Current {
    Current { theme: revision(1), js: revision(js) }
}

pub fn amd(js: u64) -> (Area, Revision) {
    (Area::Amd, revision(js))
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_revision_is_removed_ten_minutes_after_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, start) = (open(folder.path()), Instant::now());
    cache.retire(current(7), start);
    for js in [7, 8] {
        cache.publish(&name_of("deep/in/a", js), &entry("a"), || true).unwrap();
        cache.publish(&name_of("b", js), &entry("b"), || true).unwrap();
    }
    cache.publish_best(&name_of("b", 7), &best_of(&entry("b")), || true).unwrap();
    // An hour as the current one does not count.
    let left = start + 60 * MINUTE;
    assert_eq!(cache.retire(current(8), left), Retired::default());
    assert_eq!(cache.retire(current(8), left + 9 * MINUTE), Retired::default());
    assert!(cache.load(&name_of("b", 7)).unwrap().is_some());
    let retired = cache.retire(current(8), left + 10 * MINUTE);
    assert!(retired.removed.contains(&amd(7)), "{retired:?}");
    assert!(!folder.path().join("revserve/amd/7").exists());
    assert!(cache.load(&name_of("b", 8)).unwrap().is_some());
    assert!(files(folder.path()).iter().all(|file| !file.ends_with("amd-7")), "its lock file stays");
}

#[test]
fn a_revision_that_comes_back_within_ten_minutes_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, start) = (open(folder.path()), Instant::now());
    cache.publish(&name_of("a", 7), &entry("a"), || true).unwrap();
    cache.retire(current(8), start);
    cache.retire(current(7), start + 9 * MINUTE);
    cache.retire(current(8), start + 18 * MINUTE);
    assert!(cache.load(&name_of("a", 7)).unwrap().is_some());
    cache.retire(current(8), start + 28 * MINUTE);
    assert!(cache.load(&name_of("a", 7)).unwrap().is_none());
}

#[test]
fn a_purge_of_scripts_leaves_themes_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, start) = (open(folder.path()), Instant::now());
    let theme = folder.path().join("revserve/theme/1/demo/css");
    std::fs::create_dir_all(&theme).unwrap();
    std::fs::write(theme.join("all.entry"), "").unwrap();
    cache.retire(current(7), start);
    cache.retire(current(8), start + MINUTE);
    cache.retire(current(8), start + 60 * MINUTE);
    assert!(theme.join("all.entry").exists());
}

#[test]
fn a_revision_that_another_process_has_as_current_stays_until_that_process_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, start) = (open(folder.path()), Instant::now());
    cache.publish(&name_of("a", 7), &entry("a"), || true).unwrap();
    let other = Child::start(Role::Current, folder.path());
    cache.retire(current(8), start);
    let retired = cache.retire(current(8), start + 10 * MINUTE);
    assert_eq!(retired.removed, []);
    assert!(retired.busy.contains(&amd(7)));
    assert!(cache.load(&name_of("a", 7)).unwrap().is_some());
    other.kill();
    let retired = cache.retire(current(8), start + 11 * MINUTE);
    assert!(retired.removed.contains(&amd(7)));
    assert!(cache.load(&name_of("a", 7)).unwrap().is_none());
}

#[test]
fn an_emptied_folder_is_held_again() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, other, start) = (open(folder.path()), open(folder.path()), Instant::now());
    cache.retire(current(7), start);
    empty(folder.path());
    cache.retire(current(7), start);
    cache.publish(&name_of("a", 7), &entry("a"), || true).unwrap();
    other.retire(current(8), start);
    let retired = other.retire(current(8), start + 10 * MINUTE);
    assert!(retired.busy.contains(&amd(7)), "{retired:?}");
}

#[test]
fn locks_of_revisions_that_built_nothing_do_not_pile_up() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, start) = (open(folder.path()), Instant::now());
    for js in 1..50 {
        cache.retire(current(js), start + MINUTE * js as u32);
    }
    cache.retire(current(50), start + 50 * MINUTE);
    cache.retire(current(50), start + 60 * MINUTE);
    // One for each area; the theme's never moved.
    assert_eq!(files(folder.path()).len(), 4);
}

#[test]
fn names_that_are_no_revision_of_revserves_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, start) = (open(folder.path()), Instant::now());
    for odd in ["007", "-1", "0", "old", "7.bak"] {
        std::fs::create_dir_all(folder.path().join("revserve/amd").join(odd)).unwrap();
    }
    cache.retire(current(8), start);
    cache.retire(current(8), start + LocalCache::GRACE);
    assert_eq!(std::fs::read_dir(folder.path().join("revserve/amd")).unwrap().count(), 5);
}
