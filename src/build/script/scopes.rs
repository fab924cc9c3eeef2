//! Brings a syntax tree to a form that two scripts of one meaning share: each local name
//! becomes its number, in the order of declaration; names of the global scope stay.
//!
//! This is an own reading of ECMA-262's scope rules, independent of the mangler's, because
//! it is what the mangler's work is checked with. Where those rules are subtle (annex B.3, parameter
//! expressions beside `var`s of the same name) it does not guess but says that it is unclear.

use std::collections::HashMap;

use oxc::allocator::Allocator;
use oxc::ast::ast::*;
use oxc::ast_visit::{VisitJsMut, walk_js_mut};
use oxc::syntax::scope::ScopeFlags;

use super::vars::{self, Vars};

/// What the comparison needs beside the changed tree.
pub(super) struct Canonical<'a> {
    /// Names that can be seen at run time (`f.name`), in the order of the text.
    pub visible_names: Vec<&'a str>,
    /// The scope rules were not followed to the end: nothing is shown.
    pub unclear: bool,
}

/// Changes the names of `program`.
pub(super) fn canonical<'a>(allocator: &'a Allocator, program: &mut Program<'a>) -> Canonical<'a> {
    let mut walker = Walker {
        allocator,
        strict: program.source_type.is_strict() || program.has_use_strict_directive(),
        scopes: Vec::new(),
        bindings: HashMap::new(),
        next: 0,
        found: Canonical { visible_names: Vec::new(), unclear: false },
    };
    walker.found.unclear = Vars::of(&program.body, walker.strict).unclear;
    walker.visit_program(program);
    walker.found
}

struct Walker<'a> {
    allocator: &'a Allocator,
    strict: bool,
    /// The names that each open scope declares, innermost last.
    scopes: Vec<Vec<&'a str>>,
    /// What a name stands for at this place: the last of its list.
    bindings: HashMap<&'a str, Vec<Ident<'a>>>,
    next: u32,
    found: Canonical<'a>,
}

impl<'a> Walker<'a> {
    fn open(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.scopes.push(Vec::new());
        for name in names {
            self.declare(name);
        }
    }

    /// In the innermost scope; a second declaration of the same name there is the same thing.
    fn declare(&mut self, name: &'a str) {
        let Some(scope) = self.scopes.last_mut() else {
            return;
        };
        if scope.contains(&name) {
            return;
        }
        scope.push(name);
        self.next += 1;
        // `var arguments` is still the arguments object: a special name, never another.
        let number = match name {
            "arguments" => Ident::from(name),
            _ => Ident::from(self.allocator.alloc_str(&format!("\u{1}{}", self.next))),
        };
        self.bindings.entry(name).or_default().push(number);
    }

    fn close(&mut self) {
        for name in self.scopes.pop().unwrap_or_default() {
            if let Some(stack) = self.bindings.get_mut(name) {
                stack.pop();
            }
        }
    }

    fn resolve(&self, name: &mut Ident<'a>) {
        if let Some(number) = self.bindings.get(name.as_str()).and_then(|stack| stack.last()) {
            *name = *number;
        }
    }

    /// A function's two scopes: parameters, and the body within.
    fn parameters_and_body(
        &mut self,
        params: &mut FormalParameters<'a>,
        strict: bool,
        body: Option<&mut FunctionBody<'a>>,
    ) {
        let mut names = Vec::new();
        let mut simple = true;
        for param in &params.items {
            vars::names_of(&param.pattern, &mut names);
            simple &= param.pattern.is_binding_identifier() && param.initializer.is_none();
        }
        if let Some(rest) = &params.rest {
            vars::names_of(&rest.rest.argument, &mut names);
            simple &= rest.rest.argument.is_binding_identifier();
        }
        self.open(names.iter().copied());
        self.visit_formal_parameters(params);
        if let Some(body) = body {
            let vars = Vars::of(&body.statements, strict);
            // Plain parameters and `var`s of a name are one; else the body's is its own, with
            // the parameter's value to begin with.
            let shared = |name: &&'a str| names.contains(name);
            self.found.unclear |= vars.unclear || (!simple && vars.names.iter().any(shared));
            self.open(vars.names.iter().copied().filter(|name| !shared(name)));
            let mut lexical = Vec::new();
            vars::lexical_names(&body.statements, &mut lexical, |_| false);
            for name in lexical {
                self.declare(name);
            }
            self.visit_function_body(body);
            self.close();
        }
        self.close();
    }

    fn open_block(&mut self, statements: &[&[Statement<'a>]]) {
        let mut names = Vec::new();
        let strict = self.strict;
        for list in statements {
            // Those that hoist are found where they hoist to.
            vars::lexical_names(list, &mut names, |function| !vars::hoists(function, strict));
        }
        self.open(names);
    }

    fn open_loop(&mut self, head: Option<&VariableDeclaration<'a>>) {
        let mut names = Vec::new();
        if let Some(head) = head.filter(|head| vars::is_lexical(head.kind)) {
            vars::declared_names(head, &mut names);
        }
        self.open(names);
    }

    /// ECMA-262 NamedEvaluation: a nameless function takes the name of what it is assigned to.
    fn gives_name(&mut self, name: &Ident<'a>, value: &Expression<'a>) {
        let nameless = match value {
            Expression::FunctionExpression(it) => it.id.is_none(),
            Expression::ClassExpression(it) => it.id.is_none(),
            Expression::ArrowFunctionExpression(_) => true,
            _ => false,
        };
        if nameless {
            self.found.visible_names.push(name.as_str());
        }
    }
}

impl<'a> VisitJsMut<'a> for Walker<'a> {
    fn visit_identifier_reference(&mut self, it: &mut IdentifierReference<'a>) {
        self.resolve(&mut it.name);
    }

    fn visit_binding_identifier(&mut self, it: &mut BindingIdentifier<'a>) {
        self.resolve(&mut it.name);
    }

    fn visit_function(&mut self, it: &mut Function<'a>, _flags: ScopeFlags) {
        if let Some(id) = &it.id {
            self.found.visible_names.push(id.name.as_str());
        }
        // A declaration's name belongs to the scope around, an expression's to its own.
        let own = it.is_expression().then(|| it.id.as_ref().map(|id| id.name.as_str())).flatten();
        self.open(own);
        if let Some(id) = &mut it.id {
            self.visit_binding_identifier(id);
        }
        let outside = self.strict;
        self.strict |= it.has_use_strict_directive();
        let strict = self.strict;
        self.parameters_and_body(&mut it.params, strict, it.body.as_deref_mut());
        self.strict = outside;
        self.close();
    }

    fn visit_arrow_function_expression(&mut self, it: &mut ArrowFunctionExpression<'a>) {
        let outside = self.strict;
        self.strict |= it.has_use_strict_directive();
        let strict = self.strict;
        match &mut it.body {
            ArrowFunctionBody::FunctionBody(body) => {
                self.parameters_and_body(&mut it.params, strict, Some(body));
            }
            value => {
                // One scope is enough: an expression declares nothing.
                let mut names = Vec::new();
                for param in &it.params.items {
                    vars::names_of(&param.pattern, &mut names);
                }
                if let Some(rest) = &it.params.rest {
                    vars::names_of(&rest.rest.argument, &mut names);
                }
                self.open(names);
                self.visit_formal_parameters(&mut it.params);
                self.visit_arrow_function_body(value);
                self.close();
            }
        }
        self.strict = outside;
    }

    fn visit_class(&mut self, it: &mut Class<'a>) {
        if let Some(id) = &it.id {
            self.found.visible_names.push(id.name.as_str());
        }
        let own = it.is_expression().then(|| it.id.as_ref().map(|id| id.name.as_str())).flatten();
        self.open(own);
        let outside = std::mem::replace(&mut self.strict, true);
        walk_js_mut::walk_class(self, it);
        self.strict = outside;
        self.close();
    }

    fn visit_static_block(&mut self, it: &mut StaticBlock<'a>) {
        let vars = Vars::of(&it.body, true);
        self.found.unclear |= vars.unclear;
        self.open(vars.names);
        let mut lexical = Vec::new();
        vars::lexical_names(&it.body, &mut lexical, |_| false);
        for name in lexical {
            self.declare(name);
        }
        walk_js_mut::walk_static_block(self, it);
        self.close();
    }

    fn visit_block_statement(&mut self, it: &mut BlockStatement<'a>) {
        self.open_block(&[&it.body]);
        walk_js_mut::walk_block_statement(self, it);
        self.close();
    }

    fn visit_switch_statement(&mut self, it: &mut SwitchStatement<'a>) {
        self.visit_expression(&mut it.discriminant);
        let lists: Vec<&[Statement<'a>]> = it.cases.iter().map(|case| &case.consequent[..]).collect();
        self.open_block(&lists);
        self.visit_switch_cases(&mut it.cases);
        self.close();
    }

    fn visit_for_statement(&mut self, it: &mut ForStatement<'a>) {
        let head = match &it.init {
            Some(ForStatementInit::VariableDeclaration(head)) => Some(&**head),
            _ => None,
        };
        self.open_loop(head);
        walk_js_mut::walk_for_statement(self, it);
        self.close();
    }

    fn visit_for_in_statement(&mut self, it: &mut ForInStatement<'a>) {
        self.open_loop(vars::head_of(&it.left));
        walk_js_mut::walk_for_in_statement(self, it);
        self.close();
    }

    fn visit_for_of_statement(&mut self, it: &mut ForOfStatement<'a>) {
        self.open_loop(vars::head_of(&it.left));
        walk_js_mut::walk_for_of_statement(self, it);
        self.close();
    }

    fn visit_catch_clause(&mut self, it: &mut CatchClause<'a>) {
        let mut names = Vec::new();
        if let Some(param) = &it.param {
            vars::names_of(&param.pattern, &mut names);
        }
        self.open(names);
        walk_js_mut::walk_catch_clause(self, it);
        self.close();
    }

    fn visit_variable_declarator(&mut self, it: &mut VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(value)) = (&it.id, &it.init) {
            self.gives_name(&id.name, value);
        }
        walk_js_mut::walk_variable_declarator(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &mut FormalParameter<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(value)) = (&it.pattern, &it.initializer) {
            self.gives_name(&id.name, value);
        }
        walk_js_mut::walk_formal_parameter(self, it);
    }

    fn visit_assignment_pattern(&mut self, it: &mut AssignmentPattern<'a>) {
        if let BindingPattern::BindingIdentifier(id) = &it.left {
            self.gives_name(&id.name, &it.right);
        }
        walk_js_mut::walk_assignment_pattern(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &mut AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.left {
            self.gives_name(&id.name, &it.right);
        }
        walk_js_mut::walk_assignment_expression(self, it);
    }

    fn visit_assignment_target_with_default(&mut self, it: &mut AssignmentTargetWithDefault<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.binding {
            self.gives_name(&id.name, &it.init);
        }
        walk_js_mut::walk_assignment_target_with_default(self, it);
    }
}
