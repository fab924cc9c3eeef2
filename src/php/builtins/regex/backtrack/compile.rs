//! From the tree to instructions.

use super::parse::{Parsed, parse};
use super::{Assert, Mode, Node, Unit};

/// One instruction. Targets are positions in the program.
#[derive(Debug)]
pub(super) enum Op {
    Unit(Unit),
    /// A repetition of one unit, which is most of them.
    Span {
        unit: Unit,
        least: usize,
        most: usize,
        greedy: bool,
    },
    /// Tries the first, then the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    /// Remembers the place at which a round of a loop begins.
    Mark(usize),
    /// Leaves a loop whose round took nothing.
    Progress(usize),
    Assert(Assert),
    Back(usize, bool),
    /// Looks ahead from here to the position given; then goes on there.
    Ahead(bool, usize),
    /// The same, that many letters back.
    Behind(bool, usize, usize),
    Atomic(usize),
    Keep,
    /// The end of a look or an atomic group.
    Done,
    Match,
}

/// A compiled pattern.
#[derive(Debug)]
pub(in crate::php::builtins::regex) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) groups: usize,
    pub(super) marks: usize,
    pub(super) unicode: bool,
    /// Names of groups by number.
    pub names: Vec<Option<String>>,
    /// The bytes a match can begin with, if it must take one.
    pub(super) first: Option<Box<[bool; 256]>>,
}

/// Programs longer than this are refused.
const MAX_OPS: usize = 20_000;

impl Program {
    /// None where the pattern is not supported.
    pub fn new(source: &str, mode: Mode) -> Option<Self> {
        let Parsed { node, names } = parse(source, mode)?;
        let mut compiler = Compiler { ops: Vec::new(), marks: 0 };
        compiler.node(&node)?;
        compiler.push(Op::Match)?;
        let first = (!mode.unicode).then(|| first(&node)).flatten();
        Some(Self {
            ops: compiler.ops,
            groups: names.len(),
            marks: compiler.marks,
            unicode: mode.unicode,
            names,
            first,
        })
    }
}

struct Compiler {
    ops: Vec<Op>,
    marks: usize,
}

impl Compiler {
    fn push(&mut self, op: Op) -> Option<usize> {
        self.ops.push(op);
        (self.ops.len() <= MAX_OPS).then_some(self.ops.len() - 1)
    }

    fn here(&self) -> usize {
        self.ops.len()
    }

    fn node(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Unit(unit) => self.push(Op::Unit(unit.clone())).map(|_| ()),
            Node::Seq(list) => list.iter().try_for_each(|node| self.node(node)),
            Node::Alt(list) => self.alternatives(list),
            Node::Repeat { node, least, most, greedy } => self.repeat(node, *least, *most, *greedy),
            Node::Group(number, node) => {
                self.push(Op::Save(number * 2))?;
                self.node(node)?;
                self.push(Op::Save(number * 2 + 1)).map(|_| ())
            }
            Node::Atomic(node) => self.within(node, Op::Atomic),
            Node::Ahead(wanted, node) => self.within(node, |end| Op::Ahead(*wanted, end)),
            Node::Behind(wanted, list) => self.behind(*wanted, list),
            Node::Back(number, fold) => self.push(Op::Back(*number, *fold)).map(|_| ()),
            Node::Assert(assert) => self.push(Op::Assert(*assert)).map(|_| ()),
            Node::Keep => self.push(Op::Keep).map(|_| ()),
        }
    }

    /// A part that is run on its own: the instruction, the part, its end.
    fn within(&mut self, node: &Node, op: impl FnOnce(usize) -> Op) -> Option<()> {
        let at = self.push(Op::Done)?;
        self.node(node)?;
        self.push(Op::Done)?;
        self.ops[at] = op(self.here());
        Some(())
    }

    /// A positive look behind is one of its alternatives, a negative one none of them.
    fn behind(&mut self, wanted: bool, list: &[(usize, Node)]) -> Option<()> {
        let mut jumps = Vec::new();
        for (at, (length, node)) in list.iter().enumerate() {
            let last = at + 1 == list.len();
            let split = if wanted && !last { Some(self.push(Op::Match)?) } else { None };
            let start = self.here();
            self.within(node, |end| Op::Behind(wanted, *length, end))?;
            if let Some(split) = split {
                jumps.push(self.push(Op::Match)?);
                self.ops[split] = Op::Split(start, self.here());
            }
        }
        let end = self.here();
        jumps.into_iter().for_each(|at| self.ops[at] = Op::Jump(end));
        Some(())
    }

    fn alternatives(&mut self, list: &[Node]) -> Option<()> {
        let mut jumps = Vec::new();
        for (at, node) in list.iter().enumerate() {
            if at + 1 == list.len() {
                self.node(node)?;
                continue;
            }
            let split = self.push(Op::Match)?;
            self.node(node)?;
            jumps.push(self.push(Op::Match)?);
            self.ops[split] = Op::Split(split + 1, self.here());
        }
        let end = self.here();
        jumps.into_iter().for_each(|at| self.ops[at] = Op::Jump(end));
        Some(())
    }

    fn repeat(&mut self, node: &Node, least: usize, most: Option<usize>, greedy: bool) -> Option<()> {
        if let Node::Unit(unit) = node {
            let most = most.unwrap_or(usize::MAX);
            return self.push(Op::Span { unit: unit.clone(), least, most, greedy }).map(|_| ());
        }
        for _ in 0..least {
            self.node(node)?;
        }
        let split = |enter: usize, leave: usize| if greedy { Op::Split(enter, leave) } else { Op::Split(leave, enter) };
        match most {
            None => {
                let mark = self.marks;
                self.marks += 1;
                let at = self.push(Op::Match)?;
                self.push(Op::Mark(mark))?;
                self.node(node)?;
                self.push(Op::Progress(mark))?;
                self.push(Op::Jump(at))?;
                self.ops[at] = split(at + 1, self.here());
            }
            Some(most) => {
                let mut splits = Vec::new();
                for _ in least..most {
                    splits.push(self.push(Op::Match)?);
                    self.node(node)?;
                }
                let end = self.here();
                splits.into_iter().for_each(|at| self.ops[at] = split(at + 1, end));
            }
        }
        Some(())
    }
}

/// The bytes that what a node takes can begin with; none where it may take nothing.
fn first(node: &Node) -> Option<Box<[bool; 256]>> {
    match node {
        Node::Unit(Unit::Bytes(bytes)) => Some(bytes.clone()),
        Node::Seq(list) => {
            let skip = |node: &&Node| matches!(node, Node::Assert(_) | Node::Ahead(..) | Node::Behind(..));
            first(list.iter().find(|node| !skip(node))?)
        }
        Node::Alt(list) => {
            let mut all = Box::new([false; 256]);
            for node in list {
                let bytes = first(node)?;
                all.iter_mut().zip(bytes.iter()).for_each(|(all, byte)| *all |= *byte);
            }
            Some(all)
        }
        Node::Repeat { node, least, .. } if *least > 0 => first(node),
        Node::Group(_, node) | Node::Atomic(node) => first(node),
        _ => None,
    }
}
