//! Everybody's files.

use super::record::Record;
use super::{Registry, RegistryError};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{self, Read};
use std::time::{Duration, SystemTime};

/// A process of a node, as it told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub record: Record,
    /// The name of its file, without its ending.
    pub file: String,
    /// When it told this, by the clock of the file system.
    pub seen: SystemTime,
    /// How long ago that was, by the same clock.
    pub silent: Duration,
}

impl Node {
    /// Whether it was heard of lately.
    pub fn is_living(&self) -> bool {
        self.silent <= Registry::LIVING
    }

    /// Seconds by which its clock was ahead of the file system's when it told this.
    pub fn clock_ahead(&self) -> f64 {
        let seen = self.seen.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.record.clock as f64 / 1000.0 - seen.as_secs_f64()
    }
}

/// All that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// By the names of their files.
    pub nodes: Vec<Node>,
    /// Files that are no node's, or torn, however often they were read.
    pub unreadable: Vec<Utf8PathBuf>,
}

impl Nodes {
    /// Those that were heard of lately.
    pub fn living(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_living())
    }
}

impl Registry {
    /// How often a file is read whose line is torn, and how long is waited between.
    const TRIES: (usize, Duration) = (5, Duration::from_millis(20));

    /// Every node that left a file, living or not; none where no node ever registered.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn nodes(&self) -> Result<Nodes, RegistryError> {
        // Who may not write there goes by the own clock.
        self.nodes_at(self.now().unwrap_or_else(|_| SystemTime::now()))
    }

    /// The same for who knows what time it is in the file system.
    ///
    /// # Errors
    /// As [`nodes`](Self::nodes).
    pub fn nodes_at(&self, now: SystemTime) -> Result<Nodes, RegistryError> {
        let mut nodes = Nodes::default();
        for path in self.files()? {
            match read(&path) {
                Ok(Some((record, seen))) => {
                    let file = path.file_stem().unwrap_or_default().to_owned();
                    let silent = now.duration_since(seen).unwrap_or_default();
                    nodes.nodes.push(Node { record, file, seen, silent });
                }
                Ok(None) => nodes.unreadable.push(path),
                // It left meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(RegistryError::Io { path, error }),
            }
        }
        Ok(nodes)
    }

    /// What time it is in the file system of the registry: when a file is changed that is changed now. Making a name
    /// there also makes a network file system show all names that others made before.
    ///
    /// # Errors
    /// Where no file can be made there.
    pub fn now(&self) -> io::Result<SystemTime> {
        let file = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut file.as_file(), b"\n")?;
        file.as_file().sync_data()?;
        file.as_file().metadata()?.modified()
    }

    fn files(&self) -> Result<Vec<Utf8PathBuf>, RegistryError> {
        let names = match self.folder.read_dir_utf8() {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(RegistryError::io(&self.folder)(error)),
        };
        let mut files = Vec::new();
        for name in names {
            let path = name.map_err(RegistryError::io(&self.folder))?.into_path();
            if path.extension() == Some(Self::NODE) {
                files.push(path);
            }
        }
        files.sort_by(|one, other| one.file_stem().cmp(&other.file_stem()));
        Ok(files)
    }
}

/// A record and when it was written; `None` where the file holds none.
fn read(path: &Utf8Path) -> io::Result<Option<(Record, SystemTime)>> {
    let (tries, pause) = Registry::TRIES;
    for tried in 1..=tries {
        let file = File::open(path)?;
        let mut line = Vec::new();
        (&file).take(Record::LONGEST as u64 + 1).read_to_end(&mut line)?;
        let seen = file.metadata()?.modified()?;
        if let Some(record) = Record::read(&line) {
            return Ok(Some((record, seen)));
        }
        if tried < tries {
            std::thread::sleep(pause);
        }
    }
    Ok(None)
}
