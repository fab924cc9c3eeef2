//! From a compiled sheet back to its sources, by compiling it once more with [marks](super::marks).
//!
//! 1. The same source is compiled, marked. What comes of it must be the same sheet, but for the marks and for blocks that
//!    hold nothing else: its rules, at-rules, declarations and comments are taken one by one, in order ([`items`]).
//! 2. Those of the sheet itself are laid beside them. Where the two are not the same, from both ends, nothing is said of
//!    the part between.
//! 3. A mark gives the place of what it stands at. A block that the compiler copied (out of `@media`, behind a nested
//!    one) has no mark of its own: its place is that of the block with the same words before it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::marks::{self, Kind, MAIN, Table};
use crate::build::css::{self, Kind as Node, NodeId, Sheet};

/// Where the pieces of a sheet come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traced {
    pub sources: Vec<TracedSource>,
    /// By offset in the sheet, ascending. Each holds up to the next.
    pub places: Vec<(usize, Option<TracedPlace>)>,
}

/// A text that pieces come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedSource {
    /// An absolute path, or what made it: `pre-SCSS`.
    pub name: String,
    pub text: String,
}

/// A place in one of the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracedPlace {
    /// Which of [`Traced::sources`].
    pub source: usize,
    /// In its text, in bytes.
    pub offset: usize,
}

/// Where the pieces of `css` come from. `marked` is what the same source, marked as in `table`, compiles to; `text_of`
/// gives the text of an imported file.
pub(super) fn trace(
    css: &str,
    marked: &str,
    table: &Table,
    source: &super::Source,
    text_of: impl Fn(&str) -> Option<String>,
) -> Traced {
    let (own, marked) = (items(css), items(marked));
    let same = |pair: &(&Item, &Item)| pair.0.key == pair.1.key;
    let head = own.iter().zip(&marked).take_while(same).count();
    let (own_rest, marked_rest) = (&own[head..], &marked[head..]);
    let tail = own_rest.iter().rev().zip(marked_rest.iter().rev()).take_while(same).count();
    let behind = own.len() - tail;

    let mut origins = Origins::new(table, source, text_of);
    let mut places = Vec::with_capacity(own.len());
    // A comment has the place of what stands before it.
    for (at, item) in own.iter().enumerate().filter(|(_, item)| !item.is_comment) {
        let other = match at {
            at if at < head => marked.get(at),
            at if at >= behind => marked.get(marked.len() - (own.len() - at)),
            _ => None,
        };
        let place = other.and_then(|other| other.mark).and_then(|mark| origins.place(mark));
        places.push((item.at, place));
    }
    Traced { sources: origins.sources, places }
}

/// A rule, an at-rule, a declaration or a comment.
#[derive(Debug)]
struct Item {
    /// Equal for equal ones.
    key: u64,
    depth: usize,
    is_block: bool,
    is_comment: bool,
    /// Where it starts.
    at: usize,
    mark: Option<usize>,
}

/// All of a sheet that means something, in order. A block that holds nothing means nothing.
fn items(text: &str) -> Vec<Item> {
    let sheet = css::parse(text);
    let mut items: Vec<Item> = Vec::new();
    let mut ancestors: Vec<NodeId> = Vec::new();
    // The mark of the rule with these selectors, and the at-rule with these words, that was last.
    let mut last: HashMap<u64, usize> = HashMap::new();
    for id in sheet.ids() {
        let node = sheet.node(id);
        while ancestors.last().is_some_and(|last| sheet.parent(id) != Some(*last)) {
            ancestors.pop();
        }
        let depth = ancestors.len();
        let (key, mark) = match &node.kind {
            Node::Rule(rule) => {
                let key = hash(("rule", &*css::without_comments(&rule.selector)));
                let mark = leading(&sheet, id, Kind::Rule);
                if let Some(mark) = mark {
                    last.insert(key, mark);
                }
                (key, mark.or_else(|| last.get(&key).copied()))
            }
            Node::AtRule(rule) => {
                let key = hash(("at", &rule.name, &*css::without_comments(&rule.params)));
                let within = || sheet.children(id).find(|child| sheet.node(*child).block().is_some());
                let mark = leading(&sheet, id, Kind::AtRule);
                let mark = mark.or_else(|| leading(&sheet, within()?, Kind::AtRule));
                if let Some(mark) = mark {
                    last.insert(key, mark);
                }
                (key, mark.or_else(|| last.get(&key).copied()))
            }
            Node::Declaration(declaration) => {
                let key = hash(("declaration", &declaration.property, &declaration.value, &declaration.important));
                (key, before(&sheet, id))
            }
            Node::Comment(comment) if marks::read(&comment.text).is_none() => {
                // The compiler indents its lines anew, by where it stands.
                (hash(("comment", comment.text.split_whitespace().collect::<Vec<_>>())), None)
            }
            _ => continue,
        };
        let (is_block, is_comment) = (node.block().is_some(), node.comment().is_some());
        items.push(Item { key, depth, is_block, is_comment, at: node.offset, mark });
        if is_block {
            ancestors.push(id);
        }
    }
    without_empty(items)
}

fn hash(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// The first mark of that kind among the comments that a block begins with.
fn leading(sheet: &Sheet<'_>, block: NodeId, kind: Kind) -> Option<usize> {
    let comments = sheet.children(block).map_while(|child| sheet.node(child).comment());
    comments.filter_map(|comment| marks::read(&comment.text)).find(|mark| mark.0 == kind).map(|mark| mark.1)
}

/// The mark right before a declaration.
fn before(sheet: &Sheet<'_>, declaration: NodeId) -> Option<usize> {
    let siblings = std::iter::successors(sheet.previous_sibling(declaration), |&id| sheet.previous_sibling(id));
    let comments = siblings.map_while(|id| sheet.node(id).comment());
    let mut marks = comments.filter_map(|comment| marks::read(&comment.text));
    marks.find(|mark| mark.0 == Kind::Declaration).map(|mark| mark.1)
}

/// Without the blocks that hold nothing. A block without a mark takes that of the first thing in it.
fn without_empty(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    for mut item in items.into_iter().rev() {
        let inner = kept.last().filter(|next| next.depth > item.depth);
        if item.is_block && inner.is_none() {
            continue;
        }
        item.mark = item.mark.or_else(|| inner.filter(|_| item.is_block)?.mark);
        kept.push(item);
    }
    kept.reverse();
    kept
}

/// From marks to places in the sources that their authors wrote.
struct Origins<'t, F> {
    table: &'t Table,
    main: Vec<super::source::Origin<'t>>,
    text_of: F,
    sources: Vec<TracedSource>,
    /// The place in `sources` of each of the table's, and of each origin of the main source.
    files: HashMap<u32, Option<usize>>,
    origins: HashMap<usize, usize>,
}

impl<'t, F: Fn(&str) -> Option<String>> Origins<'t, F> {
    fn new(table: &'t Table, source: &'t super::Source, text_of: F) -> Self {
        let (files, origins) = (HashMap::new(), HashMap::new());
        Origins { table, main: source.origins(), text_of, sources: Vec::new(), files, origins }
    }

    fn place(&mut self, mark: usize) -> Option<TracedPlace> {
        let &(file, offset) = self.table.marks.get(mark)?;
        let (name, offset) = (self.table.sources.get(file as usize)?.as_str(), offset as usize);
        if name != MAIN {
            let (sources, text_of) = (&mut self.sources, &self.text_of);
            let source = *self.files.entry(file).or_insert_with(|| {
                let text = text_of(name)?;
                sources.push(TracedSource { name: name.to_owned(), text });
                Some(sources.len() - 1)
            });
            return Some(TracedPlace { source: source?, offset });
        }
        let at = self.main.iter().position(|origin| origin.range.contains(&offset))?;
        let origin = &self.main[at];
        let sources = &mut self.sources;
        let source = *self.origins.entry(at).or_insert_with(|| {
            sources.push(TracedSource { name: origin.name.to_owned(), text: origin.text.to_owned() });
            sources.len() - 1
        });
        Some(TracedPlace { source, offset: offset - origin.range.start })
    }
}

#[cfg(test)]
mod tests;
