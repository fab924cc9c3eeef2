//! How the connections of a worker learn that the server is stopping.

use std::cell::{Cell, RefCell};
use std::task::{Context, Poll, Waker};

/// The worker's flag, and who to wake when it goes up. A connection registers once in its life, not once a wait.
#[derive(Debug, Default)]
pub struct Stop {
    stopping: Cell<bool>,
    waiting: RefCell<Vec<Option<Waker>>>,
    free: RefCell<Vec<usize>>,
}

impl Stop {
    /// From now on idle connections close, and others after the answer that they are at.
    pub fn begin(&self) {
        self.stopping.set(true);
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        self.free.borrow_mut().clear();
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    pub fn is_begun(&self) -> bool {
        self.stopping.get()
    }

    pub fn watch(&self) -> Watch<'_> {
        Watch { stop: self, place: None }
    }
}

/// One connection's place among those to wake.
#[derive(Debug)]
pub struct Watch<'a> {
    stop: &'a Stop,
    place: Option<usize>,
}

impl Watch<'_> {
    /// Ready once the server is stopping.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.stop.is_begun() {
            return Poll::Ready(());
        }
        let mut waiting = self.stop.waiting.borrow_mut();
        match self.place {
            Some(place) => {
                let known = waiting[place].as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
                if !known {
                    waiting[place] = Some(cx.waker().clone());
                }
            }
            None => {
                let place = self.stop.free.borrow_mut().pop().unwrap_or(waiting.len());
                let waker = Some(cx.waker().clone());
                match waiting.get_mut(place) {
                    Some(slot) => *slot = waker,
                    None => waiting.push(waker),
                }
                self.place = Some(place);
            }
        }
        Poll::Pending
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        // Once begun, the places are gone.
        if let Some(slot) = self.stop.waiting.borrow_mut().get_mut(place) {
            *slot = None;
            self.stop.free.borrow_mut().push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn everybody_who_still_waits_is_woken_once() {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&count));
        let mut cx = Context::from_waker(&waker);
        let stop = Stop::default();
        let (mut one, mut two, mut three) = (stop.watch(), stop.watch(), stop.watch());
        assert!(one.poll(&mut cx).is_pending() && two.poll(&mut cx).is_pending());
        drop(one);
        assert!(three.poll(&mut cx).is_pending() && three.poll(&mut cx).is_pending());
        assert_eq!(stop.waiting.borrow().len(), 2, "a free place is used again");
        stop.begin();
        assert_eq!(count.0.load(Ordering::Relaxed), 2);
        assert!(two.poll(&mut cx).is_ready() && stop.watch().poll(&mut cx).is_ready());
        drop((two, three));
    }
}
