//! The one connection, and the task that owns it.
//!
//! 1. take the next query that somebody still waits for;
//! 2. connect, if there is no session; one that failed a moment ago is not tried again at once;
//! 3. run the query; a session that was lost while it was idle is opened again, once;
//! 4. whatever fails or takes too long costs the session: the next query has a new one.

use super::connect::{Session, address};
use super::tls;
use crate::config::DatabaseSettings;
use crate::revision::SourceError;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// A row: texts in the order of the query's columns.
pub type Row = Vec<Option<String>>;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a query may take: a database that is merely slow is waited for, by whoever can.
const QUERY: Duration = Duration::from_secs(15);
/// For this long after a failed connection nobody tries again.
const REST: Duration = Duration::from_millis(900);
/// Queries that wait for their turn. More than this many builds at once do not ask.
const QUEUE: usize = 64;

/// Moodle's database. Cheap to clone; all clones share one connection.
#[derive(Clone, Debug)]
pub struct Database {
    queries: mpsc::Sender<Query>,
    address: std::sync::Arc<str>,
    pub(super) prefix: std::sync::Arc<str>,
    pub(super) dialect: crate::config::Dialect,
}

#[derive(Debug)]
struct Query {
    sql: String,
    reply: oneshot::Sender<Result<Vec<Row>, SourceError>>,
}

impl Database {
    /// Names the database and starts the task that will connect to it. Must be called on a Tokio runtime.
    pub fn open(settings: DatabaseSettings) -> Database {
        let (queries, taken) = mpsc::channel(QUEUE);
        let address: std::sync::Arc<str> = address(&settings).into();
        let (prefix, dialect) = (settings.prefix.as_str().into(), settings.dialect);
        tokio::spawn(Link { settings, address: address.clone(), session: None, failed: None }.serve(taken));
        Database { queries, address, prefix, dialect }
    }

    /// Where it is: never a user or a password.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Runs a query. Who stops waiting does not end it for others.
    pub(super) async fn rows(&self, sql: String) -> Result<Vec<Row>, SourceError> {
        let gone = || SourceError::Database { address: self.address.to_string(), why: "is no longer asked".into() };
        let (reply, replied) = oneshot::channel();
        self.queries.send(Query { sql, reply }).await.map_err(|_| gone())?;
        replied.await.unwrap_or_else(|_| Err(gone()))
    }
}

struct Link {
    settings: DatabaseSettings,
    address: std::sync::Arc<str>,
    session: Option<Session>,
    failed: Option<(Instant, String)>,
}

impl Link {
    async fn serve(mut self, mut queries: mpsc::Receiver<Query>) {
        while let Some(Query { sql, reply }) = queries.recv().await {
            if reply.is_closed() {
                continue; // nobody waits for it any more
            }
            let rows = self.rows(&sql).await;
            let _ = reply.send(rows); // whoever asked may have gone
        }
        if let Some(session) = self.session.take() {
            let _ = timeout(CONNECT, session.close()).await;
        }
    }

    async fn rows(&mut self, sql: &str) -> Result<Vec<Row>, SourceError> {
        if let Some(mut session) = self.session.take() {
            match timeout(QUERY, session.rows(sql)).await {
                Ok(Ok(rows)) => {
                    self.session = Some(session);
                    return Ok(rows);
                }
                Ok(Err(error @ sqlx::Error::Database(_))) if !is_ending(&error) => {
                    self.session = Some(session);
                    return Err(self.failure(&error));
                }
                Err(_) => return Err(self.error(format!("did not answer a query within {} s", QUERY.as_secs()))),
                Ok(Err(_)) => {} // it was lost while it was idle: once more
            }
        }
        let mut session = self.connect().await?;
        match timeout(QUERY, session.rows(sql)).await {
            Ok(Ok(rows)) => {
                self.session = Some(session);
                Ok(rows)
            }
            Ok(Err(error)) => Err(self.failure(&error)),
            Err(_) => Err(self.error(format!("did not answer a query within {} s", QUERY.as_secs()))),
        }
    }

    async fn connect(&mut self) -> Result<Session, SourceError> {
        if let Some((at, why)) = &self.failed
            && at.elapsed() < REST
        {
            return Err(self.error(why.clone()));
        }
        let why = match timeout(CONNECT, Session::open(&self.settings)).await {
            Ok(Ok(session)) => {
                self.failed = None;
                return Ok(session);
            }
            Ok(Err(error)) => words(&error),
            Err(_) => format!("did not let us in within {} s", CONNECT.as_secs()),
        };
        self.failed = Some((Instant::now(), why.clone()));
        Err(self.error(why))
    }

    fn failure(&self, error: &sqlx::Error) -> SourceError {
        let code = error.as_database_error().and_then(|error| error.code());
        // SQLSTATE of PostgreSQL's undefined_table, and of MySQL's and MariaDB's error 1146.
        if matches!(code.as_deref(), Some("42P01" | "42S02")) {
            return SourceError::NoTable { address: self.address.to_string() };
        }
        self.error(words(error))
    }

    fn error(&self, why: String) -> SourceError {
        SourceError::Database { address: self.address.to_string(), why }
    }
}

/// The server says that it ends the session, rather than what is wrong with the query.
fn is_ending(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLSTATE class 57P: shut down; 08: connection; 70100 and 08S01: killed.
    code.is_some_and(|code| ["57P", "08", "70100", "25006"].iter().any(|class| code.starts_with(class)))
}

/// What went wrong, in words that hold no password: an address that does not parse is not repeated.
fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(_) => "cannot be used: its address does not parse".into(),
        sqlx::Error::Io(error) => tls::refused(error).unwrap_or_else(|| format!("cannot be reached: {error}")),
        sqlx::Error::Tls(error) => format!("cannot be talked to in secret, as was asked for: {error}"),
        sqlx::Error::Database(error) => format!("says: {}", error.message()),
        other => format!("failed: {other}"),
    }
}
