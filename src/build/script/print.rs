//! Syntax tree → text without white space, local names shortened.

use std::collections::HashSet;

use oxc::allocator::Allocator;
use oxc::ast::ast::{Comment, Program};
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions, LegalComment};
use oxc::mangler::{MangleOptions, MangleOptionsKeepNames, Mangler};

use super::{Reason, source};

/// Names that are read out of a function's text: RequireJS looks for `require(…)` in a
/// factory's source, Prototype for a first parameter named `$super`.
const READ_BY_NAME: [&str; 4] = ["require", "exports", "module", "$super"];

/// What becomes of the names of local bindings.
pub(super) enum Names<'n> {
    Kept,
    Shortened { but: &'n [String] },
}

/// # Errors
/// [`Reason::Unparsed`] for what a browser would refuse, too: nothing is gained by touching it.
pub(super) fn print(text: &str, names: Names<'_>) -> Result<String, Reason> {
    let allocator = Allocator::default();
    let program = source::parse(&allocator, text)?;
    let mut semantic = source::scoped(&program)?;
    if let Names::Shortened { but } = names {
        let options = MangleOptions {
            top_level: Some(false),
            // `name` of a function or class can be seen: by logs, by registries, by `new.target`.
            keep_names: MangleOptionsKeepNames::all_true(),
            reserved: READ_BY_NAME.into_iter().chain(but.iter().map(String::as_str)).map(Into::into).collect(),
            debug: false,
        };
        // What it answers are shorter private names (`#x`), which are not used.
        let _ = Mangler::new().with_options(options).build_with_semantic(&mut semantic, &program);
    }
    let options = CodegenOptions {
        comments: CommentOptions { normal: false, jsdoc: false, annotation: false, legal: LegalComment::Inline },
        ..CodegenOptions::minify()
    };
    let printed = Codegen::new().with_options(options).with_scoping(Some(semantic.into_scoping())).build(&program).code;
    Ok(with_all_licences(&program, printed))
}

/// The printer keeps licence comments that stand before a statement; the others go to the head.
fn with_all_licences(program: &Program<'_>, printed: String) -> String {
    let text = program.source_text;
    let mut licences =
        program.comments.iter().map(|comment| comment.span.source_text(text)).filter(|c| is_licence(c)).peekable();
    if licences.peek().is_none() {
        return printed;
    }
    let allocator = Allocator::default();
    let kept: HashSet<String> = match source::parse(&allocator, &printed) {
        Ok(again) => again.comments.iter().map(|c: &Comment| bare(c.span.source_text(&printed))).collect(),
        Err(_) => HashSet::new(),
    };
    let mut seen = HashSet::new();
    let mut head = String::new();
    for licence in licences {
        let bare = bare(licence);
        if !kept.contains(&bare) && seen.insert(bare) {
            head.push_str(licence);
            head.push('\n');
        }
    }
    // A `#!` line counts only as the very first.
    let at = if printed.starts_with("#!") { printed.find('\n').map_or(printed.len(), |end| end + 1) } else { 0 };
    let mut code = printed;
    code.insert_str(at, &head);
    code
}

/// `/*! … */`, `//! …`, and comments with `@license`, `@licence`, `@preserve` or `@cc_on`.
fn is_licence(comment: &str) -> bool {
    comment.get(2..3) == Some("!")
        || ["@license", "@licence", "@preserve", "@cc_on"].iter().any(|mark| comment.contains(mark))
}

/// A comment without its white space: the printer indents anew and escapes `</script`.
fn bare(comment: &str) -> String {
    comment.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}
