//! The `preg_` functions.

mod backtrack;
mod engine;
mod pattern;
mod replace;
#[cfg(test)]
mod tests;

pub use engine::Regex;

use self::engine::Groups;
use super::take::{array, int, maybe_text, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Text, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "preg_match" => preg_match,
        "preg_match_all" => preg_match_all,
        "preg_split" => preg_split,
        "preg_quote" => preg_quote,
        "preg_grep" => preg_grep,
        "preg_last_error" => |_, _| Ok(Value::Int(0)),
        "preg_last_error_msg" => |_, _| Ok(Value::text("No error")),
        name => return replace::find(name),
    };
    Some(run)
}

/// How groups become values.
struct Shape {
    /// `[text, offset]` instead of the text.
    offsets: bool,
    /// Groups that took no part are null, and none is left out.
    nulls: bool,
    /// Groups at the end that took no part are left out.
    trim: bool,
}

impl Shape {
    fn new(flags: i64, trim: bool) -> Self {
        let nulls = flags & 512 != 0;
        Self { offsets: flags & 256 != 0, nulls, trim: trim && !nulls }
    }

    fn group(&self, subject: &[u8], group: Option<(usize, usize)>) -> Value {
        let text = match group {
            Some((start, end)) => Value::text(&subject[start..end]),
            None if self.nulls => Value::Null,
            None => Value::text(""),
        };
        if !self.offsets {
            return text;
        }
        let at = group.map_or(-1, |(start, _)| start as i64);
        Value::Array([text, Value::Int(at)].into_iter().collect())
    }

    /// A match as PHP's array: named groups stand before their numbers.
    fn groups(&self, regex: &Regex, subject: &[u8], groups: &Groups) -> Array {
        let count = match self.trim {
            true => groups.iter().rposition(Option::is_some).map_or(0, |last| last + 1),
            false => groups.len(),
        };
        let mut out = Array::new();
        for (number, group) in groups.iter().take(count).enumerate() {
            let value = self.group(subject, *group);
            if let Some(Some(name)) = regex.names.get(number) {
                out.insert(Key::from(&**name), value.clone());
            }
            out.insert(Key::Int(number as i64), value);
        }
        out
    }
}

fn start_of(eval: &mut Eval<'_>, args: &Args, at: usize, length: usize) -> Result<usize, Raise> {
    let offset = int(args, at, 0);
    let start = if offset < 0 { (length as i64 + offset).max(0) } else { offset };
    if start as usize > length {
        return Err(Raise::Unknown(eval.not_supported("an offset beyond the text")));
    }
    Ok(start as usize)
}

fn preg_match(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (pattern, subject) = (text(eval, args, 0)?, text(eval, args, 1)?);
    let regex = Regex::of(eval, &pattern, &subject)?;
    let start = start_of(eval, args, 4, subject.len())?;
    let found = regex.find(eval, &subject, start)?;
    let shape = Shape::new(int(args, 3, 0), true);
    let groups = found.as_ref().map(|groups| shape.groups(&regex, &subject, groups));
    args.set(2, Value::Array(groups.unwrap_or_default()));
    Ok(Value::Int(i64::from(found.is_some())))
}

fn preg_match_all(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (pattern, subject) = (text(eval, args, 0)?, text(eval, args, 1)?);
    if int(args, 4, 0) != 0 {
        return Ok(eval.unsupported("preg_match_all with an offset"));
    }
    let regex = Regex::of(eval, &pattern, &subject)?;
    let all = regex.find_all(eval, &subject, usize::MAX)?;
    let flags = int(args, 3, 1);
    eval.charge_bytes(all.len() * 200 + subject.len())?;
    let out = if flags & 2 != 0 {
        let shape = Shape::new(flags, true);
        all.iter().map(|groups| Value::Array(shape.groups(&regex, &subject, groups))).collect()
    } else {
        by_group(&regex, &subject, &all, &Shape::new(flags, false))
    };
    args.set(2, Value::Array(out));
    Ok(Value::Int(all.len() as i64))
}

/// One array per group, with its text in every match.
fn by_group(regex: &Regex, subject: &[u8], all: &[Groups], shape: &Shape) -> Array {
    let mut out = Array::new();
    for (number, name) in regex.names.iter().enumerate() {
        let column: Array =
            all.iter().map(|groups| shape.group(subject, groups.get(number).copied().flatten())).collect();
        if let Some(name) = name {
            out.insert(Key::from(&**name), Value::Array(column.clone()));
        }
        out.insert(Key::Int(number as i64), Value::Array(column));
    }
    out
}

fn preg_split(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (pattern, subject) = (text(eval, args, 0)?, text(eval, args, 1)?);
    let regex = Regex::of(eval, &pattern, &subject)?;
    let (limit, flags) = (int(args, 2, -1), int(args, 3, 0));
    let (no_empty, delimiters, offsets) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
    let all = regex.find_all(eval, &subject, usize::MAX)?;
    let mut out = Array::new();
    let put = |out: &mut Array, start: usize, end: usize| {
        if no_empty && start == end {
            return false;
        }
        let text = Value::text(&subject[start..end]);
        out.push(match offsets {
            true => Value::Array([text, Value::Int(start as i64)].into_iter().collect()),
            false => text,
        });
        true
    };
    let (mut at, mut pieces) = (0, 0);
    for groups in &all {
        let Some((start, end)) = groups.first().copied().flatten() else { continue };
        // No limit is -1 or 0; any other below them is one that is reached.
        if limit < -1 || limit > 0 && pieces >= limit - 1 {
            break;
        }
        eval.charge_bytes(96)?;
        pieces += i64::from(put(&mut out, at, start));
        if delimiters {
            for (start, end) in groups.iter().skip(1).copied().flatten() {
                if !(no_empty && start == end) {
                    put(&mut out, start, end);
                }
            }
        }
        at = end;
    }
    put(&mut out, at, subject.len());
    Ok(Value::Array(out))
}

fn preg_quote(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mark = maybe_text(eval, args, 1)?.and_then(|mark| mark.first().copied());
    super::string::map(eval, args, |text| {
        let mut out = Vec::with_capacity(text.len());
        for byte in text {
            if b".\\+*?[^]$(){}=!<>|:-#/".contains(byte) && (*byte != b'/') || Some(*byte) == mark {
                out.push(b'\\');
            }
            if *byte == 0 {
                out.extend_from_slice(b"\\000");
            } else {
                out.push(*byte);
            }
        }
        out
    })
}

fn preg_grep(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let pattern = text(eval, args, 0)?;
    let invert = int(args, 2, 0) == 1;
    let list = array(eval, args, 1)?;
    let mut out = Array::new();
    for (key, value) in list.iter() {
        let subject: Text = eval.text(value)?;
        let regex = Regex::of(eval, &pattern, &subject)?;
        if regex.find(eval, &subject, 0)?.is_some() != invert {
            eval.charge_bytes(96)?;
            out.insert(key.clone(), value.clone());
        }
    }
    Ok(Value::Array(out))
}
