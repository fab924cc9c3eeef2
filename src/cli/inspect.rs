//! `revserve inspect`: where the answer to a URL comes from, or what an entry holds.

use super::args::InspectOptions;
use super::open::{Builds, Opened, open, settle};
use crate::asset::Freshness;
use crate::cache::{Entry, entry};
use crate::engine::{Explanation, Outcome};
use crate::serve::answer::etag::ContentName;
use anyhow::{Context, bail};
use camino::Utf8Path;

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
    println!("asset          {:?}", requested.asset);
    println!("revision       {:?}", requested.revision);
    if let Some(sub) = requested.subrevision {
        println!("sub-revision   {sub:?}");
    }
    println!("canonical      {}", if requested.canonical { "yes" } else { "no, another spelling of it" });
    let state = engine.revisions().known();
    println!(
        "current        themerev {:?}, jsrev {:?} ({})",
        state.themerev,
        state.jsrev,
        engine.revisions().describe()
    );
    let Explanation { plan, entry, is_stored, outcome } = builds.block_on(engine.explain(&requested));
    println!("freshness      {}", words(plan.freshness));
    match entry {
        Some(name) => println!("entry          {name} ({})", if is_stored { "stored" } else { "not stored" }),
        None => println!("entry          never stored"),
    }
    match outcome {
        Outcome::Found(found) => print_entry(&found.entry),
        Outcome::NotFound { .. } => println!("answer         404: there is no such asset"),
        Outcome::Failed => println!("answer         500: it could not be built, the log says why"),
        Outcome::Unavailable => println!("answer         503: too busy"),
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
        Freshness::Short => "another revision, or a lagging node: kept for 10 s",
        Freshness::Revalidate => "development: asked anew each time",
    }
}

fn print_entry(entry: &Entry) {
    println!("type           {}", entry.content_type.header());
    println!("content        {}", hex(&entry.identity));
    for input in &entry.inputs {
        println!("source         {}  {}", input.sha256.as_ref().map_or("looked for in vain".into(), hex), input.name);
    }
    let name = ContentName::of(entry);
    for variant in &entry.variants {
        let coding = format!("{} {}", variant.coding.token(), variant.level);
        println!("variant        {coding:<12} {:>9} bytes  etag {}", variant.bytes.len(), name.etag(variant));
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
