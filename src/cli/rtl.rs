//! `revserve rtl`: a style sheet, flipped as it is served.

use super::args::RtlOptions;
use crate::build::rtl;
use anyhow::Context;
use std::io::{Read, Write};

pub fn run(options: RtlOptions) -> anyhow::Result<()> {
    let mut css = String::new();
    match &options.file {
        Some(path) => {
            css = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
        }
        None => {
            std::io::stdin().read_to_string(&mut css).context("cannot read standard input")?;
        }
    }
    let flipped = rtl::flip(&css, &rtl::Options::moodle());
    std::io::stdout().write_all(flipped.as_bytes()).context("cannot write to standard output")
}
