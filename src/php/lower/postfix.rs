//! Calls, members, `new`.

use mago_syntax::ast::{
    Access, AnonymousClass, Argument, ArgumentList, Call, ClassLikeConstantSelector, ClassLikeMemberSelector,
    Expression, Instantiation, PartialApplication, PartialArgument, PartialArgumentList,
};

use super::{Lowerer, plain, variable_name};
use crate::php::code::{Arg, Expr, Kind, Member};

impl Lowerer {
    pub(super) fn args(&mut self, list: &ArgumentList<'_>) -> Vec<Arg> {
        list.arguments
            .iter()
            .map(|argument| match argument {
                Argument::Positional(argument) => {
                    Arg { name: None, spread: argument.ellipsis.is_some(), value: self.expr(argument.value) }
                }
                Argument::Named(argument) => Arg {
                    name: Some(plain(argument.name.value).into()),
                    spread: false,
                    value: self.expr(argument.value),
                },
            })
            .collect()
    }

    pub(super) fn call(&mut self, call: &Call<'_>) -> Kind {
        match call {
            Call::Function(call) => {
                let args = self.args(&call.argument_list);
                match call.function {
                    Expression::Identifier(name) => {
                        let (full, global) = self.symbol(name, &self.functions, true);
                        Kind::Call(full, global, args)
                    }
                    Expression::ConstantAccess(access) => {
                        let (full, global) = self.symbol(&access.name, &self.functions, true);
                        Kind::Call(full, global, args)
                    }
                    other => Kind::CallValue(self.boxed(other), args),
                }
            }
            Call::Method(call) => {
                let object = self.boxed(call.object);
                let member = self.member(&call.method);
                Kind::MethodCall(object, member, self.args(&call.argument_list), false)
            }
            Call::NullSafeMethod(call) => {
                let object = self.boxed(call.object);
                let member = self.member(&call.method);
                Kind::MethodCall(object, member, self.args(&call.argument_list), true)
            }
            Call::StaticMethod(call) => {
                let class = self.class_ref(call.class);
                let member = self.member(&call.method);
                Kind::StaticCall(class, member, self.args(&call.argument_list))
            }
        }
    }

    pub(super) fn access(&mut self, access: &Access<'_>) -> Kind {
        match access {
            Access::Property(access) => {
                let object = self.boxed(access.object);
                Kind::Prop(object, self.member(&access.property), false)
            }
            Access::NullSafeProperty(access) => {
                let object = self.boxed(access.object);
                Kind::Prop(object, self.member(&access.property), true)
            }
            Access::StaticProperty(access) => {
                let class = self.class_ref(access.class);
                let line = self.line(super::line::variable(&access.property));
                let member = match self.variable(&access.property) {
                    Kind::Var(name) => Member::Fixed(name),
                    Kind::VarVar(name) => Member::Computed(name),
                    kind => Member::Computed(Box::new(Expr { line, kind })),
                };
                Kind::StaticProp(class, member)
            }
            Access::ClassConstant(access) => {
                let class = self.class_ref(access.class);
                match &access.constant {
                    ClassLikeConstantSelector::Identifier(name) if name.value.eq_ignore_ascii_case(b"class") => {
                        Kind::ClassNameOf(class)
                    }
                    ClassLikeConstantSelector::Identifier(name) => Kind::ClassConst(class, plain(name.value).into()),
                    _ => Kind::Unsupported("a computed class constant"),
                }
            }
        }
    }

    fn member(&mut self, selector: &ClassLikeMemberSelector<'_>) -> Member {
        match selector {
            ClassLikeMemberSelector::Identifier(name) => Member::Fixed(plain(name.value).into()),
            ClassLikeMemberSelector::Variable(variable) => {
                let line = self.line(super::line::variable(variable));
                let kind = self.variable(variable);
                Member::Computed(Box::new(Expr { line, kind }))
            }
            ClassLikeMemberSelector::Expression(selector) => Member::Computed(self.boxed(selector.expression)),
            ClassLikeMemberSelector::Missing(_) => {
                Member::Computed(Box::new(self.unsupported("a missing member name")))
            }
        }
    }

    pub(super) fn instantiation(&mut self, new: &Instantiation<'_>) -> Kind {
        let class = self.class_ref(new.class);
        let args = new.argument_list.as_ref().map(|list| self.args(list)).unwrap_or_default();
        Kind::New(class, args)
    }

    pub(super) fn anonymous(&mut self, class: &AnonymousClass<'_>) -> Kind {
        let args = class.argument_list.as_ref().map(|list| self.args(list)).unwrap_or_default();
        Kind::NewAnonymous(self.anonymous_class(class), args)
    }

    /// `f(...)`; other placeholders are newer than any Moodle.
    pub(super) fn partial(&mut self, partial: &PartialApplication<'_>) -> Kind {
        if !partial_list(partial)
            .arguments
            .iter()
            .all(|argument| matches!(argument, PartialArgument::VariadicPlaceholder(_)))
        {
            return Kind::Unsupported("a partial application");
        }
        match partial {
            PartialApplication::Function(partial) => {
                let line = self.line_of(partial.function);
                let callable = match partial.function {
                    Expression::Identifier(name) => {
                        let (full, global) = self.symbol(name, &self.functions, true);
                        Expr::text(line, &*global.unwrap_or(full))
                    }
                    other => self.expr(other),
                };
                Kind::Callable(Box::new(callable))
            }
            PartialApplication::Method(partial) => match &partial.method {
                ClassLikeMemberSelector::Identifier(name) => {
                    Kind::CallableMethod(self.boxed(partial.object), plain(name.value).into())
                }
                _ => Kind::Unsupported("a computed method"),
            },
            PartialApplication::StaticMethod(partial) => match &partial.method {
                ClassLikeMemberSelector::Identifier(name) => {
                    let line = self.line_of(partial.class);
                    let kind = Kind::ClassNameOf(self.class_ref(partial.class));
                    Kind::CallableMethod(Box::new(Expr { line, kind }), plain(name.value).into())
                }
                _ => Kind::Unsupported("a computed method"),
            },
        }
    }

    /// The name of a variable that must be a plain one.
    pub(super) fn plain_variable(&self, variable: &mago_syntax::ast::DirectVariable<'_>) -> crate::php::code::Name {
        variable_name(variable.name)
    }
}

fn partial_list<'a, 'arena>(partial: &'a PartialApplication<'arena>) -> &'a PartialArgumentList<'arena> {
    match partial {
        PartialApplication::Function(partial) => &partial.argument_list,
        PartialApplication::Method(partial) => &partial.argument_list,
        PartialApplication::StaticMethod(partial) => &partial.argument_list,
    }
}
