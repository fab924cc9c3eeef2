//! The files source (design.md §6): purges in files of which each node appends to its own only, on a file system that
//! shows a file's new length when it is opened, but a folder's new names late to whoever looked there before.

use super::search::{Found, Step, search};
use std::fmt;

/// A guard of the log. Taken out, nodes do without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// `Member::enter`: a node has a file of its own from its start on, before it reads and before it answers anybody: whoever comes
    /// later sees it.
    RegisterAtStart,
    /// `Log::enter`: it makes a name in the folder at each start, so that it sees all names that were there before.
    FreshNames,
    /// `Registry::acknowledged`: a purge is done when all registered nodes that live have said that they saw it.
    WaitForAll,
    /// `Record::counted`: what they say is whose lines they count, not how high a revision they know.
    AcknowledgeLines,
    /// `files::holds`: each line that a purge did not see counts one more. Without it only lines of one value do.
    CountUnseen,
}

const NODES: usize = 3;
/// One more than there are purges.
const REVISIONS: usize = 6;
/// What the nodes' clocks say: everything happens within one second, and the first node's is ahead.
const NOW: [u8; NODES] = [2, 1, 1];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
struct Node {
    up: bool,
    /// Whether its file is there.
    registered: bool,
    /// Whose names it sees in the folder.
    sees: [bool; NODES],
    /// The value of its only line, or 0, and how many lines its writer saw.
    line: u8,
    after: u8,
    /// What it knows: the revision, and whose lines that counts.
    revision: u8,
    counts: [bool; NODES],
    /// The purge that it makes: the value that it chose, how many lines it saw, and the version that was there when it
    /// was asked to.
    purging: Option<(u8, u8, u8)>,
    /// A build: its revision, the version that it read, whether the revision was looked up again.
    build: Option<(u8, u8, bool)>,
    /// Versions of its entries, by revision.
    folder: [Option<u8>; REVISIONS],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
struct State {
    nodes: [Node; NODES],
    version: u8,
    /// Purges that were made.
    purges: u8,
    /// Whose purge is done, and the version that it was made for.
    done: [Option<u8>; NODES],
    crashes: u8,
}

impl State {
    /// The same without what is never looked at again: entries of revisions that a node has left.
    fn canonical(mut self) -> State {
        for node in &mut self.nodes {
            for (revision, entry) in node.folder.iter_mut().enumerate() {
                if revision < usize::from(node.revision) {
                    *entry = None;
                }
            }
        }
        self
    }
}

#[derive(Clone, Copy, Debug)]
enum What {
    Start(usize),
    Crash(usize),
    Appear { to: usize, of: usize },
    Change,
    Choose(usize),
    Append(usize),
    Done(usize),
    Look(usize),
    Build(usize),
    LookToPublish(usize),
    Publish(usize),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Start(node) => write!(f, "{node}: starts"),
            What::Crash(node) => write!(f, "{node}: crashes"),
            What::Appear { to, of } => write!(f, "{to}: sees the name of {of}'s file at last"),
            What::Change => f.write_str("a source changes"),
            What::Choose(node) => write!(f, "{node}: purge, reads the log and chooses a value"),
            What::Append(node) => write!(f, "{node}: appends its line"),
            What::Done(node) => write!(f, "{node}: says that the purge is done"),
            What::Look(node) => write!(f, "{node}: looks"),
            What::Build(node) => write!(f, "{node}: builds"),
            What::LookToPublish(node) => write!(f, "{node}: looks, to publish"),
            What::Publish(node) => write!(f, "{node}: publishes"),
        }
    }
}

const UNREACHED: &str = "promise 2: a purge was said to be done, and a node adds to a revision of before it";
const OLD: &str = "promise 2: an entry was built from what was there before a purge that its revision counts";

/// Looks at every state of so many nodes, purges and crashes.
pub fn explore(nodes: usize, purges: u8, crashes: u8, without: Option<Guard>) -> Found {
    let has = move |guard| without != Some(guard);
    search(State::default(), move |state, steps| {
        let mut add = |what, state, broken| steps.push(Step { what, state, broken });
        // With one purge alone, what it is for and who makes it makes no difference.
        let one = purges == 1;
        if state.version == 0 && !one {
            add(What::Change, State { version: 1, ..*state }, None);
        }
        for (at, now) in NOW.into_iter().enumerate().take(nodes) {
            let node = state.nodes[at];
            let with = |change: &dyn Fn(&mut Node)| {
                let mut state = *state;
                change(&mut state.nodes[at]);
                state
            };
            if !node.up {
                add(What::Start(at), start(state, at, nodes, &has), None);
                continue;
            }
            if state.crashes < crashes {
                let mut crashed = with(&|node| *node = Node { up: false, purging: None, build: None, ..*node });
                crashed.crashes += 1;
                add(What::Crash(at), crashed, None);
            }
            for of in 0..nodes {
                if state.nodes[of].registered && !node.sees[of] {
                    add(What::Appear { to: at, of }, with(&|node| node.sees[of] = true), None);
                }
            }
            let (revision, counts) = read(state, at, &has);
            if (revision, counts) != (node.revision, node.counts) {
                add(What::Look(at), with(&|node| (node.revision, node.counts) = (revision, counts)), None);
            }
            match node.purging {
                None if node.line == 0 && state.purges < purges && (at == 0 || !one) => {
                    let version = state.version;
                    let saw = counts.iter().filter(|counted| **counted).count() as u8;
                    let mut chosen = with(&|node| node.purging = Some((now.max(revision + 1), saw, version)));
                    chosen.purges += 1;
                    add(What::Choose(at), chosen, None);
                }
                Some((value, saw, _)) if node.line == 0 => add(
                    What::Append(at),
                    with(&|node| (node.line, node.after, node.registered, node.sees[at]) = (value, saw, true, true)),
                    None,
                ),
                Some((.., version)) if acknowledged(state, at, nodes, &has) => {
                    let mut done = with(&|node| node.purging = None);
                    done.done[at] = Some(version);
                    add(What::Done(at), done, None);
                }
                _ => {}
            }
            match node.build {
                None if node.folder[usize::from(node.revision)].is_none() => {
                    let version = state.version;
                    add(What::Build(at), with(&|node| node.build = Some((node.revision, version, false))), None);
                }
                None => {}
                Some((built, version, false)) => {
                    let looked = with(&|node| {
                        (node.revision, node.counts) = (revision, counts);
                        node.build = (node.revision == built).then_some((built, version, true));
                    });
                    add(What::LookToPublish(at), looked, None);
                }
                Some((built, version, true)) => {
                    let published = with(&|node| {
                        node.build = None;
                        node.folder[usize::from(built)].get_or_insert(version);
                    });
                    add(What::Publish(at), published, broken(state, at, nodes));
                }
            }
        }
        for step in steps.iter_mut() {
            step.broken = step.broken.or_else(|| stale(&step.state, nodes, &has));
            step.state = step.state.canonical();
        }
    })
}

/// A node starts: its file is there before it reads, and it knows what it reads before it answers.
fn start(state: &State, at: usize, nodes: usize, has: &impl Fn(Guard) -> bool) -> State {
    let mut state = *state;
    let there: [bool; NODES] = std::array::from_fn(|of| of < nodes && state.nodes[of].registered);
    let node = &mut state.nodes[at];
    node.up = true;
    if has(Guard::RegisterAtStart) {
        (node.registered, node.sees[at]) = (true, true);
    }
    // Whoever makes a name in a folder sees the others there. A folder that was never looked at is seen as it is.
    for (sees, there) in node.sees.iter_mut().zip(there) {
        *sees |= there && has(Guard::FreshNames);
    }
    let (revision, counts) = read(&state, at, has);
    (state.nodes[at].revision, state.nodes[at].counts) = (revision, counts);
    state
}

/// The revision by all lines that a node sees, and whose those are.
fn read(state: &State, at: usize, has: &impl Fn(Guard) -> bool) -> (u8, [bool; NODES]) {
    let counts = std::array::from_fn(|of| state.nodes[at].sees[of] && state.nodes[of].line > 0);
    (revision(state, &counts, has), counts)
}

fn revision(state: &State, counts: &[bool; NODES], has: &impl Fn(Guard) -> bool) -> u8 {
    let lines = || state.nodes.iter().zip(counts).filter(|(_, counted)| **counted).map(|(node, _)| node);
    let number = lines().count() as u8;
    let raised = |node: &Node| match has(Guard::CountUnseen) {
        true => number - 1 - node.after.min(number - 1),
        false => lines().filter(|other| other.line == node.line).count() as u8 - 1,
    };
    lines().map(|node| node.line + raised(node)).max().unwrap_or(0)
}

/// Whether all nodes whose files a node sees, and that live, have counted its line.
fn acknowledged(state: &State, at: usize, nodes: usize, has: &impl Fn(Guard) -> bool) -> bool {
    let waits = |of: usize| state.nodes[of].up && state.nodes[at].sees[of] && state.nodes[of].registered;
    let said = |of: usize| match has(Guard::AcknowledgeLines) {
        true => state.nodes[of].counts[at],
        false => state.nodes[of].revision >= state.nodes[at].line,
    };
    !has(Guard::WaitForAll) || (0..nodes).all(|of| !waits(of) || said(of))
}

/// Whether a node that publishes now has not heard of a purge that is done.
fn broken(state: &State, at: usize, nodes: usize) -> Option<&'static str> {
    let heard = |of: usize| state.nodes[at].counts[of];
    // What was looked up is what counts: a purge that is done between look and link is later than the adding.
    (0..nodes).any(|of| state.done[of].is_some() && !heard(of) && !state.nodes[at].sees[of]).then_some(UNREACHED)
}

/// Whether an entry of the revision that counts all lines is older than a purge that is done.
fn stale(state: &State, nodes: usize, has: &impl Fn(Guard) -> bool) -> Option<&'static str> {
    let all = std::array::from_fn(|of| of < nodes && state.nodes[of].line > 0);
    let needed = state.done.iter().flatten().max()?;
    let revision = usize::from(revision(state, &all, has));
    let old = |node: &Node| node.folder[revision].is_some_and(|version| version < *needed);
    state.nodes[..nodes].iter().any(old).then_some(OLD)
}
