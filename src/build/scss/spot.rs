//! From the compiler's errors to what the author wrote.

use camino::Utf8Path;
use grass::ErrorKind;

use super::folders::ImportError;
use super::import::ImportFs;
use super::prepare::WayBack;
use super::{ScssError, Source, Spot};

pub(super) struct Locate<'l, 'f> {
    pub source: &'l Source,
    /// From the main text that was compiled to the joined pieces.
    pub back: &'l WayBack,
    pub fs: &'l ImportFs<'f>,
}

impl Locate<'_, '_> {
    pub fn wrong(&self, error: grass::Error) -> ScssError {
        match error.kind() {
            ErrorKind::ParseError { message, loc, .. } => {
                ScssError::Wrong { spot: self.spot(&loc), message: readable(&message) }
            }
            ErrorKind::IoError(error) => ScssError::Failed { what: error.to_string() },
            ErrorKind::FromUtf8Error(what) => ScssError::Failed { what },
            _ => ScssError::Failed { what: "an unknown error".into() },
        }
    }

    /// An import was refused; the compiler's error says where it stands.
    pub fn refused(&self, error: ImportError, compiler: grass::Error) -> ScssError {
        match (error, self.wrong(compiler)) {
            (ImportError::Outside(path), ScssError::Wrong { spot, .. }) => ScssError::Outside { spot, path },
            (ImportError::Source(error), _) => ScssError::Unreadable { path: "".into(), why: error.to_string() },
            (_, wrong) => wrong,
        }
    }

    pub fn in_file(&self, path: &Utf8Path, offset: usize) -> Spot {
        let (source, _) = self.fs.source_of(path.as_str()).unwrap_or_default();
        Spot::new(path.as_str(), &source, offset)
    }

    pub fn spot(&self, at: &codemap::SpanLoc) -> Spot {
        let text = at.file.source();
        let line_start: usize = text.split_inclusive('\n').take(at.begin.line).map(str::len).sum();
        let line = &text[line_start.min(text.len())..];
        let column: usize = line.chars().take(at.begin.column).map(char::len_utf8).sum();
        let offset = line_start + column;
        match self.fs.source_of(at.file.name()) {
            Some((source, back)) => Spot::new(at.file.name(), &source, back.offset(offset)),
            None => self.source.spot(self.back.offset(offset)),
        }
    }
}

/// Cut where it is endless: a message may quote a whole style sheet.
pub(super) fn readable(message: &str) -> String {
    const LONGEST: usize = 1000;
    message.trim().chars().take(LONGEST).collect()
}
