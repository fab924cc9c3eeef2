//! A small site for tests: themes in a temporary folder, settings and stored files in memory.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::php::host::{Answer, Contents, Found, Host, StoredFile};
use crate::php::problem::Reason;
use crate::php::theme::{Chain, ThemeConfig, read_config};
use crate::php::value::Value;

/// A site of one temporary folder, whose themes may read everything in it.
#[derive(Default)]
pub(in crate::php) struct Site {
    pub dir: Option<tempfile::TempDir>,
    pub settings: BTreeMap<(String, String), String>,
    pub pool: Vec<(StoredFile, Vec<u8>)>,
    pub themerev: i64,
    /// Settings are not at hand.
    pub blind: bool,
}

impl Site {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join("theme").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self { dir: Some(dir), themerev: 1_770_000_000, ..Self::default() }
    }

    pub fn set(mut self, plugin: &str, name: &str, value: &str) -> Self {
        self.settings.insert((plugin.into(), name.into()), value.into());
        self
    }

    /// Puts a file into an area of the file pool.
    pub fn store(mut self, component: &str, area: &str, name: &str, content: &str) -> Self {
        let file = StoredFile {
            context: 1,
            component: component.into(),
            filearea: area.into(),
            itemid: 0,
            filepath: "/".into(),
            filename: name.into(),
            contenthash: format!("hash-{name}"),
            filesize: content.len() as i64,
            mimetype: "text/plain".into(),
        };
        self.pool.push((file, content.as_bytes().to_vec()));
        self
    }

    pub fn root(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.dir.as_ref().unwrap().path().to_owned()).unwrap()
    }

    pub fn theme(&self, name: &str) -> Utf8PathBuf {
        self.root().join("theme").join(name)
    }

    /// A theme and its parents, nearest first.
    pub fn chain(&self, names: &[&str]) -> Chain {
        let folder = |name: &&str| (name.to_string(), self.theme(name));
        Chain {
            name: names[0].to_owned(),
            dir: self.theme(names[0]),
            parents: names[1..].iter().map(folder).collect(),
            svg: true,
        }
    }

    pub fn config(&self, name: &str) -> ThemeConfig {
        read_config(name, &self.theme(name), name, self).unwrap()
    }
}

impl Host for Site {
    fn setting(&self, plugin: &str, name: &str) -> Answer<Option<String>> {
        if self.blind {
            return Err(Reason::Database);
        }
        Ok(self.settings.get(&(plugin.to_owned(), name.to_owned())).cloned())
    }

    fn settings(&self, plugin: &str) -> Answer<Vec<(String, String)>> {
        if self.blind {
            return Err(Reason::Database);
        }
        let own = self.settings.iter().filter(|((known, _), _)| known == plugin);
        Ok(own.map(|((_, name), value)| (name.clone(), value.clone())).collect())
    }

    fn cfg(&self, name: &str) -> Answer<Value> {
        Ok(match name {
            "dirroot" => Value::text(self.root().as_str()),
            "libdir" => Value::text(self.root().join("lib").as_str()),
            "wwwroot" => Value::text("https://school.example/moodle"),
            "themerev" => Value::Int(self.themerev),
            "slasharguments" => Value::text("1"),
            "dbpass" => return Err(Reason::Refused),
            _ => Value::Null,
        })
    }

    fn contents(&self, path: &Utf8Path) -> Contents {
        if !path.starts_with(self.root().join("theme")) {
            return Contents::Refused(Reason::Refused);
        }
        std::fs::read(path).map_or(Contents::Missing, Contents::Bytes)
    }

    fn found(&self, path: &Utf8Path) -> Option<Found> {
        path.starts_with(self.root().join("theme")).then(|| match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Found::Folder,
            Ok(_) => Found::File,
            Err(_) => Found::Nothing,
        })
    }

    fn names(&self, path: &Utf8Path) -> Option<Option<Vec<String>>> {
        path.starts_with(self.root().join("theme")).then(|| {
            let entries = path.read_dir_utf8().ok()?;
            let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_owned()).collect();
            names.sort();
            Some(names)
        })
    }

    fn theme_dir(&self, theme: &str) -> Option<Utf8PathBuf> {
        let dir = self.theme(theme);
        dir.join("config.php").exists().then_some(dir)
    }

    fn plugin_dir(&self, kind: &str, name: &str) -> Option<Option<Utf8PathBuf>> {
        let dir = self.root().join(kind).join(name);
        ["block", "local", "mod"].contains(&kind).then(|| dir.join("lib.php").exists().then_some(dir))
    }

    fn plugin_names(&self, kind: &str) -> Option<Vec<String>> {
        let entries = self.root().join(kind).read_dir_utf8().ok()?;
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_owned()).collect();
        names.sort();
        Some(names)
    }

    fn plugin_library(&self, kind: &str, name: &str) -> Contents {
        std::fs::read(self.root().join(kind).join(name).join("lib.php")).map_or(Contents::Missing, Contents::Bytes)
    }

    fn constant(&self, name: &str) -> Option<Value> {
        let source = std::fs::read(self.root().join("lib/moodlelib.php")).ok()?;
        crate::php::constants::read(&source).get(name).cloned()
    }

    fn system_context(&self) -> Answer<i64> {
        Ok(1)
    }

    fn stored_files(&self, context: i64, component: &str, filearea: &str) -> Answer<Vec<StoredFile>> {
        if self.blind {
            return Err(Reason::Database);
        }
        let wanted =
            |file: &&StoredFile| (file.context, &*file.component, &*file.filearea) == (context, component, filearea);
        Ok(self.pool.iter().map(|(file, _)| file).filter(wanted).cloned().collect())
    }

    fn stored_contents(&self, file: &StoredFile) -> Answer<Vec<u8>> {
        let found = self.pool.iter().find(|(known, _)| known.contenthash == file.contenthash);
        found.map(|(_, content)| content.clone()).ok_or(Reason::Database)
    }
}
