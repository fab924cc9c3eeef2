//! The folders that a theme's imports may come from, and Moodle's search in them.

use std::fmt;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::site::SourceError;
use crate::site::files::{Place, Reach, Roots};

/// A style sheet source is refused beyond this: the largest of Moodle's own has 0.2 MB.
const LARGEST: u64 = 16 << 20;

/// What lies under an absolute path without `.` and `..`.
pub trait ImportFiles: fmt::Debug {
    /// The content of the regular file, `None` where there is none.
    ///
    /// # Errors
    /// Where it lies outside of the folders, or cannot be read.
    fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, ImportError>;
    /// Whether it is a folder within the folders.
    fn is_folder(&self, path: &Utf8Path) -> bool;
}

/// Why an import that names something gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The path, or where a link on it leads, is in none of the folders of the theme and its parents.
    #[error("{0} is outside the folders of the theme and its parents")]
    Outside(Utf8PathBuf),
    /// The file is there and gives no content.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// The folders of a theme and its parents, held open: nothing that they import leads out of them.
#[derive(Debug)]
pub struct ThemeFolders {
    roots: Roots,
    /// The folders as they were named; `None` where there is none.
    places: Vec<(Utf8PathBuf, Option<Place>)>,
}

impl ThemeFolders {
    /// Opens the folders, given by absolute path. One that is not there holds nothing.
    ///
    /// # Errors
    /// Where it cannot be told whether a folder is there.
    pub fn open(folders: &[Utf8PathBuf]) -> Result<ThemeFolders, SourceError> {
        let mut roots = Roots::default();
        let mut places = Vec::with_capacity(folders.len());
        for folder in folders {
            places.push((tidy(folder), roots.add(folder, folder.as_str())?));
        }
        Ok(ThemeFolders { roots, places })
    }

    /// The names in a folder, sorted; `None` where there is none.
    ///
    /// # Errors
    /// Where it lies outside of the folders, or cannot be read.
    pub fn names(&self, path: &Utf8Path) -> Result<Option<Vec<String>>, ImportError> {
        let (place, name) = self.locate(path).ok_or_else(|| ImportError::Outside(path.to_owned()))?;
        match place {
            Some(place) => Ok(self.roots.names(place, name)?),
            None => Ok(None),
        }
    }

    /// The place that a path lies in, and its name there.
    fn locate<'p>(&self, path: &'p Utf8Path) -> Option<(Option<&Place>, &'p str)> {
        let mut places = self.places.iter();
        places.find_map(|(folder, place)| Some((place.as_ref(), path.strip_prefix(folder).ok()?.as_str())))
    }
}

impl ImportFiles for ThemeFolders {
    fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, ImportError> {
        let outside = || ImportError::Outside(path.to_owned());
        let (place, name) = self.locate(path).ok_or_else(outside)?;
        let Some(place) = place else { return Ok(None) };
        match self.roots.find(place, name, Reach::AllRoots) {
            Ok(Some(file)) => Ok(Some(file.read(LARGEST)?.to_vec())),
            Ok(None) => Ok(None),
            Err(SourceError::LeadsOut { .. }) => Err(outside()),
            Err(error) => Err(error.into()),
        }
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        let Some((Some(place), name)) = self.locate(path) else { return false };
        self.roots.folder(place, name).is_ok_and(|folder| folder.is_some())
    }
}

/// `path` without `.` and `..`, as Moodle's compiler joins paths: by their text, before any link is followed.
pub(super) fn tidy(path: &Utf8Path) -> Utf8PathBuf {
    let mut tidied = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => drop(tidied.pop()),
            part => tidied.push(part),
        }
    }
    tidied
}

/// The names that an import may mean below one folder, in the order in which they are tried: `_name` before `name`;
/// where the URL has no `.scss` at its end, `.scss` before `.css`. (Moodle refuses a pair of `_name` and `name`; the
/// indented syntax, `.sass`, it does not know.)
pub(super) fn candidates(folder: &Utf8Path, url: &str) -> Vec<Utf8PathBuf> {
    let path = tidy(&folder.join(url));
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Vec::new() };
    let both = |name: &str| [parent.join(format!("_{name}")), parent.join(name)];
    if name.ends_with(".scss") {
        return both(name).to_vec();
    }
    [both(&format!("{name}.scss")), both(&format!("{name}.css"))].concat()
}
