//! Byte offsets → lines and columns, for source maps and messages.

/// A place in a source, as editors count: both from 1, columns in UTF-16 code units (the unit of source maps,
/// which count from 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Where the lines of a source start: made once, asked often.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    pub fn new(source: &'a str) -> Self {
        let ends = source.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
        LineIndex { source, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The position of a byte offset; of the end, if it lies beyond.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.source.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|i| self.starts.get(i)).copied().unwrap_or(0);
        let column = self.source.get(start..offset).map_or(0, |text| text.encode_utf16().count());
        Position { line, column: column + 1 }
    }
}
