//! Expressions.

use mago_syntax::ast::{
    Array, ArrayElement, Construct, Expression, LegacyArray, List, MagicConstant, Match, MatchArm as AstArm,
    TokenSeparatedSequence, Variable,
};

use super::{Lowerer, MAX_DEPTH, plain, variable_name};
use crate::php::code::{Element, Expr, IncludeKind, Kind, MatchArm};
use crate::php::value::Value;

impl Lowerer {
    pub(super) fn expr(&mut self, expression: &Expression<'_>) -> Expr {
        if self.depth >= MAX_DEPTH {
            return self.unsupported("an expression nested too deeply");
        }
        self.depth += 1;
        let lowered = self.expr_inner(expression);
        self.depth -= 1;
        lowered
    }

    fn expr_inner(&mut self, expression: &Expression<'_>) -> Expr {
        let line = self.line_of(expression);
        let kind = match expression {
            Expression::Parenthesized(inner) => return self.expr(inner.expression),
            Expression::Literal(literal) => return self.literal(literal),
            Expression::CompositeString(string) => return self.composite(string),
            Expression::Binary(_) => return self.binary(expression),
            Expression::UnaryPrefix(prefix) => self.prefix(prefix),
            Expression::UnaryPostfix(postfix) => self.postfix_step(postfix),
            Expression::Assignment(assignment) => self.assignment(assignment),
            Expression::Conditional(conditional) => Kind::Ternary(
                self.boxed(conditional.condition),
                conditional.then.map(|then| self.boxed(then)),
                self.boxed(conditional.r#else),
            ),
            Expression::Array(Array { elements, .. })
            | Expression::LegacyArray(LegacyArray { elements, .. })
            | Expression::List(List { elements, .. }) => Kind::Array(self.elements(elements)),
            Expression::ArrayAccess(access) => Kind::Index(self.boxed(access.array), Some(self.boxed(access.index))),
            Expression::ArrayAppend(append) => Kind::Index(self.boxed(append.array), None),
            Expression::Variable(variable) => self.variable(variable),
            Expression::ConstantAccess(access) => self.constant(&access.name),
            // A bare word as a key within a string: "$a[key]".
            Expression::Identifier(name) => Kind::Value(Value::text(super::identifier_bytes(name))),
            Expression::Match(matched) => self.matched(matched),
            Expression::Construct(construct) => self.construct(construct),
            Expression::Throw(throw) => Kind::Throw(self.boxed(throw.exception)),
            Expression::Clone(clone) => Kind::Clone(self.boxed(clone.object)),
            Expression::Closure(closure) => self.closure(closure),
            Expression::ArrowFunction(arrow) => self.arrow(arrow),
            Expression::Call(call) => self.call(call),
            Expression::PartialApplication(partial) => self.partial(partial),
            Expression::Access(access) => self.access(access),
            Expression::Instantiation(new) => self.instantiation(new),
            Expression::AnonymousClass(class) => self.anonymous(class),
            Expression::MagicConstant(constant) => self.magic(constant, line),
            Expression::Yield(_) => {
                self.yields = true;
                Kind::Unsupported("yield")
            }
            Expression::Pipe(pipe) => {
                let value = self.expr(pipe.input);
                let arg = crate::php::code::Arg { name: None, spread: false, value };
                Kind::CallValue(self.boxed(pipe.callable), vec![arg])
            }
            Expression::Self_(_) | Expression::Static(_) | Expression::Parent(_) | Expression::Error(_) => {
                Kind::Unsupported("a class keyword as a value")
            }
            _ => Kind::Unsupported("this expression"),
        };
        Expr { line, kind }
    }

    pub(super) fn variable(&mut self, variable: &Variable<'_>) -> Kind {
        match variable {
            Variable::Direct(direct) => Kind::Var(variable_name(direct.name)),
            Variable::Indirect(indirect) => match indirect.expression {
                // "${name}" within a string.
                Expression::Identifier(name) => Kind::Var(plain(super::identifier_bytes(name)).into()),
                Expression::ConstantAccess(access) => Kind::Var(plain(super::identifier_bytes(&access.name)).into()),
                other => Kind::VarVar(self.boxed(other)),
            },
            Variable::Nested(nested) => {
                let line = self.line(nested.dollar);
                if self.depth >= MAX_DEPTH {
                    return Kind::Unsupported("a variable nested too deeply");
                }
                self.depth += 1;
                let kind = self.variable(nested.variable);
                self.depth -= 1;
                Kind::VarVar(Box::new(Expr { line, kind }))
            }
        }
    }

    fn constant(&mut self, name: &mago_syntax::ast::Identifier<'_>) -> Kind {
        let bytes = super::identifier_bytes(name);
        let word = bytes.strip_prefix(b"\\").unwrap_or(bytes).to_ascii_lowercase();
        match word.as_slice() {
            b"true" => return Kind::Value(Value::Bool(true)),
            b"false" => return Kind::Value(Value::Bool(false)),
            b"null" => return Kind::Value(Value::Null),
            _ => {}
        }
        let (full, global) = self.symbol(name, &self.constants, false);
        Kind::Constant(full, global)
    }

    fn magic(&mut self, constant: &MagicConstant<'_>, line: u32) -> Kind {
        let text = match constant {
            MagicConstant::Line(_) => return Kind::Value(Value::Int(i64::from(line))),
            MagicConstant::File(_) => self.path.to_string(),
            MagicConstant::Directory(_) => {
                self.path.rsplit_once('/').map_or(".", |(dir, _)| if dir.is_empty() { "/" } else { dir }).to_owned()
            }
            MagicConstant::Namespace(_) => self.namespace.clone(),
            MagicConstant::Class(_) => self.class.as_deref().unwrap_or_default().to_owned(),
            MagicConstant::Function(_) => self.function.to_string(),
            MagicConstant::Method(_) => match &self.class {
                Some(class) => format!("{class}::{}", self.function),
                None => self.function.to_string(),
            },
            MagicConstant::Trait(_) | MagicConstant::Property(_) => return Kind::Unsupported("a magic constant"),
        };
        Kind::Value(Value::text(text))
    }

    pub(super) fn elements(&mut self, elements: &TokenSeparatedSequence<'_, ArrayElement<'_>>) -> Vec<Element> {
        elements.iter().map(|element| self.element(element)).collect()
    }

    fn element(&mut self, element: &ArrayElement<'_>) -> Element {
        match element {
            ArrayElement::KeyValue(pair) => {
                let key = self.expr(pair.key);
                Element::Item(Some(key), self.expr(pair.value), is_reference(pair.value))
            }
            ArrayElement::Value(item) => Element::Item(None, self.expr(item.value), is_reference(item.value)),
            ArrayElement::Variadic(spread) => Element::Spread(self.expr(spread.value)),
            ArrayElement::Missing(_) => Element::Hole,
        }
    }

    fn matched(&mut self, matched: &Match<'_>) -> Kind {
        let subject = self.boxed(matched.expression);
        let arms = matched
            .arms
            .iter()
            .map(|arm| match arm {
                AstArm::Expression(arm) => MatchArm {
                    conditions: self.exprs(arm.conditions.iter()),
                    default: false,
                    value: self.expr(arm.expression),
                },
                AstArm::Default(arm) => {
                    MatchArm { conditions: vec![], default: true, value: self.expr(arm.expression) }
                }
            })
            .collect();
        Kind::Match(subject, arms)
    }

    fn construct(&mut self, construct: &Construct<'_>) -> Kind {
        let include = |once, required| IncludeKind { once, required };
        match construct {
            Construct::Isset(isset) => Kind::Isset(self.exprs(isset.values.iter())),
            Construct::Empty(empty) => Kind::Empty(self.boxed(empty.value)),
            Construct::Eval(_) => Kind::Unsupported("eval"),
            Construct::Include(include_) => Kind::Include(include(false, false), self.boxed(include_.value)),
            Construct::IncludeOnce(include_) => Kind::Include(include(true, false), self.boxed(include_.value)),
            Construct::Require(require) => Kind::Include(include(false, true), self.boxed(require.value)),
            Construct::RequireOnce(require) => Kind::Include(include(true, true), self.boxed(require.value)),
            Construct::Print(print) => Kind::Print(self.boxed(print.value)),
            Construct::Exit(_) | Construct::Die(_) => Kind::Exit,
        }
    }
}

fn is_reference(expression: &Expression<'_>) -> bool {
    matches!(expression, Expression::UnaryPrefix(prefix)
        if matches!(prefix.operator, mago_syntax::ast::UnaryPrefixOperator::Reference(_)))
}
