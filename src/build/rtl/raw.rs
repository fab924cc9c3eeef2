//! The `raw` directive: style rules that only the flipped sheet has.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::build::css::{self, NodeId, Sheet, is_space};

/// What became of the text of a `raw` directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inserted {
    Done,
    /// Done, but the comment lost the blanks before it and wants new ones: [`guess_blanks`].
    WithoutBlanks,
    /// Nothing: the text leaves something open, which would swallow what follows.
    Refused,
}

/// Puts the rules or declarations that `text` holds before the comment that holds them. They are not flipped.
pub(super) fn insert(sheet: &mut Sheet<'_>, comment: NodeId, text: &str) -> Inserted {
    let raw = css::parse(text);
    if !raw.is_balanced {
        return Inserted::Refused;
    }
    let is_in_sheet = sheet.parent(comment) == Some(Sheet::ROOT);
    let is_first = sheet.previous_sibling(comment).is_none();
    let blanks = sheet.node(comment).before.to_string();
    let mut copies = HashMap::new();
    for id in raw.ids() {
        let node = raw.node(id).clone();
        let kind = node.kind.into_owned();
        let copy = match raw.parent(id).and_then(|parent| copies.get(&parent).copied()) {
            Some(parent) => sheet.append(parent, node.before.into_owned(), kind),
            // outside of blocks, what is put in is set off like the comment
            None if is_in_sheet && !is_first => sheet.insert_before(comment, blanks.clone(), kind),
            None => sheet.insert_before(comment, node.before.into_owned(), kind),
        };
        copies.insert(id, copy);
    }
    if !is_in_sheet || !is_first {
        return Inserted::Done;
    }
    let next = sheet.next_sibling(comment).map(|next| sheet.node(next).before.to_string());
    let inserted = if next.is_some() { Inserted::Done } else { Inserted::WithoutBlanks };
    sheet.node_mut(comment).before = Cow::Owned(next.unwrap_or_default());
    inserted
}

/// Blanks for a comment without any: those of the first comment, else of the first declaration, else of the first
/// block that has some.
pub(super) fn guess_blanks(sheet: &mut Sheet<'_>, comment: NodeId) {
    if sheet.parent(comment).is_none() || sheet.previous_sibling(comment).is_none() {
        return;
    }
    let first = |fits: &dyn Fn(NodeId) -> bool| {
        sheet.ids().find(|&id| id != comment && fits(id)).map(|id| up_to_line_break(&sheet.node(id).before))
    };
    let is_first_node = |id: NodeId| sheet.parent(id) == Some(Sheet::ROOT) && sheet.previous_sibling(id).is_none();
    let blanks = first(&|id| sheet.node(id).comment().is_some())
        .or_else(|| first(&|id| sheet.node(id).declaration().is_some()))
        .or_else(|| first(&|id| sheet.node(id).block().is_some() && !is_first_node(id)))
        .unwrap_or_else(|| "\n".to_owned());
    sheet.node_mut(comment).before = Cow::Owned(blanks);
}

/// The blanks up to the last line break, all of them if there is none.
fn up_to_line_break(before: &str) -> String {
    let end = before.rfind('\n').map_or(before.len(), |at| at + 1);
    before[..end].chars().filter(|&c| is_space(c)).collect()
}
