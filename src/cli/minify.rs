//! `revserve minify`: a script or a style sheet, as it is served.

use super::args::MinifyOptions;
use crate::build::{minify_css, script};
use anyhow::{Context, bail};
use std::io::Write;

pub fn run(options: MinifyOptions) -> anyhow::Result<()> {
    let source = std::fs::read(&options.file).with_context(|| format!("cannot read {}", options.file))?;
    let minified = match options.file.extension() {
        Some("js") => script::minify(&source, script::Minifier::Oxc).code,
        Some("css") => minify_css::minify(&String::from_utf8_lossy(&source))?.into_bytes(),
        _ => bail!("{} is neither .js nor .css: name a script or a style sheet", options.file),
    };
    std::io::stdout().write_all(&minified).context("cannot write to standard output")
}
