//! Which certificates of a server are believed, and what is said of one that is not.
//!
//! | `ssl` | Checked |
//! |---|---|
//! | not set, `prefer` | nothing: secret where the server offers it |
//! | `require` | nothing |
//! | `verify-full`, or an authority is named in `[database] ca` | authority and host |
//!
//! `verify-ca` checks the host, too: sqlx means to leave it out, but knows only one of the two ways in which rustls says
//! that a certificate is another host's.
//!
//! Believed are the system's authorities and, beside them, the named ones: `[database] ca`, else for PostgreSQL
//! `PGSSLROOTCERT` (which sqlx reads) or `~/.postgresql/root.crt`.

use crate::config::DatabaseSettings;
use camino::Utf8PathBuf;
use rustls::{CertificateError, Error};
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::io;

pub(super) fn of_postgres(options: PgConnectOptions, settings: &DatabaseSettings) -> PgConnectOptions {
    if options.get_socket().is_some() {
        return options.ssl_mode(PgSslMode::Disable); // PostgreSQL has none there
    }
    let own = std::env::var_os("PGSSLROOTCERT").is_some();
    let usual = || std::env::var("HOME").ok().map(|home| Utf8PathBuf::from(home).join(".postgresql/root.crt"));
    let usual = || usual().filter(|path| !own && path.is_file());
    match (&settings.ca, usual()) {
        (Some(ca), _) => options.ssl_root_cert(ca.as_std_path()).ssl_mode(PgSslMode::VerifyFull),
        (None, Some(usual)) => options.ssl_root_cert(usual.as_std_path()),
        (None, None) => options,
    }
}

pub(super) fn of_mysql(options: MySqlConnectOptions, settings: &DatabaseSettings) -> MySqlConnectOptions {
    match (&settings.ca, options.get_socket()) {
        (Some(ca), None) => options.ssl_ca(ca.as_std_path()).ssl_mode(MySqlSslMode::VerifyIdentity),
        _ => options,
    }
}

/// Whether it was TLS that failed: a server may offer what rustls does not speak, or a certificate that it does not take.
/// One that need not be talked to in secret is then asked in plain, as libpq does it.
pub(super) fn failed(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.get_ref().is_some_and(|inner| inner.is::<Error>()),
        _ => false,
    }
}

/// Why the server's certificate was refused, if that is what went wrong, in one sentence that says what to do.
pub(super) fn refused(error: &io::Error) -> Option<String> {
    let Error::InvalidCertificate(why) = error.get_ref()?.downcast_ref::<Error>()? else { return None };
    Some(match why {
        CertificateError::UnknownIssuer => {
            "has a certificate of an authority that is not trusted here: name the file with the authority's own \
             certificate in [database] ca of the site file"
                .to_owned()
        }
        CertificateError::NotValidForName => "has a certificate for another host: use the name in it".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            // As `IpAddress(192.0.2.1)` or `DnsName("db.example")`.
            let bare = |name: &String| {
                let inner = name.split_once('(').map_or(name.as_str(), |(_, rest)| rest.trim_end_matches(')'));
                inner.trim_matches('"').to_owned()
            };
            let presented = presented.iter().map(bare).collect::<Vec<_>>().join(", ");
            let name = expected.to_str();
            format!("has a certificate that is not for {name}, but for {presented}: use one of these as its host")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has a certificate that has expired: renew it there, and look at this machine's clock".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "has a certificate that is not valid yet: look at the clocks of both machines".to_owned()
        }
        other => format!("has a certificate that cannot be used ({other:?}): make one of version 3 for its host"),
    })
}
