//! Expressions that evaluate only some of their parts.

use std::sync::Arc;

use super::{Eval, Eved, Raise};
use crate::php::code::{Expr, MatchArm};
use crate::php::problem::Problem;
use crate::php::value::Value;

impl Eval<'_> {
    pub(super) fn and(&mut self, left: &Expr, right: &Expr) -> Eved {
        match self.truth(left)? {
            Ok(false) => Ok(Value::Bool(false)),
            Ok(true) => Ok(Value::Bool(self.truth(right)??)),
            Err(why) => self.either(&why, right, false),
        }
    }

    pub(super) fn or(&mut self, left: &Expr, right: &Expr) -> Eved {
        match self.truth(left)? {
            Ok(true) => Ok(Value::Bool(true)),
            Ok(false) => Ok(Value::Bool(self.truth(right)??)),
            Err(why) => self.either(&why, right, true),
        }
    }

    /// `unknown && right`, `unknown || right`: known where the right side alone decides.
    pub(super) fn either(&mut self, why: &Arc<Problem>, right: &Expr, short: bool) -> Eved {
        self.split_values(why, 2, |eval, arm| {
            if arm == 0 {
                return Ok(Value::Bool(short));
            }
            Ok(match eval.truth(right)? {
                Ok(truth) => Value::Bool(truth),
                Err(problem) => Value::Unknown(problem),
            })
        })
    }

    pub(super) fn ternary(&mut self, condition: &Expr, then: Option<&Expr>, other: &Expr) -> Eved {
        let value = self.eval(condition)?;
        match (value.truth(), then) {
            (Ok(true), None) => Ok(value),
            (Ok(true), Some(then)) => self.eval(then),
            (Ok(false), _) => self.eval(other),
            (Err(why), then) => self.split_values(&why, 2, |eval, arm| match (arm, then) {
                (0, None) => Ok(value.clone()),
                (0, Some(then)) => eval.eval(then),
                _ => eval.eval(other),
            }),
        }
    }

    pub(super) fn isset(&mut self, list: &[Expr]) -> Eved {
        let mut doubt = None;
        for expr in list {
            match self.is_set(expr)? {
                Ok(true) => {}
                Ok(false) => return Ok(Value::Bool(false)),
                Err(problem) => doubt = Some(problem),
            }
        }
        match doubt {
            Some(problem) => Err(Raise::Unknown(problem)),
            None => Ok(Value::Bool(true)),
        }
    }

    pub(super) fn matched(&mut self, subject: &Value, arms: &[MatchArm], from: usize) -> Eved {
        for (index, arm) in arms.iter().enumerate().skip(from).filter(|(_, arm)| !arm.default) {
            let mut doubt = None;
            for condition in &arm.conditions {
                let condition = self.eval(condition)?;
                match self.identical(subject, &condition) {
                    Ok(true) => return self.eval(&arm.value),
                    Ok(false) => {}
                    Err(problem) => doubt = Some(problem),
                }
            }
            if let Some(why) = doubt {
                return self.split_values(&why, 2, |eval, side| match side {
                    0 => eval.eval(&arm.value),
                    _ => eval.matched(subject, arms, index + 1),
                });
            }
        }
        match arms.iter().find(|arm| arm.default) {
            Some(arm) => self.eval(&arm.value),
            None => Err(self.fails("match", "no arm takes the value")),
        }
    }
}
