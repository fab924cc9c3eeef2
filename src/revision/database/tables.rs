//! Settings of plugins, and files of the file pool (moodle-database.md).

use super::Database;
use super::link::Row;
use crate::config::Dialect;
use crate::revision::SourceError;

/// Why rows could not be had.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The name of a plugin or area that no Moodle has: it is not asked for.
    #[error("\"{0}\" is no name of a plugin or of an area of files")]
    Name(String),
    /// The rows of the table are more, or longer, than was asked for; none was fetched.
    #[error("the table {0} is too large")]
    TooLarge(String),
    /// The database does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// A row of `files`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    pub itemid: i64,
    pub filepath: String,
    pub filename: String,
    pub contenthash: String,
    pub filesize: i64,
    pub mimetype: String,
}

impl Database {
    /// Every row of `config`, but not those that hold passwords and tokens.
    pub async fn config(&self) -> Result<Vec<(String, String)>, TableError> {
        let rows = self.rows(format!("SELECT name, value FROM {}config ORDER BY name", self.prefix)).await?;
        let is_secret = |name: &str| ["pass", "secret", "token", "key"].iter().any(|part| name.contains(part));
        Ok(pairs(rows).into_iter().filter(|(name, _)| !is_secret(name)).collect())
    }

    /// Every row of a plugin in `config_plugins`.
    pub async fn settings(&self, plugin: &str) -> Result<Vec<(String, String)>, TableError> {
        let plugin = name(plugin)?;
        let p = &self.prefix;
        let sql = format!("SELECT name, value FROM {p}config_plugins WHERE plugin = '{plugin}' ORDER BY name");
        Ok(pairs(self.rows(sql).await?))
    }

    /// Every row of a table, its columns in this order, rows in the order of their numbers: `None` where there is no such
    /// table. One with more than `most` rows, or more than `largest` bytes in these columns, is measured and not fetched.
    ///
    /// # Errors
    /// [`TableError`]; names come from a theme, so that only plain ones are asked for.
    pub async fn table(
        &self,
        table: &str,
        columns: &[&str],
        most: usize,
        largest: usize,
    ) -> Result<Option<Vec<Row>>, TableError> {
        let (quote, text) = if self.dialect == Dialect::Postgres { ('"', "text") } else { ('`', "char") };
        let (mut wanted, mut bytes) = (String::new(), String::from("0"));
        for column in columns {
            let column = format!("{quote}{}{quote}", name(column)?);
            bytes += &format!(" + COALESCE(OCTET_LENGTH(CAST({column} AS {text})), 0)");
            wanted += &format!("{}{column}", if wanted.is_empty() { "" } else { ", " });
        }
        let from = format!("FROM {}{}", self.prefix, name(table)?);
        let measured = match self.rows(format!("SELECT COUNT(*), SUM({bytes}) {from}")).await {
            Err(SourceError::NoTable { .. }) => return Ok(None),
            measured => measured?,
        };
        let is_within = |at: usize, most: usize| match measured.first().and_then(|row| row.get(at)) {
            Some(Some(_)) => {
                number(&measured[0], at).is_some_and(|many| many <= i64::try_from(most).unwrap_or(i64::MAX))
            }
            // There are no rows to add up.
            _ => true,
        };
        if !is_within(0, most) || !is_within(1, largest) {
            return Err(TableError::TooLarge(table.to_owned()));
        }
        // Rows may have come since.
        match self.rows(format!("SELECT {wanted} {from} ORDER BY id LIMIT {}", most + 1)).await {
            Ok(rows) => Ok(Some(rows)),
            Err(SourceError::NoTable { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether only texts of the same bytes are equal here, in the collations that Moodle's tables have.
    pub fn is_exact(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// The full and the short name of the course that is the front page.
    pub async fn site_names(&self) -> Result<Option<(String, String)>, TableError> {
        let sql = format!("SELECT fullname, shortname FROM {}course WHERE category = 0 ORDER BY id", self.prefix);
        Ok(pairs(self.rows(sql).await?).into_iter().next())
    }

    /// The number of the system's context.
    pub async fn system_context(&self) -> Result<Option<i64>, TableError> {
        let p = &self.prefix;
        let sql = format!("SELECT id FROM {p}context WHERE contextlevel = 10 AND instanceid = 0 ORDER BY id");
        let rows = self.rows(sql).await?;
        Ok(rows.first().and_then(|row| number(row, 0)))
    }

    /// The files of an area, folders too, in the order of their names.
    pub async fn files(&self, context: i64, component: &str, filearea: &str) -> Result<Vec<FileRow>, TableError> {
        let (component, filearea, p) = (name(component)?, name(filearea)?, &self.prefix);
        let sql = format!(
            "SELECT itemid, filepath, filename, contenthash, filesize, mimetype FROM {p}files \
             WHERE contextid = {context} AND component = '{component}' AND filearea = '{filearea}' \
             ORDER BY itemid, filepath, filename"
        );
        let rows = self.rows(sql).await?;
        let text = |row: &Row, at: usize| row.get(at).cloned().flatten();
        let file = |row: &Row| {
            Some(FileRow {
                itemid: number(row, 0)?,
                filepath: text(row, 1)?,
                filename: text(row, 2)?,
                contenthash: text(row, 3)?,
                filesize: number(row, 4)?,
                mimetype: text(row, 5).unwrap_or_default(),
            })
        };
        Ok(rows.iter().filter_map(file).collect())
    }
}

fn pairs(rows: Vec<Row>) -> Vec<(String, String)> {
    let pair = |row: Row| {
        let mut cells = row.into_iter();
        // A null is as no row at all.
        Some((cells.next()??, cells.next()??))
    };
    rows.into_iter().filter_map(pair).collect()
}

fn number(row: &Row, at: usize) -> Option<i64> {
    row.get(at)?.as_deref()?.trim().parse().ok()
}

/// A name that can stand in a query as it is.
fn name(text: &str) -> Result<&str, TableError> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let is_name = (1..=100).contains(&text.len()) && text.bytes().all(good);
    if is_name { Ok(text) } else { Err(TableError::Name(text.chars().take(100).collect())) }
}
