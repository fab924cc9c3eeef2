//! What the listeners ask of a node: answers, health, numbers, purges.

use super::demo::Demo;
use crate::asset::Revision;
use crate::asset::url::Requested;
use crate::engine::{Engine, Outcome};
use crate::revision::Purge;
use crate::serve::admin::{Control, PurgeError, Sample};
use std::sync::atomic::Ordering::Relaxed;

/// One node of a site.
#[derive(Clone)]
pub struct Node {
    pub engine: Engine,
    /// Whether it is the demo site, which has a page.
    pub demo: bool,
}

impl crate::serve::engine::Engine for Node {
    async fn answer(&self, requested: Requested) -> Outcome {
        self.engine.answer(&requested).await
    }

    fn generation(&self) -> u64 {
        self.engine.generation()
    }

    fn page(&self, target: &str) -> Option<String> {
        match target.split_once('?').unwrap_or((target, "")) {
            ("/", "dir=rtl") if self.demo => Demo::page("rtl"),
            ("/", _) if self.demo => Demo::page("ltr"),
            _ => None,
        }
    }
}

impl Control for Node {
    fn unready(&self) -> Option<String> {
        let state = self.engine.revisions().known();
        if !self.engine.revisions().is_reachable() {
            return Some("the source of revisions does not answer".into());
        }
        state.lagging.clone()
    }

    fn samples(&self) -> Vec<Sample> {
        let state = self.engine.revisions().known();
        let revision = |revision: Option<Revision>| revision.map_or(-1.0, |r| r.get() as f64);
        let counters = self.engine.counters();
        let local = self.engine.local().counters();
        let reachable = f64::from(u8::from(self.engine.revisions().is_reachable()));
        vec![
            Sample::counter("revserve_builds_total", "Assets built from sources.", counters.builds()),
            Sample::counter("revserve_failed_builds_total", "Builds that gave no asset.", counters.failed()),
            Sample::counter(
                "revserve_scss_compiles_total",
                "Runs of the SCSS compiler in designer mode.",
                self.engine.workshop().compiles(),
            ),
            Sample::gauge("revserve_build_seconds", "Time spent building.", counters.busy().as_secs_f64()),
            Sample::gauge("revserve_memory_bytes", "Built assets in memory.", self.engine.memory_bytes() as f64),
            Sample::gauge("revserve_themerev", "The current revision of themes.", revision(state.themerev)),
            Sample::gauge("revserve_jsrev", "The current revision of scripts.", revision(state.jsrev)),
            Sample::gauge("revserve_source_reachable", "Whether the source of revisions answers.", reachable),
            Sample::counter(
                "revserve_entries_published_total",
                "Entries added to localcachedir.",
                local.published.load(Relaxed),
            ),
            Sample::counter(
                "revserve_entries_withheld_total",
                "Entries whose revision had moved.",
                local.withheld.load(Relaxed),
            ),
            Sample::counter(
                "revserve_localcachedir_failures_total",
                "Calls that localcachedir failed.",
                local.failures.load(Relaxed),
            ),
        ]
    }

    fn facts(&self) -> Vec<(String, String)> {
        let state = self.engine.revisions().known();
        let revision = |revision: Option<Revision>| revision.map_or("designer mode".to_owned(), |r| r.to_string());
        vec![
            ("themerev".into(), revision(state.themerev)),
            ("jsrev".into(), revision(state.jsrev)),
            ("revisions from".into(), self.engine.revisions().describe()),
            ("builds".into(), self.engine.counters().builds().to_string()),
            ("memory".into(), format!("{:.1} MiB", self.engine.memory_bytes() as f64 / (1 << 20) as f64)),
        ]
    }

    async fn purge(&self, purge: Purge) -> Result<String, PurgeError> {
        match self.engine.revisions().purge(purge).await {
            None => Err(PurgeError::Elsewhere(self.engine.revisions().describe())),
            Some(purged) => {
                let state = purged?;
                let revision = |revision: Option<Revision>| revision.map_or("-1".to_owned(), |r| r.to_string());
                Ok(format!("themerev {} jsrev {}", revision(state.themerev), revision(state.jsrev)))
            }
        }
    }
}
