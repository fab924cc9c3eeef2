//! The commands (design.md §8): one file per command, told apart here.

mod args;
mod build;
mod check;
mod control;
mod demo;
mod export_script;
mod inspect;
mod log;
mod minify;
mod nginx;
mod open;
mod purge;
mod rtl;
mod say;
mod serve;

pub use args::Arguments;

use args::Command;
use clap::Parser;
use std::process::ExitCode;

/// Reads the command line, runs the command, and says in one sentence what went wrong.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log::begin(arguments.log, arguments.command.log());
    let ended = match arguments.command {
        Command::Serve(options) => serve::run(options),
        Command::Build(options) => build::run(options),
        Command::Check(options) => check::run(options),
        Command::Inspect(options) => inspect::run(options),
        Command::Rtl(options) => rtl::run(options),
        Command::Purge(options) => purge::run(options),
        Command::Minify(options) => minify::run(options),
        Command::Nginx(options) => nginx::run(options),
        Command::ExportScript => export_script::run(),
        Command::Worker => return crate::build::worker::child_main(),
    };
    ended.map_or_else(failed, |()| ExitCode::SUCCESS)
}

fn failed(error: anyhow::Error) -> ExitCode {
    eprintln!("revserve: {error:#}");
    ExitCode::FAILURE
}
