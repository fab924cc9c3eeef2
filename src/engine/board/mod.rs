//! What is being built, and what was lately: for whoever looks at the status page.
//!
//! 1. A thread that begins a piece of work takes a [`Turn`]; from then on the board shows it.
//! 2. It says which [`Phase`] it is in by [`during`], however deep below: the thread knows its work. That is two
//!    atomic stores, and nothing where no work is shown.
//! 3. With the end of its turn the work goes to those that ended, a few of each [`Lane`].
//!
//! Answers out of memory or localcachedir are no work: they never come here.

mod lane;
mod phase;
mod work;

pub use lane::Lane;
pub use phase::{Phase, during};
pub use work::{End, Shot, Task};

use crate::asset::Asset;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use work::Work;

/// Works that ended and are still shown, of each lane.
const SHOWN: usize = 8;

/// All works of an engine.
#[derive(Debug, Default)]
pub struct Board(Mutex<Works>);

#[derive(Debug, Default)]
struct Works {
    running: Vec<Arc<Work>>,
    /// By [`Lane::ALL`], the latest first.
    ended: [VecDeque<Arc<Work>>; Lane::ALL.len()],
}

impl Board {
    /// Begins a piece of work on this thread.
    pub fn begin(&self, asset: &Asset, task: Task) -> Turn<'_> {
        let work = Arc::new(Work::new(asset.clone(), task));
        self.lock().running.push(work.clone());
        Turn { board: self, before: phase::enter_work(Some(work.clone())), work, end: End::Failed }
    }

    /// What is being worked on, the longest first.
    pub fn running(&self) -> Vec<Shot> {
        self.lock().running.iter().map(|work| work.shot()).collect()
    }

    /// What ended lately in a lane, the latest first.
    pub fn ended(&self, lane: Lane) -> Vec<Shot> {
        self.lock().ended[lane as usize].iter().map(|work| work.shot()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Works> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A piece of work that goes on until this is dropped.
#[derive(Debug)]
pub struct Turn<'b> {
    board: &'b Board,
    work: Arc<Work>,
    /// What this thread worked on before.
    before: Option<Arc<Work>>,
    end: End,
}

impl Turn<'_> {
    /// Says how it ended; work that does not say so has failed.
    pub fn ended(mut self, end: End) {
        self.end = end;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        phase::enter_work(self.before.take());
        self.work.end(self.end);
        let mut works = self.board.lock();
        works.running.retain(|work| !Arc::ptr_eq(work, &self.work));
        // What does not exist is asked for by anybody.
        if self.end != End::Nothing {
            let ended = &mut works.ended[self.work.lane() as usize];
            ended.push_front(self.work.clone());
            ended.truncate(SHOWN);
        }
    }
}

#[cfg(test)]
mod tests;
