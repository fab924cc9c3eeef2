//! Compiled SCSS, kept for the other forms of a theme: right to left, without SVG, as a sheet of its own.
//!
//! 1. The main source and its folders name a compilation. Who asks for one that is being made waits for it.
//! 2. One that was made is taken again where each file that it read still holds what it held, and no file has come
//!    that it looked for in vain.
//! 3. A few are kept, those asked for last.

use crate::build::inputs::{ContentHash, Inputs};
use crate::build::scss::{ImportFiles, Source, ThemeFolders};
use crate::build::worker::{Job, JobError, Pool, Report};
use crate::cache::entry;
use camino::Utf8PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Compilations that are kept.
const KEPT: usize = 6;
/// Bytes of CSS beyond which one is not kept. Moodle's largest themes have 1 MB.
const LARGEST: usize = 8 << 20;
/// For so long nobody tries again what exhausted its worker: each time costs a worker all that it may take.
const EXHAUSTED: Duration = Duration::from_secs(10);

/// CSS that was compiled, with what it depends on.
#[derive(Debug)]
pub struct Compiled {
    pub css: String,
    pub inputs: Inputs,
    /// What the sources themselves warn of, `file:line:column: text`.
    pub warnings: Vec<String>,
}

/// What was compiled lately.
#[derive(Default)]
pub struct Compilations(Mutex<Vec<Arc<Slot>>>);

/// One source. Held while it is compiled.
struct Slot {
    name: [u8; 32],
    made: Mutex<Made>,
}

enum Made {
    Not,
    Css(Arc<Compiled>),
    Exhausted(JobError, Instant),
}

impl Compilations {
    /// Compiles a source in the worker, or takes what came of it before. Blocks.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub fn get(&self, pool: &Pool, source: Source, folders: Vec<Utf8PathBuf>) -> Result<Arc<Compiled>, JobError> {
        let slot = self.slot(name_of(&source, &folders));
        let mut made = locked(&slot.made);
        match &*made {
            Made::Css(css) if is_unchanged(&css.inputs, &folders) => return Ok(css.clone()),
            Made::Exhausted(error, at) if at.elapsed() < EXHAUSTED => return Err(error.clone()),
            _ => *made = Made::Not,
        }
        match compile(pool, source, folders) {
            Ok(compiled) => {
                let compiled = Arc::new(compiled);
                if compiled.css.len() <= LARGEST {
                    *made = Made::Css(compiled.clone());
                }
                Ok(compiled)
            }
            Err(error) => {
                if matches!(error, JobError::TimedOut(_) | JobError::Died) {
                    *made = Made::Exhausted(error.clone(), Instant::now());
                }
                Err(error)
            }
        }
    }

    fn slot(&self, name: [u8; 32]) -> Arc<Slot> {
        let mut kept = locked(&self.0);
        let slot = match kept.iter().position(|slot| slot.name == name) {
            Some(at) => kept.remove(at),
            None => Arc::new(Slot { name, made: Mutex::new(Made::Not) }),
        };
        kept.insert(0, slot.clone());
        kept.truncate(KEPT);
        slot
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn compile(pool: &Pool, source: Source, folders: Vec<Utf8PathBuf>) -> Result<Compiled, JobError> {
    let made = pool.run_blocking(&Job::Scss { source: Box::new(source), folders }, &[])?;
    let css = String::from_utf8_lossy(&made.bytes).into_owned();
    let (inputs, warnings) = match made.report {
        Report::Scss { inputs, warnings } => (inputs, warnings),
        _ => Default::default(),
    };
    Ok(Compiled { css, inputs, warnings })
}

/// Texts are told apart by their lengths, so no two sources have one name.
fn name_of(source: &Source, folders: &[Utf8PathBuf]) -> [u8; 32] {
    let counts = [source.pieces.len().to_string(), source.load_paths.len().to_string()];
    let pieces = source.pieces.iter().flat_map(|piece| [piece.name.as_str(), piece.text.as_str()]);
    let paths = source.load_paths.iter().chain(folders).map(|path| path.as_str());
    let mut all = Vec::new();
    for text in counts.iter().map(String::as_str).chain(pieces).chain(paths) {
        all.extend_from_slice(&text.len().to_le_bytes());
        all.extend_from_slice(text.as_bytes());
    }
    entry::sha256(&all)
}

fn is_unchanged(inputs: &Inputs, folders: &[Utf8PathBuf]) -> bool {
    let Ok(files) = ThemeFolders::open(folders) else { return false };
    let is_same =
        |path, hash: &ContentHash| matches!(files.read(path), Ok(Some(now)) if ContentHash::of(&now) == *hash);
    inputs.read.iter().all(|(path, hash)| is_same(path, hash))
        && !inputs.missing.iter().any(|path| matches!(files.read(path), Ok(Some(_))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::scss::Piece;
    use std::fs;

    fn source(texts: &[&str], paths: &[&str]) -> Source {
        let pieces = texts.iter().map(|text| Piece::new("", *text)).collect();
        Source { pieces, load_paths: paths.iter().map(Utf8PathBuf::from).collect() }
    }

    #[test]
    fn other_sources_have_other_names() {
        let folders: Vec<Utf8PathBuf> = vec!["/a".into()];
        let one = name_of(&source(&["a", "b"], &["/x"]), &folders);
        assert_eq!(one, name_of(&source(&["a", "b"], &["/x"]), &folders));
        for other in [source(&["ab", ""], &["/x"]), source(&["a"], &["b", "/x"]), source(&["a", "b"], &["/y"])] {
            assert_ne!(one, name_of(&other, &folders), "{other:?}");
        }
        assert_ne!(one, name_of(&source(&["a", "b"], &["/x"]), &[]));
    }

    #[test]
    fn a_compilation_is_as_old_as_the_files_that_it_read_and_those_that_it_missed() {
        let folder = tempfile::tempdir().unwrap();
        let dir = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        fs::write(dir.join("a.scss"), "a").unwrap();
        let mut inputs = Inputs::default();
        inputs.add_read(&dir.join("a.scss"), b"a");
        inputs.add_missing(&dir.join("_a.scss"));
        let folders = [dir.clone()];
        assert!(is_unchanged(&inputs, &folders));
        fs::write(dir.join("a.scss"), "b").unwrap();
        assert!(!is_unchanged(&inputs, &folders));
        fs::write(dir.join("a.scss"), "a").unwrap();
        fs::write(dir.join("_a.scss"), "").unwrap();
        assert!(!is_unchanged(&inputs, &folders));
    }
}
