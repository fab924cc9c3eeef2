//! `revserve build`: fills a node before users come.

use super::args::SiteOptions;
use super::open::{Builds, Opened, open, settle};
use crate::engine::Filled;
use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Instant;

pub fn run(options: SiteOptions) -> anyhow::Result<()> {
    let Opened { settings, demo: _demo } = settle(&options, &[], None)?;
    let builds = Builds::start()?;
    let engine = builds.block_on(open(&settings, builds.handle()))?;
    if engine.revisions().known().themerev.is_none() {
        bail!("the site is in designer mode, in which nothing is kept: turn it off, or serve without building");
    }
    let begun = Instant::now();
    let assets = engine.everything()?;
    let bar = ProgressBar::new(assets.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} assets, {elapsed} {msg}") {
        bar.set_style(style);
    }
    let (mut built, mut kept, mut failed) = (0, 0, Vec::new());
    builds.block_on(engine.fill(assets, |filled| {
        match filled {
            Filled::Built => built += 1,
            Filled::Kept => kept += 1,
            Filled::None => {}
            Filled::Failed(asset, why) => failed.push((asset, why)),
        }
        bar.inc(1);
    }));
    let filled_in = begun.elapsed();
    bar.set_message("compressing");
    builds.block_on(engine.settle());
    bar.finish_and_clear();
    println!(
        "{built} assets built, {kept} were there, in {:.1} s; best compression after {:.1} s",
        filled_in.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    for (asset, why) in &failed {
        println!("failed: {asset:?}: {why}");
    }
    if !failed.is_empty() {
        bail!("{} assets could not be built", failed.len());
    }
    Ok(())
}
