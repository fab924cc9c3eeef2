//! Who may ask the admin listener.
//!
//! A browser on the operator's machine can be made to send requests to loopback. So `Host` has to be an address,
//! `localhost` or a listed name (a page whose name was rebound to 127.0.0.1 still sends its own), and what a page of
//! another origin sends is refused. Changing anything needs the token besides.

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv6Addr};

/// The secret that purging needs.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// The token file does not hold a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It cannot be read.
    #[error("cannot read the admin token file {path}")]
    Unreadable { path: Utf8PathBuf, source: io::Error },
    /// It is shorter than 16 characters: one could be guessed.
    #[error(
        "the admin token in {path} is shorter than 16 characters: put a long random one there (openssl rand -hex 32)"
    )]
    TooShort { path: Utf8PathBuf },
}

impl Token {
    /// Reads a token file: one line; blanks around it do not count.
    pub fn read(path: &Utf8Path) -> Result<Token, TokenError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| TokenError::Unreadable { path: path.to_owned(), source })?;
        Token::new(text.trim()).ok_or_else(|| TokenError::TooShort { path: path.to_owned() })
    }

    fn new(secret: &str) -> Option<Token> {
        (secret.len() >= 16).then(|| Token(Sha256::digest(secret.as_bytes()).into()))
    }

    /// Whether an `Authorization` value is `Bearer` with this token. Digests are compared, so the time it takes says
    /// nothing about the secret.
    pub fn is_in(&self, authorization: &[u8]) -> bool {
        let Some((scheme, secret)) = authorization.split_at_checked(7) else { return false };
        let digest: [u8; 32] = Sha256::digest(secret.trim_ascii()).into();
        let same = digest.iter().zip(self.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0;
        scheme.eq_ignore_ascii_case(b"bearer ") && same
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What of a request's header says where it comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sender<'a> {
    pub host: Option<&'a str>,
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`, which browsers send and pages cannot set.
    pub fetch_site: Option<&'a str>,
    /// `Sec-Fetch-Mode`.
    pub fetch_mode: Option<&'a str>,
}

impl Sender<'_> {
    /// Whether it may ask at all. `names`: hosts besides addresses and `localhost`.
    pub fn is_welcome(&self, names: &[String], changes: bool) -> bool {
        // No Host: no browser; health checks of HTTP/1.0 are so.
        let host_is_right = self.host.is_none_or(|host| is_address_or_listed(host, names));
        let origin_is_right = self.origin.is_none_or(|origin| {
            let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            authority.is_some() && authority == self.host
        });
        // A link from elsewhere may be followed; anything else from elsewhere may not.
        let navigates = self.fetch_mode == Some("navigate") && !changes;
        let site_is_right = match self.fetch_site {
            None | Some("same-origin" | "none") => true,
            Some(_) => navigates,
        };
        host_is_right && origin_is_right && site_is_right
    }
}

fn is_address_or_listed(host: &str, names: &[String]) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => {
            let Some((inside, port)) = rest.split_once(']') else { return false };
            return inside.parse::<Ipv6Addr>().is_ok() && is_port(port);
        }
        None => match host.split_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            Some(_) => return false,
            None => host,
        },
    };
    name.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|listed| listed.eq_ignore_ascii_case(name))
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_addresses_localhost_or_listed() {
        let names = ["node1.internal".to_owned()];
        for host in [
            "127.0.0.1",
            "127.0.0.1:8191",
            "10.0.0.5:1",
            "[::1]:8191",
            "[::1]",
            "localhost:8191",
            "LOCALHOST",
            "node1.internal:80",
            "Node1.Internal",
        ] {
            assert!(Sender { host: Some(host), ..Sender::default() }.is_welcome(&names, true), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8191",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "[::1",
            "[::1]x",
            "[evil]:80",
            "127.0.0.1:80:80",
            "127.0.0.1:x",
            "user@127.0.0.1",
        ] {
            assert!(!Sender { host: Some(host), ..Sender::default() }.is_welcome(&names, false), "{host}");
        }
        assert!(Sender::default().is_welcome(&names, false));
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        let from =
            |origin, fetch_site, fetch_mode| Sender { host: Some("127.0.0.1:8191"), origin, fetch_site, fetch_mode };
        let welcome = |sender: Sender<'_>, changes| sender.is_welcome(&[], changes);
        assert!(welcome(from(Some("http://127.0.0.1:8191"), Some("same-origin"), Some("cors")), true));
        assert!(welcome(from(None, Some("none"), Some("navigate")), false));
        assert!(welcome(from(None, Some("cross-site"), Some("navigate")), false), "a link may be followed");
        assert!(!welcome(from(None, Some("cross-site"), Some("navigate")), true));
        assert!(!welcome(from(None, Some("cross-site"), Some("no-cors")), false));
        assert!(!welcome(from(None, Some("same-site"), Some("cors")), false));
        for origin in
            ["http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8192", "", "ftp://127.0.0.1:8191"]
        {
            assert!(!welcome(from(Some(origin), None, None), false), "{origin}");
        }
    }

    #[test]
    fn only_the_whole_token_is_taken() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.is_in(b"Bearer 0123456789abcdef"));
        assert!(token.is_in(b"bearer  0123456789abcdef "));
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdef0",
            "Basic  0123456789abcdef",
            "0123456789abcdef",
            "Bearer0123456789abcdef",
        ] {
            assert!(!token.is_in(wrong.as_bytes()), "{wrong:?}");
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn a_short_or_missing_token_is_told_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().join("token")).unwrap();
        assert!(matches!(Token::read(&path), Err(TokenError::Unreadable { .. })));
        std::fs::write(&path, "  short\n").unwrap();
        assert!(Token::read(&path).unwrap_err().to_string().contains(path.as_str()));
        std::fs::write(&path, "long enough to be one\n").unwrap();
        assert!(Token::read(&path).is_ok_and(|t| t.is_in(b"Bearer long enough to be one")));
    }
}
