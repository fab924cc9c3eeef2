//! The tree → text.

use std::fmt;

use super::{AtRule, Declaration, Kind, NodeId, Sheet};

impl fmt::Display for Sheet<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(out)
    }
}

impl Sheet<'_> {
    /// The text of the sheet, in a string made large enough at once.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.source.len() + self.source.len() / 32);
        // writing to a string cannot fail
        let _ = self.print(&mut text);
        text
    }

    fn print(&self, out: &mut impl fmt::Write) -> fmt::Result {
        if self.byte_order_mark {
            out.write_str("\u{feff}")?;
        }
        // the blocks being printed: each one's last statement, innermost at the end
        let mut lasts = vec![self.last_statement(Self::ROOT)];
        let mut at = Self::ROOT;
        let mut next = self.first_child(at);
        loop {
            if let Some(id) = next {
                self.open(id, lasts.last() == Some(&Some(id)), out)?;
                at = id;
                next = self.first_child(id);
                if next.is_some() {
                    lasts.push(self.last_statement(id));
                    continue;
                }
                self.close(id, out)?;
            } else {
                let Some(parent) = self.parent(at) else { return self.close(at, out) };
                lasts.pop();
                at = parent;
                if at == Self::ROOT {
                    return self.close(at, out);
                }
                self.close(at, out)?;
            }
            next = self.next_sibling(at);
        }
    }

    /// The last child that is no comment: the one after which the semicolon may be missing.
    fn last_statement(&self, parent: NodeId) -> Option<NodeId> {
        let is_comment = |&id: &NodeId| matches!(self.node(id).kind, Kind::Comment(_));
        std::iter::successors(self.last_child(parent), |&id| self.previous_sibling(id)).find(|id| !is_comment(id))
    }

    /// All of a node that stands before its children.
    fn open(&self, id: NodeId, is_last: bool, out: &mut impl fmt::Write) -> fmt::Result {
        let node = self.node(id);
        out.write_str(&node.before)?;
        match &node.kind {
            Kind::Root(_) => {}
            Kind::Rule(rule) => {
                out.write_str(&rule.selector)?;
                out.write_str(&rule.between)?;
                out.write_str("{")?;
            }
            Kind::AtRule(rule) => {
                print_at_rule(rule, out)?;
                if rule.block.is_some() {
                    out.write_str("{")?;
                } else if !rule.cut_off && self.needs_semicolon(id, is_last, true) {
                    out.write_str(";")?;
                }
            }
            Kind::Declaration(declaration) => {
                let Declaration { property, between, value, important, is_custom, cut_off, .. } = declaration;
                out.write_str(property)?;
                out.write_str(between)?;
                out.write_str(value)?;
                out.write_str(important.as_deref().unwrap_or(""))?;
                if !cut_off && self.needs_semicolon(id, is_last, *is_custom) {
                    out.write_str(";")?;
                }
            }
            Kind::Comment(comment) => {
                out.write_str("/*")?;
                out.write_str(&comment.text)?;
                out.write_str(if comment.closed { "*/" } else { "" })?;
            }
            Kind::Junk(text) => out.write_str(text)?,
        }
        Ok(())
    }

    /// All of a node that stands behind its children.
    fn close(&self, id: NodeId, out: &mut impl fmt::Write) -> fmt::Result {
        let node = self.node(id);
        let Some(block) = node.block() else { return Ok(()) };
        out.write_str(&block.after)?;
        if block.closed && !matches!(node.kind, Kind::Root(_)) {
            out.write_str("}")?;
        }
        out.write_str(node.rule().map_or("", |rule| &rule.own_semicolon))
    }

    /// A declaration ends in a semicolon where anything but comments follows, where its block ends in one, and
    /// where it would otherwise swallow the comments behind it.
    fn needs_semicolon(&self, id: NodeId, is_last: bool, swallows_comments: bool) -> bool {
        !is_last
            || (swallows_comments && self.next_sibling(id).is_some())
            || self.parent(id).and_then(|parent| self.node(parent).block()).is_some_and(|block| block.semicolon)
    }
}

fn print_at_rule(rule: &AtRule<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_str("@")?;
    out.write_str(&rule.name)?;
    out.write_str(&rule.after_name)?;
    let ends_name = |byte: u8| b"\t\n\x0c\r \"#'()/;[\\]{}".contains(&byte);
    if rule.after_name.is_empty() && rule.params.bytes().next().is_some_and(|byte| !ends_name(byte)) {
        out.write_str(" ")?;
    }
    out.write_str(&rule.params)?;
    out.write_str(&rule.between)
}
