//! Functions, closures and their parameters.

use std::sync::Arc;

use mago_syntax::ast::{ArrowFunction, Block as AstBlock, Closure, Function as AstFunction, FunctionLikeParameterList};

use super::{Lowerer, hint};
use crate::php::code::{Block, Function, Hint, Kind, Name, Param, Stmt};

/// What [`Lowerer::body`] is told about a function.
pub(super) struct Signature {
    pub name: Name,
    pub line: u32,
    pub params: Vec<Param>,
    pub result: Hint,
    pub is_static: bool,
}

impl Lowerer {
    pub(super) fn function(&mut self, function: &AstFunction<'_>) -> Arc<Function> {
        let signature = Signature {
            name: self.declared(function.name.value),
            line: self.line(function.function.span),
            params: self.params(&function.parameter_list),
            result: function.return_type_hint.as_ref().map_or(Hint::None, |result| hint(&result.hint)),
            is_static: false,
        };
        let class = self.class.take();
        let lowered = self.body(signature, Some(&function.body));
        self.class = class;
        Arc::new(lowered)
    }

    /// Lowers a body in its own function context; none means abstract.
    pub(super) fn body(&mut self, signature: Signature, body: Option<&AstBlock<'_>>) -> Function {
        let name = signature.name.clone();
        let (block, generator) =
            self.within(name, |lowerer| body.map(|body| lowerer.block(body.statements.iter())).unwrap_or_default());
        self.finish(signature, block, generator, body.is_none())
    }

    fn within(&mut self, name: Name, lower: impl FnOnce(&mut Self) -> Block) -> (Block, bool) {
        let outer_name = std::mem::replace(&mut self.function, name);
        let outer_yields = std::mem::replace(&mut self.yields, false);
        let block = lower(self);
        self.function = outer_name;
        (block, std::mem::replace(&mut self.yields, outer_yields))
    }

    fn finish(&self, signature: Signature, body: Block, generator: bool, is_abstract: bool) -> Function {
        Function {
            name: signature.name,
            file: self.path.clone(),
            line: signature.line,
            class: self.class.clone(),
            params: signature.params,
            body,
            uses: Vec::new(),
            arrow: false,
            is_static: signature.is_static,
            is_abstract,
            generator,
            result: signature.result,
        }
    }

    pub(super) fn params(&mut self, list: &FunctionLikeParameterList<'_>) -> Vec<Param> {
        list.parameters
            .iter()
            .map(|param| Param {
                name: self.plain_variable(&param.variable),
                default: param.default_value.as_ref().map(|default| self.expr(default.value)),
                by_ref: param.ampersand.is_some(),
                variadic: param.ellipsis.is_some(),
                promoted: !param.modifiers.is_empty(),
                hint: param.hint.as_ref().map_or(Hint::None, hint),
            })
            .collect()
    }

    pub(super) fn closure(&mut self, closure: &Closure<'_>) -> Kind {
        let signature = Signature {
            name: "{closure}".into(),
            line: self.line(closure.function.span),
            params: self.params(&closure.parameter_list),
            result: closure.return_type_hint.as_ref().map_or(Hint::None, |result| hint(&result.hint)),
            is_static: closure.r#static.is_some(),
        };
        let mut function = self.body(signature, Some(&closure.body));
        if let Some(clause) = &closure.use_clause {
            function.uses = clause
                .variables
                .iter()
                .map(|used| (self.plain_variable(&used.variable), used.ampersand.is_some()))
                .collect();
        }
        Kind::Closure(Arc::new(function))
    }

    pub(super) fn arrow(&mut self, arrow: &ArrowFunction<'_>) -> Kind {
        let line = self.line(arrow.r#fn.span);
        let signature = Signature {
            name: "{closure}".into(),
            line,
            params: self.params(&arrow.parameter_list),
            result: arrow.return_type_hint.as_ref().map_or(Hint::None, |result| hint(&result.hint)),
            is_static: arrow.r#static.is_some(),
        };
        let (block, generator) =
            self.within("{closure}".into(), |lowerer| vec![Stmt::Return(line, Some(lowerer.expr(arrow.expression)))]);
        let mut function = self.finish(signature, block, generator, false);
        function.arrow = true;
        Kind::Closure(Arc::new(function))
    }
}
