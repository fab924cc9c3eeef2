//! A backtracking matcher, for what a linear one cannot do: lookaround, backreferences, atomic groups.
//!
//! Its work is counted step by step, so that no pattern takes longer than the evaluation may; no crate's engine offers
//! that. Patterns come from [`super::pattern`], which leaves only one way to write each thing.

mod compile;
mod parse;
mod run;

pub(super) use compile::Program;
pub(super) use run::Start;

/// What one letter of the subject must be.
#[derive(Debug, Clone)]
pub(super) enum Unit {
    /// One of these bytes.
    Bytes(Box<[bool; 256]>),
    /// A character, for patterns in UTF-8 mode.
    Letter(Letters),
}

/// A set of characters.
#[derive(Debug, Clone, Default)]
pub(super) struct Letters {
    negated: bool,
    fold: bool,
    ranges: Vec<(char, char)>,
    /// `\w`, `\d`, `\s` and their opposites.
    kinds: Vec<(Kind, bool)>,
}

/// The character kinds with a letter of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Digit,
    Space,
}

impl Kind {
    fn has(self, letter: char) -> bool {
        match self {
            Self::Word => letter.is_alphanumeric() || letter == '_',
            Self::Digit => letter.is_numeric(),
            Self::Space => letter.is_whitespace(),
        }
    }

    fn has_byte(self, byte: u8) -> bool {
        match self {
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Digit => byte.is_ascii_digit(),
            Self::Space => matches!(byte, b' ' | b'\t'..=b'\r'),
        }
    }
}

impl Letters {
    fn has(&self, letter: char) -> bool {
        let plain = |letter: char| {
            self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&letter))
                || self.kinds.iter().any(|(kind, wanted)| kind.has(letter) == *wanted)
        };
        let folded = || letter.to_lowercase().chain(letter.to_uppercase()).any(plain);
        (plain(letter) || self.fold && folded()) != self.negated
    }
}

/// A pattern as a tree.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Unit(Unit),
    Seq(Vec<Node>),
    Alt(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: usize,
        most: Option<usize>,
        greedy: bool,
    },
    Group(usize, Box<Node>),
    Atomic(Box<Node>),
    Ahead(bool, Box<Node>),
    /// Each alternative with the number of letters it takes.
    Behind(bool, Vec<(usize, Node)>),
    Back(usize, bool),
    Assert(Assert),
    /// `\K`
    Keep,
}

/// What holds at a place without taking a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    Start,
    End,
    LineStart,
    LineEnd,
    Word(bool),
    /// `\G`
    Here,
}

/// How the letters of pattern and subject are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode {
    pub fold: bool,
    pub lines: bool,
    pub dot_all: bool,
    pub unicode: bool,
}
