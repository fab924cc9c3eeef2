//! How much memory the running thread holds, counted where it is asked for.
//!
//! What an evaluation makes is of many kinds (strings, tables, objects, syntax trees, compiled patterns), and an estimate
//! of each is wrong for some. So the allocator itself counts, thread by thread: an evaluation runs on one thread, and
//! its share is the difference to when it began. A program that does not install [`Counted`] counts nothing.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ptr::null_mut;
use tikv_jemallocator::Jemalloc;

thread_local! {
    /// Bytes that this thread asked for less those that it gave back; below zero on a thread that frees what others made.
    static HELD: Cell<isize> = const { Cell::new(0) };
}

/// The bytes that this thread asked for and did not give back.
pub(super) fn held() -> isize {
    HELD.get()
}

/// A layout's size never exceeds `isize::MAX`.
fn count(more: isize) {
    HELD.set(HELD.get().wrapping_add(more));
}

/// Up to this size memory is zeroed by writing zeros. jemalloc has the system take the pages away and give others, each
/// at the first touch: for what compressors make anew for each small body that takes many times as long.
const ZEROED_HERE: usize = 1 << 20;

/// An allocator that counts by thread. jemalloc does the work: the engines make and drop millions of small things.
pub struct Counted;

// SAFETY: every call is handed on to `Jemalloc` as it came, and its result handed back, which keeps the contract of
// `GlobalAlloc`; where zeros are asked for and `Jemalloc` was not, they are written. Counting neither allocates nor panics: the counter is a plain integer in thread-local storage, without a
// constructor and without a destructor, so it can be used at any time in a thread's life.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises about `layout` are those that `Jemalloc` asks for.
        unsafe { Jemalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        if layout.size() > ZEROED_HERE {
            // SAFETY: as in `alloc`.
            return unsafe { Jemalloc.alloc_zeroed(layout) };
        }
        // SAFETY: as in `alloc`.
        let memory = unsafe { Jemalloc.alloc(layout) };
        if !memory.is_null() {
            // SAFETY: `Jemalloc` gave this many bytes, which nobody else knows of yet.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count((size as isize).wrapping_sub(layout.size() as isize));
        // SAFETY: `pointer` came from this allocator with this `layout`, so from `Jemalloc`, and the caller promises that
        // `size` is one that `Jemalloc` takes.
        unsafe { Jemalloc.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count((layout.size() as isize).wrapping_neg());
        // SAFETY: `pointer` came from this allocator with this `layout`, so from `Jemalloc`.
        unsafe { Jemalloc.dealloc(pointer, layout) }
    }
}

/// Gives memory that nobody holds any more back to the system, at once: the allocator keeps it for a while for whoever
/// asks next.
pub(super) fn give_back() {
    // Of all arenas: MALLCTL_ARENAS_ALL in jemalloc's own header.
    let command = c"arena.4096.purge";
    // SAFETY: jemalloc's mallctl is thread-safe; it reads the name up to its end, and with null pointers and a length of 0
    // neither reads nor writes anything else. This command touches only pages that hold nothing.
    unsafe { tikv_jemalloc_sys::mallctl(command.as_ptr(), null_mut(), null_mut(), null_mut(), 0) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeroed_memory_is_zero_whoever_had_it_before() {
        for size in [1 << 10, ZEROED_HERE, ZEROED_HERE + 1] {
            let layout = Layout::from_size_align(size, 8).unwrap();
            for _ in 0..4 {
                // SAFETY: the layout has a size; what is written and read is the whole of it, and it is given back once.
                unsafe {
                    let memory = Counted.alloc_zeroed(layout);
                    assert!(std::slice::from_raw_parts(memory, size).iter().all(|byte| *byte == 0), "{size}");
                    memory.write_bytes(7, size);
                    Counted.dealloc(memory, layout);
                }
            }
        }
    }

    #[test]
    fn a_thread_holds_what_it_made_and_did_not_drop() {
        let before = held();
        let mut made = vec![0u8; 1 << 20];
        assert!(held() - before >= 1 << 20);
        made.reserve_exact(2 << 20);
        assert!(held() - before >= 3 << 20);
        made.truncate(10);
        made.shrink_to_fit();
        assert!(held() - before < 1 << 20);
        drop(made);
        assert_eq!(held(), before);
    }

    #[test]
    fn what_another_thread_holds_is_that_threads() {
        let before = held();
        let theirs = std::thread::spawn(|| {
            let before = held();
            let made = vec![1u8; 1 << 20];
            let grown = held() - before;
            drop(made);
            grown
        });
        assert!(theirs.join().unwrap() >= 1 << 20);
        assert!(held() - before < 1 << 19);
    }
}
