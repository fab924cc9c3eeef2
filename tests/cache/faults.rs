//! Every call to the file system fails in turn: nothing half-done is ever seen, and the next attempt succeeds.

use super::support::*;
use revserve::cache::io::{Act, Call, Faulty};
use revserve::cache::{LocalCache, PublishError, Published};
use rustix::io::Errno;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const ERRNOS: [Errno; 6] = [Errno::NOSPC, Errno::IO, Errno::ROFS, Errno::MFILE, Errno::ACCESS, Errno::NOENT];

/// A cache whose n-th call fails, counted from the moment that it is armed.
fn failing(
    folder: &Path,
    named: bool,
    n: usize,
    errno: Errno,
    from_then_on: bool,
) -> (LocalCache, Arc<Faulty>, Arc<AtomicBool>) {
    let armed = Arc::new(AtomicBool::new(true));
    let strikes = {
        let armed = armed.clone();
        move |number: usize, _| {
            let hit = number == n || (from_then_on && number > n);
            if hit && armed.load(Ordering::SeqCst) { Act::Fail(errno) } else { Act::Go }
        }
    };
    let io = if named { named_only(strikes) } else { Faulty::new(strikes) };
    let (cache, io) = open_with(folder, io);
    (cache, io, armed)
}

/// Does something with a fault at each of its calls, in every way; then once more without, and looks.
fn with_each_fault(prepare: impl Fn(&LocalCache), act: impl Fn(&LocalCache), look: impl Fn(&LocalCache, &str)) {
    for named in [false, true] {
        for from_then_on in [false, true] {
            for errno in ERRNOS {
                for n in 0.. {
                    let folder = in_memory();
                    prepare(&open(folder.path()));
                    let (cache, io, armed) = failing(folder.path(), named, n, errno, from_then_on);
                    act(&cache);
                    let what = format!("{errno} at call {n}, named {named}, from then on {from_then_on}");
                    armed.store(false, Ordering::SeqCst);
                    let reached = n < io.calls();
                    look(&cache, &what);
                    if !reached {
                        assert!(n > 5, "{what}: there was hardly a call");
                        break;
                    }
                }
            }
        }
    }
}

#[test]
fn no_fault_while_publishing_leaves_half_an_entry_or_prevents_the_next_attempt() {
    with_each_fault(
        |_| {},
        |cache| {
            let published = cache.publish(&name("a"), &entry("a"), || true);
            let loaded = open(cache.base().parent().unwrap()).load(&name("a")).unwrap();
            match published {
                Ok(Published::New | Published::Existing(_)) => assert_eq!(loaded, Some(entry("a"))),
                Ok(Published::Withheld) => panic!("withheld"),
                Err(PublishError::Call(_)) => assert!(loaded.is_none() || loaded == Some(entry("a"))),
                Err(error) => panic!("{error}"),
            }
        },
        |cache, what| {
            cache.publish(&name("a"), &entry("a"), || true).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("a")), "{what}");
            cache.sweep_leftovers();
            assert_eq!(leftovers(&cache.base()).len(), 0, "{what}");
        },
    );
}

#[test]
fn no_fault_while_adding_better_variants_harms_the_entry() {
    let better = entry("a").with_best(best_of(&entry("a"))).unwrap();
    with_each_fault(
        |cache| drop(cache.publish(&name("a"), &entry("a"), || true).unwrap()),
        |cache| drop(cache.publish_best(&name("a"), &best_of(&entry("a")), || true)),
        |cache, what| {
            let loaded = cache.load(&name("a")).unwrap().unwrap();
            assert!(loaded == entry("a") || loaded == better, "{what}");
            cache.publish_best(&name("a"), &best_of(&entry("a")), || true).unwrap();
            assert_eq!(cache.load(&name("a")).unwrap().as_ref(), Some(&better), "{what}");
        },
    );
}

#[test]
fn no_fault_while_loading_gives_anything_but_the_entry_or_nothing() {
    with_each_fault(
        |cache| drop(cache.publish(&name("a"), &entry("a"), || true).unwrap()),
        |cache| {
            if let Ok(Some(loaded)) = cache.load(&name("a")) {
                assert_eq!(loaded, entry("a"));
            }
        },
        |cache, what| assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("a")), "{what}"),
    );
}

#[test]
fn no_fault_while_locking_blocks_the_lock_for_good() {
    with_each_fault(
        |_| {},
        |cache| drop(cache.lock(&name("a"), Duration::ZERO)),
        |cache, what| {
            let locked = cache.lock(&name("a"), Duration::ZERO);
            assert!(locked.is_ok(), "{what}: {locked:?}");
        },
    );
}

#[test]
fn no_fault_while_removing_a_revision_prevents_its_removal_or_touches_the_current_one() {
    let start = Instant::now();
    let later = start + LocalCache::GRACE;
    with_each_fault(
        |cache| {
            for js in [7, 8] {
                cache.publish(&name_of("a", js), &entry("a"), || true).unwrap();
            }
        },
        |cache| {
            cache.retire(super::retire::current(8), start);
            cache.retire(super::retire::current(8), later);
            cache.sweep_leftovers();
        },
        |cache, what| {
            assert_eq!(cache.load(&name_of("a", 8)).unwrap(), Some(entry("a")), "{what}");
            cache.retire(super::retire::current(8), later);
            cache.retire(super::retire::current(8), later + LocalCache::GRACE);
            assert_eq!(cache.load(&name_of("a", 7)).unwrap(), None, "{what}");
            assert_eq!(cache.load(&name_of("a", 8)).unwrap(), Some(entry("a")), "{what}");
        },
    );
}

#[test]
fn a_file_system_without_unnamed_files_is_asked_for_one_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = open_with(folder.path(), named_only(|_, _| Act::Go));
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    let asked = Arc::new(AtomicBool::new(false));
    let note = {
        let asked = asked.clone();
        move |number: usize, call| {
            if call == Call::CreateUnnamed && number > 20 {
                asked.store(true, Ordering::SeqCst);
            }
            Act::Go
        }
    };
    let (cache, io) = open_with(folder.path(), named_only(note));
    while io.calls() <= 20 {
        cache.publish(&name(&format!("b{}", io.calls())), &entry("b"), || true).unwrap();
    }
    cache.publish(&name("c"), &entry("c"), || true).unwrap();
    assert!(!asked.load(Ordering::SeqCst));
}

#[test]
fn failures_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, _) = open_with(folder.path(), Faulty::new(|_, _| Act::Fail(Errno::ROFS)));
    assert!(cache.publish(&name("a"), &entry("a"), || true).is_err());
    assert!(cache.load(&name("a")).is_err());
    assert!(cache.lock(&name("a"), Duration::ZERO).is_err());
    assert_eq!(cache.counters().failures.load(Ordering::Relaxed), 3);
}
