//! Strings: searching, cutting, changing.

use super::take::{flag, int, maybe_int, maybe_text, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Text, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "strlen" => |e, a| Ok(Value::Int(text(e, a, 0)?.len() as i64)),
        "strtolower" => |e, a| map(e, a, |s| s.to_ascii_lowercase()),
        "strtoupper" => |e, a| map(e, a, |s| s.to_ascii_uppercase()),
        "ucfirst" => |e, a| first(e, a, u8::to_ascii_uppercase),
        "lcfirst" => |e, a| first(e, a, u8::to_ascii_lowercase),
        "ucwords" => ucwords,
        "strrev" => |e, a| map(e, a, |s| s.iter().rev().copied().collect()),
        "trim" => |e, a| trim(e, a, true, true),
        "ltrim" => |e, a| trim(e, a, true, false),
        "rtrim" | "chop" => |e, a| trim(e, a, false, true),
        "str_repeat" => str_repeat,
        "strpos" => |e, a| position(e, a, false, false),
        "stripos" => |e, a| position(e, a, true, false),
        "strrpos" => |e, a| position(e, a, false, true),
        "strripos" => |e, a| position(e, a, true, true),
        "strstr" => |e, a| strstr(e, a, false),
        "stristr" => |e, a| strstr(e, a, true),
        "strrchr" => strrchr,
        "str_contains" => |e, a| Ok(Value::Bool(find_bytes(&text(e, a, 0)?, &text(e, a, 1)?, 0).is_some())),
        "str_starts_with" => |e, a| Ok(Value::Bool(text(e, a, 0)?.starts_with(&text(e, a, 1)?))),
        "str_ends_with" => |e, a| Ok(Value::Bool(text(e, a, 0)?.ends_with(&text(e, a, 1)?))),
        "substr" => substr,
        "substr_count" => substr_count,
        "substr_replace" => substr_replace,
        "str_pad" => str_pad,
        "str_split" => str_split,
        "explode" => explode,
        "implode" | "join" => implode,
        "nl2br" => nl2br,
        "addslashes" => |e, a| map(e, a, |s| escape(s, b"\\'\"")),
        "addcslashes" => |e, a| {
            let marks = byte_set(&text(e, a, 1)?);
            map(e, a, |s| s.iter().flat_map(|byte| c_escaped(*byte, &marks)).collect())
        },
        "stripslashes" => |e, a| map(e, a, stripslashes),
        "quotemeta" => |e, a| map(e, a, |s| escape(s, b".\\+*?[^]$()")),
        "strcmp" => |e, a| order(e, a, false, false),
        "strcasecmp" => |e, a| order(e, a, true, false),
        "strncmp" => |e, a| order(e, a, false, true),
        "strncasecmp" => |e, a| order(e, a, true, true),
        "chr" => |_, a| Ok(Value::text(&[int(a, 0, 0).rem_euclid(256) as u8][..])),
        "ord" => |e, a| Ok(Value::Int(text(e, a, 0)?.first().map_or(0, |byte| i64::from(*byte)))),
        "chunk_split" => chunk_split,
        "strspn" => |e, a| span(e, a, true),
        "strcspn" => |e, a| span(e, a, false),
        "strpbrk" => strpbrk,
        _ => return None,
    };
    Some(run)
}

/// A string made of the first argument.
pub(super) fn map(eval: &mut Eval<'_>, args: &Args, with: impl FnOnce(&[u8]) -> Vec<u8>) -> Done {
    let text = text(eval, args, 0)?;
    eval.charge_string(text.len())?;
    Ok(Value::text(with(&text)))
}

fn first(eval: &mut Eval<'_>, args: &Args, with: fn(&u8) -> u8) -> Done {
    map(eval, args, |s| {
        let mut out = s.to_vec();
        if let Some(byte) = out.first_mut() {
            *byte = with(byte);
        }
        out
    })
}

fn ucwords(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let marks = byte_set(&maybe_text(eval, args, 1)?.unwrap_or_else(|| " \t\r\n\x0c\x0b".into()));
    map(eval, args, |s| {
        let mut start = true;
        s.iter()
            .map(|byte| {
                let out = if start { byte.to_ascii_uppercase() } else { *byte };
                // PHP looks at what it has written.
                start = marks[usize::from(out)];
                out
            })
            .collect()
    })
}

/// A byte as C writes it where it is marked: letters and signs behind a backslash, others by their name or number.
fn c_escaped(byte: u8, marks: &[bool; 256]) -> Vec<u8> {
    if !marks[usize::from(byte)] {
        return vec![byte];
    }
    let name = match byte {
        b' '..=b'~' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x07 => b'a',
        0x0b => b'v',
        0x08 => b'b',
        0x0c => b'f',
        _ => return format!("\\{byte:03o}").into_bytes(),
    };
    vec![b'\\', name]
}

/// The bytes that a list of `trim` and its kin names; `a..z` is a range.
fn byte_set(list: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    let mut at = 0;
    while at < list.len() {
        match list.get(at..at + 4) {
            Some([from, b'.', b'.', to]) if to >= from => {
                (*from..=*to).for_each(|byte| set[usize::from(byte)] = true);
                at += 4;
            }
            _ => {
                set[usize::from(list[at])] = true;
                at += 1;
            }
        }
    }
    set
}

fn trim(eval: &mut Eval<'_>, args: &Args, left: bool, right: bool) -> Done {
    let text = text(eval, args, 0)?;
    let list = maybe_text(eval, args, 1)?.unwrap_or_else(|| " \n\r\t\x0b\0".into());
    let set = byte_set(&list);
    let keep = |byte: &u8| !set[usize::from(*byte)];
    let start = if left { text.iter().position(keep).unwrap_or(text.len()) } else { 0 };
    let end = if right { text.iter().rposition(keep).map_or(start, |at| at + 1) } else { text.len() };
    if (start, end) == (0, text.len()) {
        return Ok(Value::Str(text));
    }
    eval.charge_string(end.saturating_sub(start))?;
    Ok(Value::text(text.get(start..end).unwrap_or_default()))
}

fn str_repeat(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = text(eval, args, 0)?;
    let Ok(times) = usize::try_from(int(args, 1, 0)) else {
        return Err(eval.type_error("a negative repetition"));
    };
    eval.charge_string(text.len().saturating_mul(times))?;
    Ok(Value::text(text.repeat(times)))
}

/// Where a needle begins at or after `from`.
pub(super) fn find_bytes(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = haystack.get(from..)?;
    if needle.is_empty() {
        return Some(from);
    }
    memchr::memmem::find(rest, needle).map(|at| at + from)
}

fn folded(text: Text, fold: bool) -> Text {
    if fold { text.to_ascii_lowercase().into() } else { text }
}

fn position(eval: &mut Eval<'_>, args: &Args, fold: bool, last: bool) -> Done {
    let haystack = folded(text(eval, args, 0)?, fold);
    let needle = folded(text(eval, args, 1)?, fold);
    eval.charge(haystack.len() / 64)?;
    let offset = int(args, 2, 0);
    let length = haystack.len() as i64;
    if offset > length || offset < -length {
        return Err(eval.type_error("an offset outside the string"));
    }
    let found = if last {
        let start = if offset < 0 { 0 } else { offset as usize };
        // A negative offset says where the last match may begin, counted from the end.
        let latest = if offset < 0 { (length + offset) as usize } else { haystack.len() };
        (start..=latest).rev().find(|at| haystack[*at..].starts_with(&needle))
    } else {
        let start = if offset < 0 { length + offset } else { offset };
        find_bytes(&haystack, &needle, start as usize)
    };
    Ok(found.map_or(Value::Bool(false), |at| Value::Int(at as i64)))
}

fn strstr(eval: &mut Eval<'_>, args: &Args, fold: bool) -> Done {
    let haystack = text(eval, args, 0)?;
    let needle = folded(text(eval, args, 1)?, fold);
    let Some(at) = find_bytes(&folded(haystack.clone(), fold), &needle, 0) else { return Ok(Value::Bool(false)) };
    let before = flag(args, 2, false)?;
    eval.charge_string(haystack.len())?;
    Ok(Value::text(if before { &haystack[..at] } else { &haystack[at..] }))
}

fn strrchr(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let haystack = text(eval, args, 0)?;
    let needle = text(eval, args, 1)?;
    let first = needle.first().copied().unwrap_or(0);
    let at = haystack.iter().rposition(|byte| *byte == first);
    Ok(at.map_or(Value::Bool(false), |at| Value::text(&haystack[at..])))
}

/// Start and end that PHP's offset and length mean in something so long.
pub(super) fn range(length: usize, offset: i64, count: Option<i64>) -> (usize, usize) {
    let length = length as i64;
    let start = if offset < 0 { (length.saturating_add(offset)).max(0) } else { offset.min(length) };
    let end = match count {
        None => length,
        Some(count) if count < 0 => length.saturating_add(count).max(start),
        Some(count) => start.saturating_add(count).min(length),
    };
    (start as usize, end as usize)
}

fn substr(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = text(eval, args, 0)?;
    let (start, end) = range(text.len(), int(args, 1, 0), maybe_int(args, 2));
    eval.charge_string(end - start)?;
    Ok(Value::text(&text[start..end]))
}

fn substr_count(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (text, needle) = (text(eval, args, 0)?, text(eval, args, 1)?);
    if needle.is_empty() {
        return Err(eval.type_error("an empty needle"));
    }
    let (start, end) = range(text.len(), int(args, 2, 0), maybe_int(args, 3));
    let part = &text[start..end];
    eval.charge(part.len() / 64)?;
    let (mut at, mut count) = (0, 0);
    while let Some(found) = find_bytes(part, &needle, at) {
        at = found + needle.len();
        count += 1;
    }
    Ok(Value::Int(count))
}

fn substr_replace(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    if (0..4).any(|at| matches!(args.get(at), Some(Value::Array(_)))) {
        return Ok(eval.unsupported("substr_replace with arrays"));
    }
    let (text, with) = (text(eval, args, 0)?, text(eval, args, 1)?);
    let (start, end) = range(text.len(), int(args, 2, 0), maybe_int(args, 3));
    eval.charge_string(text.len() + with.len())?;
    Ok(Value::text([&text[..start], &with, &text[end..]].concat()))
}

fn str_pad(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = text(eval, args, 0)?;
    let length = usize::try_from(int(args, 1, 0)).unwrap_or(0);
    let pad = maybe_text(eval, args, 2)?.unwrap_or_else(|| " ".into());
    let missing = length.saturating_sub(text.len());
    if missing == 0 {
        return Ok(Value::Str(text));
    }
    if pad.is_empty() {
        return Err(eval.type_error("an empty padding"));
    }
    eval.charge_string(length)?;
    let (left, right) = match int(args, 3, 1) {
        0 => (missing, 0),
        2 => (missing / 2, missing - missing / 2),
        _ => (0, missing),
    };
    let fill = |count: usize| pad.iter().copied().cycle().take(count);
    Ok(Value::text(fill(left).chain(text.iter().copied()).chain(fill(right)).collect::<Vec<_>>()))
}

fn str_split(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = text(eval, args, 0)?;
    let Some(size) = usize::try_from(int(args, 1, 1)).ok().filter(|size| *size > 0) else {
        return Err(eval.type_error("a length below 1"));
    };
    eval.charge_bytes(text.len() / size * 96 + text.len())?;
    // Of an empty text PHP has made an empty array since 8.2.
    Ok(Value::Array(text.chunks(size).map(Value::text).collect()))
}

fn explode(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (mark, text) = (text(eval, args, 0)?, text(eval, args, 1)?);
    if mark.is_empty() {
        return Err(eval.type_error("an empty separator"));
    }
    let limit = int(args, 2, i64::MAX);
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(found) = find_bytes(&text, &mark, at) {
        if limit > 0 && parts.len() as i64 >= limit - 1 || limit == 0 {
            break;
        }
        eval.charge_bytes(96)?;
        parts.push(Value::text(&text[at..found]));
        at = found + mark.len();
    }
    eval.charge_string(text.len())?;
    parts.push(Value::text(&text[at..]));
    if limit < 0 {
        parts.truncate(parts.len().saturating_sub(limit.unsigned_abs() as usize));
    }
    Ok(Value::Array(parts.into_iter().collect()))
}

fn implode(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (mark, pieces) = match (args.value(0), args.value(1)) {
        (Value::Array(pieces), Value::Null) => (Text::default(), pieces),
        (Value::Array(pieces), mark) | (mark, Value::Array(pieces)) => (eval.text(&mark)?, pieces),
        _ => return Err(eval.type_error("an array was expected")),
    };
    join(eval, &mark, &pieces)
}

fn join(eval: &mut Eval<'_>, mark: &[u8], pieces: &Array) -> Done {
    let mut out = Vec::new();
    eval.charge(pieces.len())?;
    for (at, piece) in pieces.values().enumerate() {
        let piece = eval.text(piece)?;
        eval.charge_string(piece.len() + mark.len())?;
        if at > 0 {
            out.extend_from_slice(mark);
        }
        out.extend_from_slice(&piece);
    }
    eval.charge_string(out.len())?;
    Ok(Value::text(out))
}

fn nl2br(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    map(eval, args, |s| {
        let mut out = Vec::with_capacity(s.len());
        let mut at = 0;
        while at < s.len() {
            let pair = matches!(s.get(at..at + 2), Some(b"\r\n" | b"\n\r"));
            if matches!(s[at], b'\n' | b'\r') {
                out.extend_from_slice(b"<br />");
            }
            let count = if pair { 2 } else { 1 };
            out.extend_from_slice(&s[at..at + count]);
            at += count;
        }
        out
    })
}

fn escape(text: &[u8], marks: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if *byte == 0 {
            out.extend_from_slice(b"\\0");
            continue;
        }
        if marks.contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}

fn stripslashes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(b'0') => out.push(0),
                Some(byte) => out.push(*byte),
                None => {}
            },
            byte => out.push(*byte),
        }
    }
    out
}

fn order(eval: &mut Eval<'_>, args: &Args, fold: bool, limited: bool) -> Done {
    let (mut a, mut b) = (folded(text(eval, args, 0)?, fold), folded(text(eval, args, 1)?, fold));
    if limited {
        let Ok(count) = usize::try_from(int(args, 2, 0)) else {
            return Err(eval.type_error("a negative length"));
        };
        a = a[..count.min(a.len())].into();
        b = b[..count.min(b.len())].into();
    }
    Ok(Value::Int(match (*a).cmp(&*b) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }))
}

fn chunk_split(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let Some(size) = usize::try_from(int(args, 1, 76)).ok().filter(|size| *size > 0) else {
        return Err(eval.type_error("a length below 1"));
    };
    let end = maybe_text(eval, args, 2)?.unwrap_or_else(|| "\r\n".into());
    let text = text(eval, args, 0)?;
    eval.charge_string(text.len() + (text.len() / size + 1) * end.len())?;
    if text.is_empty() {
        return Ok(Value::Str(end));
    }
    Ok(Value::text(text.chunks(size).flat_map(|chunk| [chunk, &end[..]]).collect::<Vec<_>>().concat()))
}

fn span(eval: &mut Eval<'_>, args: &Args, inside: bool) -> Result<Value, Raise> {
    let (text, set) = (text(eval, args, 0)?, text(eval, args, 1)?);
    let (start, end) = range(text.len(), int(args, 2, 0), maybe_int(args, 3));
    let count = text[start..end].iter().take_while(|byte| set.contains(byte) == inside).count();
    Ok(Value::Int(count as i64))
}

fn strpbrk(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let (text, set) = (text(eval, args, 0)?, text(eval, args, 1)?);
    let at = text.iter().position(|byte| set.contains(byte));
    Ok(at.map_or(Value::Bool(false), |at| Value::text(&text[at..])))
}
