//! What this room asks of the floor below. A trait, so that tests serve outcomes of their own.

use crate::asset::url::Requested;
use crate::asset::{Asset, Coding};
use crate::designer::live::Part;
use crate::engine::{Deltas, Found, Outcome};
use std::future::Future;
use std::sync::Arc;

/// Gets assets, or builds them. Cloned into every worker thread.
pub trait Engine: Clone + Send + 'static {
    /// Gets or builds what was asked for. The future may be dropped when the client hangs up; a build that it began
    /// goes on (design.md §2, promise 4). `coding` is the one that the client would like best of all: what takes long to
    /// code is there in that one first.
    fn answer(&self, requested: Requested, coding: Option<Coding>) -> impl Future<Output = Outcome>;

    /// A number that changes whenever a current answer may no longer be one: with every purge and new revision, when
    /// the revision source is lost. Asked for on every request: one atomic load.
    fn generation(&self) -> u64;

    /// A page that follows its sources got this under that target.
    fn shown(&self, _requested: &Requested, _target: &str, _found: &Found) {}

    /// Whether pages follow their sources: else nobody wants to know what was shown.
    fn is_live(&self) -> bool {
        false
    }

    /// What pages follow their sources by.
    fn live(&self, _target: &str) -> Option<Part> {
        None
    }

    /// Whether clients may keep content as dictionaries (RFC 9842): then answers vary by what they have.
    fn dictionaries(&self) -> bool {
        false
    }

    /// What was found as deltas to the content of that SHA-256, if there are any, or in a moment.
    fn deltas(
        &self,
        _asset: &Asset,
        _found: &Found,
        _dictionary: [u8; 32],
    ) -> impl Future<Output = Option<Arc<Deltas>>> {
        std::future::ready(None)
    }

    /// An HTML page of the site's own under a target that names no asset: the demo site has one.
    fn page(&self, _target: &str) -> Option<String> {
        None
    }
}
