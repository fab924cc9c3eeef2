//! `revserve export-script`: the PHP script that writes snapshots of themes' styles.

use anyhow::Context;
use std::io::Write;

const SCRIPT: &str = include_str!("export.php");

pub fn run() -> anyhow::Result<()> {
    std::io::stdout().write_all(SCRIPT.as_bytes()).context("cannot print the script")
}
