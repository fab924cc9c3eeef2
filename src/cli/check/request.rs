//! One small HTTP request to a listener of revserve's own: a whole client would follow what must not be followed.

use crate::serve::listen::Address;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// For connecting, and for each read.
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: u64 = 4 << 20;

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub cache_control: String,
    pub content_encoding: String,
    /// Whether it may be kept as a dictionary.
    pub offers_dictionary: bool,
    /// How a cache on the way shows, if one does.
    pub cache: Option<String>,
    pub body: String,
}

impl Answer {
    /// Whether it has the form of revserve's validators: 16 hexadecimal digits of the content, coding and level.
    pub fn is_revserves(&self) -> bool {
        let Some(etag) = &self.etag else { return false };
        let Some((content, coded)) = etag.trim_start_matches("W/").trim_matches('"').split_once('-') else {
            return false;
        };
        let hex = content.len() == 16 && content.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        hex && crate::asset::Coding::ALL.iter().any(|coding| coded.starts_with(coding.token()))
    }

    /// Whether it is what differs from a dictionary.
    pub fn is_delta(&self) -> bool {
        matches!(self.content_encoding.as_str(), "dcb" | "dcz")
    }

    pub fn is_immutable(&self) -> bool {
        self.cache_control.contains("immutable")
    }

    fn read(head: &str, body: &[u8]) -> Option<Answer> {
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
        let mut answer = Answer { status, body: String::from_utf8_lossy(body).into_owned(), ..Answer::default() };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            match name.to_ascii_lowercase().as_str() {
                "etag" => answer.etag = Some(value.trim().to_owned()),
                "cache-control" => answer.cache_control = value.trim().to_owned(),
                _ => {}
            }
        }
        Some(answer)
    }
}

/// Asks a listener; `host` is what the proxy would send.
///
/// # Errors
/// Of the connection, or `InvalidData` where what answers speaks no HTTP.
pub fn get(address: &Address, host: &str, target: &str) -> io::Result<Answer> {
    match address {
        Address::Tcp { host: name, port } => {
            let name = match name.parse() {
                Ok(IpAddr::V4(ip)) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
                Ok(IpAddr::V6(ip)) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.to_string(),
                _ => name.clone(),
            };
            let mut last = io::Error::from(io::ErrorKind::NotFound);
            for address in (name.as_str(), *port).to_socket_addrs()? {
                match TcpStream::connect_timeout(&address, PATIENCE) {
                    Ok(stream) => {
                        stream.set_read_timeout(Some(PATIENCE))?;
                        stream.set_write_timeout(Some(PATIENCE))?;
                        return ask(stream, host, target);
                    }
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
        Address::Unix(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            ask(stream, host, target)
        }
        Address::Systemd => Err(io::ErrorKind::Unsupported.into()),
    }
}

fn ask(mut stream: impl Read + Write, host: &str, target: &str) -> io::Result<Answer> {
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: revserve-check\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.take(LARGEST).read_to_end(&mut bytes)?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let answer = end.and_then(|end| Answer::read(std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]));
    answer.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what answers speaks no HTTP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revserves_answers_are_told_from_others_by_their_validator() {
        let of = |etag: &str| Answer { etag: Some(etag.to_owned()), ..Answer::default() }.is_revserves();
        assert!(of("\"0123456789abcdef-br11\"") && of("W/\"0123456789abcdef-gzip6\""));
        for other in ["\"0123456789abcdef0123456789abcdef01234567\"", "\"5f3-61\"", "\"0123456789abcdeF-br11\"", ""] {
            assert!(!of(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_http_is_no_answer() {
        let answer = Answer::read("HTTP/1.1 200 OK\r\nETag: \"a\"\r\ncache-control: public, immutable", b"x").unwrap();
        assert_eq!((answer.status, answer.is_immutable(), answer.body.as_str()), (200, true, "x"));
        assert_eq!(Answer::read("SSH-2.0-OpenSSH_9.2", b""), None);
    }
}
