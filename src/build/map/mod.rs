//! Source maps of style sheets: from a place in a sheet to the file and line that its author wrote.
//!
//! 1. A sheet is joined from parts. Where each piece of a part comes from is known: of a plain sheet it is the same place
//!    in its file, of compiled SCSS what the compiler's second run tells ([`scss::trace`]).
//! 2. The texts that were made of the joined one, step by step, up to the sheet as it is sent, keep the places of all
//!    that they kept ([`Mapped::carried`]).
//! 3. They are written as a map ([`write`]).
//!
//! What nobody can place has no place: a map says nothing rather than something wrong. The maps of scripts that are
//! joined are made in the same way.

mod carry;
mod mapped;
mod write;

use crate::build::scss::{self, ThemeFolders, Traced};
use camino::{Utf8Path, Utf8PathBuf};
use mapped::{Cursor, Mapped, Spot};
use serde::{Deserialize, Serialize};
use write::Listed;

/// A text, by the steps in which it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What was joined, without anything between.
    pub parts: Vec<Part>,
    /// The texts that were made of it, one of the other; the last is what is sent. None where that is the joined text.
    pub steps: Vec<String>,
    /// Where the files of folders are to be found: an absolute folder, and how the URLs of the files below it begin.
    pub urls: Vec<(Utf8PathBuf, String)>,
    /// Whether the map holds the sources themselves.
    pub with_sources: bool,
}

/// One of the texts that were joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// A plain sheet: its file, what that holds, and the same with its end changed only.
    Sheet { path: Utf8PathBuf, source: String, text: String },
    /// The same of a script.
    Script { path: Utf8PathBuf, source: String, text: String },
    /// SCSS and what it compiled to. Imports stay inside the folders.
    Scss { source: Box<scss::Source>, folders: Vec<Utf8PathBuf>, css: String },
    /// Nobody knows where it comes from.
    Unknown(String),
}

impl Part {
    /// What was joined of it.
    pub fn text(&self) -> &str {
        match self {
            Part::Sheet { text, .. } | Part::Script { text, .. } | Part::Scss { css: text, .. } => text,
            Part::Unknown(text) => text,
        }
    }
}

/// The map that was ordered, as ECMA-426 has it.
pub fn make(order: &Order) -> Vec<u8> {
    let mut sources = Vec::new();
    let mut whole = Mapped::default();
    for part in &order.parts {
        let file = sources.len();
        whole.append(match part {
            Part::Sheet { path, source, text } => {
                sources.push(Listed { url: order.url(path.as_str()), text: source.clone() });
                Mapped::sheet(text.clone(), file)
            }
            Part::Script { path, source, text } => {
                sources.push(Listed { url: order.url(path.as_str()), text: source.clone() });
                Mapped::lines(text.clone(), file)
            }
            Part::Scss { source, folders, css } => {
                let traced = match ThemeFolders::open(folders) {
                    Ok(files) => scss::trace(source, &files, css),
                    Err(_) => Traced::default(),
                };
                let mapped = compiled(css, &traced, file);
                let listed = traced.sources.into_iter();
                sources.extend(listed.map(|source| Listed { url: order.url(&source.name), text: source.text }));
                mapped
            }
            Part::Unknown(text) => Mapped::unknown(text.clone()),
        });
    }
    for step in &order.steps {
        whole = whole.carried(step.clone());
    }
    write::write(&whole, &sources, order.with_sources)
}

/// Compiled SCSS, its sources counted from `first` on.
fn compiled(css: &str, traced: &Traced, first: usize) -> Mapped {
    // Each source is gone through once, from its beginning.
    let mut order: Vec<usize> = (0..traced.places.len()).collect();
    order.sort_by_key(|&i| traced.places[i].1.map(|place| (place.source, place.offset)));
    let mut spots: Vec<Option<Spot>> = vec![None; traced.places.len()];
    let mut cursor: Option<(usize, Cursor<'_>)> = None;
    for i in order {
        let Some(place) = traced.places[i].1 else { continue };
        let Some(source) = traced.sources.get(place.source) else { continue };
        let (_, cursor) = match &mut cursor {
            Some(known) if known.0 == place.source => known,
            other => other.insert((place.source, Cursor::new(&source.text))),
        };
        let (line, column) = cursor.at(place.offset);
        spots[i] = Some(Spot { file: first + place.source, line, column });
    }
    Mapped::of(css.to_owned(), traced.places.iter().zip(spots).map(|((at, _), spot)| (*at, spot)))
}

impl Order {
    /// The URL of a source. What lies in no folder that has URLs, or is no file, has a name that nobody asks for.
    fn url(&self, name: &str) -> String {
        let path = Utf8Path::new(name);
        let below = |(folder, url): &(Utf8PathBuf, String)| Some(format!("{url}/{}", path.strip_prefix(folder).ok()?));
        let url = self.urls.iter().find_map(below);
        write::escaped(&url.unwrap_or_else(|| format!("revserve:///{}", path.file_name().unwrap_or(name))))
    }
}

#[cfg(test)]
mod tests;
