//! What stops the start. The operator reads these: each is one sentence that says what to change.

use crate::php::Problem;
use camino::Utf8PathBuf;
use std::io;
use std::sync::Arc;

/// Why revserve does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file that was named, or that a checkout must have, cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable { path: Utf8PathBuf, error: io::Error },
    /// The site file is no TOML, has an unknown key, or a value of the wrong type.
    #[error("{path}: {message}")]
    SiteFile { path: Utf8PathBuf, message: String },
    /// `config.php` is there but cannot be read.
    #[error("{message}: give the user that runs revserve the right to read config.php")]
    ConfigPhp { message: String },
    /// Neither the site file nor `config.php` gives a value that revserve cannot do without.
    #[error("{key} is not set: write it into [site] of a site file and start with --site FILE")]
    Missing { key: &'static str },
    /// `config.php` computes a value in a way that cannot be known without running it.
    #[error("$CFG->{key} is not known ({problem}): write {key} into [site] of a site file and start with --site FILE")]
    Unknown { key: &'static str, problem: Arc<Problem> },
    /// `config.php` gives a value of another type than Moodle's.
    #[error("$CFG->{key} in config.php is no text: write {key} into [site] of a site file and start with --site FILE")]
    NoText { key: &'static str },
    /// A folder that is named does not exist.
    #[error("{key} = \"{path}\" is no folder: create it or change {key}")]
    NoFolder { key: &'static str, path: Utf8PathBuf },
    /// The wwwroot is no absolute http or https URL.
    #[error("wwwroot = \"{wwwroot}\" is no URL: write it like \"https://school.example/moodle\"")]
    BadWwwroot { wwwroot: String },
    /// `source = "fixed"` without its values.
    #[error("[revisions] source = \"fixed\" needs {key}: write {key} = a Unix time into [revisions]")]
    NoRevision { key: &'static str },
    /// A key of `[revisions.themes]` or a table `[themes.…]` that is no theme's name.
    #[error("\"{name}\" in {table} is no name of a theme: use the name of its folder")]
    BadTheme { table: &'static str, name: String },
    /// `source = "database"` where nothing names one.
    #[error(
        "[revisions] source = \"database\", but config.php names none: write url into [database] of the site file, or choose source = \"files\""
    )]
    NoDatabase,
    /// `config.php` computes a value of the database in a way that cannot be known without running it.
    #[error(
        "$CFG->{key} is not known ({problem}): write url = \"postgres://…\" or \"mysql://…\" into [database] of a site file and start with --site FILE"
    )]
    UnknownDatabase { key: &'static str, problem: Arc<Problem> },
    /// A value of the database is none that revserve can use.
    #[error("{key} {why}")]
    BadDatabase { key: &'static str, why: String },
}
