//! What a theme's code may ask of the site it runs in.

use camino::{Utf8Path, Utf8PathBuf};

pub use super::eval::{Contents, Found};
use super::problem::Reason;
use super::value::Value;
use std::sync::Arc;

/// An answer, or the reason for which there is none; the value at hand is then unknown.
pub type Answer<T> = Result<T, Reason>;

/// One file of the file pool (table `files`; moodle-database.md).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The number of its context.
    pub context: i64,
    /// Its component, such as `theme_boost`.
    pub component: String,
    /// Its area, such as `preset`.
    pub filearea: String,
    /// Its item.
    pub itemid: i64,
    /// Its folder, beginning and ending with a slash.
    pub filepath: String,
    /// Its name; `.` is the folder itself.
    pub filename: String,
    /// SHA-1 of its content, in hex.
    pub contenthash: String,
    /// Its length in bytes.
    pub filesize: i64,
    /// Its type.
    pub mimetype: String,
}

/// A table that a theme of the chain declares in its `db/install.xml`, with all of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// As declared.
    pub columns: Vec<Column>,
    /// In the order of their numbers; a value for each column, none for null.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether only texts of the same bytes are equal where this table is kept.
    pub is_exact: bool,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// In small letters.
    pub name: String,
    /// Whether it holds numbers, else texts.
    pub is_number: bool,
    /// Whether it may hold a secret: it was not read, and every row has null for it.
    pub is_hidden: bool,
}

/// The site, as far as themes may look at it. Whoever implements this decides which files may be
/// read: those of the theme's chain, and style sheets that it imports.
pub trait Host {
    /// A row of `config_plugins`, or what `config.php` forces in its place. None where there is
    /// no row, or its value is null.
    fn setting(&self, plugin: &str, name: &str) -> Answer<Option<String>>;

    /// All rows of a plugin.
    fn settings(&self, plugin: &str) -> Answer<Vec<(String, String)>>;

    /// `$CFG->name`: out of `config.php`, else a row of `config`; null where neither sets it.
    /// `dirroot`, `wwwroot`, `themerev` and `slasharguments` should always be answered.
    fn cfg(&self, name: &str) -> Answer<Value>;

    /// The file at an absolute path.
    fn contents(&self, path: &Utf8Path) -> Contents;

    /// What is at an absolute path; none if that may not be asked.
    fn found(&self, path: &Utf8Path) -> Option<Found>;

    /// The names in the folder at an absolute path, sorted: `Some(None)` where there is none, `None` where that may not
    /// be asked.
    fn names(&self, path: &Utf8Path) -> Option<Option<Vec<String>>> {
        let _ = path;
        None
    }

    /// The folder of an installed theme.
    fn theme_dir(&self, theme: &str) -> Option<Utf8PathBuf>;

    /// The folder of an installed plugin, by type and name: `Some(None)` where there is no such plugin, `None` where
    /// there is no such type, or it is not known which plugins there are.
    fn plugin_dir(&self, kind: &str, name: &str) -> Option<Option<Utf8PathBuf>> {
        let _ = (kind, name);
        None
    }

    /// The names of a type's plugins, sorted.
    fn plugin_names(&self, kind: &str) -> Option<Vec<String>> {
        let _ = kind;
        None
    }

    /// A plugin's `lib.php`: asked what the plugin supports, and read for nothing else.
    fn plugin_library(&self, kind: &str, name: &str) -> Contents {
        let _ = (kind, name);
        Contents::Refused(Reason::Refused)
    }

    /// A constant that `lib/moodlelib.php` defines.
    fn constant(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// A table of the chain's own, by its name without the prefix: `None` where the database has no such table.
    fn table(&self, name: &str) -> Answer<Option<Arc<Table>>> {
        let _ = name;
        Err(Reason::Database)
    }

    /// The site's full and its short name.
    fn site_names(&self) -> Answer<(String, String)> {
        Err(Reason::Database)
    }

    /// The number of the system's context.
    fn system_context(&self) -> Answer<i64> {
        Err(Reason::Database)
    }

    /// Whether nothing was uploaded into an area of a theme, as far as its settings tell without a file pool.
    fn is_nothing_uploaded(&self, component: &str, filearea: &str) -> bool {
        let _ = (component, filearea);
        false
    }

    /// All files of an area of the file pool, folders too.
    fn stored_files(&self, context: i64, component: &str, filearea: &str) -> Answer<Vec<StoredFile>> {
        let _ = (context, component, filearea);
        Err(Reason::Database)
    }

    /// The content of a file of the pool.
    fn stored_contents(&self, file: &StoredFile) -> Answer<Vec<u8>> {
        let _ = file;
        Err(Reason::Database)
    }
}
