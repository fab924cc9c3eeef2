//! What the nodes of a site tell each other about themselves (design.md §6), in `<dataroot>/revserve/nodes/`.
//!
//! Every running process has a file of its own there, which nobody else writes: who it is, what it knows of the
//! revisions, and what its big assets are. It is written anew every few seconds; a node whose file is older than
//! [`Registry::LIVING`] counts as gone. How old a file is says the clock of the file system, which all nodes share.
//!
//! | File | Holds |
//! |---|---|
//! | `record.rs` | what a node tells, as a line with its sum |
//! | `own.rs` | this process's file: the place that it takes, its beats |
//! | `read.rs` | everybody's files |
//! | `inputs.rs` | what a disputed asset was made of, by each node |
//! | `disagree.rs` | assets about which nodes disagree |
//! | `acknowledge.rs` | waiting until every node knows of a purge |

mod acknowledge;
mod disagree;
mod inputs;
mod own;
mod read;
mod record;

pub use acknowledge::Acknowledged;
pub use disagree::{Differs, Disagreement};
pub use inputs::{Made, MadeOf};
pub use own::Own;
pub use read::{Node, Nodes};
pub use record::Record;

use camino::{Utf8Path, Utf8PathBuf};
use std::time::Duration;

/// The files of all nodes of a site. Reading them changes nothing there that others would see.
#[derive(Clone, Debug)]
pub struct Registry {
    folder: Utf8PathBuf,
}

impl Registry {
    /// How often a node says that it lives.
    pub const BEAT: Duration = Duration::from_secs(5);
    /// A node that was silent for longer is gone, or asleep.
    pub const LIVING: Duration = Duration::from_secs(20);
    /// Files of nodes that were silent for longer are removed by whoever starts.
    pub const KEPT: Duration = Duration::from_secs(7 * 86_400);
    /// What a node's file is called.
    const NODE: &str = "node";
    /// What the file beside it is called that says what its disputed assets were made of.
    const INPUTS: &str = "inputs";

    /// The registry in a dataroot; nothing is read yet.
    pub fn new(dataroot: &Utf8Path) -> Registry {
        Registry { folder: dataroot.join("revserve/nodes") }
    }

    /// Where it is.
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }
}

/// The files of the registry cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The folder or a file in it cannot be read or written.
    #[error("cannot use {path}: {error}")]
    Io { path: Utf8PathBuf, error: std::io::Error },
    /// So many processes of this node run that there is no place for another.
    #[error("{folder} has no place for another process of {node}")]
    Full { folder: Utf8PathBuf, node: String },
}

impl RegistryError {
    fn io(path: &Utf8Path) -> impl FnOnce(std::io::Error) -> RegistryError {
        let path = path.to_owned();
        |error| RegistryError::Io { path, error }
    }
}

#[cfg(test)]
mod tests;
