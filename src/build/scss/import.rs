//! grass's view of the disk: imports found by Moodle's rules, sources prepared, everything looked at written down.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

use super::folders::{ImportError, ImportFiles, candidates};
use super::marks::{MAIN, Marks};
use super::prepare::{Edits, Prepared, Told, WayBack, mark_plain, prepare};
use super::skip::TooDeep;
use crate::build::inputs::Inputs;

/// What the compiler was given under one path.
#[derive(Debug)]
struct Sheet {
    source: String,
    text: String,
    back: WayBack,
}

/// The first thing that went wrong while a source was fetched, which the compiler's own message does not tell.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    Import(ImportError),
    TooDeep { path: Utf8PathBuf, at: usize },
}

#[derive(Debug)]
pub(super) struct ImportFs<'f> {
    files: &'f dyn ImportFiles,
    load_paths: &'f [Utf8PathBuf],
    /// Where statements are marked for a source map.
    marks: Option<&'f Marks>,
    state: RefCell<State>,
    /// What the sheets that were prepared say of themselves.
    told: Told,
}

#[derive(Debug, Default)]
struct State {
    sheets: HashMap<Utf8PathBuf, Sheet>,
    /// What is put in the place of ranges of sources, by the sheet's path; the main source has none.
    patches: HashMap<Utf8PathBuf, BTreeMap<usize, (usize, String)>>,
    inputs: Inputs,
    trouble: Option<Trouble>,
}

impl<'f> ImportFs<'f> {
    pub fn new(files: &'f dyn ImportFiles, load_paths: &'f [Utf8PathBuf], marks: Option<&'f Marks>) -> ImportFs<'f> {
        ImportFs { files, load_paths, marks, state: RefCell::default(), told: Told::default() }
    }

    /// The main source, which no file holds: its imports are looked for in the load paths only.
    pub fn prepare_main(&self, source: &str) -> Result<Prepared, TooDeep> {
        self.prepare_patched(Utf8Path::new(MAIN), source, None)
    }

    /// Puts something in the place of a range of a sheet's source, from the next compilation on; an empty path is the
    /// main source. `false` where something is there already.
    pub fn patch(&self, path: &Utf8Path, range: Range<usize>, with: String) -> bool {
        let mut state = self.state.borrow_mut();
        let patches = state.patches.entry(path.to_owned()).or_default();
        if patches.range(..range.end).next_back().is_some_and(|(_, (end, _))| *end > range.start) {
            return false;
        }
        patches.insert(range.start, (range.end, with));
        if let Some(sheet) = state.sheets.get_mut(path) {
            sheet.text.clear();
        }
        true
    }

    fn prepare_patched(&self, path: &Utf8Path, source: &str, folder: Option<&Utf8Path>) -> Result<Prepared, TooDeep> {
        let patches = self.state.borrow().patches.get(path).cloned().unwrap_or_default();
        let marker = self.marks.map(|marks| marks.of(path.as_str()));
        if patches.is_empty() {
            return prepare(source, &mut |url| self.resolve(url, folder), marker, &self.told);
        }
        let mut edits = Edits::new(source);
        for (start, (end, with)) in &patches {
            edits.replace(*start..*end, with);
        }
        let (patched, further) = edits.finish();
        let marker = marker.map(|marker| marker.behind(&further));
        let Prepared { text, back } = prepare(&patched, &mut |url| self.resolve(url, folder), marker, &self.told)?;
        Ok(Prepared { text, back: back.then(further) })
    }

    pub fn trouble(&self) -> Option<Trouble> {
        self.state.borrow().trouble.clone()
    }

    pub fn into_inputs(self) -> Inputs {
        self.state.into_inner().inputs
    }

    /// Whether any file's source is such.
    pub fn has_source(&self, is_such: impl Fn(&str) -> bool) -> bool {
        self.state.borrow().sheets.values().any(|sheet| is_such(&sheet.source))
    }

    /// A file's source as its author wrote it, and the way back to it.
    pub fn source_of(&self, path: &str) -> Option<(String, WayBack)> {
        let state = self.state.borrow();
        state.sheets.get(Utf8Path::new(path)).map(|sheet| (sheet.source.clone(), sheet.back.clone()))
    }

    /// The file that `url` means in a sheet of the folder `current`: that folder first, then the load paths.
    fn resolve(&self, url: &str, current: Option<&Utf8Path>) -> Option<Utf8PathBuf> {
        let folders = current.into_iter().chain(self.load_paths.iter().map(Utf8PathBuf::as_path));
        for folder in folders {
            let direct = candidates(folder, url);
            if let Some(path) = direct.into_iter().find(|path| self.is_there(path)) {
                return Some(path);
            }
            let index = folder.join(url);
            if !url.ends_with(".scss") {
                let index_files = candidates(&index, "index");
                if !self.files.is_folder(&super::folders::tidy(&index)) {
                    let inputs = &mut self.state.borrow_mut().inputs;
                    index_files.iter().for_each(|path| inputs.add_missing(path));
                    continue;
                }
                if let Some(path) = index_files.into_iter().find(|path| self.is_there(path)) {
                    return Some(path);
                }
            }
        }
        None
    }

    /// Reads and prepares a file, once. `false` where there is none, or it may not be read.
    fn is_there(&self, path: &Utf8Path) -> bool {
        if self.state.borrow().sheets.contains_key(path) {
            return true;
        }
        let content = match self.files.read(path) {
            Ok(Some(content)) => content,
            Ok(None) => {
                self.state.borrow_mut().inputs.add_missing(path);
                return false;
            }
            Err(error) => {
                self.state.borrow_mut().trouble.get_or_insert(Trouble::Import(error));
                return false;
            }
        };
        let mut state = self.state.borrow_mut();
        state.inputs.add_read(path, &content);
        // Browsers read what is not UTF-8 the same way.
        let source = String::from_utf8(content).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        let source = source.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(source);
        let sheet = Sheet { source, text: String::new(), back: WayBack::default() };
        state.sheets.insert(path.to_owned(), sheet);
        true
    }

    /// The text for the compiler, made when it is asked for: an import of an import is looked for only where it counts.
    fn text(&self, path: &Utf8Path) -> Result<String, TooDeep> {
        let source = {
            let state = self.state.borrow();
            let Some(sheet) = state.sheets.get(path) else { return Ok(String::new()) };
            let is_plain = path.extension() == Some("css");
            if !sheet.text.is_empty() || sheet.source.is_empty() || is_plain && self.marks.is_none() {
                let text = if sheet.text.is_empty() { &sheet.source } else { &sheet.text };
                return Ok(text.clone());
            }
            sheet.source.clone()
        };
        let prepared = match self.marks {
            Some(marks) if path.extension() == Some("css") => mark_plain(&source, marks.of(path.as_str()))?,
            _ => self.prepare_patched(path, &source, path.parent())?,
        };
        if let Some(sheet) = self.state.borrow_mut().sheets.get_mut(path) {
            sheet.text.clone_from(&prepared.text);
            sheet.back = prepared.back;
        }
        Ok(prepared.text)
    }
}

fn utf8(path: &Path) -> Option<&Utf8Path> {
    Utf8Path::from_path(path).filter(|path| path.is_absolute())
}

impl grass::Fs for ImportFs<'_> {
    fn is_dir(&self, path: &Path) -> bool {
        utf8(path).is_some_and(|path| self.files.is_folder(&super::folders::tidy(path)))
    }

    fn is_file(&self, path: &Path) -> bool {
        // The compiler's own names for imports, which Moodle does not know.
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_foreign = name.ends_with(".sass")
            || [".import.scss", ".import.css", "..importscss", "..importcss"].iter().any(|end| name.ends_with(end));
        !is_foreign && utf8(path).is_some_and(|path| self.is_there(&super::folders::tidy(path)))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = utf8(path).map(super::folders::tidy).ok_or(io::ErrorKind::NotFound)?;
        match self.text(&path) {
            Ok(text) => Ok(text.into_bytes()),
            Err(TooDeep(at)) => {
                self.state.borrow_mut().trouble.get_or_insert(Trouble::TooDeep { path, at });
                // Compiles to nothing; the trouble is what is reported.
                Ok(Vec::new())
            }
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        // Names stay as they were found: errors show them, and imports start from them.
        Ok(path.to_owned())
    }
}
