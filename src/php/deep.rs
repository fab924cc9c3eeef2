//! A thread with a deep stack: parser and evaluator recurse over nested source.

use crate::inputs::trace;
use std::cell::Cell;
use std::thread;

/// Enough for the deepest nesting that the limits allow, in an unoptimised build too. Only the
/// pages that are touched cost memory.
const STACK: usize = 256 << 20;

thread_local! {
    static DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` where the stack is deep: here if it already is, else on a thread of its own.
/// `None` where no thread could be started or `work` panicked.
pub fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    if DEEP.get() {
        return Some(work());
    }
    let notes = trace::current();
    thread::scope(|scope| {
        let on_thread = || {
            DEEP.set(true);
            match notes {
                Some(notes) => notes.follow(work),
                None => work(),
            }
        };
        let builder = thread::Builder::new().name("php".into()).stack_size(STACK);
        builder.spawn_scoped(scope, on_thread).ok()?.join().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_within_deep_work_stays_on_its_thread() {
        let same = deep(|| {
            let outer = thread::current().id();
            deep(|| thread::current().id()) == Some(outer)
        });
        assert_eq!(same, Some(true));
    }

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(
            deep(|| if DEEP.get() {
                panic!("on purpose")
            }),
            None
        );
    }
}
