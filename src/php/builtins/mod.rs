//! PHP's own pure functions.

use super::eval::{Args, Eval, Raise};
use super::value::Value;

mod array;
mod core;
mod encode;
mod file;
mod folder;
mod format;
mod func;
mod json;
mod make;
mod math;
mod mb;
mod pass;
mod regex;
mod replace;
mod sort;
mod stack;
mod string;
mod take;
mod var;

pub(super) use array::key_text;
pub(super) use encode::query;
pub use pass::Builtin;
pub use regex::Regex;

/// What a built-in function is.
pub type Run = fn(&mut Eval<'_>, &mut Args) -> Result<Value, Raise>;

type Done = Result<Value, Raise>;

/// Every file of functions, asked in turn.
const FILES: &[fn(&str) -> Option<Run>] = &[
    string::find,
    array::find,
    make::find,
    var::find,
    func::find,
    replace::find,
    regex::find,
    stack::find,
    sort::find,
    math::find,
    encode::find,
    format::find,
    json::find,
    file::find,
    folder::find,
    mb::find,
    core::find,
];

/// A function by lower-case name.
pub fn find(name: &str) -> Option<Builtin> {
    let run = FILES.iter().find_map(|file| file(name))?;
    Some(Builtin { run, name: pass::static_name(name) })
}

/// A constant of PHP's.
pub fn constant(name: &str) -> Option<Value> {
    Some(match name {
        "PHP_EOL" => Value::text("\n"),
        "DIRECTORY_SEPARATOR" => Value::text("/"),
        "PATH_SEPARATOR" => Value::text(":"),
        "GLOB_BRACE" => Value::Int(1024),
        "GLOB_ONLYDIR" => Value::Int(8192),
        "GLOB_NOSORT" => Value::Int(4),
        "SCANDIR_SORT_ASCENDING" => Value::Int(0),
        "SCANDIR_SORT_DESCENDING" => Value::Int(1),
        "PHP_INT_MAX" => Value::Int(i64::MAX),
        "PHP_INT_MIN" => Value::Int(i64::MIN),
        "PHP_INT_SIZE" => Value::Int(8),
        "PHP_FLOAT_EPSILON" => Value::Float(f64::EPSILON),
        "NAN" => Value::Float(f64::NAN),
        "INF" => Value::Float(f64::INFINITY),
        "M_PI" => Value::Float(std::f64::consts::PI),
        "ARRAY_FILTER_USE_BOTH" | "JSON_HEX_TAG" | "SORT_NUMERIC" | "STR_PAD_RIGHT" | "COUNT_RECURSIVE" => {
            Value::Int(1)
        }
        "ARRAY_FILTER_USE_KEY" | "JSON_HEX_AMP" | "SORT_STRING" | "STR_PAD_BOTH" | "ENT_COMPAT" => Value::Int(2),
        "ENT_QUOTES" => Value::Int(3),
        "JSON_HEX_APOS" => Value::Int(4),
        "JSON_HEX_QUOT" | "SORT_FLAG_CASE" => Value::Int(8),
        "SORT_REGULAR" | "STR_PAD_LEFT" | "ENT_NOQUOTES" | "ENT_HTML401" | "CASE_LOWER" => Value::Int(0),
        "CASE_UPPER" | "JSON_OBJECT_AS_ARRAY" | "PREG_PATTERN_ORDER" | "PREG_SPLIT_NO_EMPTY" => Value::Int(1),
        "JSON_FORCE_OBJECT" | "ENT_XML1" => Value::Int(16),
        "JSON_NUMERIC_CHECK" => Value::Int(32),
        "JSON_UNESCAPED_SLASHES" => Value::Int(64),
        "JSON_PRETTY_PRINT" => Value::Int(128),
        "JSON_UNESCAPED_UNICODE" => Value::Int(256),
        "JSON_PARTIAL_OUTPUT_ON_ERROR" => Value::Int(512),
        "JSON_THROW_ON_ERROR" => Value::Int(4_194_304),
        "ENT_SUBSTITUTE" => Value::Int(8),
        "ENT_HTML5" => Value::Int(48),
        "PREG_SET_ORDER" | "PREG_SPLIT_DELIM_CAPTURE" | "PATHINFO_BASENAME" | "FILE_IGNORE_NEW_LINES" => Value::Int(2),
        "PREG_SPLIT_OFFSET_CAPTURE" | "PATHINFO_EXTENSION" | "FILE_SKIP_EMPTY_LINES" => Value::Int(4),
        "PREG_OFFSET_CAPTURE" => Value::Int(256),
        "PREG_UNMATCHED_AS_NULL" => Value::Int(512),
        "PATHINFO_DIRNAME" | "PHP_QUERY_RFC1738" | "PHP_URL_HOST" => Value::Int(1),
        "PATHINFO_FILENAME" => Value::Int(8),
        "PHP_URL_SCHEME" => Value::Int(0),
        "PHP_QUERY_RFC3986" | "PHP_URL_PORT" => Value::Int(2),
        "PHP_URL_PATH" => Value::Int(5),
        "PHP_URL_QUERY" => Value::Int(6),
        "PHP_URL_FRAGMENT" => Value::Int(7),
        "E_ERROR" => Value::Int(1),
        "E_WARNING" => Value::Int(2),
        "E_PARSE" => Value::Int(4),
        "E_NOTICE" => Value::Int(8),
        "E_STRICT" => Value::Int(2048),
        "E_DEPRECATED" => Value::Int(8192),
        "E_USER_ERROR" => Value::Int(256),
        "E_USER_WARNING" => Value::Int(512),
        "E_USER_NOTICE" => Value::Int(1024),
        "E_USER_DEPRECATED" => Value::Int(16384),
        "E_ALL" => Value::Int(32767),
        _ => return None,
    })
}
