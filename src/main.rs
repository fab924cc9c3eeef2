//! The commands of revserve: see [`revserve::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    revserve::cli::main()
}
