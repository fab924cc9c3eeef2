//! How long an answer may be kept (moodle-assets.md §5).

use std::time::Duration;

/// What the asked revision is to the site's: decides caching, never content's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// The current revision, on a node whose code is that revision's: kept for good.
    Current,
    /// The current revision of an asset of which nodes made different things, or which is no longer what it was.
    Disputed,
    /// A valid revision that is not current, a lagging node, or a list with a missing part.
    Short,
    /// Revision -1, an invalid one, or designer mode: asked anew each time, with a validator.
    Revalidate,
}

impl Freshness {
    /// Lifetime of a current answer: 90 days.
    pub const CURRENT: Duration = Duration::from_secs(90 * 24 * 3600);
    /// Lifetime of a current YUI combo or YUI image: 360 days.
    pub const CURRENT_YUI: Duration = Duration::from_secs(360 * 24 * 3600);
    /// Lifetime of a disputed answer: 60 s.
    pub const DISPUTED: Duration = Duration::from_secs(60);
    /// Lifetime of a short answer: 10 s.
    pub const SHORT: Duration = Duration::from_secs(10);

    /// The less lasting of two: what a list of parts gets.
    pub fn worse(self, other: Freshness) -> Freshness {
        match (self, other) {
            (Freshness::Current, f) | (f, Freshness::Current) => f,
            (Freshness::Disputed, f) | (f, Freshness::Disputed) => f,
            (Freshness::Short, f) | (f, Freshness::Short) => f,
            _ => Freshness::Revalidate,
        }
    }
}
