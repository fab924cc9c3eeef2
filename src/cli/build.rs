//! `revserve build`: fills a node before users come.
//!
//! 1. find every asset of the site
//! 2. build and store each, unless localcachedir has it
//! 3. make the best compression of what was built
//! 4. say what was done, and what could not be

mod progress;

use super::args::BuildOptions;
use super::open::{Builds, Opened, open, settle};
use super::say::say;
use crate::asset::{Asset, ThemeName};
use crate::config::Settings;
use crate::engine::{Engine, Filled, Indexed};
use anyhow::bail;
use progress::Progress;
use std::time::{Duration, Instant};

pub fn run(options: BuildOptions) -> anyhow::Result<()> {
    let Opened { settings, demo: _demo } = settle(&options.site, &[], None)?;
    if options.components {
        return components(&settings);
    }
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
    let assets = assets(&engine, &options.theme)?;
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
    builds.block_on(engine.keep_index());
    say!(
        "{built} assets built, {kept} were there, in {:.1} s; best compression after {:.1} s",
        filled_in.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    let phases = engine.phases();
    let each = phases.0.iter().filter(|(_, time)| time.as_millis() >= 10);
    let each: Vec<String> = each.map(|(what, time)| format!("{what} {:.2}", time.as_secs_f64())).collect();
    say!("processor time {:.1} s: {}", phases.total().as_secs_f64(), each.join(", "));
    for asset in &brief {
        say!("not stored: {asset}: what can be made of it now is a stand-in, served for seconds at a time");
    }
    for (asset, why) in &failed {
        say!("failed: {asset}: {why}");
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

/// The assets of these themes; of all where none is named.
fn assets(engine: &Engine, names: &[String]) -> anyhow::Result<Vec<Asset>> {
    let known = engine.theme_names();
    if let Some(missing) = names.iter().find(|name| !known.iter().any(|theme| theme.as_str() == *name)) {
        bail!("there is no theme {missing:?}: revserve check says which there are");
    }
    let is_asked = |theme: &ThemeName| names.is_empty() || names.iter().any(|name| name == theme.as_str());
    Ok(engine.everything(is_asked)?)
}

/// Makes the component index and says what is in it.
fn components(settings: &Settings) -> anyhow::Result<()> {
    let Indexed { plugins, themes, fingerprint, path } = crate::engine::make_index(settings)?;
    let code = match fingerprint {
        Ok(fingerprint) => format!("fingerprint {fingerprint}"),
        Err(why) => format!("no fingerprint: {why}"),
    };
    say!("{plugins} plugins, {themes} themes, {code}");
    match path {
        Some(path) => say!("index {}", path.display()),
        None => bail!(
            "the index could not be kept: either the site's code is being changed, or a theme's file cannot be read, or {} \
             cannot be written to",
            settings.place.localcachedir
        ),
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
