//! Revisions from files that nodes append to (design.md §6).
//!
//! Every node appends to a file of its own in `<dataroot>/revserve/log/`; what holds is all lines of all files.
//! A line is `purge <all|themes|js|theme NAME> <value>`, its value the revision that the purge makes current: the
//! time, or one more than the value that held. Two nodes that purge at once may write the same value: each of such
//! lines counts one more, so no purge is lost.

use super::{Look, Source, SourceError, State};
use crate::asset::{Revision, ThemeName};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// What a purge makes new.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purge {
    /// Themes and scripts.
    All,
    /// Every theme's assets.
    Themes,
    /// Scripts, AMD and YUI modules.
    Scripts,
    /// The style sheets of one theme, by its sub-revision.
    Theme(ThemeName),
}

/// The log of purges in a shared folder.
#[derive(Clone, Debug)]
pub struct FilesSource {
    folder: Utf8PathBuf,
    node: String,
}

impl FilesSource {
    /// The source of a site whose dataroot this is. `node` names this node's own file.
    pub fn new(dataroot: &Utf8Path, node: &str) -> FilesSource {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let node = node.chars().map(|c| if good(c) { c } else { '-' }).collect();
        FilesSource { folder: dataroot.join("revserve/log"), node }
    }

    /// Reads what holds. A log without any purge gets its first.
    pub fn read(&self) -> Result<State, SourceError> {
        let purges = self.purges()?;
        if purges.is_empty() { self.append_purge(Purge::All) } else { Ok(state_of(&purges)) }
    }

    /// Appends a purge and says what holds after it.
    pub fn append_purge(&self, purge: Purge) -> Result<State, SourceError> {
        let mut purges = self.purges()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let value = now.max(highest(&purges) + 1);
        self.append(&format!("purge {} {value}\n", words(&purge)))?;
        purges.push((purge, value));
        Ok(state_of(&purges))
    }

    fn off_thread(&self, work: impl FnOnce(&FilesSource) -> Result<State, SourceError> + Send + 'static) -> Look<'_> {
        let source = self.clone();
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || work(&source)).await;
            done.unwrap_or_else(|_| {
                let error = io::Error::other("the look was given up");
                Err(SourceError::Files { path: self.folder.clone(), error })
            })
        })
    }

    fn append(&self, line: &str) -> Result<(), SourceError> {
        let path = self.folder.join(format!("{}.log", self.node));
        let append = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = fs::OpenOptions::new().read(true).append(true).create(true).open(&path)?;
            // A line that a full disk tore must not take this one with it.
            let torn = file.seek(SeekFrom::End(-1)).is_ok() && {
                let mut last = [0];
                file.read_exact(&mut last)?;
                last != [b'\n']
            };
            let text = if torn { format!("\n{line}") } else { line.to_owned() };
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        append().map_err(|error| SourceError::Files { path: path.clone(), error })
    }

    fn purges(&self) -> Result<Vec<(Purge, u64)>, SourceError> {
        let failed = |path: &Utf8Path, error| SourceError::Files { path: path.to_owned(), error };
        let mut purges = Vec::new();
        let names = match self.folder.read_dir_utf8() {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(purges),
            Err(error) => return Err(failed(&self.folder, error)),
        };
        for name in names {
            let path = name.map_err(|error| failed(&self.folder, error))?.into_path();
            if path.extension() != Some("log") {
                continue;
            }
            let text = fs::read(&path).map_err(|error| failed(&path, error))?;
            purges.extend(read_lines(&path, &text));
        }
        Ok(purges)
    }
}

impl Source for FilesSource {
    fn look(&self) -> Look<'_> {
        self.off_thread(FilesSource::read)
    }

    fn purge(&self, purge: Purge) -> Option<Look<'_>> {
        Some(self.off_thread(move |source| source.append_purge(purge)))
    }

    fn describe(&self) -> String {
        format!("files in {}", self.folder)
    }

    fn kind(&self) -> &'static str {
        "files"
    }
}

fn words(purge: &Purge) -> String {
    match purge {
        Purge::All => "all".into(),
        Purge::Themes => "themes".into(),
        Purge::Scripts => "js".into(),
        Purge::Theme(theme) => format!("theme {theme}"),
    }
}

/// Whole lines only: what is torn or foreign is reported and skipped.
fn read_lines(path: &Utf8Path, text: &[u8]) -> Vec<(Purge, u64)> {
    let mut purges = Vec::new();
    let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    for (number, line) in text[..whole].split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        match read_line(line) {
            Some(purge) => purges.push(purge),
            None => tracing::warn!(%path, line = number + 1, "a line that is no purge was skipped"),
        }
    }
    purges
}

fn read_line(line: &[u8]) -> Option<(Purge, u64)> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let purge = match (words.next()?, words.next()?) {
        ("purge", "all") => Purge::All,
        ("purge", "themes") => Purge::Themes,
        ("purge", "js") => Purge::Scripts,
        ("purge", "theme") => Purge::Theme(ThemeName::parse(words.next()?).ok()?),
        _ => return None,
    };
    let value = words.next()?.parse().ok()?;
    words.next().is_none().then_some((purge, value))
}

fn highest(purges: &[(Purge, u64)]) -> u64 {
    let state = state_of(purges);
    let revisions = [state.themerev, state.jsrev].into_iter().flatten().map(Revision::get);
    revisions.chain(state.themes.into_values()).max().unwrap_or(0)
}

fn state_of(purges: &[(Purge, u64)]) -> State {
    let of = |counts: &dyn Fn(&Purge) -> bool| {
        let values = || purges.iter().filter(|(purge, _)| counts(purge)).map(|(_, value)| *value);
        values().max().map(|top| top + values().filter(|v| *v == top).count() as u64 - 1)
    };
    let mut themes = BTreeMap::new();
    for (purge, _) in purges {
        if let Purge::Theme(theme) = purge {
            themes.insert(theme.clone(), of(&|p| p == purge).unwrap_or(1));
        }
    }
    State {
        themerev: of(&|p| matches!(p, Purge::All | Purge::Themes)).and_then(Revision::new),
        jsrev: of(&|p| matches!(p, Purge::All | Purge::Scripts)).and_then(Revision::new),
        themes,
        ..State::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(folder: &tempfile::TempDir, node: &str) -> FilesSource {
        FilesSource::new(Utf8Path::from_path(folder.path()).unwrap(), node)
    }

    #[test]
    fn every_purge_moves_what_it_names_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(&folder, "a");
        let first = source.read().unwrap();
        let themes = source.append_purge(Purge::Themes).unwrap();
        assert!(themes.themerev > first.themerev && themes.jsrev == first.jsrev);
        let scripts = source.append_purge(Purge::Scripts).unwrap();
        assert!(scripts.jsrev > themes.jsrev && scripts.themerev == themes.themerev);
        let boost = ThemeName::parse("boost").unwrap();
        let theme = source.append_purge(Purge::Theme(boost.clone())).unwrap();
        assert!(theme.subrevision(&boost) > scripts.jsrev.unwrap().get());
        assert_eq!(source.read().unwrap(), theme);
    }

    #[test]
    fn two_purges_with_the_same_value_on_two_nodes_are_both_counted() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (source(&folder, "a"), source(&folder, "b"));
        a.append("purge all 1770000000\n").unwrap();
        let one = a.read().unwrap();
        b.append("purge all 1770000000\n").unwrap();
        let two = a.read().unwrap();
        assert_eq!(two.themerev.unwrap().get(), one.themerev.unwrap().get() + 1);
    }

    #[test]
    fn torn_and_foreign_lines_are_skipped_and_take_no_other_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let source = source(&folder, "a");
        source.append("purge all 1770000000\nhello\npurge all x\npurge all 17").unwrap();
        assert_eq!(source.read().unwrap().themerev, Revision::new(1770000000));
        source.append("purge all 1770000009\n").unwrap();
        assert_eq!(source.read().unwrap().themerev, Revision::new(1770000009));
    }
}
