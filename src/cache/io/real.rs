//! The calls as the system does them.

use super::{FileSystem, Io, Kind, Listed, Lock, Status};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, Timespec, Timestamps, UTIME_NOW};
use rustix::io::{self, Errno, retry_on_intr};
use std::path::Path;

/// The file system itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
const NEVER_FOLLOW: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);
/// What the operator's umask leaves of these is what others may do, as for every other program.
const FOLDER_MODE: Mode = Mode::RWXU.union(Mode::RWXG).union(Mode::RWXO);
const FILE_MODE: Mode = Mode::from_raw_mode(0o666);

impl Io for Real {
    fn open_root(&self, path: &Path) -> Result<OwnedFd, Errno> {
        retry_on_intr(|| fs::open(path, FOLDER, Mode::empty()))
    }

    fn make_root(&self, path: &Path) -> Result<(), Errno> {
        fs::mkdirat(CWD, path, FOLDER_MODE)
    }

    fn open_folder(&self, at: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        retry_on_intr(|| fs::openat(at, name, FOLDER | NEVER_FOLLOW, Mode::empty()))
    }

    fn make_folder(&self, at: BorrowedFd, name: &str) -> Result<(), Errno> {
        fs::mkdirat(at, name, FOLDER_MODE)
    }

    fn remove_folder(&self, at: BorrowedFd, name: &str) -> Result<(), Errno> {
        fs::unlinkat(at, name, AtFlags::REMOVEDIR)
    }

    fn list(&self, folder: BorrowedFd) -> Result<Vec<Listed>, Errno> {
        let mut listed = Vec::new();
        for entry in fs::Dir::read_from(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let mut kind = entry.file_type();
            if kind == FileType::Unknown {
                // Some file systems do not say in the listing.
                kind = match fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(status) => FileType::from_raw_mode(status.st_mode),
                    Err(Errno::NOENT) => continue,
                    Err(error) => return Err(error),
                };
            }
            listed.push(match name.to_str() {
                Ok(name) => Listed { name: name.to_owned(), kind: Kind::from(kind) },
                Err(_) => Listed { name: name.to_string_lossy().into_owned(), kind: Kind::Other },
            });
        }
        Ok(listed)
    }

    fn open_file(&self, at: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        // NONBLOCK: a pipe put in an entry's place must not stop its reader.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | NEVER_FOLLOW;
        retry_on_intr(|| fs::openat(at, name, flags, Mode::empty()))
    }

    #[allow(clippy::useless_conversion, reason = "the number of links has 32 bits on some machines")]
    fn status(&self, file: BorrowedFd) -> Result<Status, Errno> {
        let status = fs::fstat(file)?;
        Ok(Status {
            regular: FileType::from_raw_mode(status.st_mode) == FileType::RegularFile,
            size: u64::try_from(status.st_size).unwrap_or(0),
            links: u64::from(status.st_nlink),
            changed: i64::from(status.st_mtime),
        })
    }

    fn read(&self, file: BorrowedFd, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        retry_on_intr(|| io::pread(file, &mut *buffer, offset))
    }

    fn create_unnamed(&self, folder: BorrowedFd) -> Result<OwnedFd, Errno> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        retry_on_intr(|| fs::openat(folder, ".", flags, FILE_MODE))
    }

    fn create_named(&self, folder: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | NEVER_FOLLOW;
        retry_on_intr(|| fs::openat(folder, name, flags, FILE_MODE))
    }

    fn write(&self, file: BorrowedFd, bytes: &[u8]) -> Result<usize, Errno> {
        retry_on_intr(|| io::write(file, bytes))
    }

    fn sync(&self, file: BorrowedFd) -> Result<(), Errno> {
        retry_on_intr(|| fs::fsync(file))
    }

    fn touch(&self, file: BorrowedFd) -> Result<(), Errno> {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        fs::futimens(file, &Timestamps { last_access: now, last_modification: now })
    }

    fn link_unnamed(&self, file: BorrowedFd, folder: BorrowedFd, name: &str) -> Result<(), Errno> {
        // The way of open(2) that needs no privilege: through the process's own list of open files.
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        match fs::linkat(CWD, &*path, folder, name, AtFlags::SYMLINK_FOLLOW) {
            // Either the folder is gone, or /proc is not mounted.
            Err(Errno::NOENT) if fs::statat(CWD, &*path, AtFlags::SYMLINK_NOFOLLOW).is_err() => Err(Errno::OPNOTSUPP),
            result => result,
        }
    }

    fn link(&self, folder: BorrowedFd, from: &str, to: &str) -> Result<(), Errno> {
        fs::linkat(folder, from, folder, to, AtFlags::empty())
    }

    fn unlink(&self, folder: BorrowedFd, name: &str) -> Result<(), Errno> {
        fs::unlinkat(folder, name, AtFlags::empty())
    }

    fn open_lock(&self, folder: BorrowedFd, name: &str) -> Result<OwnedFd, Errno> {
        // Writable, because NFS makes a record lock of flock, which needs that.
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NONBLOCK | NEVER_FOLLOW;
        retry_on_intr(|| fs::openat(folder, name, flags, FILE_MODE))
    }

    fn lock(&self, file: BorrowedFd, lock: Lock) -> Result<(), Errno> {
        let operation = match lock {
            Lock::Shared => FlockOperation::NonBlockingLockShared,
            Lock::Exclusive => FlockOperation::NonBlockingLockExclusive,
        };
        retry_on_intr(|| fs::flock(file, operation))
    }

    fn file_system(&self, folder: BorrowedFd) -> Result<FileSystem, Errno> {
        let status = fs::fstatfs(folder.as_fd())?;
        let room = fs::fstatvfs(folder)?;
        Ok(FileSystem {
            magic: status.f_type as u64 & 0xFFFF_FFFF, // signed on some machines, 32 bits on all
            free_bytes: room.f_bavail.saturating_mul(room.f_frsize),
            free_files: (room.f_files > 0).then_some(room.f_favail),
        })
    }
}

impl From<FileType> for Kind {
    fn from(kind: FileType) -> Kind {
        match kind {
            FileType::Directory => Kind::Folder,
            FileType::RegularFile => Kind::File,
            _ => Kind::Other,
        }
    }
}
