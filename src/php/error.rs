//! When a PHP file cannot be read at all.

use camino::Utf8PathBuf;

/// Why a file gave nothing, not even unknown values.
#[derive(Debug, thiserror::Error)]
pub enum PhpError {
    /// The file is missing or cannot be opened or read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The evaluation could not be started: no thread, or a fault in revserve.
    #[error("{path} cannot be evaluated: no thread could be started for it")]
    Thread {
        /// The file.
        path: Utf8PathBuf,
    },
}
