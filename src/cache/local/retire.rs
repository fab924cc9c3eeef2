//! Removing the folders of revisions that are no longer current (design.md §5).
//!
//! 1. hold, shared, the lock of each current revision: other processes of the node leave it alone
//! 2. note since when each other revision that has a folder or a lock file is not current
//! 3. ten minutes later give up the own lock, and try to get the lock for oneself
//! 4. with it, remove what revserve made in the folder, then the folder, then the lock file

use super::LocalCache;
use super::error::{CallError, is_vanished};
use super::file::UNFINISHED;
use super::folder::Missing;
use super::lock::Locked;
use super::report::count;
use crate::asset::Revision;
use crate::cache::generation::{Area, Current};
use crate::cache::io::{Call, Kind, Lock};
use crate::cache::name::EntryName;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The folder of one revision in one area.
type Place = (Area, Revision);

/// What this process knows of the revisions' folders.
pub(super) type Leases = Mutex<Lease>;

#[derive(Debug, Default)]
pub(super) struct Lease {
    /// Locks held, shared.
    held: HashMap<Place, OwnedFd>,
    /// When a folder was first seen not to be current.
    left: HashMap<Place, Instant>,
}

/// What one pass of [`LocalCache::retire`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retired {
    /// Folders that are gone now.
    pub removed: Vec<(Area, Revision)>,
    /// Folders that another process still has locked.
    pub busy: Vec<(Area, Revision)>,
    /// Folders in which something lies that revserve did not make; it and they stay.
    pub foreign: Vec<(Area, Revision)>,
    /// What went wrong, counted and logged already. None of it kept the pass from doing the rest.
    pub failures: Vec<CallError>,
}

/// What is left of a folder after what revserve made in it was removed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Foreign,
    /// All: another process has it locked.
    InUse,
}

impl LocalCache {
    /// How long a folder stays after its revision was left.
    pub const GRACE: Duration = Duration::from_secs(600);

    /// Keeps the current revisions from being removed by other processes of the node, and removes folders of
    /// revisions that were left ten minutes ago. To be called at each change of revision and then every minute
    /// or so. `now` is the time by a clock that never goes back.
    pub fn retire(&self, current: Current, now: Instant) -> Retired {
        let mut lease = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        let retired = self.pass(&mut lease, current, now);
        for error in &retired.failures {
            count(&self.counters.failures);
            self.report.failure(error);
        }
        retired
    }

    fn pass(&self, lease: &mut Lease, current: Current, now: Instant) -> Retired {
        let mut retired = Retired::default();

        // 1.
        let is_current = |(area, revision): &Place| area.current(current) == *revision;
        for area in Area::ALL {
            retired.failures.extend(self.keep(lease, (area, area.current(current))).err());
        }

        // 2.
        let mut places = match self.places() {
            Ok(places) => places,
            Err(error) => {
                retired.failures.push(error);
                return retired; // what cannot be seen now has not left
            }
        };
        places.extend(lease.held.keys());
        places.retain(|place| !is_current(place));
        lease.left.retain(|place, _| places.contains(place));
        for place in &places {
            lease.left.entry(*place).or_insert(now);
        }

        // 3. and 4.
        let is_due = |left: &Instant| now.saturating_duration_since(*left) >= Self::GRACE;
        places.retain(|place| lease.left.get(place).is_some_and(is_due));
        for place in places {
            lease.held.remove(&place);
            match self.remove_left(place) {
                Ok(Left::Nothing) => {
                    count(&self.counters.retired);
                    lease.left.remove(&place);
                    retired.removed.push(place);
                }
                Ok(Left::Foreign) => retired.foreign.push(place),
                Ok(Left::InUse) => retired.busy.push(place),
                Err(error) => retired.failures.push(error),
            }
        }
        retired
    }

    /// Removes the folder of a revision that this process has left, unless another one has not.
    fn remove_left(&self, place: Place) -> Result<Left, CallError> {
        let lock = lock_name(place);
        let locked = match self.open_lock(&lock) {
            // There is no room to make the file. Who has it locked would have made it, so nobody does.
            Err(error) if matches!(error.errno, Errno::NOSPC | Errno::DQUOT) => None,
            file => Some(file?),
        };
        if let Some(file) = &locked
            && self.try_lock(file, &lock, Lock::Exclusive)? != Locked::Held
        {
            return Ok(Left::InUse);
        }
        let left = self.remove_revision(place)?;
        if left == Left::Nothing && locked.is_some() {
            self.remove_lock(&lock)?;
        }
        Ok(left)
    }

    /// Holds the shared lock of a place. Where another removes it at this moment, the next pass gets it.
    fn keep(&self, lease: &mut Lease, place: Place) -> Result<(), CallError> {
        let lock = lock_name(place);
        if let Some(file) = lease.held.get(&place) {
            if self.is_there(file, &lock)? {
                return Ok(());
            }
            lease.held.remove(&place); // localcachedir was emptied, the lock file with it
        }
        let file = self.open_lock(&lock)?;
        if self.try_lock(&file, &lock, Lock::Shared)? == Locked::Held {
            lease.held.insert(place, file);
        }
        Ok(())
    }

    /// Every place that has a folder or a lock file.
    fn places(&self) -> Result<BTreeSet<Place>, CallError> {
        let mut places = BTreeSet::new();
        for area in Area::ALL {
            for (name, kind) in self.names(area.as_str())? {
                if let (Kind::Folder, Some(revision)) = (kind, parse_revision(&name)) {
                    places.insert((area, revision));
                }
            }
        }
        for (name, _) in self.names(Self::LOCKS)? {
            places.extend(parse_lock_name(&name));
        }
        Ok(places)
    }

    /// What is in one of revserve's folders; nothing where it does not exist.
    fn names(&self, folder: &str) -> Result<Vec<(String, Kind)>, CallError> {
        let error = |errno| CallError { call: Call::List, path: self.path(folder), errno };
        match self.folder(folder, Missing::Leave) {
            Err(error) if is_vanished(error.errno) => Ok(Vec::new()),
            opened => match self.io.list(opened?.as_fd()) {
                Err(errno) if is_vanished(errno) => Ok(Vec::new()),
                listed => Ok(listed.map_err(error)?.into_iter().map(|l| (l.name, l.kind)).collect()),
            },
        }
    }

    fn remove_revision(&self, (area, revision): Place) -> Result<Left, CallError> {
        let name = revision.to_string();
        let folder = match self.folder(area.as_str(), Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return Ok(Left::Nothing),
            folder => folder?,
        };
        let error = |(call, errno)| CallError { call, path: self.path(area.as_str()).join(&name), errno };
        self.remove_tree(folder.as_fd(), &name, EntryName::DEEPEST).map_err(error)
    }

    /// Removes a folder and what revserve made in it. Links are not followed, and not removed.
    fn remove_tree(&self, at: BorrowedFd, name: &str, depth: usize) -> Result<Left, (Call, Errno)> {
        let folder = match self.io.open_folder(at, name) {
            Err(errno) if is_vanished(errno) => return Ok(Left::Nothing),
            Err(Errno::LOOP | Errno::NOTDIR) => return Ok(Left::Foreign),
            folder => folder.map_err(|e| (Call::OpenFolder, e))?,
        };
        let mut left = Left::Nothing;
        for listed in self.io.list(folder.as_fd()).map_err(|e| (Call::List, e))? {
            let own = match listed.kind {
                Kind::Folder if depth > 0 => self.remove_tree(folder.as_fd(), &listed.name, depth - 1)?,
                Kind::File if is_own(&listed.name) => {
                    gone(self.io.unlink(folder.as_fd(), &listed.name)).map_err(|e| (Call::Unlink, e))?;
                    Left::Nothing
                }
                _ => Left::Foreign,
            };
            if own == Left::Foreign {
                left = Left::Foreign;
            }
        }
        if left == Left::Nothing {
            match gone(self.io.remove_folder(at, name)) {
                Err(Errno::NOTEMPTY | Errno::EXIST) => left = Left::Foreign, // something was added just now
                result => result.map_err(|e| (Call::RemoveFolder, e))?,
            }
        }
        Ok(left)
    }

    /// Removes the lock file of a revision whose folder is gone; only while its lock is held.
    fn remove_lock(&self, lock: &str) -> Result<(), CallError> {
        let folder = match self.folder(Self::LOCKS, Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return Ok(()),
            folder => folder?,
        };
        gone(self.io.unlink(folder.as_fd(), lock)).map_err(|errno| self.lock_error(Call::Unlink, lock, errno))
    }
}

/// Whether a file's name is one that revserve gives.
fn is_own(name: &str) -> bool {
    name.ends_with(EntryName::ENTRY) || name.ends_with(EntryName::BEST) || name.starts_with(UNFINISHED)
}

/// Something that is gone already need not be removed.
fn gone(removed: Result<(), Errno>) -> Result<(), Errno> {
    match removed {
        Err(errno) if is_vanished(errno) => Ok(()),
        removed => removed,
    }
}

fn lock_name((area, revision): Place) -> String {
    format!("{area}-{revision}")
}

fn parse_lock_name(name: &str) -> Option<Place> {
    let (area, revision) = name.split_once('-')?;
    let area = Area::ALL.into_iter().find(|a| a.as_str() == area)?;
    Some((area, parse_revision(revision)?))
}

/// A revision as revserve writes it: nothing else is a folder of revserve's.
fn parse_revision(name: &str) -> Option<Revision> {
    let revision = Revision::new(name.parse().ok()?)?;
    (revision.to_string() == name).then_some(revision)
}
