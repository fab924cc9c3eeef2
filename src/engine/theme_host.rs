//! What a theme's PHP may ask of the site while its styles are made.

use super::Failure;
use super::plugins::Plugins;
use super::produce::Makers;
use crate::asset::Revision;
use crate::build::scss::{ImportFiles, ThemeFolders};
use crate::config::ThemeSettings;
use crate::php::Value;
use crate::php::eval::{Contents, Found};
use crate::php::host::{Answer, Host};
use crate::php::problem::Reason;
use crate::site::{Site, themes::Chain};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The rows of a plugin, by name, and how they are known.
pub enum Rows {
    /// As the operator wrote them into the site file.
    Written(BTreeMap<String, String>),
    /// There is neither a database nor a table for them in the site file.
    Unknown,
}

/// A site without a database: settings of themes come from the site file, files from the chain's folders.
pub struct ThemeHost {
    settings: ThemeSettings,
    cfg: BTreeMap<&'static str, Value>,
    files: ThemeFolders,
    folders: BTreeMap<String, Utf8PathBuf>,
    plugins: Plugins,
}

impl ThemeHost {
    pub fn new(makers: &Makers, site: &Site, chain: &Chain, themerev: Option<Revision>) -> Result<ThemeHost, Failure> {
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
            settings: makers.theme_settings.clone(),
            cfg: cfg.into(),
            files: ThemeFolders::open(&dirs)?,
            folders: installed.map(|(name, chain)| (name.to_string(), chain.theme().config().dir.clone())).collect(),
        })
    }

    /// All settings of a plugin.
    pub fn rows(&self, plugin: &str) -> Rows {
        match self.of_theme(plugin) {
            Ok(Some(written)) => Rows::Written(written.clone()),
            Ok(None) | Err(_) => Rows::Unknown,
        }
    }

    fn of_theme(&self, plugin: &str) -> Answer<Option<&BTreeMap<String, String>>> {
        let theme = plugin.strip_prefix("theme_").ok_or(Reason::Database)?;
        Ok(self.settings.get(theme))
    }
}

impl Host for ThemeHost {
    fn setting(&self, plugin: &str, name: &str) -> Answer<Option<String>> {
        Ok(self.of_theme(plugin)?.and_then(|settings| settings.get(name)).cloned())
    }

    fn settings(&self, plugin: &str) -> Answer<Vec<(String, String)>> {
        let settings = self.of_theme(plugin)?.into_iter().flatten();
        Ok(settings.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    fn cfg(&self, name: &str) -> Answer<Value> {
        self.cfg.get(name).cloned().ok_or(Reason::Database)
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
            Err(_) => None,
        }
    }

    fn theme_dir(&self, theme: &str) -> Option<Utf8PathBuf> {
        self.folders.get(theme).cloned()
    }

    fn plugin_dir(&self, kind: &str, name: &str) -> Option<Option<Utf8PathBuf>> {
        Some(self.plugins.dir(kind, name))
    }

    fn plugin_names(&self, kind: &str) -> Option<Vec<String>> {
        Some(self.plugins.names(kind))
    }

    fn plugin_library(&self, dir: &Utf8Path) -> Contents {
        self.plugins.library(dir)
    }

    fn constant(&self, name: &str) -> Option<Value> {
        self.plugins.constant(name)
    }
}
