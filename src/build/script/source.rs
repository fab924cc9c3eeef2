//! Text → syntax tree, with all early errors looked for.

use oxc::allocator::Allocator;
use oxc::ast::ast::Program;
use oxc::diagnostics::OxcDiagnostic;
use oxc::parser::{ParseOptions, Parser, ParserReturn};
use oxc::semantic::{Semantic, SemanticBuilder};
use oxc::span::SourceType;

use super::Reason;

/// The tree of a classic script or, where only that reading holds, of a module.
///
/// Early errors that need scopes (a name declared twice) are found by [`scoped`].
///
/// # Errors
/// [`Reason::Unparsed`] with the first message of the script reading.
pub(super) fn parse<'a>(allocator: &'a Allocator, text: &'a str) -> Result<Program<'a>, Reason> {
    let script = read(allocator, text, SourceType::script());
    let fault = match script.diagnostics.first() {
        None if !script.panicked && !script.module_record.has_module_syntax => {
            return Ok(script.program);
        }
        fault => fault.cloned(),
    };
    let module = read(allocator, text, SourceType::mjs());
    if module.diagnostics.is_empty() && !module.panicked {
        return Ok(module.program);
    }
    let fault = fault.or_else(|| module.diagnostics.first().cloned());
    Err(unparsed(text, fault.as_ref()))
}

/// Scopes and symbols of a tree.
///
/// # Errors
/// [`Reason::Unparsed`] for what a browser would refuse, too.
pub(super) fn scoped<'a>(program: &'a Program<'a>) -> Result<Semantic<'a>, Reason> {
    let found = SemanticBuilder::new()
        .with_check_syntax_error(true)
        .with_build_nodes(true)
        .with_class_table(true)
        .build(program);
    match found.diagnostics.first() {
        Some(fault) => Err(unparsed(program.source_text, Some(fault))),
        None => Ok(found.semantic),
    }
}

/// Where and what: the operator's view of a syntax error. Lines and columns count from 1.
fn unparsed(text: &str, fault: Option<&OxcDiagnostic>) -> Reason {
    let offset = fault.and_then(|fault| fault.labels.first()).map_or(0, |label| label.offset() as usize);
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    Reason::Unparsed {
        line: 1 + u32::try_from(before.iter().filter(|&&byte| byte == b'\n').count()).unwrap_or(0),
        column: 1 + u32::try_from(before.len() - line_start).unwrap_or(0),
        message: fault.map_or_else(String::new, |fault| fault.message.to_string()),
    }
}

fn read<'a>(allocator: &'a Allocator, text: &'a str, kind: SourceType) -> ParserReturn<'a> {
    // Parentheses say nothing that the tree does not say, and two trees are to be compared.
    let options = ParseOptions { preserve_parens: false, ..ParseOptions::default() };
    Parser::new(allocator, text, kind).with_options(options).parse()
}
