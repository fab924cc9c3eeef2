//! Why a theme has no chain.

use camino::Utf8PathBuf;

use serde::{Deserialize, Serialize};

use crate::asset::ThemeName;

/// Why a theme cannot be served as itself. Moodle serves the site's default theme in its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ThemeFault {
    /// A theme in the list of parents is not installed, or is itself of no use.
    #[error("the theme {theme} needs its parent {missing:?}, which is not installed or broken")]
    MissingParent { theme: ThemeName, missing: String },
    /// It has a `styles.php`, as themes of Moodle 1 had: Moodle refuses it.
    #[error("{dir}/styles.php makes this a theme of Moodle 1, which no Moodle of today serves")]
    Legacy { dir: Utf8PathBuf },
    /// Its `config.php` gives no list of parents, or cannot be read as data.
    #[error("{path}: {why}")]
    BadConfig { path: Utf8PathBuf, why: String },
}
