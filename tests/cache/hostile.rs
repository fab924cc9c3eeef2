//! Links, pipes and folders where entries or folders should be: nothing leads out of localcachedir, nothing blocks.

use super::support::*;
use revserve::cache::{LoadError, LocalCache, PublishError};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Instant;

#[test]
fn a_link_in_a_folders_place_is_not_followed() {
    for at in ["revserve", "revserve/amd", "revserve/amd/7", "revserve/amd/7/core"] {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let link = folder.path().join(at);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(outside.path(), link).unwrap();
        let cache = open(folder.path());
        assert!(matches!(cache.publish(&name("a"), &entry("a"), || true), Err(PublishError::Call(_))), "{at}");
        assert!(matches!(cache.load(&name("a")), Err(LoadError::Call(_))), "{at}");
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0, "{at}");
    }
}

#[test]
fn a_link_in_an_entrys_place_is_not_read() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    open(elsewhere.path()).publish(&name("a"), &entry("a"), || true).unwrap();
    let cache = open(folder.path());
    cache.publish(&name("b"), &entry("b"), || true).unwrap();
    symlink(open(elsewhere.path()).path_of(&name("a")), cache.path_of(&name("a"))).unwrap();
    assert!(matches!(cache.load(&name("a")), Err(LoadError::Call(_))));
}

#[test]
fn a_pipe_or_folder_in_an_entrys_place_is_neither_read_nor_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    std::fs::create_dir(cache.path_of(&name("folder"))).unwrap();
    assert!(Command::new("mkfifo").arg(cache.path_of(&name("pipe"))).status().unwrap().success());
    for odd in ["folder", "pipe"] {
        assert!(matches!(cache.load(&name(odd)), Err(LoadError::NotAFile { .. })), "{odd}");
        assert!(cache.publish(&name(odd), &entry("a"), || true).is_err(), "{odd}");
    }
}

#[test]
fn a_file_larger_than_any_entry_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    // Without content: a hole.
    std::fs::File::create(cache.path_of(&name("huge"))).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(cache.load(&name("huge")), Err(LoadError::NotAFile { .. })));
}

#[test]
fn removing_a_revision_touches_nothing_behind_links_and_nothing_that_others_made() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(outside.path().join("kept.entry"), "not revserve's").unwrap();
    let cache = open(folder.path());
    cache.publish(&name("a"), &entry("a"), || true).unwrap();
    let core = cache.path_of(&name("a")).parent().unwrap().to_path_buf();
    symlink(outside.path(), core.join("link")).unwrap();
    symlink(outside.path().join("kept.entry"), core.join("link.entry")).unwrap();
    std::fs::write(core.join("notes.txt"), "somebody's").unwrap();
    symlink(outside.path(), folder.path().join("revserve/amd/6")).unwrap();
    let start = Instant::now();
    cache.retire(super::retire::current(8), start);
    let retired = cache.retire(super::retire::current(8), start + LocalCache::GRACE);
    assert_eq!(retired.foreign, [super::retire::amd(7)]);
    assert!(outside.path().join("kept.entry").exists());
    assert!(core.join("notes.txt").exists() && core.join("link").is_symlink() && core.join("link.entry").is_symlink());
    assert!(!cache.path_of(&name("a")).exists());
}
