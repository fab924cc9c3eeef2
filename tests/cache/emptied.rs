//! Moodle empties localcachedir at any moment: between any two calls, and all the time.

use super::support::*;
use revserve::cache::io::{Act, Faulty};
use revserve::cache::{PublishError, Published};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Ways in which a folder vanishes.
const WAYS: [fn(&Path); 3] = [
    empty,
    |folder| drop(std::fs::remove_dir_all(folder)),
    // Only what lies in the deepest folders.
    |folder| empty(&folder.join("revserve/amd/7")),
];

#[test]
fn an_entry_is_published_though_the_folder_was_emptied_before_any_one_call() {
    for named in [false, true] {
        for way in WAYS {
            for n in 0.. {
                let folder = in_memory();
                let root = folder.path().join("localcache");
                let io = {
                    let root = root.clone();
                    move |number: usize, _| {
                        if number == n {
                            way(&root);
                        }
                        Act::Go
                    }
                };
                let (cache, io) = open_with(&root, if named { named_only(io) } else { Faulty::new(io) });
                let published = cache.publish(&name("a"), &entry("a"), || true).unwrap();
                assert_eq!(published, Published::New, "emptied before call {n}");
                // Where it was emptied after the entry got its name, that is gone: whole or not at all.
                let others = open(&root);
                let loaded = others.load(&name("a")).unwrap();
                assert!(loaded.is_none() || loaded == Some(entry("a")), "emptied before call {n}");
                others.publish(&name("a"), &entry("a"), || true).unwrap();
                assert_eq!(others.load(&name("a")).unwrap(), Some(entry("a")));
                // All calls have had their turn.
                if n > io.calls() {
                    assert!(n > 8);
                    break;
                }
            }
        }
    }
}

#[test]
fn a_folder_that_is_emptied_before_every_call_is_given_up_after_a_while() {
    let folder = in_memory();
    let root = folder.path().to_path_buf();
    let (cache, io) = open_with(
        folder.path(),
        Faulty::new(move |_, _| {
            empty(&root);
            Act::Go
        }),
    );
    let published = cache.publish(&name("a"), &entry("a"), || true);
    assert!(matches!(published, Err(PublishError::Call(_))), "{published:?}");
    assert!(io.calls() < 200);
    assert_eq!(cache.load(&name("a")).unwrap(), None);
}

#[test]
fn while_it_is_emptied_all_the_time_every_load_gives_the_entry_or_nothing() {
    let folder = in_memory();
    let cache = open(folder.path());
    let (stop, loaded, published) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..3 {
            let (cache, stop, loaded, published) = (&cache, &stop, &loaded, &published);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let module = format!("m{number}");
                    match cache.publish(&name(&module), &entry(&module), || true) {
                        Ok(_) => drop(published.fetch_add(1, Ordering::SeqCst)),
                        Err(PublishError::Call(_)) => {} // given up, as above
                        Err(error) => panic!("{error}"),
                    }
                    let _guard = cache.lock(&name(&module), Duration::ZERO);
                    if let Some(got) = cache.load(&name(&module)).unwrap() {
                        assert_eq!(got, entry(&module));
                        loaded.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        let end = Instant::now() + Duration::from_secs(30);
        while Instant::now() < end && (loaded.load(Ordering::SeqCst) < 300 || published.load(Ordering::SeqCst) < 300) {
            empty(folder.path());
            std::thread::sleep(Duration::from_micros(300));
        }
        stop.store(true, Ordering::SeqCst);
    });
    assert!(loaded.load(Ordering::SeqCst) >= 300 && published.load(Ordering::SeqCst) >= 300);
    assert_eq!(cache.counters().broken.load(Ordering::Relaxed), 0);
}
