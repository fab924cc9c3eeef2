//! Which bodies an asset had: a browser may have any of them.
//!
//! Each is an empty file whose name says it all. Only a name's own asset is asked for its bodies, so that nobody has
//! deltas made between things that have nothing in common.

use super::{AssetName, Store, hex, parse_hex};
use crate::cache::io::Kind;
use crate::cache::local::{Missing, is_vanished};
use rustix::fd::AsFd as _;

impl Store {
    /// Bodies of one asset that are remembered.
    pub const REMEMBERED: usize = 8;

    /// Remembers that an asset had this body at that revision, and forgets all but the newest
    /// [`Store::REMEMBERED`] bodies.
    pub fn remember(&self, asset: &AssetName, content: &[u8; 32]) {
        let mut records = self.records(asset);
        let this = Record { revision: asset.revision, sub: asset.sub, content: *content };
        match records.first() {
            Some(newest) if newest.content == *content => return,
            Some(newest) if (newest.revision, newest.sub) > (this.revision, this.sub) => return, // of long ago
            _ => {}
        }
        self.store(&folder(asset), &this.file(asset), &[]);
        records.insert(0, this);
        let mut kept: Vec<[u8; 32]> = Vec::new();
        for record in records {
            if kept.contains(&record.content) || kept.len() >= Store::REMEMBERED {
                self.forget(&folder(asset), &record.file(asset));
            } else {
                kept.push(record.content);
            }
        }
    }

    /// The bodies that an asset had, newest first, each once.
    pub fn bodies(&self, asset: &AssetName) -> Vec<[u8; 32]> {
        let mut bodies: Vec<[u8; 32]> = Vec::new();
        for record in self.records(asset) {
            if !bodies.contains(&record.content) {
                bodies.push(record.content);
            }
        }
        bodies
    }

    /// All that is remembered of an asset, newest first.
    fn records(&self, asset: &AssetName) -> Vec<Record> {
        if self.limit == 0 {
            return Vec::new();
        }
        let opened = match self.files.folder(&folder(asset), Missing::Leave) {
            Err(error) if is_vanished(error.errno) => return Vec::new(),
            Err(error) => return self.fail(&error).unwrap_or_default(),
            Ok(opened) => opened,
        };
        let listed = match self.files.io.list(opened.as_fd()) {
            Err(errno) => {
                return self
                    .fail(&self.error(&folder(asset), "", (crate::cache::io::Call::List, errno)))
                    .unwrap_or_default();
            }
            Ok(listed) => listed,
        };
        let own = hex(&asset.hash);
        let files = listed.iter().filter(|listed| listed.kind == Kind::File);
        let mut records: Vec<_> = files.filter_map(|listed| Record::parse(&listed.name, &own)).collect();
        records.sort_by_key(|record| std::cmp::Reverse((record.revision, record.sub, record.content)));
        records
    }

    fn forget(&self, folder: &str, file: &str) {
        if let Ok(opened) = self.files.folder(folder, Missing::Leave) {
            let _ = self.files.io.unlink(opened.as_fd(), file); // gone already, or forgotten next time
        }
    }
}

/// One body that an asset had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    revision: u64,
    sub: u64,
    content: [u8; 32],
}

impl Record {
    fn file(&self, asset: &AssetName) -> String {
        format!("{}-{:020}{:020}-{}", hex(&asset.hash), self.revision, self.sub, hex(&self.content))
    }

    fn parse(file: &str, own: &str) -> Option<Record> {
        let (numbers, content) = file.strip_prefix(own)?.strip_prefix('-')?.split_once('-')?;
        if numbers.len() != 40 || !numbers.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (revision, sub) = numbers.split_at(20);
        Some(Record { revision: revision.parse().ok()?, sub: sub.parse().ok()?, content: parse_hex(content)? })
    }
}

/// The body that a file of this folder names, whatever the asset.
pub(super) fn content_of(file: &str) -> Option<[u8; 32]> {
    Record::parse(file, file.get(..64)?).map(|record| record.content)
}

fn folder(asset: &AssetName) -> String {
    format!("{}/{:02x}", Store::NAMES, asset.hash[0])
}
