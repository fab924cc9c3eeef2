//! The literal assignments `$CFG->name = …;` of `lib/setup.php`, such as `$CFG->yui3version`.
//!
//! That file starts Moodle and cannot be evaluated; but what it assigns as a literal, it assigns
//! always. A name that is assigned twice with different values is unknown.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::code::{Block, Expr, Kind, Member, Stmt};
use super::deep::deep;
use super::error::PhpError;
use super::lower;
use super::problem::{Problem, Reason};
use super::reading::Reading;
use super::value::{Value, identical};

/// The literals that `lib/setup.php` assigns to `$CFG`.
#[derive(Debug, Clone, Default)]
pub struct SetupPhp {
    values: BTreeMap<String, Value>,
}

impl SetupPhp {
    /// A literal as text.
    pub fn text(&self, name: &str) -> Reading<String> {
        match self.values.get(name) {
            None => Reading::Unset,
            Some(Value::Unknown(problem)) => Reading::Unknown(problem.clone()),
            Some(value) => value.to_text().map_or(Reading::Unset, |text| Reading::Known(text.lossy().into_owned())),
        }
    }
}

/// Reads the file.
///
/// # Errors
/// [`PhpError`] where it cannot be read. A file that does not parse assigns nothing.
pub fn read(path: &Utf8Path) -> Result<SetupPhp, PhpError> {
    let source = std::fs::read(path).map_err(|source| PhpError::Read { path: path.to_owned(), source })?;
    crate::inputs::trace::content(path, &source);
    deep(|| collect(path, &source)).ok_or_else(|| PhpError::Thread { path: path.to_owned() })
}

fn collect(path: &Utf8Path, source: &[u8]) -> SetupPhp {
    let name = path.as_str().into();
    let mut setup = SetupPhp::default();
    if let Ok(file) = lower::lower(&name, source) {
        walk(&file.body, &name, &mut setup.values);
    }
    setup
}

fn walk(block: &Block, file: &std::sync::Arc<str>, values: &mut BTreeMap<String, Value>) {
    for stmt in block {
        match stmt {
            Stmt::Expr(expr) => assignment(expr, file, values),
            Stmt::Block(inner) => walk(inner, file, values),
            Stmt::If(arms, last) => {
                arms.iter().for_each(|(_, body)| walk(body, file, values));
                walk(last, file, values);
            }
            _ => {}
        }
    }
}

fn assignment(expr: &Expr, file: &std::sync::Arc<str>, values: &mut BTreeMap<String, Value>) {
    let Kind::Assign(target, value) = &expr.kind else { return };
    let Kind::Prop(object, Member::Fixed(name), _) = &target.kind else { return };
    if !matches!(&object.kind, Kind::Var(variable) if &**variable == "CFG") {
        return;
    }
    let Kind::Value(value) = &value.kind else { return };
    let clash = values.get(&**name).is_some_and(|before| !identical(before, value).unwrap_or(false));
    let value = match clash {
        false => value.clone(),
        true => Value::Unknown(
            Problem {
                file: file.clone(),
                line: expr.line,
                construct: format!("$CFG->{name}"),
                reason: Reason::Unsupported,
            }
            .into(),
        ),
    };
    values.insert(name.to_string(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(source: &str) -> SetupPhp {
        deep(|| collect(Utf8Path::new("/m/lib/setup.php"), source.as_bytes())).unwrap()
    }

    #[test]
    fn literals_are_found_among_code_that_is_not_understood() {
        let setup = setup(
            "<?php if (foo()) { eval($x); } $CFG->yui2version = '2.9.0'; goto_moon(); $CFG->yui3version = '3.18.1';",
        );
        assert_eq!(setup.text("yui3version"), Reading::Known("3.18.1".into()));
        assert_eq!(setup.text("yui2version"), Reading::Known("2.9.0".into()));
        assert_eq!(setup.text("yuipatchlevel"), Reading::Unset);
    }

    #[test]
    fn two_different_values_are_unknown() {
        let setup = setup("<?php if ($a) { $CFG->x = 1; } else { $CFG->x = 2; } $CFG->y = 3; $CFG->y = 3;");
        assert!(setup.text("x").problem().is_some());
        assert_eq!(setup.text("y"), Reading::Known("3".into()));
    }
}
