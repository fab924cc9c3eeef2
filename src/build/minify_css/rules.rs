//! Fewer rules that mean the same. Each step is safe for any browser, whatever it understands of the values:
//!
//! 1. A declaration that stands again, word for word, in a later rule (or later in its rule) with the same selector under
//!    the same conditions says nothing: wherever it applies, the later one wins over it and over all between.
//!    So does one whose property is set again there by a value that every browser takes ([`is_certain`]).
//! 2. A rule without declarations, and a condition without rules, say nothing.
//! 3. `@media x{a}@media x{b}` is `@media x{ab}`; `a{x}a{y}` is `a{x;y}`.
//! 4. `a{x}b{x}` is `a,b{x}`, where every browser understands both selectors.
//!
//! In steps 3 and 4 rules may stand between that set nothing which the moved one sets ([`conditions`]).
//!
//! What stands before an `@import` that comes too late stays, so that it stays too late.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::conditions::{self, may_move};
use super::node::{At, AtKind, Node, Style, Texts};
use super::valid::is_certain;

pub(super) fn reduce(nodes: &mut Vec<Node>, texts: &mut Texts) {
    let kept = kept(nodes);
    let mut later = Later { texts, seen: HashSet::new(), set: HashMap::new(), contexts: HashMap::new() };
    later.drop_repeated(&mut nodes[kept..], 0);
    let rest = nodes.split_off(kept);
    nodes.extend(merge(rest, texts));
}

/// How many nodes at the start must stay as they are: up to the first rule that makes a later `@import` or `@namespace`
/// come too late.
fn kept(nodes: &[Node]) -> usize {
    let is_first = |node: &Node| matches!(node, Node::At(At { kind: AtKind::First, .. }));
    let Some(last) = nodes.iter().rposition(is_first) else { return 0 };
    let valid = |node: &Node| matches!(node, Node::Style(Style { known: true, body, .. }) if !body.is_empty());
    nodes[..last].iter().position(valid).map_or(last + 1, |first| first + 1)
}

struct Later<'t> {
    texts: &'t Texts,
    /// What later rules say: context, selector, declaration.
    seen: HashSet<(u32, &'t str, &'t str)>,
    /// What later rules certainly set: context, selector, property; and whether as important.
    set: HashMap<(u32, &'t str, &'t str), bool>,
    /// The number of each chain of conditions.
    contexts: HashMap<(u32, &'t str), u32>,
}

impl<'t> Later<'t> {
    /// Goes from the last rule to the first.
    fn drop_repeated(&mut self, nodes: &mut [Node], context: u32) {
        for node in nodes.iter_mut().rev() {
            match node {
                Node::Style(style) => self.drop_from(style, context),
                Node::At(At { kind: AtKind::Condition, head, body }) => {
                    let fresh = self.contexts.len() as u32 + 1;
                    let inner = *self.contexts.entry((context, self.texts.get(head))).or_insert(fresh);
                    self.drop_repeated(body, inner);
                }
                _ => {}
            }
        }
    }

    fn drop_from(&mut self, style: &mut Style, context: u32) {
        let selector = self.texts.get(&style.selector);
        let mut keep: Vec<bool> = Vec::with_capacity(style.body.len());
        for node in style.body.iter().rev() {
            keep.push(match node {
                Node::Declaration(text) => self.says_something(context, selector, self.texts.get(text)),
                _ => true,
            });
        }
        style.body.retain(|_| keep.pop().unwrap_or(true));
    }
}

impl<'t> Later<'t> {
    /// Whether no later declaration makes this one void; from then on it is one of the later ones.
    fn says_something(&mut self, context: u32, selector: &'t str, text: &'t str) -> bool {
        if !self.seen.insert((context, selector, text)) {
            return false;
        }
        let Some((property, value)) = text.split_once(':') else { return true };
        let (value, important) = match value.strip_suffix("!important") {
            Some(value) if !property.starts_with("--") => (value, true),
            // What a custom property ends in is not looked into.
            _ => (value, property.starts_with("--") && value.contains('!')),
        };
        let key = (context, selector, property);
        match self.set.get_mut(&key) {
            Some(by_important) if *by_important || !important => return false,
            Some(by_important) => *by_important |= is_certain(property, value),
            None if is_certain(property, value) => drop(self.set.insert(key, important)),
            None => {}
        }
        true
    }
}

/// Steps 2 to 4, the inner rules first.
fn merge(nodes: Vec<Node>, texts: &mut Texts) -> Vec<Node> {
    let mut merged = Merged::default();
    for node in conditions::join(nodes, texts) {
        match node {
            Node::Style(style) => merged.add(style, texts),
            Node::At(At { head, kind: kind @ (AtKind::Condition | AtKind::Group), body }) => {
                let body = merge(body, texts);
                if !body.is_empty() || kind == AtKind::Group {
                    merged.nodes.push(Node::At(At { head, kind, body }));
                }
            }
            other => merged.nodes.push(other),
        }
    }
    merged.nodes
}

#[derive(Default)]
struct Merged {
    nodes: Vec<Node>,
    /// Where a plain rule with the body of this hash was last seen.
    bodies: HashMap<u64, usize>,
}

impl Merged {
    fn add(&mut self, mut style: Style, texts: &mut Texts) {
        if let Some(Node::Style(last)) = self.nodes.last_mut()
            && last.is_plain()
            && texts.get(&last.selector) == texts.get(&style.selector)
        {
            last.body.append(&mut style.body);
            style.body = std::mem::take(&mut last.body);
            self.nodes.pop();
        }
        if !style.known || !style.is_plain() {
            return self.nodes.push(Node::Style(style));
        }
        let hash = hash(&style.body, texts);
        if let Some(&at) = self.bodies.get(&hash)
            && let Some(Node::Style(earlier)) = self.nodes.get(at)
            && earlier.known
            && is_same(&earlier.body, &style.body, texts)
            && may_move(&style.body, at, &self.nodes, texts)
            && let Some(Node::Style(earlier)) = self.nodes.get_mut(at)
        {
            earlier.selector = texts.list(&earlier.selector, &style.selector);
            return;
        }
        self.bodies.insert(hash, self.nodes.len());
        self.nodes.push(Node::Style(style));
    }
}

fn hash(body: &[Node], texts: &Texts) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    for node in body {
        if let Node::Declaration(text) = node {
            texts.get(text).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn is_same(left: &[Node], right: &[Node], texts: &Texts) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| match (left, right) {
            (Node::Declaration(left), Node::Declaration(right)) => texts.get(left) == texts.get(right),
            _ => false,
        })
}
