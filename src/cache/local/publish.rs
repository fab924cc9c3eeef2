//! Publishing: an entry appears complete or not at all, and never over another.
//!
//! 1. encode, and check that what was encoded can be read
//! 2. open the folder, making what is missing
//! 3. write beside the place, read back, write through ([`LocalCache::put`])
//! 4. ask the guard, right before linking
//! 5. link; where another was first, load what it published
//!
//! Where the folder vanishes in the middle, from step 2 again.

use super::LocalCache;
use super::error::{CallError, PublishError};
use super::file::Put;
use super::folder::Missing;
use super::report::count;
use crate::cache::entry::{Best, Entry, EntryError, decode, decode_best, encode, encode_best};
use crate::cache::io::Call;
use crate::cache::name::EntryName;
use bytes::Bytes;
use rustix::fd::AsFd;
use rustix::io::Errno;

/// How a publication ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is in its place now.
    New,
    /// Another had published it before: this is what it published, with its better variants.
    Existing(Entry),
    /// The guard said that its revision is no longer current: nothing was published.
    Withheld,
}

impl LocalCache {
    /// Publishes an entry.
    ///
    /// `guard` says whether the entry's revision is current, looked up at that moment (design.md §2, promise 2).
    /// It is asked right before each attempt to link, after everything slow.
    pub fn publish(
        &self,
        name: &EntryName,
        entry: &Entry,
        mut guard: impl FnMut() -> bool,
    ) -> Result<Published, PublishError> {
        let published = self.publish_entry(name, entry, &mut guard);
        match &published {
            Ok(Published::New) => {
                self.ailing.note(true);
                count(&self.counters.published);
            }
            Ok(Published::Existing(_)) => count(&self.counters.lost_races),
            Ok(Published::Withheld) => count(&self.counters.withheld),
            Err(error) => self.lament(error),
        }
        published
    }

    /// Adds better variants beside an entry.
    ///
    /// Withheld also where the entry is no longer there, or is of another body. Where another process added some
    /// before, those stay: they are as good.
    pub fn publish_best(
        &self,
        name: &EntryName,
        best: &Best,
        mut guard: impl FnMut() -> bool,
    ) -> Result<Published, PublishError> {
        let published = self.publish_variants(name, best, &mut guard);
        match &published {
            Ok(Published::New) => count(&self.counters.improved),
            Ok(Published::Existing(_)) => count(&self.counters.lost_races),
            Ok(Published::Withheld) => count(&self.counters.withheld),
            Err(error) => self.lament(error),
        }
        published
    }

    fn publish_entry(
        &self,
        name: &EntryName,
        entry: &Entry,
        guard: &mut dyn FnMut() -> bool,
    ) -> Result<Published, PublishError> {
        let file = self.fit(name, encode(entry), |file| decode(file).map(drop))?;
        for _ in 0..Self::ATTEMPTS {
            match self.place(name, &name.file(), &file, guard)? {
                Put::Named => return Ok(Published::New),
                Put::Withheld => return Ok(Published::Withheld),
                Put::Damaged => return Err(PublishError::Damaged { path: self.path_of(name) }),
                Put::Taken => {
                    if let Some(winner) = self.load_both(name)? {
                        return Ok(Published::Existing(winner));
                    }
                    // The winner's was removed again in between.
                }
            }
        }
        Err(CallError { call: Call::Link, path: self.path_of(name), errno: Errno::EXIST }.into())
    }

    fn publish_variants(
        &self,
        name: &EntryName,
        best: &Best,
        guard: &mut dyn FnMut() -> bool,
    ) -> Result<Published, PublishError> {
        let file = self.fit(name, encode_best(best), |file| decode_best(file).map(drop))?;
        let path = self.path(name.folder()).join(name.best_file());
        let Some(entry) = self.load_both(name)? else { return Ok(Published::Withheld) };
        if entry.clone().with_best(best.clone()).is_err() {
            return Ok(Published::Withheld);
        }
        match self.place(name, &name.best_file(), &file, guard)? {
            Put::Named => Ok(Published::New),
            Put::Withheld => Ok(Published::Withheld),
            Put::Damaged => Err(PublishError::Damaged { path }),
            Put::Taken => Ok(Published::Existing(self.load_both(name)?.unwrap_or(entry))),
        }
    }

    /// The file to be written, if it is one that would be loaded again.
    fn fit(
        &self,
        name: &EntryName,
        file: Vec<u8>,
        check: impl FnOnce(Bytes) -> Result<(), EntryError>,
    ) -> Result<Bytes, PublishError> {
        let file = Bytes::from(file);
        let fit = if file.len() as u64 > Self::LARGEST { Err(EntryError::TooLong) } else { check(file.clone()) };
        fit.map_err(|source| PublishError::Unfit { path: self.path_of(name), source })?;
        Ok(file)
    }

    fn place(
        &self,
        name: &EntryName,
        file: &str,
        bytes: &[u8],
        guard: &mut dyn FnMut() -> bool,
    ) -> Result<Put, CallError> {
        self.again(|| {
            let folder = self.folder(name.folder(), Missing::Make)?;
            let put = self.put(folder.as_fd(), file, bytes, guard);
            put.map_err(|(call, errno)| CallError { call, path: self.path(name.folder()).join(file), errno })
        })
    }

    /// Counts and logs why something could not be published.
    fn lament(&self, error: &PublishError) {
        match error {
            PublishError::Winner(winner) => self.complain(winner),
            PublishError::Unfit { .. } | PublishError::Damaged { .. } | PublishError::Call(_) => {
                if error.is_the_folders() {
                    self.ailing.note(false);
                }
                count(&self.counters.failures);
                self.report.failure(error);
            }
        }
    }
}
