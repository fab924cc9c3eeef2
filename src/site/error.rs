//! What stops a site from being opened.

use std::io;

use camino::Utf8PathBuf;

use super::SourceError;

/// Why a site cannot be opened. The operator reads these: each says what to change.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The folder is neither a Moodle checkout nor the `public` folder of one.
    #[error("{dir} is no Moodle checkout: it has no version.php with lib/components.json; name the folder that has")]
    NoMoodle { dir: Utf8PathBuf },
    /// A folder or file that must be read is there but cannot be, or its disk does not answer.
    #[error("cannot read {path}: {source}; give the user that runs revserve the right to read it")]
    Unreadable { path: Utf8PathBuf, source: io::Error },
    /// `lib/components.json` is not what Moodle ships.
    #[error("{path} is not Moodle's list of components: {why}; restore it from Moodle's release")]
    BadComponents { path: Utf8PathBuf, why: String },
    /// A folder of the site cannot be opened.
    #[error("{0}; give the user that runs revserve the right to read it")]
    Folder(#[from] SourceError),
    /// No thread could be started to read themes on, or reading one failed by a fault of revserve's.
    #[error("themes cannot be read: no thread could be started; raise the limit on threads or memory")]
    Thread,
    /// More plugins, themes or modules than any Moodle has: a folder is linked into itself, or is not Moodle's.
    #[error("{path} holds more than {limit} entries; remove what does not belong to Moodle")]
    TooMany { path: Utf8PathBuf, limit: usize },
}
