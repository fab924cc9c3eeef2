//! One build of an asset among the processes of a node.

use super::child::{Child, Role};
use super::support::*;
use revserve::cache::{LocalCache, LockError};
use std::time::{Duration, Instant};

#[test]
fn while_another_process_builds_one_waits_and_goes_on_when_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    let other = Child::start(Role::Lock, folder.path());
    let asked = Instant::now();
    let refused = cache.lock(&name("a"), Duration::from_millis(100));
    assert!(matches!(refused, Err(LockError::Timeout { .. })));
    assert!(asked.elapsed() >= Duration::from_millis(100));
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| cache.lock(&name("a"), LocalCache::PATIENCE));
        std::thread::sleep(Duration::from_millis(20));
        assert!(!waiting.is_finished());
        other.kill();
        waiting.join().unwrap()
    });
    assert!(waiting.is_ok());
}

#[test]
fn another_asset_is_built_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let _other = Child::start(Role::Lock, folder.path());
    let free = (0..10).filter(|n| open(folder.path()).lock(&name(&format!("m{n}")), Duration::ZERO).is_ok()).count();
    assert!(free >= 8, "{free} of 10");
    _other.kill();
}

#[test]
fn builds_of_one_process_do_not_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    let first = cache.lock(&name("a"), Duration::ZERO).unwrap();
    let second = cache.lock(&name("a"), Duration::ZERO).unwrap();
    drop(first);
    // The second still keeps other processes out: one that opens the folder on its own is like one.
    assert!(open(folder.path()).lock(&name("a"), Duration::ZERO).is_err());
    drop(second);
    assert!(open(folder.path()).lock(&name("a"), Duration::ZERO).is_ok());
}

#[test]
fn there_are_never_more_than_256_lock_files_for_builds() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    for number in 0..1000 {
        cache.lock(&name(&format!("m{number}")), Duration::ZERO).unwrap();
    }
    assert!(files(folder.path()).len() <= 256);
}

#[test]
fn a_lock_whose_file_was_removed_is_had_through_the_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (open(folder.path()), open(folder.path()));
    let held = one.lock(&name("a"), Duration::ZERO).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| other.lock(&name("a"), LocalCache::PATIENCE));
        std::thread::sleep(Duration::from_millis(30));
        empty(folder.path());
        drop(held);
        let _waited = waiting.join().unwrap().unwrap();
        // The waiter holds the file that newcomers see.
        assert!(open(folder.path()).lock(&name("a"), Duration::ZERO).is_err());
    });
}
