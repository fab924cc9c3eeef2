//! Matching: the linear engine where it can, the backtracking one where it must.

use std::sync::Arc;

use regex::bytes;

use super::backtrack::{Mode, Program, Start};
use super::pattern::{self, Pattern};
use crate::php::eval::{Eval, Raise};
use crate::php::value::Text;

/// Start and end of each group of a match; none for groups that took no part.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

/// A compiled pattern.
pub struct Regex {
    engine: Engine,
    /// Names of groups by number.
    pub(super) names: Vec<Option<String>>,
    unicode: bool,
}

enum Engine {
    Linear(bytes::Regex),
    Backtracking(Program),
}

/// A compiled program may not be larger than this, in bytes.
const SIZE: usize = 4 << 20;

impl Regex {
    fn new(pattern: &Pattern) -> Option<Self> {
        if !pattern.backtracks
            && let Some(engine) = linear(pattern)
            && !(pattern.lazy && may_be_empty(&engine, pattern))
        {
            let names = engine.capture_names().map(|name| name.map(str::to_owned)).collect();
            return Some(Self { engine: Engine::Linear(engine), names, unicode: pattern.unicode });
        }
        let mode =
            Mode { fold: pattern.fold, lines: pattern.lines, dot_all: pattern.dot_all, unicode: pattern.unicode };
        if !pattern.unicode && !pattern.source.is_ascii() {
            return None;
        }
        let program = Program::new(&pattern.source, mode)?;
        let names = program.names.clone();
        Some(Self { engine: Engine::Backtracking(program), names, unicode: pattern.unicode })
    }

    /// The pattern of a PHP call, compiled once per evaluation.
    pub(super) fn of(eval: &mut Eval<'_>, pattern: &Text, subject: &[u8]) -> Result<Arc<Self>, Raise> {
        let newline = subject.ends_with(b"\n");
        if let Some(known) = eval.regexes.get(&(pattern.clone(), newline)) {
            return Ok(known.clone());
        }
        eval.charge(200 + pattern.len())?;
        let read = pattern.utf8().and_then(|text| pattern::read(text, newline));
        let Some(regex) = read.and_then(|pattern| Self::new(&pattern)) else {
            return Err(Raise::Unknown(eval.not_supported("this regular expression")));
        };
        let regex = Arc::new(regex);
        eval.regexes.insert((pattern.clone(), newline), regex.clone());
        Ok(regex)
    }

    /// The first match at or after a position.
    pub(super) fn find(&self, eval: &mut Eval<'_>, subject: &[u8], from: usize) -> Result<Option<Groups>, Raise> {
        self.find_at(eval, subject, Start { from, again: false })
    }

    fn find_at(&self, eval: &mut Eval<'_>, subject: &[u8], start: Start) -> Result<Option<Groups>, Raise> {
        if self.unicode && std::str::from_utf8(subject).is_err() {
            return Err(Raise::Unknown(eval.not_supported("a text that is no UTF-8, with /u")));
        }
        match &self.engine {
            Engine::Linear(engine) => {
                let mut places = engine.capture_locations();
                let found = engine.captures_read_at(&mut places, subject, start.from);
                let end = found.as_ref().map_or(subject.len(), |found| found.end());
                eval.charge(2 + end.saturating_sub(start.from) / 32)?;
                Ok(found.map(|_| (0..places.len()).map(|group| places.get(group)).collect()))
            }
            Engine::Backtracking(program) => {
                eval.charge(2)?;
                program.find(eval, subject, start)
            }
        }
    }

    /// Every match, as PCRE's own loop finds them, up to a number.
    ///
    /// After an empty match, one that is not empty is looked for at the same place; without one the next may begin one
    /// letter later. A greedy pattern has none there, so that the linear engine need not look.
    pub(super) fn find_all(&self, eval: &mut Eval<'_>, subject: &[u8], most: usize) -> Result<Vec<Groups>, Raise> {
        let mut all = Vec::new();
        let mut start = Start { from: 0, again: false };
        while start.from <= subject.len() && all.len() < most {
            let Some(groups) = self.find_at(eval, subject, start)? else {
                if !start.again {
                    break;
                }
                start = Start { from: start.from + self.letter(subject, start.from), again: false };
                continue;
            };
            let Some((begin, end)) = groups.first().copied().flatten() else { break };
            eval.charge_bytes(groups.len() * 24)?;
            let empty = begin == end;
            start = match &self.engine {
                Engine::Linear(_) if empty => Start { from: end + self.letter(subject, end), again: false },
                _ => Start { from: end, again: empty },
            };
            all.push(groups);
        }
        Ok(all)
    }

    /// How many bytes the letter at a position has.
    fn letter(&self, subject: &[u8], at: usize) -> usize {
        if !self.unicode {
            return 1;
        }
        1 + subject.iter().skip(at + 1).take_while(|byte| (**byte & 0xc0) == 0x80).count()
    }
}

/// Whether it may match nothing.
fn may_be_empty(engine: &bytes::Regex, pattern: &Pattern) -> bool {
    engine.is_match(b"") || pattern.source.contains("\\b") || pattern.source.contains("\\B")
}

fn linear(pattern: &Pattern) -> Option<bytes::Regex> {
    let mut builder = bytes::RegexBuilder::new(&pattern.source);
    let builder = builder
        .case_insensitive(pattern.fold)
        .multi_line(pattern.lines)
        .dot_matches_new_line(pattern.dot_all)
        .unicode(pattern.unicode)
        .size_limit(SIZE);
    builder.build().ok()
}
