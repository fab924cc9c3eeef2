//! Large bodies as sealed files in memory, which the kernel sends without copying them into the socket first.
//!
//! A file on disk could be changed behind the server's back; these cannot be by anybody (memfd_create(2), seals). They
//! are made for answers that are asked for again, shared by all workers, bounded by bytes, and gone with the last
//! prepared answer that names them.

use super::large_pages;
use crate::asset::Coding;
use crate::cache::{Entry, Variant};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Bodies of at least this many bytes gain by it; below, two calls cost more than one copy.
pub const FROM: usize = 64 * 1024;

/// Bodies of at least this many bytes are worth large pages: what is left of the last one is wasted.
const LARGE_FROM: usize = 512 * 1024;

/// A body that nobody can change any more.
#[derive(Debug)]
pub struct Sealed {
    file: File,
    length: u64,
    /// Bytes of memory that it takes.
    takes: u64,
    used: Arc<AtomicU64>,
}

impl Sealed {
    fn new(bytes: &[u8], used: &Arc<AtomicU64>) -> io::Result<Sealed> {
        let file = memfd_create("revserve", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        let file = File::from(file);
        let mut takes = bytes.len();
        if takes >= LARGE_FROM {
            match large_pages::lay_out(&file, takes) {
                Ok(whole) => takes = whole,
                Err(_) => ftruncate(&file, 0)?,
            }
        }
        file.write_all_at(bytes, 0)?;
        fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
        let (length, takes) = (bytes.len() as u64, takes as u64);
        used.fetch_add(takes, Relaxed);
        Ok(Sealed { file, length, takes, used: Arc::clone(used) })
    }

    /// Bytes in it.
    pub fn len(&self) -> u64 {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl AsFd for Sealed {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.used.fetch_sub(self.takes, Relaxed);
    }
}

/// The content's SHA-256, coding and level: they settle a variant's bytes.
type Name = ([u8; 32], Coding, u8);

/// All sealed bodies of a server.
#[derive(Debug)]
pub struct Shelf {
    limit: u64,
    used: Arc<AtomicU64>,
    bodies: Mutex<HashMap<Name, Weak<Sealed>>>,
}

impl Shelf {
    /// Takes at most `limit` bytes of memory, and less than a large page more.
    pub fn new(limit: u64) -> Shelf {
        Shelf { limit, used: Arc::default(), bodies: Mutex::default() }
    }

    /// The sealed body of a variant. `None` for a small one, when there is no room, or the system has none left.
    pub fn get(&self, entry: &Entry, variant: &Variant) -> Option<Arc<Sealed>> {
        let length = variant.bytes.len();
        if length < FROM {
            return None;
        }
        let name = (entry.identity, variant.coding, variant.level);
        // Held while the body is copied: two workers never copy the same one.
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sealed) = bodies.get(&name).and_then(Weak::upgrade).filter(|s| s.len() == length as u64) {
            return Some(sealed);
        }
        bodies.retain(|_, body| body.strong_count() > 0);
        if self.used.load(Relaxed) + length as u64 > self.limit {
            return None;
        }
        let sealed = Arc::new(Sealed::new(&variant.bytes, &self.used).ok()?);
        bodies.insert(name, Arc::downgrade(&sealed));
        Some(sealed)
    }

    /// Bytes of memory that are taken now.
    pub fn used(&self) -> u64 {
        self.used.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::ContentType;
    use bytes::Bytes;

    fn entry(length: usize, name: u8) -> Entry {
        let variant = Variant { coding: Coding::Identity, level: 0, bytes: Bytes::from(vec![name; length]) };
        Entry { content_type: ContentType::Css, identity: [name; 32], inputs: Vec::new(), variants: vec![variant] }
    }

    fn get(shelf: &Shelf, entry: &Entry) -> Option<Arc<Sealed>> {
        shelf.get(entry, &entry.variants[0])
    }

    #[test]
    fn a_sealed_body_says_the_same_and_cannot_be_changed() {
        let shelf = Shelf::new(1 << 20);
        let sealed = get(&shelf, &entry(FROM, b'x')).unwrap();
        let mut read = vec![0; FROM];
        sealed.file.read_exact_at(&mut read, 0).unwrap();
        assert_eq!((read, sealed.len()), (vec![b'x'; FROM], FROM as u64));
        assert!(sealed.file.write_at(b"y", 0).is_err());
        assert!(sealed.file.set_len(0).is_err());
    }

    #[test]
    fn one_content_is_sealed_once_and_counted_until_the_last_one_lets_go() {
        let shelf = Shelf::new(1 << 20);
        let (one, two) = (get(&shelf, &entry(FROM, b'x')).unwrap(), get(&shelf, &entry(FROM, b'x')).unwrap());
        assert!(Arc::ptr_eq(&one, &two));
        let other = get(&shelf, &entry(FROM, b'y')).unwrap();
        assert_eq!(shelf.used(), 2 * FROM as u64);
        drop((one, other));
        assert_eq!(shelf.used(), FROM as u64);
        drop(two);
        assert_eq!(shelf.used(), 0);
    }

    #[test]
    fn a_large_body_is_as_long_as_it_is_and_gives_back_all_that_it_takes() {
        let shelf = Shelf::new(16 << 20);
        let length = (2 << 20) + 5;
        let sealed = get(&shelf, &entry(length, b'x')).unwrap();
        let mut read = vec![0; length];
        sealed.file.read_exact_at(&mut read, 0).unwrap();
        assert!(read.iter().all(|byte| *byte == b'x'));
        assert_eq!(sealed.len(), length as u64);
        // Large pages, or small ones where the system has no large one.
        assert!([length as u64, 4 << 20].contains(&shelf.used()), "{}", shelf.used());
        assert!(sealed.file.write_at(b"y", 0).is_err());
        drop(sealed);
        assert_eq!(shelf.used(), 0);
    }

    #[test]
    fn small_bodies_and_those_without_room_are_left_as_they_are() {
        let shelf = Shelf::new(2 * FROM as u64);
        assert!(get(&shelf, &entry(FROM - 1, b'x')).is_none());
        let kept = get(&shelf, &entry(2 * FROM, b'x')).unwrap();
        assert!(get(&shelf, &entry(FROM, b'y')).is_none());
        drop(kept);
        assert!(get(&shelf, &entry(FROM, b'y')).is_some());
    }
}
