//! `revserve build`: fills a node before users come.
//!
//! 1. find every asset of the site
//! 2. build and store each, unless localcachedir has it
//! 3. make the best compression of what was built
//! 4. say what was done, and what could not be

mod progress;

use super::args::SiteOptions;
use super::open::{Builds, Opened, open, settle};
use crate::engine::{Engine, Filled};
use anyhow::bail;
use progress::Progress;
use std::time::{Duration, Instant};

pub fn run(options: SiteOptions) -> anyhow::Result<()> {
    let Opened { settings, demo: _demo } = settle(&options, &[], None)?;
    let builds = Builds::start()?;
    let engine = builds.block_on(open(&settings, builds.handle()))?;
    if engine.revisions().known().themerev.is_none() {
        bail!("the site is in designer mode, in which nothing is kept: turn it off, or serve without building");
    }
    let state = engine.revisions().known();
    if let Some(why) = &state.lagging {
        bail!("{why}: nothing would be kept");
    }
    let begun = Instant::now();
    let assets = engine.everything()?;
    let progress = Progress::new("building", assets.len() as u64);
    let (mut built, mut kept, mut brief, mut failed) = (0, 0, Vec::new(), Vec::new());
    builds.block_on(engine.fill(assets, |filled| {
        match filled {
            Filled::Built => built += 1,
            Filled::Kept => kept += 1,
            Filled::Brief(asset) => brief.push(asset),
            Filled::None => {}
            Filled::Failed(asset, why) => failed.push((asset, why)),
        }
        progress.advance();
    }));
    progress.finish();
    let filled_in = begun.elapsed();
    builds.block_on(compressed(&engine));
    println!(
        "{built} assets built, {kept} were there, in {:.1} s; best compression after {:.1} s",
        filled_in.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    for asset in &brief {
        println!("not stored: {asset}: what can be made of it now is a stand-in, served for seconds at a time");
    }
    for (asset, why) in &failed {
        println!("failed: {asset}: {why}");
    }
    if !failed.is_empty() {
        bail!("{} assets could not be built", failed.len());
    }
    let failures = engine.local().counters().failures.load(std::sync::atomic::Ordering::Relaxed);
    if failures > 0 {
        bail!(
            "{} could not be written: make room in it, or give this user the right to",
            engine.local().base().display()
        );
    }
    Ok(())
}

/// Waits for the best variants of everything that was built.
async fn compressed(engine: &Engine) {
    let waiting = || engine.counters().improving();
    let progress = Progress::new("compressing", waiting());
    while waiting() > 0 {
        progress.left(waiting());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    progress.finish();
}
