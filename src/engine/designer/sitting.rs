//! One making of an asset in designer mode: when it was asked for, and what went wrong in it.
//!
//! What goes wrong is noted where it is noticed, deep below; the making thread knows its sitting.

use crate::designer::{Fault, Level};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

thread_local! {
    static SITTING: RefCell<Option<Sitting>> = const { RefCell::new(None) };
}

/// Mistakes that are kept of one making.
const MOST: usize = 50;

#[derive(Clone, Debug)]
pub struct Sitting {
    /// Nothing that was looked at before may be used.
    pub arrived: Instant,
    /// Whether results go to the shared cachedir.
    pub share: bool,
    faults: Arc<Mutex<Vec<Fault>>>,
}

impl Sitting {
    pub fn new(arrived: Instant, share: bool) -> Sitting {
        Sitting { arrived, share, faults: Arc::default() }
    }

    /// Does work in this sitting.
    pub fn hold<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = SITTING.with(|sitting| sitting.replace(Some(self.clone())));
        let _back = Back(before);
        work()
    }

    pub fn note(&self, fault: Fault) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < MOST && !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    /// Notes why something stands in for a sheet, unless that is known already, with its place.
    pub fn note_stand_in(&self, theme: &str, why: &str) {
        let known = self.faults().iter().any(|fault| fault.level == Level::Error);
        if !known {
            self.note(Fault { level: Level::Error, theme: theme.to_owned(), spot: None, message: why.to_owned() });
        }
    }

    pub fn note_all(&self, faults: &[Fault]) {
        faults.iter().for_each(|fault| self.note(fault.clone()));
    }

    pub fn faults(&self) -> Vec<Fault> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Back(Option<Sitting>);

impl Drop for Back {
    fn drop(&mut self) {
        let before = self.0.take();
        SITTING.with(|sitting| *sitting.borrow_mut() = before);
    }
}

/// The sitting that this thread works in; `None` in production.
pub fn current() -> Option<Sitting> {
    SITTING.with(|sitting| sitting.borrow().clone())
}
