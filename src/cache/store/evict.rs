//! Giving bytes back, least recently used first.
//!
//! 1. list every file with its size and when it was used last;
//! 2. remove what a killed writer left;
//! 3. above the limit, remove the oldest down to nine tenths of it;
//! 4. forget the names of bodies that are gone.
//!
//! Another process may do the same at the same time: what is gone already need not be removed.

use super::{Store, parse_hex};
use crate::cache::io::{Kind, Status};
use crate::cache::local::{Missing, UNFINISHED, is_vanished};
use rustix::fd::AsFd as _;
use std::collections::HashSet;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{SystemTime, UNIX_EPOCH};

/// One file, and where it lies.
pub(super) struct Kept {
    folder: String,
    file: String,
    pub(super) status: Status,
}

impl Store {
    /// Seconds after which an unfinished file is no longer somebody's work.
    const ABANDONED: i64 = 3600;

    /// Bytes were added: from time to time a look whether there are too many.
    pub(super) fn grown(&self, bytes: u64) {
        let look = (self.limit / 16).max(1);
        let before = self.unseen.fetch_update(Relaxed, Relaxed, |unseen| Some(unseen.saturating_add(bytes)));
        if before.unwrap_or_default().saturating_add(bytes) >= look {
            self.keep_within();
        }
    }

    /// Removes what is too much. One call at a time does it; others need not.
    pub fn keep_within(&self) {
        let Ok(_turn) = self.evicting.try_lock() else { return };
        self.unseen.store(0, Relaxed);
        // Names first: each is written after its body, so one that is listed now has its body listed below.
        let names = self.files_of(Self::NAMES);
        let mut kept = self.files_of(Self::CONTENT);
        kept.extend(self.files_of(Self::DELTAS));
        let mut bytes: u64 = kept.iter().map(|kept| kept.status.size).sum();
        kept.sort_by(|a, b| b.status.changed.cmp(&a.status.changed).then_with(|| b.file.cmp(&a.file)));
        let enough = if bytes > self.limit { self.limit / 10 * 9 } else { u64::MAX };
        while bytes > enough
            && let Some(oldest) = kept.pop()
        {
            bytes -= oldest.status.size;
            self.remove(&oldest);
        }
        let bodies: HashSet<_> = kept.iter().filter_map(|kept| parse_hex(kept.file.strip_suffix(".entry")?)).collect();
        for name in names {
            if !super::names::content_of(&name.file).is_some_and(|content| bodies.contains(&content)) {
                self.remove(&name);
            }
        }
    }

    /// Every file of one part of the store, but for unfinished ones, which go when they are old.
    pub(super) fn files_of(&self, part: &str) -> Vec<Kept> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        let mut kept = Vec::new();
        let shards = self.files.folder(part, Missing::Leave).map(|folder| self.files.io.list(folder.as_fd()));
        for shard in shards.map(Result::unwrap_or_default).unwrap_or_default() {
            let folder = format!("{part}/{}", shard.name);
            let opened = match self.files.folder(&folder, Missing::Leave) {
                Err(error) if is_vanished(error.errno) => continue,
                Err(error) => {
                    self.fail::<()>(&error);
                    continue;
                }
                Ok(opened) => opened,
            };
            for listed in self.files.io.list(opened.as_fd()).unwrap_or_default() {
                let file = self.files.io.open_file(opened.as_fd(), &listed.name);
                let status = file.and_then(|file| self.files.io.status(file.as_fd()));
                let (Kind::File, Ok(status)) = (listed.kind, status) else { continue };
                let file = Kept { folder: folder.clone(), file: listed.name, status };
                match file.file.starts_with(UNFINISHED) {
                    true if now - status.changed > Self::ABANDONED => self.remove(&file),
                    true => {}
                    false => kept.push(file),
                }
            }
        }
        kept
    }

    fn remove(&self, kept: &Kept) {
        let removed = self.files.folder(&kept.folder, Missing::Leave).map(|folder| {
            let unlinked = self.files.io.unlink(folder.as_fd(), &kept.file);
            unlinked.map_err(|errno| self.error(&kept.folder, &kept.file, (crate::cache::io::Call::Unlink, errno)))
        });
        match removed {
            Ok(Err(error)) | Err(error) if !is_vanished(error.errno) => self.fail(&error).unwrap_or_default(),
            _ => {}
        }
    }
}
