//! Matching: the linear engine where it can, the backtracking one where it must.

use std::sync::Arc;

use regex::bytes;

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
    lazy: bool,
}

enum Engine {
    Linear(bytes::Regex),
    /// With a small and a large limit: the large one is tried, and paid for, only when needed.
    Backtracking(Box<[fancy_regex::Regex; 2]>),
}

/// Backtracking steps of the first and of the second attempt.
const LIMITS: [usize; 2] = [5_000, 500_000];

/// A compiled program may not be larger than this, in bytes.
const SIZE: usize = 4 << 20;

impl Regex {
    fn new(pattern: &Pattern) -> Option<Self> {
        let mut regex =
            Self { engine: linear_or_not(pattern)?, names: Vec::new(), unicode: pattern.unicode, lazy: pattern.lazy };
        regex.names = match &regex.engine {
            Engine::Linear(engine) => engine.capture_names().map(|name| name.map(str::to_owned)).collect(),
            Engine::Backtracking(engines) => engines[0].capture_names().map(|name| name.map(str::to_owned)).collect(),
        };
        Some(regex)
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
        match &self.engine {
            Engine::Linear(engine) => {
                let mut places = engine.capture_locations();
                let found = engine.captures_read_at(&mut places, subject, from);
                let end = found.as_ref().map_or(subject.len(), |found| found.end());
                eval.charge(2 + end.saturating_sub(from) / 32)?;
                Ok(found.map(|_| (0..places.len()).map(|group| places.get(group)).collect()))
            }
            Engine::Backtracking(engines) => self.backtrack(eval, engines, subject, from),
        }
    }

    fn backtrack(
        &self,
        eval: &mut Eval<'_>,
        engines: &[fancy_regex::Regex; 2],
        subject: &[u8],
        from: usize,
    ) -> Result<Option<Groups>, Raise> {
        let usable = self.unicode || subject.is_ascii();
        let Some(text) = std::str::from_utf8(subject).ok().filter(|_| usable) else {
            return Err(Raise::Unknown(eval.not_supported("this regular expression beyond ASCII")));
        };
        for (engine, cost) in engines.iter().zip([10, LIMITS[1] / 20]) {
            eval.charge(cost)?;
            match engine.captures_from_pos(text, from) {
                Ok(None) => {
                    eval.charge((subject.len() - from) / 16)?;
                    return Ok(None);
                }
                Ok(Some(found)) => {
                    let groups: Groups =
                        found.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect();
                    let end = groups.first().copied().flatten().map_or(from, |(_, end)| end);
                    eval.charge(end.saturating_sub(from) / 16)?;
                    return Ok(Some(groups));
                }
                Err(_) => {}
            }
        }
        Err(Raise::Unknown(eval.not_supported("a regular expression that takes so long")))
    }

    /// Every match, as PCRE's own loop finds them, up to a number.
    pub(super) fn find_all(&self, eval: &mut Eval<'_>, subject: &[u8], most: usize) -> Result<Vec<Groups>, Raise> {
        let mut all = Vec::new();
        let mut from = 0;
        while from <= subject.len() && all.len() < most {
            let Some(groups) = self.find(eval, subject, from)? else { break };
            let Some((start, end)) = groups.first().copied().flatten() else { break };
            eval.charge_bytes(groups.len() * 24)?;
            if start == end {
                if self.lazy {
                    return Err(Raise::Unknown(eval.not_supported("an empty match of a lazy repetition")));
                }
                // After an empty match the next may begin one letter later.
                from = end + self.letter(subject, end);
            } else {
                from = end;
            }
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

fn linear_or_not(pattern: &Pattern) -> Option<Engine> {
    if !pattern.backtracks {
        let mut builder = bytes::RegexBuilder::new(&pattern.source);
        let builder = builder
            .case_insensitive(pattern.fold)
            .multi_line(pattern.lines)
            .dot_matches_new_line(pattern.dot_all)
            .unicode(pattern.unicode)
            .size_limit(SIZE);
        return builder.build().ok().map(Engine::Linear);
    }
    let build = |limit: usize| {
        let mut builder = fancy_regex::RegexBuilder::new(&pattern.source);
        let builder = builder
            .case_insensitive(pattern.fold)
            .multi_line(pattern.lines)
            .dot_matches_new_line(pattern.dot_all)
            .delegate_size_limit(SIZE)
            .backtrack_limit(limit);
        builder.build().ok()
    };
    Some(Engine::Backtracking(Box::new([build(LIMITS[0])?, build(LIMITS[1])?])))
}
