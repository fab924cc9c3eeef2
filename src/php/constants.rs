//! The constants that a library file defines as literals, such as `define('FEATURE_GROUPS', 'groups');` in
//! `lib/moodlelib.php`.
//!
//! Such a file cannot be evaluated, but what it defines as a literal at its outermost level, it defines always. A
//! name that is defined twice is left out.

use super::code::{Arg, Block, Expr, Kind, Stmt};
use super::deep::deep;
use super::lower;
use super::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Reads the constants of a source; none from one that does not parse.
pub fn read(source: &[u8]) -> BTreeMap<String, Value> {
    deep(|| {
        let mut found = Found::default();
        if let Ok(file) = lower::lower(&"".into(), source) {
            found.walk(&file.body);
        }
        found.twice.iter().for_each(|name| drop(found.values.remove(name)));
        found.values
    })
    .unwrap_or_default()
}

#[derive(Default)]
struct Found {
    values: BTreeMap<String, Value>,
    twice: BTreeSet<String>,
}

impl Found {
    fn walk(&mut self, block: &Block) {
        for stmt in block {
            match stmt {
                Stmt::Expr(expr) => self.definition(expr),
                Stmt::Block(inner) => self.walk(inner),
                _ => {}
            }
        }
    }

    fn definition(&mut self, expr: &Expr) {
        let Kind::Call(name, _, args) = &expr.kind else { return };
        let ("define", [name, value, ..]) = (&**name, &args[..]) else { return };
        if let (Some(Value::Str(name)), Some(value)) = (literal(name), literal(value)) {
            let name = name.lossy().into_owned();
            if self.values.insert(name.clone(), value.clone()).is_some() {
                self.twice.insert(name);
            }
        }
    }
}

fn literal(arg: &Arg) -> Option<&Value> {
    match &arg.value.kind {
        Kind::Value(value) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_definitions_are_found_and_others_passed_over() {
        let source = b"<?php defined('M') || die(); define('A', 'a'); define(\"B\", 2); define('C', f()); goto_moon();
            define('D', 1); define('D', 2); if (x()) { define('E', 1); } function g() { define('F', 1); }";
        let found = read(source);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(found["A"].as_text().map(|text| text.lossy().into_owned()).as_deref(), Some("a"));
    }
}
