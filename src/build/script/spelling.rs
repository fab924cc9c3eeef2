//! Evens out what can be written in several ways: two trees that differ only in this are alike
//! afterwards. The printer chooses the shorter way, and the comparison must not mind.

use oxc::allocator::{Allocator, ArenaBox, TakeIn};
use oxc::ast::ast::*;
use oxc::ast::builder::AstBuilder;
use oxc::ast_visit::{VisitJsMut, walk_js_mut};
use oxc::span::SPAN;
use oxc::syntax::scope::ScopeFlags;

use super::vars;

/// Changes `program`, not its meaning.
pub(super) fn even_out<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    Speller { allocator, builder: AstBuilder::new(allocator) }.visit_program(program);
}

struct Speller<'a> {
    allocator: &'a Allocator,
    builder: AstBuilder<'a>,
}

impl<'a> Speller<'a> {
    /// One step from `a || (b || c)` to `(a || b) || c`: both ask in the same order.
    fn lean_left(&self, it: &mut Expression<'a>) -> bool {
        let Expression::LogicalExpression(outer) = it else {
            return false;
        };
        let same = matches!(&outer.right, Expression::LogicalExpression(inner)
            if inner.operator == outer.operator);
        if !same {
            return false;
        }
        let right = outer.right.take_in(&self.allocator);
        if let Expression::LogicalExpression(mut inner) = right {
            outer.right = inner.left.take_in(&self.allocator);
            inner.left = it.take_in(&self.allocator);
            *it = Expression::LogicalExpression(inner);
        }
        true
    }

    fn flatten(&self, it: &mut SequenceExpression<'a>) {
        while it.expressions.iter().any(|one| matches!(one, Expression::SequenceExpression(_))) {
            let nested = it.expressions.take_in(&self.allocator);
            for one in nested {
                match one {
                    Expression::SequenceExpression(inner) => {
                        it.expressions.extend(inner.unbox().expressions);
                    }
                    other => it.expressions.push(other),
                }
            }
        }
    }

    /// A template without holes is a string, and only a tag sees how a template was written.
    fn untagged(&self, it: &mut TemplateLiteral<'a>) -> Option<StringLiteral<'a>> {
        for part in &mut it.quasis {
            part.value.raw = part.value.cooked?;
        }
        let [only] = &it.quasis[..] else { return None };
        let mut string = StringLiteral::new(SPAN, only.value.raw, None, &self.builder);
        string.lone_surrogates = only.lone_surrogates;
        Some(string)
    }
}

impl<'a> VisitJsMut<'a> for Speller<'a> {
    // Hints to other tools (`/* @__PURE__ */`) and to the engine are not meaning.

    fn visit_function(&mut self, it: &mut Function<'a>, flags: ScopeFlags) {
        it.pure = false;
        it.pife = false;
        walk_js_mut::walk_function(self, it, flags);
    }

    fn visit_arrow_function_expression(&mut self, it: &mut ArrowFunctionExpression<'a>) {
        it.pure = false;
        it.pife = false;
        walk_js_mut::walk_arrow_function_expression(self, it);
    }

    /// `({ a = 1 } = b)` is `({ a: a = 1 } = b)`.
    fn visit_assignment_target_property(&mut self, it: &mut AssignmentTargetProperty<'a>) {
        if let AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(short) = it {
            let key = IdentifierName::boxed(SPAN, short.binding.name, &self.builder);
            let target = AssignmentTarget::AssignmentTargetIdentifier(ArenaBox::new_in(
                IdentifierReference::new(SPAN, short.binding.name, &self.builder),
                &self.allocator,
            ));
            let binding = match short.init.take() {
                None => AssignmentTargetMaybeDefault::from(target),
                Some(init) => AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(
                    AssignmentTargetWithDefault::boxed(SPAN, target, init, &self.builder),
                ),
            };
            let key = PropertyKey::StaticIdentifier(key);
            *it = AssignmentTargetProperty::AssignmentTargetPropertyProperty(AssignmentTargetPropertyProperty::boxed(
                SPAN,
                key,
                binding,
                false,
                &self.builder,
            ));
        }
        walk_js_mut::walk_assignment_target_property(self, it);
    }

    fn visit_object_property(&mut self, it: &mut ObjectProperty<'a>) {
        // `{ __proto__: a }` sets the prototype, `{ __proto__ }` a property of that name.
        it.shorthand &= it.key.is_specific_static_name("__proto__");
        walk_js_mut::walk_object_property(self, it);
    }

    fn visit_binding_property(&mut self, it: &mut BindingProperty<'a>) {
        it.shorthand = false;
        walk_js_mut::walk_binding_property(self, it);
    }

    fn visit_call_expression(&mut self, it: &mut CallExpression<'a>) {
        it.pure = false;
        walk_js_mut::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &mut NewExpression<'a>) {
        it.pure = false;
        walk_js_mut::walk_new_expression(self, it);
    }

    /// `{ a() }` is `a()`: braces say nothing where they hold no declaration.
    fn visit_statement(&mut self, it: &mut Statement<'a>) {
        while let Statement::BlockStatement(block) = it
            && let [only] = &mut block.body[..]
            && !vars::belongs_to_block(only)
        {
            *it = only.take_in(&self.allocator);
        }
        walk_js_mut::walk_statement(self, it);
    }

    /// `a || (b || c)` is `a || b || c`, `a, (b, c)` is `a, b, c`.
    fn visit_expression(&mut self, it: &mut Expression<'a>) {
        while self.lean_left(it) {}
        match it {
            Expression::TemplateLiteral(template) => {
                if let Some(string) = self.untagged(template) {
                    *it = Expression::StringLiteral(ArenaBox::new_in(string, &self.allocator));
                }
            }
            Expression::SequenceExpression(sequence) => self.flatten(sequence),
            _ => {}
        }
        walk_js_mut::walk_expression(self, it);
    }
}
