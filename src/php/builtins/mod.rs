//! PHP's own pure functions.

use super::eval::{Args, Eval, Raise};
use super::value::Value;

mod core;
mod file;
mod pass;

pub use pass::Builtin;

/// What a built-in function is.
pub type Run = fn(&mut Eval<'_>, &mut Args) -> Result<Value, Raise>;

/// A function by lower-case name.
pub fn find(name: &str) -> Option<Builtin> {
    let run = core::find(name).or_else(|| file::find(name))?;
    Some(Builtin { run, name: pass::static_name(name) })
}

/// A constant of PHP's.
pub fn constant(name: &str) -> Option<Value> {
    Some(match name {
        "PHP_EOL" => Value::text("\n"),
        "DIRECTORY_SEPARATOR" => Value::text("/"),
        "PATH_SEPARATOR" => Value::text(":"),
        "PHP_INT_MAX" => Value::Int(i64::MAX),
        "PHP_INT_MIN" => Value::Int(i64::MIN),
        "PHP_INT_SIZE" => Value::Int(8),
        "PHP_FLOAT_EPSILON" => Value::Float(f64::EPSILON),
        "NAN" => Value::Float(f64::NAN),
        "INF" => Value::Float(f64::INFINITY),
        "M_PI" => Value::Float(std::f64::consts::PI),
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
