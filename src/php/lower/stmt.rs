//! Statements other than loops and branches.

use mago_span::Span;
use mago_syntax::ast::{DeclareBody, Expression, Hint as AstHint, Literal, Statement, StaticItem, Try, Variable};

use super::{Lowerer, MAX_DEPTH, plain};
use crate::php::code::{Block, Catch, Expr, Name, Stmt};

impl Lowerer {
    pub(super) fn stmt(&mut self, statement: &Statement<'_>) -> Option<Stmt> {
        if self.depth >= MAX_DEPTH {
            return Some(Stmt::Unsupported(self.last, "a statement nested too deeply"));
        }
        self.depth += 1;
        let lowered = self.stmt_inner(statement);
        self.depth -= 1;
        lowered
    }

    fn stmt_inner(&mut self, statement: &Statement<'_>) -> Option<Stmt> {
        let line = match keyword(statement) {
            Some(token) => self.line(token),
            None => self.last,
        };
        Some(match statement {
            Statement::OpeningTag(_) | Statement::ClosingTag(_) | Statement::Noop(_) | Statement::Label(_) => {
                return None;
            }
            Statement::HaltCompiler(_) => Stmt::Return(line, None),
            Statement::Inline(inline) => Stmt::Echo(vec![Expr::text(line, inline.value)]),
            Statement::Namespace(namespace) => {
                self.enter_namespace(namespace.name.as_ref());
                Stmt::Block(self.block(namespace.statements().iter()))
            }
            Statement::Use(import) => {
                self.import(import);
                return None;
            }
            Statement::Class(_) | Statement::Interface(_) | Statement::Trait(_) | Statement::Enum(_) => {
                Stmt::Class(self.class(statement)?)
            }
            Statement::Block(block) => Stmt::Block(self.block(block.statements.iter())),
            Statement::Constant(constant) => {
                let items = constant.items.iter();
                Stmt::Block(
                    items.map(|item| Stmt::Const(self.declared(item.name.value), self.expr(item.value))).collect(),
                )
            }
            Statement::Function(function) => Stmt::Function(self.function(function)),
            Statement::Declare(declare) => match &declare.body {
                DeclareBody::Statement(statement) => return self.stmt(statement),
                DeclareBody::ColonDelimited(body) => Stmt::Block(self.block(body.statements.iter())),
            },
            Statement::Goto(_) => Stmt::Unsupported(line, "goto"),
            Statement::Try(attempt) => self.attempt(attempt),
            Statement::Continue(jump) => Stmt::Continue(levels(jump.level)),
            Statement::Break(jump) => Stmt::Break(levels(jump.level)),
            Statement::Return(returned) => Stmt::Return(line, returned.value.map(|value| self.expr(value))),
            Statement::Expression(statement) => Stmt::Expr(self.expr(statement.expression)),
            Statement::Echo(echo) => Stmt::Echo(self.exprs(echo.values.iter())),
            Statement::EchoTag(echo) => Stmt::Echo(self.exprs(echo.values.iter())),
            Statement::Global(global) => Stmt::Global(
                line,
                global
                    .variables
                    .iter()
                    .filter_map(|variable| match variable {
                        Variable::Direct(direct) => Some(self.plain_variable(direct)),
                        _ => None,
                    })
                    .collect(),
            ),
            Statement::Static(list) => Stmt::Block(list.items.iter().map(|item| self.static_item(item)).collect()),
            Statement::Unset(unset) => Stmt::Unset(self.exprs(unset.values.iter())),
            _ => self.control(statement, line),
        })
    }

    fn static_item(&mut self, item: &StaticItem<'_>) -> Stmt {
        self.statics += 1;
        let number = self.statics;
        match item {
            StaticItem::Abstract(item) => Stmt::Static(number, self.plain_variable(&item.variable), None),
            StaticItem::Concrete(item) => {
                let name = self.plain_variable(&item.variable);
                Stmt::Static(number, name, Some(self.expr(item.value)))
            }
        }
    }

    fn attempt(&mut self, attempt: &Try<'_>) -> Stmt {
        let body = self.block(attempt.block.statements.iter());
        let catches = attempt
            .catch_clauses
            .iter()
            .map(|clause| Catch {
                classes: self.caught(&clause.hint),
                variable: clause.variable.as_ref().map(|variable| self.plain_variable(variable)),
                body: self.block(clause.block.statements.iter()),
            })
            .collect();
        let last: Block = match &attempt.finally_clause {
            Some(clause) => self.block(clause.block.statements.iter()),
            None => Vec::new(),
        };
        Stmt::Try(body, catches, last)
    }

    fn caught(&self, hint: &AstHint<'_>) -> Vec<Name> {
        match hint {
            AstHint::Identifier(name) => vec![self.class_name(name)],
            AstHint::Parenthesized(inner) => self.caught(inner.hint),
            AstHint::Union(union) => {
                // A long union nests to the right; catches name a few classes.
                let mut names = self.caught(union.left);
                names.extend(self.caught(union.right));
                names
            }
            _ => vec![],
        }
    }
}

/// The token that names a statement, where its line matters.
fn keyword(statement: &Statement<'_>) -> Option<Span> {
    Some(match statement {
        Statement::Inline(inline) => inline.span,
        Statement::HaltCompiler(halt) => halt.halt_compiler.span,
        Statement::Goto(goto) => goto.goto.span,
        Statement::Return(returned) => returned.r#return.span,
        Statement::Global(global) => global.global.span,
        Statement::Try(attempt) => attempt.r#try.span,
        _ => return None,
    })
}

/// How many loops `break 2` leaves.
fn levels(level: Option<&Expression<'_>>) -> usize {
    match level {
        Some(Expression::Literal(Literal::Integer(number))) => plain(number.raw).parse().unwrap_or(1).max(1),
        _ => 1,
    }
}
