//! From the compiler's errors to what the author wrote.

use camino::Utf8Path;
use grass::ErrorKind;

use super::folders::ImportError;
use super::import::ImportFs;
use super::prepare::WayBack;
use super::{ScssError, Source, Spot, as_text};

pub(super) struct Locate<'l, 'f> {
    pub source: &'l Source,
    /// From the main text that was compiled to the joined pieces.
    pub back: &'l WayBack,
    pub fs: &'l ImportFs<'f>,
}

impl Locate<'_, '_> {
    pub fn wrong(&self, error: grass::Error) -> ScssError {
        self.kind(&error.kind())
    }

    pub fn kind(&self, kind: &ErrorKind) -> ScssError {
        match kind {
            ErrorKind::ParseError { message, loc, .. } => {
                ScssError::Wrong { spot: self.spot(loc), message: readable(message) }
            }
            ErrorKind::IoError(error) => ScssError::Failed { what: error.to_string() },
            ErrorKind::FromUtf8Error(what) => ScssError::Failed { what: what.clone() },
            _ => ScssError::Failed { what: "an unknown error".into() },
        }
    }

    /// Sees to it that an operation that Sass does not define is text in the next compilation; a warning about it.
    /// `None` where the error is another, or nothing can be done.
    pub fn as_text(&self, kind: &ErrorKind) -> Option<String> {
        let ErrorKind::ParseError { message, loc, .. } = kind else { return None };
        if !message.starts_with(as_text::MESSAGE) {
            return None;
        }
        let made = loc.file.source();
        let (start, end) = (offset(made, loc.begin), offset(made, loc.end));
        let (path, source, back) = match self.fs.source_of(loc.file.name()) {
            Some((source, back)) => (loc.file.name(), source, back),
            None => ("", self.source.joined(), self.back.clone()),
        };
        let range = back.offset(start)..back.offset(end);
        let operation = source.get(range.clone()).filter(|written| made.get(start..end) == Some(*written))?;
        let text = as_text::as_text(operation)?;
        let warning = format!("{}: {} It is kept as text", self.spot(loc), readable(message));
        self.fs.patch(Utf8Path::new(path), range, text).then_some(warning)
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
        let offset = offset(at.file.source(), at.begin);
        match self.fs.source_of(at.file.name()) {
            Some((source, back)) => Spot::new(at.file.name(), &source, back.offset(offset)),
            None => self.source.spot(self.back.offset(offset)),
        }
    }
}

/// From lines and characters to bytes.
fn offset(text: &str, at: codemap::LineCol) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(at.line).map(str::len).sum();
    let line = &text[line_start.min(text.len())..];
    line_start + line.chars().take(at.column).map(char::len_utf8).sum::<usize>()
}

/// Cut where it is endless: a message may quote a whole style sheet.
pub(super) fn readable(message: &str) -> String {
    const LONGEST: usize = 1000;
    message.trim().chars().take(LONGEST).collect()
}
