//! Revisions from files that nodes append to (design.md §6).
//!
//! Every node appends to a file of its own in `<dataroot>/revserve/log/`; what holds is all lines of all files, in
//! whatever order they are seen. Several nodes that appended to one file would lose each other's lines on NFS.
//!
//! | File | Holds |
//! |---|---|
//! | `line.rs` | a purge, as it is written |
//! | `log.rs` | the folder: all lines, and how much of each file was read |
//! | `holds.rs` | the revisions that all lines together make |

mod holds;
mod line;
mod log;

pub use line::Purge;

use super::{Look, Source, SourceError, State};
use camino::Utf8Path;
use line::Line;
use log::{Listed, Log};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The log of purges in a shared folder.
#[derive(Clone, Debug)]
pub struct FilesSource {
    log: Log,
    /// What held at the last look.
    last: Arc<Mutex<Option<State>>>,
}

impl FilesSource {
    /// The source of a site whose dataroot this is. `node` names this node's own file.
    pub fn new(dataroot: &Utf8Path, node: &str) -> FilesSource {
        FilesSource { log: Log::new(dataroot.join("revserve/log"), node, Arc::new(Listed)), last: Arc::default() }
    }

    /// Makes this node's file, before it reads and before it answers anybody: whoever comes later sees its name at
    /// once, and it sees all names that were there before, which a network file system shows late otherwise.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn enter(&self) -> Result<(), SourceError> {
        self.log.enter()
    }

    /// Makes the first purge of a log that has none; `code` says which code it belongs to.
    ///
    /// # Errors
    /// Where the folder cannot be read, or has to be written to and cannot.
    pub fn begin(&self, code: impl FnOnce() -> Option<String>) -> Result<(), SourceError> {
        if self.log.read()?.lines.is_empty() {
            self.append_purge(Purge::All, code())?;
        }
        Ok(())
    }

    /// Reads what holds.
    ///
    /// # Errors
    /// Where it cannot be read, holds no purge, or less than it did: then nobody knows what is current.
    pub fn read(&self) -> Result<State, SourceError> {
        let read = self.log.read()?;
        let lost = || SourceError::Lost { folder: self.log.folder().to_owned() };
        if read.lines.is_empty() {
            return Err(lost());
        }
        let state = State { counted: read.counted, ..holds::state(&read.lines) };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_some_and(|last| holds::is_less(&state, last)) {
            return Err(lost());
        }
        *last = Some(state.clone());
        Ok(state)
    }

    /// Appends a purge by a node with this code, and says what holds after it.
    ///
    /// # Errors
    /// Where the log cannot be read or written.
    pub fn append_purge(&self, purge: Purge, code: Option<String>) -> Result<State, SourceError> {
        let lines = self.log.read()?.lines;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let value = now.max(holds::highest(&lines).saturating_add(1));
        let after = Some(holds::counted(&purge, &lines));
        self.log.append(&Line { purge, value, after, code })?;
        self.read()
    }

    /// How many bytes of its own file a state counts that was read after a purge: what others have to count to know
    /// of it.
    pub fn own_counted(&self, state: &State) -> (String, u64) {
        let name = self.log.node();
        (name.to_owned(), state.counted.get(name).copied().unwrap_or(0))
    }

    fn off_thread(&self, work: impl FnOnce(&FilesSource) -> Result<State, SourceError> + Send + 'static) -> Look<'_> {
        let source = self.clone();
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || work(&source)).await;
            done.unwrap_or_else(|_| {
                let error = io::Error::other("the look was given up");
                Err(SourceError::Files { path: self.log.folder().to_owned(), error })
            })
        })
    }
}

impl Source for FilesSource {
    fn look(&self) -> Look<'_> {
        self.off_thread(FilesSource::read)
    }

    fn purge(&self, purge: Purge, code: Option<String>) -> Option<Look<'_>> {
        Some(self.off_thread(move |source| source.append_purge(purge, code)))
    }

    fn describe(&self) -> String {
        format!("files in {}", self.log.folder())
    }

    fn kind(&self) -> &'static str {
        "files"
    }

    fn log(&self) -> Option<&str> {
        Some(self.log.node())
    }
}

#[cfg(test)]
mod tests;
