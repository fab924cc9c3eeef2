//! What a fresh site has in its table `config`, as far as Moodle's own code says it in literals.
//!
//! 1. `lib/db/install.php` gives values to `set_config`, one by one or as an array that it walks.
//! 2. The pages of settings in `admin/settings` name each setting with its default, which an installation writes over
//!    what was there.
//!
//! These files cannot be evaluated, but what they say in literals is so always. A setting that is named twice, with
//! different defaults, is left out. What is false is written as an unticked box, `0`.

use std::collections::BTreeMap;

use super::code::{Arg, Binary, Block, ClassName, Element, Expr, Kind, Stmt};
use super::deep::deep;
use super::lower;
use super::value::{Text, Value};

/// Names and values of rows.
pub type Rows = BTreeMap<String, Text>;

/// Constants by name; those of a class as `class::NAME`, without its namespace.
pub type Constants = BTreeMap<String, Value>;

/// Reads the rows of a fresh site out of `lib/db/install.php` and the pages of settings.
pub fn read(install: &[u8], pages: &[Vec<u8>], constants: &Constants) -> Rows {
    let mut rows =
        collect(std::slice::from_ref(&install), constants, |found, stmt, expr| found.installation(stmt, expr));
    rows.extend(collect(pages, constants, |found, _, expr| found.setting(expr)));
    rows
}

/// The constants that the classes of a source declare as literals.
pub fn class_constants(source: &[u8]) -> Constants {
    let constants = deep(|| {
        let file = lower::lower(&"".into(), source).ok()?;
        let mut found = Constants::new();
        for stmt in blocks(&file.body) {
            let Stmt::Class(class) = stmt else { continue };
            for (name, value) in &class.constants {
                if let Kind::Value(value) = &value.kind {
                    found.insert(format!("{}::{name}", short(&class.name)), value.clone());
                }
            }
        }
        Some(found)
    });
    constants.flatten().unwrap_or_default()
}

/// What is done about an expression, and the statement that it is of.
type Look = fn(&mut Found<'_>, &Stmt, &Expr);

/// Looks at every expression of some sources.
fn collect<S: AsRef<[u8]> + Sync>(sources: &[S], constants: &Constants, look: Look) -> Rows {
    let rows = deep(|| {
        let mut found = Found { constants, rows: BTreeMap::new(), arrays: BTreeMap::new() };
        for source in sources {
            if let Ok(file) = lower::lower(&"".into(), source.as_ref()) {
                found.walk(&file.body, look);
            }
        }
        found.rows
    });
    rows.into_iter().flatten().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A row's value; none where it is not known which.
type Row = Option<Text>;

struct Found<'a> {
    constants: &'a Constants,
    rows: BTreeMap<String, Row>,
    /// Arrays of literals, by the variable that holds them.
    arrays: BTreeMap<String, Vec<(String, Row)>>,
}

impl Found<'_> {
    fn walk(&mut self, block: &Block, look: Look) {
        for stmt in blocks(block) {
            if let Stmt::Expr(expr) = stmt {
                look(self, stmt, expr);
            }
            if let Stmt::Foreach(each) = stmt {
                look(self, stmt, &each.subject);
            }
        }
    }

    /// `set_config('name', value)`; or an array of names and values in a variable, that is walked to set each.
    fn installation(&mut self, stmt: &Stmt, expr: &Expr) {
        match (stmt, &expr.kind) {
            (Stmt::Expr(_), Kind::Call(name, _, args)) if is_call(name, "set_config") => {
                // A third argument names a plugin.
                if let [name, value] = &args[..] {
                    let row = self.literal(&value.value).and_then(|value| value.to_text());
                    self.text(name).into_iter().for_each(|name| self.note(name, row.clone()));
                }
            }
            (Stmt::Expr(_), Kind::Assign(target, value)) => {
                if let (Kind::Var(variable), Kind::Array(elements)) = (&target.kind, &value.kind) {
                    let rows = elements.iter().filter_map(|element| self.element(element)).collect();
                    self.arrays.insert(variable.to_string(), rows);
                }
            }
            (Stmt::Foreach(each), Kind::Var(walked)) => {
                let sets = |stmt: &Stmt| match stmt {
                    Stmt::Expr(Expr { kind: Kind::Call(name, _, args), .. }) => {
                        is_call(name, "set_config")
                            && args.len() == 2
                            && is_same(&args[0].value, each.key.as_ref())
                            && is_same(&args[1].value, Some(&each.value))
                    }
                    _ => false,
                };
                if blocks(&each.body).into_iter().any(sets) {
                    let rows = self.arrays.remove(&**walked).unwrap_or_default();
                    rows.into_iter().for_each(|(name, row)| self.note(name, row));
                }
            }
            _ => {}
        }
    }

    fn element(&self, element: &Element) -> Option<(String, Row)> {
        let Element::Item(Some(key), value, false) = element else { return None };
        let Kind::Value(key) = &key.kind else { return None };
        let row = self.literal(value).and_then(|value| value.to_text());
        Some((key.to_text()?.lossy().into_owned(), row))
    }

    /// `new admin_setting_…('name', title, description, default, …)`, wherever it is handed to a page.
    fn setting(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::MethodCall(_, _, args, _) => args.iter().for_each(|arg| self.made(&arg.value)),
            Kind::Assign(_, value) => self.made(value),
            _ => {}
        }
    }

    fn made(&mut self, expr: &Expr) {
        let Kind::New(ClassName::Fixed(class), args) = &expr.kind else { return };
        let ([name, _, _, default, ..], true) = (&args[..], short(class).starts_with("admin_setting_")) else { return };
        let Some(name) = self.text(name) else { return };
        // `plugin/name` is a setting of a plugin.
        if !name.contains('/') {
            let row = match self.literal(&default.value) {
                Some(Value::Bool(ticked)) => Some(Text::from(if ticked { "1" } else { "0" })),
                // A setting without a default waits for the administrator.
                Some(Value::Null) | None => None,
                Some(value) => value.to_text(),
            };
            self.note(name, row);
        }
    }

    fn note(&mut self, name: String, row: Row) {
        self.rows
            .entry(name)
            .and_modify(|known| *known = known.take().filter(|known| row.as_ref() == Some(known)))
            .or_insert(row);
    }

    fn text(&self, arg: &Arg) -> Option<String> {
        let plain = arg.name.is_none() && !arg.spread;
        let text = plain.then(|| self.literal(&arg.value)).flatten()?;
        text.as_text().map(|text| text.lossy().into_owned())
    }

    /// A literal, a constant, or whole numbers reckoned together, such as `8 * 60 * 60`.
    fn literal(&self, expr: &Expr) -> Option<Value> {
        let constant = |name: &str| self.constants.get(name).cloned();
        match &expr.kind {
            Kind::Value(value) => Some(value.clone()),
            Kind::Constant(name, global) => constant(name).or_else(|| constant(global.as_deref()?)),
            Kind::ClassConst(ClassName::Fixed(class), name) => constant(&format!("{}::{name}", short(class))),
            Kind::Binary(operator, left, right) => {
                let (Value::Int(left), Value::Int(right)) = (self.literal(left)?, self.literal(right)?) else {
                    return None;
                };
                let value = match operator {
                    Binary::Add => left.checked_add(right),
                    Binary::Sub => left.checked_sub(right),
                    Binary::Mul => left.checked_mul(right),
                    _ => None,
                };
                value.map(Value::Int)
            }
            _ => None,
        }
    }
}

fn is_call(name: &str, wanted: &str) -> bool {
    short(name).eq_ignore_ascii_case(wanted)
}

fn is_same(expr: &Expr, variable: Option<&Expr>) -> bool {
    match (&expr.kind, variable.map(|variable| &variable.kind)) {
        (Kind::Var(name), Some(Kind::Var(other))) => name == other,
        _ => false,
    }
}

/// A name without its namespace.
fn short(name: &str) -> &str {
    name.rsplit('\\').next().unwrap_or(name)
}

/// The statements of a block in order, those of inner blocks and functions behind what they stand in.
fn blocks(block: &Block) -> Vec<&Stmt> {
    let mut all = Vec::new();
    let mut open: Vec<&Stmt> = block.iter().rev().collect();
    while let Some(stmt) = open.pop() {
        all.push(stmt);
        match stmt {
            Stmt::Block(body) | Stmt::While(_, body) | Stmt::DoWhile(body, _) | Stmt::For(_, _, _, body) => {
                open.extend(body.iter().rev());
            }
            Stmt::Foreach(each) => open.extend(each.body.iter().rev()),
            Stmt::If(arms, last) => {
                open.extend(last.iter().rev());
                arms.iter().rev().for_each(|(_, body)| open.extend(body.iter().rev()));
            }
            Stmt::Function(function) => open.extend(function.body.iter().rev()),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(install: &str, page: &str) -> BTreeMap<String, String> {
        let constants = [("DAYS".to_owned(), Value::Int(7)), ("looks::PLAIN".to_owned(), Value::text("plain"))].into();
        let rows = read(install.as_bytes(), &[page.as_bytes().to_vec()], &constants);
        rows.into_iter().map(|(name, value)| (name, value.lossy().into_owned())).collect()
    }

    fn told(rows: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
        rows.iter().map(|(name, value)| (&**name, &**value)).collect()
    }

    #[test]
    fn an_installation_sets_values_one_by_one_or_out_of_an_array() {
        let rows = rows(
            "<?php function install() { global $DB; if ($DB->x()) { throw new E(); } $all = ['look' => looks::PLAIN,
                'time' => 8 * 60 * DAYS, 'id' => random() . 'x', 'off' => 0, 'no' => false];
                foreach ($all as $name => $value) { set_config($name, $value); }
                $other = ['not' => 1]; set_config('one', 'a'); set_config('mine', 'b', 'plugin'); set_config($x, 'c'); }",
            "",
        );
        assert_eq!(told(&rows), [("look", "plain"), ("no", ""), ("off", "0"), ("one", "a"), ("time", "3360")]);
    }

    #[test]
    fn pages_of_settings_name_defaults_and_win_over_the_installation() {
        let rows = rows(
            "<?php set_config('button', '0');",
            "<?php if ($fulltree) { $page->add(new admin_setting_configselect('button', get_string('a'), '', '1', []));
                $page->add(new \\admin_setting_configcheckbox('tick', 'a', 'b', false));
                $one = new admin_setting_configtext('text', new lang_string('a'), '', ''); $page->add($one);
                $page->add(new admin_setting_configtext('theme_x/text', '', '', 'x'));
                $page->add(new admin_setting_configtext('made', '', '', $default));
                $page->add(new admin_setting_configtext('asked', '', '', null));
                $page->add(new admin_externalpage('page', '', '', 'x')); } else {
                $page->add(new admin_setting_configtext('twice', '', '', 'a'));
                $page->add(new admin_setting_configtext('twice', '', '', 'b')); }",
        );
        assert_eq!(told(&rows), [("button", "1"), ("text", ""), ("tick", "0")]);
    }

    #[test]
    fn constants_of_classes_are_found_in_and_out_of_namespaces() {
        let found =
            class_constants(b"<?php namespace core\\output; class looks { const PLAIN = 'p'; const X = 1 + Y; }");
        assert_eq!(found.keys().collect::<Vec<_>>(), ["looks::PLAIN"]);
    }

    #[test]
    fn sources_that_do_not_parse_say_nothing() {
        assert_eq!(told(&rows("<?php set_config('a', ", "<?php new (")), []);
    }
}
