//! How built-in functions take their arguments.

use super::Run;
use crate::php::eval::Pass;

/// A built-in function.
#[derive(Clone, Copy)]
pub struct Builtin {
    /// Its code.
    pub run: Run,
    /// Its by-reference arguments follow from its name.
    pub(super) name: &'static str,
}

/// Functions whose arguments are not all values, and those that take unknown ones.
const CHANGE_FIRST: &[&str] = &[
    "sort",
    "rsort",
    "usort",
    "uasort",
    "uksort",
    "asort",
    "arsort",
    "ksort",
    "krsort",
    "array_push",
    "array_pop",
    "array_shift",
    "array_unshift",
    "array_splice",
    "array_walk",
    "reset",
    "end",
    "key",
    "current",
    "next",
    "prev",
    "natsort",
    "natcasesort",
    "settype",
    "array_multisort",
    "each",
    "shuffle",
];
const LENIENT: &[&str] = &[
    "array_push",
    "array_unshift",
    "array_fill",
    "array_fill_keys",
    "array_pad",
    "define",
    "error_log",
    "trigger_error",
    "call_user_func",
    "call_user_func_array",
    "header",
    "ini_set",
    "error_reporting",
    "assert",
    "func_get_args",
    "error_clear_last",
    "set_error_handler",
    "array_key_exists",
    "setlocale",
    "umask",
];

/// The entry of a table for a name that only lives as long as a call.
pub(super) fn static_name(name: &str) -> &'static str {
    let tables = [
        CHANGE_FIRST,
        LENIENT,
        &[
            "preg_match",
            "preg_match_all",
            "str_replace",
            "str_ireplace",
            "preg_replace",
            "preg_replace_callback",
            "parse_str",
            "var_export",
            "print_r",
            "printf",
        ],
    ];
    tables.into_iter().flatten().copied().find(|entry| *entry == name).unwrap_or("")
}

impl Builtin {
    /// How the argument at a position is taken.
    pub(crate) fn pass(&self, at: usize) -> Pass {
        match (self.name, at) {
            ("preg_match" | "preg_match_all", 2)
            | ("str_replace" | "str_ireplace", 3)
            | ("preg_replace" | "preg_replace_callback", 4)
            | ("parse_str", 1) => Pass::Out,
            (name, 0) if CHANGE_FIRST.contains(&name) => Pass::Change,
            _ => Pass::Value,
        }
    }

    /// Whether it may print.
    pub(crate) fn prints(&self) -> bool {
        matches!(self.name, "var_export" | "print_r" | "printf")
    }

    /// Whether an unknown argument at a position does not make the result unknown by itself.
    pub(crate) fn takes_unknown(&self, at: usize) -> bool {
        LENIENT.contains(&self.name) && !(self.name.starts_with("array_") && at == 0) || self.pass(at) == Pass::Out
    }
}
