//! AMD modules, as `lib/requirejs.php` and `lib/jssourcemap.php` answer them (moodle-assets.md §4).
//!
//! Pure functions over bytes. Built modules are minified by whoever built them and are not minified again.

mod php_json;

use bytes::Bytes;
use serde_json::Value;

const MAP_COMMENT: &[u8] = b"//# sourceMappingURL";

/// A module in production: without its source-map comment and all behind it, named, closed by a newline.
pub fn module(name: &str, build: &[u8]) -> Vec<u8> {
    let cut = find(build, MAP_COMMENT).map_or(build, |at| &build[..at]);
    let mut code = trim_end(cut).to_vec();
    code.push(b'\n');
    name_define(name, code)
}

/// Every module of a site in one file, in the order given.
pub fn all_modules<'a>(modules: impl IntoIterator<Item = (&'a str, Bytes)>) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, build) in modules {
        all.extend_from_slice(&module(name, &build));
    }
    all
}

/// A single module in development that has a map: its map comment leads to `map_url`.
pub fn mapped_module(name: &str, build: &[u8], map_url: &str) -> Vec<u8> {
    let mut code = build.to_vec();
    if let Some(at) = find(&code, MAP_COMMENT) {
        code.truncate(at);
        code.extend_from_slice(format!("//# sourceMappingURL={map_url}").as_bytes());
    }
    code.truncate(trim_end(&code).len());
    defined(name, code)
}

/// A single module in development without a map: its source.
pub fn source_module(name: &str, source: &[u8]) -> Vec<u8> {
    defined(name, trim_end(source).to_vec())
}

/// A module's map, its first source replaced by `source_url`, printed as PHP prints it.
pub fn source_map(map: &[u8], source_url: &str) -> Vec<u8> {
    let mut members = members(serde_json::from_slice(map).unwrap_or(Value::Null));
    let sources = members.entry("sources").or_insert(Value::Null);
    match sources {
        Value::Array(sources) if !sources.is_empty() => sources[0] = source_url.into(),
        Value::Object(sources) => _ = sources.insert("0".to_owned(), source_url.into()),
        other => *other = Value::Array(vec![source_url.into()]),
    }
    php_json::print(&Value::Object(members)).into_bytes()
}

/// A PHP array of what was read: a list has its numbers for keys.
fn members(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Array(items) => items.into_iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
        _ => serde_json::Map::new(),
    }
}

/// Moodle says so in the page where a file defines no module.
fn defined(name: &str, code: Vec<u8>) -> Vec<u8> {
    if define_calls(&code).next().is_some() {
        return name_define(name, code);
    }
    let note = format!(
        "// JS module '{name}' cannot be loaded, or does not contain a javascript module in AMD format. \"define()\" not found.\n"
    );
    [note.as_bytes(), &code].concat()
}

/// Gives the first `define(` the module's name, where an unnamed one is there and none has that name.
fn name_define(name: &str, code: Vec<u8>) -> Vec<u8> {
    let unnamed = find_all(&code, b"define(").any(|at| {
        let behind = skip_blanks(&code[at + b"define(".len()..]);
        behind.starts_with(b"[") || behind.starts_with(b"function")
    });
    let named = define_calls(&code).any(|behind| {
        let behind = skip_blanks(behind);
        let quoted = behind.first().is_some_and(|b| matches!(b, b'\'' | b'"'));
        let text = behind.get(1..).and_then(|text| text.strip_prefix(name.as_bytes()));
        quoted && text.and_then(|rest| rest.first()).is_some_and(|b| matches!(b, b'\'' | b'"'))
    });
    match find(&code, b"define(").filter(|_| unnamed && !named) {
        Some(at) => {
            let (before, behind) = (&code[..at], &code[at + b"define(".len()..]);
            [before, format!("define('{name}', ").as_bytes(), behind].concat()
        }
        None => code,
    }
}

/// What stands behind each `define(`, blanks before the parenthesis allowed.
fn define_calls(code: &[u8]) -> impl Iterator<Item = &[u8]> {
    find_all(code, b"define").filter_map(|at| skip_blanks(&code[at + b"define".len()..]).strip_prefix(b"("))
}

fn find_all<'a>(text: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + find(&text[from..], wanted)?;
        from = at + wanted.len();
        Some(at)
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|b| b == first) {
        if text[from + at + 1..].starts_with(rest) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// The white space of PCRE's `\s`.
fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')).count();
    &text[blanks..]
}

/// PHP's `rtrim`.
fn trim_end(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0b)).count();
    &text[..text.len() - blanks]
}

#[cfg(test)]
mod tests;
