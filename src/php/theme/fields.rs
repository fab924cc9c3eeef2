//! From values to typed fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8Path;

use super::session::{Assigned, Session};
use super::{Excludes, MainScss, Names, ThemeConfig};
use crate::php::builtins::key_text;
use crate::php::code::Callee;
use crate::php::problem::{Problem, Reason};
use crate::php::reading::Reading;
use crate::php::value::{Array, Value};

pub(super) fn typed(name: &str, dir: &Utf8Path, read: &Assigned, session: &mut Session<'_, '_>) -> ThemeConfig {
    let get = |field: &str| session.eval.export_shallow(&read.get(field));
    let list = |field: &str| reading(get(field), list_of);
    let text = |field: &str| {
        reading(get(field), |value| {
            text_of(value).map_err(|words| session.eval.problem(field, Reason::Fails(words.into())))
        })
    };
    let flag = |field: &str| reading(get(field), |value| Ok(value.truth().ok()));
    let excludes = |field: &str| reading(get(field), excludes_of);
    let mut config = ThemeConfig {
        name: name.to_owned(),
        dir: dir.to_owned(),
        parents: list("parents"),
        sheets: list("sheets"),
        editor_sheets: list("editor_sheets"),
        editor_scss: list("editor_scss"),
        scss: reading(get("scss"), |value| main_scss(value, session, read)),
        prescsscallback: text("prescsscallback"),
        extrascsscallback: text("extrascsscallback"),
        precompiledcsscallback: text("precompiledcsscallback"),
        csspostprocess: text("csspostprocess"),
        csstreepostprocessor: text("csstreepostprocessor"),
        plugins_exclude_sheets: excludes("plugins_exclude_sheets"),
        parents_exclude_sheets: excludes("parents_exclude_sheets"),
        parents_exclude_javascripts: excludes("parents_exclude_javascripts"),
        javascripts: list("javascripts"),
        javascripts_footer: list("javascripts_footer"),
        yuicssmodules: list("yuicssmodules"),
        usefallback: flag("usefallback"),
        hidefromselector: flag("hidefromselector"),
        problems: Vec::new(),
        reads: session.reads(),
    };
    config.problems = problems(&config);
    config
}

/// A field out of a value. `with` gives none for what counts as not set.
fn reading<T>(value: Value, with: impl FnOnce(&Value) -> Result<Option<T>, Arc<Problem>>) -> Reading<T> {
    match value {
        Value::Null => Reading::Unset,
        Value::Unknown(problem) => Reading::Unknown(problem),
        value => match with(&value) {
            Ok(Some(known)) => Reading::Known(known),
            Ok(None) => Reading::Unset,
            Err(problem) => Reading::Unknown(problem),
        },
    }
}

fn list_of(value: &Value) -> Result<Option<Vec<String>>, Arc<Problem>> {
    match value {
        Value::Array(array) => names(array).map(Some),
        _ => Ok(None),
    }
}

fn names(array: &Array) -> Result<Vec<String>, Arc<Problem>> {
    let mut out = Vec::new();
    for value in array.values() {
        match value {
            Value::Unknown(problem) => return Err(problem.clone()),
            value => out.extend(value.to_text().map(|text| text.lossy().into_owned())),
        }
    }
    Ok(out)
}

fn text_of(value: &Value) -> Result<Option<String>, &'static str> {
    match value {
        Value::Bool(false) => Ok(None),
        Value::Str(text) if text.is_empty() => Ok(None),
        Value::Str(text) => Ok(Some(text.lossy().into_owned())),
        _ => Err("it is no function's name"),
    }
}

fn excludes_of(value: &Value) -> Result<Option<Excludes>, Arc<Problem>> {
    match value {
        Value::Bool(true) => Ok(Some(Excludes::All)),
        Value::Array(array) => {
            let mut groups = BTreeMap::new();
            for (key, value) in array.iter() {
                let group = key_text(key).lossy().into_owned();
                match value {
                    Value::Bool(true) => groups.insert(group, Names::All),
                    Value::Array(list) => groups.insert(group, Names::Some(names(list)?)),
                    Value::Unknown(problem) => return Err(problem.clone()),
                    _ => None,
                };
            }
            Ok(Some(Excludes::Groups(groups)))
        }
        _ => Ok(None),
    }
}

fn main_scss(value: &Value, session: &Session<'_, '_>, read: &Assigned) -> Result<Option<MainScss>, Arc<Problem>> {
    match value {
        Value::Str(name) if !name.is_empty() && **name != *b"0" => Ok(Some(MainScss::File(name.lossy().into_owned()))),
        Value::Closure(closure) => Ok(Some(match &closure.target {
            Callee::Code(function) => MainScss::Closure { file: function.file.to_string(), line: function.line },
            Callee::Value(_) => MainScss::Closure { file: text_or_empty(&read.get("dir")), line: 0 },
        })),
        Value::Object(_) => Err(session.eval.problem("$THEME->scss", Reason::Unsupported)),
        _ => Ok(None),
    }
}

fn text_or_empty(value: &Value) -> String {
    value.as_text().map(|text| text.lossy().into_owned()).unwrap_or_default()
}

fn problems(config: &ThemeConfig) -> Vec<Arc<Problem>> {
    let lists = [
        &config.parents,
        &config.sheets,
        &config.editor_sheets,
        &config.editor_scss,
        &config.javascripts,
        &config.javascripts_footer,
        &config.yuicssmodules,
    ];
    let texts = [
        &config.prescsscallback,
        &config.extrascsscallback,
        &config.precompiledcsscallback,
        &config.csspostprocess,
        &config.csstreepostprocessor,
    ];
    let excludes =
        [&config.plugins_exclude_sheets, &config.parents_exclude_sheets, &config.parents_exclude_javascripts];
    let all = lists
        .iter()
        .filter_map(|field| field.problem())
        .chain(texts.iter().filter_map(|field| field.problem()))
        .chain(excludes.iter().filter_map(|field| field.problem()))
        .chain(config.scss.problem())
        .chain(config.usefallback.problem())
        .chain(config.hidefromselector.problem());
    let mut once: Vec<Arc<Problem>> = Vec::new();
    for problem in all {
        if !once.contains(problem) {
            once.push(problem.clone());
        }
    }
    once
}
