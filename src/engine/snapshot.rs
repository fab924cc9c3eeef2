//! What the exporter wrote: a theme's styles as Moodle made them, with everything that they were made from.
//!
//! 1. Read `<dataroot>/revserve/snapshot/<theme>.json`.
//! 2. Compare what it was made from with what is there now: the site's address, the code's fingerprint, settings, rows of
//!    the themes' own tables, files.
//! 3. Only where all of that is the same, take the sheet that was asked for.

use super::theme_host::{Rows, ThemeHost};
use crate::asset::{Revision, SheetType};
use crate::cache::entry::sha256;
use crate::inputs::trace;
use crate::php::host::{Column, Host, Table};
use crate::site::{FingerprintError, Site, SourceError, SourceFile, themes::Chain};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FileType, Mode, OFlags, fstat, open};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

/// The format that the exporter writes.
const FORMAT: u32 = 1;
/// Bytes of the largest snapshot that is read. One of Boost takes about 5 MB.
const LARGEST: u64 = 64 << 20;
/// Bytes of the largest source file: what is larger is not Moodle's.
const LARGEST_SOURCE: u64 = 64 << 20;

/// Why there is no snapshot that may be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// None was written.
    #[error("there is no snapshot: run what revserve export-script prints")]
    None,
    /// It is there, but cannot be read.
    #[error("{path}: {error}")]
    Unreadable { path: Utf8PathBuf, error: io::Error },
    /// It is none, or one of another version of revserve.
    #[error("{path}: {why}: write it anew with revserve export-script")]
    Strange { path: Utf8PathBuf, why: String },
    /// Something that it was made from is another now.
    #[error("the snapshot was made before {what} changed: write it anew")]
    Outdated { what: String },
    /// The settings of the site are not known, and it was made in another revision.
    #[error(
        "the snapshot is of themerev {made}, and there is neither a database nor [themes.{theme}] in the site file \
         to compare its settings with: write it anew"
    )]
    SettingsUnknown { theme: String, made: u64 },
    /// The rows of a theme's own table are not known, and it was made in another revision.
    #[error("the snapshot is of themerev {made}, and the rows of the table {table} cannot be compared: write it anew")]
    TableUnknown { table: String, made: u64 },
    /// A source cannot be read, so it cannot be compared.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The code's fingerprint cannot be told, so it cannot be compared.
    #[error(transparent)]
    Fingerprint(#[from] FingerprintError),
}

/// A snapshot as it is written.
#[derive(Debug, Deserialize)]
struct Written {
    theme: String,
    themerev: u64,
    wwwroot: String,
    fingerprint: String,
    /// Plugin → name of the setting → SHA-256 of its value, in hex.
    settings: BTreeMap<String, BTreeMap<String, String>>,
    /// Table that a theme of the chain declares → column → SHA-256 of its values, in hex.
    #[serde(default)]
    tables: BTreeMap<String, BTreeMap<String, String>>,
    /// Name of the file → SHA-256 of its content, in hex.
    inputs: BTreeMap<String, String>,
    /// Stands for the revision in URLs.
    revision: u64,
    sheets: BTreeMap<String, Sheet>,
    texts: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Sheet {
    text: usize,
    flip: bool,
}

/// What a snapshot is looked up and compared with.
pub struct Now<'a> {
    pub site: &'a Site,
    pub chain: &'a Chain,
    pub host: &'a ThemeHost<'a>,
    pub wwwroot: &'a str,
    pub themerev: Option<Revision>,
}

/// A sheet out of a snapshot.
pub struct FromSnapshot {
    /// The snapshot's name, and the SHA-256 of it.
    pub name: String,
    pub sha256: [u8; 32],
    pub css: String,
    /// Whether it still has to be flipped.
    pub flip: bool,
}

impl Now<'_> {
    /// One sheet, if the theme's snapshot may be used.
    ///
    /// # Errors
    /// [`SnapshotError`]; the first difference where there are several.
    pub fn sheet(&self, sheet: SheetType, svg: bool) -> Result<FromSnapshot, SnapshotError> {
        let name = format!("{}.json", self.chain.theme().name());
        let path = self.site.paths().dataroot.join("revserve/snapshot").join(&name);
        let bytes = match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SnapshotError::None),
            Err(error) => return Err(SnapshotError::Unreadable { path, error }),
            Ok(bytes) => bytes,
        };
        let mut written = parse(&bytes).map_err(|why| SnapshotError::Strange { path: path.clone(), why })?;
        self.compare(&written)?;
        let svg = if svg { "" } else { "-nosvg" };
        let asked = format!("{}{svg}", sheet.as_str());
        let found = written.sheets.get(&asked).copied().filter(|sheet| sheet.text < written.texts.len());
        let Some(Sheet { text, flip }) = found else {
            return Err(SnapshotError::Strange { path, why: format!("it has no sheet {asked}") });
        };
        let revision = self.themerev.map_or("-1".to_owned(), |revision| revision.to_string());
        let css = written.texts.swap_remove(text).replace(&written.revision.to_string(), &revision);
        Ok(FromSnapshot { name, sha256: sha256(&bytes), css, flip: flip && sheet.is_rtl() })
    }

    fn compare(&self, written: &Written) -> Result<(), SnapshotError> {
        let outdated = |what: String| Err(SnapshotError::Outdated { what });
        if written.theme != self.chain.theme().name().as_str() {
            return outdated("its name".into());
        }
        if written.wwwroot.trim_end_matches('/') != self.wwwroot {
            return outdated("wwwroot".into());
        }
        self.compare_settings(written)?;
        self.compare_tables(written)?;
        self.compare_files(written)?;
        if written.fingerprint != self.site.fingerprint()?.to_string() {
            return outdated("the code (its versions)".into());
        }
        Ok(())
    }

    /// Settings of the theme itself have to be known, or the revision the one that it was made in: Moodle makes a new
    /// one with each change of them. Its parents run with its settings; their own count where they are known.
    fn compare_settings(&self, written: &Written) -> Result<(), SnapshotError> {
        let theme = self.chain.theme().name();
        for (place, name) in std::iter::once(theme).chain(self.chain.parents().map(|p| p.name())).enumerate() {
            let plugin = format!("theme_{name}");
            let outdated = |name: &str| SnapshotError::Outdated { what: format!("the setting {plugin}/{name}") };
            let then = written.settings.get(&plugin).ok_or_else(|| outdated("*"))?;
            // Nobody writes empty settings into a site file.
            let blank = hex(&sha256(b""));
            let now = match self.host.rows(&plugin) {
                Rows::Written(rows) => rows,
                Rows::Unknown if place > 0 => continue,
                Rows::Unknown if self.themerev.is_some_and(|now| now.get() == written.themerev) => continue,
                Rows::Unknown => {
                    return Err(SnapshotError::SettingsUnknown { theme: theme.to_string(), made: written.themerev });
                }
            };
            let now: BTreeMap<&str, String> = now
                .iter()
                .filter(|(name, _)| !OWN_ROWS.contains(&name.as_str()))
                .map(|(name, value)| (name.as_str(), hex(&sha256(value.as_bytes()))))
                .collect();
            let counts = |hash: &&String| **hash != blank;
            let names = then.keys().map(String::as_str).chain(now.keys().copied());
            for name in names.filter(|name| !OWN_ROWS.contains(name)) {
                if then.get(name).filter(counts) != now.get(name).filter(counts) {
                    return Err(outdated(name));
                }
            }
        }
        Ok(())
    }

    /// Rows have to be known, or the revision the one that it was made in: Moodle itself looks at them anew in each
    /// revision only.
    fn compare_tables(&self, written: &Written) -> Result<(), SnapshotError> {
        let outdated = |name: &str| Err(SnapshotError::Outdated { what: format!("the table {name}") });
        let now = self.host.own_tables();
        if let Some(gone) = written.tables.keys().find(|name| !now.contains(name)) {
            return outdated(gone);
        }
        for name in &now {
            match (self.host.table(name), written.tables.get(name)) {
                (Ok(None), None) => {}
                (Ok(Some(table)), Some(then)) => {
                    let is_same = |(at, column): (usize, &Column)| {
                        column.is_hidden || then.get(&column.name) == Some(&hex(&column_hash(&table, at)))
                    };
                    if !table.columns.iter().enumerate().all(is_same) {
                        return outdated(name);
                    }
                }
                (Ok(_), _) => return outdated(name),
                (Err(_), _) if self.themerev.is_some_and(|now| now.get() == written.themerev) => {}
                (Err(_), _) => {
                    return Err(SnapshotError::TableUnknown { table: name.clone(), made: written.themerev });
                }
            }
        }
        Ok(())
    }

    fn compare_files(&self, written: &Written) -> Result<(), SnapshotError> {
        let outdated = |name: &str| SnapshotError::Outdated { what: name.to_owned() };
        let same = |file: &SourceFile, then: &str| -> Result<bool, SourceError> {
            match file.read(LARGEST_SOURCE) {
                Ok(content) => Ok(hex(&sha256(&content)) == then),
                Err(SourceError::Gone { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        };
        let now = self.site.style_sources(self.chain)?;
        for (name, file) in &now {
            match written.inputs.get(name) {
                Some(then) if same(file, then)? => {}
                _ => return Err(outdated(name)),
            }
        }
        // What the compiler read beyond: style sheets below dirroot, or it cannot be compared.
        for (name, then) in written.inputs.iter().filter(|(name, _)| !now.contains_key(*name)) {
            let is_sheet = matches!(Utf8Path::new(name).extension(), Some("scss" | "css"));
            let file = match name.rsplit_once('/') {
                Some((dir, file)) if is_sheet && !name.starts_with('/') => {
                    self.site.file(&self.site.place(dir), file)?
                }
                _ => None,
            };
            match file {
                Some(file) if same(&file, then)? => {}
                _ => return Err(outdated(name)),
            }
        }
        Ok(())
    }
}

/// Of the values of a column, in the order of the rows, each with its length before it.
fn column_hash(table: &Table, at: usize) -> [u8; 32] {
    let mut values = Vec::new();
    for row in &table.rows {
        match row.get(at).and_then(Option::as_ref) {
            Some(value) => values.extend_from_slice(format!("{}:{value};", value.len()).as_bytes()),
            None => values.extend_from_slice(b"-;"),
        }
    }
    sha256(&values)
}

/// Rows of Moodle's own among a theme's: its version, its sub-revision.
const OWN_ROWS: [&str; 2] = ["version", "themerev"];

fn parse(bytes: &[u8]) -> Result<Written, String> {
    /// Looked at first: another format may have other fields.
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if format != FORMAT {
        return Err(format!("it is of format {format}, not {FORMAT}"));
    }
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// A regular file within the limit; never waits for a FIFO's writer.
fn read(path: &Utf8Path) -> io::Result<Vec<u8>> {
    trace::seen_now(path);
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let handle = open(path.as_std_path(), flags, Mode::empty())?;
    if FileType::from_raw_mode(fstat(&handle)?.st_mode) != FileType::RegularFile {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut content = Vec::new();
    File::from(handle).take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 64 MiB"));
    }
    trace::content(path, &content);
    Ok(content)
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
