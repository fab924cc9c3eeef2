//! `revserve minify`: a script or a style sheet, as it is served.

use super::args::MinifyOptions;
use crate::build::script;
use anyhow::{Context, bail};
use std::io::Write;

pub fn run(options: MinifyOptions) -> anyhow::Result<()> {
    let source = std::fs::read(&options.file).with_context(|| format!("cannot read {}", options.file))?;
    let minified = match options.file.extension() {
        Some("js") => script::minify(&source, script::Minifier::Oxc).code,
        _ => bail!("{} does not end in .js: name a script", options.file),
    };
    std::io::stdout().write_all(&minified).context("cannot write to standard output")
}
