//! `revserve inspect`: where the answer to a URL comes from, or what an entry holds.

use super::args::InspectOptions;
use super::open::{Builds, Opened, open, settle};
use super::say::say;
use crate::asset::{Asset, Freshness, Revision};
use crate::cache::{Entry, entry};
use crate::engine::{Explanation, Outcome};
use crate::serve::answer::etag::ContentName;
use anyhow::{Context, bail};
use camino::Utf8Path;
use std::time::{Duration, UNIX_EPOCH};

pub fn run(options: InspectOptions) -> anyhow::Result<()> {
    if options.what.ends_with(".entry") {
        return inspect_entry(Utf8Path::new(&options.what));
    }
    let Opened { settings, demo: _demo } = settle(&options.site, &[], None)?;
    let builds = Builds::start()?;
    let engine = builds.block_on(open(&settings, builds.handle()))?;
    let requested = match engine.mount().parse(&options.what) {
        Ok(requested) => requested,
        Err(refusal) => bail!("{}: {refusal}; the site is at {}", options.what, settings.place.wwwroot),
    };
    say!("asset          {}", requested.asset);
    // A list of YUI modules names a revision in each of its parts.
    if !matches!(requested.asset, Asset::YuiCombo { .. }) {
        say!("revision       {}", requested.revision);
    }
    if let Some(sub) = requested.subrevision {
        say!("sub-revision   {sub}");
    }
    say!("spelling       {}", if requested.canonical { "Moodle's own" } else { "another than Moodle's own" });
    let state = engine.revisions().known();
    let current = |revision: Option<Revision>| revision.map_or("-1 (designer mode)".to_owned(), |r| r.to_string());
    say!(
        "current        themerev {}, jsrev {} ({})",
        current(state.themerev),
        current(state.jsrev),
        engine.revisions().describe()
    );
    let Explanation { plan, entry, is_stored, outcome } = builds.block_on(engine.explain(&requested));
    // What was found says it best: a list is as fresh as its parts, a stand-in is never kept long.
    let freshness = if let Outcome::Found(found) = &outcome { found.freshness } else { plan.freshness };
    say!("freshness      {}", words(freshness));
    match entry {
        Some(name) => say!("entry          {name} ({})", if is_stored { "stored" } else { "not stored" }),
        None => say!("entry          never stored"),
    }
    match outcome {
        Outcome::Found(found) => {
            if let Some(modified) = found.modified {
                let date = UNIX_EPOCH.checked_add(Duration::from_secs(modified.get()));
                say!("modified       {}", date.map_or_else(String::new, httpdate::fmt_http_date));
            }
            print_entry(&found.entry);
        }
        Outcome::NotFound { .. } => say!("answer         404: there is no such asset"),
        Outcome::Failed => say!("answer         500: it could not be built, the log says why"),
        Outcome::Unavailable => say!("answer         503: too busy"),
    }
    Ok(())
}

fn inspect_entry(path: &Utf8Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {path}"))?;
    print_entry(&entry::decode(bytes.into()).with_context(|| format!("{path} is damaged"))?);
    Ok(())
}

fn words(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Current => "current: kept for good",
        Freshness::Disputed => "current, but nodes disagree about it, or it is not what it was: kept for 60 s",
        Freshness::Short => "another revision, a stand-in, or a lagging node: kept for 10 s",
        Freshness::Revalidate => "development: asked anew each time",
    }
}

fn print_entry(entry: &Entry) {
    say!("type           {}", entry.content_type.header());
    say!("content        {}", hex(&entry.identity));
    for input in &entry.inputs {
        say!("source         {}  {}", input.sha256.as_ref().map_or("looked for in vain".into(), hex), input.name);
    }
    let name = ContentName::of(entry);
    for variant in &entry.variants {
        let coding = format!("{} {}", variant.coding.token(), variant.level);
        say!("variant        {coding:<12} {:>9} bytes  etag {}", variant.bytes.len(), name.etag(variant));
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
