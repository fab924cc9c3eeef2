//! `str_replace` and `strtr`.

use super::take::text;
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Text, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "str_replace" => |e, a| str_replace(e, a, false),
        "str_ireplace" => |e, a| str_replace(e, a, true),
        "strtr" => strtr,
        _ => return None,
    };
    Some(run)
}

fn str_replace(eval: &mut Eval<'_>, args: &mut Args, fold: bool) -> Done {
    let (search, with) = (args.value(0), args.value(1));
    let mut count = 0;
    let pairs = pairs(eval, &search, &with)?;
    let result = match args.value(2) {
        Value::Array(subjects) => {
            let mut out = Array::new();
            for (key, subject) in subjects.iter() {
                let value = match subject {
                    Value::Array(_) => subject.clone(),
                    subject => Value::Str(replace_all(eval, subject, &pairs, fold, &mut count)?),
                };
                eval.charge_bytes(96)?;
                out.insert(key.clone(), value);
            }
            Value::Array(out)
        }
        subject => Value::Str(replace_all(eval, &subject, &pairs, fold, &mut count)?),
    };
    args.set(3, Value::Int(count));
    Ok(result)
}

fn pairs(eval: &mut Eval<'_>, search: &Value, with: &Value) -> Result<Vec<(Text, Text)>, Raise> {
    let Value::Array(searches) = search else {
        if let Value::Array(_) = with {
            return Err(eval.type_error("many replacements for one text"));
        }
        return Ok(vec![(eval.text(search)?, eval.text(with)?)]);
    };
    let mut pairs = Vec::with_capacity(searches.len());
    for (at, search) in searches.values().enumerate() {
        let replacement = match with {
            Value::Array(list) => match list.nth(at) {
                Some((_, value)) => eval.text(&value.clone())?,
                None => Text::default(),
            },
            with => eval.text(with)?,
        };
        pairs.push((eval.text(search)?, replacement));
    }
    Ok(pairs)
}

fn replace_all(
    eval: &mut Eval<'_>,
    subject: &Value,
    pairs: &[(Text, Text)],
    fold: bool,
    count: &mut i64,
) -> Result<Text, Raise> {
    let mut subject = eval.text(subject)?;
    for (search, with) in pairs {
        eval.charge(1 + subject.len() / 64)?;
        if search.is_empty() {
            continue;
        }
        let lower: Text;
        let (haystack, needle): (&[u8], Vec<u8>) = if fold {
            lower = subject.to_ascii_lowercase().into();
            (&lower, search.to_ascii_lowercase())
        } else {
            (&subject, search.to_vec())
        };
        let finder = memchr::memmem::Finder::new(&needle);
        let mut hits = finder.find_iter(haystack).peekable();
        if hits.peek().is_none() {
            continue;
        }
        let mut out = Vec::with_capacity(subject.len());
        let mut at = 0;
        for hit in hits {
            eval.charge(1)?;
            eval.charge_bytes(with.len())?;
            out.extend_from_slice(&subject[at..hit]);
            out.extend_from_slice(with);
            if out.len() > 16 << 20 {
                eval.charge_string(out.len())?;
            }
            at = hit + needle.len();
            *count += 1;
        }
        out.extend_from_slice(&subject[at..]);
        eval.charge_string(out.len())?;
        subject = out.into();
    }
    Ok(subject)
}

fn strtr(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let subject = text(eval, args, 0)?;
    if args.len() > 2 {
        let (from, to) = (text(eval, args, 1)?, text(eval, args, 2)?);
        eval.charge_string(subject.len())?;
        let mut table: Vec<u8> = (0..=255).collect();
        from.iter().zip(to.iter()).for_each(|(from, to)| table[usize::from(*from)] = *to);
        return Ok(Value::text(subject.iter().map(|byte| table[usize::from(*byte)]).collect::<Vec<_>>()));
    }
    let Value::Array(map) = args.value(1) else { return Err(eval.type_error("an array was expected")) };
    let mut pairs = Vec::new();
    for (key, value) in map.iter() {
        let key = match key {
            Key::Int(number) => number.to_string().into(),
            Key::Text(text) => text.clone(),
        };
        pairs.push((key, eval.text(&value.clone())?));
    }
    pairs.retain(|(key, _): &(Text, Text)| !key.is_empty());
    // The longest key that fits wins.
    pairs.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
    let mut firsts = [false; 256];
    pairs.iter().for_each(|(key, _)| firsts[usize::from(key[0])] = true);
    eval.charge(subject.len() / 16)?;
    let mut out = Vec::with_capacity(subject.len());
    let mut at = 0;
    while at < subject.len() {
        let byte = subject[at];
        let hit = match firsts[usize::from(byte)] {
            true => {
                eval.charge(pairs.len() / 8)?;
                pairs.iter().find(|(key, _)| subject[at..].starts_with(key))
            }
            false => None,
        };
        match hit {
            Some((key, value)) => {
                eval.charge_bytes(value.len())?;
                out.extend_from_slice(value);
                at += key.len();
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
        if out.len() > 16 << 20 {
            eval.charge_string(out.len())?;
        }
    }
    eval.charge_string(out.len())?;
    Ok(Value::text(out))
}
