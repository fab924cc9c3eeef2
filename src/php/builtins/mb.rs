//! Functions over UTF-8 texts. A text that is no UTF-8 makes them unknown.

use super::string::range;
use super::take::{int, maybe_int, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::Value;

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "mb_strlen" => |e, a| Ok(Value::Int(utf8(e, a, 0)?.chars().count() as i64)),
        "mb_strtolower" => |e, a| Ok(Value::text(utf8(e, a, 0)?.to_lowercase())),
        "mb_strtoupper" => |e, a| Ok(Value::text(utf8(e, a, 0)?.to_uppercase())),
        "mb_substr" => mb_substr,
        "mb_strpos" => |e, a| position(e, a, false, false),
        "mb_stripos" => |e, a| position(e, a, true, false),
        "mb_strrpos" => |e, a| position(e, a, false, true),
        "mb_str_split" => mb_str_split,
        "mb_check_encoding" => |e, a| Ok(Value::Bool(text(e, a, 0)?.utf8().is_some())),
        _ => return None,
    };
    Some(run)
}

fn utf8(eval: &mut Eval<'_>, args: &Args, at: usize) -> Result<String, Raise> {
    let text = text(eval, args, at)?;
    eval.charge_string(text.len())?;
    match text.utf8() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Raise::Unknown(eval.problem("a text", Reason::Encoding))),
    }
}

fn mb_substr(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = utf8(eval, args, 0)?;
    let (start, end) = range(text.chars().count(), int(args, 1, 0), maybe_int(args, 2));
    Ok(Value::text(text.chars().skip(start).take(end - start).collect::<String>()))
}

fn position(eval: &mut Eval<'_>, args: &Args, fold: bool, last: bool) -> Done {
    let (mut haystack, mut needle) = (utf8(eval, args, 0)?, utf8(eval, args, 1)?);
    if fold {
        (haystack, needle) = (haystack.to_lowercase(), needle.to_lowercase());
    }
    let (start, _) = range(haystack.chars().count(), int(args, 2, 0), None);
    let from = haystack.char_indices().nth(start).map_or(haystack.len(), |(at, _)| at);
    let found = if last { haystack[from..].rfind(&needle) } else { haystack[from..].find(&needle) };
    Ok(found.map_or(Value::Bool(false), |at| Value::Int(haystack[..from + at].chars().count() as i64)))
}

fn mb_str_split(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = utf8(eval, args, 0)?;
    let size = usize::try_from(int(args, 1, 1)).unwrap_or(1).max(1);
    let letters: Vec<char> = text.chars().collect();
    eval.charge_bytes(letters.len() * 96 / size)?;
    Ok(Value::Array(letters.chunks(size).map(|chunk| Value::text(chunk.iter().collect::<String>())).collect()))
}
