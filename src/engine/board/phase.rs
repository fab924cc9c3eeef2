//! What a work spends its time with.

use super::work::Work;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static WORK: RefCell<Option<Arc<Work>>> = const { RefCell::new(None) };
}

/// A part of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// None of those below: looking files up, joining.
    Rest,
    /// Reading source files.
    Files,
    /// Evaluating a theme's PHP.
    Php,
    /// Compiling SCSS, or waiting for whoever compiles the same.
    Scss,
    /// Flipping from left to right.
    Rtl,
    /// Writing shorter.
    Minify,
    Compress,
}

impl Phase {
    pub const ALL: [Phase; 7] =
        [Phase::Rest, Phase::Files, Phase::Php, Phase::Scss, Phase::Rtl, Phase::Minify, Phase::Compress];

    pub const fn as_str(self) -> &'static str {
        match self {
            Phase::Rest => "rest",
            Phase::Files => "read files",
            Phase::Php => "read PHP",
            Phase::Scss => "SCSS",
            Phase::Rtl => "RTL",
            Phase::Minify => "minify",
            Phase::Compress => "compress",
        }
    }
}

/// Does a part of the work that this thread does, if any. Parts within parts count for themselves alone.
pub fn during<T>(phase: Phase, part: impl FnOnce() -> T) -> T {
    let _back = Back(enter(phase));
    part()
}

/// Enters a phase of this thread's work; the one before, if there is a work.
fn enter(phase: Phase) -> Option<Phase> {
    WORK.with_borrow(|work| work.as_ref().map(|work| work.enter(phase)))
}

struct Back(Option<Phase>);

impl Drop for Back {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            enter(before);
        }
    }
}

/// Makes it this thread's work; what was so before.
pub(super) fn enter_work(work: Option<Arc<Work>>) -> Option<Arc<Work>> {
    WORK.replace(work)
}
