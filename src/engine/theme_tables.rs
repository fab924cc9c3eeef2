//! Tables of themes' own, as a theme's code may read them.
//!
//! 1. What `db/install.xml` of the theme and its parents declares under the component's own name is what may be read, and
//!    nothing else.
//! 2. The rows come out of the database, or where there is none, of the site file; one build asks for each table once.

use super::site_rows::Asked;
use crate::build::scss::{ImportFiles, ThemeFolders};
use crate::php::host::{Answer, Table};
use crate::php::problem::Reason;
use crate::site::themes::tables::{Tables, declared};
use camino::Utf8PathBuf;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Rows of the largest table that a theme's code may read.
const MOST: usize = 2_000;
/// Bytes of text in it.
const LARGEST: usize = 4 << 20;

/// Why a table that holds more is not known.
pub fn too_large(name: &str) -> Reason {
    Reason::Limit(format!("the table {name} holds more than a theme may read").into())
}

/// The tables as one build sees them.
pub struct ThemeTables {
    folders: Vec<Utf8PathBuf>,
    declared: OnceLock<Tables>,
    read: Mutex<HashMap<String, Answer<Option<Arc<Table>>>>>,
}

impl ThemeTables {
    /// For a theme and its parents, by their folders.
    pub fn of(folders: &[Utf8PathBuf]) -> ThemeTables {
        ThemeTables { folders: folders.to_vec(), declared: OnceLock::new(), read: Mutex::default() }
    }

    /// What the chain declares.
    fn declared(&self, files: &ThemeFolders) -> &Tables {
        self.declared.get_or_init(|| {
            let of = |folder: &Utf8PathBuf| {
                let xml = files.read(&folder.join("db/install.xml")).ok().flatten()?;
                // A theme is called as its folder is.
                Some(declared(folder.file_name()?, &String::from_utf8_lossy(&xml)))
            };
            self.folders.iter().filter_map(of).flatten().collect()
        })
    }

    /// The names of the tables that may be read.
    pub fn names(&self, files: &ThemeFolders) -> Vec<String> {
        self.declared(files).keys().cloned().collect()
    }

    /// A table by its name without the prefix: `None` where the database has none.
    pub fn get(&self, name: &str, files: &ThemeFolders, asked: &Asked<'_>) -> Answer<Option<Arc<Table>>> {
        let columns = self.declared(files).get(name).ok_or(Reason::Table)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.get(name) {
            return known.clone();
        }
        let table = asked.table(name, columns, MOST, LARGEST).and_then(|table| {
            let Some(table) = table else { return Ok(None) };
            let bytes: usize = table.rows.iter().flatten().flatten().map(String::len).sum();
            if table.rows.len() > MOST || bytes > LARGEST {
                return Err(too_large(name));
            }
            Ok(Some(Arc::new(table)))
        });
        read.insert(name.to_owned(), table.clone());
        table
    }
}
