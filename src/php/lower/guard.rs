//! `defined('…') || die();`: the line that keeps a file from being run by itself.
//!
//! Whatever the constant is called, a file that is evaluated here is one that its own program
//! includes, so the guard passes. It is dropped while lowering.

use crate::php::code::{Expr, Kind, Stmt, Unary};

/// Whether `defined('…') || die` in any spelling.
pub(super) fn is_guard_expression(left: &Expr, right: &Expr) -> bool {
    is_defined(left) && ends(right)
}

/// Whether `if (!defined('…')) { die; }`.
pub(super) fn is_guard_statement(condition: &Expr, body: &[Stmt]) -> bool {
    matches!(&condition.kind, Kind::Unary(Unary::Not, inner) if is_defined(inner)) && block_ends(body)
}

fn block_ends(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Return(..)) => true,
        Some(Stmt::Expr(expr)) => ends(expr),
        Some(Stmt::Block(inner)) => block_ends(inner),
        _ => false,
    }
}

fn is_defined(expr: &Expr) -> bool {
    matches!(&expr.kind, Kind::Call(name, global, _) if &**global.as_ref().unwrap_or(name) == "defined")
}

fn ends(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Exit | Kind::Throw(_))
}
