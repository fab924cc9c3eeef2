//! The folder of logs: all lines of all nodes, and how much of each file was read.

use super::line::Line;
use crate::revision::SourceError;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Which names a folder has, as this node sees it: a network file system may show new ones late.
pub trait Names: std::fmt::Debug + Send + Sync {
    /// The names that are to be seen now.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    fn names(&self, folder: &Utf8Path) -> io::Result<Vec<String>>;

    /// Makes a name that goes again: who makes one in a folder sees all that others made.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    fn touch(&self, folder: &Utf8Path) -> io::Result<()> {
        tempfile::NamedTempFile::new_in(folder)?.close()
    }
}

/// As the system lists them.
#[derive(Debug)]
pub struct Listed;

impl Names for Listed {
    fn names(&self, folder: &Utf8Path) -> io::Result<Vec<String>> {
        folder.read_dir_utf8()?.map(|name| name.map(|name| name.file_name().to_owned())).collect()
    }
}

/// The logs of a site.
#[derive(Clone, Debug)]
pub struct Log {
    folder: Utf8PathBuf,
    names: Arc<dyn Names>,
    node: String,
    /// Lines that were reported: file and number.
    reported: Arc<Mutex<HashSet<(Utf8PathBuf, usize)>>>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Lines {
    pub lines: Vec<Line>,
    /// Bytes of whole lines, by the names of the nodes that wrote any.
    pub counted: BTreeMap<String, u64>,
}

impl Log {
    /// What a log is called.
    const LOG: &str = "log";
    /// So many lines are reported; who writes more of them needs no longer list.
    const REPORTED: usize = 1000;

    pub fn new(folder: Utf8PathBuf, node: &str, names: Arc<dyn Names>) -> Log {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let node = node.chars().map(|c| if good(c) { c } else { '-' }).collect();
        Log { folder, names, node, reported: Arc::default() }
    }

    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// The name of this node's own file, without its ending.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Makes this node's file, so that whoever comes later sees it, and sees all that others made before.
    pub fn enter(&self) -> Result<(), SourceError> {
        let path = self.own();
        let make = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            fs::OpenOptions::new().append(true).create(true).open(&path)?;
            self.names.touch(&self.folder)
        };
        make().map_err(|error| SourceError::Files { path: path.clone(), error })
    }

    pub fn append(&self, line: &Line) -> Result<(), SourceError> {
        self.append_text(&format!("{line}\n"))
    }

    pub fn append_text(&self, line: &str) -> Result<(), SourceError> {
        let path = self.own();
        let append = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = fs::OpenOptions::new().read(true).append(true).create(true).open(&path)?;
            // A line that a full disk tore must not take this one with it.
            let torn = file.seek(SeekFrom::End(-1)).is_ok() && {
                let mut last = [0];
                file.read_exact(&mut last)?;
                last != [b'\n']
            };
            let text = if torn { format!("\n{line}") } else { line.to_owned() };
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        append().map_err(|error| SourceError::Files { path: path.clone(), error })
    }

    /// All lines of all files; nothing where there is no folder yet.
    pub fn read(&self) -> Result<Lines, SourceError> {
        let failed = |path: &Utf8Path, error| SourceError::Files { path: path.to_owned(), error };
        let mut read = Lines::default();
        let names = match self.names.names(&self.folder) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(read),
            Err(error) => return Err(failed(&self.folder, error)),
        };
        for name in names {
            let path = self.folder.join(name);
            if path.extension() != Some(Self::LOG) {
                continue;
            }
            let text = fs::read(&path).map_err(|error| failed(&path, error))?;
            let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            if whole > 0 {
                read.counted.insert(path.file_stem().unwrap_or_default().to_owned(), whole as u64);
            }
            read.lines.extend(self.lines(&path, &text[..whole]));
        }
        Ok(read)
    }

    /// Whole lines only: what is torn or foreign is reported once, and skipped.
    fn lines(&self, path: &Utf8Path, text: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            match Line::read(line) {
                Some(line) => lines.push(line),
                None => self.report(path, number + 1),
            }
        }
        lines
    }

    fn report(&self, path: &Utf8Path, line: usize) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() < Self::REPORTED && reported.insert((path.to_owned(), line)) {
            tracing::warn!(%path, line, "a line that is no purge was skipped");
        }
    }

    fn own(&self) -> Utf8PathBuf {
        self.folder.join(format!("{}.{}", self.node, Self::LOG))
    }
}
