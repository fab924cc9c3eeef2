//! `kill -9` of writers: no entry is broken under its name, and what they leave behind goes away.

use super::child::{Child, Role};
use super::support::*;
use revserve::cache::io::{Act, Call};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Kills a writer again and again, at other moments each time; how many leftovers there were.
fn kill_at_random_moments(role: Role, folder: &Path, times: u64) -> usize {
    let mut left = 0;
    for turn in 0..times {
        let child = Child::start(role, folder);
        // Moments spread evenly and without a period over 40 ms.
        std::thread::sleep(Duration::from_micros(turn * 24_749 % 40_000));
        child.kill();
        let cache = open(folder);
        let mut entries = 0;
        for number in 0..500 {
            let module = format!("m{number}");
            match cache.load(&name(&module)).unwrap() {
                Some(loaded) => {
                    assert_eq!(loaded, sized(&module, 200_000));
                    entries += 1;
                }
                None => continue,
            }
        }
        let unfinished = leftovers(folder).len();
        assert_eq!(files(folder).len(), entries + unfinished);
        assert_eq!(cache.sweep_leftovers(), unfinished);
        assert_eq!(leftovers(folder).len(), 0);
        left += unfinished;
        if turn % 8 == 7 {
            empty(folder);
        }
    }
    left
}

#[test]
fn a_killed_writer_leaves_nothing_behind_where_files_need_no_name() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(kill_at_random_moments(Role::PublishMany, folder.path(), 24), 0);
}

#[test]
fn what_a_killed_writer_leaves_behind_elsewhere_is_swept_and_no_entry_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let left = kill_at_random_moments(Role::PublishManyNamed, folder.path(), 24);
    assert!(left > 0, "never hit a writer in the middle");
}

#[test]
fn a_file_that_somebody_still_writes_is_not_swept() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_path_buf();
    let swept = Arc::new(AtomicUsize::new(0));
    let io = {
        let swept = swept.clone();
        named_only(move |_, call| {
            // Another process sweeps while this one writes.
            if matches!(call, Call::Write | Call::Sync | Call::Link) {
                swept.fetch_add(open(&root).sweep_leftovers(), Ordering::SeqCst);
            }
            Act::Go
        })
    };
    let (cache, _) = open_with(folder.path(), io);
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    assert_eq!(swept.load(Ordering::SeqCst), 0);
}

#[test]
fn a_file_swept_before_its_writer_could_lock_it_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_path_buf();
    let swept = Arc::new(AtomicUsize::new(0));
    let io = {
        let swept = swept.clone();
        named_only(move |_, call| {
            if call == Call::Lock && swept.load(Ordering::SeqCst) == 0 {
                swept.fetch_add(open(&root).sweep_leftovers(), Ordering::SeqCst);
            }
            Act::Go
        })
    };
    let (cache, _) = open_with(folder.path(), io);
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    assert_eq!(swept.load(Ordering::SeqCst), 1);
    assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("a")));
}
