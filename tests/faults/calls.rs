//! Each call to the file system on an answer's way through localcachedir fails in turn, while an engine answers.
//!
//! How many calls there are is counted, not listed: a new one is failed as well.

use super::support::{Layout, Site, THEME_REV, until};
use camino::{Utf8Path, Utf8PathBuf};
use revserve::asset::{Asset, Freshness};
use revserve::cache::io::{Act, Call, Faulty};
use revserve::cache::{Entry, EntryName, Generation, LocalCache};
use revserve::config::{Settings, SiteFile, Told, read_moodle};
use revserve::engine::{Engine, Outcome, open_with};
use rustix::io::Errno;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9v9\"/></svg>";

/// A thread that runs builds until the test ends.
struct Builds {
    handle: Handle,
    _end: tokio::sync::oneshot::Sender<()>,
}

impl Builds {
    fn start() -> Builds {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("threads");
        let handle = runtime.handle().clone();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || runtime.block_on(ended));
        Builds { handle, _end: end }
    }
}

/// A node whose localcachedir fails as `before` says, counted from 0 at the first call.
struct Node {
    engine: Engine,
    io: Arc<Faulty>,
    folder: tempfile::TempDir,
}

impl Node {
    fn start(site: &Site, builds: &Builds, before: impl Fn(usize, Call) -> Act + Send + Sync + 'static) -> Node {
        // Thousands of writes go through to the disk: where there is one, a folder in memory takes them faster.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder");
        let io = Arc::new(Faulty::new(before));
        let local = LocalCache::with_io(folder.path(), None, io.clone()).expect("an absolute path");
        let settings = settings(site);
        let opened = builds.handle.block_on(open_with(&settings, local.pausing(Duration::ZERO), builds.handle.clone()));
        Node { engine: opened.expect("a good site"), io, folder }
    }

    /// Asks for an image of the current revision: it has to be right, whatever the disk does.
    fn ask(&self, builds: &Builds, name: &str, what: &str) {
        let target = format!("/theme/image.php/plain/core/{THEME_REV}/i/{name}");
        let requested = self.engine.mount().parse(&target).expect("a URL of ours");
        match builds.handle.block_on(self.engine.answer(&requested, None)) {
            Outcome::Found(found) => {
                assert_eq!(found.entry.body(), SVG, "{what}");
                assert_eq!(found.freshness, Freshness::Current, "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }

    /// What lies in localcachedir for that image: nothing, or all of it.
    fn stored(&self, name: &str, what: &str) -> Option<Entry> {
        let target = format!("/theme/image.php/plain/core/{THEME_REV}/i/{name}");
        let asset: Asset = self.engine.mount().parse(&target).expect("a URL of ours").asset;
        let themerev = revserve::asset::Revision::new(THEME_REV as u64).expect("not 0");
        let place = EntryName::new(&asset, Generation::Theme(themerev)).expect("images are stored");
        let reader = LocalCache::open(self.folder.path(), None).expect("an absolute path");
        let entry = reader.load(&place).unwrap_or_else(|error| panic!("{what}: {error}"));
        if let Some(entry) = &entry {
            assert_eq!(entry.body(), SVG, "{what}");
        }
        entry
    }
}

fn settings(site: &Site) -> Settings {
    let path = Utf8PathBuf::try_from(site.site_file()).expect("UTF-8");
    let file = SiteFile::read(&path).expect("a good site file");
    let checkout = Utf8PathBuf::try_from(site.checkout()).expect("UTF-8");
    let moodle = read_moodle(&checkout, &[]).expect("a good config.php");
    Settings::settle(&Told::default(), file, &moodle, Utf8Path::new(&checkout)).expect("good settings")
}

fn image_site() -> Site {
    let site = Site::new(Layout::Public);
    site.folder("pix").file("i/one.svg", SVG).file("i/two.svg", SVG);
    site
}

/// Unfinished files, which a killed or failing writer may leave behind.
fn leftovers(folder: &Path) -> usize {
    super::files(folder)
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')))
        .count()
}

#[test]
fn a_fault_at_any_call_costs_no_answer_and_what_was_not_stored_is_stored_later() {
    let site = image_site();
    let builds = Builds::start();
    let mut ways = Vec::new();
    for errno in [Errno::NOSPC, Errno::IO, Errno::ROFS, Errno::MFILE] {
        ways.push((errno, false, false));
    }
    // The disk stays so; and a file system without files that have no name.
    ways.push((Errno::NOSPC, true, false));
    ways.push((Errno::MFILE, false, true));
    let (mut refused, mut most) = (0, 0);
    for (errno, from_then_on, named) in ways {
        for n in 0.. {
            let (failing, made) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
            let node = {
                let (failing, made) = (failing.clone(), made.clone());
                Node::start(&site, &builds, move |_, call| {
                    let number = made.fetch_add(1, Ordering::SeqCst);
                    let hit = number == n || (from_then_on && number > n);
                    match call {
                        _ if hit && failing.load(Ordering::SeqCst) => Act::Fail(errno),
                        Call::CreateUnnamed if named => Act::Fail(Errno::OPNOTSUPP),
                        _ => Act::Go,
                    }
                })
            };
            let what = format!("{errno} at call {n}, from then on: {from_then_on}, named: {named}");
            node.ask(&builds, "one", &what);
            let reached = node.io.calls() > n;
            let failures = node.engine.local().counters().failures.load(Ordering::Relaxed);
            if node.stored("one", &what).is_none() {
                refused += 1;
                assert!(failures > 0, "{what}: it is counted");
            }
            // While the fault lasts, answers go on.
            node.ask(&builds, "one", &what);
            node.ask(&builds, "two", &what);
            failing.store(false, Ordering::SeqCst);
            // Recovered: without a restart, both come to be there.
            until(&what, || {
                ["one", "two"].iter().all(|name| {
                    node.ask(&builds, name, &what);
                    node.stored(name, &what).is_some()
                })
            });
            node.engine.local().sweep_leftovers();
            // Better variants may be on their way there.
            until(&what, || leftovers(node.folder.path()) == 0);
            most = most.max(n);
            if !reached {
                break;
            }
        }
    }
    assert!(most > 15 && refused > 30, "{most} calls, {refused} times nothing was stored");
}
