//! The fingerprint of the code, as Moodle keeps it in `config.allversionshash` (moodle-database.md).
//!
//! 1. The core's `version.php` is read, then every plugin's, in the order of the [`Components`](super::Components).
//! 2. Name and version of each are written as PHP's `serialize()` writes an array.
//! 3. SHA-1 of that is the fingerprint.

use std::collections::BTreeSet;
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use sha1::{Digest, Sha1};

use super::{Site, SourceError};
use crate::php::{Problem, Value, version};

/// What the code of a site is, by the versions of all its parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 20]);

impl Fingerprint {
    /// Reads what Moodle wrote: 40 hexadecimal digits, in lower case.
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let mut bytes = [0; 20];
        if text.len() != 40 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..40).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Fingerprint(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why the fingerprint of a tree cannot be told. The node's code counts as not known to be the revision's then.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FingerprintError {
    /// A `version.php` is there but cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The version of a component is not a value that can be told from its source.
    #[error("the version of {component} is unknown: {problem}")]
    Unknown { component: String, problem: Arc<Problem> },
    /// The version of a component is an array or an object, which no Moodle accepts.
    #[error("the version of {component} is no version")]
    NoVersion { component: String },
    /// The core has no `version.php` any more: the tree is being replaced.
    #[error("dirroot has no version.php")]
    NoCore,
    /// No thread could be started to read the files on.
    #[error("no thread could be started to read version.php files")]
    Thread,
}

/// The version files as they are on disk: while this is the same, so is the fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMark(Vec<Option<(u64, i64, i64, u64)>>);

/// No `version.php` comes near this size, in bytes.
const LARGEST: u64 = 1 << 20;

impl Site {
    /// The fingerprint of the code as it is now.
    ///
    /// # Errors
    /// [`FingerprintError`] where a version cannot be told; never a guess.
    pub fn fingerprint(&self) -> Result<Fingerprint, FingerprintError> {
        Ok(Fingerprint(Sha1::digest(self.serialized_versions()?).into()))
    }

    /// What a change of the code shows by: one `stat` for each version file, and for each folder that plugins lie in.
    pub fn code_mark(&self) -> CodeMark {
        let dirroot = self.dirroot.path();
        let mut paths = vec![dirroot.join("version.php"), self.paths().checkout.components_json()];
        // Those without a plugin too, where the first one may come.
        let mut homes: BTreeSet<_> = self.components().types.iter().map(|kind| dirroot.join(&kind.dir)).collect();
        for (_, dir) in self.components().plugins() {
            let place = self.component_place(dir).path();
            homes.extend(dirroot.join(dir).parent().map(Utf8Path::to_owned));
            paths.push(place.join("version.php"));
        }
        let stamp = |path: &Utf8PathBuf| {
            let data = path.metadata().ok()?;
            let size = if data.is_dir() { 0 } else { data.size() };
            Some((data.ino(), data.mtime(), data.mtime_nsec(), size))
        };
        CodeMark(paths.iter().chain(&homes).map(stamp).collect())
    }

    /// The text that the fingerprint is taken of.
    fn serialized_versions(&self) -> Result<Vec<u8>, FingerprintError> {
        let core = ("core".to_owned(), self.dirroot.clone());
        let plugins = self.components().plugins().map(|(name, dir)| (name, self.component_place(dir)));
        let (mut names, mut files, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (name, place) in std::iter::once(core).chain(plugins) {
            let source = match self.file(&place, "version.php")?.map(|file| file.read(LARGEST)) {
                Some(Ok(source)) => Some(source),
                // Moodle goes on with no version where a plugin has none.
                None | Some(Err(SourceError::Gone { .. })) => None,
                Some(Err(error)) => return Err(error.into()),
            };
            if source.is_none() && names.is_empty() {
                return Err(FingerprintError::NoCore);
            }
            names.push(name);
            files.push(source.is_some());
            sources.extend(source.map(|source| (place.path().join("version.php"), source)));
        }
        let mut versions = version::evaluate_all(&sources).ok_or(FingerprintError::Thread)?.into_iter();
        let mut text = format!("a:{}:{{", names.len()).into_bytes();
        for (component, has_file) in names.into_iter().zip(files) {
            let version = if has_file { versions.next().map(|read| read.version) } else { None };
            let version = version.unwrap_or(Value::Null);
            if let Value::Unknown(problem) = version {
                return Err(FingerprintError::Unknown { component, problem });
            }
            text.extend(format!("s:{}:\"{component}\";", component.len()).bytes());
            text.extend(version::serialize(&version).ok_or(FingerprintError::NoVersion { component })?);
        }
        text.push(b'}');
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::{Tree, old_moodle, open};

    fn serialized(tree: &Tree) -> String {
        String::from_utf8(open(tree).serialized_versions().unwrap()).unwrap()
    }

    fn moodle() -> Tree {
        old_moodle().file(
            "version.php",
            "<?php defined('MOODLE_INTERNAL') || die(); $version = 2022112800.00; $branch = '401';",
        )
    }

    #[test]
    fn versions_are_written_as_php_serializes_them_in_the_order_of_the_components() {
        let tree = moodle()
            .file("local/zz/version.php", "<?php $plugin->version = '2020';")
            .file("mod/wiki/version.php", "<?php $module->version = 2022112801;")
            .file("mod/forum/version.php", "<?php $plugin->version = 2025100600.02;")
            .file("mod/forum/db/subplugins.json", r#"{"subplugintypes": {"forumreport": "report"}}"#)
            .file("mod/forum/report/summary/version.php", "<?php $plugin->version = 1;")
            .file("theme/one/version.php", "<?php $plugin->component = 'theme_one';")
            .folder("blocks/bare");
        let expected = concat!(
            r#"a:7:{s:4:"core";d:2022112800;s:9:"mod_forum";d:2025100600.02;s:8:"mod_wiki";i:2022112801;"#,
            r#"s:10:"block_bare";N;s:9:"theme_one";N;s:8:"local_zz";s:4:"2020";s:19:"forumreport_summary";i:1;}"#
        );
        assert_eq!(serialized(&tree), expected);
        let hash: [u8; 20] = Sha1::digest(expected).into();
        assert_eq!(open(&tree).fingerprint().unwrap(), Fingerprint(hash));
    }

    #[test]
    fn a_version_that_cannot_be_told_is_named_and_never_guessed() {
        let error = |source: &str| open(&moodle().file("mod/forum/version.php", source)).fingerprint().unwrap_err();
        let unknown = error("<?php $plugin->version = fetch_it();");
        assert!(
            matches!(&unknown, FingerprintError::Unknown { component, .. } if component == "mod_forum"),
            "{unknown}"
        );
        let array = error("<?php $plugin->version = [1];");
        assert!(matches!(&array, FingerprintError::NoVersion { component } if component == "mod_forum"), "{array}");
    }

    #[test]
    fn a_plugin_that_goes_away_has_no_version_but_the_core_must_have_one() {
        let tree = moodle().file("mod/forum/version.php", "<?php $plugin->version = 1;");
        let site = open(&tree);
        std::fs::remove_file(tree.path().join("mod/forum/version.php")).unwrap();
        let text = site.serialized_versions().unwrap();
        assert_eq!(text, br#"a:2:{s:4:"core";d:2022112800;s:9:"mod_forum";N;}"#);
        std::fs::remove_file(tree.path().join("version.php")).unwrap();
        assert!(matches!(site.fingerprint(), Err(FingerprintError::NoCore)));
    }

    #[test]
    fn a_plugin_that_comes_shows_also_where_it_is_the_first_of_its_type() {
        let tree = moodle().file("mod/forum/version.php", "<?php $plugin->version = 1;");
        let site = open(&tree);
        for first in ["blocks/first", "local/first", "mod/second"] {
            let before = site.code_mark();
            assert_eq!(site.code_mark(), before);
            std::fs::create_dir_all(tree.path().join(first)).unwrap();
            assert_ne!(site.code_mark(), before, "{first}");
        }
    }

    #[test]
    fn a_fifo_in_the_place_of_a_version_file_stops_nothing() {
        let tree = moodle().fifo("mod/forum/version.php");
        assert!(matches!(open(&tree).fingerprint(), Err(FingerprintError::Source(SourceError::NotRegular { .. }))));
    }

    #[test]
    fn it_is_written_and_read_as_moodle_writes_it() {
        let text = "993e441091e10d8b8fd99215ab2f324b5d324319";
        assert_eq!(Fingerprint::parse(text).unwrap().to_string(), text);
        for bad in ["", "993e", &text.to_uppercase(), &format!("{text}0"), &text.replace('9', "g"), &"é".repeat(20)] {
            assert_eq!(Fingerprint::parse(bad), None, "{bad}");
        }
    }
}
