//! A session that can only read.

use super::link::Row;
use super::tls;
use crate::config::{Access, DatabaseSettings, Dialect, Tls};
use camino::Utf8PathBuf;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor, Row as _};
use std::str::FromStr;

/// An open session.
pub(super) enum Session {
    Postgres(PgConnection),
    MySql(MySqlConnection),
}

/// Where PostgreSQL's and MySQL's own clients look for a socket, on the systems that have them.
const POSTGRES_SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];
const MYSQL_SOCKETS: [&str; 4] =
    ["/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"];

impl Session {
    pub(super) async fn open(settings: &DatabaseSettings) -> Result<Session, sqlx::Error> {
        match settings.dialect {
            Dialect::Postgres => {
                let options = postgres(settings)?;
                let plain = matches!(options.get_ssl_mode(), PgSslMode::Prefer);
                let mut connection = match options.clone().connect().await {
                    Err(error) if plain && tls::failed(&error) => {
                        options.ssl_mode(PgSslMode::Disable).connect().await?
                    }
                    connected => connected?,
                };
                // Not as an option of the start: poolers between us and the server refuse those.
                let mut setup = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY".to_owned();
                if let Access::Fields { schema: Some(schema), .. } = &settings.access {
                    setup += &format!("; SET search_path TO \"{schema}\"");
                }
                connection.execute(setup.as_str()).await?;
                Ok(Session::Postgres(connection))
            }
            Dialect::MySql => {
                let options = mysql(settings)?;
                let plain = matches!(options.get_ssl_mode(), MySqlSslMode::Preferred);
                let mut connection = match options.clone().connect().await {
                    Err(error) if plain && tls::failed(&error) => {
                        options.ssl_mode(MySqlSslMode::Disabled).connect().await?
                    }
                    connected => connected?,
                };
                connection.execute("SET SESSION TRANSACTION READ ONLY").await?;
                Ok(Session::MySql(connection))
            }
        }
    }

    /// Runs a query as it is written, in one round trip.
    pub(super) async fn rows(&mut self, sql: &str) -> Result<Vec<Row>, sqlx::Error> {
        match self {
            Session::Postgres(connection) => {
                let rows = connection.fetch_all(sql).await?;
                rows.iter().map(|row| (0..row.len()).map(|at| row.try_get_unchecked(at)).collect()).collect()
            }
            Session::MySql(connection) => {
                let rows = connection.fetch_all(sql).await?;
                rows.iter().map(|row| (0..row.len()).map(|at| row.try_get_unchecked(at)).collect()).collect()
            }
        }
    }

    /// Says goodbye, so that the server does not log a lost client.
    pub(super) async fn close(self) {
        // It is over either way.
        let _ = match self {
            Session::Postgres(connection) => connection.close().await,
            Session::MySql(connection) => connection.close().await,
        };
    }
}

fn postgres(settings: &DatabaseSettings) -> Result<PgConnectOptions, sqlx::Error> {
    let access = &settings.access;
    let Access::Fields { host, port, socket, name, user, password, tls, .. } = access else {
        let options = PgConnectOptions::from_str(url(access))?.application_name("revserve");
        return Ok(tls::of_postgres(options, settings));
    };
    let mut options = PgConnectOptions::new_without_pgpass()
        .port(port.unwrap_or(5432))
        .username(user)
        .database(name)
        .application_name("revserve")
        .extra_float_digits(None);
    options = match socket {
        None => options.host(host).ssl_mode(match tls {
            Tls::Default => PgSslMode::Prefer,
            Tls::Disable => PgSslMode::Disable,
            Tls::Require => PgSslMode::Require,
            Tls::VerifyCa => PgSslMode::VerifyCa,
            Tls::VerifyFull => PgSslMode::VerifyFull,
        }),
        Some(folder) => {
            let port = port.unwrap_or(5432);
            let usual =
                || POSTGRES_SOCKETS.iter().find(|dir| Utf8PathBuf::from(format!("{dir}/.s.PGSQL.{port}")).exists());
            let folder = folder.clone().unwrap_or_else(|| usual().unwrap_or(&POSTGRES_SOCKETS[0]).into());
            options.socket(folder.as_std_path())
        }
    };
    let options = tls::of_postgres(options, settings);
    Ok(match password {
        Some(password) => options.password(password.expose()),
        None => options,
    })
}

fn mysql(settings: &DatabaseSettings) -> Result<MySqlConnectOptions, sqlx::Error> {
    let access = &settings.access;
    let Access::Fields { host, port, socket, name, user, password, tls, .. } = access else {
        let url = url(access).replacen("mariadb://", "mysql://", 1);
        return Ok(tls::of_mysql(MySqlConnectOptions::from_str(&url)?.timezone(None), settings));
    };
    // The zone would be set by its name or offset; only seconds since 1970 are asked for.
    let mut options =
        MySqlConnectOptions::new().username(user).database(name).port(port.unwrap_or(3306)).timezone(None);
    let found = socket
        .clone()
        .map(|path| path.or_else(|| MYSQL_SOCKETS.iter().map(Utf8PathBuf::from).find(|path| path.exists())));
    options = match found.flatten() {
        Some(path) => options.socket(path.as_std_path()).ssl_mode(MySqlSslMode::Disabled),
        None => options.host(if host.is_empty() { "localhost" } else { host }).ssl_mode(match tls {
            Tls::Default => MySqlSslMode::Preferred,
            Tls::Disable => MySqlSslMode::Disabled,
            Tls::Require => MySqlSslMode::Required,
            Tls::VerifyCa => MySqlSslMode::VerifyCa,
            Tls::VerifyFull => MySqlSslMode::VerifyIdentity,
        }),
    };
    let options = tls::of_mysql(options, settings);
    Ok(match password {
        Some(password) => options.password(password.expose()),
        None => options,
    })
}

fn url(access: &Access) -> &str {
    match access {
        Access::Url(url) => url.expose(),
        Access::Fields { .. } => "",
    }
}

/// Where it is, without user and password.
pub(super) fn address(settings: &DatabaseSettings) -> String {
    let kind = match settings.dialect {
        Dialect::Postgres => "PostgreSQL",
        Dialect::MySql => "MySQL or MariaDB",
    };
    let place = match &settings.access {
        Access::Url(_) => match settings.dialect {
            Dialect::Postgres => postgres(settings).ok().map(|o| format!("{}:{}", o.get_host(), o.get_port())),
            Dialect::MySql => mysql(settings).ok().map(|o| format!("{}:{}", o.get_host(), o.get_port())),
        }
        .unwrap_or_else(|| "the address in [database] url".into()),
        Access::Fields { socket: Some(Some(path)), .. } => path.to_string(),
        Access::Fields { socket: Some(None), .. } => "its usual socket".into(),
        Access::Fields { host, port, .. } => {
            let usual = if settings.dialect == Dialect::Postgres { 5432 } else { 3306 };
            format!("{host}:{}", port.unwrap_or(usual))
        }
    };
    format!("{kind} at {place}")
}
