//! Looking again.

use super::{Manifest, Seen, Spot, Stamps, Sum};
use camino::Utf8Path;
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, fstat, open, stat, statat};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A stamp is trusted when the file had not been touched for this long before it was read: longer than a tick of any
/// file system's clock (FAT: 2 s), and than clocks of machines in one network differ as a rule.
const SETTLED: Duration = Duration::from_secs(2);
/// Files whose content is remembered; all are forgotten when there are more.
const MOST: usize = 100_000;

/// What files and folders held when they were looked at last. Shared by everybody who looks.
#[derive(Debug, Default)]
pub struct Looks(RwLock<HashMap<Spot, (Stamp, Sum)>>);

/// Differs where a file was written, replaced or renamed in between: whoever writes can set the time of
/// modification, nobody that of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    #[allow(clippy::unnecessary_cast, reason = "the types of these fields differ between architectures")]
    fn of(data: &Stat) -> Stamp {
        Stamp {
            device: data.st_dev as u64,
            inode: data.st_ino as u64,
            size: data.st_size as i64,
            modified: (data.st_mtime as i64, data.st_mtime_nsec as i64),
            changed: (data.st_ctime as i64, data.st_ctime_nsec as i64),
        }
    }

    /// Whether a write after this moment has to show in the stamp. Not where the times are no clock's: those who make
    /// images of file systems give each file one time, and files of two images may bear the same stamp.
    fn is_settled(&self, now: SystemTime) -> bool {
        const CLOCKS: i64 = 1_000_000_000; // 2001: before any Moodle
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let touched = self.modified.max(self.changed);
        let touched = Duration::new(u64::try_from(touched.0).unwrap_or(0), u32::try_from(touched.1).unwrap_or(0));
        touched + SETTLED <= now && self.changed.0 >= CLOCKS
    }
}

impl Looks {
    /// Looks that remember what others remembered of these lists.
    pub fn with<'m>(manifests: impl Iterator<Item = &'m Manifest> + Clone, stamps: &Stamps) -> Looks {
        let sum = |path: &Spot| match manifests.clone().find_map(|manifest| manifest.seen.get(path))? {
            Seen::Content(sum) | Seen::Listing(sum) => Some(*sum),
            _ => None,
        };
        let known = stamps.0.iter().filter_map(|(path, stamp)| Some((path.clone(), (*stamp, sum(path)?))));
        Looks(RwLock::new(known.collect()))
    }

    /// The stamps under which the files and folders of this list were read, as far as they can be trusted.
    pub fn stamps(&self, manifest: &Manifest) -> Stamps {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let stamp = |(path, seen): (&Spot, &Seen)| match seen {
            Seen::Content(sum) | Seen::Listing(sum) => {
                let (stamp, known) = known.get(path)?;
                (known == sum).then(|| (path.clone(), *stamp))
            }
            _ => None,
        };
        Stamps(manifest.seen.iter().filter_map(stamp).collect())
    }

    /// Whether everything on the list is as it was. One call of the system for each path that did not change.
    pub fn hold(&self, manifest: &Manifest) -> bool {
        !manifest.is_torn
            && manifest.leads.iter().all(|(path, target)| leads_to(path) == *target)
            && manifest.seen.iter().all(|(path, seen)| self.holds(path, seen))
    }

    /// The first path on the list that is not as it was.
    pub fn first_change<'m>(&self, manifest: &'m Manifest) -> Option<&'m Utf8Path> {
        let led = manifest.leads.iter().find(|(path, target)| leads_to(path) != **target).map(|(path, _)| path);
        led.or_else(|| manifest.seen.iter().find(|(path, seen)| !self.holds(path, seen)).map(|(path, _)| path))
            .map(|path| &**path)
    }

    fn holds(&self, path: &Utf8Path, seen: &Seen) -> bool {
        let data = match stat(path.as_std_path()) {
            Ok(data) => Some(data),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => None,
            Err(_) => return false,
        };
        let kind = data.as_ref().map(|data| FileType::from_raw_mode(data.st_mode));
        let (is_file, is_folder) = (kind == Some(FileType::RegularFile), kind == Some(FileType::Directory));
        match seen {
            Seen::File => is_file,
            Seen::NoFile => !is_file,
            Seen::Folder => is_folder,
            Seen::NoFolder => !is_folder,
            Seen::Nothing => !is_file && !is_folder,
            Seen::Content(sum) => is_file && data.is_some_and(|data| self.sum(path, &data, file_sum) == Some(*sum)),
            Seen::Listing(sum) => is_folder && data.is_some_and(|data| self.sum(path, &data, listing_of) == Some(*sum)),
        }
    }

    /// The sum of what is under a path, remembered by its stamp.
    fn sum(&self, path: &Utf8Path, data: &Stat, make: fn(&Utf8Path) -> Option<Sum>) -> Option<Sum> {
        let stamp = Stamp::of(data);
        if let Some((known, sum)) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(path.as_str())
            && *known == stamp
        {
            return Some(*sum);
        }
        let now = SystemTime::now();
        let sum = make(path)?;
        // Only if it still bears the stamp is it what was read under it.
        let after = stat(path.as_std_path()).ok()?;
        if stamp.is_settled(now) && Stamp::of(&after) == stamp {
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(path.into(), (stamp, sum));
        }
        Some(sum)
    }
}

fn file_sum(path: &Utf8Path) -> Option<Sum> {
    // NONBLOCK: a FIFO put in the file's place would wait for a writer for ever.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let handle = open(path.as_std_path(), flags, Mode::empty()).ok()?;
    let data = fstat(&handle).ok()?;
    if FileType::from_raw_mode(data.st_mode) != FileType::RegularFile {
        return None;
    }
    let mut content = Vec::with_capacity(usize::try_from(data.st_size).unwrap_or(0) + 1);
    File::from(handle).take(LARGEST).read_to_end(&mut content).ok()?;
    Some(Sum::of(&content))
}

/// No source that is built from is larger, in bytes.
const LARGEST: u64 = 64 << 20;

fn leads_to(path: &Utf8Path) -> Option<camino::Utf8PathBuf> {
    path.canonicalize_utf8().ok()
}

/// What is in a folder: names and kinds, in the order of the names. `None` where it cannot be listed.
pub(super) fn listing_of(path: &Utf8Path) -> Option<Sum> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let handle = rustix::fs::openat(CWD, path.as_std_path(), flags, Mode::empty()).ok()?;
    let mut names = Vec::new();
    for entry in Dir::read_from(&handle).ok()? {
        let entry = entry.ok()?;
        let kind = match entry.file_type() {
            FileType::Unknown => {
                let data = statat(handle.as_fd(), entry.file_name(), AtFlags::SYMLINK_NOFOLLOW).ok()?;
                FileType::from_raw_mode(data.st_mode)
            }
            kind => kind,
        };
        let kind = match kind {
            FileType::RegularFile => b'f',
            FileType::Directory => b'd',
            FileType::Symlink => b'l',
            _ => b'o',
        };
        names.push([entry.file_name().to_bytes(), &[0, kind, 0]].concat());
    }
    names.sort();
    Some(Sum::of(&names.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::trace;
    use camino::Utf8PathBuf;
    use std::fs;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    /// Saves that no stamp tells apart: same size, same times, same file.
    #[test]
    fn saves_within_one_tick_are_seen() {
        let (_folder, path) = folder();
        let (looks, file) = (Looks::default(), path.join("a"));
        for i in 0..2000u32 {
            let text = format!("{i:08}");
            fs::write(&file, &text).unwrap();
            let (_, manifest) = trace::during(|| trace::content(&file, text.as_bytes()));
            assert!(looks.hold(&manifest), "{i}");
            fs::write(&file, format!("{:08}", i + 1)).unwrap();
            assert!(!looks.hold(&manifest), "{i}");
        }
    }

    #[test]
    fn an_old_files_stamp_is_trusted_and_a_touched_ones_is_not() {
        let (_folder, path) = folder();
        let (looks, file) = (Looks::default(), path.join("a"));
        fs::write(&file, "old").unwrap();
        let data = stat(file.as_std_path()).unwrap();
        let later = SystemTime::now() + 2 * SETTLED;
        assert!(Stamp::of(&data).is_settled(later));
        assert!(!Stamp::of(&data).is_settled(SystemTime::now()));
        let (_, manifest) = trace::during(|| trace::content(&file, b"old"));
        assert!(looks.hold(&manifest));
        assert!(looks.0.read().unwrap().is_empty(), "too young to be remembered");
    }

    #[test]
    fn what_appears_goes_or_turns_into_something_else_is_seen() {
        let (_folder, path) = folder();
        let looks = Looks::default();
        let (file, dir) = (path.join("file"), path.join("dir"));
        fs::write(&file, "").unwrap();
        fs::create_dir(&dir).unwrap();
        let (_, here) = trace::during(|| {
            trace::seen(&file, Seen::File);
            trace::seen(&dir, Seen::Folder);
            trace::seen(&path.join("none"), Seen::Nothing);
            trace::seen(&file.join("below"), Seen::NoFile);
            trace::leads(&path, path.canonicalize_utf8().ok().as_deref());
        });
        let (_, listed) = trace::during(|| trace::listing(&path));
        assert!(looks.hold(&here) && looks.hold(&listed));
        fs::create_dir(path.join("none")).unwrap();
        assert!(!looks.hold(&here) && !looks.hold(&listed));
        assert_eq!(looks.first_change(&here), Some(path.join("none").as_path()));
        fs::remove_dir(path.join("none")).unwrap();
        assert!(looks.hold(&here) && looks.hold(&listed));
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        assert!(!looks.hold(&here) && !looks.hold(&listed));
    }

    #[test]
    fn a_switched_link_is_seen() {
        let (_folder, path) = folder();
        let path = path.canonicalize_utf8().unwrap();
        let (looks, link) = (Looks::default(), path.join("current"));
        for name in ["one", "two"] {
            fs::create_dir(path.join(name)).unwrap();
        }
        std::os::unix::fs::symlink(path.join("one"), &link).unwrap();
        let (_, manifest) = trace::during(|| trace::leads(&link, Some(&path.join("one"))));
        assert!(looks.hold(&manifest));
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(path.join("two"), &link).unwrap();
        assert!(!looks.hold(&manifest));
    }
}
