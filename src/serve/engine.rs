//! What this room asks of the floor below. A trait, so that tests serve outcomes of their own.

use crate::asset::url::Requested;
use crate::engine::Outcome;
use std::future::Future;

/// Gets assets, or builds them. Cloned into every worker thread.
pub trait Engine: Clone + Send + 'static {
    /// Gets or builds what was asked for. The future may be dropped when the client hangs up; a build that it began
    /// goes on (design.md §2, promise 4).
    fn answer(&self, requested: Requested) -> impl Future<Output = Outcome>;

    /// A number that changes whenever a current answer may no longer be one: with every purge and new revision, when
    /// the revision source is lost. Asked for on every request: one atomic load.
    fn generation(&self) -> u64;

    /// An HTML page of the site's own under a target that names no asset: the demo site has one.
    fn page(&self, _target: &str) -> Option<String> {
        None
    }
}
