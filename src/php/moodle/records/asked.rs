//! From a method of `$DB` and its arguments to a [`Select`].
//!
//! Methods are called `{form}{source}`: `get_records` + `_select`. Arguments: the table; the column where one value is
//! wanted; conditions, or a field with values, or a condition with parameters, or (instead of all of these) a query with
//! parameters; then what the form wants.

use super::parse::{self, Params};
use super::select::{Literal, Operand, Select, Sign, Test, What};
use crate::php::builtins::key_text;
use crate::php::eval::{Args, Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Key, Value};

/// How the rows are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Objects by their first column.
    Records,
    /// The second column by the first.
    Menu,
    /// Something to go through.
    Recordset,
    /// One object.
    Record,
    /// One value.
    Field,
    /// The values of one column.
    Fieldset,
    /// How many there are.
    Count,
    /// Whether there is one.
    Exists,
}

/// What says which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// An array of columns and values.
    Conditions,
    /// A column and its values.
    List,
    /// A condition.
    Select,
    /// A whole query.
    Sql,
}

/// A select, and what the method does where it finds none, or several.
#[derive(Debug)]
pub(super) struct Asked {
    pub select: Select,
    pub strict: Strict,
}

/// The methods' `$strictness`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strict {
    Lenient,
    MustExist,
}

/// Which method that is; none for those that write, and others.
pub(super) fn method(name: &str) -> Option<(Form, Source)> {
    const FORMS: [(&str, Form); 7] = [
        ("get_recordset", Form::Recordset),
        ("get_records", Form::Records),
        ("get_record", Form::Record),
        ("get_fieldset", Form::Fieldset),
        ("get_field", Form::Field),
        ("count_records", Form::Count),
        ("record_exists", Form::Exists),
    ];
    let (form, source) = FORMS.iter().find_map(|(start, form)| Some((*form, name.strip_prefix(start)?)))?;
    let (form, source) = match source.strip_suffix("_menu") {
        Some(source) if form == Form::Records => (Form::Menu, source),
        _ => (form, source),
    };
    let source = match source {
        "" => Source::Conditions,
        "_list" if matches!(form, Form::Records | Form::Recordset) => Source::List,
        "_select" => Source::Select,
        "_sql" => Source::Sql,
        _ => return None,
    };
    Some((form, source))
}

pub(super) fn asked(eval: &mut Eval<'_>, form: Form, source: Source, args: &Args) -> Result<Asked, Raise> {
    let mut rest = args.from(0).cloned().collect::<Vec<_>>().into_iter();
    let mut next = || rest.next().unwrap_or(Value::Null).known().map_err(Raise::Unknown);
    let query = |eval: &Eval<'_>, why: String| {
        Raise::Unknown(eval.problem("a query of the database", Reason::Query(why.into())))
    };
    let first = eval.text(&next()?)?.lossy().into_owned();
    let mut select = Select {
        table: first.to_ascii_lowercase(),
        what: What::All,
        filter: None,
        order: Vec::new(),
        skip: 0,
        most: None,
    };
    if source == Source::Sql {
        let params = params(eval, next()?)?;
        select = parse::select(&first, &params).map_err(|why| query(eval, why))?;
    } else {
        if matches!(form, Form::Field | Form::Fieldset) {
            let column = eval.text(&next()?)?.lossy().into_owned();
            select.what = parse::what(&column).map_err(|why| query(eval, why))?;
        }
        select.filter = match source {
            Source::Conditions => conditions(eval, next()?)?,
            Source::List => {
                let column = Operand::Column(eval.text(&next()?)?.lossy().to_ascii_lowercase());
                let Value::Array(values) = next()? else { return Err(query(eval, "a list is none".into())) };
                let mut listed = Vec::new();
                for value in values.values() {
                    listed.push(Operand::Value(literal(eval, value.clone())?));
                }
                // No value, no row.
                Some(if listed.is_empty() { Test::Or(Vec::new()) } else { Test::In(column, listed) })
            }
            _ => {
                let text = eval.text(&next()?)?.lossy().into_owned();
                let params = params(eval, next()?)?;
                parse::condition(&text, &params).map_err(|why| query(eval, why))?
            }
        };
    }
    let listed = matches!(form, Form::Records | Form::Menu | Form::Recordset);
    if listed && source != Source::Sql {
        let order = eval.text(&next()?)?.lossy().into_owned();
        select.order = parse::order(&order).map_err(|why| query(eval, why))?;
    }
    if (listed || form == Form::Record) && source != Source::Sql {
        let fields = next()?;
        if !fields.is_null() {
            let fields = eval.text(&fields)?.lossy().into_owned();
            select.what = parse::what(&fields).map_err(|why| query(eval, why))?;
        }
    }
    let mut strict = Strict::Lenient;
    match form {
        Form::Records | Form::Menu | Form::Recordset => {
            let [skip, most] = [next()?, next()?].map(|value| value.to_int().unwrap_or(0));
            select.skip = usize::try_from(skip).unwrap_or(0);
            select.most = usize::try_from(most).ok().filter(|most| *most > 0);
        }
        Form::Record | Form::Field if next()?.to_int() == Some(MUST_EXIST) => strict = Strict::MustExist,
        Form::Count if source != Source::Sql => select.what = What::Count(None),
        _ => {}
    }
    Ok(Asked { select, strict })
}

/// Moodle's constant.
const MUST_EXIST: i64 = 2;

/// An array of columns and values: each has to be as it says.
fn conditions(eval: &mut Eval<'_>, conditions: Value) -> Result<Option<Test>, Raise> {
    let Value::Array(conditions) = conditions else { return Ok(None) };
    let mut tests = Vec::new();
    for (key, value) in conditions.iter() {
        let column = Operand::Column(key_text(key).lossy().to_ascii_lowercase());
        tests.push(match literal(eval, value.clone())? {
            Literal::Null => Test::IsNull(column),
            value => Test::Compare(column, Sign::Equal, Operand::Value(value)),
        });
    }
    Ok((!tests.is_empty()).then_some(Test::And(tests)))
}

fn params(eval: &mut Eval<'_>, params: Value) -> Result<Params, Raise> {
    let mut taken = Params::default();
    if let Value::Array(params) = params {
        for (key, value) in params.iter() {
            let value = literal(eval, value.clone())?;
            match key {
                Key::Int(_) => taken.listed.push(value),
                Key::Text(name) => {
                    taken.named.insert(name.lossy().into_owned(), value);
                }
            }
        }
    }
    Ok(taken)
}

fn literal(eval: &mut Eval<'_>, value: Value) -> Result<Literal, Raise> {
    Ok(match value.known()? {
        Value::Null => Literal::Null,
        Value::Bool(flag) => Literal::Number(i64::from(flag).to_string()),
        Value::Int(number) => Literal::Number(number.to_string()),
        Value::Str(text) => match text.utf8() {
            Some(text) => Literal::Text(text.to_owned()),
            None => return Err(Raise::Unknown(eval.problem("a query's parameter", Reason::Encoding))),
        },
        _ => return Err(Raise::Unknown(eval.problem("a query's parameter", Reason::Unsupported))),
    })
}
