//! Paths and files.

use super::{Done, Run};
use crate::php::eval::{Args, Contents, Eval, Found, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Array, Key, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    Some(match name {
        "dirname" => dirname,
        "basename" => basename,
        "pathinfo" => pathinfo,
        "realpath" => realpath,
        "file_exists" => file_exists,
        "is_file" => is_file,
        "is_dir" => is_dir,
        "is_readable" => file_exists,
        "file_get_contents" => file_get_contents,
        "file" => file,
        _ => return None,
    })
}

pub(super) fn path(eval: &mut Eval<'_>, args: &Args, at: usize) -> Result<String, Raise> {
    let text = eval.text(&args.value(at))?;
    match text.utf8() {
        Some(path) => Ok(path.to_owned()),
        None => Err(Raise::Unknown(eval.problem("a path", Reason::Encoding))),
    }
}

/// The parent folder as PHP's `dirname` gives it, by text alone.
fn parent(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return if path.is_empty() { "" } else { "/" }.into();
    }
    match trimmed.rfind('/') {
        None => ".".into(),
        Some(at) => match trimmed[..at].trim_end_matches('/') {
            "" => "/".into(),
            parent => parent.into(),
        },
    }
}

fn dirname(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mut path = path(eval, args, 0)?;
    let levels = args.get(1).map_or(Some(1), Value::to_int).unwrap_or(1);
    for _ in 0..levels.clamp(1, 256) {
        path = parent(&path);
    }
    Ok(Value::text(path))
}

fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

fn basename(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let path = path(eval, args, 0)?;
    let suffix = eval.text(&args.value(1))?;
    let base = base(&path);
    let cut = base.strip_suffix(&*suffix.lossy()).filter(|rest| !rest.is_empty());
    Ok(Value::text(cut.unwrap_or(base)))
}

fn pathinfo(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let path = path(eval, args, 0)?;
    let mut info = Array::new();
    if path.contains('/') {
        info.insert("dirname".into(), Value::text(parent(&path)));
    } else if !path.is_empty() {
        info.insert("dirname".into(), Value::text("."));
    }
    let base = base(&path);
    info.insert("basename".into(), Value::text(base));
    if let Some((_, extension)) = base.rsplit_once('.') {
        info.insert("extension".into(), Value::text(extension));
    }
    info.insert("filename".into(), Value::text(base.rsplit_once('.').map_or(base, |(name, _)| name)));
    let part = match args.get(1).and_then(Value::to_int) {
        None | Some(15) => return Ok(Value::Array(info)),
        Some(1) => "dirname",
        Some(2) => "basename",
        Some(4) => "extension",
        Some(8) => "filename",
        Some(_) => return Ok(Value::text("")),
    };
    Ok(info.get(&Key::from(part)).cloned().unwrap_or_else(|| Value::text("")))
}

fn found(eval: &mut Eval<'_>, args: &Args, what: &str) -> Result<Found, Raise> {
    let path = path(eval, args, 0)?;
    let path = eval.absolute(&path);
    match eval.world.found(&path) {
        Some(found) => Ok(found),
        None => Err(Raise::Unknown(eval.problem(format!("{what}('{path}')"), Reason::Refused))),
    }
}

fn file_exists(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    Ok(Value::Bool(found(eval, args, "file_exists")? != Found::Nothing))
}

fn is_file(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    Ok(Value::Bool(found(eval, args, "is_file")? == Found::File))
}

fn is_dir(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    Ok(Value::Bool(found(eval, args, "is_dir")? == Found::Folder))
}

/// Links are not followed: within one build the resolved roots stand for themselves.
fn realpath(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    if found(eval, args, "realpath")? == Found::Nothing {
        return Ok(Value::Bool(false));
    }
    let path = path(eval, args, 0)?;
    Ok(Value::text(eval.absolute(&path)))
}

fn file_get_contents(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let path = path(eval, args, 0)?;
    if path.contains("://") || args.len() > 3 {
        return Ok(eval.unknown(format!("file_get_contents('{path}')"), Reason::Unsupported));
    }
    let path = eval.absolute(&path);
    match eval.world.contents(&path) {
        Contents::Bytes(bytes) => {
            eval.charge_string(bytes.len())?;
            Ok(Value::text(bytes))
        }
        Contents::Missing => Ok(Value::Bool(false)),
        Contents::Refused(reason) => Ok(eval.unknown(format!("file_get_contents('{path}')"), reason)),
    }
}

fn file(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let flags = args.get(1).and_then(Value::to_int).unwrap_or(0);
    let Value::Str(text) = file_get_contents(eval, &mut Args::of(vec![args.value(0)]))?.known()? else {
        return Ok(Value::Bool(false));
    };
    let (no_newlines, skip_empty) = (flags & 2 != 0, flags & 4 != 0);
    let mut lines = Array::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        eval.charge_bytes(96 + line.len())?;
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        if skip_empty && no_newlines && bare.is_empty() {
            continue;
        }
        lines.push(Value::text(if no_newlines { bare } else { line }));
    }
    Ok(Value::Array(lines))
}
