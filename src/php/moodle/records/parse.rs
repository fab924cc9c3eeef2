//! Simple queries of one table, and parts of them.
//!
//! ```text
//! SELECT * | column [AS name], … | COUNT(*) | COUNT(column) | MAX(column) | MIN(column)
//!   FROM {table} [[AS] alias] [WHERE condition] [ORDER BY column [ASC | DESC], …]
//! condition: AND OR NOT ( ) = <> < <= > >= IN (…) IS NULL BETWEEN … AND …
//! ```

use super::lex::{Token, tokens};
use super::select::{Literal, Operand, Order, Select, Sign, Test, What};
use std::collections::BTreeMap;

/// How deeply conditions may nest.
const DEEPEST: usize = 24;

/// What was passed for the places of a query.
#[derive(Debug, Default)]
pub(super) struct Params {
    pub listed: Vec<Literal>,
    pub named: BTreeMap<String, Literal>,
}

type Parsed<T> = Result<T, String>;

/// A whole `SELECT`.
pub(super) fn select(query: &str, params: &Params) -> Parsed<Select> {
    let mut parser = Parser::new(query, params)?;
    parser.expect_word("select")?;
    let what = parser.what()?;
    parser.expect_word("from")?;
    let Some(Token::Table(table)) = parser.next() else { return Err(parser.unlike("a {table}")) };
    parser.takes_word("as");
    if let Some(Token::Word(word)) = parser.peek()
        && !matches!(&**word, "where" | "order")
    {
        parser.alias = Some(word.clone());
        parser.at += 1;
    }
    let filter = if parser.takes_word("where") { Some(parser.either(0)?) } else { None };
    let order = match parser.takes_word("order") {
        true => {
            parser.expect_word("by")?;
            parser.order()?
        }
        false => Vec::new(),
    };
    parser.end()?;
    let select = Select { table, what, filter, order, skip: 0, most: None };
    parser.check_alias(&select)
}

/// The condition of a `WHERE`; none where the text is blank.
pub(super) fn condition(text: &str, params: &Params) -> Parsed<Option<Test>> {
    let mut parser = Parser::new(text, params)?;
    if parser.tokens.is_empty() {
        return Ok(None);
    }
    let test = parser.either(0)?;
    parser.end()?;
    Ok(Some(test))
}

/// What stands behind `ORDER BY`.
pub(super) fn order(text: &str) -> Parsed<Vec<Order>> {
    let params = Params::default();
    let mut parser = Parser::new(text, &params)?;
    let order = if parser.tokens.is_empty() { Vec::new() } else { parser.order()? };
    parser.end()?;
    Ok(order)
}

/// What stands behind `SELECT`.
pub(super) fn what(text: &str) -> Parsed<What> {
    let params = Params::default();
    let mut parser = Parser::new(text, &params)?;
    let what = parser.what()?;
    parser.end()?;
    Ok(what)
}

struct Parser<'p> {
    tokens: Vec<Token>,
    at: usize,
    params: &'p Params,
    /// Places taken so far.
    taken: usize,
    alias: Option<String>,
    /// What columns were said to be of.
    of: Vec<String>,
}

impl<'p> Parser<'p> {
    fn new(text: &str, params: &'p Params) -> Parsed<Parser<'p>> {
        Ok(Parser { tokens: tokens(text)?, at: 0, params, taken: 0, alias: None, of: Vec::new() })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn takes(&mut self, token: &Token) -> bool {
        let is = self.peek() == Some(token);
        self.at += usize::from(is);
        is
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(known)) if known == word);
        self.at += usize::from(is);
        is
    }

    fn takes_mark(&mut self, mark: &'static str) -> bool {
        self.takes(&Token::Mark(mark))
    }

    fn unlike(&self, wanted: &str) -> String {
        format!("{wanted} was expected at its token {}", self.at.max(1))
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.takes_word(word) { Ok(()) } else { Err(self.unlike(word)) }
    }

    fn expect_mark(&mut self, mark: &'static str) -> Parsed<()> {
        if self.takes_mark(mark) { Ok(()) } else { Err(self.unlike(mark)) }
    }

    fn end(&self) -> Parsed<()> {
        if self.at >= self.tokens.len() { Ok(()) } else { Err(self.unlike("its end")) }
    }

    /// Columns are of the one table, by its name or its alias.
    fn check_alias(self, select: &Select) -> Parsed<Select> {
        let known = |of: &String| Some(of) == self.alias.as_ref() || *of == select.table;
        match self.of.iter().find(|of| !known(of)) {
            Some(of) => Err(format!("{of} is no table of it")),
            None => Ok(select.clone()),
        }
    }

    fn what(&mut self) -> Parsed<What> {
        if self.takes_mark("*") {
            return Ok(What::All);
        }
        if let (Some(Token::Word(word)), Some(Token::Mark("("))) = (self.peek(), self.tokens.get(self.at + 1)) {
            let function = word.clone();
            self.at += 2;
            let column = match (&*function, self.peek()) {
                ("count", Some(Token::Mark("*") | Token::Number(_) | Token::Text(_))) => {
                    self.at += 1;
                    None
                }
                _ => Some(self.column()?),
            };
            self.expect_mark(")")?;
            self.renamed()?;
            return match (&*function, column) {
                ("count", column) => Ok(What::Count(column)),
                ("max", Some(column)) => Ok(What::Greatest(column)),
                ("min", Some(column)) => Ok(What::Least(column)),
                _ => Err(format!("{function}() is not understood")),
            };
        }
        let mut columns = Vec::new();
        loop {
            let column = self.column()?;
            if column == "*" {
                // alias.*
                return if columns.is_empty() { Ok(What::All) } else { Err(self.unlike("a column")) };
            }
            let name = self.renamed()?.unwrap_or_else(|| column.clone());
            columns.push((column, name));
            if !self.takes_mark(",") {
                return Ok(What::Columns(columns));
            }
        }
    }

    fn renamed(&mut self) -> Parsed<Option<String>> {
        if !self.takes_word("as") {
            return Ok(None);
        }
        match self.next() {
            Some(Token::Word(name)) => Ok(Some(name)),
            _ => Err(self.unlike("a name")),
        }
    }

    /// `column`, `alias.column`, `{table}.column`; `*` for all of an alias.
    fn column(&mut self) -> Parsed<String> {
        const RESERVED: [&str; 10] =
            ["select", "distinct", "case", "from", "where", "and", "or", "not", "null", "exists"];
        let first = match self.next() {
            Some(Token::Word(word)) if !RESERVED.contains(&&*word) => word,
            Some(Token::Table(table)) if self.peek() == Some(&Token::Mark(".")) => table,
            _ => return Err(self.unlike("a column")),
        };
        if !self.takes_mark(".") {
            return Ok(first);
        }
        self.of.push(first);
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            Some(Token::Mark("*")) => Ok("*".into()),
            _ => Err(self.unlike("a column")),
        }
    }

    fn order(&mut self) -> Parsed<Vec<Order>> {
        let mut order = Vec::new();
        loop {
            let column = self.column()?;
            let falling = self.takes_word("desc");
            if !falling {
                self.takes_word("asc");
            }
            order.push(Order { column, falling });
            if !self.takes_mark(",") {
                return Ok(order);
            }
        }
    }

    fn either(&mut self, depth: usize) -> Parsed<Test> {
        let mut tests = vec![self.both(depth)?];
        while self.takes_word("or") {
            tests.push(self.both(depth)?);
        }
        Ok(if tests.len() == 1 { tests.swap_remove(0) } else { Test::Or(tests) })
    }

    fn both(&mut self, depth: usize) -> Parsed<Test> {
        let mut tests = vec![self.one(depth)?];
        while self.takes_word("and") {
            tests.push(self.one(depth)?);
        }
        Ok(if tests.len() == 1 { tests.swap_remove(0) } else { Test::And(tests) })
    }

    fn one(&mut self, depth: usize) -> Parsed<Test> {
        if depth > DEEPEST {
            return Err("it nests too deeply".into());
        }
        if self.takes_word("not") {
            return Ok(Test::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes_mark("(") {
            let test = self.either(depth + 1)?;
            self.expect_mark(")")?;
            return Ok(test);
        }
        let left = self.operand()?;
        if self.takes_word("is") {
            let not = self.takes_word("not");
            self.expect_word("null")?;
            return Ok(negated(not, Test::IsNull(left)));
        }
        let not = self.takes_word("not");
        if self.takes_word("in") {
            self.expect_mark("(")?;
            let mut values = vec![self.operand()?];
            while self.takes_mark(",") {
                values.push(self.operand()?);
            }
            self.expect_mark(")")?;
            return Ok(negated(not, Test::In(left, values)));
        }
        if self.takes_word("between") {
            let least = self.operand()?;
            self.expect_word("and")?;
            let most = self.operand()?;
            let from = Test::Compare(left.clone(), Sign::GreaterOrEqual, least);
            return Ok(negated(not, Test::And(vec![from, Test::Compare(left, Sign::LessOrEqual, most)])));
        }
        if not {
            return Err(self.unlike("IN or BETWEEN"));
        }
        let sign = match self.next() {
            Some(Token::Mark("=")) => Sign::Equal,
            Some(Token::Mark("<>")) => Sign::Unequal,
            Some(Token::Mark("<")) => Sign::Less,
            Some(Token::Mark("<=")) => Sign::LessOrEqual,
            Some(Token::Mark(">")) => Sign::Greater,
            Some(Token::Mark(">=")) => Sign::GreaterOrEqual,
            _ => return Err(self.unlike("a comparison")),
        };
        Ok(Test::Compare(left, sign, self.operand()?))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        let value = match self.peek() {
            Some(Token::Number(number)) => Literal::Number(number.clone()),
            Some(Token::Text(text)) => Literal::Text(text.clone()),
            Some(Token::Word(word)) if word == "null" => Literal::Null,
            Some(Token::Next) => {
                self.taken += 1;
                self.params.listed.get(self.taken - 1).cloned().ok_or("too few parameters")?
            }
            Some(Token::Named(name)) => {
                self.params.named.get(name).cloned().ok_or_else(|| format!("the parameter {name} is missing"))?
            }
            _ => return self.column().map(Operand::Column),
        };
        self.at += 1;
        Ok(Operand::Value(value))
    }
}

fn negated(not: bool, test: Test) -> Test {
    if not { Test::Not(Box::new(test)) } else { test }
}
