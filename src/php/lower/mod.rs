//! From the parser's tree to [`code`](super::code).
//!
//! 1. Refuse sources that are too long or too deeply nested for the parser's own recursion.
//! 2. Parse on a thread with a deep stack (see [`super::deep`]).
//! 3. Refuse a file that PHP would refuse, naming the first fault.
//! 4. Walk the tree once: resolve names, decode strings, note lines.

use std::collections::HashMap;
use std::sync::Arc;

use bumpalo::Bump;
use mago_database::file::FileId;
use mago_span::{HasSpan, Span};
use mago_syntax::ast::{Expression, Hint as AstHint, Identifier, Program, Statement, Use, UseItem, UseItems, UseType};
use mago_syntax::parser::parse_file_content;

use super::code::{Block, Expr, File, Hint, Kind, Name};
use super::problem::{Problem, Reason};

mod class;
mod control;
mod expr;
mod function;
mod guard;
mod limits;
mod line;
mod operator;
mod postfix;
mod stmt;
mod string;

#[cfg(test)]
mod tests;

/// Longer files are not read. Moodle's longest PHP files are under 1 MiB.
pub const MAX_SOURCE: usize = 4 << 20;

/// How deep expressions and statements may nest here; the parser stops at 512 by itself, but
/// chains such as `$a->b->c…` nest to the left without its noticing.
const MAX_DEPTH: usize = 1500;

/// Parses and lowers one file.
///
/// # Errors
/// A problem with the file's path where it is too long, too deeply nested or does not parse.
pub fn lower(path: &Name, source: &[u8]) -> Result<File, Arc<Problem>> {
    let fail = |line, reason| Arc::new(Problem { file: path.clone(), line, construct: "the file".into(), reason });
    if source.len() > MAX_SOURCE {
        return Err(fail(0, Reason::Limit("the file is longer than 4 MiB".into())));
    }
    let lines = line_starts(source);
    if let Some(at) = limits::excess(source) {
        return Err(fail(line_at(&lines, at as u32), Reason::Limit("nested too deeply".into())));
    }
    let arena = Bump::new();
    let program = parse_file_content(&arena, FileId::zero(), source);
    if let Some(error) = program.errors.first() {
        let line = line_at(&lines, error.span().start.offset);
        return Err(fail(line, Reason::Syntax(error.to_string())));
    }
    Ok(Lowerer::new(path.clone(), lines).file(program))
}

fn line_starts(source: &[u8]) -> Vec<u32> {
    std::iter::once(0)
        .chain(source.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at as u32 + 1))
        .collect()
}

fn line_at(lines: &[u32], offset: u32) -> u32 {
    lines.partition_point(|start| *start <= offset) as u32
}

struct Lowerer {
    path: Name,
    lines: Vec<u32>,
    namespace: String,
    classes: HashMap<String, String>,
    functions: HashMap<String, String>,
    constants: HashMap<String, String>,
    class: Option<Name>,
    function: Name,
    depth: usize,
    /// The line of the last token looked at.
    last: u32,
    statics: usize,
    yields: bool,
}

impl Lowerer {
    fn new(path: Name, lines: Vec<u32>) -> Self {
        Self {
            path,
            lines,
            namespace: String::new(),
            classes: HashMap::new(),
            functions: HashMap::new(),
            constants: HashMap::new(),
            class: None,
            function: "".into(),
            depth: 0,
            last: 1,
            statics: 0,
            yields: false,
        }
    }

    fn file(mut self, program: &Program<'_>) -> File {
        let body = self.block(program.statements.iter());
        File { path: self.path, body }
    }

    fn block<'a, 'arena: 'a>(&mut self, statements: impl Iterator<Item = &'a Statement<'arena>>) -> Block {
        statements.filter_map(|statement| self.stmt(statement)).collect()
    }

    fn line(&mut self, token: Span) -> u32 {
        self.last = line_at(&self.lines, token.start.offset);
        self.last
    }

    /// The line of an expression, of its left end where it is an operation.
    fn line_of(&mut self, expression: &Expression<'_>) -> u32 {
        match line::token(expression) {
            Some(token) => self.line(token),
            None => self.last,
        }
    }

    fn boxed(&mut self, expression: &Expression<'_>) -> Box<Expr> {
        Box::new(self.expr(expression))
    }

    fn exprs<'a, 'arena: 'a>(&mut self, list: impl Iterator<Item = &'a &'arena Expression<'arena>>) -> Vec<Expr> {
        list.map(|expression| self.expr(expression)).collect()
    }

    /// What cannot be lowered, at the line reached.
    fn unsupported(&self, what: &'static str) -> Expr {
        Expr { line: self.last, kind: Kind::Unsupported(what) }
    }

    // ---- names ----

    fn enter_namespace(&mut self, name: Option<&Identifier<'_>>) {
        self.namespace =
            name.map(|name| plain(identifier_bytes(name)).trim_start_matches('\\').into()).unwrap_or_default();
        self.classes.clear();
        self.functions.clear();
        self.constants.clear();
    }

    /// A name declared here, in its namespace.
    fn declared(&self, name: &[u8]) -> Name {
        match self.namespace.as_str() {
            "" => plain(name).into(),
            namespace => format!("{namespace}\\{}", plain(name)).into(),
        }
    }

    /// The class that a name in the source means.
    fn class_name(&self, name: &Identifier<'_>) -> Name {
        let text = plain(identifier_bytes(name));
        if let Some(rest) = text.strip_prefix('\\') {
            return rest.into();
        }
        let (first, rest) = text.split_once('\\').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
        if first.eq_ignore_ascii_case("namespace")
            && let Some(rest) = rest
        {
            return self.declared(rest.as_bytes());
        }
        if let Some(full) = self.classes.get(&first.to_ascii_lowercase()) {
            return rest.map_or_else(|| full.as_str().into(), |rest| format!("{full}\\{rest}").into());
        }
        self.declared(text.as_bytes())
    }

    /// The function or constant that a name means, and the global one it falls back to.
    fn symbol(&self, name: &Identifier<'_>, imports: &HashMap<String, String>, fold: bool) -> (Name, Option<Name>) {
        let text = plain(identifier_bytes(name));
        let case = |text: &str| -> Name { if fold { text.to_ascii_lowercase().into() } else { text.into() } };
        if let Some(rest) = text.strip_prefix('\\') {
            return (case(rest), None);
        }
        if text.contains('\\') {
            return (case(&self.class_name(name)), None);
        }
        if let Some(full) = imports.get(&*case(&text)) {
            return (case(full), None);
        }
        if self.namespace.is_empty() {
            return (case(&text), None);
        }
        (case(&self.declared(text.as_bytes())), Some(case(&text)))
    }

    fn import(&mut self, statement: &Use<'_>) {
        match &statement.items {
            UseItems::Sequence(list) => list.items.iter().for_each(|item| self.import_item("", None, item)),
            UseItems::TypedSequence(list) => {
                list.items.iter().for_each(|item| self.import_item("", Some(&list.r#type), item));
            }
            UseItems::TypedList(list) => {
                let prefix = plain(identifier_bytes(&list.namespace));
                list.items.iter().for_each(|item| self.import_item(&prefix, Some(&list.r#type), item));
            }
            UseItems::MixedList(list) => {
                let prefix = plain(identifier_bytes(&list.namespace));
                list.items.iter().for_each(|item| self.import_item(&prefix, item.r#type.as_ref(), &item.item));
            }
        }
    }

    fn import_item(&mut self, prefix: &str, kind: Option<&UseType<'_>>, item: &UseItem<'_>) {
        let name = plain(identifier_bytes(&item.name));
        let full = match prefix {
            "" => name.trim_start_matches('\\').to_owned(),
            prefix => format!("{}\\{name}", prefix.trim_start_matches('\\')),
        };
        let alias = match &item.alias {
            Some(alias) => plain(alias.identifier.value),
            None => full.rsplit('\\').next().unwrap_or_default().to_owned(),
        };
        match kind {
            None => self.classes.insert(alias.to_ascii_lowercase(), full),
            Some(UseType::Function(_)) => self.functions.insert(alias.to_ascii_lowercase(), full),
            Some(UseType::Const(_)) => self.constants.insert(alias, full),
        };
    }
}

fn identifier_bytes<'a>(name: &Identifier<'a>) -> &'a [u8] {
    match name {
        Identifier::Local(name) => name.value,
        Identifier::Qualified(name) => name.value,
        Identifier::FullyQualified(name) => name.value,
    }
}

fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A variable's name without its dollar.
fn variable_name(bytes: &[u8]) -> Name {
    plain(bytes.strip_prefix(b"$").unwrap_or(bytes)).into()
}

fn hint(hint: &AstHint<'_>) -> Hint {
    match hint {
        AstHint::Integer(_) => Hint::Int,
        AstHint::Float(_) => Hint::Float,
        AstHint::String(_) => Hint::Text,
        AstHint::Bool(_) => Hint::Bool,
        _ => Hint::None,
    }
}
