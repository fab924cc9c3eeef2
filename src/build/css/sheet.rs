//! The tree: nodes in one vector, linked by index, so that neither depth nor dropping it needs a stack.

use std::borrow::Cow;

use super::{Block, Kind, LineIndex, Node};

/// A node of one [`Sheet`]. Ids stay valid for the sheet's life, of removed nodes too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A parsed style sheet.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// What was parsed; nodes' offsets point into it.
    pub source: &'a str,
    /// A byte order mark that stood before everything.
    pub byte_order_mark: bool,
    /// Whether all that was opened was closed, and nothing else: if not, the sheet may swallow what is put behind it.
    pub is_balanced: bool,
}

impl<'a> Sheet<'a> {
    /// The id of the node that is the sheet itself.
    pub const ROOT: NodeId = NodeId(0);

    pub(super) fn empty(source: &'a str) -> Self {
        let block = Block { closed: true, ..Block::default() };
        let root = Node {
            before: Cow::Borrowed(""),
            kind: Kind::Root(block),
            offset: 0,
            parent: None,
            prev: None,
            next: None,
        };
        // a node of a plain sheet is about thirty bytes long
        let mut nodes = Vec::with_capacity(source.len() / 32 + 8);
        nodes.push(root);
        Sheet { nodes, source, byte_order_mark: false, is_balanced: true }
    }

    pub fn node(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[id.0 as usize]
    }

    pub fn node_mut(&mut self, id: NodeId) -> &mut Node<'a> {
        &mut self.nodes[id.0 as usize]
    }

    /// The node that holds this one; `None` for the root and for removed nodes.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).next
    }

    pub fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).prev
    }

    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).block()?.first
    }

    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).block()?.last
    }

    /// The children of a node, in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |&child| self.next_sibling(child))
    }

    /// All nodes below the root, each before its children.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(Self::ROOT), |&id| self.following(id))
    }

    /// The node after `id` in the order of [`Sheet::ids`]: with it a tree is walked while it is changed.
    pub fn following(&self, id: NodeId) -> Option<NodeId> {
        self.first_child(id).or_else(|| self.following_subtree(id))
    }

    /// The node after `id` and all below it.
    pub fn following_subtree(&self, id: NodeId) -> Option<NodeId> {
        std::iter::successors(Some(id), |&up| self.parent(up)).find_map(|up| self.next_sibling(up))
    }

    /// Takes a node, with all below it, out of the tree. Nothing else changes: what stood before it goes with it.
    pub fn remove(&mut self, id: NodeId) {
        let Node { parent, prev, next, .. } = *self.node(id);
        let Some(parent) = parent else { return };
        match prev {
            Some(prev) => self.node_mut(prev).next = next,
            None => self.set_first(parent, next),
        }
        match next {
            Some(next) => self.node_mut(next).prev = prev,
            None => self.set_last(parent, prev),
        }
        let node = self.node_mut(id);
        (node.parent, node.prev, node.next) = (None, None, None);
    }

    /// Puts a new node before another one. `before` is the blanks to print in front of it.
    pub fn insert_before(&mut self, at: NodeId, before: impl Into<Cow<'a, str>>, kind: Kind<'a>) -> NodeId {
        let offset = self.node(at).offset;
        let id = self.allocate(before.into(), kind, offset);
        self.attach_before(id, at);
        id
    }

    /// Puts a new node behind all children of `parent`, which must be able to have children.
    pub fn append(&mut self, parent: NodeId, before: impl Into<Cow<'a, str>>, kind: Kind<'a>) -> NodeId {
        let offset = self.node(parent).offset;
        self.push(parent, before.into(), kind, offset)
    }

    /// Moves a node, with all below it, before another one.
    pub fn move_before(&mut self, id: NodeId, at: NodeId) {
        self.remove(id);
        self.attach_before(id, at);
    }

    /// Lines and columns of this sheet's offsets.
    pub fn line_index(&self) -> LineIndex<'a> {
        LineIndex::new(self.source)
    }

    pub(super) fn push(&mut self, parent: NodeId, before: Cow<'a, str>, kind: Kind<'a>, offset: usize) -> NodeId {
        let id = self.allocate(before, kind, offset);
        let last = self.last_child(parent);
        self.node_mut(id).parent = Some(parent);
        self.node_mut(id).prev = last;
        match last {
            Some(last) => self.node_mut(last).next = Some(id),
            None => self.set_first(parent, Some(id)),
        }
        self.set_last(parent, Some(id));
        id
    }

    fn allocate(&mut self, before: Cow<'a, str>, kind: Kind<'a>, offset: usize) -> NodeId {
        // a sheet of four gigabytes is never taken apart, see `parse`, so the count fits
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { before, kind, offset, parent: None, prev: None, next: None });
        id
    }

    fn attach_before(&mut self, id: NodeId, at: NodeId) {
        let Node { parent: Some(parent), prev, .. } = *self.node(at) else { return };
        let node = self.node_mut(id);
        (node.parent, node.prev, node.next) = (Some(parent), prev, Some(at));
        self.node_mut(at).prev = Some(id);
        match prev {
            Some(prev) => self.node_mut(prev).next = Some(id),
            None => self.set_first(parent, Some(id)),
        }
    }

    fn set_first(&mut self, parent: NodeId, child: Option<NodeId>) {
        if let Some(block) = self.node_mut(parent).block_mut() {
            block.first = child;
        }
    }

    fn set_last(&mut self, parent: NodeId, child: Option<NodeId>) {
        if let Some(block) = self.node_mut(parent).block_mut() {
            block.last = child;
        }
    }
}
