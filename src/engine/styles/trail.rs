//! What a sheet was made of, noted while it is made, so that its source map is made of the same.

use crate::build::map::{Order, Part};
use crate::build::scss::Source;
use crate::site::SourceFile;
use camino::{Utf8Path, Utf8PathBuf};
use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The notes of one sheet.
pub struct Trail {
    dirroot: Utf8PathBuf,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    /// Texts whose sources are known.
    known: Vec<Part>,
    /// What was joined last, and what was made of that.
    parts: Vec<Part>,
    steps: Vec<String>,
}

impl Trail {
    pub fn new(dirroot: &Utf8Path) -> Trail {
        Trail { dirroot: dirroot.to_owned(), notes: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file became this text.
    pub fn file(&self, file: &SourceFile, source: &str, text: &str) {
        let path = self.dirroot.join(file.name());
        let (source, text) = (source.to_owned(), text.to_owned());
        self.lock().known.push(Part::Sheet { path, source, text });
    }

    /// SCSS became this text.
    pub fn compiled(&self, source: Source, folders: Vec<Utf8PathBuf>, css: &str) {
        let source = Box::new(source);
        self.lock().known.push(Part::Scss { source, folders, css: css.to_owned() });
    }

    /// This text was joined of those that are known, and then became that one. What was joined before was given up.
    pub fn joined(&self, joined: &str, css: &str) {
        let notes = &mut *self.lock();
        notes.parts.clear();
        let mut used = vec![false; notes.known.len()];
        let mut rest = joined;
        while !rest.is_empty() {
            let fitting = notes.known.iter().enumerate().filter(|(_, known)| rest.starts_with(known.text()));
            // The longest; of equal ones each in its turn.
            let best = fitting.min_by_key(|(at, known)| (Reverse(known.text().len()), used[*at]));
            let part = match best.filter(|(_, known)| !known.text().is_empty()) {
                Some((at, known)) => {
                    used[at] = true;
                    known.clone()
                }
                // Up to where something known may begin.
                None => Part::Unknown(rest.split_inclusive('\n').next().unwrap_or(rest).to_owned()),
            };
            rest = &rest[part.text().len()..];
            notes.parts.push(part);
        }
        notes.steps = vec![css.to_owned()];
    }

    /// The last text became this one.
    pub fn step(&self, css: &str) {
        self.lock().steps.push(css.to_owned());
    }

    /// How a sheet was made. Of one that came another way, nothing is known.
    pub fn order(self, sheet: &str) -> Order {
        let Notes { parts, steps, .. } = self.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        match steps.last() {
            Some(last) if last == sheet => Order { parts, steps, ..Order::default() },
            _ => Order { parts: vec![Part::Unknown(sheet.to_owned())], ..Order::default() },
        }
    }
}
