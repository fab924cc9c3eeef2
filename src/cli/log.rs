//! The log: on standard error, for people or for programs. `RUST_LOG` chooses what is in it.

mod json;

use super::args::LogForm;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// Begins to log what `default` chooses, in the words of `RUST_LOG`.
pub fn begin(form: LogForm, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let logging = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_target(false);
    // Colours in a file are noise, and who turned them off means it.
    let colours = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let begun = match form {
        LogForm::Human => logging.with_ansi(colours).try_init(),
        LogForm::Json => logging.event_format(json::Lines).try_init(),
    };
    // The only error is that a log has been begun already, which then goes on.
    let _ = begun;
}
