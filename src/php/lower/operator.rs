//! Operators, casts and assignments.

use mago_syntax::ast::{
    Assignment, AssignmentOperator, BinaryOperator, Expression, UnaryPostfix, UnaryPostfixOperator, UnaryPrefix,
    UnaryPrefixOperator,
};

use super::{Lowerer, guard};
use crate::php::code::{AssignOp, Binary, Cast, ClassName, Expr, Kind, Unary};
use crate::php::value::Value;

impl Lowerer {
    /// Binary operators nest to the left as deeply as a chain is long; a chain of dots becomes one
    /// flat list, every other chain is walked from its left end without recursion.
    pub(super) fn binary(&mut self, expression: &Expression<'_>) -> Expr {
        let mut spine = Vec::new();
        let mut left = expression;
        while let Expression::Binary(binary) = left {
            spine.push(binary);
            left = binary.lhs;
        }
        let nested = spine.iter().filter(|binary| !matches!(binary.operator, BinaryOperator::StringConcat(_))).count();
        if self.depth + nested > super::MAX_DEPTH {
            return self.unsupported("an expression nested too deeply");
        }
        self.depth += nested;
        let mut result = self.expr(left);
        for binary in spine.into_iter().rev() {
            result = match binary.operator {
                BinaryOperator::StringConcat(_) => concat(result, self.expr(binary.rhs)),
                _ => self.operation(result, &binary.operator, binary.rhs),
            };
        }
        self.depth -= nested;
        result
    }

    fn operation(&mut self, left: Expr, operator: &BinaryOperator<'_>, right: &Expression<'_>) -> Expr {
        use BinaryOperator as Op;
        let line = left.line;
        let left = Box::new(left);
        let simple = match operator {
            Op::Instanceof(_) => {
                let class = self.class_ref(right);
                return Expr { line, kind: Kind::InstanceOf(left, class) };
            }
            Op::And(_) | Op::LowAnd(_) => return Expr { line, kind: Kind::And(left, self.boxed(right)) },
            Op::Or(_) | Op::LowOr(_) => {
                let right = self.boxed(right);
                if guard::is_guard_expression(&left, &right) {
                    return Expr::value(line, Value::Bool(true));
                }
                return Expr { line, kind: Kind::Or(left, right) };
            }
            Op::NullCoalesce(_) => return Expr { line, kind: Kind::Coalesce(left, self.boxed(right)) },
            Op::Addition(_) => Binary::Add,
            Op::Subtraction(_) => Binary::Sub,
            Op::Multiplication(_) => Binary::Mul,
            Op::Division(_) => Binary::Div,
            Op::Modulo(_) => Binary::Mod,
            Op::Exponentiation(_) => Binary::Pow,
            Op::BitwiseAnd(_) => Binary::BitAnd,
            Op::BitwiseOr(_) => Binary::BitOr,
            Op::BitwiseXor(_) => Binary::BitXor,
            Op::LeftShift(_) => Binary::Shl,
            Op::RightShift(_) => Binary::Shr,
            Op::Equal(_) => Binary::Equal,
            Op::NotEqual(_) | Op::AngledNotEqual(_) => Binary::NotEqual,
            Op::Identical(_) => Binary::Identical,
            Op::NotIdentical(_) => Binary::NotIdentical,
            Op::LessThan(_) => Binary::Less,
            Op::LessThanOrEqual(_) => Binary::LessEqual,
            Op::GreaterThan(_) => Binary::Greater,
            Op::GreaterThanOrEqual(_) => Binary::GreaterEqual,
            Op::Spaceship(_) => Binary::Spaceship,
            Op::LowXor(_) => Binary::Xor,
            Op::StringConcat(_) => Binary::Concat,
        };
        Expr { line, kind: Kind::Binary(simple, left, self.boxed(right)) }
    }

    pub(super) fn class_ref(&mut self, expression: &Expression<'_>) -> ClassName {
        match expression {
            Expression::Identifier(name) => self.fixed_class(name),
            Expression::ConstantAccess(access) => self.fixed_class(&access.name),
            Expression::Self_(_) => ClassName::Itself,
            Expression::Static(_) => ClassName::Static,
            Expression::Parent(_) => ClassName::Parent,
            other => ClassName::Computed(self.boxed(other)),
        }
    }

    fn fixed_class(&self, name: &mago_syntax::ast::Identifier<'_>) -> ClassName {
        let bytes = super::identifier_bytes(name);
        if bytes.eq_ignore_ascii_case(b"self") {
            return ClassName::Itself;
        }
        if bytes.eq_ignore_ascii_case(b"static") {
            return ClassName::Static;
        }
        if bytes.eq_ignore_ascii_case(b"parent") {
            return ClassName::Parent;
        }
        ClassName::Fixed(self.class_name(name))
    }

    pub(super) fn prefix(&mut self, prefix: &UnaryPrefix<'_>) -> Kind {
        use UnaryPrefixOperator as Op;
        let cast = match prefix.operator {
            Op::ErrorControl(_) | Op::Reference(_) | Op::VoidCast(..) => return self.expr(prefix.operand).kind,
            Op::Not(_) => return Kind::Unary(Unary::Not, self.boxed(prefix.operand)),
            Op::Negation(_) => return Kind::Unary(Unary::Negate, self.boxed(prefix.operand)),
            Op::Plus(_) => return Kind::Unary(Unary::Plus, self.boxed(prefix.operand)),
            Op::BitwiseNot(_) => return Kind::Unary(Unary::BitNot, self.boxed(prefix.operand)),
            Op::PreIncrement(_) => return Kind::Step(1, true, self.boxed(prefix.operand)),
            Op::PreDecrement(_) => return Kind::Step(-1, true, self.boxed(prefix.operand)),
            Op::ArrayCast(..) => Cast::Array,
            Op::BoolCast(..) | Op::BooleanCast(..) => Cast::Bool,
            Op::DoubleCast(..) | Op::RealCast(..) | Op::FloatCast(..) => Cast::Float,
            Op::IntCast(..) | Op::IntegerCast(..) => Cast::Int,
            Op::ObjectCast(..) => Cast::Object,
            Op::StringCast(..) | Op::BinaryCast(..) => Cast::Text,
            Op::UnsetCast(..) => Cast::Null,
        };
        Kind::Cast(cast, self.boxed(prefix.operand))
    }

    pub(super) fn postfix_step(&mut self, postfix: &UnaryPostfix<'_>) -> Kind {
        let by = match postfix.operator {
            UnaryPostfixOperator::PostIncrement(_) => 1,
            UnaryPostfixOperator::PostDecrement(_) => -1,
        };
        Kind::Step(by, false, self.boxed(postfix.operand))
    }

    pub(super) fn assignment(&mut self, assignment: &Assignment<'_>) -> Kind {
        use AssignmentOperator as Op;
        let target = self.boxed(assignment.lhs);
        if let (Op::Assign(_), Expression::UnaryPrefix(prefix)) = (&assignment.operator, assignment.rhs)
            && let UnaryPrefixOperator::Reference(_) = prefix.operator
        {
            return Kind::AssignRef(target, self.boxed(prefix.operand));
        }
        let value = self.boxed(assignment.rhs);
        let op = match assignment.operator {
            Op::Assign(_) => return Kind::Assign(target, value),
            Op::Coalesce(_) => AssignOp::Coalesce,
            Op::Addition(_) => AssignOp::Binary(Binary::Add),
            Op::Subtraction(_) => AssignOp::Binary(Binary::Sub),
            Op::Multiplication(_) => AssignOp::Binary(Binary::Mul),
            Op::Division(_) => AssignOp::Binary(Binary::Div),
            Op::Modulo(_) => AssignOp::Binary(Binary::Mod),
            Op::Exponentiation(_) => AssignOp::Binary(Binary::Pow),
            Op::Concat(_) => AssignOp::Binary(Binary::Concat),
            Op::BitwiseAnd(_) => AssignOp::Binary(Binary::BitAnd),
            Op::BitwiseOr(_) => AssignOp::Binary(Binary::BitOr),
            Op::BitwiseXor(_) => AssignOp::Binary(Binary::BitXor),
            Op::LeftShift(_) => AssignOp::Binary(Binary::Shl),
            Op::RightShift(_) => AssignOp::Binary(Binary::Shr),
        };
        Kind::AssignOp(op, target, value)
    }
}

/// Joins two texts into one flat list.
fn concat(left: Expr, right: Expr) -> Expr {
    let line = left.line;
    let mut parts = match left.kind {
        Kind::Concat(parts) => parts,
        _ => vec![left],
    };
    parts.push(right);
    Expr { line, kind: Kind::Concat(parts) }
}
