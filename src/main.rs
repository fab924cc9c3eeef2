//! The commands of revserve: see [`revserve::cli`].

use std::process::ExitCode;

/// What a theme's code holds in memory is limited by what it really takes.
#[global_allocator]
static HEAP: revserve::php::Counted = revserve::php::Counted;

fn main() -> ExitCode {
    revserve::cli::main()
}
