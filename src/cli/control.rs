//! What the listeners ask of a node: answers, health, numbers, purges.

use super::demo::Demo;
use crate::asset::url::Requested;
use crate::asset::{Asset, Coding, Revision};
use crate::designer::live::{self, Hub, Part};
use crate::engine::board::Lane;
use crate::engine::{self, BOUNDS, Deltas, Engine, Found, Kind, Outcome, Survey, Timed};
use crate::revision::Purge;
use crate::serve::admin::{Control, Histogram, Now, PurgeError, Purged, Sample};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, SystemTime};

/// One node of a site.
#[derive(Clone)]
pub struct Node {
    pub engine: Engine,
    /// Whether it is the demo site, which has a page.
    pub demo: bool,
    /// Where pages follow their sources: who tells them.
    pub hub: Option<Hub>,
    /// Its name among others.
    pub name: String,
    pub wwwroot: String,
}

impl Node {
    /// What the status page says of the node: a name and a text each.
    fn facts(&self) -> Vec<(String, String)> {
        let source = self.engine.revisions();
        let state = source.known();
        let mut facts = vec![
            ("Revision of themes", revision_in_words(state.themerev)),
            ("Revision of scripts", revision_in_words(state.jsrev)),
            ("Revisions come from", source.describe()),
        ];
        let subrevisions = self.engine.subrevisions();
        if !subrevisions.is_empty() {
            let all: Vec<String> = subrevisions.iter().map(|(theme, sub)| format!("{theme} {sub}")).collect();
            facts.push(("Sub-revisions of themes", all.join(", ")));
        }
        if source.kind() != "fixed" && source.age().as_secs() >= 5 {
            facts.push(("Last answer of that", format!("{} s ago", source.age().as_secs())));
        }
        if let Some(ahead) = source.clock_ahead() {
            facts.push(("Its clock", format!("{ahead:+.1} s")));
        }
        facts.push(("This node's code", state.lagging.clone().unwrap_or_else(|| "that of the revisions".into())));
        if self.engine.counters().nodes() > 0 {
            facts.push(("Running nodes", self.engine.counters().nodes().to_string()));
        }
        if self.engine.disputes() > 0 {
            facts.push(("Assets about which nodes disagree", self.engine.disputes().to_string()));
        }
        facts.push(("Assets built", self.engine.counters().builds().to_string()));
        if let Some(hub) = &self.hub {
            facts.push(("Browsers that follow the sources", hub.streams().to_string()));
        }
        facts.push(("revserve", env!("CARGO_PKG_VERSION").to_owned()));
        facts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    }
}

/// A revision with its date: most are Unix times.
fn revision_in_words(revision: Option<Revision>) -> String {
    let Some(revision) = revision else { return "none: designer mode".to_owned() };
    match SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(revision.get())) {
        Some(at) if revision.get() > 1_000_000_000 && revision.get() < 10_000_000_000 => {
            format!("{revision}, {}", httpdate::fmt_http_date(at))
        }
        _ => revision.to_string(),
    }
}

impl crate::serve::engine::Engine for Node {
    async fn answer(&self, requested: Requested, coding: Option<Coding>) -> Outcome {
        self.engine.answer(&requested, coding).await
    }

    fn generation(&self) -> u64 {
        self.engine.generation()
    }

    fn dictionaries(&self) -> bool {
        self.engine.dictionaries()
    }

    async fn deltas(&self, asset: &Asset, found: &Found, dictionary: [u8; 32]) -> Option<Arc<Deltas>> {
        self.engine.deltas(asset, found, dictionary).await
    }

    fn is_live(&self) -> bool {
        self.hub.is_some()
    }

    fn shown(&self, requested: &Requested, target: &str, found: &Found) {
        let shelf = &self.engine.workshop().shelf;
        match &requested.asset {
            // A list is new where any of its scripts is.
            Asset::Scripts(paths) if paths.len() > 1 => {
                paths.iter().for_each(|path| shelf.note(&Asset::Scripts(vec![path.clone()]), target, None));
            }
            // No page shows it.
            Asset::MapOf(_) => {}
            asset => shelf.note(asset, target, Some(found.entry.identity)),
        }
    }

    fn live(&self, target: &str) -> Option<Part> {
        let hub = self.hub.as_ref()?;
        let path = target.split('?').next()?.strip_prefix(self.engine.mount().path())?;
        match path {
            "/revserve/live.js" => Some(Part::Script(live::script())),
            "/revserve/live" => Some(Part::Stream(hub.clone())),
            _ => None,
        }
    }

    fn page(&self, target: &str) -> Option<String> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if !self.demo || path != "/" {
            return None;
        }
        let state = self.engine.revisions().known();
        Demo::page(if query == "dir=rtl" { "rtl" } else { "ltr" }, state.themerev, self.hub.is_some())
    }
}

impl Control for Node {
    fn unready(&self) -> Option<String> {
        let state = self.engine.revisions().known();
        if !self.engine.revisions().is_reachable() {
            let kind = self.engine.revisions().kind();
            return Some(format!("the source of revisions ({kind}) does not answer"));
        }
        state.lagging.clone()
    }

    fn samples(&self) -> Vec<Sample> {
        let state = self.engine.revisions().known();
        let revision = |revision: Option<Revision>| revision.map_or(-1.0, |r| r.get() as f64);
        let counters = self.engine.counters();
        let local = self.engine.local().counters();
        let reachable = f64::from(u8::from(self.engine.revisions().is_reachable()));
        let by_kind = |name, help, count: fn(&Timed) -> u64| {
            let sample = move |(kind, timed): (Kind, Timed)| {
                Sample::counter(name, help, count(&timed)).label("kind", kind.as_str())
            };
            counters.kinds().map(sample).collect::<Vec<_>>()
        };
        let mut samples = by_kind("revserve_builds_total", "Assets built from sources.", |timed| timed.good);
        samples.extend(by_kind("revserve_failed_builds_total", "Builds that gave no asset.", |timed| timed.failed));
        samples.extend([
            Sample::counter(
                "revserve_scss_compiles_total",
                "Runs of the SCSS compiler in designer mode.",
                self.engine.workshop().compiles(),
            ),
            Sample::gauge(
                "revserve_live_streams",
                "Browsers that follow the sources.",
                self.hub.as_ref().map_or(0, Hub::streams) as f64,
            ),
            Sample::counter(
                "revserve_compressed_total",
                "Bodies of which the best codings were made.",
                counters.compressed(),
            ),
            Sample::counter(
                "revserve_compressions_spared_total",
                "Bodies of which the best codings were kept from before.",
                counters.spared(),
            ),
            Sample::counter("revserve_deltas_total", "Deltas between two bodies made.", counters.deltas()),
            Sample::counter(
                "revserve_storedir_failures_total",
                "Files of the store that could not be used.",
                self.engine.store().failures(),
            ),
            Sample::gauge("revserve_memory_bytes", "Built assets in memory.", self.engine.memory_bytes() as f64),
            Sample::gauge("revserve_themerev", "The current revision of themes.", revision(state.themerev)),
            Sample::gauge("revserve_jsrev", "The current revision of scripts.", revision(state.jsrev)),
            Sample::gauge("revserve_source_reachable", "Whether the source of revisions answers.", reachable),
            Sample::gauge(
                "revserve_source_age_seconds",
                "Since the last look at the source that was answered.",
                self.engine.revisions().age().as_secs_f64(),
            ),
            Sample::gauge(
                "revserve_lagging",
                "Whether this node answers short because its code is not the revisions' or an upgrade runs.",
                f64::from(u8::from(state.lagging.is_some())),
            ),
            Sample::gauge(
                "revserve_nodes",
                "Nodes of the site that were heard of lately, this one counted.",
                counters.nodes() as f64,
            ),
            Sample::gauge(
                "revserve_disputed_assets",
                "Assets of which nodes made different things, which are kept for a minute at a time.",
                self.engine.disputes() as f64,
            ),
            Sample::counter(
                "revserve_entries_loaded_total",
                "Entries loaded from localcachedir.",
                local.loaded.load(Relaxed),
            ),
            Sample::counter(
                "revserve_entries_broken_total",
                "Entries in localcachedir that failed their checksum.",
                local.broken.load(Relaxed),
            ),
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
        ]);
        samples
    }

    fn histograms(&self) -> Vec<Histogram> {
        let histogram = |(kind, timed): (Kind, Timed)| Histogram {
            name: "revserve_build_duration_seconds",
            help: "Time of builds, whether they gave an asset or not.",
            labels: vec![("kind", kind.as_str().to_owned())],
            bounds: BOUNDS.to_vec(),
            counts: timed.classes,
            sum: timed.busy.as_secs_f64(),
        };
        self.engine.counters().kinds().map(histogram).collect()
    }

    fn now(&self) -> Now {
        let board = self.engine.board();
        Now {
            node: self.name.clone(),
            site: self.wwwroot.clone(),
            unready: self.unready(),
            facts: self.facts(),
            nodes: self.engine.peers(),
            running: board.running(),
            ended: Lane::ALL.map(|lane| board.ended(lane)),
            waiting: self.engine.counters().improving(),
            faults: self.engine.faults(),
        }
    }

    async fn survey(&self) -> Survey {
        let engine = self.engine.clone();
        // Where it cannot be had, the page is there without it.
        tokio::task::spawn_blocking(move || engine.survey()).await.unwrap_or_default()
    }

    async fn purge(&self, purge: Purge) -> Result<Purged, PurgeError> {
        let purged = self.engine.purge(purge).await;
        let Some(purged) = purged else { return Err(PurgeError::Elsewhere(self.engine.revisions().describe())) };
        let engine::Purged { state, acknowledged } = purged?;
        let revision = |revision: Option<Revision>| revision.map_or("-1".to_owned(), |r| r.to_string());
        let (themerev, jsrev) = (revision(state.themerev), revision(state.jsrev));
        let (says, known_to_all) = match acknowledged {
            Ok(acknowledged) => (acknowledged.to_string(), acknowledged.is_by_all()),
            Err(error) => {
                tracing::warn!(%error, "which nodes know of a purge cannot be told");
                ("which nodes know of it cannot be told: the log says why".to_owned(), false)
            }
        };
        Ok(Purged { says: format!("themerev {themerev} jsrev {jsrev}\n{says}"), known_to_all })
    }
}
