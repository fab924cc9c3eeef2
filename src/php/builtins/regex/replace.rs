//! `preg_replace` and its kin.

use super::{Groups, Regex, Shape};
use crate::php::builtins::take::{int, text};
use crate::php::builtins::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Text, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "preg_replace" => preg_replace,
        "preg_replace_callback" => preg_replace_callback,
        "preg_replace_callback_array" => callback_array,
        _ => return None,
    };
    Some(run)
}

/// What a match is replaced by.
enum With {
    Text(Text),
    Callback(Value, i64),
}

fn preg_replace(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let replacement = args.value(1);
    let with = |eval: &mut Eval<'_>, at: usize| -> Result<With, Raise> {
        Ok(With::Text(match &replacement {
            Value::Array(list) => match list.nth(at) {
                Some((_, value)) => eval.text(&value.clone())?,
                None => Text::default(),
            },
            value => eval.text(value)?,
        }))
    };
    replace(eval, args, with)
}

fn preg_replace_callback(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let callee = args.value(1);
    let flags = int(args, 5, 0);
    replace(eval, args, |_, _| Ok(With::Callback(callee.clone(), flags)))
}

fn callback_array(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let Value::Array(map) = args.value(0) else { return Err(eval.type_error("an array was expected")) };
    let mut subject = text(eval, args, 1)?;
    let mut count = 0;
    for (pattern, callee) in map.iter() {
        let pattern = crate::php::builtins::array::key_text(pattern);
        let with = With::Callback(callee.clone(), 0);
        subject = replace_one(eval, &pattern, &with, &subject, usize::MAX, &mut count)?;
    }
    Ok(Value::Str(subject))
}

fn replace(eval: &mut Eval<'_>, args: &mut Args, with: impl Fn(&mut Eval<'_>, usize) -> Result<With, Raise>) -> Done {
    let patterns: Vec<Text> = match args.value(0) {
        Value::Array(list) => list.values().map(|pattern| eval.text(pattern)).collect::<Result<_, _>>()?,
        pattern => vec![eval.text(&pattern)?],
    };
    let most = usize::try_from(int(args, 3, -1)).unwrap_or(usize::MAX);
    let mut count = 0;
    let mut each = |eval: &mut Eval<'_>, subject: &Value| -> Result<Value, Raise> {
        let mut subject = eval.text(subject)?;
        for (at, pattern) in patterns.iter().enumerate() {
            let with = with(eval, at)?;
            subject = replace_one(eval, pattern, &with, &subject, most, &mut count)?;
        }
        Ok(Value::Str(subject))
    };
    let result = match args.value(2) {
        Value::Array(subjects) => {
            let mut out = Array::new();
            for (key, subject) in subjects.iter() {
                eval.charge_bytes(96)?;
                out.insert(key.clone(), each(eval, subject)?);
            }
            Value::Array(out)
        }
        subject => each(eval, &subject)?,
    };
    args.set(4, Value::Int(count));
    Ok(result)
}

fn replace_one(
    eval: &mut Eval<'_>,
    pattern: &Text,
    with: &With,
    subject: &Text,
    most: usize,
    count: &mut i64,
) -> Result<Text, Raise> {
    let regex = Regex::of(eval, pattern, subject)?;
    let all = regex.find_all(eval, subject, most)?;
    if all.is_empty() {
        return Ok(subject.clone());
    }
    let mut out = Vec::with_capacity(subject.len());
    let mut at = 0;
    for groups in &all {
        let Some((start, end)) = groups.first().copied().flatten() else { continue };
        // `\K` may move the start of a match before the end of the last one.
        out.extend_from_slice(subject.get(at..start).unwrap_or_default());
        match with {
            With::Text(text) => expand(text, subject, groups, &mut out),
            With::Callback(callee, flags) => {
                let groups = Shape::new(*flags, true).groups(&regex, subject, groups);
                let text = eval.call_soft(callee, vec![Value::Array(groups)])?;
                out.extend_from_slice(&eval.text(&text)?);
            }
        }
        eval.charge(1)?;
        if out.len() > 16 << 20 {
            eval.charge_string(out.len())?;
        }
        at = end;
        *count += 1;
    }
    out.extend_from_slice(&subject[at..]);
    eval.charge_string(out.len())?;
    Ok(out.into())
}

/// `$1`, `${1}` and `\1` in a replacement, of at most two digits.
fn expand(with: &[u8], subject: &[u8], groups: &Groups, out: &mut Vec<u8>) {
    let mut at = 0;
    while at < with.len() {
        match reference(&with[at..]) {
            Some((number, length)) => {
                if let Some((start, end)) = groups.get(number).copied().flatten() {
                    out.extend_from_slice(&subject[start..end]);
                }
                at += length;
            }
            None if with[at] == b'\\' && with.get(at + 1) == Some(&b'\\') => {
                out.push(b'\\');
                at += 2;
            }
            None => {
                out.push(with[at]);
                at += 1;
            }
        }
    }
}

/// The group that a replacement names here, and how many bytes that takes.
fn reference(text: &[u8]) -> Option<(usize, usize)> {
    let number = |from: usize| {
        let digits = text.get(from..)?.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let value = text[from..from + digits].iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        (digits > 0).then_some((value, from + digits))
    };
    match text {
        [b'$', b'{', ..] => {
            number(2).filter(|(_, end)| text.get(*end) == Some(&b'}')).map(|(value, end)| (value, end + 1))
        }
        [b'$' | b'\\', ..] => number(1),
        _ => None,
    }
}
