//! Rows as a method of `$DB` gives them.

use super::asked::{Form, Strict};
use super::find::{Cell, Rows};
use super::{Done, ROWS, listed};
use crate::php::eval::{Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, Value};

pub(super) fn give(eval: &mut Eval<'_>, form: Form, strict: Strict, found: Rows, construct: &str) -> Done {
    let count = found.rows.len();
    match (form, strict) {
        (Form::Exists, _) => return Ok(Value::Bool(count > 0)),
        (Form::Record | Form::Field, Strict::MustExist) if count != 1 => {
            let why = if count == 0 { "no row is found" } else { "several rows are found" };
            return Err(eval.fails(construct, why));
        }
        (Form::Record | Form::Field, _) if count == 0 => return Ok(Value::Bool(false)),
        // A query for one row or value may find more of them, in an order of the database's own.
        (Form::Record | Form::Field, _) if count > 1 && !found.is_ordered => {
            let why = "which of several rows is the first depends on the database";
            return Err(Raise::Unknown(eval.problem(construct, Reason::Query(why.into()))));
        }
        _ => {}
    }
    let rows = values(eval, found.rows, construct)?;
    let first = |row: &[Value], at: usize| row.get(at).cloned().unwrap_or(Value::Null);
    match form {
        Form::Count => {
            let counted = rows.first().map_or(Value::Null, |row| first(row, 0));
            Ok(counted.to_int().map_or(counted, Value::Int))
        }
        Form::Field => Ok(rows.first().map_or(Value::Bool(false), |row| first(row, 0))),
        Form::Fieldset => Ok(Value::Array(listed(rows.iter().map(|row| first(row, 0))))),
        Form::Menu => {
            let mut pairs = Array::new();
            for row in &rows {
                pairs.insert(key(first(row, 0))?, first(row, 1));
            }
            Ok(Value::Array(pairs))
        }
        Form::Record | Form::Records | Form::Recordset => {
            if found.names.iter().any(String::is_empty) {
                return Err(Raise::Unknown(eval.problem(construct, Reason::Query("a column has no name".into()))));
            }
            let mut objects = Array::new();
            for (at, row) in rows.into_iter().enumerate() {
                let by = first(&row, 0);
                let object = found.names.iter().map(|name| name.as_str().into()).zip(row).collect();
                let object = eval.plain_object(object);
                match form {
                    Form::Record => return Ok(object),
                    // A set may hold the same twice; whoever goes through it seldom wants to know the key.
                    Form::Recordset => objects.insert(Key::Int(i64::try_from(at).unwrap_or(i64::MAX)), object),
                    _ => objects.insert(key(by)?, object),
                }
            }
            match form {
                Form::Recordset => Ok(eval.native_object("moodle_recordset", &[(ROWS, Value::Array(objects))])),
                _ => Ok(Value::Array(objects)),
            }
        }
        Form::Exists => Ok(Value::Bool(count > 0)),
    }
}

fn values(eval: &mut Eval<'_>, rows: Vec<Vec<Option<Cell>>>, construct: &str) -> Result<Vec<Vec<Value>>, Raise> {
    let mut all = Vec::new();
    for row in rows {
        let bytes = |cell: &Option<Cell>| match cell {
            Some(Cell::Text(text)) => text.len(),
            _ => 0,
        };
        eval.charge_bytes(row.iter().map(|cell| 96 + bytes(cell)).sum::<usize>() + 128)?;
        let value = |cell| match cell {
            Some(Cell::Text(text)) => Value::text(text),
            Some(Cell::Number(number)) => Value::Int(number),
            Some(Cell::Null) => Value::Null,
            None => {
                let why = Reason::Query("a column that may hold a secret is not read".into());
                Value::Unknown(eval.problem(construct, why))
            }
        };
        all.push(row.into_iter().map(value).collect());
    }
    Ok(all)
}

/// The key that an array has for a value of a column.
fn key(value: Value) -> Result<Key, Raise> {
    Ok(match value.known()? {
        Value::Int(number) => Key::Int(number),
        value => Key::from_text(value.to_text().unwrap_or_default()),
    })
}
