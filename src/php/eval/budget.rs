//! How much an evaluation may cost.

use crate::php::heap;

/// Limits of one evaluation. The defaults let every theme known to work finish with a
/// hundredfold margin.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Steps: expressions evaluated, elements walked, and one for every 64 bytes copied.
    pub steps: u64,
    /// Bytes of strings and arrays made, whether or not they still live.
    pub bytes: u64,
    /// Bytes held at once, of everything, as the allocator counts them.
    pub held: usize,
    /// The longest single string.
    pub string: usize,
    /// Nesting of expressions, statements and calls.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 5_000_000, bytes: 512 << 20, held: 96 << 20, string: 16 << 20, depth: 4000 }
    }
}

/// What is left of the limits.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: u64,
    bytes: u64,
    /// What the thread held before.
    before: isize,
    /// The most that was seen held, in bytes.
    peak: usize,
}

impl Budget {
    /// A full budget, for work on this thread.
    pub fn new(limits: Limits) -> Self {
        Self { limits, steps: limits.steps, bytes: limits.bytes, before: heap::held(), peak: 0 }
    }

    /// The most bytes that were seen held at once.
    pub fn peak(&self) -> usize {
        self.peak
    }

    /// Takes steps.
    ///
    /// # Errors
    /// The words for [`Reason::Limit`](crate::php::problem::Reason::Limit) when they are used up.
    pub fn steps(&mut self, count: usize) -> Result<(), &'static str> {
        self.steps = self.steps.checked_sub(count as u64).ok_or("too many steps")?;
        self.room(0)
    }

    /// Whether so many bytes more may be held.
    fn room(&mut self, more: usize) -> Result<(), &'static str> {
        let held = usize::try_from(heap::held().wrapping_sub(self.before)).unwrap_or(0);
        self.peak = self.peak.max(held);
        if held.saturating_add(more) > self.limits.held { Err("too much memory") } else { Ok(()) }
    }

    /// Takes bytes that are about to be made, and the steps to make them.
    ///
    /// # Errors
    /// As [`Budget::steps`].
    pub fn bytes(&mut self, count: usize) -> Result<(), &'static str> {
        self.bytes = self.bytes.checked_sub(count as u64).ok_or("too much memory")?;
        self.room(count)?;
        self.steps(count / 64)
    }

    /// Takes a string of a length.
    ///
    /// # Errors
    /// As [`Budget::steps`], and when the string alone is too long.
    pub fn string(&mut self, length: usize) -> Result<(), &'static str> {
        if length > self.limits.string {
            return Err("a string longer than 16 MiB");
        }
        self.bytes(length)
    }

    /// Checks the nesting.
    ///
    /// # Errors
    /// As [`Budget::steps`].
    pub fn depth(&self, depth: usize) -> Result<(), &'static str> {
        if depth > self.limits.depth { Err("calls or expressions nested too deeply") } else { Ok(()) }
    }
}
