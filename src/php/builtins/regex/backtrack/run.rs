//! Runs a program over a subject, counting every step.

use super::compile::{Op, Program};
use super::{Assert, Unit};
use crate::php::builtins::regex::engine::Groups;
use crate::php::eval::{Eval, Raise};

/// This many steps here are one of the evaluation's.
const STEPS: u32 = 16;

/// How many alternatives may be open at once.
const MAX_OPEN: usize = 500_000;

/// An alternative to go back to, or something to undo on the way there.
enum Open {
    /// Go on there.
    At(usize, usize),
    /// Give back one letter of a repetition, no further than the first place.
    Less(usize, usize, usize),
    /// Take one letter more, of so many.
    More(usize, usize, usize),
    Save(usize, Option<usize>),
    Mark(usize, usize),
    All(Vec<Option<usize>>),
}

/// Where a match may begin and whether it may be empty.
#[derive(Clone, Copy)]
pub(in crate::php::builtins::regex) struct Start {
    pub from: usize,
    /// Only here, and not empty: the second try after an empty match.
    pub again: bool,
}

struct Run<'r, 'e> {
    program: &'r Program,
    subject: &'r [u8],
    eval: &'r mut Eval<'e>,
    steps: u32,
    saves: Vec<Option<usize>>,
    marks: Vec<usize>,
    start: Start,
    kept: Option<usize>,
}

impl Program {
    /// The first match from a place on.
    pub fn find(&self, eval: &mut Eval<'_>, subject: &[u8], start: Start) -> Result<Option<Groups>, Raise> {
        let mut run = Run {
            program: self,
            subject,
            eval,
            steps: 0,
            saves: vec![None; self.groups * 2],
            marks: vec![0; self.marks],
            start,
            kept: None,
        };
        let mut at = start.from;
        loop {
            if let (Some(first), false) = (&self.first, start.again) {
                let skipped = subject[at..].iter().position(|byte| first[usize::from(*byte)]);
                let Some(skipped) = skipped else {
                    run.eval.charge((subject.len() - at) / 64)?;
                    return Ok(None);
                };
                run.eval.charge(skipped / 64)?;
                at += skipped;
            }
            if let Some(end) = run.go(0, at)? {
                let begin = run.kept.unwrap_or(at).min(end);
                let mut groups: Groups = run.saves.chunks(2).map(|pair| pair[0].zip(pair[1])).collect();
                groups[0] = Some((begin, end));
                return Ok(Some(groups));
            }
            if start.again || at >= subject.len() {
                return Ok(None);
            }
            at = self.after(subject, at);
        }
    }

    /// The place one letter further.
    fn after(&self, subject: &[u8], at: usize) -> usize {
        if !self.unicode {
            return at + 1;
        }
        at + 1 + subject.iter().skip(at + 1).take_while(|byte| (**byte & 0xc0) == 0x80).count()
    }

    fn before(&self, subject: &[u8], mut at: usize) -> usize {
        at -= 1;
        while self.unicode && at > 0 && subject[at] & 0xc0 == 0x80 {
            at -= 1;
        }
        at
    }
}

impl Run<'_, '_> {
    /// Runs from an instruction at a place; the end of what matched.
    fn go(&mut self, op: usize, at: usize) -> Result<Option<usize>, Raise> {
        let program = self.program;
        let begin = at;
        let (mut op, mut at) = (op, at);
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.step(open.len())?;
            let fine = match &program.ops[op] {
                Op::Match => {
                    if !(self.start.again && at == begin) {
                        return Ok(Some(at));
                    }
                    false
                }
                Op::Done => return Ok(Some(at)),
                Op::Unit(unit) => match self.take(unit, at) {
                    Some(next) => {
                        at = next;
                        op += 1;
                        true
                    }
                    None => false,
                },
                Op::Span { unit, least, most, greedy } => match self.span(unit, at, *least)? {
                    None => false,
                    Some(floor) => {
                        let left = most - least;
                        at = floor;
                        if *greedy {
                            at = self.stretch(unit, floor, left)?;
                            if at > floor {
                                open.push(Open::Less(op + 1, floor, at));
                            }
                        } else if left > 0 {
                            open.push(Open::More(op, at, left));
                        }
                        op += 1;
                        true
                    }
                },
                Op::Split(first, second) => {
                    open.push(Open::At(*second, at));
                    op = *first;
                    true
                }
                Op::Jump(to) => {
                    op = *to;
                    true
                }
                Op::Save(slot) => {
                    open.push(Open::Save(*slot, self.saves[*slot]));
                    self.saves[*slot] = Some(at);
                    op += 1;
                    true
                }
                Op::Mark(slot) => {
                    open.push(Open::Mark(*slot, self.marks[*slot]));
                    self.marks[*slot] = at;
                    op += 1;
                    true
                }
                // A round that took nothing ends its loop: past the jump back.
                Op::Progress(slot) => {
                    op += if self.marks[*slot] == at { 2 } else { 1 };
                    true
                }
                Op::Assert(assert) => {
                    op += 1;
                    self.holds(*assert, at)
                }
                Op::Back(group, fold) => match self.back(*group, *fold, at) {
                    Some(next) => {
                        at = next;
                        op += 1;
                        true
                    }
                    None => false,
                },
                Op::Ahead(wanted, end) => {
                    let fine = self.look(op + 1, at, None, *wanted, &mut open)?;
                    op = *end;
                    fine
                }
                Op::Behind(wanted, length, end) => {
                    let fine = match self.back_by(at, *length) {
                        Some(from) => self.look(op + 1, from, Some(at), *wanted, &mut open)?,
                        None => !wanted,
                    };
                    op = *end;
                    fine
                }
                Op::Atomic(end) => {
                    let before = self.saves.clone();
                    match self.go_within(op + 1, at)? {
                        Some(next) => {
                            open.push(Open::All(before));
                            at = next;
                            op = *end;
                            true
                        }
                        None => false,
                    }
                }
                Op::Keep => {
                    self.kept = Some(at);
                    op += 1;
                    true
                }
            };
            if !fine {
                match self.resume(&mut open)? {
                    Some((next, place)) => (op, at) = (next, place),
                    None => return Ok(None),
                }
            }
        }
    }

    /// Goes back to the last open alternative.
    fn resume(&mut self, open: &mut Vec<Open>) -> Result<Option<(usize, usize)>, Raise> {
        while let Some(last) = open.pop() {
            self.step(open.len())?;
            match last {
                Open::At(op, at) => return Ok(Some((op, at))),
                Open::Less(op, floor, at) => {
                    let at = self.program.before(self.subject, at);
                    if at > floor {
                        open.push(Open::Less(op, floor, at));
                    }
                    return Ok(Some((op, at)));
                }
                Open::More(op, at, left) => {
                    let Op::Span { unit, .. } = &self.program.ops[op] else { continue };
                    if let Some(next) = self.take(unit, at) {
                        if left > 1 {
                            open.push(Open::More(op, next, left - 1));
                        }
                        return Ok(Some((op + 1, next)));
                    }
                }
                Open::Save(slot, place) => self.saves[slot] = place,
                Open::Mark(slot, place) => self.marks[slot] = place,
                Open::All(saves) => self.saves = saves,
            }
        }
        Ok(None)
    }

    fn step(&mut self, open: usize) -> Result<(), Raise> {
        self.steps += 1;
        if self.steps >= STEPS {
            self.steps = 0;
            self.eval.charge(1)?;
        }
        if open > MAX_OPEN {
            return Err(Raise::Unknown(self.eval.not_supported("a regular expression that takes so much")));
        }
        Ok(())
    }

    /// A part on its own; an empty match of it is one.
    fn go_within(&mut self, op: usize, at: usize) -> Result<Option<usize>, Raise> {
        let again = std::mem::replace(&mut self.start.again, false);
        let end = self.go(op, at);
        self.start.again = again;
        end
    }

    fn look(
        &mut self,
        op: usize,
        from: usize,
        end: Option<usize>,
        wanted: bool,
        open: &mut Vec<Open>,
    ) -> Result<bool, Raise> {
        let before = self.saves.clone();
        let found = self.go_within(op, from)?;
        let found = found.is_some_and(|at| end.is_none_or(|end| at == end));
        match found && wanted {
            true => open.push(Open::All(before)),
            false => self.saves = before,
        }
        Ok(found == wanted)
    }

    fn take(&self, unit: &Unit, at: usize) -> Option<usize> {
        let byte = *self.subject.get(at)?;
        match unit {
            Unit::Bytes(bytes) => bytes[usize::from(byte)].then_some(at + 1),
            Unit::Letter(letters) => {
                let end = self.program.after(self.subject, at);
                let letter = std::str::from_utf8(&self.subject[at..end]).ok()?.chars().next()?;
                letters.has(letter).then_some(end)
            }
        }
    }

    /// Takes exactly so many.
    fn span(&mut self, unit: &Unit, mut at: usize, count: usize) -> Result<Option<usize>, Raise> {
        for _ in 0..count {
            match self.take(unit, at) {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        self.eval.charge(count / 64)?;
        Ok(Some(at))
    }

    /// Takes as many as there are, at most so many.
    fn stretch(&mut self, unit: &Unit, from: usize, most: usize) -> Result<usize, Raise> {
        let (mut at, mut count) = (from, 0);
        while count < most {
            let Some(next) = self.take(unit, at) else { break };
            at = next;
            count += 1;
        }
        self.eval.charge(count / 64)?;
        Ok(at)
    }

    fn back_by(&self, mut at: usize, letters: usize) -> Option<usize> {
        for _ in 0..letters {
            if at == 0 {
                return None;
            }
            at = self.program.before(self.subject, at);
        }
        Some(at)
    }

    fn back(&self, group: usize, fold: bool, at: usize) -> Option<usize> {
        let (start, end) = (*self.saves.get(group * 2)?, *self.saves.get(group * 2 + 1)?);
        let wanted = &self.subject[start?..end?];
        let found = self.subject.get(at..at + wanted.len())?;
        let same = if fold { found.eq_ignore_ascii_case(wanted) } else { found == wanted };
        same.then_some(at + wanted.len())
    }

    fn holds(&self, assert: Assert, at: usize) -> bool {
        match assert {
            Assert::Start => at == 0,
            Assert::End => at == self.subject.len(),
            Assert::LineStart => at == 0 || self.subject[at - 1] == b'\n',
            Assert::LineEnd => self.subject.get(at).is_none_or(|byte| *byte == b'\n'),
            Assert::Here => at == self.start.from,
            Assert::Word(wanted) => (self.is_word(at) != (at > 0 && self.is_word_before(at))) == wanted,
        }
    }

    fn is_word(&self, at: usize) -> bool {
        let end = self.program.after(self.subject, at).min(self.subject.len());
        match (self.program.unicode, self.subject.get(at..end)) {
            (true, Some(letter)) => {
                std::str::from_utf8(letter).is_ok_and(|l| l.chars().any(|c| c.is_alphanumeric() || c == '_'))
            }
            (false, Some([byte])) => byte.is_ascii_alphanumeric() || *byte == b'_',
            _ => false,
        }
    }

    fn is_word_before(&self, at: usize) -> bool {
        self.is_word(self.program.before(self.subject, at))
    }
}
