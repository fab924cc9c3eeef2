//! An answer, ready to be written by any version of HTTP.

use crate::designer::live::Hub;
use crate::serve::sealed::Sealed;
use bytes::Bytes;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

/// Every status that revserve sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Status {
    Ok = 200,
    PartialContent = 206,
    NotModified = 304,
    BadRequest = 400,
    NotFound = 404,
    MethodNotAllowed = 405,
    RequestTimeout = 408,
    PreconditionFailed = 412,
    UriTooLong = 414,
    RangeNotSatisfiable = 416,
    HeaderFieldsTooLarge = 431,
    InternalServerError = 500,
    ServiceUnavailable = 503,
}

impl Status {
    pub const ALL: [Status; 13] = [
        Status::Ok,
        Status::PartialContent,
        Status::NotModified,
        Status::BadRequest,
        Status::NotFound,
        Status::MethodNotAllowed,
        Status::RequestTimeout,
        Status::PreconditionFailed,
        Status::UriTooLong,
        Status::RangeNotSatisfiable,
        Status::HeaderFieldsTooLarge,
        Status::InternalServerError,
        Status::ServiceUnavailable,
    ];

    /// Its place in [`Status::ALL`].
    pub fn index(self) -> usize {
        Status::ALL.iter().position(|status| *status == self).unwrap_or(0)
    }

    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The reason phrase of RFC 9110, which is also all that an error's body says.
    pub const fn reason(self) -> &'static str {
        // Cut out of the line: `HTTP/1.1 200 ` is 13 bytes, the end 2.
        let line = self.line();
        let (_, rest) = line.split_at(13);
        let (reason, _) = rest.split_at(rest.len() - 2);
        reason
    }

    /// The status line of HTTP/1.1, line end included.
    pub const fn line(self) -> &'static str {
        match self {
            Status::Ok => "HTTP/1.1 200 OK\r\n",
            Status::PartialContent => "HTTP/1.1 206 Partial Content\r\n",
            Status::NotModified => "HTTP/1.1 304 Not Modified\r\n",
            Status::BadRequest => "HTTP/1.1 400 Bad Request\r\n",
            Status::NotFound => "HTTP/1.1 404 Not Found\r\n",
            Status::MethodNotAllowed => "HTTP/1.1 405 Method Not Allowed\r\n",
            Status::RequestTimeout => "HTTP/1.1 408 Request Timeout\r\n",
            Status::PreconditionFailed => "HTTP/1.1 412 Precondition Failed\r\n",
            Status::UriTooLong => "HTTP/1.1 414 URI Too Long\r\n",
            Status::RangeNotSatisfiable => "HTTP/1.1 416 Range Not Satisfiable\r\n",
            Status::HeaderFieldsTooLarge => "HTTP/1.1 431 Request Header Fields Too Large\r\n",
            Status::InternalServerError => "HTTP/1.1 500 Internal Server Error\r\n",
            Status::ServiceUnavailable => "HTTP/1.1 503 Service Unavailable\r\n",
        }
    }
}

/// What is sent behind the header.
#[derive(Clone, Debug)]
pub enum Body {
    Empty,
    Whole(Bytes),
    /// The same bytes twice: as a file that the kernel can send by itself, and for who cannot use it.
    Sealed(Arc<Sealed>, Bytes),
    /// One after another, as of a multipart body.
    Parts(Vec<Bytes>),
    /// Events, for as long as the client listens.
    Live(Hub),
}

/// A status, its header and its body.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: Status,
    /// Lines of `name: value\r\n`, names in lower case, `content-length` among them. `Date` and what belongs
    /// to the connection are added by who writes it.
    pub head: Bytes,
    pub body: Body,
}

impl Reply {
    /// A short text that no cache keeps and that says nothing of paths or causes.
    pub fn error(status: Status) -> Reply {
        /// Made once: while somebody scans for what is not there, little else is sent.
        static MADE: LazyLock<Vec<(Bytes, Bytes)>> = LazyLock::new(|| {
            let kept = |bytes: Bytes| Bytes::from_static(Box::leak(Vec::from(bytes).into_boxed_slice()));
            let made = Status::ALL.map(|status| Reply::text(status, status.reason(), ""));
            // For good, a few bytes a status: so that workers share no counter of who uses them.
            made.into_iter().map(|reply| (kept(reply.head), kept(reply.body.into_bytes()))).collect()
        });
        let (head, body) = MADE[status.index()].clone();
        Reply { status, head, body: Body::Whole(body) }
    }

    /// The same with more header lines.
    pub fn error_with(status: Status, lines: &str) -> Reply {
        Reply::text(status, status.reason(), lines)
    }

    /// An HTML page that is made anew for each request.
    pub fn page(html: String) -> Reply {
        let head = format!(
            "content-length: {}\r\ncontent-type: text/html; charset=utf-8\r\ncache-control: no-store\r\n\
             x-content-type-options: nosniff\r\n",
            html.len()
        );
        Reply { status: Status::Ok, head: head.into(), body: Body::Whole(html.into()) }
    }

    /// The script by which pages follow their sources.
    pub fn script(script: Bytes) -> Reply {
        let head = format!(
            "content-length: {}\r\ncontent-type: application/javascript; charset=utf-8\r\ncache-control: no-store\r\n\
             x-content-type-options: nosniff\r\n",
            script.len()
        );
        Reply { status: Status::Ok, head: head.into(), body: Body::Whole(script) }
    }

    /// A stream of events, which proxies must not hold back.
    pub fn live(hub: Hub) -> Reply {
        let head = "content-type: text/event-stream\r\ncache-control: no-store\r\nx-accel-buffering: no\r\n\
                    x-content-type-options: nosniff\r\n";
        Reply { status: Status::Ok, head: Bytes::from_static(head.as_bytes()), body: Body::Live(hub) }
    }

    /// A sentence with status 200, as `text/html`: what Moodle's scripts say to nonsense.
    pub fn sentence(text: &'static str) -> Reply {
        let head = format!(
            "content-length: {}\r\ncontent-type: text/html; charset=utf-8\r\ncache-control: no-store\r\n\
             x-content-type-options: nosniff\r\n",
            text.len()
        );
        Reply { status: Status::Ok, head: head.into(), body: Body::Whole(Bytes::from_static(text.as_bytes())) }
    }

    fn text(status: Status, text: &str, lines: &str) -> Reply {
        let body = format!("{text}\n");
        let mut head = String::with_capacity(160 + lines.len());
        let _ = write!(
            head,
            "content-length: {}\r\ncontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n\
             x-content-type-options: nosniff\r\n{lines}",
            body.len()
        );
        Reply { status, head: head.into(), body: Body::Whole(body.into()) }
    }

    /// As the answer to HEAD: the same header, nothing behind it.
    pub fn without_body(self) -> Reply {
        Reply { body: Body::Empty, ..self }
    }

    /// The header's lines as names and values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = str::from_utf8(&self.head).unwrap_or_default().split_terminator("\r\n");
        lines.filter_map(|line| line.split_once(": "))
    }
}

impl Body {
    /// All of it in one piece; of events nothing.
    fn into_bytes(self) -> Bytes {
        match self {
            Body::Empty | Body::Live(_) => Bytes::new(),
            Body::Whole(bytes) | Body::Sealed(_, bytes) => bytes,
            Body::Parts(parts) => parts.concat().into(),
        }
    }

    /// Bytes in it.
    pub fn len(&self) -> u64 {
        match self {
            Body::Empty | Body::Live(_) => 0,
            Body::Whole(bytes) | Body::Sealed(_, bytes) => bytes.len() as u64,
            Body::Parts(parts) => parts.iter().map(|part| part.len() as u64).sum(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0 && !matches!(self, Body::Live(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_what_the_line_says() {
        assert_eq!(Status::Ok.reason(), "OK");
        assert_eq!(Status::HeaderFieldsTooLarge.reason(), "Request Header Fields Too Large");
        for status in [Status::Ok, Status::NotModified, Status::UriTooLong, Status::ServiceUnavailable] {
            assert_eq!(status.line(), format!("HTTP/1.1 {} {}\r\n", status.code(), status.reason()));
        }
    }

    #[test]
    fn an_error_is_short_plain_and_never_kept() {
        let reply = Reply::error_with(Status::MethodNotAllowed, "allow: GET, HEAD\r\n");
        let fields: Vec<_> = reply.fields().collect();
        assert_eq!(
            fields,
            [
                ("content-length", "19"),
                ("content-type", "text/plain; charset=utf-8"),
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("allow", "GET, HEAD"),
            ]
        );
        assert!(matches!(&reply.body, Body::Whole(text) if text == "Method Not Allowed\n"));
        assert!(reply.without_body().body.is_empty());
    }
}
