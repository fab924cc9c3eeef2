//! What is in folders.
//!
//! Names come sorted, also from `readdir`, which gives them in whatever order the file system has them: the same
//! inputs make the same bytes on every node.

use super::file::path;
use super::take::int;
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Found, Raise};
use crate::php::problem::Reason;
use crate::php::value::{Array, ObjectId, Value};

pub(super) fn find(name: &str) -> Option<Run> {
    Some(match name {
        "scandir" => scandir,
        "glob" => glob,
        "opendir" => opendir,
        "readdir" => readdir,
        "rewinddir" => rewinddir,
        "closedir" => |_, _| Ok(Value::Null),
        _ => return None,
    })
}

/// `GLOB_BRACE`, `GLOB_ONLYDIR`; the flag that keeps the file system's order changes nothing here.
const BRACE: i64 = 1024;
const ONLY_FOLDERS: i64 = 8192;
const NO_SORT: i64 = 4;

/// A folder's names as a listing of it has them, with `.` and `..`; none where there is no such folder.
fn listing(eval: &mut Eval<'_>, path: &str, what: &str) -> Result<Option<Array>, Raise> {
    let path = eval.absolute(path);
    let Some(names) = eval.world.names(path.trim_end_matches('/')) else {
        return Err(Raise::Unknown(eval.problem(format!("{what}('{path}')"), Reason::Refused)));
    };
    let Some(names) = names else { return Ok(None) };
    eval.charge_bytes(names.iter().map(|name| 96 + name.len()).sum())?;
    let mut all: Vec<String> = [".".to_owned(), "..".to_owned()].into_iter().chain(names).collect();
    all.sort();
    let mut listing = Array::new();
    all.into_iter().for_each(|name| listing.push(Value::text(name)));
    Ok(Some(listing))
}

fn scandir(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let path = path(eval, args, 0)?;
    let Some(names) = listing(eval, &path, "scandir")? else { return Ok(Value::Bool(false)) };
    if int(args, 1, 0) != 1 {
        return Ok(Value::Array(names));
    }
    let mut turned = Array::new();
    let all: Vec<Value> = names.values().cloned().collect();
    all.into_iter().rev().for_each(|name| turned.push(name));
    Ok(Value::Array(turned))
}

const NAMES: &str = "\0names";
const AT: &str = "\0at";

fn opendir(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let path = path(eval, args, 0)?;
    Ok(match listing(eval, &path, "opendir")? {
        None => Value::Bool(false),
        Some(names) => eval.native_object("directory", &[(NAMES, Value::Array(names)), (AT, Value::Int(0))]),
    })
}

fn handle(eval: &mut Eval<'_>, args: &Args) -> Result<ObjectId, Raise> {
    match args.value(0).known()? {
        Value::Object(id) if eval.class_of(id) == Some("directory") => Ok(id),
        _ => Err(eval.type_error("an open folder was expected")),
    }
}

fn readdir(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let id = handle(eval, args)?;
    let at = eval.held_property(id, AT).known()?.to_int().unwrap_or(0);
    let names = eval.held_property(id, NAMES).known()?;
    let next = names.as_array().and_then(|names| names.nth(usize::try_from(at).ok()?)).map(|(_, name)| name.clone());
    Ok(match next {
        None => Value::Bool(false),
        Some(name) => {
            eval.set_property(id, AT, Value::Int(at + 1));
            name
        }
    })
}

fn rewinddir(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let id = handle(eval, args)?;
    eval.set_property(id, AT, Value::Int(0));
    Ok(Value::Null)
}

/// `glob`, with patterns in any part of the path.
fn glob(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let pattern = path(eval, args, 0)?;
    let flags = int(args, 1, 0);
    if flags & !(BRACE | ONLY_FOLDERS | NO_SORT) != 0 {
        return Ok(eval.unsupported("glob() with these flags"));
    }
    let patterns = match flags & BRACE != 0 {
        true => braces(&pattern),
        false => Some(vec![pattern]),
    };
    let Some(patterns) = patterns else { return Ok(eval.unsupported("braces within braces in glob()")) };
    let mut all = Array::new();
    for pattern in patterns {
        for path in matching(eval, &pattern)? {
            let absolute = eval.absolute(&path);
            let wanted = match eval.world.found(&absolute) {
                Some(Found::Folder) => true,
                Some(Found::File) => flags & ONLY_FOLDERS == 0,
                _ => false,
            };
            if wanted {
                eval.charge_bytes(96 + path.len())?;
                all.push(Value::text(path));
            }
        }
    }
    Ok(Value::Array(all))
}

/// The paths that fit, sorted; whether there is something at those without a pattern is not looked at.
fn matching(eval: &mut Eval<'_>, pattern: &str) -> Result<Vec<String>, Raise> {
    let mut paths = vec![String::new()];
    for (at, part) in pattern.split('/').enumerate() {
        let join = |path: &String, name: &str| if at == 0 { name.to_owned() } else { format!("{path}/{name}") };
        if !part.contains(['*', '?', '[']) {
            paths.iter_mut().for_each(|path| *path = join(path, &part.replace('\\', "")));
            continue;
        }
        let mut further = Vec::new();
        for path in &paths {
            let folder = if at == 0 { "." } else { path };
            let Some(names) = listing(eval, folder, "glob")? else { continue };
            eval.charge(names.len())?;
            for name in names.values().filter_map(Value::as_text) {
                // A dot at the beginning is matched by a dot alone.
                let is_hidden = name.starts_with(b".") && !part.starts_with('.');
                if !is_hidden && fits(part.as_bytes(), name) {
                    further.push(join(path, &name.lossy()));
                }
            }
        }
        paths = further;
    }
    paths.sort();
    Ok(paths)
}

/// Whether a name fits a pattern of `*`, `?` and `[…]` (POSIX's `fnmatch`).
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut here) = (0, 0);
    // The last `*`, and how much of the name it took.
    let mut star: Option<(usize, usize)> = None;
    while here < name.len() {
        let step = match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
                continue;
            }
            Some(b'?') => Some(1),
            Some(b'[') => class(&pattern[at..], name[here]),
            Some(b'\\') if at + 1 < pattern.len() => (pattern[at + 1] == name[here]).then_some(2),
            Some(byte) => (*byte == name[here]).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(length), _) => {
                at += length;
                here += 1;
            }
            (None, Some((before, taken))) => {
                star = Some((before, taken + 1));
                (at, here) = (before + 1, taken + 1);
            }
            (None, None) => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// The length of the class `[…]` at the start of a pattern, if it holds the byte. One without an end is a `[`.
fn class(pattern: &[u8], byte: u8) -> Option<usize> {
    let negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let first = if negated { 2 } else { 1 };
    let Some(length) = pattern.iter().skip(first + 1).position(|byte| *byte == b']') else {
        return (byte == b'[').then_some(1);
    };
    let members = &pattern[first..first + 1 + length];
    let mut held = false;
    let mut at = 0;
    while at < members.len() {
        match members.get(at + 1..at + 3) {
            Some([b'-', end]) => {
                held |= (members[at]..=*end).contains(&byte);
                at += 3;
            }
            _ => {
                held |= members[at] == byte;
                at += 1;
            }
        }
    }
    (held != negated).then_some(first + 2 + length)
}

/// A pattern for each choice of its braces; `None` where they stand in each other.
fn braces(pattern: &str) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, inner)) = rest.split_once('{') {
        let Some((inner, after)) = inner.split_once('}') else { break };
        if inner.contains('{') || all.len() > 256 {
            return None;
        }
        let with = |path: &String| inner.split(',').map(|choice| format!("{path}{before}{choice}")).collect::<Vec<_>>();
        all = all.iter().flat_map(with).collect();
        rest = after;
    }
    Some(all.into_iter().map(|path| path + rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_patterns_as_in_a_shell() {
        for (pattern, name, does) in [
            ("*.scss", "a.scss", true),
            ("*.scss", "a.css", false),
            ("a*b*c", "aXbYbc", true),
            ("a*b*c", "aXbY", false),
            ("?[a-c]?", "xbz", true),
            ("?[a-c]?", "xdz", false),
            ("[!a]*", "b", true),
            ("[!a]*", "ab", false),
            ("[]-]", "]", true),
            ("[x", "[x", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), does, "{pattern} {name}");
        }
    }

    #[test]
    fn braces_are_choices() {
        assert_eq!(braces("a{b,c}/{d,}e").unwrap(), ["ab/de", "ab/e", "ac/de", "ac/e"]);
        assert_eq!(braces("a{b").unwrap(), ["a{b"]);
        assert_eq!(braces("{a,{b}}"), None);
    }
}
