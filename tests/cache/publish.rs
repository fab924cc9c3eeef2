//! One entry under a name, once and for all.

use super::child::{Child, Role};
use super::support::*;
use revserve::cache::io::{Act, Call, Faulty};
use revserve::cache::{LoadError, LocalCache, OpenError, PublishError, Published};
use rustix::io::Errno;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

#[test]
fn what_was_published_is_loaded_also_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    assert_eq!(cache.load(&name("a")).unwrap(), None);
    assert_eq!(cache.publish(&name("a"), &entry("a"), || true).unwrap(), Published::New);
    for cache in [cache, open(folder.path())] {
        assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("a")));
    }
    assert_eq!(files(folder.path()), ["revserve/amd/7/core/a.entry".as_ref() as &std::path::Path]);
}

#[test]
fn localcachedir_need_not_exist_and_a_node_can_have_its_own_folder_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let cache = LocalCache::open(folder.path().join("not/yet"), Some("web-1")).unwrap();
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    assert!(folder.path().join("not/yet/revserve/web-1/amd/7/core/a.entry").is_file());
}

#[test]
fn a_folder_name_that_is_taken_or_unsafe_is_no_node() {
    for node in ["", "..", "a/b", "theme", "locks", ".hidden", "ä"] {
        assert!(matches!(LocalCache::open("/tmp", Some(node)), Err(OpenError::Node(_))), "{node}");
    }
    assert!(matches!(LocalCache::open("relative", None), Err(OpenError::Relative(_))));
}

#[test]
fn the_first_to_publish_wins_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("first"), || true).unwrap();
    let before = std::fs::metadata(cache.path_of(&name("a"))).unwrap();
    let published = cache.publish(&name("a"), &entry("second"), || true).unwrap();
    assert_eq!(published, Published::Existing(entry("first")));
    let after = std::fs::metadata(cache.path_of(&name("a"))).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec(), before.len()), (after.ino(), after.mtime_nsec(), after.len()));
    assert_eq!(leftovers(folder.path()).len(), 0);
}

#[test]
fn of_many_threads_one_publishes_and_the_others_get_what_it_published() {
    for named in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let cache = match named {
            true => open_with(folder.path(), named_only(|_, _| Act::Go)).0,
            false => open(folder.path()),
        };
        let start = Barrier::new(16);
        let (new, seen) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for number in 0..16 {
                let (cache, start, new, seen) = (&cache, &start, &new, &seen);
                scope.spawn(move || {
                    let own = entry(&format!("thread {number}"));
                    start.wait();
                    let got = match cache.publish(&name("a"), &own, || true).unwrap() {
                        Published::New => {
                            new.fetch_add(1, Ordering::SeqCst);
                            own
                        }
                        Published::Existing(winner) => winner,
                        Published::Withheld => panic!("withheld"),
                    };
                    seen.lock().unwrap().push(got);
                });
            }
        });
        assert_eq!(new.load(Ordering::SeqCst), 1);
        let winner = cache.load(&name("a")).unwrap().unwrap();
        assert!(seen.into_inner().unwrap().iter().all(|got| *got == winner));
        assert_eq!(files(folder.path()).len(), 1);
    }
}

#[test]
fn of_many_processes_one_publishes_and_the_others_get_what_it_published() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let children: Vec<_> = (0..6).map(|_| Child::start(Role::PublishOwn, folder.path())).collect();
    std::fs::write(go, "").unwrap();
    let said: Vec<_> = children.into_iter().map(Child::finish).collect();
    assert_eq!(said.iter().filter(|line| line.starts_with("new ")).count(), 1, "{said:?}");
    let winner = open(folder.path()).load(&name("a")).unwrap().unwrap();
    let hash = winner.identity.map(|b| format!("{b:02x}")).concat();
    assert!(said.iter().all(|line| line.ends_with(&hash)), "{said:?}");
}

#[test]
fn the_guard_is_asked_after_everything_slow_and_right_before_the_entry_appears() {
    for (named, link) in [(false, Call::LinkUnnamed), (true, Call::Link)] {
        let folder = tempfile::tempdir().unwrap();
        let asked = Arc::new(AtomicBool::new(false));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let note = {
            let (asked, calls) = (asked.clone(), calls.clone());
            move |_, call| {
                calls.lock().unwrap().push((call, asked.load(Ordering::SeqCst)));
                Act::Go
            }
        };
        let io = if named { named_only(note) } else { Faulty::new(note) };
        let (cache, _) = open_with(folder.path(), io);
        let guard = || {
            asked.store(true, Ordering::SeqCst);
            true
        };
        cache.publish(&name("a"), &entry("a"), guard).unwrap();
        let calls = calls.lock().unwrap();
        let at = calls.iter().position(|(_, asked)| *asked).unwrap();
        assert_eq!((calls[at - 1].0, calls[at].0), (Call::Sync, link));
    }
}

#[test]
fn what_the_guard_refuses_is_not_published_and_leaves_nothing() {
    for named in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let cache = match named {
            true => open_with(folder.path(), named_only(|_, _| Act::Go)).0,
            false => open(folder.path()),
        };
        assert_eq!(cache.publish(&name("a"), &entry("a"), || false).unwrap(), Published::Withheld);
        assert_eq!(files(folder.path()).len(), 0);
        assert_eq!(cache.counters().withheld.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn better_variants_are_added_beside_their_entry_and_loaded_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    assert_eq!(cache.publish_best(&name("a"), &best_of(&entry("a")), || true).unwrap(), Published::Withheld);
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    assert_eq!(cache.publish_best(&name("a"), &best_of(&entry("b")), || true).unwrap(), Published::Withheld);
    assert_eq!(cache.publish_best(&name("a"), &best_of(&entry("a")), || false).unwrap(), Published::Withheld);
    assert_eq!(files(folder.path()).len(), 1);
    assert_eq!(cache.publish_best(&name("a"), &best_of(&entry("a")), || true).unwrap(), Published::New);
    let better = entry("a").with_best(best_of(&entry("a"))).unwrap();
    assert_ne!(better, entry("a"));
    assert_eq!(cache.load(&name("a")).unwrap(), Some(better.clone()));
    assert_eq!(cache.publish_best(&name("a"), &best_of(&entry("a")), || true).unwrap(), Published::Existing(better));
}

#[test]
fn better_variants_of_an_earlier_content_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("before"), || true).unwrap();
    cache.publish_best(&name("a"), &best_of(&entry("before")), || true).unwrap();
    std::fs::remove_file(cache.path_of(&name("a"))).unwrap();
    cache.publish(&name("a"), &entry("after"), || true).unwrap();
    assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("after")));
}

#[test]
fn a_broken_entry_is_ignored_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    let path = cache.path_of(&name("a"));
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(cache.load(&name("a")), Err(LoadError::Broken { .. })));
    let published = cache.publish(&name("a"), &entry("a"), || true);
    assert!(matches!(published, Err(PublishError::Winner(LoadError::Broken { .. }))));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(cache.counters().broken.load(Ordering::Relaxed), 2);
}

#[test]
fn broken_better_variants_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    std::fs::write(cache.path_of(&name("a")).with_extension("best"), "half a").unwrap();
    assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("a")));
}

#[test]
fn an_entry_against_its_own_rules_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = entry("a");
    wrong.identity = [0; 32];
    let published = open(folder.path()).publish(&name("a"), &wrong, || true);
    assert!(matches!(published, Err(PublishError::Unfit { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_disk_that_loses_what_was_written_publishes_nothing() {
    for named in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let lose = |_, call| if call == Call::Write { Act::Lose } else { Act::Go };
        let io = if named { named_only(lose) } else { Faulty::new(lose) };
        let (cache, _) = open_with(folder.path(), io);
        let published = cache.publish(&name("a"), &entry("a"), || true);
        assert!(matches!(published, Err(PublishError::Damaged { .. })));
        assert_eq!(files(folder.path()).len(), 0);
    }
}

/// NFS repeats a call whose answer was lost, and the repeated one finds the name taken: by itself.
#[test]
fn a_link_that_was_made_though_the_call_failed_counts() {
    for errno in [Errno::EXIST, Errno::IO] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("revserve/amd/7/core");
        let io = named_only(move |_, call| {
            if call != Call::Link {
                return Act::Go;
            }
            let unfinished = std::fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
            std::fs::hard_link(unfinished, place.join("a.entry")).unwrap();
            Act::Fail(errno)
        });
        let (cache, _) = open_with(folder.path(), io);
        assert_eq!(cache.publish(&name("a"), &entry("a"), || true).unwrap(), Published::New);
        assert_eq!(leftovers(folder.path()).len(), 0);
    }
}
