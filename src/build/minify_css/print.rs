//! [`Node`]s → text.

use super::node::{At, AtKind, Node, Texts};

pub(super) fn print(nodes: &[Node], texts: &Texts) -> String {
    let mut out = String::new();
    block(nodes, texts, &mut out);
    out
}

fn block(nodes: &[Node], texts: &Texts, out: &mut String) {
    let mut nodes = nodes.iter().peekable();
    while let Some(node) = nodes.next() {
        match node {
            Node::Declaration(text) | Node::Junk(text) => {
                out.push_str(texts.get(text));
                if nodes.peek().is_some() {
                    out.push(';');
                }
            }
            Node::Style(style) => {
                out.push_str(texts.get(&style.selector));
                braces(&style.body, texts, out);
            }
            Node::At(At { head, kind, body }) => {
                out.push_str(texts.get(head));
                match kind {
                    AtKind::Statement | AtKind::First => out.push(';'),
                    AtKind::Raw if body.is_empty() => out.push(';'),
                    _ => braces(body, texts, out),
                }
            }
        }
    }
}

fn braces(nodes: &[Node], texts: &Texts, out: &mut String) {
    out.push('{');
    block(nodes, texts, out);
    out.push('}');
}
