//! `$DB`: reading the rows of tables that the theme or a parent of it declares in its `db/install.xml`.
//!
//! 1. [`asked`]: a method and its arguments become one [`Select`];
//! 2. [`parse`]: so do `SELECT` statements and parts of them, as far as they are simple ([`lex`] makes tokens of them);
//! 3. [`find`]: runs it over the table's rows as the host gives them, so that no theme's text ever reaches a database;
//! 4. [`give`]: the rows as the method gives them: objects, one object, one value, pairs.
//!
//! What depends on how a database collates texts is unknown, and so is everything that writes.

use super::{Done, Moodle};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, ObjectId, Value};

mod asked;
mod find;
mod give;
mod lex;
mod list;
mod parse;
mod select;

#[cfg(test)]
mod tests;

use select::Select;

/// The property of a record set that holds its rows; no column can be called so.
const ROWS: &str = "\0rows";

impl Moodle<'_> {
    pub(super) fn database_method(&self, eval: &mut Eval<'_>, method: &str, args: &mut Args) -> Option<Done> {
        match method {
            "get_manager" => Some(Ok(eval.native_object("database_manager", &[]))),
            "get_in_or_equal" => Some(self.in_or_equal(eval, args)),
            // With one argument, both families of databases compare the column as it is.
            "sql_compare_text" if args.len() == 1 => Some(Ok(args.value(0))),
            _ => {
                let (form, source) = asked::method(method)?;
                Some(self.records(eval, method, form, source, args))
            }
        }
    }

    fn records(
        &self,
        eval: &mut Eval<'_>,
        method: &str,
        form: asked::Form,
        source: asked::Source,
        args: &Args,
    ) -> Done {
        let asked = asked::asked(eval, form, source, args)?;
        let construct = || format!("$DB->{method}() of the table {}", asked.select.table);
        let table = match self.rows_of(eval, &asked.select, &construct())? {
            Some(table) => table,
            None => return Err(eval.fails(construct(), "there is no such table")),
        };
        eval.charge(table.rows.len() + 1)?;
        let found = find::find(&table, &asked.select);
        let found = found.map_err(|why| Raise::Unknown(eval.problem(construct(), Reason::Query(why.into()))))?;
        give::give(eval, form, asked.strict, found, &construct())
    }

    fn rows_of(
        &self,
        eval: &mut Eval<'_>,
        select: &Select,
        construct: &str,
    ) -> Result<Option<std::sync::Arc<crate::php::host::Table>>, Raise> {
        self.notes.table(&select.table);
        match self.host.table(&select.table) {
            Ok(table) => Ok(table),
            Err(reason) => Err(Raise::Unknown(eval.problem(construct, reason))),
        }
    }

    pub(super) fn manager_method(&self, eval: &mut Eval<'_>, method: &str, args: &mut Args) -> Option<Done> {
        if method != "table_exists" {
            return None;
        }
        let Value::Str(name) = args.value(0) else { return None };
        let name = name.lossy().into_owned();
        self.notes.table(&name);
        Some(Ok(match self.host.table(&name) {
            Ok(table) => Value::Bool(table.is_some()),
            Err(reason) => eval.unknown(format!("table_exists('{name}')"), reason),
        }))
    }

    pub(super) fn recordset_method(&self, eval: &mut Eval<'_>, object: ObjectId, method: &str) -> Option<Done> {
        match method {
            "close" => Some(Ok(Value::Null)),
            // Before the first step; whoever steps by hand is not known to be anywhere.
            "valid" => match eval.held_property(object, ROWS) {
                Value::Array(rows) => Some(Ok(Value::Bool(!rows.is_empty()))),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn recordset_rows(&self, eval: &Eval<'_>, object: ObjectId) -> Option<Vec<(String, Value)>> {
        let Value::Array(rows) = eval.held_property(object, ROWS) else { return None };
        let name = |key: &Key| crate::php::builtins::key_text(key).lossy().into_owned();
        Some(rows.iter().map(|(key, row)| (name(key), row.clone())).collect())
    }

    fn in_or_equal(&self, eval: &mut Eval<'_>, args: &Args) -> Done {
        list::in_or_equal(eval, args, || {
            self.numbered.set(self.numbered.get() + 1);
            self.numbered.get()
        })
    }
}

/// An array of values.
fn listed(values: impl IntoIterator<Item = Value>) -> Array {
    values.into_iter().collect()
}
