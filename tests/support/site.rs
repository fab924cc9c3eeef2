//! A small Moodle checkout of a test's own, in a temporary folder that goes with it.
//!
//! It begins with what every version has (config.php, version.php, the component lists, one
//! theme, core folders); a test adds the files that it is about.
//!
//! ```ignore
//! let site = Site::new(Layout::Public);
//! site.theme("leaf", &["stem"]).file("pix/i/edit.svg", svg);
//! let server = Server::start(&site);
//! ```

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::core_files;

/// Revisions that are valid for both layouts (after their version, in the past).
pub const THEME_REV: i64 = 1_770_000_000;
pub const JS_REV: i64 = 1_770_000_100;

/// Where a Moodle keeps what the web server serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// 4.1 to 5.0: the checkout itself.
    Flat,
    /// From 5.1: the folder `public` of the checkout.
    Public,
}

#[derive(Debug)]
pub struct Site {
    root: TempDir,
    layout: Layout,
}

impl Site {
    /// A site with the theme `plain`, which has no parents and one sheet.
    #[track_caller]
    pub fn new(layout: Layout) -> Site {
        let root = tempfile::Builder::new().prefix("revserve-site-").tempdir().expect("a temporary folder");
        let site = Site { root, layout };
        for folder in [site.dataroot(), site.cachedir(), site.localcachedir()] {
            fs::create_dir_all(folder).expect("a temporary folder is writable");
        }
        core_files::write(&site, layout);
        site.config("");
        site.revisions(THEME_REV, JS_REV);
        site.theme("plain", &[]).file("style/plain.css", "body{color:#123456}");
        site
    }

    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn checkout(&self) -> PathBuf {
        self.root().join("moodle")
    }

    pub fn dirroot(&self) -> PathBuf {
        match self.layout {
            Layout::Flat => self.checkout(),
            Layout::Public => self.checkout().join("public"),
        }
    }

    pub fn dataroot(&self) -> PathBuf {
        self.root().join("data")
    }

    pub fn cachedir(&self) -> PathBuf {
        self.root().join("data/cache")
    }

    pub fn localcachedir(&self) -> PathBuf {
        self.root().join("local")
    }

    pub fn site_file(&self) -> PathBuf {
        self.root().join("site.toml")
    }

    /// The options with which every command finds this site.
    pub fn args(&self) -> Vec<OsString> {
        vec!["--site".into(), self.site_file().into()]
    }

    /// Writes a file below dirroot, with its folders.
    #[track_caller]
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> &Site {
        write(&self.dirroot().join(path), content);
        self
    }

    /// Writes a file below dataroot, with its folders.
    #[track_caller]
    pub fn data_file(&self, path: &str, content: impl AsRef<[u8]>) -> &Site {
        write(&self.dataroot().join(path), content);
        self
    }

    #[track_caller]
    pub fn remove(&self, path: &str) -> &Site {
        let path = self.dirroot().join(path);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// A theme whose only sheet bears its name, with these parents, nearest first.
    #[track_caller]
    pub fn theme(&self, name: &str, parents: &[&str]) -> Folder<'_> {
        let parents = php_list(parents);
        self.theme_config(name, &format!("$THEME->parents = {parents};\n$THEME->sheets = ['{name}'];"))
    }

    /// A theme with this text as its config.php, below the line that names it.
    #[track_caller]
    pub fn theme_config(&self, name: &str, config: &str) -> Folder<'_> {
        let folder = self.folder(&format!("theme/{name}"));
        folder.file("version.php", plugin_version(&format!("theme_{name}")));
        folder.file(
            "config.php",
            format!("<?php\ndefined('MOODLE_INTERNAL') || die();\n$THEME->name = '{name}';\n{config}\n"),
        );
        folder
    }

    /// An installed plugin, by its full name and its folder below dirroot:
    /// `("mod_forum", "mod/forum")`.
    #[track_caller]
    pub fn plugin(&self, component: &str, path: &str) -> Folder<'_> {
        let folder = self.folder(path);
        folder.file("version.php", plugin_version(component));
        folder
    }

    /// Any folder below dirroot.
    pub fn folder(&self, path: &str) -> Folder<'_> {
        Folder { site: self, path: path.to_owned() }
    }

    /// Writes config.php anew with these lines of PHP before the end.
    #[track_caller]
    pub fn config(&self, lines: &str) -> &Site {
        let text = format!(
            "<?php  // Moodle configuration file\n\
             unset($CFG);\n\
             global $CFG;\n\
             $CFG = new stdClass();\n\
             $CFG->wwwroot = 'http://127.0.0.1:8080';\n\
             $CFG->dataroot = '{}';\n\
             $CFG->cachedir = '{}';\n\
             $CFG->localcachedir = '{}';\n\
             $CFG->admin = 'admin';\n\
             {lines}\n\
             require_once(__DIR__ . '/lib/setup.php');\n",
            self.dataroot().display(),
            self.cachedir().display(),
            self.localcachedir().display(),
        );
        write(&self.checkout().join("config.php"), text);
        self
    }

    /// Writes the site file anew with these fixed revisions and nothing else.
    #[track_caller]
    pub fn revisions(&self, themerev: i64, jsrev: i64) -> &Site {
        self.site_toml(&format!("[revisions]\nsource = \"fixed\"\nthemerev = {themerev}\njsrev = {jsrev}\n"))
    }

    /// Writes the site file anew: the checkout, then `rest` (which may begin with more keys
    /// of `[site]`).
    #[track_caller]
    pub fn site_toml(&self, rest: &str) -> &Site {
        let text = format!("[site]\ncheckout = \"{}\"\n{rest}", self.checkout().display());
        write(&self.site_file(), text);
        self
    }
}

/// A folder below dirroot that files are written into, one after another.
#[derive(Debug)]
pub struct Folder<'a> {
    site: &'a Site,
    path: String,
}

impl Folder<'_> {
    #[track_caller]
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        self.site.file(&format!("{}/{path}", self.path), content);
        self
    }

    pub fn path(&self) -> PathBuf {
        self.site.dirroot().join(&self.path)
    }
}

#[track_caller]
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) {
    let parent = path.parent().expect("a path below a root");
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, content))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn plugin_version(component: &str) -> String {
    format!(
        "<?php\ndefined('MOODLE_INTERNAL') || die();\n\
         $plugin->component = '{component}';\n$plugin->version = 2022112800;\n"
    )
}

fn php_list(names: &[&str]) -> String {
    let mut list = String::from("[");
    for name in names {
        // Writing to a String cannot fail.
        let _ = write!(list, "'{name}', ");
    }
    list.push(']');
    list
}
