//! What the account may do, and what time it is there: for whoever sets it up.

use super::Database;
use super::tables::TableError;
use crate::config::Dialect;
use crate::revision::SourceError;
use std::time::{Duration, SystemTime};

/// What was found out about a database that answers.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Our time before, the database's, and our time after it was asked.
    pub clock: Option<[SystemTime; 3]>,
    /// How long it took to answer.
    pub took: Duration,
    /// Tables that it refuses to read, with its words.
    pub refused: Vec<(&'static str, String)>,
    /// Whether the account could write, were its session not read only; `None` where it does not tell.
    pub may_write: Option<bool>,
    /// `config.slasharguments`.
    pub slasharguments: Option<String>,
}

/// What is read, and nothing else (moodle-database.md).
const TABLES: [&str; 4] = ["config", "config_plugins", "files", "context"];

impl Database {
    /// Asks for all of it, one after another.
    ///
    /// # Errors
    /// Where the database cannot be asked at all.
    pub async fn examine(&self) -> Result<Examined, SourceError> {
        self.rows("SELECT 1".to_owned()).await?; // a connection first: it counts for nobody's time
        let (now, writes) = match self.dialect {
            Dialect::Postgres => (
                "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)",
                format!("SELECT has_table_privilege('{}config', 'UPDATE')::int", self.prefix),
            ),
            // Each user sees their own rights there; patterns of names count as they do for the server.
            Dialect::MySql => (
                "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
                "SELECT COUNT(*) FROM (SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES UNION ALL \
                 SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES WHERE DATABASE() LIKE TABLE_SCHEMA) AS own \
                 WHERE PRIVILEGE_TYPE = 'UPDATE'"
                    .to_owned(),
            ),
        };
        let before = SystemTime::now();
        let told = self.number(now.to_owned()).await.and_then(|millis| u64::try_from(millis).ok());
        let after = SystemTime::now();
        let clock = told.map(|millis| [before, SystemTime::UNIX_EPOCH + Duration::from_millis(millis), after]);
        let mut refused = Vec::new();
        for table in TABLES {
            if let Err(error) = self.rows(format!("SELECT 1 FROM {}{table} WHERE 1 = 0", self.prefix)).await {
                refused.push((table, error.to_string()));
            }
        }
        let may_write = self.number(writes).await.map(|count| count > 0);
        let slasharguments = self.setting("slasharguments").await.ok().flatten();
        Ok(Examined {
            clock,
            took: after.duration_since(before).unwrap_or_default(),
            refused,
            may_write,
            slasharguments,
        })
    }

    async fn number(&self, sql: String) -> Option<i64> {
        self.rows(sql).await.ok()?.into_iter().next()?.into_iter().next()??.parse().ok()
    }

    async fn setting(&self, name: &str) -> Result<Option<String>, TableError> {
        Ok(self.config().await?.into_iter().find(|(found, _)| found == name).map(|(_, value)| value))
    }
}
