//! Where to listen, as operators write it.

use camino::Utf8PathBuf;
use std::fmt;
use std::str::FromStr;

/// `host:port`, `unix:/path` or `systemd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A host name or address, and a port; port 0 takes a free one.
    Tcp { host: String, port: u16 },
    /// An absolute path; a socket that nobody listens on any more is replaced.
    Unix(Utf8PathBuf),
    /// The sockets that systemd opened (sd_listen_fds(3)).
    Systemd,
}

/// The text is none of the three forms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address to listen on: write host:port (127.0.0.1:8190, [::1]:8190), unix:/path or systemd")]
pub struct AddressError(pub String);

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Address, AddressError> {
        let wrong = || AddressError(text.to_owned());
        if text == "systemd" {
            return Ok(Address::Systemd);
        }
        if let Some(path) = text.strip_prefix("unix:") {
            let path = Utf8PathBuf::from(path);
            return if path.is_absolute() && path.file_name().is_some() {
                Ok(Address::Unix(path))
            } else {
                Err(wrong())
            };
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let bracketed = host.strip_prefix('[').map(|rest| rest.strip_suffix(']'));
        let host = match bracketed {
            Some(Some(inside)) if inside.parse::<std::net::Ipv6Addr>().is_ok() => inside,
            Some(_) => return Err(wrong()),
            // An IPv6 address without brackets would hide its port.
            None if host.is_empty() || host.contains([':', '/', ' ']) => return Err(wrong()),
            None => host,
        };
        let port = port.parse().map_err(|_| wrong())?;
        Ok(Address::Tcp { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{host}:{port}"),
            Address::Unix(path) => write!(f, "unix:{path}"),
            Address::Systemd => f.write_str("systemd"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_read_and_written_alike() {
        let tcp = |host: &str, port| Address::Tcp { host: host.into(), port };
        for (text, address) in [
            ("127.0.0.1:8190", tcp("127.0.0.1", 8190)),
            ("localhost:0", tcp("localhost", 0)),
            ("[::1]:80", tcp("::1", 80)),
            ("unix:/run/revserve/s.sock", Address::Unix("/run/revserve/s.sock".into())),
            ("systemd", Address::Systemd),
        ] {
            assert_eq!(text.parse(), Ok(address.clone()), "{text}");
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn what_is_none_of_them_is_refused_with_what_to_write() {
        for text in [
            "",
            "8190",
            ":8190",
            "::1:80",
            "[::1:80",
            "[x]:80",
            "host:",
            "host:65536",
            "host:-1",
            "unix:",
            "unix:rel",
            "unix:/",
            "http://host:80",
            "a b:80",
        ] {
            let error = text.parse::<Address>().unwrap_err();
            assert!(error.to_string().contains("unix:/path or systemd"), "{text}");
        }
    }
}
