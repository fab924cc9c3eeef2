//! Which names a list of statements declares: for its function, and for its block.

use oxc::ast::ast::{
    BindingPattern, Declaration, ForStatementInit, ForStatementLeft, Function, Statement, VariableDeclaration,
    VariableDeclarationKind,
};

/// The `var`-like names of one function body (or of a script).
#[derive(Default)]
pub(super) struct Vars<'a> {
    pub names: Vec<&'a str>,
    /// A name whose binding depends on rules of old browsers (ECMA-262 annex B.3) in a way
    /// that is not followed here: a function in a block, or a `var`, that meets another
    /// declaration of its name on the way out.
    pub unclear: bool,
    /// Lexical names of the blocks around, outermost first.
    around: Vec<Vec<&'a str>>,
    strict: bool,
}

impl<'a> Vars<'a> {
    /// Of a whole body; nested functions keep theirs. `strict`: functions in blocks stay there.
    pub fn of(body: &[Statement<'a>], strict: bool) -> Self {
        let mut vars = Self { strict, ..Self::default() };
        for statement in body {
            if let Some(function) = declared_function(statement) {
                vars.names.extend(function.id.as_ref().map(|id| id.name.as_str()));
            }
        }
        let mut lexical = Vec::new();
        lexical_names(body, &mut lexical, |_| false);
        vars.around.push(lexical);
        for statement in body {
            if declared_function(statement).is_none() {
                vars.statement(statement);
            }
        }
        vars
    }

    fn block(&mut self, body: &[Statement<'a>]) {
        // Functions of this block are outside of its own lexical names: they are looked for in
        // the blocks around. Two declarations of one name in one block do not parse.
        for statement in body {
            if let Some(function) = declared_function(statement) {
                self.block_function(function);
            }
        }
        let mut lexical = Vec::new();
        lexical_names(body, &mut lexical, |_| false);
        self.around.push(lexical);
        for statement in body {
            if declared_function(statement).is_none() {
                self.statement(statement);
            }
        }
        self.around.pop();
    }

    fn statement(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::VariableDeclaration(it) => self.declaration(it),
            Statement::ExportDeclaration(it) => {
                if let Declaration::VariableDeclaration(it) = &it.declaration {
                    self.declaration(it);
                }
            }
            Statement::BlockStatement(it) => self.block(&it.body),
            Statement::IfStatement(it) => {
                self.nested(&it.consequent);
                if let Some(other) = &it.alternate {
                    self.nested(other);
                }
            }
            Statement::DoWhileStatement(it) => self.nested(&it.body),
            Statement::WhileStatement(it) => self.nested(&it.body),
            Statement::WithStatement(it) => self.nested(&it.body),
            Statement::LabeledStatement(it) => self.nested(&it.body),
            Statement::ForStatement(it) => {
                let head = match &it.init {
                    Some(ForStatementInit::VariableDeclaration(head)) => Some(&**head),
                    _ => None,
                };
                self.in_loop(head, &it.body);
            }
            Statement::ForInStatement(it) => self.in_loop(head_of(&it.left), &it.body),
            Statement::ForOfStatement(it) => self.in_loop(head_of(&it.left), &it.body),
            Statement::SwitchStatement(it) => {
                let mut lexical = Vec::new();
                for case in &it.cases {
                    for statement in &case.consequent {
                        if let Some(function) = declared_function(statement) {
                            self.block_function(function);
                        }
                    }
                    lexical_names(&case.consequent, &mut lexical, |_| false);
                }
                self.around.push(lexical);
                for statement in it.cases.iter().flat_map(|case| &case.consequent) {
                    if declared_function(statement).is_none() {
                        self.statement(statement);
                    }
                }
                self.around.pop();
            }
            Statement::TryStatement(it) => {
                self.block(&it.block.body);
                if let Some(handler) = &it.handler {
                    let mut names = Vec::new();
                    if let Some(param) = &handler.param {
                        names_of(&param.pattern, &mut names);
                    }
                    self.around.push(names);
                    self.block(&handler.body.body);
                    self.around.pop();
                }
                if let Some(finalizer) = &it.finalizer {
                    self.block(&finalizer.body);
                }
            }
            _ => {}
        }
    }

    /// The body of an `if`, a loop or a label: a function there counts as one in a block.
    fn nested(&mut self, statement: &Statement<'a>) {
        match declared_function(statement) {
            Some(function) => self.block_function(function),
            None => self.statement(statement),
        }
    }

    fn in_loop(&mut self, head: Option<&VariableDeclaration<'a>>, body: &Statement<'a>) {
        let mut lexical = Vec::new();
        if let Some(head) = head {
            if is_lexical(head.kind) {
                declared_names(head, &mut lexical);
            } else {
                self.declaration(head);
            }
        }
        self.around.push(lexical);
        self.nested(body);
        self.around.pop();
    }

    fn declaration(&mut self, it: &VariableDeclaration<'a>) {
        if !is_lexical(it.kind) {
            let from = self.names.len();
            declared_names(it, &mut self.names);
            // Only a catch parameter may share a name with a `var` inside: the initial value
            // goes to the parameter, the declaration to the function.
            self.unclear |= self.names[from..].iter().any(|name| self.meets(name));
        }
    }

    /// Annex B.3.2: in sloppy code a plain function in a block is also a `var` of its function.
    fn block_function(&mut self, function: &Function<'a>) {
        if let Some(id) = &function.id
            && hoists(function, self.strict)
        {
            self.unclear |= self.meets(id.name.as_str());
            self.names.push(id.name.as_str());
        }
    }

    fn meets(&self, name: &str) -> bool {
        self.around.iter().any(|names| names.contains(&name))
    }
}

/// Whether a function declared in a block is a `var` of the function around as well.
pub(super) fn hoists(function: &Function<'_>, strict: bool) -> bool {
    !strict && !function.r#async && !function.generator
}

/// Names that live in the block: `let`, `const`, classes, and the functions that `also` takes.
pub(super) fn lexical_names<'a>(
    body: &[Statement<'a>],
    names: &mut Vec<&'a str>,
    also: impl Fn(&Function<'a>) -> bool,
) {
    for statement in body {
        match statement {
            Statement::VariableDeclaration(it) if is_lexical(it.kind) => declared_names(it, names),
            Statement::ClassDeclaration(it) => {
                names.extend(it.id.as_ref().map(|id| id.name.as_str()));
            }
            _ => {
                if let Some(function) = declared_function(statement)
                    && let Some(id) = &function.id
                    && also(function)
                {
                    names.push(id.name.as_str());
                }
            }
        }
    }
}

/// `function f() {}`, with or without labels.
pub(super) fn declared_function<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Function<'a>> {
    match statement {
        Statement::FunctionDeclaration(function) => Some(function),
        Statement::LabeledStatement(it) => declared_function(&it.body),
        _ => None,
    }
}

/// Whether a statement declares something in the block that holds it.
pub(super) fn belongs_to_block(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::VariableDeclaration(it) => is_lexical(it.kind),
        Statement::ClassDeclaration(_) => true,
        _ => declared_function(statement).is_some(),
    }
}

pub(super) fn is_lexical(kind: VariableDeclarationKind) -> bool {
    kind != VariableDeclarationKind::Var
}

pub(super) fn declared_names<'a>(it: &VariableDeclaration<'a>, names: &mut Vec<&'a str>) {
    for declarator in &it.declarations {
        names_of(&declarator.id, names);
    }
}

pub(super) fn names_of<'a>(pattern: &BindingPattern<'a>, names: &mut Vec<&'a str>) {
    names.extend(pattern.get_binding_identifiers().iter().map(|id| id.name.as_str()));
}

/// The declaration in the head of a `for … in` or `for … of`.
pub(super) fn head_of<'s, 'a>(left: &'s ForStatementLeft<'a>) -> Option<&'s VariableDeclaration<'a>> {
    match left {
        ForStatementLeft::VariableDeclaration(head) => Some(head),
        _ => None,
    }
}
