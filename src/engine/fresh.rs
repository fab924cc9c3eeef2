//! The rows of `config` that a fresh site has, out of the tree's own sources: for themes that ask for `$CFG` where
//! there is no database.

use crate::inputs::{Sum, trace};
use crate::php::defaults::{self, Constants, Rows};
use crate::php::value::Value;
use crate::site::SitePaths;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// No page of settings that anybody wrote is longer, in bytes.
const LONGEST: u64 = 4 << 20;

/// Classes whose constants are defaults: where the class of themes is in older and newer versions.
const CLASSES: &[&str] = &["lib/outputlib.php", "lib/classes/output/theme_config.php"];

/// The rows that were read last, and of what. It is 400 KB of PHP, and as good as always the same.
static READ: Mutex<Option<(Sum, Arc<Rows>)>> = Mutex::new(None);

/// Reads the rows; `constants` are those of Moodle's main library.
pub fn rows(paths: &SitePaths, constants: &Constants) -> Arc<Rows> {
    let dirroot = paths.dirroot();
    let install = read(&dirroot.join("lib/db/install.php"));
    let classes: Vec<Vec<u8>> = CLASSES.iter().map(|file| read(&dirroot.join(file))).collect();
    let pages: Vec<Vec<u8>> =
        pages(&dirroot.join(&paths.admin).join("settings")).iter().map(|page| read(page)).collect();
    let all: Vec<&[u8]> = [&install].into_iter().chain(&classes).chain(&pages).map(Vec::as_slice).collect();
    let sum = Sum::of(&all.join(&b"\0"[..]));
    let mut last = READ.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some((known, rows)) if *known == sum => rows.clone(),
        _ => {
            let mut constants = constants.clone();
            classes.iter().for_each(|source| constants.extend(defaults::class_constants(source)));
            let rows = Arc::new(defaults::read(&install, &pages, &constants));
            *last = Some((sum, rows.clone()));
            rows
        }
    }
}

/// The value of one row, if a fresh site has it.
pub fn value(paths: &SitePaths, constants: &Constants, name: &str) -> Option<Value> {
    rows(paths, constants).get(name).cloned().map(Value::Str)
}

fn pages(dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    trace::listing(dir);
    let entries = dir.read_dir_utf8().into_iter().flatten().flatten().map(|entry| entry.into_path());
    let mut pages: Vec<Utf8PathBuf> = entries.filter(|path| path.extension() == Some("php")).collect();
    pages.sort();
    pages
}

/// A file's content; nothing of one that cannot be read, which then says nothing.
fn read(path: &Utf8Path) -> Vec<u8> {
    let is_short = std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
    let content = is_short.then(|| std::fs::read(path).ok()).flatten();
    match &content {
        Some(content) => trace::content(path, content),
        None => trace::seen_now(path),
    }
    content.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::{old_moodle, open};

    #[test]
    fn rows_are_those_of_the_sources_as_they_are() {
        let tree = old_moodle()
            .file("lib/db/install.php", "<?php set_config('theme', theme_config::FIRST);")
            .file("lib/outputlib.php", "<?php class theme_config { const FIRST = 'plain'; }")
            .file("admin/settings/look.php", "<?php $page->add(new admin_setting_x('tick', '', '', A));");
        let site = open(&tree);
        let constants = Constants::from([("A".to_owned(), Value::Int(1))]);
        let text = |name| Some(value(site.paths(), &constants, name)?.to_text()?.lossy().into_owned());
        let said = [text("theme"), text("tick"), text("other")];
        assert_eq!(said, [Some("plain".into()), Some("1".into()), None]);
        std::fs::write(tree.path().join("lib/outputlib.php"), "<?php class theme_config { const FIRST = 'bold'; }")
            .unwrap();
        assert_eq!(text("theme").as_deref(), Some("bold"));
    }
}
