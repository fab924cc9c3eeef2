//! What `config.php` may look at: files beside or below it, files the operator listed, and the
//! environment.

use camino::{Utf8Path, Utf8PathBuf};

use crate::php::env::Env;
use crate::php::eval::{Contents, Found, Include, World};
use crate::php::problem::Reason;

pub(super) struct ConfigWorld<'e> {
    start: Utf8PathBuf,
    folders: Vec<Utf8PathBuf>,
    include: Vec<Utf8PathBuf>,
    env: &'e Env,
    files: Vec<Utf8PathBuf>,
}

impl<'e> ConfigWorld<'e> {
    pub(super) fn new(file: &Utf8Path, include: &[Utf8PathBuf], env: &'e Env) -> Self {
        let start = plain(&camino::absolute_utf8(file).unwrap_or_else(|_| file.to_owned()));
        let folder = start.parent().unwrap_or(Utf8Path::new("/")).to_owned();
        let mut folders = vec![folder.clone()];
        // Since Moodle 5.1 `public/config.php` requires the one above it.
        if folder.file_name() == Some("public") {
            folders.extend(folder.parent().map(Utf8Path::to_owned));
        }
        let include = include.iter().map(|path| plain(&folder.join(path))).collect();
        Self { files: vec![start.clone()], start, folders, include, env }
    }

    pub(super) fn start(&self) -> &Utf8Path {
        &self.start
    }

    pub(super) fn into_files(self) -> Vec<Utf8PathBuf> {
        self.files
    }

    fn allowed(&self, path: &Utf8Path) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder)) || self.include.iter().any(|listed| listed == path)
    }

    fn read(&mut self, path: &Utf8Path) -> Contents {
        if !self.allowed(path) {
            return Contents::Refused(Reason::Refused);
        }
        match std::fs::metadata(path) {
            Ok(found) if found.len() > crate::php::lower::MAX_SOURCE as u64 => {
                return Contents::Refused(Reason::Limit("the file is longer than 4 MiB".into()));
            }
            Ok(found) if !found.is_file() => return Contents::Missing,
            _ => {}
        }
        match std::fs::read(path) {
            Ok(bytes) => {
                if !self.files.iter().any(|known| known == path) {
                    self.files.push(path.to_owned());
                }
                Contents::Bytes(bytes)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Contents::Missing,
            Err(error) => Contents::Refused(Reason::Unreadable(error.to_string())),
        }
    }
}

impl World for ConfigWorld<'_> {
    fn include(&mut self, path: &str, _: bool) -> Include {
        let path = Utf8Path::new(path);
        // The rest of the file runs after Moodle has started: too late for what it is about.
        if path.ends_with("lib/setup.php") {
            return Include::Finish;
        }
        match self.read(path) {
            Contents::Bytes(source) => Include::Source(source),
            Contents::Missing => Include::Missing,
            Contents::Refused(reason) => Include::Refused(reason),
        }
    }

    fn contents(&mut self, path: &str) -> Contents {
        self.read(Utf8Path::new(path))
    }

    fn found(&mut self, path: &str) -> Option<Found> {
        let path = Utf8Path::new(path);
        if !self.allowed(path) {
            return None;
        }
        Some(match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Found::Folder,
            Ok(_) => Found::File,
            Err(_) => Found::Nothing,
        })
    }

    fn getenv(&self, name: &str) -> Option<String> {
        self.env.get(name).map(str::to_owned)
    }
}

/// A path without `.` and `..`, by its text.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut out = Utf8PathBuf::from("/");
    for part in path.components() {
        match part {
            camino::Utf8Component::ParentDir => {
                out.pop();
            }
            camino::Utf8Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}
