//! A theme with its parents, set up as Moodle sets them up before it asks for styles.
//!
//! 1. Evaluate the theme's own `config.php`, then each parent's, nearest first, all with the settings of the theme
//!    itself.
//! 2. Include `lib.php` of each parent, then the theme's own.
//! 3. Make the `$theme` object out of the theme's own configuration.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::session::{Assigned, Session};
use crate::php::eval::{Contents, Ending, Found};
use crate::php::problem::{Problem, Reason};
use crate::php::value::Value;

/// A theme and its parents as folders.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The theme whose styles are made.
    pub name: String,
    /// Its folder.
    pub dir: Utf8PathBuf,
    /// Its parents with their folders, nearest first, as its own `config.php` lists them.
    pub parents: Vec<(String, Utf8PathBuf)>,
    /// Whether image URLs may lead to SVG.
    pub svg: bool,
}

/// One theme of a chain, configured.
pub(super) struct Link {
    pub dir: Utf8PathBuf,
    pub assigned: Assigned,
}

/// A chain, ready to call its functions.
pub(super) struct Ready {
    /// The theme itself, then its parents, nearest first.
    pub links: Vec<Link>,
    /// The `$theme` object.
    pub theme: Value,
    /// A file whose functions are not known, and why.
    pub missing: Option<Arc<Problem>>,
}

/// Properties of `config.php` that a `theme_config` object takes over.
const CONFIGURABLE: &[&str] = &[
    "parents",
    "sheets",
    "parents_exclude_sheets",
    "plugins_exclude_sheets",
    "usefallback",
    "javascripts",
    "javascripts_footer",
    "parents_exclude_javascripts",
    "layouts",
    "enablecourseajax",
    "requiredblocks",
    "rendererfactory",
    "csspostprocess",
    "editor_sheets",
    "editor_scss",
    "rarrow",
    "larrow",
    "uarrow",
    "darrow",
    "hidefromselector",
    "doctype",
    "yuicssmodules",
    "blockrtlmanipulations",
    "blockrendermethod",
    "scss",
    "extrascsscallback",
    "prescsscallback",
    "csstreepostprocessor",
    "addblockposition",
    "iconsystem",
    "precompiledcsscallback",
    "haseditswitch",
    "usescourseindex",
    "activityheaderconfig",
    "removedprimarynavitems",
];

impl Ready {
    pub(super) fn new(session: &mut Session<'_, '_>, chain: &Chain) -> Self {
        let own = Link { dir: chain.dir.clone(), assigned: configured(session, &chain.name, &chain.dir) };
        let mut links = vec![own];
        for (name, dir) in &chain.parents {
            links.push(Link { dir: dir.clone(), assigned: configured(session, name, dir) });
        }
        let mut missing = None;
        for link in links.iter().skip(1).chain(links.first()) {
            missing = missing.or(library(session, &link.dir.join("lib.php")));
            // Renderers may bring functions; what else they are does not matter here.
            library(session, &link.dir.join("renderers.php"));
        }
        let properties: Vec<(String, Value)> =
            links[0].assigned.properties.iter().filter(|(name, _)| CONFIGURABLE.contains(&&**name)).cloned().collect();
        let theme = session.moodle.theme_object(session.eval, &chain.name, chain.dir.as_str(), &properties);
        Self { links, theme, missing }
    }
}

fn configured(session: &mut Session<'_, '_>, name: &str, dir: &Utf8Path) -> Assigned {
    let path = dir.join("config.php");
    match session.moodle.host.contents(&path) {
        Contents::Bytes(source) => session.config(name, dir, &source),
        Contents::Missing => unread(&path, Reason::Unreadable("no such file".into())),
        Contents::Refused(reason) => unread(&path, reason),
    }
}

fn unread(path: &Utf8Path, reason: Reason) -> Assigned {
    let problem = Problem { file: path.as_str().into(), line: 0, construct: "the file".into(), reason };
    Assigned { properties: Vec::new(), rest: Some(problem.into()) }
}

/// Includes a library that may be missing; the problem where its functions are not known.
fn library(session: &mut Session<'_, '_>, path: &Utf8Path) -> Option<Arc<Problem>> {
    session.moodle.notes.file(path);
    if session.moodle.host.found(path) != Some(Found::File) {
        return None;
    }
    match session.eval.include_once(path.as_str()) {
        Ending::Failed(problem) | Ending::Value(Value::Unknown(problem)) => Some(problem),
        _ => None,
    }
}
