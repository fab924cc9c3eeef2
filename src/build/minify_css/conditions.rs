//! Rules under the same condition put together: `@media x{a}b@media x{c}` is `@media x{ac}b` or `b@media x{ac}`, where that
//! means the same.
//!
//! 1. Down to the next one, across rules that set nothing which the moved ones set, or that the next one overrides in the
//!    same way ([`Moving`]).
//! 2. Up to an earlier one that stands near.

use foldhash::{HashMap, HashMapExt};

use super::family::{Families, Mask, family, property};
use super::list;
use super::node::{At, AtKind, Node, Texts};

/// The same rules with fewer conditions, and without empty rules.
pub(super) fn join(mut nodes: Vec<Node>, texts: &Texts) -> Vec<Node> {
    join_down(&mut nodes, texts);
    join_up(nodes, texts)
}

/// How many rules a condition may be moved down across. Far from its like it compresses worse.
const FAR: usize = 48;
/// How many rules that it conflicts with, and the next one overrides.
const DEBTS: usize = 64;

fn join_down(nodes: &mut [Node], texts: &Texts) {
    let masks: Vec<Mask> = nodes.iter().map(|node| Mask::of(node, texts)).collect();
    // Where each condition stands, from the last to the first.
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, node) in nodes.iter().enumerate().rev() {
        if let Node::At(At { head, kind: AtKind::Condition, .. }) = node {
            places.entry(texts.get(head)).or_default().push(at);
        }
    }
    let mut at = 0;
    while at < nodes.len() {
        let here = at;
        at += 1;
        let Node::At(At { head, kind: AtKind::Condition, .. }) = &nodes[here] else { continue };
        let Some(later) = places.get_mut(texts.get(head)) else { continue };
        later.pop();
        let Some(&next) = later.last().filter(|&&next| next - here <= FAR) else { continue };
        if may_move_down(here, next, nodes, &masks, texts)
            && let Node::At(At { body, .. }) = &mut nodes[here]
        {
            let mut moved = std::mem::take(body);
            if let Node::At(At { body, .. }) = &mut nodes[next] {
                moved.append(body);
                *body = moved;
            }
        }
    }
}

/// Whether the rules of the condition `from` may stand at the beginning of the condition `to`.
fn may_move_down(from: usize, to: usize, nodes: &[Node], masks: &[Mask], texts: &Texts) -> bool {
    let (Node::At(At { body: moved, .. }), Node::At(At { body: next, .. })) = (&nodes[from], &nodes[to]) else {
        return false;
    };
    if moved.is_empty() {
        return false;
    }
    // What was moved here before counts too.
    let mask = Mask::of(&nodes[from], texts);
    let met: Vec<&Node> = nodes[from + 1..to]
        .iter()
        .zip(&masks[from + 1..to])
        .filter(|(_, met)| met.meets(mask))
        .map(|(node, _)| node)
        .collect();
    if met.is_empty() {
        return Families::of(moved, texts).is_some();
    }
    if met.len() > DEBTS {
        return false;
    }
    let Some(families) = Families::of(moved, texts) else { return false };
    let met = met.into_iter().filter(|node| families.conflict(node, texts));
    let moving = Moving { moved, next, texts };
    met.into_iter().all(|node| moving.may_cross(node))
}

/// Rules on their way down.
///
/// `.a{p:v}` of them may cross `.b{p:w}`, though some element is both, where the condition that they are moved to says
/// `.b{p:v}`: wherever the crossed rule applies, that one wins over it in either order, and the value is the same.
struct Moving<'n> {
    moved: &'n [Node],
    next: &'n [Node],
    texts: &'n Texts,
}

impl<'n> Moving<'n> {
    fn may_cross(&self, node: &Node) -> bool {
        let Node::Style(crossed) = node else { return false };
        if !crossed.is_plain() {
            return false;
        }
        let selector = self.texts.get(&crossed.selector);
        let mut properties = declarations(&crossed.body, self.texts).map(|text| family(property(text)));
        properties.all(|of| match self.value(of) {
            _ if of == "all" => false,
            Value::None => true,
            Value::One(value) => list::split(selector).iter().all(|one| self.is_said(one, selector, of, value)),
            Value::Several => false,
        })
    }

    /// What the moved rules set of a family.
    fn value(&self, of: &str) -> Value<'n> {
        let mut value = Value::None;
        for node in self.moved {
            let Node::Style(style) = node else { return Value::Several };
            let mut said = declarations(&style.body, self.texts).filter(|text| family(property(text)) == of);
            value = match (said.next(), said.next(), value) {
                (None, ..) => continue,
                (Some(text), None, Value::None) => Value::One(text),
                (Some(text), None, Value::One(before)) if text == before => Value::One(text),
                _ => return Value::Several,
            };
        }
        value
    }

    /// Whether a rule of the next condition ends in this declaration, as far as this family goes, for one of the
    /// selectors of a list.
    fn is_said(&self, one: &str, list: &str, of: &str, value: &str) -> bool {
        self.next.iter().any(|node| {
            let Node::Style(style) = node else { return false };
            let selector = self.texts.get(&style.selector);
            // Where a browser does not understand a selector, its whole list is void.
            let says = selector == list || style.known && list::split(selector).contains(&one);
            let last = || declarations(&style.body, self.texts).filter(|text| family(property(text)) == of).last();
            says && style.is_plain() && last() == Some(value)
        })
    }
}

#[derive(Clone, Copy)]
enum Value<'t> {
    None,
    One(&'t str),
    Several,
}

fn declarations<'t>(body: &[Node], texts: &'t Texts) -> impl Iterator<Item = &'t str> {
    body.iter().filter_map(|node| match node {
        Node::Declaration(text) => Some(texts.get(text)),
        _ => None,
    })
}

/// How many rules a rule may be moved across: what is worth looking at stands near.
const REACH: usize = 32;

/// Rules with the same condition put together before they are looked at, and empty rules left out.
fn join_up(nodes: Vec<Node>, texts: &Texts) -> Vec<Node> {
    let mut joined: Vec<Node> = Vec::with_capacity(nodes.len());
    let mut places: HashMap<&str, usize> = HashMap::new();
    for node in nodes {
        match node {
            Node::Style(style) if style.body.is_empty() => {}
            Node::At(At { head, kind: AtKind::Condition, body }) => {
                let place = places.get(texts.get(&head)).copied().filter(|&at| may_move(&body, at, &joined, texts));
                match place.map(|at| &mut joined[at]) {
                    Some(Node::At(earlier)) => earlier.body.extend(body),
                    _ => {
                        places.insert(texts.get(&head), joined.len());
                        joined.push(Node::At(At { head, kind: AtKind::Condition, body }));
                    }
                }
            }
            other => joined.push(other),
        }
    }
    joined
}

/// Whether what stands in `body` may move up to the node `to`: nothing on the way sets what it sets.
pub(super) fn may_move(body: &[Node], to: usize, nodes: &[Node], texts: &Texts) -> bool {
    let between = &nodes[to + 1..];
    if between.is_empty() {
        return true;
    }
    between.len() <= REACH
        && Families::of(body, texts).is_some_and(|families| !between.iter().any(|node| families.conflict(node, texts)))
}
