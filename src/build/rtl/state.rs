//! Which directives are in force while the nodes of a sheet go by.
//!
//! Only the one that came last is asked about a node: rtlcss walks its stack from the top and stops after one.

use std::rc::Rc;

use super::directive::{Control, DirectiveScope};
use super::options::Options;
use crate::build::css::{Kind, NodeId, Sheet};

/// A directive in force.
#[derive(Clone, Debug)]
pub(super) struct Active {
    /// `None` for one that is not to be obeyed: it is only kept to find its end.
    pub control: Option<Control>,
    pub name: String,
    pub scope: DirectiveScope,
    /// Its comment,
    pub comment: NodeId,
    /// which is not to be removed.
    pub keep: bool,
}

/// The last node that a single `ignore` covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum IgnoreEnd {
    #[default]
    Unset,
    At(NodeId),
    /// An empty block was to be ignored: no node ends it, and so everything is ignored until a block directive ends.
    Never,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub active: Vec<Active>,
    ignore_end: IgnoreEnd,
    /// The options before each directive that changed them, for `options` and for `config`.
    saved: [Vec<Rc<Options>>; 2],
}

impl State {
    /// Whether a directive waits for nodes of this kind.
    pub fn expects(control: Control, node: &Kind<'_>) -> bool {
        match control {
            Control::Ignore => !matches!(node, Kind::Root(_)),
            Control::Rename => matches!(node, Kind::Rule(_)),
            Control::Remove => !matches!(node, Kind::Root(_) | Kind::Comment(_)),
            Control::Raw | Control::Options | Control::Config => false,
        }
    }

    /// A node is to be ignored: remembers which one is the last, if that has to be found out.
    pub fn begin_ignore(&mut self, sheet: &Sheet<'_>, node: NodeId, scope: DirectiveScope) {
        if self.ignore_end == IgnoreEnd::Unset && scope == DirectiveScope::Single {
            self.ignore_end = last_in(sheet, node).map_or(IgnoreEnd::Never, IgnoreEnd::At);
        }
    }

    /// Whether ignoring ends with this node.
    pub fn end_ignore(&mut self, sheet: &Sheet<'_>, node: NodeId, scope: DirectiveScope) -> bool {
        let ends = match scope {
            DirectiveScope::Single => self.ignore_end == IgnoreEnd::At(node),
            _ => sheet.node(node).comment().is_some(),
        };
        if ends {
            self.ignore_end = IgnoreEnd::Unset;
        }
        ends
    }

    pub fn save(&mut self, control: Control, options: Rc<Options>) {
        self.saved[usize::from(control == Control::Config)].push(options);
    }

    pub fn take_saved(&mut self, control: Control) -> Option<Rc<Options>> {
        self.saved[usize::from(control == Control::Config)].pop()
    }
}

/// The last node in the order of the text; `None` if a block that comes last is empty.
fn last_in(sheet: &Sheet<'_>, node: NodeId) -> Option<NodeId> {
    let mut last = node;
    while sheet.node(last).block().is_some() {
        last = sheet.last_child(last)?;
    }
    Some(last)
}
