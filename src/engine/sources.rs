//! What an asset was made from: noted while it is read, and looked at again before the asset is kept.

use super::board::{Phase, during};
use crate::build::inputs::Inputs;
use crate::cache::{Input, entry};
use crate::site::{SourceError, SourceFile};
use bytes::Bytes;
use camino::{Utf8Path, Utf8PathBuf};
use std::os::unix::fs::MetadataExt;

/// Largest source of an asset: 64 MiB. What is larger costs its asset (design.md §2, promise 8).
const LARGEST: u64 = 64 << 20;

/// Files that were read, in order.
#[derive(Default)]
pub struct Sources {
    inputs: Vec<Input>,
    /// Each file as it was right before it was read.
    stamps: Vec<(Utf8PathBuf, Stamp)>,
    /// What an engine read by itself, with the hash of what it held.
    engines: Vec<(Utf8PathBuf, [u8; 32])>,
}

/// Differs where a file was changed or replaced, as far as the file system's clock can tell.
type Stamp = Option<(u64, i64, i64, u64)>;

fn stamp(path: &Utf8Path) -> Stamp {
    let data = path.metadata().ok()?;
    Some((data.ino(), data.mtime(), data.mtime_nsec(), data.size()))
}

impl Sources {
    /// Notes an input that is no file of the site.
    pub fn add(&mut self, input: Input) {
        self.inputs.push(input);
    }

    /// Adds what was read elsewhere, behind what was read here.
    pub fn append(&mut self, mut other: Sources) {
        self.inputs.append(&mut other.inputs);
        self.stamps.append(&mut other.stamps);
        self.engines.append(&mut other.engines);
    }

    /// Reads a file and notes it as an input.
    pub fn read(&mut self, file: &SourceFile) -> Result<Bytes, SourceError> {
        let path = file.path();
        self.stamps.push((path.clone(), stamp(&path)));
        let content = during(Phase::Files, || file.read(LARGEST))?;
        self.inputs.push(Input { name: file.name().to_owned(), sha256: Some(entry::sha256(&content)) });
        Ok(content)
    }

    /// Notes what an engine read by itself, or looked for in vain, under the names that files of dirroot have.
    pub fn note(&mut self, inputs: &Inputs, dirroot: &Utf8Path) {
        let name = |path: &Utf8Path| path.strip_prefix(dirroot).unwrap_or(path).to_string();
        self.engines.extend(inputs.read.iter().map(|(path, hash)| (path.clone(), hash.0)));
        self.inputs.extend(inputs.read.iter().map(|(path, hash)| Input { name: name(path), sha256: Some(hash.0) }));
        self.inputs.extend(inputs.missing.iter().map(|path| Input { name: name(path), sha256: None }));
    }

    /// Whether a file that was read is another by now: what was made may be half of the one, half of the other.
    pub fn have_changed(&self) -> bool {
        let holds = |path: &Utf8Path| std::fs::read(path).ok().map(|content| entry::sha256(&content));
        self.stamps.iter().any(|(path, before)| stamp(path) != *before)
            || self.engines.iter().any(|(path, before)| holds(path) != Some(*before))
    }

    /// All that was noted, in order.
    pub fn into_inputs(self) -> Vec<Input> {
        self.inputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::SafePath;
    use crate::site::testing::{old_moodle, open};
    use std::fs;

    #[test]
    fn what_is_changed_or_replaced_while_it_is_used_is_seen() {
        let tree = old_moodle().file("lib/one.js", "var one = 1;").file("lib/two.js", "var one = 2;");
        let site = open(&tree);
        let file = site.script(&SafePath::parse("lib/one.js").unwrap()).unwrap().unwrap();
        let mut sources = Sources::default();
        sources.read(&file).unwrap();
        assert!(!sources.have_changed());
        // Of the same length, moved over it as editors do.
        fs::rename(tree.path().join("lib/two.js"), tree.path().join("lib/one.js")).unwrap();
        assert!(sources.have_changed());
    }

    #[test]
    fn what_an_engine_read_counts_by_its_content() {
        let tree = old_moodle().file("theme/a.scss", "a");
        let path = tree.path().join("theme/a.scss");
        let mut inputs = Inputs::default();
        inputs.add_read(&path, b"a");
        inputs.add_missing(&tree.path().join("theme/_a.scss"));
        let mut sources = Sources::default();
        sources.note(&inputs, tree.path());
        assert!(!sources.have_changed());
        fs::write(&path, "b").unwrap();
        assert!(sources.have_changed());
        let names: Vec<_> =
            sources.into_inputs().into_iter().map(|input| (input.name, input.sha256.is_some())).collect();
        assert_eq!(names, [("theme/a.scss".to_owned(), true), ("theme/_a.scss".to_owned(), false)]);
    }
}
