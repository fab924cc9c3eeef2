//! This process's file in the registry.
//!
//! 1. Take a place: the first of `<node>.node`, `<node>.2.node`, … that no living process has. A lock on the file says
//!    so, which the system drops with the process.
//! 2. Write what there is to tell over it, again and again; where it was taken away, take a place anew.
//! 3. Leave: remove it.

use super::record::Record;
use super::{Made, Registry, RegistryError, inputs};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::time::SystemTime;

/// A place that this process has. It is left when this is dropped.
#[derive(Debug)]
pub struct Own {
    registry: Registry,
    node: String,
    path: Utf8PathBuf,
    file: File,
    told: bool,
}

impl Own {
    /// Processes of one node that can be there at once.
    const PLACES: usize = 64;

    /// Takes a place. Until the first beat nothing is told but that somebody is there.
    ///
    /// # Errors
    /// Where the folder cannot be written to, or all places are taken.
    pub fn enter(registry: &Registry, node: &str) -> Result<Own, RegistryError> {
        let folder = registry.folder();
        fs::create_dir_all(folder).map_err(RegistryError::io(folder))?;
        registry.remove_forgotten();
        for number in 1..=Self::PLACES {
            let stem = if number == 1 { node.to_owned() } else { format!("{node}.{number}") };
            let path = folder.join(format!("{stem}.{}", Registry::NODE));
            let taken = take(&path).map_err(RegistryError::io(&path))?;
            let (path, file) = match taken {
                Taken::Ours(file) => (path, file),
                Taken::Others => continue,
                // Then what tells processes apart is their numbers, and what a dead one leaves grows old.
                Taken::NobodyKnows => {
                    let _ = remove(&path); // it was made to try
                    let path = folder.join(format!("{node}.p{}.{}", std::process::id(), Registry::NODE));
                    let file = open(&path).map_err(RegistryError::io(&path))?;
                    (path, file)
                }
            };
            let own = Own { registry: registry.clone(), node: node.to_owned(), path, file, told: false };
            own.write(&Record { node: node.to_owned(), ..Record::default() })?;
            return Ok(own);
        }
        Err(RegistryError::Full { folder: folder.to_owned(), node: node.to_owned() })
    }

    /// The name of the file, without its ending: of all processes of all nodes only this one has it.
    pub fn name(&self) -> &str {
        self.path.file_stem().unwrap_or_default()
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Tells what there is to tell, and says what time it is in the file system of the registry.
    ///
    /// # Errors
    /// Where the file cannot be written; what was told before stays.
    pub fn beat(&mut self, record: &Record) -> Result<SystemTime, RegistryError> {
        if !self.is_there() {
            let anew = Own::enter(&self.registry, &self.node)?;
            // What is dropped has no name any more: it must not take the new one's.
            drop(std::mem::replace(self, anew));
        }
        self.write(record)
    }

    /// Tells what disputed assets were made of; nothing where there are none.
    ///
    /// # Errors
    /// Where the file beside this process's cannot be written or removed.
    pub fn tell_inputs(&mut self, made: &[Made]) -> Result<(), RegistryError> {
        let path = self.path.with_extension(Registry::INPUTS);
        if made.is_empty() && !self.told {
            return Ok(());
        }
        let told = match made.is_empty() {
            true => remove(&path),
            false => inputs::write(self.registry.folder(), &path, made),
        };
        told.map_err(RegistryError::io(&path))?;
        self.told = !made.is_empty();
        Ok(())
    }

    fn write(&self, record: &Record) -> Result<SystemTime, RegistryError> {
        let written = || -> std::io::Result<SystemTime> {
            let length = usize::try_from(self.file.metadata()?.len()).unwrap_or(usize::MAX);
            // One that somebody blew up is cut.
            let least = if length > Record::LONGEST { 0 } else { length };
            let line = record.line(least);
            self.file.write_all_at(&line, 0)?;
            if length > line.len() {
                self.file.set_len(line.len() as u64)?;
            }
            self.file.sync_data()?;
            self.file.metadata()?.modified()
        };
        written().map_err(RegistryError::io(&self.path))
    }

    /// Whether the name is still this file's: somebody may have emptied the folder.
    fn is_there(&self) -> bool {
        let own = self.file.metadata().map(|data| (data.dev(), data.ino())).ok();
        own.is_some() && self.path.metadata().map(|data| (data.dev(), data.ino())).ok() == own
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if self.is_there() {
            // Whoever cannot remove it leaves a file that grows old.
            let _ = remove(&self.path);
            let _ = remove(&self.path.with_extension(Registry::INPUTS));
        }
    }
}

/// Whose a place is.
enum Taken {
    Ours(File),
    Others,
    /// The file system has no locks.
    NobodyKnows,
}

/// Takes the file under a name, if no living process has it.
fn take(path: &Utf8Path) -> std::io::Result<Taken> {
    loop {
        let file = open(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(Taken::Others),
            Err(Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(Taken::NobodyKnows),
            Err(error) => return Err(error.into()),
        }
        // Whoever left removed the name before the lock was given up.
        if file.metadata()?.nlink() > 0 {
            return Ok(Taken::Ours(file));
        }
    }
}

fn open(path: &Utf8Path) -> std::io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}

fn remove(path: &Utf8Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Registry {
    /// Removes files of nodes that have been gone for long.
    fn remove_forgotten(&self) {
        let Ok(now) = self.now() else { return };
        for name in self.folder.read_dir_utf8().into_iter().flatten().flatten() {
            let changed = name.metadata().and_then(|data| data.modified());
            let old = changed.is_ok_and(|changed| now.duration_since(changed).is_ok_and(|age| age > Self::KEPT));
            if old && matches!(name.path().extension(), Some(Self::NODE | Self::INPUTS)) {
                let _ = fs::remove_file(name.path()); // another node removes it too
            }
        }
    }
}
