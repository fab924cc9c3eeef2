//! What can be done in a folder, on what file system it lies, how large it is. Leaves nothing behind.

use crate::cache::io::{FileSystem, Io, Real};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::io;
use std::time::SystemTime;

/// A folder that was made for the time of a look, with those above it that were missing.
pub struct Trial {
    path: Utf8PathBuf,
    made: Vec<Utf8PathBuf>,
}

impl Trial {
    /// Makes a folder where it is missing.
    pub fn make(path: &Utf8Path) -> io::Result<Trial> {
        let mut trial = Trial { path: path.to_owned(), made: Vec::new() };
        let missing: Vec<&Utf8Path> = path.ancestors().take_while(|path| !path.exists()).collect();
        for folder in missing.into_iter().rev() {
            match std::fs::create_dir(folder) {
                Ok(()) => trial.made.push(folder.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(trial)
    }

    pub fn open(&self) -> Result<OwnedFd, Errno> {
        Real.open_root(self.path.as_std_path())
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // One that is in use by now stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// A step of publishing that failed.
#[derive(Debug)]
pub struct Refused {
    pub step: &'static str,
    pub error: io::Error,
}

/// How a file can be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `O_TMPFILE`, then a link.
    Unnamed,
    /// Under a name of its own first: what NFS and some others need.
    Named,
}

/// Does what publishing does: makes a file, writes, syncs, links, removes.
pub fn publish(folder: &OwnedFd) -> Result<Way, Refused> {
    let refused = |step| move |errno: Errno| Refused { step, error: errno.into() };
    let (io, at) = (Real, folder.as_fd());
    let (temporary, name) = (format!("check-{}.tmp", std::process::id()), format!("check-{}", std::process::id()));
    let (file, way) = match io.create_unnamed(at) {
        Ok(file) => (file, Way::Unnamed),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => {
            (io.create_named(at, &temporary).map_err(refused("make a file"))?, Way::Named)
        }
        Err(errno) => return Err(refused("make a file")(errno)),
    };
    let linked = || {
        io.write(file.as_fd(), b"revserve check").map_err(refused("write"))?;
        io.sync(file.as_fd()).map_err(refused("sync"))?;
        match way {
            Way::Unnamed => io.link_unnamed(file.as_fd(), at, &name),
            Way::Named => io.link(at, &temporary, &name),
        }
        .map_err(refused("link"))
    };
    let linked = linked();
    for name in [&temporary, &name] {
        let _ = io.unlink(at, name); // one of them was never made
    }
    linked.map(|()| way)
}

/// The time before, the time that the file system gave to a file written then, the time after.
pub fn stamp(folder: &OwnedFd) -> Result<[SystemTime; 3], Refused> {
    let refused = |step| move |errno: Errno| Refused { step, error: errno.into() };
    let name = format!("check-{}.clock", std::process::id());
    let before = SystemTime::now();
    let file = Real.create_named(folder.as_fd(), &name).map_err(refused("make a file"))?;
    let stamped = || {
        Real.write(file.as_fd(), b"revserve check").map_err(refused("write"))?;
        Real.sync(file.as_fd()).map_err(refused("sync"))?;
        Ok(())
    };
    let written: Result<(), Refused> = stamped();
    let modified = std::fs::File::from(file).metadata().and_then(|data| data.modified());
    let after = SystemTime::now();
    let _ = Real.unlink(folder.as_fd(), &name);
    written?;
    modified.map(|modified| [before, modified, after]).map_err(|error| Refused { step: "look at a file", error })
}

/// A file system and its name.
pub fn file_system(folder: &OwnedFd) -> Result<(FileSystem, String), Errno> {
    const LOCAL: [(u64, &str); 12] = [
        (0xEF53, "ext4"),
        (0x5846_5342, "XFS"),
        (0x9123_683E, "Btrfs"),
        (0x2FC1_2FC1, "ZFS"),
        (0x0102_1994, "tmpfs"),
        (0x8584_58F6, "ramfs"),
        (0x794C_7630, "overlay"),
        (FUSE, "FUSE"),
        (0xF2F5_2010, "F2FS"),
        (0xCA45_1A4E, "bcachefs"),
        (0x3153_464A, "JFS"),
        (0x5265_4973, "ReiserFS"),
    ];
    let system = Real.file_system(folder.as_fd())?;
    let local = LOCAL.iter().find(|(magic, _)| *magic == system.magic).map(|(_, name)| *name);
    let name = system.network().or(local).map_or_else(|| format!("file system {:#x}", system.magic), str::to_owned);
    Ok((system, name))
}

/// GlusterFS, s3fs, sshfs and many others come as FUSE: what is behind it cannot be seen.
pub const FUSE: u64 = 0x6573_5546;

/// Bytes and files below a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub bytes: u64,
    pub files: u64,
    /// Whether there was more than was counted.
    pub more: bool,
}

/// Counts a folder, links not followed; what cannot be read is left out.
pub fn size(path: &Utf8Path) -> Size {
    const MOST: u64 = 500_000;
    let mut size = Size::default();
    let mut folders = vec![path.as_std_path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(data) = entry.metadata() else { continue };
            if data.is_dir() {
                folders.push(entry.path());
            } else {
                size.files += 1;
                size.bytes += data.len();
            }
            if size.files >= MOST {
                return Size { more: true, ..size };
            }
        }
    }
    size
}

/// A size as people write it.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_trial_leaves_nothing_behind_and_takes_nothing_away() {
        let (_folder, path) = temporary();
        let deep = path.join("a/b/c");
        let trial = Trial::make(&deep).unwrap();
        publish(&trial.open().unwrap()).unwrap();
        stamp(&trial.open().unwrap()).unwrap();
        assert_eq!(size(&path), Size::default());
        drop(trial);
        assert!(!path.join("a").exists() && path.exists());
        std::fs::create_dir_all(&deep).unwrap();
        drop(Trial::make(&deep).unwrap());
        assert!(deep.exists());
    }

    #[test]
    fn a_folder_below_a_file_cannot_be_made() {
        let (_folder, path) = temporary();
        std::fs::write(path.join("file"), "12345").unwrap();
        assert!(Trial::make(&path.join("file/below")).is_err());
        assert_eq!(size(&path), Size { bytes: 5, files: 1, more: false });
    }

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!([0, 1023, 1536, 5 << 30].map(bytes), ["0 B", "1023 B", "1.5 KiB", "5.0 GiB"]);
    }
}
