//! A sheet as the minifier sees it: rules and declarations whose texts are already without superfluous blanks.

use std::ops::Range;

use super::list::sorted;

/// A range of the [`Texts`].
#[derive(Clone, Debug)]
pub(super) struct Text(Range<u32>);

/// All texts of a sheet, one after the other.
#[derive(Debug, Default)]
pub(super) struct Texts(String);

impl Texts {
    pub fn with_capacity(bytes: usize) -> Texts {
        Texts(String::with_capacity(bytes))
    }

    pub fn get(&self, text: &Text) -> &str {
        &self.0[text.0.start as usize..text.0.end as usize]
    }

    /// What is written until [`Texts::end`] is one text.
    pub fn begin(&mut self) -> (u32, &mut String) {
        (self.0.len() as u32, &mut self.0)
    }

    pub fn end(&self, begin: u32) -> Text {
        Text(begin..self.0.len() as u32)
    }

    pub fn add(&mut self, parts: &[&str]) -> Text {
        let (begin, out) = self.begin();
        parts.iter().for_each(|part| out.push_str(part));
        self.end(begin)
    }

    /// The selectors of two lists as one.
    pub fn list(&mut self, left: &Text, right: &Text) -> Text {
        let list = [self.get(left), ",", self.get(right)].concat();
        let sorted = sorted(&list);
        self.add(&[sorted.as_deref().unwrap_or(&list)])
    }

    /// The text from `begin` on, a list of selectors, with these in order.
    pub fn end_list(&mut self, begin: u32) -> Text {
        if let Some(sorted) = sorted(&self.0[begin as usize..]) {
            self.0.truncate(begin as usize);
            self.0.push_str(&sorted);
        }
        self.end(begin)
    }
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// `name:value`, its importance included.
    Declaration(Text),
    /// What browsers skip up to the next semicolon; kept as it was written.
    Junk(Text),
    Style(Style),
    At(At),
}

/// A selector, a keyframe or any other text before a block, and the block.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub selector: Text,
    /// Every browser understands the selector, so that it cannot make a list invalid.
    pub known: bool,
    pub body: Vec<Node>,
}

#[derive(Clone, Debug)]
pub(super) struct At {
    /// From the `@` to the block or semicolon.
    pub head: Text,
    pub kind: AtKind,
    pub body: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtKind {
    /// Ends in a semicolon.
    Statement,
    /// The same, and it has to stand before all rules: `@import`, `@namespace`.
    First,
    /// Holds rules that apply where the head says so; two with the same head apply alike. Without rules it is nothing.
    Condition,
    /// Holds rules, but two with the same head are not one, or an empty one means something: `@layer`, `@scope`.
    Group,
    /// Holds descriptors or keyframes: nothing in it is a style rule.
    Descriptors,
    /// Unknown: its block, kept as it was written, is its only node.
    Raw,
}

impl Style {
    /// Nothing but declarations.
    pub fn is_plain(&self) -> bool {
        self.body.iter().all(|node| matches!(node, Node::Declaration(_)))
    }
}
