//! Runs a [`Select`] over a table's rows.
//!
//! Rows come in the order of their numbers. Numbers compare as numbers. Of texts, databases and their collations know
//! different things to be equal or to come first: where two texts are not the same or apart in all of them, the result is
//! unknown.

use super::select::{Literal, Operand, Order, Select, Sign, Test, What};
use crate::php::host::Table;
use std::cmp::Ordering;

/// Columns with their names, and of each row its values; none stands for a column that may not be read.
#[derive(Debug, PartialEq)]
pub(super) struct Rows {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Option<Cell>>>,
    /// Whether the query says in which order.
    pub is_ordered: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Number(i64),
}

/// The rows, or why they are not known.
pub(super) fn find(table: &Table, select: &Select) -> Result<Rows, String> {
    let mut rows = Vec::new();
    for row in &table.rows {
        let holds = match &select.filter {
            Some(test) => Row { table, row }.test(test)?,
            None => Some(true),
        };
        if holds == Some(true) {
            rows.push(row);
        }
    }
    let number = |name: &String| {
        let at = place(table, name)?;
        let all: Option<Vec<i64>> = rows.iter().filter_map(|row| row[at].as_deref()).map(|n| n.parse().ok()).collect();
        all.filter(|_| table.columns[at].is_number).ok_or_else(|| format!("{name} holds no whole numbers"))
    };
    let single = |value: Option<i64>| {
        Ok(Rows {
            names: vec!["".into()],
            rows: vec![vec![Some(value.map_or(Cell::Null, Cell::Number))]],
            is_ordered: true,
        })
    };
    let columns: Vec<(usize, &str)> = match &select.what {
        What::Count(column) => {
            let counted = match column {
                Some(name) => {
                    let at = place(table, name)?;
                    rows.iter().filter(|row| row[at].is_some()).count()
                }
                None => rows.len(),
            };
            return single(i64::try_from(counted).ok());
        }
        What::Greatest(name) => return single(number(name)?.into_iter().max()),
        What::Least(name) => return single(number(name)?.into_iter().min()),
        What::All => table.columns.iter().enumerate().map(|(at, column)| (at, &*column.name)).collect(),
        What::Columns(columns) => {
            let placed = columns.iter().map(|(column, name)| Ok((place_shown(table, column)?, &**name)));
            placed.collect::<Result<_, String>>()?
        }
    };
    sort(table, &mut rows, &select.order)?;
    let rows = rows.into_iter().skip(select.skip).take(select.most.unwrap_or(usize::MAX));
    let cell = |at: usize, row: &[Option<String>]| {
        let cell = || row[at].clone().map_or(Cell::Null, Cell::Text);
        (!table.columns[at].is_hidden).then(cell)
    };
    let rows = rows.map(|row| columns.iter().map(|(at, _)| cell(*at, row)).collect()).collect();
    let names = columns.iter().map(|(_, name)| (*name).to_owned()).collect();
    Ok(Rows { names, rows, is_ordered: !select.order.is_empty() })
}

fn place_shown(table: &Table, name: &str) -> Result<usize, String> {
    let found = table.columns.iter().position(|column| column.name == name);
    found.ok_or_else(|| format!("{name} is no column that it declares"))
}

/// A column whose content decides about something.
fn place(table: &Table, name: &str) -> Result<usize, String> {
    let at = place_shown(table, name)?;
    if table.columns[at].is_hidden { Err(format!("the column {name} may hold a secret")) } else { Ok(at) }
}

fn sort(table: &Table, rows: &mut [&Vec<Option<String>>], order: &[Order]) -> Result<(), String> {
    let mut keys = Vec::new();
    for Order { column, falling } in order {
        let at = place(table, column)?;
        let nulls = rows.iter().filter(|row| row[at].is_none()).count();
        if nulls != 0 && nulls != rows.len() {
            return Err(format!("whether rows without {column} come first depends on the database"));
        }
        let mut cells = rows.iter().filter_map(|row| row[at].as_deref());
        let is_clear = match table.columns[at].is_number {
            true => cells.all(|cell| cell.parse::<f64>().is_ok()),
            false => rows.len() < 2 || cells.all(is_plain),
        };
        if !is_clear {
            return Err(format!("how {column} is sorted depends on the database"));
        }
        keys.push((at, *falling));
    }
    rows.sort_by(|a, b| {
        let one = |(at, falling): &(usize, bool)| {
            let (Some(a), Some(b)) = (&a[*at], &b[*at]) else { return Ordering::Equal };
            let order = if table.columns[*at].is_number { numbers(a, b).unwrap_or(Ordering::Equal) } else { a.cmp(b) };
            if *falling { order.reverse() } else { order }
        };
        keys.iter().map(one).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok(())
}

/// Sorted alike by every database.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn numbers(a: &str, b: &str) -> Option<Ordering> {
    match (a.trim().parse::<i64>(), b.trim().parse::<i64>()) {
        (Ok(a), Ok(b)) => Some(a.cmp(&b)),
        _ => a.trim().parse::<f64>().ok()?.partial_cmp(&b.trim().parse::<f64>().ok()?),
    }
}

/// A value as it is compared.
enum Side<'a> {
    Null,
    /// Of a column of numbers.
    Number(&'a str),
    /// Of a column of texts.
    Text(&'a str),
    /// What the query says, as a number or a text.
    Said(&'a str, bool),
}

#[derive(Clone, Copy)]
struct Row<'a> {
    table: &'a Table,
    row: &'a [Option<String>],
}

impl<'a> Row<'a> {
    fn test(self, test: &Test) -> Result<Option<bool>, String> {
        Ok(match test {
            Test::And(tests) => self.all(tests, false)?,
            Test::Or(tests) => self.all(tests, true)?,
            Test::Not(test) => self.test(test)?.map(|holds| !holds),
            Test::IsNull(operand) => Some(matches!(self.side(operand)?, Side::Null)),
            Test::Compare(left, sign, right) => self.compare(left, *sign, right)?,
            Test::In(left, values) => {
                let mut found = Some(false);
                for value in values {
                    match self.compare(left, Sign::Equal, value)? {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => found = None,
                    }
                }
                found
            }
        })
    }

    /// `AND` ends at what is false, `OR` at what is true; what is null else makes it null.
    fn all(self, tests: &[Test], end: bool) -> Result<Option<bool>, String> {
        let mut all = Some(!end);
        for test in tests {
            match self.test(test)? {
                Some(holds) if holds == end => return Ok(Some(end)),
                Some(_) => {}
                None => all = None,
            }
        }
        Ok(all)
    }

    fn side<'s>(self, operand: &'s Operand) -> Result<Side<'s>, String>
    where
        'a: 's,
    {
        Ok(match operand {
            Operand::Value(Literal::Null) => Side::Null,
            Operand::Value(Literal::Number(number)) => Side::Said(number, true),
            Operand::Value(Literal::Text(text)) => Side::Said(text, false),
            Operand::Column(name) => {
                let at = place(self.table, name)?;
                match self.row[at].as_deref() {
                    None => Side::Null,
                    Some(cell) if self.table.columns[at].is_number => Side::Number(cell),
                    Some(cell) => Side::Text(cell),
                }
            }
        })
    }

    fn compare(self, left: &Operand, sign: Sign, right: &Operand) -> Result<Option<bool>, String> {
        let order = match (self.side(left)?, self.side(right)?) {
            (Side::Null, _) | (_, Side::Null) => return Ok(None),
            (Side::Number(a), Side::Number(b) | Side::Said(b, _)) | (Side::Said(a, _), Side::Number(b)) => {
                numbers(a, b).ok_or("a number is compared with a text")?
            }
            (Side::Said(a, true), Side::Said(b, true)) => numbers(a, b).ok_or("numbers do not compare")?,
            (Side::Number(_), Side::Text(_)) | (Side::Text(_), Side::Number(_)) => {
                return Err("a number is compared with a text".into());
            }
            (Side::Text(a), Side::Said(b, true)) | (Side::Said(a, true), Side::Text(b))
                if a != b && numbers(a, b) == Some(Ordering::Equal) =>
            {
                return Err("whether a text is the same number depends on the database".into());
            }
            (Side::Text(a) | Side::Said(a, _), Side::Text(b) | Side::Said(b, _)) => self.texts(a, sign, b)?,
        };
        Ok(Some(match sign {
            Sign::Equal => order.is_eq(),
            Sign::Unequal => order.is_ne(),
            Sign::Less => order.is_lt(),
            Sign::LessOrEqual => order.is_le(),
            Sign::Greater => order.is_gt(),
            Sign::GreaterOrEqual => order.is_ge(),
        }))
    }

    fn texts(self, a: &str, sign: Sign, b: &str) -> Result<Ordering, String> {
        if a == b {
            return Ok(Ordering::Equal);
        }
        let ordered = !matches!(sign, Sign::Equal | Sign::Unequal);
        let is_apart = match ordered {
            true => is_plain(a) && is_plain(b),
            false => self.table.is_exact || is_apart(a, b),
        };
        if is_apart { Ok(a.cmp(b)) } else { Err("how two texts compare depends on the database's collation".into()) }
    }
}

/// Unequal in every collation: also without regard to case and to blanks at the end.
fn is_apart(a: &str, b: &str) -> bool {
    a.is_ascii() && b.is_ascii() && !a.trim_end().eq_ignore_ascii_case(b.trim_end())
}
