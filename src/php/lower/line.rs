//! The line on which an expression stands, told from one token of it.
//!
//! The parser's own spans reach from the first token of a node to its last, which they find by recursion; over
//! `$a->b->b…` that would take as much stack as the chain is long. So a node's line is that of its operator or keyword.

use mago_span::{HasSpan, Span};
use mago_syntax::ast::{
    Access, AssignmentOperator, Call, Construct, Expression, Literal, PartialApplication, Variable, Yield,
};

/// The span of a token that names an expression. None where the expression's start is meant, which its lowered left
/// part knows.
pub(super) fn token(expression: &Expression<'_>) -> Option<Span> {
    Some(match expression {
        Expression::Binary(_) => return None,
        Expression::UnaryPrefix(prefix) => prefix.operator.span(),
        Expression::UnaryPostfix(postfix) => postfix.operator.span(),
        Expression::Parenthesized(inner) => inner.left_parenthesis,
        Expression::Literal(literal) => self::literal(literal),
        Expression::CompositeString(string) => string.span(),
        Expression::Assignment(assignment) => assigned(&assignment.operator),
        Expression::Conditional(conditional) => conditional.question_mark,
        Expression::Array(array) => array.left_bracket,
        Expression::LegacyArray(array) => array.array.span,
        Expression::List(list) => list.list.span,
        Expression::ArrayAccess(access) => access.left_bracket,
        Expression::ArrayAppend(append) => append.left_bracket,
        Expression::AnonymousClass(class) => class.new.span,
        Expression::Closure(closure) => closure.function.span,
        Expression::ArrowFunction(arrow) => arrow.r#fn.span,
        Expression::Variable(variable) => self::variable(variable),
        Expression::ConstantAccess(access) => access.name.span(),
        Expression::Identifier(name) => name.span(),
        Expression::Match(matched) => matched.r#match.span,
        Expression::Yield(Yield::Value(given)) => given.r#yield.span,
        Expression::Yield(Yield::Pair(given)) => given.r#yield.span,
        Expression::Yield(Yield::From(given)) => given.r#yield.span,
        Expression::Construct(construct) => self::construct(construct),
        Expression::Throw(throw) => throw.throw.span,
        Expression::Clone(clone) => clone.clone.span,
        Expression::Call(Call::Function(call)) => call.argument_list.left_parenthesis,
        Expression::Call(Call::Method(call)) => call.arrow,
        Expression::Call(Call::NullSafeMethod(call)) => call.question_mark_arrow,
        Expression::Call(Call::StaticMethod(call)) => call.double_colon,
        Expression::PartialApplication(PartialApplication::Function(call)) => call.argument_list.left_parenthesis,
        Expression::PartialApplication(PartialApplication::Method(call)) => call.arrow,
        Expression::PartialApplication(PartialApplication::StaticMethod(call)) => call.double_colon,
        Expression::Access(Access::Property(access)) => access.arrow,
        Expression::Access(Access::NullSafeProperty(access)) => access.question_mark_arrow,
        Expression::Access(Access::StaticProperty(access)) => access.double_colon,
        Expression::Access(Access::ClassConstant(access)) => access.double_colon,
        Expression::Parent(keyword) | Expression::Static(keyword) | Expression::Self_(keyword) => keyword.span,
        Expression::Instantiation(new) => new.new.span,
        Expression::MagicConstant(constant) => constant.span(),
        Expression::Pipe(pipe) => pipe.operator,
        Expression::Error(span) => *span,
        _ => return None,
    })
}

fn literal(literal: &Literal<'_>) -> Span {
    match literal {
        Literal::String(text) => text.span,
        Literal::Integer(number) => number.span,
        Literal::Float(number) => number.span,
        Literal::True(word) | Literal::False(word) | Literal::Null(word) => word.span,
    }
}

pub(super) fn variable(variable: &Variable<'_>) -> Span {
    match variable {
        Variable::Direct(direct) => direct.span,
        Variable::Indirect(indirect) => indirect.dollar_left_brace,
        Variable::Nested(nested) => nested.dollar,
    }
}

fn assigned(operator: &AssignmentOperator) -> Span {
    use AssignmentOperator as Op;
    match operator {
        Op::Assign(span)
        | Op::Addition(span)
        | Op::Subtraction(span)
        | Op::Multiplication(span)
        | Op::Division(span)
        | Op::Modulo(span)
        | Op::Exponentiation(span)
        | Op::Concat(span)
        | Op::BitwiseAnd(span)
        | Op::BitwiseOr(span)
        | Op::BitwiseXor(span)
        | Op::LeftShift(span)
        | Op::RightShift(span)
        | Op::Coalesce(span) => *span,
    }
}

fn construct(construct: &Construct<'_>) -> Span {
    match construct {
        Construct::Isset(it) => it.isset.span,
        Construct::Empty(it) => it.empty.span,
        Construct::Eval(it) => it.eval.span,
        Construct::Include(it) => it.include.span,
        Construct::IncludeOnce(it) => it.include_once.span,
        Construct::Require(it) => it.require.span,
        Construct::RequireOnce(it) => it.require_once.span,
        Construct::Print(it) => it.print.span,
        Construct::Exit(it) => it.exit.span,
        Construct::Die(it) => it.die.span,
    }
}
