//! A localcachedir of 1 MiB that fills up.

use super::support::*;
use revserve::cache::io::{Act, Call, Faulty};
use revserve::cache::{LocalCache, PublishError, Published};
use rustix::io::Errno;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A tmpfs of 1 MiB, gone when dropped.
struct Tmpfs<'a>(&'a Path);

impl Tmpfs<'_> {
    fn mount(folder: &Path) -> Option<Tmpfs<'_>> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder).status();
        mounted.is_ok_and(|status| status.success()).then_some(Tmpfs(folder))
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

/// Publishes until there is no room, and on; what was published, and whether anything was refused.
fn fill(cache: &LocalCache) -> (Vec<String>, usize) {
    let (mut published, mut refused) = (Vec::new(), 0);
    for number in 0..40 {
        let module = format!("m{number}");
        // Of different sizes, so that the disk is full in the middle of writing one, and small ones still fit.
        match cache.publish(&name(&module), &sized(&module, 1000 + 90_000 * (number % 3)), || true) {
            Ok(Published::New) => published.push(module),
            Ok(other) => panic!("{other:?}"),
            Err(PublishError::Call(error)) => {
                assert_eq!(error.errno, Errno::NOSPC);
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    (published, refused)
}

fn fills_up_without_harm(folder: &Path, named: bool, cache: &LocalCache, make_room: impl Fn()) {
    let (published, refused) = fill(cache);
    assert!(published.len() > 3 && refused > 3, "{published:?}, {refused} refused");
    assert_eq!(leftovers(folder).len(), 0);
    for number in 0..40 {
        let module = format!("m{number}");
        let loaded = open(folder).load(&name(&module)).unwrap();
        let expected = published.contains(&module).then(|| sized(&module, 1000 + 90_000 * (number % 3)));
        assert_eq!(loaded, expected, "named {named}");
    }
    make_room();
    assert_eq!(cache.publish(&name("after"), &sized("after", 90_000), || true).unwrap(), Published::New);
    assert_eq!(cache.load(&name("after")).unwrap(), Some(sized("after", 90_000)));
}

#[test]
fn on_a_full_disk_what_is_published_is_whole_and_with_new_room_publishing_goes_on() {
    for named in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let Some(_tmpfs) = Tmpfs::mount(folder.path()) else {
            eprintln!("may not mount a tmpfs: the full disk is played by the I/O seam");
            let full = Arc::new(AtomicBool::new(true));
            let (io, limit) = (full.clone(), 12);
            let writes = std::sync::atomic::AtomicUsize::new(0);
            let before = move |_, call| match call {
                Call::Write if io.load(Ordering::SeqCst) && writes.fetch_add(1, Ordering::SeqCst) > limit => {
                    Act::Fail(Errno::NOSPC)
                }
                _ => Act::Go,
            };
            let io = if named { named_only(before) } else { Faulty::new(before) };
            let (cache, _) = open_with(folder.path(), io);
            fills_up_without_harm(folder.path(), named, &cache, || full.store(false, Ordering::SeqCst));
            continue;
        };
        let cache = match named {
            true => open_with(folder.path(), named_only(|_, _| Act::Go)).0,
            false => open(folder.path()),
        };
        fills_up_without_harm(folder.path(), named, &cache, || empty(folder.path()));
    }
}

#[test]
fn on_a_full_disk_revisions_that_were_left_are_removed_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).publish(&name("a"), &entry("a"), || true).unwrap();
    let making =
        [Call::MakeRoot, Call::MakeFolder, Call::CreateUnnamed, Call::CreateNamed, Call::OpenLock, Call::Write];
    let full = Faulty::new(move |_, call| if making.contains(&call) { Act::Fail(Errno::NOSPC) } else { Act::Go });
    let (cache, _) = open_with(folder.path(), full);
    let start = std::time::Instant::now();
    cache.retire(super::retire::current(8), start);
    let retired = cache.retire(super::retire::current(8), start + LocalCache::GRACE);
    assert_eq!(retired.removed, [super::retire::amd(7)]);
    assert_eq!(cache.load(&name("a")).unwrap(), None);
}

#[test]
fn on_a_read_only_disk_what_is_there_is_loaded_and_nothing_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let writing =
        [Call::MakeRoot, Call::MakeFolder, Call::CreateUnnamed, Call::CreateNamed, Call::OpenLock, Call::Unlink];
    open(folder.path()).publish(&name("a"), &entry("a"), || true).unwrap();
    let read_only = Faulty::new(move |_, call| if writing.contains(&call) { Act::Fail(Errno::ROFS) } else { Act::Go });
    let (cache, _) = open_with(folder.path(), read_only);
    assert_eq!(cache.load(&name("a")).unwrap(), Some(entry("a")));
    let refused = cache.publish(&name("b"), &entry("b"), || true);
    assert!(matches!(refused, Err(PublishError::Call(error)) if error.errno == Errno::ROFS));
    assert!(!cache.retire(super::retire::current(7), std::time::Instant::now()).failures.is_empty());
}
