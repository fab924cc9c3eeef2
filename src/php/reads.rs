//! What an evaluation looked at: the inputs of whatever is built from its result.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

/// Inputs, in order and once each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reads {
    /// Files that were read, included or looked for, also in vain.
    pub files: BTreeSet<Utf8PathBuf>,
    /// Settings by plugin and name; the name `*` stands for all of the plugin's.
    pub settings: BTreeSet<(String, String)>,
    /// Names of `$CFG`.
    pub cfg: BTreeSet<String>,
    /// Tables of themes of which rows were asked for.
    pub tables: BTreeSet<String>,
    /// Areas of the file pool that were listed, as `context/component/area`.
    pub areas: BTreeSet<String>,
    /// Content hashes of files of the pool that were read.
    pub stored: BTreeSet<String>,
}

impl Reads {
    /// Adds what another evaluation looked at.
    pub fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        self.settings.extend(other.settings);
        self.cfg.extend(other.cfg);
        self.tables.extend(other.tables);
        self.areas.extend(other.areas);
        self.stored.extend(other.stored);
    }
}

/// Shared notes of one evaluation.
#[derive(Clone, Default)]
pub(super) struct Notes(Rc<RefCell<Reads>>, Rc<Cell<bool>>);

impl Notes {
    pub(super) fn file(&self, path: &Utf8Path) {
        self.0.borrow_mut().files.insert(path.to_owned());
    }

    pub(super) fn setting(&self, plugin: &str, name: &str) {
        self.0.borrow_mut().settings.insert((plugin.to_owned(), name.to_owned()));
    }

    pub(super) fn cfg(&self, name: &str) {
        self.0.borrow_mut().cfg.insert(name.to_owned());
    }

    pub(super) fn table(&self, name: &str) {
        self.0.borrow_mut().tables.insert(name.to_owned());
    }

    pub(super) fn area(&self, area: String) {
        self.0.borrow_mut().areas.insert(area);
    }

    pub(super) fn stored(&self, hash: &str) {
        self.0.borrow_mut().stored.insert(hash.to_owned());
    }

    /// Notes that a file outside the core's libraries was passed over: it may declare anything.
    pub(super) fn skip(&self) {
        self.1.set(true);
    }

    pub(super) fn skipped(&self) -> bool {
        self.1.get()
    }

    pub(super) fn take(&self) -> Reads {
        std::mem::take(&mut *self.0.borrow_mut())
    }
}
