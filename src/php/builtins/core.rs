//! The functions that `config.php` files use.

use super::{Done, Run};
use crate::php::eval::{Args, Eval};
use crate::php::problem::Reason;
use crate::php::value::Value;

pub(super) fn find(name: &str) -> Option<Run> {
    Some(match name {
        "getenv" => getenv,
        "defined" => defined,
        "define" => define,
        "constant" => constant,
        "error_log"
        | "trigger_error"
        | "header"
        | "ini_set"
        | "error_reporting"
        | "set_error_handler"
        | "assert"
        | "setlocale"
        | "umask"
        | "error_clear_last"
        | "date_default_timezone_set"
        | "mb_internal_encoding"
        | "set_time_limit"
        | "usleep"
        | "sleep"
        | "flush"
        | "ignore_user_abort" => nothing,
        _ => return None,
    })
}

fn nothing(_: &mut Eval<'_>, _: &mut Args) -> Done {
    Ok(Value::Bool(true))
}

fn getenv(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = eval.text(&args.value(0))?;
    match eval.world.getenv(&name.lossy()) {
        Some(value) => Ok(Value::text(value)),
        None => Ok(eval.unknown(format!("getenv('{}')", name.lossy()), Reason::Environment)),
    }
}

fn defined(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = eval.text(&args.value(0))?.lossy().into();
    Ok(Value::Bool(eval.constant_value(&name, None).is_some()))
}

fn define(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = eval.text(&args.value(0))?;
    eval.define(&name.lossy(), args.value(1));
    Ok(Value::Bool(true))
}

fn constant(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = eval.text(&args.value(0))?.lossy().into();
    match eval.constant_value(&name, None) {
        Some(value) => Ok(value),
        None => Ok(eval.unknown(format!("constant {name}"), Reason::NotKnown)),
    }
}
