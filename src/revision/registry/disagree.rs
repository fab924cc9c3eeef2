//! Assets of which nodes made different things from what should be the same sources.

use super::{Made, MadeOf, Node, Nodes, Registry};
use std::collections::BTreeMap;
use std::fmt;

/// One asset, and who has what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The name of its entry: area, revision and asset.
    pub entry: String,
    /// Names of nodes by what they have, as the first digits of its SHA-256; at least two kinds.
    pub kinds: BTreeMap<String, Vec<String>>,
    /// The first input that differs between two of them, where they have told yet.
    pub first: Option<Differs>,
}

/// An input that differs between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// Both read it, and it held different things, or only one of them found it.
    Content { input: String, nodes: [String; 2] },
    /// One read it where the other one read something else.
    Only { input: String, node: String, other: String },
    /// All inputs are the same: revserve is not.
    Nothing { versions: [String; 2] },
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Differs::Content { input, nodes: [one, other] } => write!(f, "{input} differs between {one} and {other}"),
            Differs::Only { input, node, other } => write!(f, "{input} was read on {node}, but not on {other}"),
            Differs::Nothing { versions: [one, other] } if one != other => {
                write!(f, "all sources are the same, but revserve is {one} and {other}")
            }
            Differs::Nothing { .. } => f.write_str("all sources are the same"),
        }
    }
}

impl Nodes {
    /// Names of the entries about which living nodes disagree.
    pub fn disputed(&self) -> impl Iterator<Item = String> {
        self.contents().into_iter().filter(|(_, kinds)| kinds.len() > 1).map(|(entry, _)| entry.to_owned())
    }

    /// What living nodes have of each entry.
    fn contents(&self) -> BTreeMap<&str, BTreeMap<&str, Vec<&Node>>> {
        let mut contents = BTreeMap::<_, BTreeMap<_, Vec<_>>>::new();
        for node in self.living() {
            for (entry, content) in &node.record.content {
                contents.entry(entry.as_str()).or_default().entry(content.as_str()).or_default().push(node);
            }
        }
        contents
    }
}

impl Registry {
    /// The assets about which living nodes disagree, each with the first input that differs.
    pub fn disagreements(&self, nodes: &Nodes) -> Vec<Disagreement> {
        let disputed = nodes.contents().into_iter().filter(|(_, kinds)| kinds.len() > 1);
        let disagreement = |(entry, kinds): (&str, BTreeMap<&str, Vec<&Node>>)| Disagreement {
            entry: entry.to_owned(),
            first: self.first(entry, kinds.values()),
            kinds: kinds.into_iter().map(|(content, nodes)| (content.to_owned(), names(&nodes))).collect(),
        };
        disputed.map(disagreement).collect()
    }

    fn first<'n>(&self, entry: &str, kinds: impl Iterator<Item = &'n Vec<&'n Node>>) -> Option<Differs> {
        let told = |nodes: &'n Vec<&'n Node>| {
            nodes.iter().find_map(|node| {
                let made = self.made(&node.file, entry)?;
                (node.record.content.get(entry) == Some(&made.content)).then_some((*node, made))
            })
        };
        let mut told = kinds.filter_map(told);
        Some(compare(&told.next()?, &told.next()?))
    }
}

fn names(nodes: &[&Node]) -> Vec<String> {
    let mut names: Vec<_> = nodes.iter().map(|node| node.record.node.clone()).collect();
    names.dedup();
    names
}

fn compare((one, a): &(&Node, Made), (other, b): &(&Node, Made)) -> Differs {
    let name = |node: &Node| node.record.node.clone();
    let only = |input: &MadeOf, node: &Node, other: &Node| Differs::Only {
        input: input.0.clone(),
        node: name(node),
        other: name(other),
    };
    let has = |made: &Made, input: &MadeOf| made.of.iter().any(|known| known.0 == input.0);
    let pairs = (0..a.of.len().max(b.of.len())).map(|at| (a.of.get(at), b.of.get(at)));
    match pairs.into_iter().find(|(mine, yours)| mine != yours) {
        None | Some((None, None)) => {
            Differs::Nothing { versions: [&one.record, &other.record].map(|record| record.version.clone()) }
        }
        Some((Some(mine), Some(yours))) if mine.0 == yours.0 => {
            Differs::Content { input: mine.0.clone(), nodes: [name(one), name(other)] }
        }
        // What the other one does not have at all was added here.
        Some((Some(mine), _)) if !has(b, mine) => only(mine, one, other),
        Some((_, Some(yours))) => only(yours, other, one),
        Some((Some(mine), None)) => only(mine, one, other),
    }
}
