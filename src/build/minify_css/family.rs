//! Which properties set the same thing, so that the order of their declarations matters.

use std::collections::HashSet;

use super::node::{At, AtKind, Node, Style, Texts};

/// A property's family: two properties of different families never set the same longhand, whatever they are short for.
/// Custom properties are families of their own.
pub(super) fn family(property: &str) -> &str {
    if property.starts_with("--") {
        return property;
    }
    let plain = property.trim_start_matches(['*', '_']);
    // `-webkit-` and the like: aliases of the plain property.
    let plain = plain.strip_prefix('-').and_then(|rest| rest.split_once('-')).map_or(plain, |(_, plain)| plain);
    let word = plain.split('-').next().unwrap_or(plain);
    match word {
        "line" => "font",
        "top" | "right" | "bottom" | "left" => "inset",
        "row" | "column" | "columns" | "gap" => "grid",
        "width" | "height" | "min" | "max" | "inline" | "block" => "size",
        "word" => "overflow",
        "page" => "break",
        "place" | "align" => "justify",
        "white" => "text",
        "motion" => "offset",
        "corner" => "border",
        "alignment" | "baseline" | "dominant" => "vertical",
        word => word,
    }
}

/// The families that rules set.
#[derive(Debug, Default)]
pub(super) struct Families<'t>(HashSet<&'t str>);

impl<'t> Families<'t> {
    /// Those of declarations and plain rules; `None` where there is anything else, whose place may matter.
    pub fn of(nodes: &[Node], texts: &'t Texts) -> Option<Families<'t>> {
        let mut families = Families::default();
        families.add(nodes, texts)?;
        Some(families)
    }

    fn add(&mut self, nodes: &[Node], texts: &'t Texts) -> Option<()> {
        for node in nodes {
            match node {
                Node::Declaration(text) => {
                    let family = family(property(texts.get(text)));
                    if family == "all" {
                        return None;
                    }
                    self.0.insert(family);
                }
                Node::Style(style) if style.is_plain() => self.add(&style.body, texts)?,
                _ => return None,
            }
        }
        Some(())
    }

    /// Whether a node sets something of these families, or is such that nothing may be moved across it.
    pub fn conflict(&self, node: &Node, texts: &Texts) -> bool {
        match node {
            Node::Declaration(text) => {
                let family = family(property(texts.get(text)));
                family == "all" || self.0.contains(family)
            }
            // Nothing that a browser honours.
            Node::Junk(_) => false,
            Node::Style(style) => style.body.iter().any(|node| self.conflict(node, texts)),
            Node::At(At { kind: AtKind::Condition, body, .. }) => body.iter().any(|node| self.conflict(node, texts)),
            Node::At(At { kind, .. }) => *kind != AtKind::Descriptors,
        }
    }
}

pub(super) fn property(declaration: &str) -> &str {
    declaration.split(':').next().unwrap_or(declaration)
}

/// The families that a node sets, as far as 63 bits tell; the last one stands for what nothing may cross.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mask(u64);

impl Mask {
    const ALL: Mask = Mask(1 << 63);

    pub fn of(node: &Node, texts: &Texts) -> Mask {
        match node {
            Node::Declaration(text) => match family(property(texts.get(text))) {
                "all" => Mask::ALL,
                family => {
                    // FNV-1a: a few bits of a short word.
                    let hash = family.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                    });
                    Mask(1 << (hash % 63))
                }
            },
            Node::Junk(_) | Node::At(At { kind: AtKind::Descriptors, .. }) => Mask(0),
            Node::Style(Style { body, .. }) | Node::At(At { kind: AtKind::Condition, body, .. }) => {
                Mask(body.iter().fold(0, |mask, node| mask | Mask::of(node, texts).0))
            }
            Node::At(_) => Mask::ALL,
        }
    }

    /// Whether there may be a conflict between the two.
    pub fn meets(self, other: Mask) -> bool {
        (self.0 | other.0) & Mask::ALL.0 != 0 || self.0 & other.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_set_the_same_longhand_is_of_one_family() {
        for group in [
            ["margin", "margin-left", "-webkit-margin-start", "margin-inline"].as_slice(),
            &["font", "font-size", "line-height", "font-variant-caps"],
            &["inset", "top", "left", "inset-inline-start"],
            &["gap", "row-gap", "grid-gap", "grid", "columns", "column-count", "-webkit-column-gap"],
            &["width", "min-width", "inline-size", "max-block-size", "height"],
            &["overflow-wrap", "word-wrap", "overflow-x"],
            &["page-break-before", "break-before"],
            &["place-content", "align-items", "justify-self"],
            &["white-space", "text-wrap"],
            &["border", "border-radius", "-moz-border-radius", "border-image"],
            &["background", "-webkit-background-clip", "*background"],
        ] {
            let families: HashSet<&str> = group.iter().map(|property| family(property)).collect();
            assert_eq!(families.len(), 1, "{group:?}");
        }
        assert_ne!(family("--bs-a"), family("--bs-b"));
        assert_ne!(family("color"), family("background-color"));
    }
}
