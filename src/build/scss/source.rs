//! What is compiled, as plain data.

use std::ops::Range;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::Spot;

/// The SCSS of a theme: pieces that Moodle joins, and where their imports are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Joined as they are: what stands between them is theirs to say.
    pub pieces: Vec<Piece>,
    /// Absolute folders, in the order in which they are searched.
    pub load_paths: Vec<Utf8PathBuf>,
}

/// A part of the main source, with a name for errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// A path where a file is the piece, else what made it: `theme_boost_get_extra_scss()`.
    pub name: String,
    pub text: String,
    /// Files that the piece may have been put together from, with their content: an error within the text of one
    /// is shown as an error in that file.
    #[serde(default)]
    pub parts: Vec<(String, String)>,
}

impl Piece {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Piece {
        Piece { name: name.into(), text: text.into(), parts: Vec::new() }
    }
}

impl Source {
    pub(super) fn joined(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// The piece, or the file in it, that an offset of the joined text lies in.
    pub(super) fn spot(&self, offset: usize) -> Spot {
        let origins = self.origins();
        let found = origins.iter().find(|origin| origin.range.contains(&offset)).or(origins.last());
        found.map_or_else(
            || Spot::new("", "", 0),
            |origin| Spot::new(origin.name, origin.text, offset.saturating_sub(origin.range.start)),
        )
    }

    /// What each range of the joined text is. The files in a piece stand before the piece itself, so the first whose
    /// range holds an offset is the one that it lies in.
    pub(super) fn origins(&self) -> Vec<Origin<'_>> {
        let mut origins = Vec::new();
        let mut start = 0;
        for piece in &self.pieces {
            for (file, text) in piece.parts.iter().filter(|(_, text)| !text.trim().is_empty()) {
                if let Some(at) = piece.text.find(text.as_str()) {
                    origins.push(Origin { range: start + at..start + at + text.len(), name: file, text });
                }
            }
            let end = start + piece.text.len();
            origins.push(Origin { range: start..end, name: &piece.name, text: &piece.text });
            start = end;
        }
        origins
    }
}

/// A range of the joined text, and what it is.
#[derive(Debug)]
pub(super) struct Origin<'s> {
    pub range: Range<usize>,
    /// A path where a file it is, else what made it.
    pub name: &'s str,
    pub text: &'s str,
}

/// Characters of a line that an excerpt shows.
const EXCERPT: usize = 160;

impl Spot {
    /// The spot at a byte offset of a file's text; one beyond the end is the end.
    pub(super) fn new(file: &str, text: &str, offset: usize) -> Spot {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        Spot {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            indent: line.chars().take_while(|c| c.is_whitespace()).count(),
            excerpt: line.trim().chars().take(EXCERPT).collect(),
        }
    }
}
