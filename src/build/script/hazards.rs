//! What in a script forbids to shorten its names, or to touch it at all.

use oxc::allocator::Allocator;
use oxc::ast::ast::{
    Argument, CallExpression, Directive, Expression, Function, IdentifierReference, StaticMemberExpression,
    WithStatement,
};
use oxc::ast_visit::{VisitJs, walk_js};

use super::{Reason, source};

/// What was found in a script that may be rewritten.
pub(super) struct Hazards {
    /// Names are looked up at run time: `with`, direct `eval`, or AngularJS, whose injector
    /// reads parameter names.
    pub keep_names: bool,
}

/// # Errors
/// [`Reason::Unparsed`], and [`Reason::OwnText`] for scripts that must stay as they are.
pub(super) fn look(text: &str) -> Result<Hazards, Reason> {
    let allocator = Allocator::default();
    let program = source::parse(&allocator, text)?;
    let mut finder = Finder { text, reads_functions: text.contains("toString"), keep_names: false, own: None };
    finder.visit_program(&program);
    match finder.own {
        Some(what) => Err(Reason::OwnText { what: what.to_owned() }),
        None => Ok(Hazards { keep_names: finder.keep_names }),
    }
}

struct Finder<'t> {
    text: &'t str,
    reads_functions: bool,
    keep_names: bool,
    own: Option<&'static str>,
}

impl<'a> VisitJs<'a> for Finder<'_> {
    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        self.keep_names = true;
        walk_js::walk_with_statement(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Expression::Identifier(callee) = &it.callee {
            self.keep_names |= callee.name == "eval";
        }
        walk_js::walk_call_expression(self, it);
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.keep_names |= it.name == "angular";
    }

    fn visit_directive(&mut self, it: &Directive<'a>) {
        // Its number literals are types: `1.0` is not `1`.
        if it.directive == "use asm" {
            self.own = Some("\"use asm\"");
        }
    }

    fn visit_argument(&mut self, it: &Argument<'a>) {
        if let Argument::FunctionExpression(function) = it {
            self.may_be_read(function);
        }
        walk_js::walk_argument(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if let Expression::FunctionExpression(function) = &it.object {
            self.may_be_read(function);
        }
        walk_js::walk_static_member_expression(self, it);
    }
}

impl Finder<'_> {
    /// A text kept in a comment: `multiline(function () { /* … */ })`, `(function () { /* …
    /// */ }).toString()`.
    fn may_be_read(&mut self, function: &Function<'_>) {
        if self.reads_functions
            && let Some(body) = &function.body
            && body.is_empty()
            && let Some(inside) = self.text.get(body.span.start as usize..body.span.end as usize)
            && let Some((_, comment)) = inside.split_once("/*")
            && comment.contains('\n')
        {
            self.own = Some("a function whose body is a comment");
        }
    }
}
