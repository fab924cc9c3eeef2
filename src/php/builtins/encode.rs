//! Encodings and hashes: HTML, URLs, base64, hex, md5.

use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::array::key_text;
use super::string::map;
use super::take::{flag, int, maybe_text, text};
use super::{Done, Run};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::value::{Array, Key, Value};

/// RFC 3986 §2.3: what stays as it is.
const RAW: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The same for forms, where `~` is encoded and a space is a plus.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b' ');

pub(super) fn find(name: &str) -> Option<Run> {
    let run: Run = match name {
        "htmlspecialchars" => |e, a| {
            let (quotes, double) = (int(a, 1, 3), flag(a, 3, true)?);
            map(e, a, |s| html(s, quotes, double))
        },
        "htmlspecialchars_decode" | "html_entity_decode" => html_decode,
        "htmlentities" => |e, a| match text(e, a, 0)?.is_ascii() {
            true => {
                let quotes = int(a, 1, 3);
                map(e, a, |s| html(s, quotes, true))
            }
            false => Ok(e.unsupported("htmlentities beyond ASCII")),
        },
        "rawurlencode" => |e, a| map(e, a, |s| percent_encode(s, RAW).to_string().into_bytes()),
        "urlencode" => |e, a| map(e, a, form_encode),
        "rawurldecode" => |e, a| map(e, a, |s| percent_decode(s).collect()),
        "urldecode" => |e, a| {
            map(e, a, |s| {
                let spaced: Vec<u8> = s.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
                percent_decode(&spaced).collect()
            })
        },
        "http_build_query" => http_build_query,
        "parse_str" => parse_str,
        "parse_url" => parse_url,
        "base64_encode" => |e, a| map(e, a, base64),
        "base64_decode" => |e, a| map(e, a, from_base64),
        "bin2hex" => |e, a| map(e, a, |s| hex(s).into_bytes()),
        "hex2bin" => hex2bin,
        "md5" => |e, a| hash(e, a, |s| Md5::digest(s).to_vec(), 1),
        "sha1" => |e, a| hash(e, a, |s| Sha1::digest(s).to_vec(), 1),
        "crc32" => |e, a| Ok(Value::Int(i64::from(crc32(&text(e, a, 0)?)))),
        "hash" => hash_named,
        _ => return None,
    };
    Some(run)
}

fn html(text: &[u8], quotes: i64, double: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'&' if !double && is_entity(&text[at..]) => out.push(b'&'),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' if quotes & 2 != 0 => out.extend_from_slice(b"&quot;"),
            b'\'' if quotes & 3 == 3 => out.extend_from_slice(b"&#039;"),
            byte => out.push(*byte),
        }
    }
    out
}

fn is_entity(text: &[u8]) -> bool {
    let Some(end) = text.iter().take(12).position(|byte| *byte == b';') else { return false };
    let name = &text[1..end];
    let numeric =
        name.strip_prefix(b"#").is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_hexdigit));
    numeric || (!name.is_empty() && name.iter().all(u8::is_ascii_alphanumeric))
}

fn html_decode(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let source = text(eval, args, 0)?;
    eval.charge_string(source.len())?;
    let mut out = Vec::with_capacity(source.len());
    let mut rest = &source[..];
    while let Some(at) = rest.iter().position(|byte| *byte == b'&') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let known: &[(&[u8], &[u8])] = &[
            (b"&amp;", b"&"),
            (b"&lt;", b"<"),
            (b"&gt;", b">"),
            (b"&quot;", b"\""),
            (b"&#039;", b"'"),
            (b"&#39;", b"'"),
            (b"&apos;", b"'"),
        ];
        match known.iter().find(|(entity, _)| rest.starts_with(entity)) {
            Some((entity, plain)) => {
                out.extend_from_slice(plain);
                rest = &rest[entity.len()..];
            }
            None if is_entity(rest) => return Ok(eval.unsupported("this HTML entity")),
            None => {
                out.push(b'&');
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest);
    Ok(Value::text(out))
}

fn form_encode(text: &[u8]) -> Vec<u8> {
    percent_encode(text, FORM).to_string().replace(' ', "+").into_bytes()
}

fn http_build_query(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let mark = maybe_text(eval, args, 2)?.unwrap_or_else(|| "&".into());
    let raw = int(args, 3, 1) == 2;
    let Value::Array(values) = args.value(0) else { return Ok(eval.unsupported("http_build_query of an object")) };
    let mut pairs = Vec::new();
    query_pairs(eval, &values, None, raw, &mut pairs)?;
    Ok(Value::text(pairs.join(&*mark.lossy())))
}

fn query_pairs(
    eval: &mut Eval<'_>,
    values: &Array,
    prefix: Option<&str>,
    raw: bool,
    pairs: &mut Vec<String>,
) -> Result<(), Raise> {
    let encode = |text: &[u8]| match raw {
        true => percent_encode(text, RAW).to_string(),
        false => String::from_utf8_lossy(&form_encode(text)).into_owned(),
    };
    for (key, value) in values.iter() {
        let key = encode(&key_text(key));
        let name = match prefix {
            None => key,
            Some(prefix) => format!("{prefix}%5B{key}%5D"),
        };
        match value {
            Value::Array(inner) => query_pairs(eval, inner, Some(&name), raw, pairs)?,
            Value::Null => {}
            Value::Bool(flag) => pairs.push(format!("{name}={}", u8::from(*flag))),
            value => {
                let text = eval.text(value)?;
                eval.charge_bytes(96 + text.len())?;
                pairs.push(format!("{name}={}", encode(&text)));
            }
        }
    }
    Ok(())
}

fn parse_str(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let source = text(eval, args, 0)?;
    let out = query(eval, &source)?;
    args.set(1, Value::Array(out));
    Ok(Value::Null)
}

/// The parameters of a query string.
pub(in crate::php) fn query(eval: &mut Eval<'_>, source: &[u8]) -> Result<Array, Raise> {
    let mut out = Array::new();
    for pair in source.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &b""[..]),
        };
        let decode = |text: &[u8]| -> Vec<u8> {
            let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            percent_decode(&spaced).collect()
        };
        let name = decode(name);
        if name.contains(&b'[') {
            return Err(Raise::Unknown(eval.not_supported("parse_str with brackets")));
        }
        eval.charge_bytes(96)?;
        out.insert(Key::from_bytes(&name), Value::text(decode(value)));
    }
    Ok(out)
}

fn parse_url(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let source = text(eval, args, 0)?;
    let Some(url) = source.utf8() else { return Ok(eval.unsupported("a URL that is no UTF-8")) };
    let mut parts = Array::new();
    let (url, fragment) = url.split_once('#').map_or((url, None), |(a, b)| (a, Some(b)));
    let (url, query) = url.split_once('?').map_or((url, None), |(a, b)| (a, Some(b)));
    let (rest, authority) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => {
            parts.insert("scheme".into(), Value::text(scheme));
            (rest, true)
        }
        _ => match url.strip_prefix("//") {
            Some(rest) => (rest, true),
            None if url.contains(':') => return Ok(eval.unsupported("this URL")),
            None => (url, false),
        },
    };
    let path = if authority {
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if host.is_empty()
            && parts.at("scheme").is_none_or(|scheme| scheme.as_text().is_none_or(|scheme| **scheme != *b"file"))
        {
            return Ok(Value::Bool(false));
        }
        let (user, host) = host.rsplit_once('@').map_or((None, host), |(user, host)| (Some(user), host));
        let (host, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                (name, port.parse().ok())
            }
            _ => (host, None),
        };
        parts.insert("host".into(), Value::text(host));
        if let Some(port) = port {
            parts.insert("port".into(), Value::Int(port));
        }
        if let Some(user) = user {
            let (name, pass) = user.split_once(':').map_or((user, None), |(a, b)| (a, Some(b)));
            parts.insert("user".into(), Value::text(name));
            if let Some(pass) = pass {
                parts.insert("pass".into(), Value::text(pass));
            }
        }
        path
    } else {
        rest
    };
    for (name, value) in
        [("path", Some(path).filter(|path| !path.is_empty())), ("query", query), ("fragment", fragment)]
    {
        if let Some(value) = value {
            parts.insert(name.into(), Value::text(value));
        }
    }
    let wanted = match int(args, 1, -1) {
        -1 => return Ok(Value::Array(parts)),
        0 => "scheme",
        1 => "host",
        2 => "port",
        3 => "user",
        4 => "pass",
        5 => "path",
        6 => "query",
        _ => "fragment",
    };
    Ok(parts.at(wanted).cloned().unwrap_or(Value::Null))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            out.push(if at <= chunk.len() { ALPHABET[(word >> (18 - 6 * at)) as usize & 63] } else { b'=' });
        }
    }
    out
}

fn from_base64(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().filter_map(|byte| ALPHABET.iter().position(|letter| letter == byte));
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut bits) = (0u32, 0);
    for digit in digits {
        word = word << 6 | digit as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
        }
    }
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hex2bin(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let text = text(eval, args, 0)?;
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let pairs: Option<Vec<u8>> = if text.len() % 2 == 0 { text.chunks(2).map(byte).collect() } else { None };
    Ok(pairs.map_or(Value::Bool(false), Value::text))
}

fn hash(eval: &mut Eval<'_>, args: &Args, with: fn(&[u8]) -> Vec<u8>, raw: usize) -> Done {
    let raw = flag(args, raw, false)?;
    let text = text(eval, args, 0)?;
    eval.charge(text.len() / 16)?;
    let digest = with(&text);
    Ok(if raw { Value::text(digest) } else { Value::text(hex(&digest)) })
}

fn hash_named(eval: &mut Eval<'_>, args: &mut Args) -> Done {
    let name = text(eval, args, 0)?.to_ascii_lowercase();
    let data = Args::of(vec![args.value(1), args.value(2)]);
    match name.as_slice() {
        b"md5" => hash(eval, &data, |s| Md5::digest(s).to_vec(), 1),
        b"sha1" => hash(eval, &data, |s| Sha1::digest(s).to_vec(), 1),
        b"sha256" => hash(eval, &data, |s| Sha256::digest(s).to_vec(), 1),
        b"sha512" => hash(eval, &data, |s| Sha512::digest(s).to_vec(), 1),
        b"crc32b" => hash(eval, &data, |s| crc32(s).to_be_bytes().to_vec(), 1),
        _ => Ok(eval.unsupported("this hash")),
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (!(crc & 1)).wrapping_add(1)))
    })
}
