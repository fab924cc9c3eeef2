//! A text made of another by replacing pieces of it, and the way back from a place in it.

use std::ops::Range;

/// Replaces ranges of a source, in order.
#[derive(Debug)]
pub(in crate::build::scss) struct Edits<'a> {
    source: &'a str,
    /// How far the source is copied or replaced.
    done: usize,
    text: String,
    marks: Vec<Mark>,
}

/// Where a replacement ends, in the source and in the text.
#[derive(Clone, Debug)]
struct Mark {
    source: Range<usize>,
    text: Range<usize>,
}

/// The way from an offset in the text to the one it came from.
#[derive(Clone, Debug, Default)]
pub(in crate::build::scss) struct WayBack {
    marks: Vec<Mark>,
    /// Where the source itself was made of another.
    further: Option<Box<WayBack>>,
}

impl<'a> Edits<'a> {
    pub fn new(source: &'a str) -> Edits<'a> {
        Edits { source, done: 0, text: String::with_capacity(source.len() + source.len() / 16), marks: Vec::new() }
    }

    /// Puts `with` in the place of `range`, which lies behind all ranges before.
    pub fn replace(&mut self, range: Range<usize>, with: &str) {
        debug_assert!(self.done <= range.start);
        self.text.push_str(&self.source[self.done..range.start]);
        let start = self.text.len();
        self.text.push_str(with);
        self.done = range.end;
        self.marks.push(Mark { source: range, text: start..self.text.len() });
    }

    pub fn finish(mut self) -> (String, WayBack) {
        self.text.push_str(&self.source[self.done..]);
        (self.text, WayBack { marks: self.marks, further: None })
    }
}

impl WayBack {
    /// The offset in the source; for one within a replacement, where the replaced range begins.
    pub fn offset(&self, offset: usize) -> usize {
        let after = self.marks.partition_point(|mark| mark.text.start <= offset);
        let offset = match after.checked_sub(1).map(|i| &self.marks[i]) {
            None => offset,
            Some(mark) if offset < mark.text.end => mark.source.start,
            Some(mark) => mark.source.end + (offset - mark.text.end),
        };
        self.further.as_ref().map_or(offset, |further| further.offset(offset))
    }

    /// The same, and from there on.
    pub fn then(self, further: WayBack) -> WayBack {
        WayBack { further: Some(Box::new(further)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_leads_back_to_where_its_text_came_from() {
        let mut edits = Edits::new("abc DEF ghi");
        edits.replace(4..7, "longer");
        edits.replace(8..8, "+");
        let (text, back) = edits.finish();
        assert_eq!(text, "abc longer +ghi");
        let from = |needle: &str| back.offset(text.find(needle).unwrap());
        assert_eq!((from("abc"), from("longer"), from("ger"), from(" +"), from("+"), from("ghi")), (0, 4, 4, 7, 8, 8));
        assert_eq!(back.offset(text.len()), 11);
        let mut edits = Edits::new(&text);
        edits.replace(0..0, "ahead ");
        let (text, ahead) = edits.finish();
        assert_eq!(ahead.then(back).offset(text.find("ghi").unwrap()), 8);
    }
}
