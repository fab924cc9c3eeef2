//! Marks that lead from a compiled sheet back to its sources.
//!
//! The compiler keeps comments where statements stand: beside the declarations of the same block, whatever became of it
//! through mixins, loops, nesting and `@extend`. So a source is written with a comment before each declaration and at
//! the start of each block, and what was compiled is read by them.

use std::cell::{Ref, RefCell};
use std::fmt::Write as _;

use super::prepare::WayBack;

/// The name of the main source, which no file holds.
pub(super) const MAIN: &str = "";

/// What a mark begins with, and what ends it.
const OPEN: &str = "-revserve-source:";
const CLOSE: char = ';';

/// What a mark stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Right before a declaration.
    Declaration,
    /// At the start of a rule's block.
    Rule,
    /// At the start of an at-rule's block; in a rule, the compiler puts it into the copy of that rule.
    AtRule,
}

/// Everything that was marked: the sources, and each mark's source and offset.
#[derive(Debug, Default)]
pub(super) struct Marks(RefCell<Table>);

#[derive(Debug, Default)]
pub(super) struct Table {
    /// Paths, or [`MAIN`].
    pub sources: Vec<String>,
    /// The place in `sources`, and the offset in its text as it was written.
    pub marks: Vec<(u32, u32)>,
}

impl Marks {
    /// The marker for one source.
    pub fn of(&self, source: &str) -> Marker<'_> {
        let mut table = self.0.borrow_mut();
        let known = table.sources.iter().position(|known| known == source);
        let source = known.unwrap_or_else(|| {
            table.sources.push(source.to_owned());
            table.sources.len() - 1
        });
        Marker { marks: self, source: source as u32, back: None }
    }

    pub fn table(&self) -> Ref<'_, Table> {
        self.0.borrow()
    }
}

/// Makes the marks of one source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marker<'m> {
    marks: &'m Marks,
    source: u32,
    /// From the text that is marked to the one that its author wrote.
    back: Option<&'m WayBack>,
}

impl<'m> Marker<'m> {
    /// The same for a text that was made of the source.
    pub fn behind(self, back: &'m WayBack) -> Marker<'m> {
        Marker { back: Some(back), ..self }
    }

    /// The comment for what stands at that offset.
    pub fn mark(&self, kind: Kind, offset: usize) -> String {
        let offset = self.back.map_or(offset, |back| back.offset(offset));
        let marks = &mut self.marks.0.borrow_mut().marks;
        let mut text = format!("/*{OPEN}{}", kind.letter());
        let _ = write!(text, "{}{CLOSE}*/", marks.len()); // writing to a string cannot fail
        marks.push((self.source, u32::try_from(offset).unwrap_or(u32::MAX)));
        text
    }
}

impl Kind {
    const fn letter(self) -> char {
        match self {
            Kind::Declaration => 'd',
            Kind::Rule => 'r',
            Kind::AtRule => 'a',
        }
    }
}

/// Reads what stands within a comment; `None` where it is no mark.
pub(super) fn read(comment: &str) -> Option<(Kind, usize)> {
    let mark = comment.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    let kind = [Kind::Declaration, Kind::Rule, Kind::AtRule];
    let kind = kind.into_iter().find(|kind| mark.starts_with(kind.letter()))?;
    Some((kind, mark[1..].parse().ok()?))
}

/// Whether a source speaks of marks itself: then no mark can be believed.
pub(super) fn is_in(source: &str) -> bool {
    source.contains(OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let marks = Marks::default();
        let (main, part) = (marks.of(MAIN), marks.of("/a.scss"));
        let texts = [main.mark(Kind::Rule, 3), part.mark(Kind::Declaration, 9), marks.of(MAIN).mark(Kind::AtRule, 8)];
        let read: Vec<_> = texts.iter().filter_map(|text| read(text.strip_prefix("/*")?.strip_suffix("*/")?)).collect();
        assert_eq!(read, [(Kind::Rule, 0), (Kind::Declaration, 1), (Kind::AtRule, 2)]);
        let table = marks.table();
        assert_eq!(table.sources, [MAIN, "/a.scss"]);
        assert_eq!(table.marks, [(0, 3), (1, 9), (0, 8)]);
        for other in ["", " a comment ", "-revserve-source:", "-revserve-source:x1;", "-revserve-source:d;"] {
            assert_eq!(super::read(other), None, "{other}");
        }
    }
}
