//! Source-like words for messages: `getenv('X')`, `$a->b`, `foo()`.
//!
//! Literals are shown only where they name something (a variable of the environment, a setting,
//! a file, a key); anywhere else they may be passwords.

use super::{Arg, ClassName, Expr, Kind, Member};
use crate::php::value::Value;

/// Functions whose arguments are names.
const NAMING: &[&str] = &[
    "getenv",
    "defined",
    "constant",
    "get_config",
    "file_get_contents",
    "function_exists",
    "class_exists",
    "method_exists",
    "file_exists",
    "is_readable",
    "load",
    "getattribute",
];

impl Expr {
    /// The expression in short, for a [`Problem`](crate::php::problem::Problem).
    pub fn describe(&self) -> String {
        let mut out = String::new();
        self.describe_into(&mut out, 0, false);
        out
    }

    fn describe_into(&self, out: &mut String, depth: usize, literals: bool) {
        if depth > 6 || out.len() > 120 {
            out.push('…');
            return;
        }
        match &self.kind {
            Kind::Value(Value::Str(text)) if literals && text.len() <= 80 => {
                out.push('\'');
                out.push_str(&text.lossy());
                out.push('\'');
            }
            Kind::Value(Value::Int(number)) if literals => out.push_str(&number.to_string()),
            Kind::Var(name) => {
                out.push('$');
                out.push_str(name);
            }
            Kind::Prop(object, member, _) => {
                object.describe_into(out, depth + 1, false);
                out.push_str("->");
                member.describe_into(out);
            }
            Kind::Index(base, key) => {
                base.describe_into(out, depth + 1, false);
                out.push('[');
                if let Some(key) = key {
                    key.describe_into(out, depth + 1, true);
                }
                out.push(']');
            }
            Kind::Call(name, global, args) => {
                let name = global.as_ref().unwrap_or(name);
                out.push_str(name);
                describe_args(name, args, out, depth);
            }
            Kind::CallValue(callee, _) => {
                callee.describe_into(out, depth + 1, false);
                out.push_str("(…)");
            }
            Kind::MethodCall(object, member, args, _) => {
                object.describe_into(out, depth + 1, false);
                out.push_str("->");
                member.describe_into(out);
                describe_args(member.fixed(), args, out, depth);
            }
            Kind::StaticCall(class, member, args) => {
                class.describe_into(out);
                out.push_str("::");
                member.describe_into(out);
                describe_args(member.fixed(), args, out, depth);
            }
            Kind::StaticProp(class, member) => {
                class.describe_into(out);
                out.push_str("::$");
                member.describe_into(out);
            }
            Kind::ClassConst(class, name) => {
                class.describe_into(out);
                out.push_str("::");
                out.push_str(name);
            }
            Kind::Constant(name, global) => out.push_str(global.as_ref().unwrap_or(name)),
            Kind::New(class, args) => {
                out.push_str("new ");
                class.describe_into(out);
                describe_args("", args, out, depth);
            }
            Kind::Include(kind, value) => {
                out.push_str(if kind.required { "require " } else { "include " });
                value.describe_into(out, depth + 1, true);
            }
            Kind::Concat(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        out.push_str(" . ");
                    }
                    part.describe_into(out, depth + 1, literals);
                }
            }
            Kind::Unsupported(what) => out.push_str(what),
            _ => out.push('…'),
        }
    }
}

fn describe_args(function: &str, args: &[Arg], out: &mut String, depth: usize) {
    let naming = NAMING.contains(&function);
    out.push('(');
    if !naming && !args.is_empty() {
        out.push('…');
    }
    for (at, arg) in args.iter().enumerate().filter(|_| naming) {
        if at > 0 {
            out.push_str(", ");
        }
        arg.value.describe_into(out, depth + 1, true);
    }
    out.push(')');
}

impl Member {
    fn fixed(&self) -> &str {
        match self {
            Self::Fixed(name) => name,
            Self::Computed(_) => "",
        }
    }

    fn describe_into(&self, out: &mut String) {
        match self {
            Self::Fixed(name) => out.push_str(name),
            Self::Computed(_) => out.push_str("{…}"),
        }
    }
}

impl ClassName {
    fn describe_into(&self, out: &mut String) {
        out.push_str(match self {
            Self::Fixed(name) => name,
            Self::Itself => "self",
            Self::Static => "static",
            Self::Parent => "parent",
            Self::Computed(_) => "{…}",
        });
    }
}
