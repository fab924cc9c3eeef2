//! Classes, interfaces, traits and enums.

use std::collections::HashMap;
use std::sync::Arc;

use mago_span::Span;
use mago_syntax::ast::{
    AnonymousClass, ClassLikeMember, EnumCaseItem, Extends, Hint as AstHint, Implements, Method, MethodBody, Modifier,
    Property as AstProperty, PropertyItem, Sequence, Statement, TraitUseSpecification,
};

use super::function::Signature;
use super::{Lowerer, hint, plain};
use crate::php::code::{Class, ClassKind, Function, Hint, Name, Property};

impl Lowerer {
    pub(super) fn class(&mut self, statement: &Statement<'_>) -> Option<Arc<Class>> {
        let class = match statement {
            Statement::Class(class) => {
                let name = self.declared(class.name.value);
                let mut lowered = self.empty(ClassKind::Class, name, class.class.span);
                lowered.parent = self.extends(class.extends.as_ref()).into_iter().next();
                lowered.interfaces = self.implements(class.implements.as_ref());
                self.members(lowered, &class.members)
            }
            Statement::Interface(class) => {
                let name = self.declared(class.name.value);
                let mut lowered = self.empty(ClassKind::Interface, name, class.interface.span);
                lowered.interfaces = self.extends(class.extends.as_ref());
                self.members(lowered, &class.members)
            }
            Statement::Trait(class) => {
                let name = self.declared(class.name.value);
                let lowered = self.empty(ClassKind::Trait, name, class.r#trait.span);
                self.members(lowered, &class.members)
            }
            Statement::Enum(class) => {
                let name = self.declared(class.name.value);
                let mut lowered = self.empty(ClassKind::Enum, name, class.r#enum.span);
                lowered.interfaces = self.implements(class.implements.as_ref());
                self.members(lowered, &class.members)
            }
            _ => return None,
        };
        Some(Arc::new(class))
    }

    pub(super) fn anonymous_class(&mut self, class: &AnonymousClass<'_>) -> Arc<Class> {
        let line = self.line(class.class.span);
        let name = format!("class@anonymous:{}:{line}", self.path);
        let mut lowered = self.empty(ClassKind::Class, name.into(), class.class.span);
        lowered.parent = self.extends(class.extends.as_ref()).into_iter().next();
        lowered.interfaces = self.implements(class.implements.as_ref());
        Arc::new(self.members(lowered, &class.members))
    }

    fn empty(&mut self, kind: ClassKind, name: Name, token: Span) -> Class {
        let line = self.line(token);
        Class {
            name,
            file: self.path.clone(),
            line,
            kind,
            parent: None,
            interfaces: Vec::new(),
            traits: Vec::new(),
            adapts_traits: false,
            constants: HashMap::new(),
            cases: Vec::new(),
            properties: Vec::new(),
            methods: HashMap::new(),
        }
    }

    fn extends(&self, extends: Option<&Extends<'_>>) -> Vec<Name> {
        extends.map(|list| list.types.iter().map(|name| self.class_name(name)).collect()).unwrap_or_default()
    }

    fn implements(&self, implements: Option<&Implements<'_>>) -> Vec<Name> {
        implements.map(|list| list.types.iter().map(|name| self.class_name(name)).collect()).unwrap_or_default()
    }

    fn members(&mut self, mut class: Class, members: &Sequence<'_, ClassLikeMember<'_>>) -> Class {
        let outer = self.class.replace(class.name.clone());
        for member in members.iter() {
            self.add_member(&mut class, member);
        }
        self.class = outer;
        class
    }

    fn add_member(&mut self, class: &mut Class, member: &ClassLikeMember<'_>) {
        match member {
            ClassLikeMember::TraitUse(used) => {
                class.traits.extend(used.trait_names.iter().map(|name| self.class_name(name)));
                if let TraitUseSpecification::Concrete(adapted) = &used.specification {
                    class.adapts_traits |= !adapted.adaptations.is_empty();
                }
            }
            ClassLikeMember::Constant(constant) => {
                for item in constant.items.iter() {
                    let value = self.expr(item.value);
                    class.constants.insert(plain(item.name.value).into(), value);
                }
            }
            ClassLikeMember::EnumCase(case) => match &case.item {
                EnumCaseItem::Unit(item) => class.cases.push((plain(item.name.value).into(), None)),
                EnumCaseItem::Backed(item) => {
                    let value = self.expr(item.value);
                    class.cases.push((plain(item.name.value).into(), Some(value)));
                }
            },
            ClassLikeMember::Property(AstProperty::Plain(property)) => {
                let is_static = property.modifiers.iter().any(|modifier| matches!(modifier, Modifier::Static(_)));
                for item in property.items.iter() {
                    let lowered = self.property(item, is_static);
                    class.properties.push(lowered);
                }
            }
            ClassLikeMember::Property(AstProperty::Hooked(property)) => {
                let mut lowered = self.property(&property.item, false);
                lowered.default = Some(self.unsupported("a property hook"));
                class.properties.push(lowered);
            }
            ClassLikeMember::Method(method) => self.method(class, method),
        }
    }

    fn property(&mut self, item: &PropertyItem<'_>, is_static: bool) -> Property {
        match item {
            PropertyItem::Abstract(item) => {
                Property { name: self.plain_variable(&item.variable), default: None, is_static }
            }
            PropertyItem::Concrete(item) => {
                let name = self.plain_variable(&item.variable);
                Property { name, default: Some(self.expr(item.value)), is_static }
            }
        }
    }

    fn method(&mut self, class: &mut Class, method: &Method<'_>) {
        let signature = Signature {
            name: plain(method.name.value).into(),
            line: self.line(method.function.span),
            params: self.params(&method.parameter_list),
            result: method.return_type_hint.as_ref().map_or(Hint::None, |result| match &result.hint {
                AstHint::Nullable(_) => Hint::None,
                other => hint(other),
            }),
            is_static: method.modifiers.iter().any(|modifier| matches!(modifier, Modifier::Static(_))),
        };
        let body = match &method.body {
            MethodBody::Abstract(_) => None,
            MethodBody::Concrete(block) => Some(block),
        };
        let lowered: Function = self.body(signature, body);
        class.methods.insert(lowered.name.to_ascii_lowercase().into(), Arc::new(lowered));
    }
}
