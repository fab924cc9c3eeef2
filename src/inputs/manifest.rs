//! A list of what was seen.

use super::{Spot, Sum};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was under a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// A regular file with this content.
    Content(Sum),
    /// A regular file, of which nobody read the content.
    File,
    /// No regular file; a folder perhaps.
    NoFile,
    Folder,
    /// No folder; a file perhaps.
    NoFolder,
    /// Neither file nor folder.
    Nothing,
    /// A folder with these names in it, and what kind each is.
    Listing(Sum),
}

/// Paths with what was seen there. Sorted, so that the same work writes the same list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub seen: BTreeMap<Spot, Seen>,
    /// Paths with where they led when all links were resolved; `None` for nowhere.
    pub leads: BTreeMap<Spot, Option<Utf8PathBuf>>,
    /// Something was seen that cannot be told apart from something else later, or that changed meanwhile: this list
    /// never holds.
    pub is_torn: bool,
}

impl Manifest {
    /// Adds what was seen under a path. Two sights that contradict each other tear the list.
    pub fn add(&mut self, path: &Utf8Path, seen: Seen) {
        match self.seen.get_mut(path.as_str()) {
            None => _ = self.seen.insert(path.into(), seen),
            Some(before) => match both(before, &seen) {
                Some(both) => *before = both,
                None => self.is_torn = true,
            },
        }
    }

    pub fn add_lead(&mut self, path: &Utf8Path, target: Option<&Utf8Path>) {
        match self.leads.get(path.as_str()) {
            None => _ = self.leads.insert(path.into(), target.map(Utf8Path::to_owned)),
            Some(before) => self.is_torn |= before.as_deref() != target,
        }
    }

    /// Adds what other work saw.
    pub fn extend(&mut self, other: &Manifest) {
        for (path, seen) in &other.seen {
            self.add(path, seen.clone());
        }
        for (path, target) in &other.leads {
            self.add_lead(path, target.as_deref());
        }
        self.is_torn |= other.is_torn;
    }

    /// The files and folders of which the content is on the list.
    pub fn sums(&self) -> impl Iterator<Item = &Spot> {
        let sums = self.seen.iter().filter(|(_, seen)| matches!(seen, Seen::Content(_) | Seen::Listing(_)));
        sums.map(|(path, _)| path)
    }

    /// Leaves out what says nothing more: a folder of which the listing of the folder above tells.
    pub fn without_implied(mut self) -> Manifest {
        let listed = |path: &Utf8Path| matches!(self.seen.get(path.as_str()), Some(Seen::Listing(_)));
        let implied = |(path, seen): (&Spot, &Seen)| {
            let is = *seen == Seen::Folder && !self.leads.contains_key(path) && path.parent().is_some_and(listed);
            is.then(|| path.clone())
        };
        let implied: Vec<Spot> = self.seen.iter().filter_map(implied).collect();
        for path in implied {
            self.seen.remove(&path);
        }
        self
    }

    /// Bytes of memory, about.
    pub fn weight(&self) -> usize {
        const EACH: usize = 120;
        let seen: usize = self.seen.keys().map(|path| path.as_str().len() + EACH).sum();
        seen + self.leads.keys().map(|path| 2 * path.as_str().len() + EACH).sum::<usize>()
    }
}

/// What holds where both were seen.
fn both(one: &Seen, other: &Seen) -> Option<Seen> {
    use Seen::{Content, File, Folder, Listing, NoFile, NoFolder, Nothing};
    Some(match (one, other) {
        (a, b) if a == b => a.clone(),
        (File | NoFolder, Content(sum)) | (Content(sum), File | NoFolder) => Content(*sum),
        (File, NoFolder) | (NoFolder, File) => File,
        (Folder | NoFile, Listing(sum)) | (Listing(sum), Folder | NoFile) => Listing(*sum),
        (Folder, NoFile) | (NoFile, Folder) => Folder,
        (NoFile, NoFolder) | (NoFolder, NoFile) => Nothing,
        (Nothing, NoFile | NoFolder) | (NoFile | NoFolder, Nothing) => Nothing,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(sights: &[Seen]) -> Manifest {
        let mut manifest = Manifest::default();
        for seen in sights {
            manifest.add("/a".into(), seen.clone());
        }
        manifest
    }

    #[test]
    fn sights_of_one_path_are_one() {
        let content = Seen::Content(Sum::of(b"x"));
        for (sights, expected) in [
            (vec![Seen::File, content.clone()], content.clone()),
            (vec![Seen::NoFile, Seen::NoFolder], Seen::Nothing),
            (vec![Seen::NoFile, Seen::Folder, Seen::Listing(Sum::of(b""))], Seen::Listing(Sum::of(b""))),
        ] {
            let manifest = manifest(&sights);
            assert_eq!(manifest.seen.values().collect::<Vec<_>>(), [&expected]);
            assert!(!manifest.is_torn);
        }
    }

    #[test]
    fn what_changed_while_it_was_looked_at_tears_the_list() {
        for sights in [
            [Seen::Content(Sum::of(b"x")), Seen::Content(Sum::of(b"y"))],
            [Seen::NoFile, Seen::File],
            [Seen::Folder, Seen::Nothing],
        ] {
            assert!(manifest(&sights).is_torn, "{sights:?}");
        }
    }
}
