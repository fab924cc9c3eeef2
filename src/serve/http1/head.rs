//! The head of an HTTP/1 request (RFC 9112 §2–§6).
//!
//! Assets are asked for without a body. A request that has one is answered by its head alone and its connection
//! closed behind it, so no body is ever parsed, and no two parties can disagree about where one ends.

use crate::serve::answer::{Fields, Method, Status};
use crate::serve::handler::Request;
use std::mem::MaybeUninit;

/// What the bytes at hand are.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "the large one is what nearly all bytes are")]
pub enum Parsed<'a> {
    /// Not a whole head yet.
    Partial,
    Complete(Head<'a>),
    /// Answered so, and closed.
    Refused(Status),
    /// The client speaks HTTP/2 with prior knowledge.
    Http2,
}

/// A whole head.
#[derive(Debug)]
pub struct Head<'a> {
    pub request: Request<'a>,
    /// Bytes that it takes.
    pub length: usize,
    /// What the connection does behind the answer.
    pub after: After,
}

/// What a connection does behind an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The next request (HTTP/1.1 says nothing of it).
    Continue,
    /// The same in HTTP/1.0, where it has to be said.
    ContinueSaid,
    Close,
    /// Closes over a body that nobody reads: what still comes is thrown away first, or the client would lose
    /// the answer to a reset.
    CloseOverBody,
}

/// Bytes of the longest head: what nginx takes too.
pub const LONGEST: usize = 32 * 1024;
/// Lines of the longest head.
const MOST_LINES: usize = 100;
/// Bytes of a request line: the longest target that is looked at, and some.
const LONGEST_LINE: usize = crate::asset::url::Mount::LONGEST + 256;
/// What an HTTP/2 connection starts with (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads the head at the start of `bytes`. `first`: nothing was asked on this connection before.
pub fn parse(bytes: &[u8], first: bool) -> Parsed<'_> {
    if first && bytes.starts_with(b"PRI ") {
        return match (bytes.starts_with(PREFACE), PREFACE.starts_with(bytes)) {
            (true, _) => Parsed::Http2,
            (_, true) => Parsed::Partial,
            _ => Parsed::Refused(Status::BadRequest),
        };
    }
    let mut lines = [const { MaybeUninit::uninit() }; MOST_LINES];
    let mut request = httparse::Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, &mut lines) {
        Ok(httparse::Status::Complete(length)) if length > LONGEST => return too_long(bytes),
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() > LONGEST || line_is_endless(bytes) => return too_long(bytes),
        Ok(httparse::Status::Partial) => return Parsed::Partial,
        Err(httparse::Error::TooManyHeaders) => return Parsed::Refused(Status::HeaderFieldsTooLarge),
        Err(_) => return Parsed::Refused(Status::BadRequest),
    };
    let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version) else {
        return Parsed::Refused(Status::BadRequest);
    };
    let mut fields = Fields::default();
    let mut connection = Connection::default();
    for line in request.headers.iter() {
        if !fields.add(line.name.as_bytes(), line.value) && !connection.add(line.name.as_bytes(), line.value) {
            return Parsed::Refused(Status::BadRequest);
        }
    }
    if line_is_endless(bytes) {
        return Parsed::Refused(Status::UriTooLong);
    }
    match connection.after(version) {
        Some(after) => {
            let request = Request { method: Method::parse(method.as_bytes()), target, fields };
            Parsed::Complete(Head { request, length, after })
        }
        None => Parsed::Refused(Status::BadRequest),
    }
}

fn too_long(bytes: &[u8]) -> Parsed<'_> {
    Parsed::Refused(if line_is_endless(bytes) { Status::UriTooLong } else { Status::HeaderFieldsTooLarge })
}

/// Whether the request line does not end within what one may take.
fn line_is_endless(bytes: &[u8]) -> bool {
    bytes.len() > LONGEST_LINE && !bytes[..LONGEST_LINE].contains(&b'\n')
}

/// The fields that are about the connection and the message's framing.
#[derive(Debug, Default)]
struct Connection {
    hosts: usize,
    close: bool,
    keep_alive: bool,
    length: Option<bool>,
    /// There is a transfer coding; `Some(true)` if the last one is `chunked`.
    coding: Option<bool>,
}

impl Connection {
    /// Takes a header line; false if it makes the message one that nobody may read.
    fn add(&mut self, name: &[u8], value: &[u8]) -> bool {
        let is = |field: &str| name.eq_ignore_ascii_case(field.as_bytes());
        match name.len() {
            4 if is("host") => {
                self.hosts += 1;
                return is_host(value);
            }
            10 if is("connection") => {
                for option in value.split(|b| *b == b',').map(<[u8]>::trim_ascii) {
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if is("content-length") => {
                let value = value.trim_ascii();
                if self.length.is_some() || value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
                    return false;
                }
                self.length = Some(value.iter().any(|digit| *digit != b'0'));
            }
            17 if is("transfer-encoding") => {
                let last = value.rsplit(|b| *b == b',').next().unwrap_or_default();
                self.coding = Some(last.trim_ascii().eq_ignore_ascii_case(b"chunked"));
            }
            _ => {}
        }
        true
    }

    /// `None` for a message that contradicts itself: no or several hosts (RFC 9112 §3.2), two framings (§6.1), a body
    /// whose end nobody can find (§6.3).
    fn after(&self, version: u8) -> Option<After> {
        let hosts_are_right = if version == 1 { self.hosts == 1 } else { self.hosts <= 1 };
        let coding_is_right = match self.coding {
            None => true,
            Some(is_chunked) => is_chunked && self.length.is_none() && version == 1,
        };
        if !hosts_are_right || !coding_is_right {
            return None;
        }
        Some(match (version, self.close, self.keep_alive) {
            _ if self.coding.is_some() || self.length == Some(true) => After::CloseOverBody,
            (1, false, _) => After::Continue,
            (0, false, true) => After::ContinueSaid,
            _ => After::Close,
        })
    }
}

/// Whether a value is one that `Host` may have (RFC 9112 §3.2, RFC 3986 §3.2.2), by its characters: what else stands
/// there, two parties may read as different hosts.
fn is_host(value: &[u8]) -> bool {
    const ALLOWED: [bool; 256] = {
        let mut allowed = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            allowed[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        let others = b"-._~%!$&'()*+,;=:[]";
        let mut at = 0;
        while at < others.len() {
            allowed[others[at] as usize] = true;
            at += 1;
        }
        allowed
    };
    value.trim_ascii().iter().all(|byte| ALLOWED[usize::from(*byte)])
}

#[cfg(test)]
mod tests;
