//! Revisions that never change: benchmarks, tests, the demo site.

use super::{Look, Source, State};

/// Says the same every time.
#[derive(Clone, Debug)]
pub struct FixedSource(pub State);

impl Source for FixedSource {
    fn look(&self) -> Look<'_> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }

    fn describe(&self) -> String {
        "fixed values".into()
    }

    fn kind(&self) -> &'static str {
        "fixed"
    }

    fn changes(&self) -> bool {
        false
    }
}
