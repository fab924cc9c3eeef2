//! Telling the log of a thing once, however often somebody asks for it.

use super::{Engine, Failure};
use crate::asset::Asset;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// What was told since the start.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashSet<Box<str>>>);

impl Told {
    /// So many things are told; a site that is wrong altogether needs no longer list.
    const MOST: usize = 1000;

    /// Tells it, unless it was told before.
    pub fn once(&self, what: &str, tell: impl FnOnce(&str)) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < Self::MOST && told.insert(what.into()) {
            tell(what);
        }
    }
}

/// What the log is told of a failure, and what is left of it for clients: what leads out of the site is not there.
pub fn failure(engine: &Engine, asset: &Asset, failure: Failure) -> Failure {
    match failure {
        Failure::NotFound => Failure::NotFound,
        Failure::Outside(what) => {
            engine.0.told.once(&what, |what| tracing::error!(%asset, "{what}: it is not served"));
            Failure::NotFound
        }
        failure => {
            tracing::error!(%asset, %failure, "an asset could not be built");
            failure
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_told_once_and_not_more_of_them_than_anybody_reads() {
        let (told, mut count) = (Told::default(), 0);
        for what in ["one", "two", "one"] {
            told.once(what, |_| count += 1);
        }
        assert_eq!(count, 2);
        for n in 0..5000 {
            told.once(&n.to_string(), |_| count += 1);
        }
        assert_eq!(count, Told::MOST);
    }
}
