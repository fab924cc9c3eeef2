//! Opening below a folder's handle without following a single link.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, openat, openat2, statat};
use rustix::io::Errno;

/// Opens `below`, a relative path with `/` between segments, or the folder itself where it is empty.
/// Fails with `LOOP` at a symbolic link on the way or at its end, with `XDEV` where the path leads up and out.
pub(super) fn open(folder: BorrowedFd<'_>, below: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let path = if below.is_empty() { "." } else { below };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let mut tries = 0;
    loop {
        return match openat2(folder, path, flags | OFlags::CLOEXEC, Mode::empty(), resolve) {
            // The path was renamed while the kernel walked it.
            Err(Errno::AGAIN | Errno::INTR) if tries < 16 => {
                tries += 1;
                continue;
            }
            // Kernels before 5.6, and sandboxes that do not know the call.
            Err(Errno::NOSYS | Errno::PERM) => open_by_steps(folder, path, flags),
            result => result,
        };
    }
}

/// The same with one call a segment.
fn open_by_steps(folder: BorrowedFd<'_>, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let step = OFlags::PATH | OFlags::DIRECTORY;
    let mut here = open_step(folder, ".", step)?;
    let mut segments = path.split('/').filter(|s| !s.is_empty() && *s != ".").peekable();
    if path.ends_with('/') && segments.peek().is_some() {
        return open_by_steps(folder, path.trim_end_matches('/'), flags | OFlags::DIRECTORY);
    }
    if segments.peek().is_none() {
        return open_step(folder, ".", flags);
    }
    while let Some(segment) = segments.next() {
        if segment == ".." {
            return Err(Errno::XDEV);
        }
        if segments.peek().is_none() {
            return open_step(std::os::fd::AsFd::as_fd(&here), segment, flags);
        }
        here = open_step(std::os::fd::AsFd::as_fd(&here), segment, step)?;
    }
    Err(Errno::NOENT)
}

/// One segment, which must not be a link.
fn open_step(folder: BorrowedFd<'_>, segment: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let is_link = || {
        statat(folder, segment, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Symlink)
    };
    match openat(folder, segment, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()) {
        // A link opened as a folder is "no directory", opened as a mere path it is itself.
        Err(Errno::NOTDIR) if is_link() => Err(Errno::LOOP),
        Ok(file) if flags.contains(OFlags::PATH) => {
            let kind = FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode);
            if kind == FileType::Symlink { Err(Errno::LOOP) } else { Ok(file) }
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;
    use crate::site::testing::Tree;

    #[test]
    fn one_call_and_many_steps_agree_on_every_kind_of_path() {
        let tree = Tree::new().files(&["a/b/c.txt", "d.txt"]).link("a/in", "b").link("a/file", "b/c.txt");
        let tree = tree.link("out", "/etc").link("a/loop", "loop").folder("empty");
        let root =
            rustix::fs::open(tree.path().as_std_path(), OFlags::PATH | OFlags::DIRECTORY, Mode::empty()).unwrap();
        let expected = [
            ("", None),
            ("a/b/c.txt", None),
            ("a//b/./c.txt", None),
            ("empty", None),
            ("empty/", None),
            ("a/in/c.txt", Some(Errno::LOOP)),
            ("a/in", Some(Errno::LOOP)),
            ("a/file", Some(Errno::LOOP)),
            ("a/loop", Some(Errno::LOOP)),
            ("out/passwd", Some(Errno::LOOP)),
            ("a/b/C.txt", Some(Errno::NOENT)),
            ("d.txt/x", Some(Errno::NOTDIR)),
            ("d.txt/", Some(Errno::NOTDIR)),
            ("nothing", Some(Errno::NOENT)),
            ("../x", Some(Errno::XDEV)),
        ];
        for (path, error) in expected {
            let flags = OFlags::PATH;
            assert_eq!(open(root.as_fd(), path, flags).err(), error, "{path}");
            assert_eq!(open_by_steps(root.as_fd(), path, flags).err(), error, "{path} by steps");
            let flags = OFlags::RDONLY | OFlags::NONBLOCK;
            assert_eq!(open(root.as_fd(), path, flags).err(), error, "{path} to read");
            assert_eq!(open_by_steps(root.as_fd(), path, flags).err(), error, "{path} to read, by steps");
        }
    }
}
