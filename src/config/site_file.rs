//! The site file, as it is written.

use super::{ByteSize, StartError};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A site file. Every key is optional; an unknown one is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteFile {
    pub site: SiteTable,
    pub revisions: RevisionsTable,
    /// Settings of themes where there is no database: `[themes.boost]`.
    pub themes: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// Rows of tables of themes, where there is no database: `[[tables.theme_x_things]]`.
    pub tables: BTreeMap<String, Vec<BTreeMap<String, toml::Value>>>,
    /// Rows of `config` where there is no database.
    pub config: BTreeMap<String, toml::Value>,
    pub script: ScriptTable,
    pub origin: OriginTable,
    pub database: DatabaseTable,
    pub dictionaries: DictionariesTable,
    pub store: StoreTable,
    pub memory: MemoryTable,
    pub listen: ListenTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteTable {
    #[serde(deserialize_with = "path")]
    pub checkout: Option<Utf8PathBuf>,
    pub wwwroot: Option<String>,
    #[serde(deserialize_with = "path")]
    pub dataroot: Option<Utf8PathBuf>,
    #[serde(deserialize_with = "path")]
    pub cachedir: Option<Utf8PathBuf>,
    #[serde(deserialize_with = "path")]
    pub localcachedir: Option<Utf8PathBuf>,
    #[serde(deserialize_with = "path")]
    pub themedir: Option<Utf8PathBuf>,
    #[serde(deserialize_with = "path")]
    pub storedir: Option<Utf8PathBuf>,
    /// A component index that was made elsewhere.
    #[serde(deserialize_with = "path")]
    pub index: Option<Utf8PathBuf>,
    /// How this node is called among others.
    pub node: Option<String>,
    /// Files outside of the checkout that `config.php` may require.
    #[serde(deserialize_with = "paths")]
    pub include: Vec<Utf8PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RevisionsTable {
    pub source: Option<SourceKind>,
    pub code: CodeCheck,
    pub themerev: Option<u64>,
    pub jsrev: Option<u64>,
    pub designer: bool,
    /// Sub-revisions of themes.
    pub themes: BTreeMap<String, u64>,
}

/// Where revisions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    Database,
    Files,
    Fixed,
}

/// Whether the code's fingerprint must be the revision's (design.md §6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeCheck {
    #[default]
    Check,
    Trust,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptTable {
    pub minifier: MinifierChoice,
}

/// The engine that minifies scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MinifierChoice {
    #[default]
    Oxc,
    MinifyJs,
    None,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OriginTable {
    pub url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseTable {
    pub url: Option<String>,
    /// Certificates of the authorities that the server's has to be from, as PEM.
    #[serde(deserialize_with = "path")]
    pub ca: Option<Utf8PathBuf>,
}

impl std::fmt::Debug for DatabaseTable {
    /// The URL holds a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.url.as_ref().map(|_| "***");
        f.debug_struct("DatabaseTable").field("url", &url).field("ca", &self.ca).finish()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DictionariesTable {
    pub enabled: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreTable {
    /// Bytes of content kept beyond purges; 0 keeps none.
    pub limit: ByteSize,
}

impl Default for StoreTable {
    fn default() -> Self {
        StoreTable { limit: ByteSize(512 << 20) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemoryTable {
    /// Bytes of built assets that are kept in memory.
    pub limit: ByteSize,
}

impl Default for MemoryTable {
    fn default() -> Self {
        MemoryTable { limit: ByteSize(256 << 20) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListenTable {
    /// `host:port`, `unix:/path` or `systemd`.
    pub address: Vec<String>,
    pub admin: String,
    #[serde(deserialize_with = "path")]
    pub admin_token_file: Option<Utf8PathBuf>,
}

impl Default for ListenTable {
    fn default() -> Self {
        ListenTable { address: vec!["127.0.0.1:8190".into()], admin: "127.0.0.1:8191".into(), admin_token_file: None }
    }
}

impl SiteFile {
    /// Reads a site file. Relative paths in it are relative to the folder that it lies in.
    ///
    /// # Errors
    /// [`StartError::Unreadable`], or [`StartError::SiteFile`] with line and key.
    pub fn read(path: &Utf8Path) -> Result<SiteFile, StartError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| StartError::Unreadable { path: path.to_owned(), error })?;
        let mut file = Self::parse(&text, path)?;
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        let site = &mut file.site;
        let single = [
            &mut site.checkout,
            &mut site.dataroot,
            &mut site.cachedir,
            &mut site.localcachedir,
            &mut site.themedir,
            &mut site.storedir,
            &mut site.index,
            &mut file.database.ca,
            &mut file.listen.admin_token_file,
        ];
        for path in single.into_iter().flatten().chain(&mut site.include) {
            *path = folder.join(&*path);
        }
        Ok(file)
    }

    fn parse(text: &str, path: &Utf8Path) -> Result<SiteFile, StartError> {
        toml::from_str(text).map_err(|error| {
            let before =
                error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count());
            // The parser says what is wrong with a value, not whose it is.
            let key = before.and_then(|line| text.lines().nth(line)?.split_once('=')).map(|(key, _)| key.trim());
            let place = match (before, key) {
                (Some(line), Some(key)) => format!("line {}, {key}: ", line + 1),
                (Some(line), None) => format!("line {}: ", line + 1),
                (None, _) => String::new(),
            };
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            StartError::SiteFile { path: path.to_owned(), message: format!("{place}{message}") }
        })
    }
}

fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Utf8PathBuf>, D::Error> {
    String::deserialize(deserializer).map(|text| Some(text.into()))
}

fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Utf8PathBuf>, D::Error> {
    Vec::<String>::deserialize(deserializer).map(|texts| texts.into_iter().map(Utf8PathBuf::from).collect())
}
