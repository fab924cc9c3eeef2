//! Variables that control directives assign live on behind them.
//!
//! `@if`, `@else` and the loops have no scope of their own in Moodle's compiler (scssphp), which is as Sass was once:
//! `@if $dark { $bg: black } a { color: $bg }`. In Sass such a variable ends with its block, unless it was there before.
//! So it is made before the directive: at the top as one that a `!default` still sets, elsewhere as what it is there.
//!
//! Where nothing needs it, nothing is made: what a loop or a nested directive assigns has to be named again behind it;
//! only what an `@if` at the top assigns may be meant for other files.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use super::Pass;
use crate::build::scss::skip::{MAX_DEPTH, TooDeep, blank_end, is_name, is_name_start, skip};

/// What a block has for the variables in it.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// Whether it is at the top, or within control directives only.
    is_top: bool,
    /// Variables that were made in it so far, and the parameters of its mixin, function or loop.
    names: BTreeSet<&'a str>,
}

impl Scope<'_> {
    pub(super) fn top() -> Self {
        Scope { is_top: true, ..Scope::default() }
    }
}

/// The directive that a text begins with: a name behind an `@`.
fn directive(text: &str) -> &str {
    let rest = text.strip_prefix('@').unwrap_or_default();
    &rest[..rest.bytes().take_while(|&byte| is_name(byte)).count()]
}

fn is_control(text: &str) -> bool {
    matches!(directive(text), "if" | "else" | "elseif" | "each" | "for" | "while")
}

/// The variables that a text names.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| {
        let name = &text[at + 1..];
        let length = name.bytes().take_while(|&byte| is_name(byte)).count();
        name.bytes().next().is_some_and(|byte| is_name_start(byte) || byte == b'-').then(|| &name[..length])
    })
}

/// The variable that a statement assigns, but for one that it says is global.
fn assigned(statement: &str) -> Option<&str> {
    let (name, value) = statement.strip_prefix('$')?.split_once(':')?;
    let name = name.trim_end();
    (!name.is_empty() && name.bytes().all(is_name) && !value.contains("!global")).then_some(name)
}

impl<'a> Pass<'a> {
    /// A block begins behind this prelude.
    pub(super) fn enter(&mut self, prelude: Range<usize>) {
        let source: &'a str = self.source;
        let text = &source[prelude];
        let is_control = is_control(text);
        let declared = match directive(text) {
            "mixin" | "function" | "each" | "for" => Some(text),
            "include" => text.split_once(" using").map(|(_, names)| names),
            _ => None,
        };
        self.scopes.push(Scope {
            is_top: is_control && self.scopes.last().is_some_and(|scope| scope.is_top),
            names: declared.map(variables).into_iter().flatten().collect(),
        });
    }

    /// The block that was entered last ends.
    pub(super) fn leave(&mut self) {
        if self.scopes.len() > 1 {
            self.scopes.pop();
        }
    }

    /// A statement makes a variable, if it is one that does.
    pub(super) fn declare(&mut self, statement: Range<usize>) {
        let source: &'a str = self.source;
        let statement = &source[statement];
        self.tell_text(statement);
        if let (Some(name), Some(scope)) = (assigned(statement), self.scopes.last_mut()) {
            scope.names.insert(name);
        }
    }

    /// Tells what a variable is, for imports that are named by it.
    fn tell_text(&self, statement: &str) {
        let Some((name, value)) = statement.strip_prefix('$').and_then(|rest| rest.split_once(':')) else { return };
        let (value, keeps) = match value.trim().strip_suffix("!default") {
            Some(value) => (value.trim_end(), true),
            None => (value.trim(), false),
        };
        let text = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        let text = text.filter(|text| self.scopes.len() == 1 && !text.contains(['"', '\'', '\\', '#']));
        let mut texts = self.told.texts.borrow_mut();
        match texts.get_mut(name.trim_end()) {
            Some(_) if keeps => {}
            Some(known) if known.as_deref() == text => {}
            Some(known) => *known = None,
            None => drop(texts.insert(name.trim_end().to_owned(), text.map(str::to_owned))),
        }
    }

    /// Makes the variables that have to outlive the control directive which begins with this prelude.
    pub(super) fn outlive(&mut self, prelude: Range<usize>, depth: usize) -> Result<(), TooDeep> {
        let source: &'a str = self.source;
        let name = directive(&source[prelude.clone()]);
        if !matches!(name, "if" | "each" | "for" | "while") {
            return Ok(());
        }
        let mut made = BTreeSet::new();
        let end = self.collect(prelude.clone(), depth, &mut made)?;
        let is_top = self.scopes.last().is_some_and(|scope| scope.is_top);
        made.retain(|name| !self.is_there(name, is_top));
        if made.is_empty() {
            return Ok(());
        }
        if !(name == "if" && depth == 0) {
            let close = skip(self.src, end, depth, |_| false)?;
            let named: BTreeSet<&str> = variables(&source[end..close]).collect();
            made.retain(|name| named.contains(name));
        }
        let mut text = String::new();
        for name in &made {
            // Writing into a string does not fail.
            let _ = match is_top {
                true => write!(text, "${name}: null !default; "),
                false => write!(text, "${name}: if(variable-exists(\"{name}\"), ${name}, null); "),
            };
        }
        if !text.is_empty() {
            self.edits.replace(prelude.start..prelude.start, &text);
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.append(&mut made);
        }
        Ok(())
    }

    /// Whether an assignment in a block finds the variable without being helped.
    fn is_there(&self, name: &str, is_top: bool) -> bool {
        let inner = self.scopes.iter().skip(1).any(|scope| scope.names.contains(name));
        inner || is_top && self.scopes.first().is_some_and(|scope| scope.names.contains(name))
    }

    /// What the directive's blocks assign, control directives in them included; gives the offset behind them.
    fn collect(&self, prelude: Range<usize>, depth: usize, made: &mut BTreeSet<&'a str>) -> Result<usize, TooDeep> {
        let source: &'a str = self.source;
        // Whether each open block is a control directive's; within others nothing is taken.
        let mut open = vec![true];
        let mut of_loops: BTreeSet<&str> = loop_variables(&source[prelude.clone()]);
        let mut at = prelude.end + 1;
        loop {
            let start = blank_end(self.src, at);
            let end = skip(self.src, start, depth, |byte| matches!(byte, b'{' | b';'))?;
            let text = &source[start..end];
            match self.src.get(end) {
                Some(b'{') => {
                    let is_control = is_control(text) && open.last() != Some(&false);
                    if is_control {
                        of_loops.append(&mut loop_variables(text));
                    }
                    open.push(is_control);
                    if depth + open.len() > MAX_DEPTH {
                        return Err(TooDeep(end));
                    }
                }
                closer => {
                    if open.last() == Some(&true) {
                        made.extend(assigned(text).filter(|name| !of_loops.contains(name)));
                    }
                    if closer != Some(&b';') {
                        open.pop();
                    }
                }
            }
            at = (end + 1).min(self.src.len());
            if end >= self.src.len() {
                return Ok(at);
            }
            if open.is_empty() {
                let next = blank_end(self.src, at);
                if !matches!(directive(&source[next..]), "else" | "elseif") {
                    return Ok(at);
                }
            }
        }
    }
}

/// The variables that a loop sets for each turn.
fn loop_variables(prelude: &str) -> BTreeSet<&str> {
    let list = match directive(prelude) {
        "each" => prelude.split_once(" in ").map(|(names, _)| names),
        "for" => prelude.split_once(" from ").map(|(names, _)| names),
        _ => None,
    };
    list.map(|names| variables(names).collect()).unwrap_or_default()
}
