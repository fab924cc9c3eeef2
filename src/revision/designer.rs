//! Designer mode, whatever the site's revisions are.

use super::{Look, Source, State};

/// Another source of which only the revisions do not count: the operator said so at the start.
pub struct DesignerSource(pub Box<dyn Source>);

impl Source for DesignerSource {
    fn look(&self) -> Look<'_> {
        let none = |state| State { themerev: None, jsrev: None, codes: Default::default(), ..state };
        Box::pin(async move { self.0.look().await.map(none) })
    }

    fn describe(&self) -> String {
        format!("designer mode, over {}", self.0.describe())
    }

    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn may_come_later(&self) -> bool {
        self.0.may_come_later()
    }

    fn clock_ahead(&self) -> Option<f64> {
        self.0.clock_ahead()
    }

    fn changes(&self) -> bool {
        self.0.changes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::Revision;
    use crate::revision::FixedSource;

    #[tokio::test]
    async fn no_revision_of_the_source_counts() {
        let revision = Revision::new(1_770_000_000);
        let fixed = FixedSource(State { themerev: revision, jsrev: revision, ..State::default() });
        let state = DesignerSource(Box::new(fixed)).look().await.unwrap();
        assert_eq!((state.themerev, state.jsrev), (None, None));
    }
}
