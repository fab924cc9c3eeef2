//! What a tree is made of. Each node keeps the text of its parts exactly as written, so that printing needs no
//! guess; field names are those of postcss' `raws` where it has one.

use std::borrow::Cow;

use super::NodeId;

/// A node: what stood before it, what it is, where it stood.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Blanks and stray semicolons before the node; also the `*` or `_` of a property hack, which is no part of
    /// the property's name.
    pub before: Cow<'a, str>,
    pub kind: Kind<'a>,
    /// Where the node starts in the source, in bytes ([`LineIndex`](super::LineIndex) makes line and column of it).
    /// A node that was put in has the offset of the node it was put in for.
    pub offset: usize,
    pub(super) parent: Option<NodeId>,
    pub(super) prev: Option<NodeId>,
    pub(super) next: Option<NodeId>,
}

#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// The sheet itself.
    Root(Block<'a>),
    Rule(Rule<'a>),
    AtRule(AtRule<'a>),
    Declaration(Declaration<'a>),
    Comment(Comment<'a>),
    /// What is neither rule nor declaration, to its `;` if it has one. Browsers ignore it.
    Junk(Cow<'a, str>),
}

/// The children of a node and the text around them.
#[derive(Clone, Debug, Default)]
pub struct Block<'a> {
    /// What stands between the last child and the closing brace, or the end of the sheet.
    pub after: Cow<'a, str>,
    /// Whether the last declaration ends in a semicolon.
    pub semicolon: bool,
    /// Whether there is a closing brace; false where the sheet ended too early.
    pub closed: bool,
    pub(super) first: Option<NodeId>,
    pub(super) last: Option<NodeId>,
}

/// `selector between { … } own_semicolon`
#[derive(Clone, Debug)]
pub struct Rule<'a> {
    /// As written, comments included.
    pub selector: Cow<'a, str>,
    pub between: Cow<'a, str>,
    pub block: Block<'a>,
    /// A semicolon after the closing brace, and the blanks before it.
    pub own_semicolon: Cow<'a, str>,
}

/// `@name after_name params between` and then a block or a semicolon.
#[derive(Clone, Debug)]
pub struct AtRule<'a> {
    pub name: Cow<'a, str>,
    pub after_name: Cow<'a, str>,
    /// As written, comments included.
    pub params: Cow<'a, str>,
    pub between: Cow<'a, str>,
    pub block: Option<Block<'a>>,
    /// Nothing may be put behind it: a stray `}` ended it.
    pub(super) cut_off: bool,
}

/// `property between value important`
#[derive(Clone, Debug)]
pub struct Declaration<'a> {
    pub property: Cow<'a, str>,
    /// The colon, and the blanks and comments around it.
    pub between: Cow<'a, str>,
    /// As written, comments and, before a semicolon, trailing blanks included.
    pub value: Cow<'a, str>,
    /// `!important` and the blanks and comments around it.
    pub important: Option<Cow<'a, str>>,
    /// Whether the value as written holds more than the value proper: comments that stand free, trailing blanks.
    pub value_has_extras: bool,
    /// Whether it is a custom property, `--name`, whose value holds all up to the semicolon.
    pub is_custom: bool,
    /// Nothing may be put behind it: a stray `}` ended it.
    pub(super) cut_off: bool,
}

/// `/*text*/`
#[derive(Clone, Debug)]
pub struct Comment<'a> {
    /// All between the delimiters.
    pub text: Cow<'a, str>,
    /// Whether it ends in `*/`; false where the sheet ended first.
    pub closed: bool,
}

impl<'a> Node<'a> {
    pub fn rule(&self) -> Option<&Rule<'a>> {
        if let Kind::Rule(rule) = &self.kind { Some(rule) } else { None }
    }

    pub fn rule_mut(&mut self) -> Option<&mut Rule<'a>> {
        if let Kind::Rule(rule) = &mut self.kind { Some(rule) } else { None }
    }

    pub fn at_rule(&self) -> Option<&AtRule<'a>> {
        if let Kind::AtRule(rule) = &self.kind { Some(rule) } else { None }
    }

    pub fn at_rule_mut(&mut self) -> Option<&mut AtRule<'a>> {
        if let Kind::AtRule(rule) = &mut self.kind { Some(rule) } else { None }
    }

    pub fn declaration(&self) -> Option<&Declaration<'a>> {
        if let Kind::Declaration(declaration) = &self.kind { Some(declaration) } else { None }
    }

    pub fn declaration_mut(&mut self) -> Option<&mut Declaration<'a>> {
        if let Kind::Declaration(declaration) = &mut self.kind { Some(declaration) } else { None }
    }

    pub fn comment(&self) -> Option<&Comment<'a>> {
        if let Kind::Comment(comment) = &self.kind { Some(comment) } else { None }
    }

    /// The children and what surrounds them; `None` for what can have none.
    pub fn block(&self) -> Option<&Block<'a>> {
        match &self.kind {
            Kind::Root(block) => Some(block),
            Kind::Rule(rule) => Some(&rule.block),
            Kind::AtRule(rule) => rule.block.as_ref(),
            _ => None,
        }
    }

    pub fn block_mut(&mut self) -> Option<&mut Block<'a>> {
        match &mut self.kind {
            Kind::Root(block) => Some(block),
            Kind::Rule(rule) => Some(&mut rule.block),
            Kind::AtRule(rule) => rule.block.as_mut(),
            _ => None,
        }
    }
}

impl Declaration<'_> {
    /// A new `property: value`.
    pub fn new(property: impl Into<String>, value: impl Into<String>) -> Declaration<'static> {
        let property = property.into();
        Declaration {
            is_custom: property.starts_with("--"),
            property: Cow::Owned(property),
            between: Cow::Borrowed(": "),
            value: Cow::Owned(value.into()),
            important: None,
            value_has_extras: false,
            cut_off: false,
        }
    }
}

impl Kind<'_> {
    /// A copy that borrows nothing, without the children.
    pub fn into_owned(self) -> Kind<'static> {
        fn own(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        fn own_block(block: Block<'_>) -> Block<'static> {
            let Block { semicolon, closed, .. } = block;
            Block { after: own(block.after), semicolon, closed, first: None, last: None }
        }
        match self {
            Kind::Root(block) => Kind::Root(own_block(block)),
            Kind::Rule(rule) => Kind::Rule(Rule {
                selector: own(rule.selector),
                between: own(rule.between),
                block: own_block(rule.block),
                own_semicolon: own(rule.own_semicolon),
            }),
            Kind::AtRule(rule) => Kind::AtRule(AtRule {
                name: own(rule.name),
                after_name: own(rule.after_name),
                params: own(rule.params),
                between: own(rule.between),
                block: rule.block.map(own_block),
                cut_off: rule.cut_off,
            }),
            Kind::Declaration(declaration) => Kind::Declaration(Declaration {
                property: own(declaration.property),
                between: own(declaration.between),
                value: own(declaration.value),
                important: declaration.important.map(own),
                value_has_extras: declaration.value_has_extras,
                is_custom: declaration.is_custom,
                cut_off: declaration.cut_off,
            }),
            Kind::Comment(comment) => Kind::Comment(Comment { text: own(comment.text), closed: comment.closed }),
            Kind::Junk(text) => Kind::Junk(own(text)),
        }
    }
}
