//! One timer for a connection's life, touched only when a wait outlasts what it was set to before.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline that moves with every request at the price of storing a number: the runtime's timer behind it is set
/// again only when it fires early or has to fire sooner.
#[derive(Debug)]
pub struct Timer {
    sleep: Pin<Box<Sleep>>,
    deadline: Instant,
    /// The task is registered with the runtime's timer.
    registered: bool,
}

impl Timer {
    pub fn at(deadline: Instant) -> Timer {
        Timer { sleep: Box::pin(sleep_until(deadline)), deadline, registered: false }
    }

    pub fn set(&mut self, deadline: Instant) {
        self.deadline = deadline;
        if deadline < self.sleep.deadline() {
            self.reset();
        }
    }

    /// Ready once the deadline has passed. All polls have to come from one task.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.registered && !self.sleep.is_elapsed() {
                return Poll::Pending;
            }
            self.registered = true;
            ready!(self.sleep.as_mut().poll(cx));
            if self.deadline <= self.sleep.deadline() {
                return Poll::Ready(());
            }
            self.reset();
        }
    }

    fn reset(&mut self) {
        self.sleep.as_mut().reset(self.deadline);
        self.registered = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::time::Duration;

    fn paused() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn it_fires_at_the_last_deadline_that_was_set() {
        paused().block_on(async {
            let start = Instant::now();
            let mut timer = Timer::at(start + Duration::from_millis(20));
            assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx))).await.is_pending());
            timer.set(start + Duration::from_millis(60));
            poll_fn(|cx| timer.poll(cx)).await;
            assert!(start.elapsed() >= Duration::from_millis(60));
            timer.set(start + Duration::from_secs(60));
            assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx))).await.is_pending());
            timer.set(start + Duration::from_millis(90));
            poll_fn(|cx| timer.poll(cx)).await;
            assert!(start.elapsed() >= Duration::from_millis(90) && start.elapsed() < Duration::from_secs(30));
        });
    }
}
