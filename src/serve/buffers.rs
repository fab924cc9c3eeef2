//! Buffers that a worker's connections borrow while they have something to read or write: an idle connection has none.

use std::cell::RefCell;

/// A worker's spare buffers.
#[derive(Debug, Default)]
pub struct Buffers(RefCell<Vec<Vec<u8>>>);

impl Buffers {
    /// Bytes of a buffer: several ordinary request heads, or a head and a small body.
    pub const SIZE: usize = 16 * 1024;
    /// Spare buffers that are kept: connections that are busy at one moment.
    const MOST: usize = 64;

    /// An empty buffer of at least [`Buffers::SIZE`].
    pub fn take(&self) -> Vec<u8> {
        self.0.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(Buffers::SIZE))
    }

    /// Gives a buffer back; one that is empty-handed or has grown is let go.
    pub fn give(&self, mut buffer: Vec<u8>) {
        let mut spare = self.0.borrow_mut();
        if buffer.capacity() >= Buffers::SIZE && buffer.capacity() <= 2 * Buffers::SIZE && spare.len() < Buffers::MOST {
            buffer.clear();
            spare.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_empty_and_big_ones_are_let_go() {
        let buffers = Buffers::default();
        let mut one = buffers.take();
        one.extend_from_slice(b"secret");
        let place = one.as_ptr();
        buffers.give(one);
        buffers.give(Vec::new());
        buffers.give(Vec::with_capacity(1 << 20));
        assert_eq!(buffers.0.borrow().len(), 1);
        let again = buffers.take();
        assert_eq!((again.len(), again.as_ptr()), (0, place));
    }
}
