//! What a theme's PHP may ask of the site while its styles are made.

use super::Failure;
use super::plugins::Plugins;
use super::produce::Makers;
use super::site_rows::Asked;
use super::theme_tables::ThemeTables;
use crate::asset::Revision;
use crate::build::scss::{ImportFiles, ThemeFolders};
use crate::php::Value;
use crate::php::eval::{Contents, Found};
use crate::php::host::{Answer, Host, StoredFile, Table};
use crate::php::problem::Reason;
use crate::site::{Site, themes::Chain};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rows of a plugin, by name, and how they are known.
pub enum Rows {
    /// As the database has them, or the operator wrote them into the site file.
    Written(BTreeMap<String, String>),
    /// There is neither, or the database does not answer.
    Unknown,
}

/// The site as one build sees it: settings and uploaded files out of the database, files from the chain's folders.
pub struct ThemeHost<'a> {
    asked: Asked<'a>,
    cfg: BTreeMap<&'static str, Value>,
    files: ThemeFolders,
    folders: BTreeMap<String, Utf8PathBuf>,
    plugins: Plugins<'a>,
    tables: ThemeTables,
}

impl<'a> ThemeHost<'a> {
    pub fn new(
        makers: &'a Makers,
        site: &'a Site,
        chain: &Chain,
        themerev: Option<Revision>,
    ) -> Result<ThemeHost<'a>, Failure> {
        let themes = std::iter::once(chain.theme()).chain(chain.parents());
        let dirs: Vec<Utf8PathBuf> = themes.map(|theme| theme.config().dir.clone()).collect();
        let dirroot = site.paths().dirroot();
        let rev = themerev.and_then(|revision| i64::try_from(revision.get()).ok());
        let cfg = [
            ("dirroot", Value::text(dirroot.as_str())),
            ("libdir", Value::text(dirroot.join("lib").as_str())),
            ("wwwroot", Value::text(makers.wwwroot.as_str())),
            ("themedir", site.paths().themedir.as_deref().map_or(Value::Null, |dir| Value::text(dir.as_str()))),
            ("admin", Value::text(site.paths().admin.as_str())),
            ("slasharguments", Value::Int(1)),
            ("themerev", Value::Int(rev.unwrap_or(-1))),
            // Without a revision, styles are those of designer mode.
            ("themedesignermode", Value::Int(i64::from(rev.is_none()))),
        ];
        let installed = site.themes().iter().filter_map(|(name, chain)| Some((name, chain.ok()?)));
        Ok(ThemeHost {
            plugins: Plugins::of(site),
            tables: ThemeTables::of(&dirs),
            asked: makers.rows.ask(),
            cfg: cfg.into(),
            files: ThemeFolders::open(&dirs)?,
            folders: installed.map(|(name, chain)| (name.to_string(), chain.theme().config().dir.clone())).collect(),
        })
    }

    /// All settings of a plugin.
    pub fn rows(&self, plugin: &str) -> Rows {
        self.asked.known(plugin).map_or(Rows::Unknown, Rows::Written)
    }

    /// The tables that the chain declares as its own.
    pub fn own_tables(&self) -> Vec<String> {
        self.tables.names(&self.files)
    }

    /// Whether the database failed to answer while this was asked.
    pub fn has_failed(&self) -> bool {
        self.asked.has_failed()
    }
}

impl Host for ThemeHost<'_> {
    fn setting(&self, plugin: &str, name: &str) -> Answer<Option<String>> {
        self.asked.setting(plugin, name)
    }

    fn settings(&self, plugin: &str) -> Answer<Vec<(String, String)>> {
        self.asked.settings(plugin)
    }

    fn cfg(&self, name: &str) -> Answer<Value> {
        if let Some(value) = self.cfg.get(name) {
            return Ok(value.clone());
        }
        match self.asked.cfg(name) {
            Err(Reason::Database) if !self.asked.has_database() => {
                // An upgrade copies the former out of the code into rows, an installation the latter.
                let said = self.plugins.of_core(name).or_else(|| self.plugins.of_fresh_site(name));
                said.ok_or(Reason::Database)
            }
            said => said,
        }
    }

    fn contents(&self, path: &Utf8Path) -> Contents {
        match self.files.read(path) {
            Ok(Some(bytes)) => Contents::Bytes(bytes),
            Ok(None) => Contents::Missing,
            Err(error) => Contents::Refused(Reason::Unreadable(error.to_string())),
        }
    }

    fn found(&self, path: &Utf8Path) -> Option<Found> {
        if self.files.is_folder(path) {
            return Some(Found::Folder);
        }
        match self.files.read(path) {
            Ok(Some(_)) => Some(Found::File),
            Ok(None) => Some(Found::Nothing),
            Err(_) => self.plugins.found(path),
        }
    }

    fn names(&self, path: &Utf8Path) -> Option<Option<Vec<String>>> {
        self.files.names(path).ok()
    }

    fn theme_dir(&self, theme: &str) -> Option<Utf8PathBuf> {
        self.folders.get(theme).cloned()
    }

    fn plugin_dir(&self, kind: &str, name: &str) -> Option<Option<Utf8PathBuf>> {
        self.plugins.dir(kind, name)
    }

    fn plugin_names(&self, kind: &str) -> Option<Vec<String>> {
        self.plugins.names(kind)
    }

    fn plugin_library(&self, kind: &str, name: &str) -> Contents {
        self.plugins.library(kind, name)
    }

    fn constant(&self, name: &str) -> Option<Value> {
        self.plugins.constant(name)
    }

    fn table(&self, name: &str) -> Answer<Option<Arc<Table>>> {
        self.tables.get(name, &self.files, &self.asked)
    }

    fn site_names(&self) -> Answer<(String, String)> {
        self.asked.site_names()
    }

    fn system_context(&self) -> Answer<i64> {
        self.asked.system_context()
    }

    fn is_nothing_uploaded(&self, component: &str, filearea: &str) -> bool {
        self.asked.is_nothing_uploaded(component, filearea)
    }

    fn stored_files(&self, context: i64, component: &str, filearea: &str) -> Answer<Vec<StoredFile>> {
        self.asked.files(context, component, filearea)
    }

    fn stored_contents(&self, file: &StoredFile) -> Answer<Vec<u8>> {
        self.asked.contents(file)
    }
}
