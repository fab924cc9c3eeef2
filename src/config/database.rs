//! Where the site's database is: `$CFG->db*` of `config.php`, or `[database] url` (moodle-database.md).

use super::moodle::ConfigSource;
use super::site_file::DatabaseTable;
use super::{MoodleConfig, StartError};
use crate::php::Secret;
use camino::Utf8PathBuf;

/// A database and the prefix of Moodle's tables in it. Its `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSettings {
    pub dialect: Dialect,
    pub access: Access,
    /// In front of every table's name: letters, digits and underscores only.
    pub prefix: String,
    /// `[database] ca`: certificates of the authorities that the server's has to be from, as PEM.
    pub ca: Option<Utf8PathBuf>,
}

/// Which language it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    /// MariaDB and Aurora too.
    MySql,
}

/// How to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the operator wrote it; it may hold a password.
    Url(Secret),
    /// As `config.php` has it.
    Fields {
        host: String,
        port: Option<u16>,
        /// A socket: a folder for PostgreSQL, a file for MySQL; `Some(None)` is the usual place.
        socket: Option<Option<Utf8PathBuf>>,
        name: String,
        user: String,
        password: Option<Secret>,
        /// `dboptions['dbschema']` of PostgreSQL.
        schema: Option<String>,
        tls: Tls,
    },
}

/// What a file of certificates has in it.
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// `dboptions['ssl']`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not set: as the server likes.
    Default,
    Disable,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Settles which database it is. The site file's wins.
///
/// # Errors
/// One sentence that names the key; never a password.
pub fn settle(table: &DatabaseTable, moodle: &MoodleConfig) -> Result<DatabaseSettings, StartError> {
    let prefix = match text(moodle, "prefix")? {
        Some(prefix) => prefix,
        None if moodle.names_database() => String::new(),
        None => "mdl_".into(),
    };
    let bad = |key, why: &str| StartError::BadDatabase { key, why: why.to_owned() };
    if !is_word(&prefix) {
        return Err(bad("$CFG->prefix", "is no prefix of tables: it may hold letters, digits and underscores only"));
    }
    let ca = table.ca.clone();
    if let Some(path) = &ca {
        let text = std::fs::read(path).map_err(|error| StartError::Unreadable { path: path.clone(), error })?;
        if !text.windows(PEM.len()).any(|at| at == PEM) {
            return Err(bad("[database] ca", "names a file without a certificate: it has to hold one or more as PEM"));
        }
    }
    if let Some(url) = &table.url {
        let dialect = match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql") => Dialect::Postgres,
            Some("mysql" | "mariadb") => Dialect::MySql,
            _ => return Err(bad("[database] url", "does not begin with postgres:// or mysql://: write it so")),
        };
        return Ok(DatabaseSettings { dialect, access: Access::Url(Secret::new(url)), prefix, ca });
    }
    let dialect = match text(moodle, "dbtype")?.as_deref() {
        Some("pgsql") => Dialect::Postgres,
        Some("mysqli" | "mariadb" | "auroramysql") => Dialect::MySql,
        _ => {
            let why = "is no database that revserve reads (PostgreSQL, MySQL, MariaDB): write [revisions] source = \
                       \"files\" into a site file and start with --site FILE";
            return Err(bad("$CFG->dbtype", why));
        }
    };
    let options = moodle.table("dboptions");
    let option = |name: &str| options.and_then(|options| options.get(name));
    for name in ["dbport", "dbsocket", "ssl", "dbschema"] {
        if let Some(ConfigSource::Unknown(problem)) = option(name) {
            return Err(StartError::UnknownDatabase { key: "dboptions", problem: problem.clone() });
        }
    }
    if let Some(ConfigSource::Unknown(problem)) = moodle.0.get("dboptions") {
        return Err(StartError::UnknownDatabase { key: "dboptions", problem: problem.clone() });
    }
    let host = text(moodle, "dbhost")?.unwrap_or_default();
    let schema = option("dbschema").and_then(words).filter(|schema| !schema.is_empty());
    if schema.as_deref().is_some_and(|schema| !is_word(schema)) {
        return Err(bad("$CFG->dboptions['dbschema']", "may hold letters, digits and underscores only"));
    }
    let socket = match option("dbsocket") {
        Some(ConfigSource::Text(path)) if path.contains('/') => Some(Some(Utf8PathBuf::from(path))),
        Some(ConfigSource::Flag(true)) => Some(None),
        Some(ConfigSource::Text(text)) if !matches!(text.as_str(), "" | "0") => Some(None),
        Some(ConfigSource::Number(number)) if *number != 0 => Some(None),
        _ => None,
    };
    // Moodle uses a socket only for its own host; and MySQL's client always does for `localhost`.
    let local = matches!(host.as_str(), "localhost" | "127.0.0.1" | "");
    let socket = match dialect {
        Dialect::Postgres if host.starts_with('/') => Some(Some(Utf8PathBuf::from(&host))),
        Dialect::Postgres => socket.filter(|_| local).or(host.is_empty().then_some(None)),
        Dialect::MySql if matches!(host.as_str(), "localhost" | "") => Some(socket.flatten()),
        Dialect::MySql => None,
    };
    let password = match moodle.0.get("dbpass") {
        Some(ConfigSource::Secret(secret)) => Some(secret.clone()),
        Some(ConfigSource::Unknown(problem)) => {
            return Err(StartError::UnknownDatabase { key: "dbpass", problem: problem.clone() });
        }
        Some(other) => words(other).map(Secret::new),
        None => None,
    };
    let missing = |key| StartError::BadDatabase { key, why: "is not set".into() };
    Ok(DatabaseSettings {
        dialect,
        access: Access::Fields {
            host,
            port: option("dbport").and_then(words).and_then(|port| port.trim().parse().ok()).filter(|port| *port != 0),
            socket,
            name: text(moodle, "dbname")?.ok_or(missing("$CFG->dbname"))?,
            user: text(moodle, "dbuser")?.ok_or(missing("$CFG->dbuser"))?,
            password: password.filter(|password| !password.expose().is_empty()),
            schema,
            tls: tls(option("ssl"), ca.is_some())?,
        },
        prefix,
        ca,
    })
}

/// Whoever names an authority wants its certificates.
fn tls(ssl: Option<&ConfigSource>, has_ca: bool) -> Result<Tls, StartError> {
    Ok(match ssl.and_then(words).as_deref() {
        None | Some("" | "prefer" | "allow" | "require" | "1") if has_ca => Tls::VerifyFull,
        None | Some("" | "prefer" | "allow") => Tls::Default,
        Some("disable") if has_ca => {
            let why = "= \"disable\" and [database] ca in the site file contradict each other: remove one of them";
            return Err(StartError::BadDatabase { key: "$CFG->dboptions['ssl']", why: why.into() });
        }
        Some("disable") => Tls::Disable,
        Some("require" | "1") => Tls::Require,
        Some("verify-ca") => Tls::VerifyCa,
        Some("verify-full") => Tls::VerifyFull,
        Some(other) => {
            let why = format!("= \"{other}\" is none of require, verify-ca, verify-full, prefer, disable");
            return Err(StartError::BadDatabase { key: "$CFG->dboptions['ssl']", why });
        }
    })
}

fn text(moodle: &MoodleConfig, key: &'static str) -> Result<Option<String>, StartError> {
    match moodle.0.get(key) {
        Some(ConfigSource::Unknown(problem)) => Err(StartError::UnknownDatabase { key, problem: problem.clone() }),
        value => Ok(value.and_then(words)),
    }
}

/// A scalar as PHP would put it into a connection's text.
fn words(value: &ConfigSource) -> Option<String> {
    match value {
        ConfigSource::Text(text) => Some(text.clone()),
        ConfigSource::Number(number) => Some(number.to_string()),
        ConfigSource::Flag(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
        _ => None,
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn moodle(values: &[(&str, ConfigSource)], options: &[(&str, ConfigSource)]) -> MoodleConfig {
        let own = |(name, value): &(&str, ConfigSource)| (name.to_string(), value.clone());
        let mut all: BTreeMap<_, _> = [("dbname", "moodle"), ("dbuser", "u"), ("prefix", "mdl_")]
            .map(|(name, value)| (name.to_owned(), ConfigSource::Text(value.into())))
            .into();
        all.insert("dbpass".into(), ConfigSource::Secret(Secret::new("hunter2")));
        all.extend(values.iter().map(own));
        all.insert("dboptions".into(), ConfigSource::Table(options.iter().map(own).collect()));
        MoodleConfig(all)
    }

    fn text(text: &str) -> ConfigSource {
        ConfigSource::Text(text.into())
    }

    #[test]
    fn every_kind_that_moodle_has_a_driver_for_is_understood_as_its_driver_does() {
        use ConfigSource::{Flag, Number};
        let file = |path: &str| Some(Some(Utf8PathBuf::from(path)));
        for (kind, host, options, expected) in [
            ("pgsql", "db", vec![("dbport", Number(6432))], (Dialect::Postgres, Some(6432), None)),
            ("pgsql", "localhost", vec![("dbsocket", Flag(true))], (Dialect::Postgres, None, Some(None))),
            ("pgsql", "localhost", vec![("dbsocket", text("/run/pg"))], (Dialect::Postgres, None, file("/run/pg"))),
            ("pgsql", "db", vec![("dbsocket", Flag(true))], (Dialect::Postgres, None, None)),
            ("pgsql", "/var/run/pg", vec![], (Dialect::Postgres, None, file("/var/run/pg"))),
            ("mariadb", "localhost", vec![("dbport", text("3307"))], (Dialect::MySql, Some(3307), Some(None))),
            (
                "mysqli",
                "localhost",
                vec![("dbsocket", text("/run/m.sock"))],
                (Dialect::MySql, None, file("/run/m.sock")),
            ),
            ("auroramysql", "db", vec![("dbport", text("")), ("dbsocket", Flag(false))], (Dialect::MySql, None, None)),
        ] {
            let settings =
                settle(&DatabaseTable::default(), &moodle(&[("dbtype", text(kind)), ("dbhost", text(host))], &options));
            let settings = settings.unwrap_or_else(|error| panic!("{kind} {host}: {error}"));
            let Access::Fields { port, socket, .. } = &settings.access else { panic!("{kind}") };
            assert_eq!((settings.dialect, *port, socket.clone()), expected, "{kind} {host} {options:?}");
        }
    }

    #[test]
    fn no_password_is_ever_printed() {
        let site = moodle(&[("dbtype", text("pgsql")), ("dbhost", text("db"))], &[]);
        let url = DatabaseTable { url: Some("postgres://u:hunter2@db/moodle".into()), ca: None };
        for settings in [settle(&DatabaseTable::default(), &site).unwrap(), settle(&url, &site).unwrap()] {
            assert!(!format!("{settings:?}").contains("hunter2"), "{settings:?}");
        }
        let bad = DatabaseTable { url: Some("oracle://u:hunter2@db/moodle".into()), ca: None };
        assert!(!settle(&bad, &site).unwrap_err().to_string().contains("hunter2"));
    }

    #[test]
    fn what_cannot_be_used_is_said_with_its_key() {
        let error = |values: &[(&str, ConfigSource)], options: &[(&str, ConfigSource)]| {
            settle(&DatabaseTable::default(), &moodle(values, options)).unwrap_err().to_string()
        };
        assert!(error(&[("dbtype", text("sqlsrv"))], &[]).contains("dbtype"));
        let pgsql = ("dbtype", text("pgsql"));
        assert!(error(&[pgsql.clone(), ("prefix", text("a; DROP"))], &[]).contains("prefix"));
        assert!(error(std::slice::from_ref(&pgsql), &[("ssl", text("maybe"))]).contains("ssl"));
        assert!(error(&[pgsql], &[("dbschema", text("a'b"))]).contains("dbschema"));
    }
}
