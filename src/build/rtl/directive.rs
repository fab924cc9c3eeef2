//! Comments that tell what to do: `/*rtl:name:parameter*/`, `/*rtl:begin:name*/ … /*rtl:end:name*/`.

use crate::build::css::{is_space, trim, trim_start};

/// What a comment asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive<'t> {
    pub name: &'t str,
    pub parameter: &'t str,
    pub scope: DirectiveScope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DirectiveScope {
    /// For the next node that it concerns.
    Single,
    /// From here …
    Begin,
    /// … to here.
    End,
}

impl DirectiveScope {
    /// Whether its effect can end by itself, or ends here.
    pub fn ends(self) -> bool {
        self != DirectiveScope::Begin
    }
}

/// The directives that rtlcss knows between rules and declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Ignore,
    Rename,
    Raw,
    Remove,
    Options,
    Config,
}

impl Control {
    pub fn named(name: &str) -> Option<Control> {
        Some(match name {
            "ignore" => Control::Ignore,
            "rename" => Control::Rename,
            "raw" => Control::Raw,
            "remove" => Control::Remove,
            "options" => Control::Options,
            "config" => Control::Config,
            _ => return None,
        })
    }

    /// Whether it acts where it stands, without waiting for a node.
    pub fn acts_at_once(self) -> bool {
        matches!(self, Control::Raw | Control::Options | Control::Config)
    }
}

impl<'t> Directive<'t> {
    /// Reads the text of a comment.
    pub fn parse(comment: &'t str) -> Option<Directive<'t>> {
        let text = trim(comment);
        let text = trim_start(text.strip_prefix('!').unwrap_or(text)).strip_prefix("rtl:")?;
        let Some((first, rest)) = text.split_once(':') else {
            return Some(Directive { name: text, parameter: "", scope: DirectiveScope::Single });
        };
        let scope = match first {
            "begin" => DirectiveScope::Begin,
            "end" => DirectiveScope::End,
            _ => return Some(Directive { name: first, parameter: rest, scope: DirectiveScope::Single }),
        };
        let (name, parameter) = rest.split_once(':').unwrap_or((rest, ""));
        Some(Directive { name, parameter, scope })
    }

    /// Whether the comment ends a stretch that is ignored.
    pub fn ends_ignore(comment: &str) -> bool {
        let text = trim_start(comment);
        trim_start(text.strip_prefix('!').unwrap_or(text)).starts_with("rtl:end:ignore")
    }
}

/// A directive inside a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InPlace<'t> {
    pub start: usize,
    pub end: usize,
    /// What stands behind the name.
    pub body: &'t str,
}

/// The first directive of this name that starts at `from` or later. The name may go on in the text: `ignored` is an
/// `ignore` with the body `d`. An empty name finds any directive.
pub(super) fn find_in_place<'t>(text: &'t str, from: usize, name: &str) -> Option<InPlace<'t>> {
    let mut at = from;
    loop {
        let start = at + text[at..].find("/*")?;
        at = start + 2;
        let rest = text[at..].trim_start_matches(is_space);
        let rest = rest.strip_prefix('!').unwrap_or(rest).trim_start_matches(is_space);
        let Some(rest) = strip_prefix_ignoring_case(rest, "rtl:") else { continue };
        let Some(rest) = strip_prefix_ignoring_case(rest, name) else { continue };
        let rest = if name.is_empty() { rest } else { rest.strip_prefix(':').unwrap_or(rest) };
        let length = rest.find("*/")?;
        let end = text.len() - rest.len() + length + 2;
        return Some(InPlace { start, end, body: &rest[..length] });
    }
}

/// The text without directives.
pub(super) fn without_directives(text: &str) -> Option<String> {
    let mut next = find_in_place(text, 0, "")?;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    loop {
        out.push_str(&text[copied..next.start]);
        copied = next.end;
        match find_in_place(text, copied, "") {
            Some(found) => next = found,
            None => break,
        }
    }
    out.push_str(&text[copied..]);
    Some(out)
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}
