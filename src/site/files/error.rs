//! What goes wrong with one source file.

use std::sync::Arc;

use camino::Utf8PathBuf;
use rustix::io::Errno;

use crate::php::Problem;

/// Why a source file gives no content. Costs its asset, never the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The file was there when it was looked up and is gone: somebody changes the tree right now.
    #[error("{path} has just gone")]
    Gone { path: Utf8PathBuf },
    /// The file, or a folder on the way to it, is there but may not be read, or its disk does not answer.
    #[error("cannot read {path}: {errno}")]
    Unreadable { path: Utf8PathBuf, errno: Errno },
    /// A FIFO, socket or device stands where a file should.
    #[error("{path} is not a regular file")]
    NotRegular { path: Utf8PathBuf },
    /// A symbolic link on the way leads out of all folders that belong to the site.
    #[error("{path} leads out of the site's folders, to {target}")]
    LeadsOut { path: Utf8PathBuf, target: Utf8PathBuf },
    /// The file has more bytes than an asset of its kind may have.
    #[error("{path} has {size} bytes, more than the {limit} that are read")]
    TooLarge { path: Utf8PathBuf, size: u64, limit: u64 },
    /// The file or a link on the way changed each time it was looked at.
    #[error("{path} keeps changing while it is read")]
    Changing { path: Utf8PathBuf },
    /// Which files belong to the asset is written in PHP that cannot be read as data.
    #[error("which files there are is unknown: {0}")]
    Undeclared(Arc<Problem>),
    /// A folder holds more files, or folders deeper in each other, than any component of Moodle.
    #[error("{path} holds more than the {limit} files that are looked at")]
    TooMany { path: Utf8PathBuf, limit: usize },
}

/// Whether this says that nothing is under the name. Anything else, such as a folder that may not be searched or a
/// disk that does not answer, must not pass for "not there": the next place's file would be served for it.
pub(super) fn is_absent(errno: Errno) -> bool {
    matches!(errno, Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::LOOP | Errno::INVAL)
}
