//! What the site's database says to a theme's code: settings, values of `$CFG`, files of the pool.
//!
//! Asked when a theme is built, so after its revision became current; one build asks for each plugin once.

use super::theme_tables::too_large;
use crate::config::{Forced, TableRows, ThemeSettings};
use crate::php::Value;
use crate::php::host::{Answer, Column, StoredFile, Table};
use crate::php::problem::Reason;
use crate::revision::database::{Database, TableError};
use camino::{Utf8Path, Utf8PathBuf};
use sha1::{Digest, Sha1};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where the rows come from.
#[derive(Clone, Debug)]
pub struct SiteRows {
    pub database: Option<Database>,
    /// Runs the queries.
    pub runtime: tokio::runtime::Handle,
    /// What `config.php` sets: it wins over rows.
    pub forced: Forced,
    /// Settings of themes where there is no database.
    pub written: ThemeSettings,
    /// Rows of themes' own tables where there is no database.
    pub tables: TableRows,
    /// Rows of `config` where there is no database.
    pub config: BTreeMap<String, String>,
    /// The content of the file pool, by its hash.
    pub filedir: Utf8PathBuf,
}

/// Rows of one plugin or of `config`.
type Settings = Arc<BTreeMap<String, String>>;

/// The rows as one build sees them.
#[derive(Debug)]
pub struct Asked<'a> {
    site: &'a SiteRows,
    plugins: Mutex<HashMap<String, Answer<Settings>>>,
    cfg: Mutex<Option<Answer<Settings>>>,
    context: Mutex<Option<Answer<i64>>>,
    failed: AtomicBool,
}

impl SiteRows {
    /// How long a build waits for its rows.
    const PATIENCE: Duration = Duration::from_secs(20);
    /// The largest file of the pool that a theme's code may read: 16 MiB.
    const LARGEST: u64 = 16 << 20;

    /// For one build.
    pub fn ask(&self) -> Asked<'_> {
        Asked {
            site: self,
            plugins: Mutex::default(),
            cfg: Mutex::default(),
            context: Mutex::default(),
            failed: AtomicBool::new(false),
        }
    }
}

impl Asked<'_> {
    /// Whether the database failed to answer: what was built without it is not to be kept.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Whether there is a database to ask at all.
    pub fn has_database(&self) -> bool {
        self.site.database.is_some()
    }

    /// All rows of a plugin, as far as somebody has them.
    pub fn known(&self, plugin: &str) -> Option<BTreeMap<String, String>> {
        match self.site.database {
            Some(_) => self.settings(plugin).ok().map(|rows| rows.into_iter().collect()),
            None => self.site.written.get(plugin.strip_prefix("theme_")?).cloned(),
        }
    }

    /// A setting, as `get_config` gives it.
    pub fn setting(&self, plugin: &str, name: &str) -> Answer<Option<String>> {
        if let Some(forced) = self.site.forced.plugins.get(plugin).and_then(|settings| settings.get(name)) {
            return forced.clone().map(Some).ok_or(Reason::Unsupported);
        }
        Ok(self.plugin(plugin)?.get(name).cloned())
    }

    /// All settings of a plugin.
    pub fn settings(&self, plugin: &str) -> Answer<Vec<(String, String)>> {
        let mut all = BTreeMap::clone(&*self.plugin(plugin)?);
        for (name, value) in self.site.forced.plugins.get(plugin).into_iter().flatten() {
            all.insert(name.clone(), value.clone().ok_or(Reason::Unsupported)?);
        }
        Ok(all.into_iter().collect())
    }

    /// A value of `$CFG` that `config.php` or a row of `config` sets.
    pub fn cfg(&self, name: &str) -> Answer<Value> {
        if let Some(forced) = self.site.forced.cfg.get(name) {
            return Ok(Value::text(forced.as_str()));
        }
        if let (None, Some(written)) = (&self.site.database, self.site.config.get(name)) {
            return Ok(Value::text(written.as_str()));
        }
        let mut cfg = self.cfg.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = cfg.get_or_insert_with(|| {
            let database = self.site.database.as_ref().ok_or(Reason::Database)?;
            Ok(Arc::new(self.wait(database.config())?.into_iter().collect()))
        });
        Ok(rows.as_ref().map_err(Reason::clone)?.get(name).map_or(Value::Null, |value| Value::text(value.as_str())))
    }

    /// A table of a theme's own with at most this many rows, or one more; `None` where the database has none. Columns
    /// that are hidden are null. Rows of the site file are numbered as they are written, where they are not.
    pub fn table(&self, name: &str, columns: &[Column], most: usize, largest: usize) -> Answer<Option<Table>> {
        let table = |rows, is_exact| Some(Table { columns: columns.to_vec(), rows, is_exact });
        let Some(database) = &self.site.database else {
            let written = self.site.tables.get(name).ok_or(Reason::Database)?;
            let cell = |at: usize, row: &BTreeMap<String, String>, column: &Column| match row.get(&column.name) {
                _ if column.is_hidden => None,
                None if column.name == "id" => Some((at + 1).to_string()),
                value => value.cloned(),
            };
            let row = |(at, row): (usize, _)| columns.iter().map(|column| cell(at, row, column)).collect();
            return Ok(table(written.iter().take(most + 1).enumerate().map(row).collect(), true));
        };
        let shown: Vec<&str> = columns.iter().filter(|column| !column.is_hidden).map(|column| &*column.name).collect();
        let Some(rows) = self.wait(database.table(name, &shown, most, largest))? else { return Ok(None) };
        let row = |row: Vec<Option<String>>| {
            let mut cells = row.into_iter();
            columns.iter().map(|column| if column.is_hidden { None } else { cells.next().flatten() }).collect()
        };
        Ok(table(rows.into_iter().map(row).collect(), database.is_exact()))
    }

    /// The site's full and its short name.
    pub fn site_names(&self) -> Answer<(String, String)> {
        let database = self.site.database.as_ref().ok_or(Reason::Database)?;
        self.wait(database.site_names())?.ok_or(Reason::Database)
    }

    /// The number of the system's context.
    pub fn system_context(&self) -> Answer<i64> {
        let mut context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = || {
            let database = self.site.database.as_ref().ok_or(Reason::Database)?;
            self.wait(database.system_context())?.ok_or(Reason::Database)
        };
        context.get_or_insert_with(ask).clone()
    }

    /// Whether the site file says that nothing was uploaded into an area. The setting of an upload holds the path of its
    /// first file, and is called like the area, but for that of presets: their area is `preset`, their setting
    /// `presetfiles`.
    pub fn is_nothing_uploaded(&self, component: &str, filearea: &str) -> bool {
        let settings = component.strip_prefix("theme_").and_then(|theme| self.site.written.get(theme));
        let empty = |name: &str| settings.and_then(|rows| rows.get(name)).is_some_and(String::is_empty);
        !self.has_database() && (empty(filearea) || empty(&format!("{filearea}files")))
    }

    /// The files of an area of a theme. Nobody else's files are a theme's business.
    pub fn files(&self, context: i64, component: &str, filearea: &str) -> Answer<Vec<StoredFile>> {
        if !component.starts_with("theme_") {
            return Err(Reason::Refused);
        }
        let database = self.site.database.as_ref().ok_or(Reason::Database)?;
        let rows = self.wait(database.files(context, component, filearea))?;
        let file = |row: crate::revision::database::FileRow| StoredFile {
            context,
            component: component.to_owned(),
            filearea: filearea.to_owned(),
            itemid: row.itemid,
            filepath: row.filepath,
            filename: row.filename,
            contenthash: row.contenthash,
            filesize: row.filesize,
            mimetype: row.mimetype,
        };
        Ok(rows.into_iter().map(file).collect())
    }

    /// The content of a file of the pool, which must be what its hash says.
    pub fn contents(&self, file: &StoredFile) -> Answer<Vec<u8>> {
        let hash = &file.contenthash;
        let is_hash = hash.len() == 40 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hash || !file.component.starts_with("theme_") {
            return Err(Reason::Refused);
        }
        let path = self.site.filedir.join(&hash[..2]).join(&hash[2..4]).join(hash);
        let content = read(&path).map_err(|error| Reason::Unreadable(format!("{path}: {error}")))?;
        let found: String = Sha1::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        if found != *hash {
            return Err(Reason::Unreadable(format!("{path} is damaged: its content has another hash")));
        }
        Ok(content)
    }

    fn plugin(&self, plugin: &str) -> Answer<Settings> {
        let Some(database) = &self.site.database else {
            let theme = plugin.strip_prefix("theme_").ok_or(Reason::Database)?;
            return Ok(Arc::new(self.site.written.get(theme).cloned().unwrap_or_default()));
        };
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = || Ok(Arc::new(self.wait(database.settings(plugin))?.into_iter().collect()));
        plugins.entry(plugin.to_owned()).or_insert_with(ask).clone()
    }

    /// Waits, on this thread, for an answer of the database.
    fn wait<T>(&self, asking: impl Future<Output = Result<T, TableError>>) -> Answer<T> {
        // What is built in designer mode from rows cannot be told to be the same later without asking again.
        crate::inputs::trace::uncertain();
        let limited = async { tokio::time::timeout(SiteRows::PATIENCE, asking).await };
        match self.site.runtime.block_on(limited) {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(TableError::Name(_))) => Err(Reason::Refused),
            Ok(Err(TableError::TooLarge(table))) => Err(too_large(&table)),
            Ok(Err(TableError::Source(error))) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the rows that a theme asks for cannot be read");
                }
                Err(Reason::Database)
            }
            Err(_) => {
                self.failed.store(true, Ordering::Relaxed);
                Err(Reason::Database)
            }
        }
    }
}

fn read(path: &Utf8Path) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(SiteRows::LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > SiteRows::LARGEST {
        return Err(std::io::Error::other("larger than a theme may read"));
    }
    Ok(content)
}
