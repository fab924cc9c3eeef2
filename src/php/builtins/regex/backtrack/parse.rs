//! Reads a rewritten pattern into a tree.

use super::{Assert, Kind, Letters, Mode, Node, Unit};

/// The tree and the names of its groups by number; group 0 is the whole.
pub(super) struct Parsed {
    pub node: Node,
    pub names: Vec<Option<String>>,
}

/// How deep groups may nest.
const MAX_DEPTH: usize = 200;

pub(super) fn parse(source: &str, mode: Mode) -> Option<Parsed> {
    let mut parser = Parser { source: source.chars().collect(), at: 0, mode, names: vec![None], depth: 0 };
    let node = parser.alternatives()?;
    (parser.at == parser.source.len()).then_some(Parsed { node, names: parser.names })
}

struct Parser {
    source: Vec<char>,
    at: usize,
    mode: Mode,
    names: Vec<Option<String>>,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.source.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = text.chars().enumerate().all(|(ahead, letter)| self.source.get(self.at + ahead) == Some(&letter));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    fn alternatives(&mut self) -> Option<Node> {
        let mut list = vec![self.sequence()?];
        while self.eat("|") {
            list.push(self.sequence()?);
        }
        if list.len() == 1 { list.pop() } else { Some(Node::Alt(list)) }
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut list = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            if let Some(node) = self.item()? {
                list.push(self.repeated(node)?);
            }
        }
        Some(Node::Seq(list))
    }

    /// One item; none for flags alone.
    fn item(&mut self) -> Option<Option<Node>> {
        Some(Some(match self.next()? {
            '.' => Node::Unit(self.any()),
            '^' if self.mode.lines => Node::Assert(Assert::LineStart),
            '^' => Node::Assert(Assert::Start),
            '$' if self.mode.lines => Node::Assert(Assert::LineEnd),
            '$' => Node::Assert(Assert::End),
            '[' => Node::Unit(self.class()?),
            '(' => return self.group(),
            '\\' => self.escape()?,
            '*' | '+' | '?' => return None,
            letter => Node::Unit(self.single(letter)),
        }))
    }

    fn repeated(&mut self, mut node: Node) -> Option<Node> {
        loop {
            let (least, most) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match self.counts()? {
                    Some(counts) => counts,
                    None => return Some(node),
                },
                _ => return Some(node),
            };
            self.at += 1;
            let greedy = !self.eat("?");
            let possessive = greedy && self.eat("+");
            node = Node::Repeat { node: Box::new(node), least, most, greedy };
            if possessive {
                node = Node::Atomic(Box::new(node));
            }
        }
    }

    /// `{2}`, `{2,}`, `{2,3}`; leaves the closing brace.
    fn counts(&mut self) -> Option<Option<(usize, Option<usize>)>> {
        let mut ahead = self.at + 1;
        let mut text = String::new();
        while let Some(letter) = self.source.get(ahead).filter(|letter| **letter != '}') {
            text.push(*letter);
            ahead += 1;
        }
        let (least, most) = text.split_once(',').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
        let least: usize = least.parse().ok()?;
        let most = match most {
            None => Some(least),
            Some("") => None,
            Some(most) => Some(most.parse().ok()?),
        };
        if least > 1000 || most.is_some_and(|most| most > 1000 || most < least) {
            return None;
        }
        self.at = ahead;
        Some(Some((least, most)))
    }

    fn group(&mut self) -> Option<Option<Node>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mode = self.mode;
        let node = if self.eat("?:") {
            self.alternatives()?
        } else if self.eat("?=") {
            Node::Ahead(true, Box::new(self.alternatives()?))
        } else if self.eat("?!") {
            Node::Ahead(false, Box::new(self.alternatives()?))
        } else if self.eat("?<=") {
            behind(true, self.alternatives()?)?
        } else if self.eat("?<!") {
            behind(false, self.alternatives()?)?
        } else if self.eat("?>") {
            Node::Atomic(Box::new(self.alternatives()?))
        } else if self.eat("?P<") {
            let mut name = String::new();
            while let Some(letter) = self.next().filter(|letter| *letter != '>') {
                name.push(letter);
            }
            self.captured(Some(name))?
        } else if self.eat("?") {
            if self.flags()? {
                // Without a colon they hold to the end of the group around them.
                self.depth -= 1;
                return Some(None);
            }
            self.alternatives()?
        } else {
            self.captured(None)?
        };
        if self.next() != Some(')') {
            return None;
        }
        self.mode = mode;
        self.depth -= 1;
        Some(Some(node))
    }

    fn captured(&mut self, name: Option<String>) -> Option<Node> {
        let number = self.names.len();
        self.names.push(name);
        Some(Node::Group(number, Box::new(self.alternatives()?)))
    }

    /// `i-s)` or `i-s:`; whether it ended with the bracket.
    fn flags(&mut self) -> Option<bool> {
        let mut on = true;
        loop {
            match self.next()? {
                'i' => self.mode.fold = on,
                's' => self.mode.dot_all = on,
                '-' => on = false,
                ')' => return Some(true),
                ':' => return Some(false),
                _ => return None,
            }
        }
    }

    fn any(&self) -> Unit {
        let line = !self.mode.dot_all;
        if self.mode.unicode {
            let ranges = if line { vec![('\n', '\n')] } else { Vec::new() };
            return Unit::Letter(Letters { negated: true, ranges, ..Letters::default() });
        }
        let mut bytes = Box::new([true; 256]);
        bytes[usize::from(b'\n')] = !line;
        Unit::Bytes(bytes)
    }

    fn single(&self, letter: char) -> Unit {
        let mut set = Set::new(self.mode);
        set.range(letter, letter);
        set.unit()
    }

    fn escape(&mut self) -> Option<Node> {
        let letter = self.next()?;
        Some(match letter {
            'b' => Node::Assert(Assert::Word(true)),
            'B' => Node::Assert(Assert::Word(false)),
            'A' => Node::Assert(Assert::Start),
            'z' => Node::Assert(Assert::End),
            'G' => Node::Assert(Assert::Here),
            'K' => Node::Keep,
            '1'..='9' => Node::Back(letter as usize - '0' as usize, self.mode.fold),
            letter => {
                let mut set = Set::new(self.mode);
                match kind(letter) {
                    Some((kind, wanted)) => set.kind(kind, wanted),
                    None => {
                        let letter = self.escaped(letter)?;
                        set.range(letter, letter);
                    }
                }
                Node::Unit(set.unit())
            }
        })
    }

    /// The letter that an escape stands for.
    fn escaped(&mut self, letter: char) -> Option<char> {
        Some(match letter {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'x' => {
                let mut text = String::new();
                if self.eat("{") {
                    while let Some(letter) = self.next().filter(|letter| *letter != '}') {
                        text.push(letter);
                    }
                } else {
                    text.extend([self.next()?, self.next()?]);
                }
                char::from_u32(u32::from_str_radix(&text, 16).ok()?)?
            }
            letter if letter.is_ascii_alphanumeric() => return None,
            letter => letter,
        })
    }

    fn class(&mut self) -> Option<Unit> {
        let mut set = Set::new(self.mode);
        set.letters.negated = self.eat("^");
        let mut first = true;
        loop {
            let letter = self.next()?;
            if letter == ']' && !first {
                return Some(set.unit());
            }
            first = false;
            if letter == '[' && self.eat(":") {
                self.posix(&mut set)?;
                continue;
            }
            let from = match letter {
                '\\' => {
                    let letter = self.next()?;
                    if let Some((kind, wanted)) = kind(letter) {
                        set.kind(kind, wanted);
                        continue;
                    }
                    self.escaped(letter)?
                }
                letter => letter,
            };
            let mut to = from;
            if self.peek() == Some('-') && self.source.get(self.at + 1).is_some_and(|next| *next != ']') {
                self.at += 1;
                to = match self.next()? {
                    '\\' => {
                        let letter = self.next()?;
                        self.escaped(letter)?
                    }
                    letter => letter,
                };
            }
            if to < from {
                return None;
            }
            set.range(from, to);
        }
    }

    fn posix(&mut self, set: &mut Set) -> Option<()> {
        let mut name = String::new();
        while let Some(letter) = self.next().filter(|letter| *letter != ':') {
            name.push(letter);
        }
        if self.next() != Some(']') {
            return None;
        }
        match name.as_str() {
            "alpha" => set.ranges(&[('a', 'z'), ('A', 'Z')]),
            "digit" => set.ranges(&[('0', '9')]),
            "alnum" => set.ranges(&[('a', 'z'), ('A', 'Z'), ('0', '9')]),
            "upper" => set.ranges(&[('A', 'Z')]),
            "lower" => set.ranges(&[('a', 'z')]),
            "space" => set.kind(Kind::Space, true),
            "word" => set.kind(Kind::Word, true),
            "xdigit" => set.ranges(&[('a', 'f'), ('A', 'F'), ('0', '9')]),
            "punct" => set.ranges(&[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
            _ => return None,
        }
        Some(())
    }
}

fn kind(letter: char) -> Option<(Kind, bool)> {
    Some(match letter {
        'w' => (Kind::Word, true),
        'W' => (Kind::Word, false),
        'd' => (Kind::Digit, true),
        'D' => (Kind::Digit, false),
        's' => (Kind::Space, true),
        'S' => (Kind::Space, false),
        _ => return None,
    })
}

/// A set of letters under construction.
struct Set {
    mode: Mode,
    letters: Letters,
}

impl Set {
    fn new(mode: Mode) -> Self {
        Self { mode, letters: Letters { fold: mode.fold, ..Letters::default() } }
    }

    fn range(&mut self, from: char, to: char) {
        self.letters.ranges.push((from, to));
    }

    fn ranges(&mut self, ranges: &[(char, char)]) {
        self.letters.ranges.extend_from_slice(ranges);
    }

    fn kind(&mut self, kind: Kind, wanted: bool) {
        self.letters.kinds.push((kind, wanted));
    }

    /// In byte mode a letter beyond 255 cannot stand alone; such patterns are refused before.
    fn unit(self) -> Unit {
        if self.mode.unicode {
            return Unit::Letter(self.letters);
        }
        let mut bytes = Box::new([false; 256]);
        for byte in 0..=255u8 {
            let plain = |byte: u8| {
                self.letters.ranges.iter().any(|(from, to)| (*from..=*to).contains(&char::from(byte)))
                    || self.letters.kinds.iter().any(|(kind, wanted)| kind.has_byte(byte) == *wanted)
            };
            let folded = || plain(byte.to_ascii_lowercase()) || plain(byte.to_ascii_uppercase());
            let has = plain(byte) || self.letters.fold && folded();
            bytes[usize::from(byte)] = has != self.letters.negated;
        }
        Unit::Bytes(bytes)
    }
}

/// A lookbehind takes a fixed number of letters in each alternative.
fn behind(wanted: bool, node: Node) -> Option<Node> {
    let list = match node {
        Node::Alt(list) => list,
        node => vec![node],
    };
    let sized = |node: Node| Some((length(&node)?, node));
    Some(Node::Behind(wanted, list.into_iter().map(sized).collect::<Option<_>>()?))
}

fn length(node: &Node) -> Option<usize> {
    match node {
        Node::Unit(_) => Some(1),
        Node::Seq(list) => list.iter().map(length).sum(),
        Node::Alt(list) => {
            let first = length(list.first()?)?;
            list.iter().all(|node| length(node) == Some(first)).then_some(first)
        }
        Node::Repeat { node, least, most, .. } => {
            (Some(*least) == *most).then(|| length(node).map(|each| each * least)).flatten()
        }
        Node::Group(_, node) | Node::Atomic(node) => length(node),
        Node::Ahead(..) | Node::Behind(..) | Node::Assert(_) => Some(0),
        Node::Back(..) | Node::Keep => None,
    }
}
