//! Loops and branches, both spellings of each.

use mago_syntax::ast::{
    Expression, For, ForBody, Foreach as AstForeach, ForeachBody, ForeachTarget, If, IfBody, Statement, Switch,
    SwitchBody, SwitchCase, UnaryPrefixOperator, While, WhileBody,
};

use super::{Lowerer, guard};
use crate::php::code::{Block, Foreach, Stmt};

impl Lowerer {
    pub(super) fn control(&mut self, statement: &Statement<'_>, line: u32) -> Stmt {
        match statement {
            Statement::If(branch) => self.branch(branch),
            Statement::Switch(switch) => self.switch(switch),
            Statement::While(repeat) => self.repeat(repeat),
            Statement::For(repeat) => self.counted(repeat),
            Statement::Foreach(each) => self.each(each),
            Statement::DoWhile(repeat) => {
                let body = self.one(repeat.statement);
                Stmt::DoWhile(body, self.expr(repeat.condition))
            }
            _ => Stmt::Unsupported(line, "this statement"),
        }
    }

    fn one(&mut self, statement: &Statement<'_>) -> Block {
        self.stmt(statement).into_iter().collect()
    }

    fn branch(&mut self, branch: &If<'_>) -> Stmt {
        let condition = self.expr(branch.condition);
        let mut arms = Vec::new();
        let last = match &branch.body {
            IfBody::Statement(body) => {
                arms.push((condition, self.one(body.statement)));
                for clause in body.else_if_clauses.iter() {
                    let condition = self.expr(clause.condition);
                    arms.push((condition, self.one(clause.statement)));
                }
                body.else_clause.as_ref().map(|clause| self.one(clause.statement))
            }
            IfBody::ColonDelimited(body) => {
                arms.push((condition, self.block(body.statements.iter())));
                for clause in body.else_if_clauses.iter() {
                    let condition = self.expr(clause.condition);
                    arms.push((condition, self.block(clause.statements.iter())));
                }
                body.else_clause.as_ref().map(|clause| self.block(clause.statements.iter()))
            }
        };
        arms.retain(|(condition, body)| !guard::is_guard_statement(condition, body));
        Stmt::If(arms, last.unwrap_or_default())
    }

    fn switch(&mut self, switch: &Switch<'_>) -> Stmt {
        let subject = self.expr(switch.expression);
        let cases = match &switch.body {
            SwitchBody::BraceDelimited(body) => &body.cases,
            SwitchBody::ColonDelimited(body) => &body.cases,
        };
        let cases = cases
            .iter()
            .map(|case| match case {
                SwitchCase::Expression(case) => {
                    let label = self.expr(case.expression);
                    (Some(label), self.block(case.statements.iter()))
                }
                SwitchCase::Default(case) => (None, self.block(case.statements.iter())),
            })
            .collect();
        Stmt::Switch(subject, cases)
    }

    fn repeat(&mut self, repeat: &While<'_>) -> Stmt {
        let condition = self.expr(repeat.condition);
        let body = match &repeat.body {
            WhileBody::Statement(statement) => self.one(statement),
            WhileBody::ColonDelimited(body) => self.block(body.statements.iter()),
        };
        Stmt::While(condition, body)
    }

    fn counted(&mut self, repeat: &For<'_>) -> Stmt {
        let start = self.exprs(repeat.initializations.iter());
        let conditions = self.exprs(repeat.conditions.iter());
        let steps = self.exprs(repeat.increments.iter());
        let body = match &repeat.body {
            ForBody::Statement(statement) => self.one(statement),
            ForBody::ColonDelimited(body) => self.block(body.statements.iter()),
        };
        Stmt::For(start, conditions, steps, body)
    }

    fn each(&mut self, each: &AstForeach<'_>) -> Stmt {
        let subject = self.expr(each.expression);
        let (key, target) = match &each.target {
            ForeachTarget::Value(target) => (None, target.value),
            ForeachTarget::KeyValue(target) => (Some(self.expr(target.key)), target.value),
        };
        let by_ref = matches!(target, Expression::UnaryPrefix(prefix)
            if matches!(prefix.operator, UnaryPrefixOperator::Reference(_)));
        let value = self.expr(target);
        let body = match &each.body {
            ForeachBody::Statement(statement) => self.one(statement),
            ForeachBody::ColonDelimited(body) => self.block(body.statements.iter()),
        };
        Stmt::Foreach(Box::new(Foreach { subject, key, value, by_ref, body }))
    }
}
