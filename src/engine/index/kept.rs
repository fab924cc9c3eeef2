//! An index as it is written: a line with the hash of the rest, then JSON.

use crate::build::yui::Library;
use crate::inputs::{Looks, Manifest, Stamps, Sum};
use crate::site::{Index, Site, SitePaths};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::os::unix::fs::MetadataExt;

/// All that a start needs to know of a site, and by what it is known to be so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The version of revserve that made it.
    version: String,
    /// The program's file: two of one version may look through folders differently.
    program: Option<Program>,
    places: Places,
    /// The code's fingerprint, unless it cannot be told.
    pub code: Option<KeptCode>,
    pub site: Index,
    pub yui: Library,
    /// What the site was read from.
    pub manifest: Manifest,
    stamps: Stamps,
}

/// A fingerprint, and the version files that it was taken of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptCode {
    /// As Moodle writes it.
    pub fingerprint: String,
    pub manifest: Manifest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Program {
    size: u64,
    modified: (i64, i64),
}

impl Program {
    fn this() -> Option<Program> {
        let data = std::fs::metadata("/proc/self/exe").ok()?;
        Some(Program { size: data.len(), modified: (data.mtime(), data.mtime_nsec()) })
    }
}

/// Where the site is: the same folders elsewhere have other links, and themes may write paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Places {
    root: Utf8PathBuf,
    dirroot: Utf8PathBuf,
    dataroot: Utf8PathBuf,
    themedir: Option<Utf8PathBuf>,
    admin: String,
}

impl Places {
    fn of(paths: &SitePaths) -> Places {
        Places {
            root: paths.checkout.root.clone(),
            dirroot: paths.checkout.dirroot.clone(),
            dataroot: paths.dataroot.clone(),
            themedir: paths.themedir.clone(),
            admin: paths.admin.clone(),
        }
    }
}

/// Why a text is no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoIndex {
    /// It begins otherwise.
    #[error("it is no component index of revserve's")]
    Other,
    /// It is of another form than this program's, or was changed or cut off.
    #[error("it is damaged, or of another version of revserve")]
    Damaged,
}

const BEGINS: &[u8] = b"revserve index 1 ";
/// The digits of a hash, and the end of the line.
const HASH: usize = 65;

impl Kept {
    /// An index of what was just read; `None` where it is not so any more, or cannot be looked at again.
    pub fn new(
        paths: &SitePaths,
        site: &Site,
        yui: &Library,
        manifest: &Manifest,
        code: Option<KeptCode>,
        looks: &Looks,
    ) -> Option<Kept> {
        let code_holds = code.as_ref().is_none_or(|code| looks.hold(&code.manifest));
        if !looks.hold(manifest) || !code_holds {
            return None;
        }
        let mut stamps = looks.stamps(manifest);
        stamps.extend(code.iter().map(|code| looks.stamps(&code.manifest)));
        Some(Kept {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            program: Program::this(),
            places: Places::of(paths),
            code,
            site: site.index(),
            yui: yui.clone(),
            manifest: manifest.clone(),
            stamps,
        })
    }

    pub fn is_of(&self, paths: &SitePaths) -> bool {
        self.places == Places::of(paths)
    }

    /// The checkout that it was made of.
    pub fn root(&self) -> &camino::Utf8Path {
        &self.places.root
    }

    pub fn is_of_this_program(&self) -> bool {
        self.is_of_this_version() && self.program.is_some() && self.program == Program::this()
    }

    pub fn is_of_this_version(&self) -> bool {
        self.version == env!("CARGO_PKG_VERSION")
    }

    /// What remembers the files that this index is of, under the stamps that they had.
    pub fn looks(&self) -> Looks {
        let lists = std::iter::once(&self.manifest).chain(self.code.as_ref().map(|code| &code.manifest));
        Looks::with(lists, &self.stamps)
    }

    /// Whether all of its files were old enough for their times to be trusted: else they are read at each start.
    pub fn is_settled(&self) -> bool {
        let lists = std::iter::once(&self.manifest).chain(self.code.as_ref().map(|code| &code.manifest));
        lists.flat_map(Manifest::sums).all(|path| self.stamps.has(path))
    }

    /// As a file; `None` where a theme is at fault in a way that cannot be kept.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let json = serde_json::to_vec(self).ok()?;
        Some([BEGINS, Sum::of(&json).hex().as_bytes(), b"\n", &json].concat())
    }

    /// # Errors
    /// [`NoIndex`] where the bytes are not those of a whole index.
    pub fn decode(bytes: &[u8]) -> Result<Kept, NoIndex> {
        let rest = bytes.strip_prefix(BEGINS).ok_or(NoIndex::Other)?;
        let (hash, json) = rest.split_at_checked(HASH).ok_or(NoIndex::Damaged)?;
        if hash != [Sum::of(json).hex().as_bytes(), b"\n"].concat() {
            return Err(NoIndex::Damaged);
        }
        serde_json::from_slice(json).map_err(|_| NoIndex::Damaged)
    }
}
