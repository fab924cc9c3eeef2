//! What it all means: the values that the rooms above are given.

use super::database::{self, DatabaseSettings};
use super::moodle::ConfigSource;
use super::site_file::{CodeCheck, ListenTable, MinifierChoice, SiteFile, SourceKind};
use super::{MoodleConfig, StartError};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// What was said on the command line.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub listen: Vec<String>,
    pub admin: Option<String>,
    /// Designer mode, whatever the site says.
    pub designer: bool,
}

/// Everything that was configured, settled.
#[derive(Debug)]
pub struct Settings {
    pub place: Place,
    pub revisions: RevisionSettings,
    /// Designer mode forced by the command line, the site file or `config.php`.
    pub designer: bool,
    pub code: CodeCheck,
    pub forced: Forced,
    /// The database that revisions and settings are read from, if any is.
    pub database: Option<DatabaseSettings>,
    /// How this node is called among others; a name of its own if none is given.
    pub node: Option<String>,
    pub theme_settings: ThemeSettings,
    /// Rows of tables of themes where there is no database.
    pub tables: TableRows,
    /// Rows of `config` where there is no database.
    pub config: BTreeMap<String, String>,
    pub minifier: MinifierChoice,
    pub origin: Option<String>,
    /// Whether clients may keep content as dictionaries.
    pub dictionaries: bool,
    /// Bytes of content kept beyond purges.
    pub store: u64,
    /// Bytes of built assets kept in memory.
    pub memory: u64,
    pub listen: Listen,
}

/// Settings of themes by theme and name.
pub type ThemeSettings = BTreeMap<String, BTreeMap<String, String>>;

/// Rows by table, each by column.
pub type TableRows = BTreeMap<String, Vec<BTreeMap<String, String>>>;

/// Where the site is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder that was named: the checkout, or the `public` folder of one.
    pub checkout: Utf8PathBuf,
    pub wwwroot: String,
    pub dataroot: Utf8PathBuf,
    pub cachedir: Utf8PathBuf,
    pub localcachedir: Utf8PathBuf,
    pub themedir: Option<Utf8PathBuf>,
    pub storedir: Option<Utf8PathBuf>,
    /// A component index that was made elsewhere.
    pub index: Option<Utf8PathBuf>,
    /// Where the folder `admin` lives, `$CFG->admin`.
    pub admin: String,
}

/// Where revisions come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionSettings {
    Fixed { themerev: u64, jsrev: u64, themes: BTreeMap<String, u64> },
    Files,
    Database,
}

/// Values that `config.php` sets: they win over the database's (moodle-assets.md §2). Passwords are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forced {
    /// `$CFG->name`, as a row of `config` would hold it.
    pub cfg: BTreeMap<String, String>,
    /// `$CFG->forced_plugin_settings`, by plugin and name; `None` for what is not known.
    pub plugins: BTreeMap<String, BTreeMap<String, Option<String>>>,
}

impl Forced {
    fn of(moodle: &MoodleConfig) -> Forced {
        let cfg = moodle.0.iter().filter_map(|(name, value)| Some((name.clone(), row_text(value)?)));
        let mut plugins: BTreeMap<String, BTreeMap<String, Option<String>>> = BTreeMap::new();
        for (plugin, settings) in moodle.table("forced_plugin_settings").into_iter().flatten() {
            let ConfigSource::Table(settings) = settings else { continue };
            let set = settings.iter().filter(|(_, value)| **value != ConfigSource::Other);
            plugins.insert(plugin.clone(), set.map(|(name, value)| (name.clone(), row_text(value))).collect());
        }
        Forced { cfg: cfg.collect(), plugins }
    }
}

/// A value as its row would be written.
fn row_text(value: &ConfigSource) -> Option<String> {
    match value {
        ConfigSource::Text(text) => Some(text.clone()),
        ConfigSource::Number(number) => Some(number.to_string()),
        ConfigSource::Flag(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
        ConfigSource::Secret(_) | ConfigSource::Table(_) | ConfigSource::Other | ConfigSource::Unknown(_) => None,
    }
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// `host:port`, `unix:/path` or `systemd`.
    pub addresses: Vec<String>,
    pub admin: String,
    pub admin_token_file: Option<Utf8PathBuf>,
}

impl Settings {
    /// Settles what was told, written and found.
    ///
    /// # Errors
    /// One sentence that names the key and what to do.
    pub fn settle(told: &Told, file: SiteFile, moodle: &MoodleConfig, checkout: &Utf8Path) -> Result<Self, StartError> {
        let revisions = settle_revisions(&file, moodle)?;
        let wants_database = revisions == RevisionSettings::Database || file.database.url.is_some();
        let place = settle_place(&file, moodle, checkout)?;
        Ok(Settings {
            place,
            revisions,
            designer: told.designer || file.revisions.designer || moodle.flag("themedesignermode").unwrap_or(false),
            code: file.revisions.code,
            forced: Forced::of(moodle),
            database: if wants_database { Some(database::settle(&file.database, moodle)?) } else { None },
            node: file.site.node.clone(),
            theme_settings: settle_themes(&file)?,
            tables: settle_tables(&file),
            config: rows(&file.config),
            minifier: file.script.minifier,
            origin: file.origin.url,
            dictionaries: file.dictionaries.enabled,
            store: file.store.limit.0,
            memory: file.memory.limit.0,
            listen: settle_listen(told, file.listen),
        })
    }
}

fn settle_place(file: &SiteFile, moodle: &MoodleConfig, checkout: &Utf8Path) -> Result<Place, StartError> {
    let site = &file.site;
    let path = |written: &Option<Utf8PathBuf>, key| match written {
        Some(path) => Ok(Some(path.clone())),
        None => moodle.text(key).map(|text| text.map(Utf8PathBuf::from)),
    };
    let wwwroot = match &site.wwwroot {
        Some(wwwroot) => wwwroot.clone(),
        None => moodle.text("wwwroot")?.ok_or(StartError::Missing { key: "wwwroot" })?,
    };
    let has_host = |rest: &str| !rest.is_empty() && !rest.starts_with('/');
    let schemes = ["http://", "https://"];
    if !schemes.iter().filter_map(|scheme| wwwroot.strip_prefix(scheme)).any(has_host) {
        return Err(StartError::BadWwwroot { wwwroot });
    }
    let dataroot = path(&site.dataroot, "dataroot")?.ok_or(StartError::Missing { key: "dataroot" })?;
    let themedir = path(&site.themedir, "themedir")?.filter(|path| !path.as_str().is_empty());
    for (key, folder) in [("dataroot", Some(&dataroot)), ("themedir", themedir.as_ref())] {
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(StartError::NoFolder { key, path: folder.clone() });
        }
    }
    Ok(Place {
        checkout: checkout.to_owned(),
        wwwroot: wwwroot.trim_end_matches('/').to_owned(),
        cachedir: path(&site.cachedir, "cachedir")?.unwrap_or_else(|| dataroot.join("cache")),
        localcachedir: path(&site.localcachedir, "localcachedir")?.unwrap_or_else(|| dataroot.join("localcache")),
        dataroot,
        themedir,
        storedir: site.storedir.clone(),
        index: site.index.clone(),
        admin: moodle.text("admin")?.map_or("admin".into(), |admin| admin.trim_matches('/').to_owned()),
    })
}

fn settle_revisions(file: &SiteFile, moodle: &MoodleConfig) -> Result<RevisionSettings, StartError> {
    let table = &file.revisions;
    let named = moodle.names_database() || file.database.url.is_some();
    let default = if named { SourceKind::Database } else { SourceKind::Files };
    match table.source.unwrap_or(default) {
        SourceKind::Fixed => {
            let themes = table.themes.clone();
            if let Some(name) = themes.keys().find(|name| !is_theme(name)) {
                return Err(StartError::BadTheme { table: "[revisions.themes]", name: name.clone() });
            }
            Ok(RevisionSettings::Fixed {
                themerev: table.themerev.ok_or(StartError::NoRevision { key: "themerev" })?,
                jsrev: table.jsrev.ok_or(StartError::NoRevision { key: "jsrev" })?,
                themes,
            })
        }
        SourceKind::Files => Ok(RevisionSettings::Files),
        SourceKind::Database if named => Ok(RevisionSettings::Database),
        SourceKind::Database => Err(StartError::NoDatabase),
    }
}

fn settle_themes(file: &SiteFile) -> Result<ThemeSettings, StartError> {
    let mut themes = ThemeSettings::new();
    for (theme, settings) in &file.themes {
        if !is_theme(theme) {
            return Err(StartError::BadTheme { table: "[themes]", name: theme.clone() });
        }
        themes.insert(theme.clone(), rows(settings));
    }
    Ok(themes)
}

fn settle_tables(file: &SiteFile) -> TableRows {
    let small = |row: &BTreeMap<String, toml::Value>| {
        rows(row).into_iter().map(|(column, value)| (column.to_ascii_lowercase(), value)).collect()
    };
    file.tables.iter().map(|(name, all)| (name.to_ascii_lowercase(), all.iter().map(small).collect())).collect()
}

/// Values as the database has them.
fn rows(settings: &BTreeMap<String, toml::Value>) -> BTreeMap<String, String> {
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(flag) => u8::from(*flag).to_string(), // as Moodle stores a checkbox
        other => other.to_string(),
    };
    settings.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn settle_listen(told: &Told, table: ListenTable) -> Listen {
    Listen {
        addresses: if told.listen.is_empty() { table.address } else { told.listen.clone() },
        admin: told.admin.clone().unwrap_or(table.admin),
        admin_token_file: table.admin_token_file,
    }
}

fn is_theme(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
