//! Folders that belong to the site, and looking names up in them.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FileType, Mode, OFlags, fstat};
use rustix::io::Errno;

use super::error::is_absent;
use super::{SourceError, SourceFile, beneath};
use crate::inputs::{Seen, trace};

/// A folder with all links on the way to it resolved, held open: what is found in it stays in it, also
/// when the folder is moved or a link to it switched.
#[derive(Debug)]
pub struct Root {
    path: Utf8PathBuf,
    handle: OwnedFd,
}

impl Root {
    /// The resolved path, absolute.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    pub(super) fn open(&self, below: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        beneath::open(self.handle.as_fd(), below, flags)
    }

    /// Itself and the path below it, where a resolved path lies in it.
    fn below(self: &Arc<Root>, real: &Utf8Path) -> Option<(Arc<Root>, String)> {
        let below = real.strip_prefix(&self.path).ok()?;
        Some((self.clone(), below.as_str().to_owned()))
    }
}

/// A folder in which names are looked up: a root, or a folder below one.
#[derive(Clone, Debug)]
pub struct Place {
    root: Arc<Root>,
    /// Below the root, links resolved when the place was made; empty for the root itself.
    below: String,
    /// How Moodle names the folder: from dirroot; else absolute, or `dataroot:pix`. The same on every node.
    name: Arc<str>,
}

impl Place {
    /// How Moodle names the folder: from dirroot (`mod/forum`); else absolute, or `dataroot:pix`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the folder really is.
    pub fn path(&self) -> Utf8PathBuf {
        self.root.path.join(&self.below)
    }

    /// A folder below, which need not be there, as long as no link leads to it.
    pub(in crate::site) fn below_named(&self, name: &str) -> Place {
        Place { root: self.root.clone(), below: self.below(name), name: self.named(name).into() }
    }

    /// Whether no link lies on the way from `other`, so that its name says where it is.
    pub(in crate::site) fn is_simply_below(&self, other: &Place) -> bool {
        Arc::ptr_eq(&self.root, &other.root) && self.below == join(&other.below, &self.name)
    }

    pub(super) fn root(&self) -> &Arc<Root> {
        &self.root
    }

    pub(super) fn below(&self, name: &str) -> String {
        join(&self.below, name)
    }

    pub(super) fn named(&self, name: &str) -> String {
        join(&self.name, name)
    }
}

/// How far a link may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Into any root: developers link plugins into a Moodle.
    AllRoots,
    /// Only within the place's own root, as `lib/javascript.php` and dirroot (moodle-assets.md §4).
    OwnRoot,
}

/// Every folder that source files may come from.
#[derive(Debug, Default)]
pub struct Roots {
    roots: Vec<Arc<Root>>,
    /// By resolved path: a folder that is a root for several reasons is one root.
    known: HashMap<Utf8PathBuf, usize>,
}

impl Roots {
    /// Makes a folder a root: all links on the way are resolved now. `None` where there is no such folder.
    ///
    /// # Errors
    /// Where it cannot be told whether there is one.
    pub fn add(&mut self, folder: &Utf8Path, name: &str) -> Result<Option<Place>, SourceError> {
        let fail = |errno| SourceError::Unreadable { path: folder.into(), errno };
        let real = resolve(folder).map_err(fail)?;
        trace::leads(folder, real.as_deref());
        let Some(path) = real else { return Ok(None) };
        let root = match self.known.get(&path) {
            Some(&i) => self.roots[i].clone(),
            None => {
                let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
                let handle = match rustix::fs::open(path.as_std_path(), flags, Mode::empty()) {
                    Ok(handle) => handle,
                    Err(errno) if is_absent(errno) => return Ok(None),
                    Err(errno) => return Err(fail(errno)),
                };
                let root = Arc::new(Root { path: path.clone(), handle });
                self.known.insert(path, self.roots.len());
                self.roots.push(root.clone());
                root
            }
        };
        Ok(Some(Place { root, below: String::new(), name: name.into() }))
    }

    /// Whether each root is still what is under its path: what was put there in its place meanwhile is not looked at.
    pub fn are_in_place(&self) -> bool {
        let same = |root: &Root| {
            let (now, then) = (rustix::fs::stat(root.path.as_std_path()).ok()?, fstat(&root.handle).ok()?);
            Some((now.st_dev, now.st_ino) == (then.st_dev, then.st_ino))
        };
        self.roots.iter().all(|root| same(root) == Some(true))
    }

    /// A folder below a place. Where a link leads to it out of all roots, what it leads to becomes a root:
    /// this is for folders that are installed, such as components, never for what a request names.
    pub fn add_below(&mut self, place: &Place, below: &str) -> Result<Option<Place>, SourceError> {
        match self.folder(place, below) {
            Err(SourceError::LeadsOut { target, .. }) => self.add(&target, &place.named(below)),
            result => result,
        }
    }

    /// The regular file `name` in a place; `name` is relative, with `/` between segments. `None` where nothing, or
    /// a folder, is under that name. Costs one system call where there is nothing and no link on the way.
    pub fn find(&self, place: &Place, name: &str, reach: Reach) -> Result<Option<SourceFile>, SourceError> {
        if name.is_empty() || name.ends_with('/') || name.contains('\0') {
            return Ok(None);
        }
        let found = self.locate(place, name, reach);
        note(place, name, &found, Seen::File, Seen::NoFile);
        let Some(found) = found? else { return Ok(None) };
        match found.kind()? {
            FileType::RegularFile => Ok(Some(SourceFile::new(found.root, found.below, place.named(name)))),
            FileType::Directory => Ok(None),
            _ => Err(SourceError::NotRegular { path: found.path() }),
        }
    }

    /// The folder `name` of a place as a place of its own; links to it have to stay within the roots.
    pub fn folder(&self, place: &Place, name: &str) -> Result<Option<Place>, SourceError> {
        let found = self.locate(place, name, Reach::AllRoots);
        note(place, name, &found, Seen::Folder, Seen::NoFolder);
        let Some(found) = found? else { return Ok(None) };
        let is_folder = found.kind()? == FileType::Directory;
        Ok(is_folder.then(|| Place { root: found.root, below: found.below, name: place.named(name).into() }))
    }

    fn locate(&self, place: &Place, name: &str, reach: Reach) -> Result<Option<Located>, SourceError> {
        let below = place.below(name);
        match place.root.open(&below, OFlags::PATH) {
            Ok(handle) => Ok(Some(Located { handle, root: place.root.clone(), below })),
            Err(Errno::LOOP | Errno::XDEV) => self.locate_linked(place, place.root.path.join(below), reach),
            Err(errno) if is_absent(errno) => Ok(None),
            Err(errno) => Err(SourceError::Unreadable { path: place.root.path.join(below), errno }),
        }
    }

    /// The same where a link is on the way. The link may be switched between the two looks: once more then.
    fn locate_linked(&self, place: &Place, path: Utf8PathBuf, reach: Reach) -> Result<Option<Located>, SourceError> {
        for _ in 0..TRIES {
            let real = resolve(&path).map_err(|errno| SourceError::Unreadable { path: path.clone(), errno })?;
            let Some(real) = real else { return Ok(None) };
            let target = match reach {
                Reach::AllRoots => self.roots.iter().find_map(|root| root.below(&real)),
                Reach::OwnRoot => place.root.below(&real),
            };
            let Some((root, below)) = target else {
                return Err(SourceError::LeadsOut { path, target: real });
            };
            match root.open(&below, OFlags::PATH) {
                Ok(handle) => return Ok(Some(Located { handle, root, below })),
                Err(errno) if is_absent(errno) || errno == Errno::XDEV => continue,
                Err(errno) => return Err(SourceError::Unreadable { path, errno }),
            }
        }
        Err(SourceError::Changing { path })
    }
}

/// Notes what was found under a name: `there` if it is what was looked for, else `not`.
fn note(place: &Place, name: &str, found: &Result<Option<Located>, SourceError>, there: Seen, not: Seen) {
    if trace::current().is_none() {
        return;
    }
    let path = place.path().join(name);
    match found {
        Ok(None) => trace::seen(&path, not),
        Ok(Some(found)) => {
            if found.path() != path {
                trace::leads(&path, Some(&found.path()));
            }
            match found.kind() {
                Ok(FileType::RegularFile) => trace::seen(&path, if there == Seen::File { there } else { not }),
                Ok(FileType::Directory) => trace::seen(&path, Seen::Folder),
                _ => trace::uncertain(),
            }
        }
        Err(SourceError::LeadsOut { target, .. }) => trace::leads(&path, Some(target)),
        Err(_) => trace::uncertain(),
    }
}

/// How often a link that is switched meanwhile is resolved anew.
const TRIES: usize = 4;

/// What is under a name, pinned by a handle.
struct Located {
    handle: OwnedFd,
    root: Arc<Root>,
    below: String,
}

impl Located {
    fn path(&self) -> Utf8PathBuf {
        self.root.path.join(&self.below)
    }

    fn kind(&self) -> Result<FileType, SourceError> {
        match fstat(&self.handle) {
            Ok(data) => Ok(FileType::from_raw_mode(data.st_mode)),
            Err(errno) => Err(SourceError::Unreadable { path: self.path(), errno }),
        }
    }
}

/// All links resolved; `None` where nothing is there, or links go round in a circle.
fn resolve(path: &Utf8Path) -> Result<Option<Utf8PathBuf>, Errno> {
    match path.as_std_path().canonicalize() {
        // A name that is not UTF-8 is no name of Moodle's.
        Ok(real) => Ok(Utf8PathBuf::try_from(real).ok()),
        Err(error) => match Errno::from_io_error(&error) {
            Some(errno) if !is_absent(errno) => Err(errno),
            _ => Ok(None),
        },
    }
}

pub(super) fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", only) | (only, "") => only.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}
