//! Notes of what the work of this thread looks at.
//!
//! Who reads, lists or looks for files calls this at the moment of doing so; where nobody takes notes it costs one
//! look at a thread's variable. The notes follow the work into a deeper thread where that thread is told to
//! ([`Notes::follow`]).

use super::looks::listing_of;
use super::{Manifest, Seen, Sum};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

thread_local! {
    static NOTES: RefCell<Option<Notes>> = const { RefCell::new(None) };
}

/// The notes that a thread takes.
#[derive(Clone, Debug)]
pub struct Notes(Arc<Mutex<Manifest>>);

impl Notes {
    fn write(&self, note: impl FnOnce(&mut Manifest)) {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Runs work of another thread whose notes go here.
    pub fn follow<T>(self, work: impl FnOnce() -> T) -> T {
        let before = NOTES.with(|notes| notes.replace(Some(self)));
        let _back = Back(before);
        work()
    }
}

/// Puts the notes of before back, also where the work panics.
struct Back(Option<Notes>);

impl Drop for Back {
    fn drop(&mut self) {
        let before = self.0.take();
        NOTES.with(|notes| *notes.borrow_mut() = before);
    }
}

/// Runs work and gives the list of what it looked at. Work around it sees the same.
pub fn during<T>(work: impl FnOnce() -> T) -> (T, Manifest) {
    let (done, manifest) = aside(work);
    add(&manifest);
    (done, manifest)
}

/// The same for work whose looks are no concern of the work around it, unless that [adds](add) them.
pub fn aside<T>(work: impl FnOnce() -> T) -> (T, Manifest) {
    let notes = Notes(Arc::default());
    let done = notes.clone().follow(work);
    let manifest = std::mem::take(&mut *notes.0.lock().unwrap_or_else(PoisonError::into_inner));
    (done, manifest)
}

/// The notes that this thread takes, to be followed by another.
pub fn current() -> Option<Notes> {
    NOTES.with(|notes| notes.borrow().clone())
}

/// A file was read, and held this.
pub fn content(path: &Utf8Path, content: &[u8]) {
    if let Some(notes) = current() {
        let sum = Sum::of(content);
        notes.write(|manifest| manifest.add(path, Seen::Content(sum)));
    }
}

/// This was seen under a path.
pub fn seen(path: &Utf8Path, seen: Seen) {
    if let Some(notes) = current() {
        notes.write(|manifest| manifest.add(path, seen));
    }
}

/// Something is about to be looked at otherwise: what is under the path now.
pub fn seen_now(path: &Utf8Path) {
    if current().is_some() {
        let kind = rustix::fs::stat(path.as_std_path()).map(|data| rustix::fs::FileType::from_raw_mode(data.st_mode));
        seen(
            path,
            match kind {
                Ok(rustix::fs::FileType::RegularFile) => Seen::File,
                Ok(rustix::fs::FileType::Directory) => Seen::Folder,
                _ => Seen::Nothing,
            },
        );
    }
}

/// A path led there, all links resolved.
pub fn leads(path: &Utf8Path, target: Option<&Utf8Path>) {
    if let Some(notes) = current() {
        notes.write(|manifest| manifest.add_lead(path, target));
    }
}

/// A folder is about to be listed: what is in it now is noted, so that what changes meanwhile shows.
pub fn listing(path: &Utf8Path) {
    if let Some(notes) = current() {
        let seen = listing_of(path).map_or(Seen::NoFolder, Seen::Listing);
        notes.write(|manifest| manifest.add(path, seen));
    }
}

/// Files whose content was read so far; none where nobody takes notes.
pub fn read_files() -> Vec<Utf8PathBuf> {
    let mut files: Vec<Utf8PathBuf> = Vec::new();
    if let Some(notes) = current() {
        notes.write(|own| {
            let read = own.seen.iter().filter(|(_, seen)| matches!(seen, Seen::Content(_)));
            files.extend(read.map(|(path, _)| path.to_path_buf()));
        });
    }
    files
}

/// Something was seen that no later look can tell apart.
pub fn uncertain() {
    if let Some(notes) = current() {
        notes.write(|manifest| manifest.is_torn = true);
    }
}

/// Other work saw this, which counts as seen here.
pub fn add(manifest: &Manifest) {
    if let Some(notes) = current() {
        notes.write(|own| own.extend(manifest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_within_work_is_noted_in_both() {
        let ((_, inner), outer) = during(|| {
            content("/a".into(), b"a");
            during(|| seen("/b".into(), Seen::NoFile))
        });
        assert_eq!(inner.seen.len(), 1);
        assert_eq!(outer.seen.len(), 2);
        assert!(current().is_none());
    }

    #[test]
    fn another_thread_can_follow() {
        let (_, manifest) = during(|| {
            let notes = current().unwrap();
            std::thread::spawn(|| notes.follow(|| content("/a".into(), b"a"))).join().unwrap();
        });
        assert_eq!(manifest.seen["/a"], Seen::Content(Sum::of(b"a")));
    }
}
