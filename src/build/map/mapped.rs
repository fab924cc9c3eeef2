//! A text, and where its pieces come from.

use super::carry;
use crate::build::css;

/// A place in a source, both from 0; the column in UTF-16 code units, the unit of source maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub file: usize,
    pub line: usize,
    pub column: usize,
}

/// From this offset on, up to the next place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub at: usize,
    /// `None` where nobody knows.
    pub spot: Option<Spot>,
}

/// A text, and where its pieces come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mapped {
    pub text: String,
    /// Ascending by offset, no offset twice, all within the text.
    pub places: Vec<Place>,
}

impl Mapped {
    /// A text of which nothing is known.
    pub fn unknown(text: String) -> Mapped {
        Mapped::of(text, [])
    }

    /// A text whose pieces begin at these offsets.
    pub fn of(text: String, spots: impl IntoIterator<Item = (usize, Option<Spot>)>) -> Mapped {
        let mut mapped = Mapped { places: Vec::new(), text };
        mapped.push(0, None);
        let mut spots: Vec<_> = spots.into_iter().collect();
        spots.sort_by_key(|(at, _)| *at);
        for (at, spot) in spots {
            mapped.push(at, spot);
        }
        mapped
    }

    /// A plain sheet, which is its own source: each line, rule and declaration of it.
    pub fn sheet(text: String, file: usize) -> Mapped {
        let sheet = css::parse(&text);
        let mut offsets: Vec<usize> = sheet.ids().map(|id| sheet.node(id).offset).collect();
        drop(sheet);
        offsets.extend(starts(&text));
        Mapped::identical(text, offsets, file)
    }

    /// A text that is its own source, line by line.
    pub fn lines(text: String, file: usize) -> Mapped {
        let offsets = starts(&text).collect();
        Mapped::identical(text, offsets, file)
    }

    fn identical(text: String, mut offsets: Vec<usize>, file: usize) -> Mapped {
        offsets.sort_unstable();
        let mut cursor = Cursor::new(&text);
        let spots: Vec<_> = offsets
            .into_iter()
            .map(|at| {
                let (line, column) = cursor.at(at);
                (at, Some(Spot { file, line, column }))
            })
            .collect();
        Mapped::of(text, spots)
    }

    /// Puts another text behind it.
    pub fn append(&mut self, other: Mapped) {
        let before = self.text.len();
        self.text.push_str(&other.text);
        for place in other.places {
            self.push(before + place.at, place.spot);
        }
    }

    /// Adds a place behind all others. Of two at one offset the later counts.
    pub fn push(&mut self, at: usize, spot: Option<Spot>) {
        if at >= self.text.len() {
            return;
        }
        match self.places.last_mut() {
            Some(last) if last.at >= at => last.spot = spot,
            Some(last) if last.spot.is_none() && spot.is_none() => {}
            _ => self.places.push(Place { at, spot }),
        }
    }

    /// A text that was made of this one. Lines that are the same keep their places, those that were changed the places
    /// of what is the same in them; what is new has none.
    pub fn carried(self, text: String) -> Mapped {
        if text == self.text {
            return self;
        }
        carry::carry(&self, text)
    }
}

/// Where the lines of a text begin that hold anything, the blanks at their start left out.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    lines(text)
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(start, line)| start + line.len() - line.trim_start().len())
}

/// The lines of a text with where they start; a line's end belongs to it.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    })
}

/// Lines and columns of offsets that ascend.
pub(super) struct Cursor<'t> {
    text: &'t str,
    done: usize,
    line: usize,
    column: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, done: 0, line: 0, column: 0 }
    }

    /// Line and column, both from 0, of an offset that is not before the last one.
    pub fn at(&mut self, offset: usize) -> (usize, usize) {
        for c in self.text.get(self.done..).unwrap_or_default().chars() {
            if self.done >= offset {
                break;
            }
            self.done += c.len_utf8();
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 0);
            } else {
                self.column += c.len_utf16();
            }
        }
        (self.line, self.column)
    }
}
