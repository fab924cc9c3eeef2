//! Which code a revision belongs to, as noted when it was first seen (design.md §6).
//!
//! Moodle moves its versions hash and its revisions at different times, so that what the hash says now says nothing
//! about a revision of yesterday. The first node that sees a revision writes the hash of that moment into
//! `<dataroot>/revserve/code/<family>-<revision>`; all others, and every restart, read what it wrote.

use crate::asset::Revision;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};

/// Which of the two revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    Theme,
    Script,
}

/// The notes of a site.
#[derive(Debug)]
pub struct Notes {
    folder: Utf8PathBuf,
    known: HashMap<(Family, Revision), String>,
    complained: bool,
    writes: bool,
}

impl Notes {
    /// No note is longer, in bytes: a hash has 40.
    const LONGEST: usize = 200;
    /// Notes of revisions that are this much older than a new one are removed, in seconds.
    const KEPT: u64 = 30 * 86_400;

    /// The notes in a dataroot; nothing is read yet.
    pub fn new(dataroot: &Utf8Path) -> Notes {
        Notes { folder: dataroot.join("revserve/code"), known: HashMap::new(), complained: false, writes: true }
    }

    /// The same for who only looks: what nobody has noted is not noted.
    pub fn read_only(dataroot: &Utf8Path) -> Notes {
        Notes { writes: false, ..Notes::new(dataroot) }
    }

    /// The code that a revision belongs to: as noted by whoever saw it first, else `now`, which is noted.
    ///
    /// Where the folder cannot be used, this process remembers what it saw.
    pub fn code_of(&mut self, family: Family, revision: Revision, now: &str) -> String {
        if let Some(known) = self.known.get(&(family, revision)) {
            return known.clone();
        }
        let name = format!("{}-{revision}", words(family));
        let written = match self.writes {
            true => note(&self.folder, &name, now),
            false => read(&self.folder.join(&name)).map(|noted| noted.unwrap_or_else(|| now.to_owned())),
        };
        let noted = match written {
            Ok(noted) => {
                self.complained = false;
                if self.writes {
                    self.tidy(revision);
                }
                noted
            }
            Err(error) => {
                if !std::mem::replace(&mut self.complained, true) {
                    tracing::warn!(folder = %self.folder, %error, "which code a revision belongs to cannot be noted");
                }
                now.to_owned()
            }
        };
        if self.known.len() >= 64 {
            self.known.clear();
        }
        self.known.insert((family, revision), noted.clone());
        noted
    }

    /// Removes notes of revisions that are long gone.
    fn tidy(&self, current: Revision) {
        for name in self.folder.read_dir_utf8().into_iter().flatten().flatten() {
            let revision = name.file_name().rsplit('-').next().and_then(|number| number.parse::<u64>().ok());
            if revision.is_some_and(|revision| revision + Self::KEPT < current.get()) {
                let _ = fs::remove_file(name.path()); // another node removes it too
            }
        }
    }
}

fn words(family: Family) -> &'static str {
    match family {
        Family::Theme => "theme",
        Family::Script => "js",
    }
}

/// Writes a note that appears whole or not at all, or reads the one that is there.
fn note(folder: &Utf8Path, name: &str, now: &str) -> io::Result<String> {
    let path = folder.join(name);
    if let Some(noted) = read(&path)? {
        return Ok(noted);
    }
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(format!("{now}\n").as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(now.to_owned()),
        // Another was first, or wrote it and the answer was lost.
        Err(error) => read(&path)?.ok_or(error.error),
    }
}

fn read(path: &Utf8Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(text) if text.len() > Notes::LONGEST => Err(io::Error::other(format!("{path} is no note of revserve's"))),
        Ok(text) => Ok(Some(String::from_utf8_lossy(&text).trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_who_sees_a_revision_says_for_all_which_code_it_belongs_to() {
        let folder = tempfile::tempdir().unwrap();
        let dataroot = Utf8Path::from_path(folder.path()).unwrap();
        let (mut one, mut two) = (Notes::new(dataroot), Notes::new(dataroot));
        let revision = Revision::new(1_770_000_000).unwrap();
        assert_eq!(one.code_of(Family::Theme, revision, "aaaa"), "aaaa");
        assert_eq!(two.code_of(Family::Theme, revision, "bbbb"), "aaaa");
        assert_eq!(two.code_of(Family::Script, revision, "bbbb"), "bbbb");
        assert_eq!(Notes::new(dataroot).code_of(Family::Script, revision, "cccc"), "bbbb");
    }

    #[test]
    fn a_folder_that_cannot_be_used_leaves_it_to_memory() {
        let mut notes = Notes::new(Utf8Path::new("/proc/no/such"));
        let revision = Revision::new(1_770_000_000).unwrap();
        assert_eq!(notes.code_of(Family::Theme, revision, "aaaa"), "aaaa");
        assert_eq!(notes.code_of(Family::Theme, revision, "bbbb"), "aaaa");
    }
}
