//! A theme's `config.php` as typed fields, and the texts its code makes for its styles (moodle-assets.md §1, §4).
//!
//! Each field and each text may be unknown on its own, with file, line and reason.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::deep::deep;
use super::error::PhpError;
use super::host::Host;
use super::problem::Problem;
use super::reading::Reading;
use super::reads::Reads;
use crate::inputs::trace;

mod chain;
mod excludes;
mod fields;
mod session;
mod styles;

#[cfg(test)]
mod tests;

pub use chain::Chain;
pub use excludes::{Excludes, Names};
pub use styles::{Made, Main, Processed, Scss, post_process, precompiled, scss};

use session::Session;

/// What a theme's main SCSS is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MainScss {
    /// The file `scss/<name>.scss` of the theme.
    File(String),
    /// A closure that gives SCSS; where it stands.
    Closure {
        /// The file it is written in.
        file: String,
        /// The line it begins on.
        line: u32,
    },
}

/// A theme's configuration. What is not set has Moodle's default: nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeConfig {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub dir: Utf8PathBuf,
    /// Nearest first. A theme that does not set it is none (Moodle refuses it).
    pub parents: Reading<Vec<String>>,
    /// Own sheets, files `style/<name>.css`.
    pub sheets: Reading<Vec<String>>,
    /// Own sheets for editors.
    pub editor_sheets: Reading<Vec<String>>,
    /// Own SCSS for editors, files `scss/<name>.scss`.
    pub editor_scss: Reading<Vec<String>>,
    /// The main SCSS.
    pub scss: Reading<MainScss>,
    /// The function that gives SCSS to put before.
    pub prescsscallback: Reading<String>,
    /// The function that gives SCSS to put after.
    pub extrascsscallback: Reading<String>,
    /// The function that gives CSS for when SCSS does not compile.
    pub precompiledcsscallback: Reading<String>,
    /// The function that changes the finished CSS.
    pub csspostprocess: Reading<String>,
    /// The function that changes a tree of the finished CSS; it cannot be read as data.
    pub csstreepostprocessor: Reading<String>,
    /// Plugin types and plugins whose sheets are left out.
    pub plugins_exclude_sheets: Reading<Excludes>,
    /// Parents and their sheets that are left out.
    pub parents_exclude_sheets: Reading<Excludes>,
    /// Parents and their scripts that are left out.
    pub parents_exclude_javascripts: Reading<Excludes>,
    /// Own scripts in the head, files `javascript/<name>.js`.
    pub javascripts: Reading<Vec<String>>,
    /// Own scripts in the footer.
    pub javascripts_footer: Reading<Vec<String>>,
    /// YUI modules whose CSS belongs into pages.
    pub yuicssmodules: Reading<Vec<String>>,
    /// Whether Moodle may send a fallback sheet while it compiles.
    pub usefallback: Reading<bool>,
    /// Whether it is left out where themes are chosen.
    pub hidefromselector: Reading<bool>,
    /// Everything that is unknown, once each, for `revserve check`.
    #[serde(with = "super::problem::all_shared")]
    pub problems: Vec<Arc<Problem>>,
    /// What was looked at.
    pub reads: Reads,
}

/// Reads the `config.php` in a theme's folder. Its code may ask for the settings of `requested`, the theme
/// whose assets are made, which is the theme itself or a child of it.
///
/// # Errors
/// [`PhpError`] where the file cannot be read. What it does that is not understood is unknown in the fields
/// that it is about.
pub fn read_config(
    name: &str,
    dir: &Utf8Path,
    requested: &str,
    host: &(dyn Host + Sync),
) -> Result<ThemeConfig, PhpError> {
    let path = dir.join("config.php");
    let source = std::fs::read(&path).map_err(|source| {
        trace::uncertain();
        PhpError::Read { path: path.clone(), source }
    })?;
    trace::content(&path, &source);
    deep(|| {
        Session::run(host, requested, true, |session| {
            let read = session.config(name, dir, &source);
            fields::typed(name, dir, &read, session)
        })
    })
    .ok_or(PhpError::Thread { path })
}

/// The same for a build that knows settings, which waits until no other theme is evaluated.
///
/// # Errors
/// As [`read_config`].
pub fn settle_config(
    name: &str,
    dir: &Utf8Path,
    requested: &str,
    host: &(dyn Host + Sync),
) -> Result<ThemeConfig, PhpError> {
    let _turn = styles::turn();
    read_config(name, dir, requested, host)
}
