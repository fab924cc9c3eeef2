//! The component index: what looking through the site's folders gave, kept in localcachedir, so that a start need not do
//! it again.
//!
//! **When it is believed.** With the index is kept the list of all that was looked at to make it: folders with what was in
//! them, files with their content, names that were looked for in vain, where links led. The index counts exactly as long as
//! each of that is as it was: then looking through the folders would give the same. Nearly always a `stat` tells: device,
//! inode, size, and the times of modification and of change, the last of which nobody can set. Where one of them is not
//! that of before, or was too young to be trusted, the file is read and compared. A plugin that came, went or was linked,
//! a `db/subplugins.json`, a theme's `config.php` and the files that it includes: all of them are on the list. Versions are
//! not, because nothing here depends on them; the fingerprint has a list of its own ([`KeptCode`]).
//!
//! A ready-made index (`[site] index`) was made elsewhere, so its times mean nothing here, and all of its list is read. It
//! must be of this version of revserve, of these paths, and of code with this fingerprint.

mod kept;
mod ready;

pub use kept::{Kept, KeptCode, NoIndex};
pub use ready::{Refused, take as take_ready};

use crate::cache::LocalCache;
use crate::inputs::Looks;
use crate::site::SitePaths;
use camino::Utf8PathBuf;
use std::path::PathBuf;
use std::sync::Arc;

/// Where indexes are kept.
pub struct Shelf {
    local: Arc<LocalCache>,
    /// `[site] index`.
    ready: Option<Utf8PathBuf>,
}

/// An index that holds, and what remembers its files.
pub struct Believed {
    pub kept: Kept,
    pub looks: Looks,
    /// Whether it is this node's own, and need not be kept again with better times.
    pub is_own: bool,
}

impl Shelf {
    pub fn new(local: Arc<LocalCache>, ready: Option<Utf8PathBuf>) -> Shelf {
        Shelf { local, ready }
    }

    /// Keeps an index; where, unless it cannot be written.
    pub fn put(&self, kept: &Kept) -> Option<PathBuf> {
        self.local.publish_index(&kept.encode()?).ok()
    }

    /// An index that holds now: this node's own, else the ready-made one. Why that is refused is said in the log.
    pub fn take(&self, paths: &SitePaths) -> Option<Believed> {
        let own = self.local.indexes().find_map(|(_, bytes)| {
            let kept = Kept::decode(&bytes).ok().filter(|kept| kept.is_of(paths) && kept.is_of_this_program())?;
            let looks = kept.looks();
            let is_own = kept.is_settled();
            looks.hold(&kept.manifest).then_some(Believed { kept, looks, is_own })
        });
        own.or_else(|| {
            let (kept, looks) =
                take_ready(self.ready.as_deref()?, paths).inspect_err(|why| tracing::warn!("{why}")).ok()?;
            Some(Believed { kept, looks, is_own: false })
        })
    }
}
