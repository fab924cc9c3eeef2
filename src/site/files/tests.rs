use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;

use super::error::is_absent;
use super::*;
use crate::site::testing::Tree;

const LIMIT: u64 = 1 << 20;

fn site(tree: &Tree) -> (Roots, Place) {
    let mut roots = Roots::default();
    let place = roots.add(&tree.path().join("site"), "").unwrap().unwrap();
    (roots, place)
}

fn text(roots: &Roots, place: &Place, name: &str) -> Result<Option<String>, SourceError> {
    let Some(file) = roots.find(place, name, Reach::AllRoots)? else { return Ok(None) };
    file.read(LIMIT).map(|bytes| Some(String::from_utf8(bytes.to_vec()).unwrap()))
}

#[test]
fn a_file_is_found_under_its_exact_name_only() {
    let tree = Tree::new().file("site/pix/t/edit.svg", "<svg/>").file("outside", "x");
    let (roots, place) = site(&tree);
    assert_eq!(text(&roots, &place, "pix/t/edit.svg"), Ok(Some("<svg/>".into())));
    for name in ["pix/t/Edit.svg", "PIX/t/edit.svg", "pix/t/edit.svg/", "pix/t/edit.svg/x", "pix/t", "pix", "", "no"] {
        assert_eq!(text(&roots, &place, name), Ok(None), "{name:?}");
    }
    assert_eq!(text(&roots, &place, "pix/t/edit.svg\0.png"), Ok(None));
    assert_eq!(text(&roots, &place, &"a/".repeat(3000)), Ok(None));
    assert_eq!(text(&roots, &place, &format!("{}.svg", "a".repeat(300))), Ok(None));
    let out = text(&roots, &place, "../outside");
    assert!(matches!(out, Err(SourceError::LeadsOut { .. })), "{out:?}");
}

#[test]
fn a_file_is_named_as_moodle_names_it_and_typed_by_its_extension() {
    let tree =
        Tree::new().file("dev/forum/pix/Icon.SVG", "x").folder("site/mod").link("site/mod/forum", "../../dev/forum");
    let (mut roots, place) = site(&tree);
    let forum = roots.add_below(&place, "mod/forum").unwrap().unwrap();
    let file = roots.find(&forum, "pix/Icon.SVG", Reach::AllRoots).unwrap().unwrap();
    assert_eq!(file.name(), "mod/forum/pix/Icon.SVG");
    assert_eq!(file.path(), tree.path().join("dev/forum/pix/Icon.SVG"));
    assert_eq!(file.content_type(), Some(crate::asset::ContentType::Svg));
}

#[test]
fn links_lead_anywhere_within_the_roots_and_nowhere_else() {
    let tree = Tree::new()
        .files(&["site/a.js", "site/sub/b.js", "dev/plugin/c.js", "outside/secret.js", "site2/d.js"])
        .link("site/to-sub", "sub")
        .link("site/to-file.js", "sub/b.js")
        .link("site/mod/plugin", tree_relative("dev/plugin"))
        .link("site/into-plugin.js", "mod/plugin/c.js")
        .link("site/out.js", "../outside/secret.js")
        .link("site/outdir", "../outside")
        .link("site/twin", "../site2")
        .link("site/dangling.js", "nothing.js")
        .link("site/loop", "loop2")
        .link("site/loop2", "loop");
    let tree = tree.link("site/absolute.js", "/etc/hostname").link("site/proc", "/proc/self/fd");
    let (mut roots, place) = site(&tree);
    let found = |roots: &Roots, name: &str| text(roots, &place, name);
    assert_eq!(found(&roots, "to-sub/b.js"), Ok(Some("site/sub/b.js".into())));
    assert_eq!(found(&roots, "to-file.js"), Ok(Some("site/sub/b.js".into())));
    // A linked plugin is not a root before it is known to be installed.
    assert!(matches!(found(&roots, "into-plugin.js"), Err(SourceError::LeadsOut { .. })));
    let plugin = roots.add_below(&place, "mod/plugin").unwrap().unwrap();
    assert_eq!(text(&roots, &plugin, "c.js"), Ok(Some("dev/plugin/c.js".into())));
    assert_eq!(found(&roots, "into-plugin.js"), Ok(Some("dev/plugin/c.js".into())));
    for name in ["out.js", "outdir/secret.js", "twin/d.js", "proc/0"] {
        let error = found(&roots, name).unwrap_err();
        assert!(matches!(error, SourceError::LeadsOut { .. }), "{name}: {error}");
    }
    assert!(matches!(found(&roots, "absolute.js"), Err(SourceError::LeadsOut { .. }) | Ok(None)));
    for name in ["dangling.js", "loop", "loop/x.js"] {
        assert_eq!(found(&roots, name), Ok(None), "{name}");
    }
}

fn tree_relative(name: &str) -> String {
    format!("../../{name}")
}

#[test]
fn within_its_own_root_a_link_may_lead_but_not_into_another() {
    let tree = Tree::new().files(&["site/lib/a.js", "dev/plugin/c.js"]).link("site/b.js", "lib/a.js");
    let tree = tree.link("site/plugin", "../dev/plugin");
    let (mut roots, place) = site(&tree);
    roots.add_below(&place, "plugin").unwrap().unwrap();
    let find = |name| roots.find(&place, name, Reach::OwnRoot);
    assert_eq!(find("b.js").unwrap().unwrap().read(LIMIT).unwrap(), "site/lib/a.js");
    assert!(matches!(find("plugin/c.js"), Err(SourceError::LeadsOut { .. })));
}

#[test]
fn fifos_and_sockets_are_refused_without_waiting_for_a_writer() {
    let tree = Tree::new().fifo("site/pipe.js").link("site/link.js", "pipe.js").file("site/plain.js", "x");
    let _socket = std::os::unix::net::UnixListener::bind(tree.path().join("site/socket.js")).unwrap();
    let (roots, place) = site(&tree);
    for name in ["pipe.js", "link.js", "socket.js"] {
        assert!(matches!(text(&roots, &place, name), Err(SourceError::NotRegular { .. })), "{name}");
    }
    // Put in the place of a file that was already found.
    let file = roots.find(&place, "plain.js", Reach::AllRoots).unwrap().unwrap();
    fs::remove_file(tree.path().join("site/plain.js")).unwrap();
    let tree = tree.fifo("site/plain.js");
    assert_eq!(file.read(LIMIT), Err(SourceError::NotRegular { path: tree.path().join("site/plain.js") }));
}

#[test]
fn a_file_that_is_replaced_by_a_link_after_it_was_found_is_not_read_through_it() {
    let tree = Tree::new().file("site/a.js", "inside").file("secret", "outside");
    let (roots, place) = site(&tree);
    let file = roots.find(&place, "a.js", Reach::AllRoots).unwrap().unwrap();
    fs::remove_file(tree.path().join("site/a.js")).unwrap();
    assert_eq!(file.read(LIMIT), Err(SourceError::Gone { path: tree.path().join("site/a.js") }));
    let _tree = tree.link("site/a.js", "../secret");
    assert!(matches!(file.read(LIMIT), Err(SourceError::Changing { .. })));
}

#[test]
fn a_file_larger_than_its_limit_is_refused_before_it_is_read() {
    let tree = Tree::new().file("site/a.js", "12345");
    fs::File::create(tree.path().join("site/huge.js")).unwrap().set_len(1 << 40).unwrap();
    let (roots, place) = site(&tree);
    let find = |name| roots.find(&place, name, Reach::AllRoots).unwrap().unwrap();
    assert_eq!(find("a.js").read(5).unwrap(), "12345");
    let error = find("a.js").read(4).unwrap_err();
    assert_eq!(error, SourceError::TooLarge { path: tree.path().join("site/a.js"), size: 5, limit: 4 });
    assert!(matches!(find("huge.js").read(LIMIT), Err(SourceError::TooLarge { .. })));
}

#[test]
fn a_switched_link_is_seen_by_new_roots_only() {
    let tree = Tree::new().file("r1/a.js", "one").file("r2/a.js", "two").link("site", "r1");
    let (roots, place) = site(&tree);
    let other = tree.path().join("next");
    std::os::unix::fs::symlink("r2", &other).unwrap();
    fs::rename(&other, tree.path().join("site")).unwrap();
    assert_eq!(text(&roots, &place, "a.js"), Ok(Some("one".into())));
    let (roots, place) = site(&tree);
    assert_eq!(text(&roots, &place, "a.js"), Ok(Some("two".into())));
}

#[test]
fn whatever_a_switching_link_points_to_nothing_outside_is_ever_read() {
    let tree = Tree::new().file("site/good/a.js", "inside").file("outside/a.js", "outside");
    let (roots, place) = site(&tree);
    let stop = Arc::new(AtomicBool::new(false));
    let switcher = {
        let (stop, base) = (stop.clone(), tree.path().to_owned());
        std::thread::spawn(move || {
            for i in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let target = if i % 2 == 0 { "good" } else { "../outside" };
                std::os::unix::fs::symlink(target, base.join("site/next")).unwrap();
                fs::rename(base.join("site/next"), base.join("site/now")).unwrap();
            }
        })
    };
    let mut seen = 0;
    for _ in 0..5_000 {
        match text(&roots, &place, "now/a.js") {
            Ok(Some(content)) => {
                assert_eq!(content, "inside");
                seen += 1;
            }
            Ok(None) | Err(SourceError::LeadsOut { .. } | SourceError::Changing { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    stop.store(true, Ordering::Relaxed);
    switcher.join().unwrap();
    assert!(seen > 0, "the good side was never met");
}

#[test]
fn a_walk_lists_files_in_order_follows_linked_files_and_never_linked_folders() {
    let tree = Tree::new()
        .files(&["site/build/z.js", "site/build/a/b.js", "site/build/a.js", "site/build/a.css", "site/other/o.js"])
        .link("site/build/linked.js", "../other/o.js")
        .link("site/build/folder", "../other")
        .link("site/build/round", ".")
        .link("site/build/out.js", "/etc/hostname")
        .link("site/build/dangling.js", "nothing.js")
        .fifo("site/build/pipe.js")
        .link("site/again", "build");
    let (roots, place) = site(&tree);
    for name in ["build", "again"] {
        let walk = roots.walk(&place, name, |path| path.ends_with(".js")).unwrap();
        let paths: Vec<_> = walk.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a.js", "a/b.js", "linked.js", "z.js"], "{name}");
        assert_eq!(walk.files[2].1.read(LIMIT).unwrap(), "site/other/o.js");
        assert_eq!(walk.files[2].1.name(), format!("{name}/linked.js"));
    }
    assert!(roots.walk(&place, "nothing", |_| true).unwrap().files.is_empty());
    assert!(roots.walk(&place, "build/a.js", |_| true).unwrap().files.is_empty());
}

#[test]
fn a_walk_gives_up_on_folders_that_are_not_moodles() {
    let tree = Tree::new().folder(&format!("site/build/{}", "d/".repeat(40)));
    let (roots, place) = site(&tree);
    assert!(matches!(roots.walk(&place, "build", |_| true), Err(SourceError::TooMany { .. })));
}

#[test]
fn only_what_is_surely_not_there_passes_for_absent() {
    for errno in [Errno::NOENT, Errno::NOTDIR, Errno::NAMETOOLONG, Errno::LOOP] {
        assert!(is_absent(errno), "{errno}");
    }
    for errno in [Errno::ACCESS, Errno::IO, Errno::STALE, Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::TIMEDOUT] {
        assert!(!is_absent(errno), "{errno}");
    }
}

#[test]
fn handles_are_not_leaked() {
    let tree = Tree::new().file("site/a.js", "x").link("site/b.js", "a.js");
    let (roots, place) = site(&tree);
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(1 << 20).min(1 << 16);
    for _ in 0..=limit.min(2_000) {
        text(&roots, &place, "a.js").unwrap();
        text(&roots, &place, "b.js").unwrap();
        roots.walk(&place, "", |_| true).unwrap();
    }
    let prefix = tree.path().as_std_path();
    let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(|e| fs::read_link(e.ok()?.path()).ok());
    assert_eq!(open.filter(|target| target.starts_with(prefix)).count(), 1, "the root alone stays open");
}
